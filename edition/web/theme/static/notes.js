/* Opens a note where the reader is: over the margin, or in a sheet at the foot of a narrow screen. Without it a marker leads to the note at
   the end. */
{
  const page = document.querySelector("article.page"), notes = [...page.querySelectorAll(".annotation")];
  const wide = matchMedia("(min-width: 64rem)");
  const element = (name, className, ...children) => {
    const made = Object.assign(document.createElement(name), {className});
    made.append(...children);
    return made;
  };
  const noteAt = (hash) => hash.startsWith("#note-") && document.getElementById(hash.slice(1))?.closest(".annotation");
  // a reader's own copy has the markers, too; either may be hidden
  const markerOf = ({id}) => [...page.querySelectorAll(`.passage .marker[href="#${id}"]`)].find((marker) => marker.getClientRects().length);

  let shown, opener, anchor; // the note that is open, what gets the focus back, and what it stands beside
  const [previous, next, close] = ["‹ previous", "next ›", "close ✕"].map((label) => element("button", "", label));
  const count = element("span", ""), text = element("div", "");
  const box = element("div", "note-open", element("div", "note-bar", previous, count, next, close), text);
  box.setAttribute("role", "dialog");
  box.tabIndex = -1;

  // beside what it belongs to, as far as the screen goes; the page scrolls if a sheet would cover the marker
  const place = () => {
    if (!shown) return;
    const {top, bottom, right} = anchor.getBoundingClientRect(), room = innerHeight - box.offsetHeight;
    box.style = "";
    if (!wide.matches) return scrollBy({top: Math.max(0, bottom + 24 - room), behavior: "instant"});
    if (right > box.getBoundingClientRect().left) box.style.left = 0; // in the second column of notes, or of two texts
    box.style.top = `${Math.max(8, Math.min(top - 48, room - 8)) - page.getBoundingClientRect().top}px`;
  };

  const show = (note, by) => {
    anchor?.classList.remove("opened");
    anchor = by && !by.closest(wide.matches ? ".gists, .note-open" : ".note-open") ? by : markerOf(note) ?? note; // or a link in a question
    anchor.classList.add("opened");
    opener = shown ? anchor : by ?? anchor;
    shown = note;
    const copy = note.cloneNode(true), {passage, verdict} = note.dataset, fellows = notes.filter((other) => other.dataset.passage === passage);
    for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
    if (!wide.matches) for (const table of copy.querySelectorAll("table")) {
      const fold = element("details", "", element("summary", "", "Table"));
      table.replaceWith(fold);
      fold.append(table);
    }
    text.replaceChildren(...copy.childNodes);
    box.dataset.verdict = verdict;
    box.setAttribute("aria-label", `Note ${[".note-number", ".note-kind"].map((part) => text.querySelector(part).textContent).join(", ")}`);
    count.textContent = `${fellows.indexOf(note) + 1} of ${fellows.length}`;
    previous.disabled = note === notes[0];
    next.disabled = note === notes[notes.length - 1];
    const block = anchor.closest(".read, .apparatus") ?? anchor.closest("section > *");
    if (box.previousElementSibling !== block) block.after(box); // Tab goes on from there
    const {top, bottom} = anchor.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight + 1) anchor.scrollIntoView({block: "center", behavior: "instant"});
    box.scrollTop = 0;
    place();
    box.focus({preventScroll: true});
  };

  const hide = (back) => {
    if (!shown) return;
    box.remove();
    anchor.classList.remove("opened");
    if (back) opener.focus({preventScroll: true});
    shown = anchor = opener = null;
  };

  // an open note is a step in the history: the way back closes it
  const open = (note, by) => {
    const {steps} = history.state ?? {}, onward = !shown || by; // a link in a note is a step, too; previous and next are none
    history.scrollRestoration = "manual";
    history[onward ? "pushState" : "replaceState"]({steps: onward ? (steps ?? 0) + 1 : steps}, "", `#${note.id}`);
    show(note, by);
  };
  const leave = () => {
    if (history.state?.steps) return history.go(-history.state.steps);
    history.replaceState(null, "", location.pathname + location.search);
    hide(true);
  };
  const follow = () => {
    const note = noteAt(location.hash);
    if (note) return show(note);
    hide(!location.hash); // else a link in it led on
    history.scrollRestoration = "auto";
  };

  previous.onclick = () => open(notes[notes.indexOf(shown) - 1]);
  next.onclick = () => open(notes[notes.indexOf(shown) + 1]);
  close.onclick = leave;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#note-']");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const note = link.pathname === location.pathname && noteAt(link.hash);
    if (!note) return;
    event.preventDefault();
    if (note === shown && [anchor, opener].includes(link)) leave();
    else open(note, link);
  });
  addEventListener("keydown", ({key}) => key === "Escape" && shown && !document.querySelector("dialog[open]") && leave());
  addEventListener("popstate", follow);
  text.addEventListener("toggle", ({target}) => {
    place();
    if (target.open) target.scrollIntoView({block: "nearest"});
  }, true);
  wide.addEventListener("change", place);
  if (noteAt(location.hash)) addEventListener("load", follow);
}
