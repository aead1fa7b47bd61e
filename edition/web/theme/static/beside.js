/* Takes a reader's copy of the commentary and keeps what is recognised of it in this browser's storage, nowhere else. */
(() => {
  const LIMIT = 2e6, KEPT = `${document.documentElement.dataset.book}.copy`;
  const place = document.querySelector(".beside");
  const [status, form, table, forget] = ["#beside-status", "form", "table", "#beside-forget"].map((part) => place.querySelector(part));
  const say = (text) => void (status.textContent = text);
  const fingerprints = JSON.parse(document.getElementById("fingerprints").textContent);

  // what recognises it is loaded once there is something to recognise
  const load = (name) => new Promise((done, failed) => {
    const src = `${document.documentElement.dataset.content_root}_static/${name}.js`;
    document.head.append(Object.assign(document.createElement("script"), {src, onload: done, onerror: failed}));
  });
  let ready;

  const show = (copy, shares = {}) => {
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
    if (content.length > LIMIT) return say("This is too large; give the text of the page alone.");
    if (!crypto.subtle) return say("This works on a page with https only.");
    say("Looking …");
    await (ready ??= Promise.all(["letters", "recognise"].map(load)));
    const found = await recognise(plain(content), fingerprints);
    if (!found.length) return say(`This is not the commentary: none of its ${fingerprints.length} passages was recognised.${localStorage.getItem(KEPT) ? " What you gave before is as it was." : ""}`);
    const copy = Object.fromEntries(found.map(({passage, text}) => [passage, text]));
    try {
      localStorage.setItem(KEPT, JSON.stringify(copy));
    } catch {
      return say("This browser stores nothing for this page; allow it to, and try again.");
    }
    say(`${found.length} of ${fingerprints.length} passages were recognised. Each stands beside its restatement now, in this browser alone.`);
    show(copy, Object.fromEntries(found.map(({passage, recognised}) => [passage, recognised])));
  };

  const file = async (given) => {
    if (!given) return;
    const bytes = new Uint8Array(await given.slice(0, 2 * LIMIT + 4).arrayBuffer());
    if (String.fromCharCode(...bytes.slice(0, 4)) === "%PDF") return say("A PDF can't be read here: open it, copy all its text, and paste it below.");
    const decoded = (encoding) => {
      try {
        return new TextDecoder(encoding, {fatal: true}).decode(bytes);
      } catch {
        return null;
      }
    };
    const mark = bytes[0] << 8 | bytes[1];
    take(mark === 0xfffe ? decoded("utf-16le") : mark === 0xfeff ? decoded("utf-16be") : decoded("utf-8") ?? decoded("windows-1252"));
  };

  if (!(localStorage instanceof Storage)) {
    form.hidden = true;
    return say("This browser stores nothing for this page, so your copy can't be shown. Allow it to, or open the page in a window of its own.");
  }
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
    localStorage.removeItem(KEPT);
    show({});
    say("Your copy is removed from this browser.");
  };
  if (localStorage.getItem(KEPT)) {
    say("Your copy is in this browser.");
    show(JSON.parse(localStorage.getItem(KEPT)));
  }
})();
