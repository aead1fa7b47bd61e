{
  // Where storage is blocked, as in a frame of a learning platform, asking for it throws. There the scripts
  // get one that lasts as long as the page.
  try {
    localStorage.getItem("mode");
  } catch {
    const items = {}, getItem = (name) => items[name] ?? null;
    const setItem = (name, item) => items[name] = item, removeItem = (name) => delete items[name];
    Object.defineProperty(window, "localStorage", {value: {getItem, setItem, removeItem}});
  }
  // before anything is painted: the scheme that the reader chose
  const {dataset} = document.documentElement;
  dataset.book = document.querySelector("meta[name=book]").content; // before what it keeps: another book of this host has its own
  const add = (tag, attributes) => document.head.append(Object.assign(document.createElement(tag), attributes));
  // The type is there for the first paint or not at all on this page (font-display: optional), so that nothing moves. It begins to
  // load here, unless the line is slow; a page from a folder may not preload, and needn't.
  const {saveData, rtt} = navigator.connection ?? {};
  for (const name of saveData || rtt >= 150 ? [] : ["400-normal", "600-normal", "400-italic"]) {
    const href = `${dataset.content_root}_static/fonts/source-serif-4-latin-${name}.woff2`;
    const [weight, style] = name.split("-");
    if (location.protocol === "file:") document.fonts.add(new FontFace("Source Serif 4", `url(${href})`, {weight, style}));
    else add("link", {rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href});
  }
  const stored = localStorage.getItem("mode"), mode = ["light", "dark"].includes(stored) ? stored : "auto";
  dataset.mode = mode;
  dataset.theme = mode !== "auto" ? mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  // A copy of the original that the reader gave to this browser is shown on the pages of the passages, unless it is
  // damaged.
  let more = [];
  try {
    const copy = JSON.parse(localStorage.getItem(`${dataset.book}.copy`));
    if (Object.values(copy).every((text) => text.trim())) more = ["letters", "facing"];
  } catch {
    localStorage.removeItem(`${dataset.book}.copy`);
  }
  for (const name of more) {
    add("script", {src: `${dataset.content_root}_static/${name}.js`, async: false});
  }
}
