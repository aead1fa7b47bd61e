/* Explains a glossary term in place: on hover, on focus, and on the first tap. Without this script a term leads to its entry. */
(() => {
  const tip = document.createElement("div");
  tip.id = "term-explained";
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;

  function hide() {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }

  function show(term) {
    if (shown === term) return;
    hide();
    shown = term;
    term.setAttribute("aria-describedby", tip.id);
    tip.textContent = term.dataset.explained;
    tip.hidden = false;
    place();
  }

  function place() {
    const line = shown?.getClientRects()[0]; // a term may be broken over two lines
    if (!line) return hide(); // or gone, with the note that it stood in
    const left = Math.min(line.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
    const above = line.bottom + tip.offsetHeight + 16 > innerHeight;
    tip.style.translate = `${Math.max(12, left)}px ${above ? line.top - tip.offsetHeight - 6 : line.bottom + 6}px`;
  }

  // also of a term in a note that is opened later
  const on = (event, act) => document.addEventListener(event, (at) => {
    const term = at.target.closest?.("a.term");
    if (term) act(term, at);
  });
  let touched = false;
  on("pointerover", (term, {pointerType}) => pointerType === "mouse" && show(term));
  on("pointerout", (_, {pointerType}) => pointerType === "mouse" && hide());
  on("pointerdown", (term, {pointerType}) => touched = pointerType === "touch" && shown !== term);
  on("focusin", show);
  on("focusout", hide);
  on("click", (term, event) => {
    if (!touched) return;
    event.preventDefault(); // a second tap follows the link
    show(term);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    event.stopPropagation(); // the note that it stands in stays
    hide();
  }, true);
  addEventListener("scroll", place, {passive: true, capture: true}); // a focus may scroll the page
})();
