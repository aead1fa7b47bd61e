// What html-validate asks of each page: all that it recommends, but for what only another eye than a reader's sees.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "no-trailing-whitespace": "off", // the templates of the theme leave it
    "void-style": "off", // docutils ends an empty element as XML does: <br />
    "attribute-boolean-style": "off", // Sphinx and docutils write attributes as XML does: defer="defer"
    "no-redundant-role": "off", // the theme writes <main role="main">, for browsers of old
    "no-inline-style": ["error", {allowedProperties: ["flex"]}], // how wide an era is in the picture of the eras: its years are data
    "attribute-empty-style": "off", // and so: download=""
  },
};
