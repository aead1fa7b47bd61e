/* The reader's own copy beside the restatement: puts it there, where the build has not, from what static/beside.js keeps; marks the lemmas of
   the notes in it; lets the reader choose between the texts, for the whole book. */
const facing = () => {
  const LEGEND = "Your copy of the original";
  const kept = JSON.parse(localStorage.getItem(`${document.documentElement.dataset.book}.copy`) ?? "{}");
  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };

  const mark = (passage) => {
    const place = passage.querySelector(".original-text"), text = place.textContent, whole = bookLetters(text);
    const lemmas = [];
    for (const marker of passage.querySelectorAll(".restatement .marker")) {
      const name = marker.hash.slice("#note-".length), lemma = document.querySelector(`#note-${name} .lemma`);
      const parts = (lemma?.textContent ?? "").split("…").map((part) => bookLetters(part).found).filter(Boolean);
      let from = 0;
      parts.forEach((found, number) => {
        const at = whole.found.indexOf(found, from);
        if (at < 0) return;
        from = at + found.length;
        const last = number === parts.length - 1; // the marker stands behind the last of the parts
        lemmas.push({marker: last && marker, start: whole.places[at], end: whole.places[from - 1] + 1});
      });
    }
    const edges = [...new Set([0, text.length, ...lemmas.flatMap(({start, end}) => [start, end])])].sort((one, other) => one - other);
    const parts = edges.slice(0, -1).flatMap((start, number) => {
      const end = edges[number + 1], words = text.slice(start, end);
      const part = lemmas.some((lemma) => lemma.start <= start && lemma.end >= end) ? element("span", "lemma-at", words) : words;
      const signs = lemmas.filter((lemma) => lemma.marker && lemma.end === end).map(({marker}) => {
        const sign = marker.cloneNode(true);
        sign.removeAttribute("id");
        return sign;
      });
      return [part, ...signs];
    });
    place.replaceChildren(...parts);
  };

  const passages = [...document.querySelectorAll(".passage")].filter((passage) => {
    const text = kept[passage.id.slice(1)];
    if (!passage.querySelector(".original") && text) {
      const original = element("div", "original", element("p", "passage-head", LEGEND), element("p", "original-text", text));
      original.lang = "en";
      const restatement = element("div", "restatement");
      restatement.append(...passage.querySelectorAll(":scope > :not(.passage-head, .passage-links, .Z3988)"));
      passage.querySelector(".passage-links").before(original, restatement);
    }
    return passage.querySelector(".original");
  });
  if (!passages.length) return;

  for (const passage of passages) {
    passage.classList.add("facing");
    passage.parentElement.classList.add("facing");
    passage.querySelector(".restatement").prepend(element("p", "passage-head", "Restatement"));
    mark(passage);
  }

  const choose = (texts) => {
    document.documentElement.dataset.texts = texts;
    localStorage.setItem(`${document.documentElement.dataset.book}.texts`, texts);
  };
  const TEXTS = ["original", "restatement", "both"], stored = localStorage.getItem(`${document.documentElement.dataset.book}.texts`);
  const choice = TEXTS.includes(stored) ? stored : "both";
  const fields = element("fieldset", "texts-choice", element("legend", "", "Show"));
  for (const texts of TEXTS) {
    const field = element("input", "");
    Object.assign(field, {type: "radio", name: "texts", value: texts, checked: texts === choice, onchange: () => choose(texts)});
    fields.append(element("label", "", field, texts === "both" ? "both texts" : `the ${texts}`));
  }
  passages[0].parentElement.before(fields);
  choose(choice);
};
document.readyState === "loading" ? addEventListener("DOMContentLoaded", facing) : facing();
