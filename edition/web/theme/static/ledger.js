/* A confirmed statement stands in a fold. Where it is the address, the newest browsers open that by themselves; on paper all are open. */
{
  const folds = [...document.querySelectorAll(".fold")], unfolded = new Set();
  const reveal = () => {
    const place = document.getElementById(location.hash.slice(1)), fold = place?.closest(".fold:not([open])");
    if (!fold) return;
    fold.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => {
    for (const fold of folds) if (!fold.open) unfolded.add(fold), fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of unfolded) fold.open = false;
    unfolded.clear();
  });
}
