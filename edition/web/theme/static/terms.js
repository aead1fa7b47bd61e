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
    if (!shown) return;
    const line = shown.getClientRects()[0]; // a term may be broken over two lines
    const left = Math.min(line.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
    const above = line.bottom + tip.offsetHeight + 16 > innerHeight;
    tip.style.translate = `${Math.max(12, left)}px ${above ? line.top - tip.offsetHeight - 6 : line.bottom + 6}px`;
  }

  for (const term of document.querySelectorAll("a.term")) {
    let touched = false;
    term.addEventListener("pointerenter", ({pointerType}) => pointerType === "mouse" && show(term));
    term.addEventListener("pointerleave", ({pointerType}) => pointerType === "mouse" && hide());
    term.addEventListener("pointerdown", ({pointerType}) => touched = pointerType === "touch" && shown !== term);
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("click", (event) => {
      if (!touched) return;
      event.preventDefault(); // a second tap follows the link
      show(term);
    });
  }
  addEventListener("keydown", ({key}) => key === "Escape" && hide());
  addEventListener("scroll", place, {passive: true}); // a focus may scroll the page
})();
