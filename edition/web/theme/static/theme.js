/* The frame of a page: its contents in a drawer, the scheme of colours, Ctrl+K for the search, a citation in place. */
{
  const contents = document.getElementById("contents"), drawer = document.getElementById("drawer");
  const opener = document.querySelector(".contents-button");
  opener.addEventListener("click", () => {
    drawer.append(...contents.childNodes);
    drawer.showModal();
    (drawer.querySelector(".current > a") ?? drawer.querySelector("nav a")).focus(); // where the reader is
  });
  drawer.addEventListener("close", () => {
    contents.append(...drawer.childNodes);
    opener.focus();
  });
  drawer.addEventListener("click", ({target, clientX}) => {
    if (target === drawer && clientX > drawer.getBoundingClientRect().right) drawer.close(); // beside it
  });

  // what scrolls sideways is reached by the keyboard, in browsers that don't see to it themselves
  for (const code of document.querySelectorAll(".highlight pre")) code.tabIndex = 0;

  // `early.js` has set the mode
  const {dataset} = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const modes = ["auto", "light", "dark"];
  const paint = () => { dataset.theme = dataset.mode !== "auto" ? dataset.mode : dark.matches ? "dark" : "light"; };
  document.querySelector(".scheme-button").addEventListener("click", () => {
    dataset.mode = modes[(modes.indexOf(dataset.mode) + 1) % modes.length];
    localStorage.setItem("mode", dataset.mode);
    paint();
  });
  dark.addEventListener("change", paint);

  // a page from a folder may not read another: there the link leads on
  let citing;
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || location.protocol === "file:") return;
    event.preventDefault();
    citing ??= new Promise((onload, onerror) => {
      const src = `${dataset.content_root}_static/cite.js`;
      document.head.append(Object.assign(document.createElement("script"), {src, onload, onerror}));
    });
    citing.then(() => bookCite(link)).catch(() => location.assign(link.href));
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const field = document.querySelector("main input[name=q]");
    if (field) field.focus();
    else location.href = document.querySelector(".search-link").href;
  });
}
