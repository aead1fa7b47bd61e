/* Finds what stands in the book while the reader types. All that it shows is set as text, never as HTML. */
(() => {
  const SHOWN = 50;
  const form = document.querySelector(".book-search"), input = form.elements.q, kinds = form.elements.kind;
  const [status, list, elsewhere] = ["status", "found", "elsewhere"].map((name) => document.getElementById(`search-${name}`));

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };

  // 'note 4.4' has one number; the s of 'Kazakhstan's' is no word
  const WORD = /(\d+(?:[.,]\d+)+|[\p{L}\p{M}\p{N}]{2,}|\d)/gu;
  // Unicode takes é, ş and й apart, but not these letters of Kazakh, for which many write the Russian ones
  const KAZAKH = "әғқңөұүһі", RUSSIAN = "агкноуухи";
  const fold = (word) => word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/./gu, (letter) => RUSSIAN[KAZAKH.indexOf(letter)] ?? letter);

  // the index and what looks into it are loaded once there is something to find
  const load = (path) => new Promise((done, failed) => {
    const script = document.head.appendChild(element("script", ""));
    Object.assign(script, {src: path, onload: done, onerror: () => failed(new Error(`${path} could not be loaded`))});
  });
  let ready, entries, index;
  const prepare = () => ready ??= Promise.all(form.dataset.scripts.split(" ").map(load)).then(build);

  function build() {
    entries = new Map(Object.entries(bookEntries).flatMap(([page, held]) => held.map(([kind, more, title, place, text]) =>
      [page + place, {url: page + place, kind, label: `${kind} ${more}`, title, text, chapter: held[0][2]}]))); // the first is the chapter itself
    index = new MiniSearch({
      idField: "url", fields: ["title", "label", "text"], tokenize: (text) => text.match(WORD) ?? [], processTerm: fold,
      searchOptions: {
        boost: {title: 3, label: 5}, prefix: (word) => word.length > 2,
        fuzzy: (word) => word.length > 4 && /^\D+$/.test(word) && 0.2, // 2014 is no misprint of 2015
      },
    });
    index.addAll([...entries.values()]);
  }

  const marked = (text, terms) => text.split(WORD).map((part) => terms.has(fold(part)) ? element("mark", "", part) : part);

  // the part of a text that has most of the words, and a little before and after
  const snippet = (text, terms) => {
    const words = text.split(" ");
    const held = words.map((word) => word.split(WORD).map(fold).filter((part) => terms.has(part)));
    const many = (from) => new Set(held.slice(from, from + 24).flat()).size;
    const from = Math.max(0, words.reduce((best, _, here) => many(here) > many(best) ? here : best, 0) - 6);
    return `${from ? "… " : ""}${words.slice(from, from + 36).join(" ")}${from + 36 < words.length ? " …" : ""}`;
  };

  const result = ({label, title, text, url, chapter, terms}) => {
    const link = element("a", "", ...marked(title, terms));
    link.href = url;
    return element("li", "",
      element("p", "found-label", element("b", "", label), chapter === title ? "" : ` in ${chapter}`),
      element("h2", "", link),
      element("p", "found-text", ...marked(snippet(text, terms), terms)));
  };

  const search = async () => {
    await prepare();
    const query = input.value.trim();
    const strict = index.search(query, {combineWith: "AND"});
    const found = (strict.length ? strict : index.search(query)).map(({id, terms}) => ({...entries.get(id), terms: new Set(terms)}));
    const of = (kind) => found.filter((entry) => !kind || entry.kind === kind);
    for (const radio of kinds) {
      const number = radio.parentElement.lastElementChild.textContent = of(radio.value).length;
      radio.parentElement.hidden = !number && !radio.checked;
    }
    const shown = of(kinds.value);
    list.replaceChildren(...shown.slice(0, SHOWN).map(result));
    form.querySelector("fieldset").hidden = !found.length;
    elsewhere.hidden = !query || found.length;
    status.textContent = !query ? "" : !found.length ? `Nothing was found for “${query}”. Try another spelling, or another word for it.`
      : (strict.length ? "" : `Nothing has all the words of “${query}”. Some of them: `) + `${shown.length} result${shown.length === 1 ? "" : "s"}`
        + (shown.length > SHOWN ? `, of which you see the best ${SHOWN}` : "");
    history.replaceState(null, "", `?${new URLSearchParams({...query && {q: query}, ...kinds.value && {kind: kinds.value}})}`);
  };

  status.textContent = ""; // it says that the search needs a script
  const address = new URLSearchParams(location.search);
  input.value = address.get("q");
  kinds.value = address.get("kind") ?? "";
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150); // once the reader pauses
  });
  form.addEventListener("change", ({target}) => target !== input && search()); // a click on a result leaves the field: the list must stay
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // the results are there
    search();
  });
  if (input.value) search();
})();
