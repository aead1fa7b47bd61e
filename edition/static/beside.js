/* Recognises a reader's copy of the commentary as edition/fingerprint.py and edition/collation.py do, and keeps it in this browser's storage, nowhere else. */
(() => {
  const SHINGLE = 32, DIGITS = 12, ENOUGH = 0.5, LIMIT = 20e6;
  const place = document.querySelector(".beside");
  const [status, form, table, forget] = ["#beside-status", "form", "table", "#beside-forget"].map((part) => place.querySelector(part));
  const say = (text) => void (status.textContent = text);
  const fingerprints = JSON.parse(document.getElementById("fingerprints").textContent);

  const letters = (text) => {
    const found = [], places = [];
    let at = 0;
    for (const character of text) {
      for (const letter of character.normalize("NFKD").toLowerCase()) if (/[\p{L}\p{N}]/u.test(letter)) {
        found.push(letter);
        places.push(at);
      }
      at += character.length;
    }
    return {found: found.join(""), places};
  };

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
    let hits = shingles.flatMap((hash, number) => (there.get(hash) ?? []).map((index) => ({index, number}))).sort((one, other) => one.index - other.index);
    const reach = 2 * 8 * words; // letters: twice what so many words have
    let left = 0, best = {count: 0};
    for (let right = 0; right < hits.length; right++) {
      while (hits[right].index - hits[left].index > reach || hits.slice(left, right).some(({number}) => number === hits[right].number)) left++;
      if (right - left + 1 > best.count) best = {count: right - left + 1, left, right};
    }
    const recognised = best.count / shingles.length;
    if (recognised < ENOUGH) return null;
    hits = hits.slice(best.left, best.right + 1);
    const wordAt = (index) => Math.max(0, spans.findLastIndex(({start}) => start <= places[index]));
    const [from, to] = [hits[0], hits.at(-1)];
    const tails = (there.get(tail) ?? []).filter((index) => index >= from.index && index <= to.index + reach);
    const nearest = tails.sort((one, other) => Math.abs(one - to.index) - Math.abs(other - to.index))[0];
    const first = edge(text, spans, wordAt(from.index), -1, from.number);
    const last = nearest === undefined ? edge(text, spans, wordAt(to.index), 1, words - 1 - to.number) : wordAt(nearest + SHINGLE - 1);
    return {passage, recognised, text: text.slice(spans[first].start, spans[last].end).split(/\s+/).join(" "), words: last - first + 1};
  };

  const recognise = async (text) => {
    const {found, places} = letters(text);
    const hashes = await Promise.all([...found].slice(0, -SHINGLE + 1 || undefined).map((_, index) => shingle(found.slice(index, index + SHINGLE))));
    const there = new Map();
    hashes.forEach((hash, index) => there.set(hash, [...there.get(hash) ?? [], index]));
    const spans = [...text.matchAll(/\S+/g)].filter(([word]) => /[\p{L}\p{N}]/u.test(word)).map(({0: word, index}) => ({start: index, end: index + word.length}));
    return fingerprints.map((one) => match(one, text, places, there, spans)).filter(Boolean);
  };

  // the words of a saved page: it is taken apart, not shown, and nothing in it runs
  const plain = (content) => {
    if (!/<(!doctype html|html|body|article|p)\b/i.test(content.slice(0, 20000))) return content.replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1").replace(/\u00ad/g, "");
    const page = new DOMParser().parseFromString(content, "text/html");
    page.querySelectorAll("script, style, noscript, template, svg, head, iframe").forEach((part) => part.remove());
    page.querySelectorAll("p, div, li, h1, h2, h3, h4, h5, h6, br, tr, td, blockquote, section, article, header, footer").forEach((block) => block.after("\n"));
    return page.documentElement.textContent.replace(/\u00ad/g, "");
  };

  let shares = {};
  const show = (copy) => {
    forget.hidden = table.hidden = !Object.keys(copy).length;
    table.tBodies[0].replaceChildren(...fingerprints.map(({passage}) => {
      const row = document.createElement("tr"), text = copy[passage], share = shares[passage];
      row.append(...[passage, text ? text.split(" ").length : "–", !text ? "not found" : share ? `${Math.round(100 * share)}%` : "kept"]
        .map((said) => Object.assign(document.createElement("td"), {textContent: said})));
      return row;
    }));
  };

  const take = async (content) => {
    if (!content.trim()) return say("This is empty. Choose the file again, or paste the text.");
    if (!crypto.subtle) return say("This works on a page with https only.");
    say("Looking …");
    const found = await recognise(plain(content));
    if (!found.length) return say(`This is not the commentary: none of its ${fingerprints.length} passages was recognised.${localStorage.getItem("copy") ? " What you gave before is as it was." : ""}`);
    const copy = Object.fromEntries(found.map(({passage, text}) => [passage, text]));
    try {
      localStorage.setItem("copy", JSON.stringify(copy));
    } catch {
      return say("This browser stores nothing for this page; allow it to, and try again.");
    }
    shares = Object.fromEntries(found.map(({passage, recognised}) => [passage, recognised]));
    say(`${found.length} of ${fingerprints.length} passages were recognised. Each stands beside its restatement now, in this browser alone.`);
    show(copy);
  };

  const file = async (given) => {
    if (!given) return;
    if (given.size > LIMIT) return say("This file is too large; give the text of the page alone.");
    const bytes = new Uint8Array(await given.arrayBuffer());
    if (String.fromCharCode(...bytes.slice(0, 4)) === "%PDF") return say("A PDF can't be read here: open it, copy all its text, and paste it below.");
    for (const encoding of bytes[0] === 0xff && bytes[1] === 0xfe ? ["utf-16le"] : bytes[0] === 0xfe && bytes[1] === 0xff ? ["utf-16be"] : ["utf-8", "windows-1252"]) {
      try {
        return await take(new TextDecoder(encoding, {fatal: true}).decode(bytes));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
    say("This is no text; save the commentary as text or HTML.");
  };

  say("");
  form.onsubmit = (event) => {
    event.preventDefault();
    take(form.querySelector("textarea").value);
  };
  form.querySelector("input").onchange = ({target}) => file(target.files[0]);
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    const [given] = event.dataTransfer.files;
    given ? file(given) : take(event.dataTransfer.getData("text/html") || event.dataTransfer.getData("text/plain"));
  });
  forget.onclick = () => {
    localStorage.removeItem("copy");
    localStorage.removeItem("texts");
    show({});
    say("Your copy is removed from this browser.");
  };
  if (localStorage.getItem("copy")) {
    say("Your copy is in this browser.");
    show(JSON.parse(localStorage.getItem("copy")));
  }
})();
