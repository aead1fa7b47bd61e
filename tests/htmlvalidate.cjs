// What html-validate asks of each page: all that it recommends, but for what only another eye than a reader's sees.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "no-trailing-whitespace": "off", // the templates of the theme leave it
    "void-style": "off", // docutils ends an empty element as XML does: <br />
    "attribute-boolean-style": "off", // Sphinx and docutils write attributes as XML does: defer="defer"
    "attribute-empty-style": "off", // and so: download=""
  },
};
