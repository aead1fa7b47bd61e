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

  // 'note 4.4' has one number; the s of 'author's' is no word
  const WORD = /(\d+(?:[.,]\d+)+|[\p{L}\p{M}\p{N}]{2,}|\d)/gu;
  const words = (text) => text.match(WORD) ?? [];
  // Unicode takes é, ş and й apart, but not these letters of Kazakh, for which many write the Russian ones
  const KAZAKH = "әғқңөұүһі", RUSSIAN = "агкноуухи";
  const fold = (word) => word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/./gu, (letter) => RUSSIAN[KAZAKH.indexOf(letter)] ?? letter);
  // words of a question that say nothing of what is asked for
  const ASKING = new Set(`about an and any are article as at be been being between book by can commentary could did didn difference do does doesn
    don explain explained for from had has have how if in into is isn it its like list long many me much of on or people per say says so tell text
    that the their them then there these they this those to use used vs was wasn were what when where which who whom whose why with would`.split(/\s+/));

  // the index and what looks into it are loaded once there is something to find
  const load = (path) => new Promise((done, failed) => {
    const script = document.head.appendChild(element("script", ""));
    Object.assign(script, {src: path, onload: done, onerror: () => failed(new Error(`${path} could not be loaded`))});
  });
  let ready, entries, index;
  const prepare = () => ready ??= Promise.all(form.dataset.scripts.split(" ").map(load)).then(build);

  // what is looked for first, among what has the same words
  const WEIGHT = {Term: 1.5, Event: 0.6, Chapter: 0.9, Section: 0.5};

  function build() {
    entries = new Map(Object.entries(bookEntries).flatMap(([page, held]) => held.map(([kind, more, title, place, text, lemma]) =>
      [page + place, {url: page + place, place, kind, label: `${kind} ${more}`, title, text, lemma, chapter: held[0][2]}]))); // the first is the chapter itself
    index = new MiniSearch({
      idField: "url", fields: ["place", "title", "label", "text", "lemma"], tokenize: words, processTerm: fold,
      searchOptions: {
        boost: {place: 1, title: 3, label: 7, lemma: 2}, prefix: (word) => word.length > 2 && !/^\d/.test(word),
        fuzzy: (word) => word.length > 4 && /^\D+$/.test(word) && 0.2, // 2014 is no misprint of 2015
        boostDocument: (url) => WEIGHT[entries.get(url).kind] ?? 1,
      },
    });
    index.addAll([...entries.values()]);
  }

  const is = (word, typed) => typed.endsWith("*") ? word.startsWith(typed.slice(0, -1)) : word === typed;
  // each word of a query that says what is asked for, with what the book says for it
  const asked = (query) => {
    const all = [...new Set(words(query).map(fold))], telling = all.filter((word) => !ASKING.has(word));
    return (telling.length ? telling : all).map((word) =>
      [word, ...Object.entries(readersWords).flatMap(([typed, meant]) => is(word, fold(typed)) ? meant : [])]);
  };

  // the entries that have all of the words, or most; the more of them an entry has, and the less others have them, the sooner it comes
  const find = (query) => {
    const sought = asked(query), held = new Map();
    for (const [number, alternatives] of sought.entries())
      for (const [other, words] of alternatives.entries())
        for (const {id, score, terms, queryTerms} of index.search(words, {combineWith: "AND", ...other && {prefix: false, fuzzy: false}})) {
          const {scores, terms: all} = held.get(id) ?? held.set(id, {scores: [], terms: new Map()}).get(id);
          scores[number] = Math.max(scores[number] ?? 0, score / queryTerms.length ** 2); // the mean of its words
          terms.forEach((term) => all.set(term, number));
        }
    const found = [...held].map(([id, {scores, terms}]) => {
      const each = scores.filter(Boolean);
      return {...entries.get(id), terms, words: each.length, rank: each.reduce((sum, score) => sum + score) * each.length ** 2};
    });
    found.sort((one, other) => other.rank - one.rank);
    const numbers = found.map((entry) => entry.words).sort((one, other) => other - one), [most] = numbers;
    // where few have them all, those that lack one, too
    const enough = Math.max(Math.min(most, 2), most - 1, numbers[Math.min(4, numbers.length - 1)]);
    return {whole: most === sought.length, found: found.filter((entry) => entry.words >= enough)};
  };

  const marked = (text, terms) => text.split(WORD).map((part) => terms.has(fold(part)) ? element("mark", "", part) : part);

  // the part of a text that has most of the terms, and a little before and after; where it has none, its beginning
  const snippet = (text, terms) => {
    const words = text.split(" ");
    const held = words.map((word) => word.split(WORD).map(fold).filter((part) => terms.has(part)));
    const many = (from) => new Set(held.slice(from, from + 16).flat()).size;
    const from = Math.max(0, words.reduce((best, _, here) => many(here) > many(best) ? here : best, 0) - 4);
    return `${from ? "… " : ""}${words.slice(from, from + 26).join(" ")}${from + 26 < words.length ? " …" : ""}`;
  };

  const result = ({label, title, text, lemma, url, chapter, terms}) => {
    const link = element("a", "", ...marked(title, terms)), said = words(`${title} ${lemma}`).map((word) => terms.get(fold(word)));
    link.href = url;
    const unsaid = new Map([...terms].filter(([, number]) => !said.includes(number)));
    return element("li", "",
      element("p", "found-label", element("b", "", ...marked(label, terms)), chapter === title ? "" : ` in ${chapter}`),
      element("h2", "", link),
      element("p", "found-text", ...lemma ? [element("q", "lemma", ...marked(lemma, terms)), " "] : [], ...marked(snippet(text, unsaid), terms)));
  };

  const search = async () => {
    await prepare();
    const query = input.value.trim(), {whole, found} = find(query);
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
      : (whole ? "" : `Nothing has all the words of “${query}”. Some of them: `) + `${shown.length} result${shown.length === 1 ? "" : "s"}`
        + (shown.length > SHOWN ? `, of which you see the best ${SHOWN}` : "");
    history.replaceState(null, "", `?${new URLSearchParams({...query && {q: query}, ...kinds.value && {kind: kinds.value}})}`);
  };

  status.textContent = ""; // it says that the search needs a script
  const address = new URLSearchParams(location.search);
  input.value = address.get("q");
  kinds.value = address.get("kind") ?? "";
  let waiting;
  input.addEventListener("input", () => {
    prepare();
    clearTimeout(waiting);
    waiting = setTimeout(search, 150); // once the reader pauses
  });
  form.addEventListener("change", ({target}) => target !== input && search()); // a click on a result leaves the field: the list must stay
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // the results are there
    search();
  });
  if (input.value) search();
  else input.focus({preventScroll: true});
})();
