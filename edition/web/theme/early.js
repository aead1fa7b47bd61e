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
  // The type is there for the first paint or not at all on this page, so that nothing moves. The first paint waits for it,
  // but not longer than a reader would notice.
  if (!navigator.connection?.saveData) {
    dataset.waits = "";
    const begin = () => delete dataset.waits;
    Promise.all(["400-normal", "600-normal", "400-italic"].map((name) => {
      const [weight, style] = name.split("-");
      return new FontFace("Source Serif 4", `url(${dataset.content_root}_static/fonts/source-serif-4-latin-${name}.woff2)`, {weight, style}).load();
    })).then((faces) => "waits" in dataset && faces.forEach((face) => document.fonts.add(face))).then(begin, begin);
    setTimeout(begin, 150);
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
