{
  // Where storage is blocked, as in a frame of a learning platform, asking for it throws. There the scripts, the theme's own too, get one
  // that lasts as long as the page.
  try {
    localStorage.getItem("mode");
  } catch {
    const items = new Map();
    const value = {getItem: (name) => items.get(name) ?? null, setItem: (name, item) => items.set(name, item), removeItem: (name) => items.delete(name)};
    Object.defineProperty(window, "localStorage", {value});
  }
  // what is stored but damaged is removed, before a script relies on it
  const keep = (name, sound) => {
    try {
      if (sound(localStorage.getItem(name))) return;
    } catch { /* no JSON */ }
    localStorage.removeItem(name);
  };
  keep("mode", (mode) => ["auto", "light", "dark"].includes(mode));
  keep("closer-to-home.texts", (texts) => ["original", "restatement", "both"].includes(texts));
  keep("closer-to-home.copy", (copy) => Object.values(JSON.parse(copy)).every((text) => typeof text === "string"));
  // before anything is painted: the scheme that the reader chose; the theme's script asks for options, of which none is set
  const {dataset} = document.documentElement;
  window.DOCUMENTATION_OPTIONS = {};
  // The type is there for the first paint or not at all on this page (font-display: optional), so that nothing moves. It begins to
  // load here, unless the line is slow; a page from a folder may not preload, and needn't.
  const {saveData, downlink} = navigator.connection ?? {};
  for (const name of ["400-normal", "600-normal", "400-italic"]) {
    const href = `${dataset.content_root}_static/fonts/source-serif-4-latin-${name}.woff2`;
    const [weight, style] = name.split("-");
    if (location.protocol === "file:") document.fonts.add(new FontFace("Source Serif 4", `url(${href})`, {weight, style}));
    else if (!(saveData || downlink < 3)) document.head.append(Object.assign(document.createElement("link"), {rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href}));
  }
  const mode = localStorage.getItem("mode") ?? "auto";
  dataset.mode = mode;
  dataset.theme = mode !== "auto" ? mode : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  // a copy of the original that the reader gave to this browser is shown on the pages of the passages
  if (localStorage.getItem("closer-to-home.copy")) for (const name of ["letters", "facing"]) {
    document.head.append(Object.assign(document.createElement("script"), {src: `${dataset.content_root}_static/${name}.js`, async: false}));
  }
}
