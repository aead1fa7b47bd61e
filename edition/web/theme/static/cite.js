/* A citation, in place: in a window that closes with Escape (theme.js asks for it). A button copies each, here and on the page with all of
   a chapter's. */
const bookCite = (() => {
  const element = (name, text) => Object.assign(document.createElement(name), {textContent: text});

  // a button beside each citation
  const copiable = (section) => {
    for (const part of section.querySelectorAll("dd.entry, dd.in-text")) {
      const button = element("button", "Copy");
      button.type = "button";
      button.setAttribute("aria-label", `Copy ${part.matches(".entry") ? "entry" : "reference"}`);
      button.onclick = async () => {
        const text = [...part.childNodes].filter((node) => node !== button).map((node) => node.textContent).join("").trim();
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "Copied";
        } catch { // no permission: select it, for the reader to copy
          getSelection().selectAllChildren(part);
          button.textContent = "Selected";
        }
      };
      part.append(" ", button);
    }
    return section;
  };

  document.querySelectorAll("body.citations .citation").forEach(copiable);

  const pages = new Map();
  return async (link) => {
    const [address, name] = link.href.split("#");
    if (!pages.has(address)) pages.set(address, fetch(address).then((answer) => answer.text()));
    const page = new DOMParser().parseFromString(await pages.get(address), "text/html");
    const section = copiable(document.importNode(page.getElementById(name), true));
    for (const inner of section.querySelectorAll("a")) inner.href = new URL(inner.getAttribute("href"), address);
    const more = element("a", "All citations of this chapter, and files for reference managers");
    more.href = address;
    const close = element("button", "Close");
    close.type = "button";
    const dialog = document.createElement("dialog");
    dialog.className = "citation-window";
    section.querySelector("h2").id = "citation-title";
    dialog.setAttribute("aria-labelledby", "citation-title");
    dialog.append(close, section, element("p", ""));
    dialog.querySelector(":scope > p").append(more);
    close.onclick = () => dialog.close();
    dialog.onclick = ({target}) => { // beside it; it returns nothing: false would keep links from leading on
      if (target === dialog) dialog.close();
    };
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
  };
})();
