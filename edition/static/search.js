/* Finds what stands in the book while the reader types. All that it shows is set as text, never as HTML. */
(() => {
  const SHOWN = 50, LENGTH = 220;
  const form = document.querySelector(".book-search"), input = form.elements.q, kinds = form.elements.kind;
  const [status, list, elsewhere] = ["status", "found", "elsewhere"].map((name) => document.getElementById(`search-${name}`));

  // Unicode takes é, ş and й apart, but not these letters of Kazakh, for which many write the Russian ones
  const RUSSIAN = {ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и"};
  const fold = (word) => word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[әғқңөұүһі]/g, (letter) => RUSSIAN[letter]);

  const entries = new Map(Object.entries(bookEntries).flatMap(([page, held]) => held.map(([kind, more, title, place, text]) =>
    [page + place, {url: page + place, kind, label: `${kind} ${more}`, title, text, chapter: held[0][2]}]))); // a chapter comes before what it holds
  const index = new MiniSearch({
    idField: "url", fields: ["title", "label", "text"],
    processTerm: (word) => !/^\p{L}$/u.test(word) && fold(word), // the s of 'Kazakhstan's' is no word
    searchOptions: {
      combineWith: "AND", boost: {title: 3, label: 2}, prefix: (word) => word.length > 2,
      fuzzy: (word) => word.length > 4 && /^\D+$/.test(word) && 0.2, // 2014 is no misprint of 2015
    },
  });
  index.addAll([...entries.values()]);

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };

  const matches = (text, terms) => [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].filter(([word]) => terms.has(fold(word)));

  const marked = (text, terms) => {
    let end = 0;
    const parts = matches(text, terms).flatMap(({0: word, index}) => {
      const before = text.slice(end, index);
      end = index + word.length;
      return [before, element("mark", "", word)];
    });
    return [...parts, text.slice(end)];
  };

  // the part of a text that has most of the words, cut between words
  const snippet = (text, terms) => {
    const found = matches(text, terms);
    const near = ({index}) => new Set(found.filter((other) => other.index >= index && other.index < index + LENGTH - 60).map(([word]) => fold(word))).size;
    const place = found.reduce((best, other) => near(other) > near(best) ? other : best, found[0])?.index ?? 0;
    const from = place < 60 ? 0 : text.indexOf(" ", place - 60) + 1;
    const to = from + LENGTH < text.length ? text.lastIndexOf(" ", from + LENGTH) : text.length;
    return `${from ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
  };

  const result = ({label, title, text, url, chapter, terms}) => {
    const link = element("a", "", ...marked(title, terms));
    link.href = url;
    const where = chapter === title ? "" : element("span", "found-chapter", chapter);
    return element("li", "", element("p", "found-label", element("b", "", label), " ", where),
      element("h2", "", link), element("p", "found-text", ...marked(snippet(text, terms), terms)));
  };

  const search = () => {
    const query = input.value.trim();
    const found = index.search(query).map(({id, terms}) => ({...entries.get(id), terms: new Set(terms)}));
    const of = (kind) => found.filter((entry) => !kind || entry.kind === kind);
    for (const radio of kinds) {
      const number = radio.nextElementSibling.textContent = of(radio.value).length;
      radio.parentElement.hidden = !number && !radio.checked;
    }
    const shown = of(kinds.value);
    list.replaceChildren(...shown.slice(0, SHOWN).map(result));
    form.querySelector("fieldset").hidden = !found.length;
    elsewhere.hidden = !query || shown.length;
    status.textContent = !query ? "" : !shown.length ? `Nothing was found for “${query}”. Try fewer words, or another spelling.`
      : `${shown.length} ${shown.length > 1 ? "results" : "result"}${shown.length > SHOWN ? `; these are the best ${SHOWN}, add a word to see others` : ""}`;
    const address = new URLSearchParams({...query && {q: query}, ...kinds.value && {kind: kinds.value}});
    history.replaceState(null, "", `?${address}`);
  };

  const address = new URLSearchParams(location.search);
  input.value = address.get("q");
  kinds.value = address.get("kind") ?? "";
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150); // once the reader pauses
  });
  form.addEventListener("change", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // the results are there
    search();
  });
  form.hidden = false;
  search();
  input.focus({preventScroll: true});
})();
