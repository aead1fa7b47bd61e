/* Recognises the passages of the commentary in a text by their fingerprints: what edition/witness/readers.py and collation.py do, for the browser. */
(() => {
  const SHINGLE = 32, DIGITS = 12, WORD = 8, ENOUGH = 0.5;

  const shingle = async (text) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .slice(0, DIGITS / 2).map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // the word that is `number` words away, or the last before the end of the paragraph where that is not much farther
  const edge = (text, spans, word, step, number) => {
    let counted = word;
    for (let away = 0; number && away < 2 * number + 5; away++) {
      const other = word + step;
      if (!spans[other] || /\n[ \t\r]*\n/.test(text.slice(spans[Math.min(word, other)].end, spans[Math.max(word, other)].start))) return word;
      if (away === number) counted = word;
      word = other;
    }
    return counted;
  };

  const match = ({passage, words, shingles, tail}, text, places, there, spans) => {
    let hits = shingles.flatMap(([word, hash]) => there.get(hash).map((index) => ({index, word}))).sort((one, other) => one.index - other.index || one.word - other.word);
    const reach = 2 * WORD * words, seen = new Map();
    let left = 0, best = {count: 0};
    hits.forEach(({index, word}, right) => {
      seen.set(word, (seen.get(word) ?? 0) + 1);
      while (index - hits[left].index > reach || seen.get(hits[left].word) > 1) {
        const {word: gone} = hits[left++];
        seen.get(gone) > 1 ? seen.set(gone, seen.get(gone) - 1) : seen.delete(gone);
      }
      const length = index - hits[left].index;
      if (seen.size > best.count || (seen.size === best.count && length < best.length)) best = {count: seen.size, length, left, right};
    });
    const recognised = best.count / shingles.length;
    if (recognised < ENOUGH) return null;
    hits = hits.slice(best.left, best.right + 1);
    const wordAt = (index) => spans.findLastIndex(({start}) => start <= places[index]);
    const [from, to] = [hits[0], hits.at(-1)];
    const [nearest] = there.get(tail).filter((index) => index >= from.index && index <= to.index + reach).sort((one, other) => Math.abs(one - to.index) - Math.abs(other - to.index));
    const first = edge(text, spans, wordAt(from.index), -1, from.word);
    const last = nearest === undefined ? edge(text, spans, wordAt(to.index), 1, words - 1 - to.word) : wordAt(nearest + SHINGLE - 1);
    return {passage, recognised, text: text.slice(spans[first].start, spans[last].end).split(/\s+/).join(" ")};
  };

  window.recognise = async (text, fingerprints) => {
    const {found, places} = bookLetters(text);
    const there = new Map(fingerprints.flatMap(({tail, shingles}) => [tail, ...shingles.map(([, hash]) => hash)]).map((hash) => [hash, []]));
    for (let start = 0; start <= found.length - SHINGLE; start += 4096) { // not all at once: each is a promise
      const some = [...Array(Math.min(4096, found.length - SHINGLE + 1 - start)).keys()].map((index) => start + index);
      (await Promise.all(some.map((index) => shingle(found.slice(index, index + SHINGLE))))).forEach((hash, index) => there.get(hash)?.push(some[index]));
    }
    const spans = [...text.matchAll(/\S+/g)].filter(([word]) => /[\p{L}\p{N}]/u.test(word)).map(({0: word, index}) => ({start: index, end: index + word.length}));
    return fingerprints.map((one) => match(one, text, places, there, spans)).filter(Boolean);
  };

  // the words of a text or a saved page: that is taken apart, not shown, and nothing in it runs
  window.plain = (content) => {
    if (/<(!doctype html|html|body|article|p)\b/i.test(content.slice(0, 20000))) {
      const page = new DOMParser().parseFromString(content, "text/html");
      page.querySelectorAll("script, style, noscript, template, svg, head, iframe").forEach((part) => part.remove());
      page.querySelectorAll("p, div, li, h1, h2, h3, h4, h5, h6, br, tr, td, blockquote, section, article, header, footer").forEach((block) => {
        block.before("\n");
        block.append("\n");
      });
      return page.documentElement.textContent.replace(/\u00ad/g, "");
    }
    const text = content.replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1").replace(/\u00ad/g, "").replace(/\u2010/g, "-"), flat = text.toLowerCase();
    // every word is matched, and only one that is broken over two lines changed: so none is begun with in its middle
    return text.replace(/([\p{L}\p{N}]+)(?:-[ \t]*\r?\n[ \t]*([\p{L}\p{N}]+))?/gu, (word, start, end) =>
      !end ? word : flat.includes(`${start}-${end}`.toLowerCase()) || !/^\p{Ll}/u.test(end) ? `${start}-${end}` : start + end);
  };
})();
