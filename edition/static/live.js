/* Offers to run a chapter's cells in the page. Until the reader asks for it nothing more is loaded, and no other host is asked. */
(() => {
  const launch = document.currentScript.dataset;
  const chapter = document.querySelector(".live-offer button");
  const cells = [...document.querySelectorAll("div.cell:has(.cell_input)")].map((cell) => {
    const code = cell.querySelector("details.hide") ?? cell.querySelector(".cell_input");
    const place = document.createElement("div");
    place.className = "live-cell";
    code.replaceWith(place);
    const run = document.createElement("button");
    run.className = "chart-explore live-run";
    run.textContent = "Run the code live";
    const tools = document.createElement("div");
    tools.className = "live-tools";
    tools.append(run);
    place.append(code, tools);
    return {cell, place, code, run};
  });

  async function start(button) {
    const text = button.textContent;
    button.textContent = "Loading…";
    try {
      const {load} = window.edition;
      await Promise.all(["thebe", "outputs", "cells"].map((name) => load(`_static/live/${name}.js`)));
      button.textContent = text;
      window.edition.goLive(chapter, cells, launch);
      button.click(); // which runs cells now
    } catch (error) {
      console.warn("no live code:", error);
      button.textContent = "The scripts for live code could not be loaded. Try again";
    }
  }

  for (const button of [chapter, ...cells.map(({run}) => run)]) button.onclick = () => start(button);
})();
