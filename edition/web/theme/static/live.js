/* Offers to run a chapter's cells in the page. Until the reader asks for it nothing more is loaded, and no other host is asked. */
(() => {
  const {dataset: launch, src: here} = document.currentScript;
  const chapter = document.querySelector(".live-offer button");
  const cells = [...document.querySelectorAll("div.cell")].filter((cell) => cell.querySelector(".cell_input")).map((cell) => {
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

  // the connection lives in a frame of its own, since the page's policy lets it ask no other host
  let frame = null;
  const connection = () => frame ??= new Promise((done, failed) => {
    const inner = document.createElement("iframe");
    inner.hidden = true;
    inner.title = "Connection to Jupyter";
    inner.src = new URL("live/kernel.html", here);
    inner.onload = () => {
      try {
        done(window.edition.thebeCore = inner.contentWindow.thebeCore ?? failed(new Error("live/thebe.js could not be loaded")));
      } catch (error) { // a page from a folder may not look into it
        failed(error);
      }
    };
    document.body.append(inner);
  });

  async function start(button) {
    const text = button.textContent;
    button.textContent = "Loading…";
    try {
      const {load} = window.edition;
      await Promise.all([connection(), ...["outputs", "cells"].map((name) => load(`_static/live/${name}.js`))]);
      button.textContent = text;
      window.edition.goLive(chapter, cells, launch);
      button.click(); // which runs cells now
    } catch (error) {
      frame = null;
      console.warn("no live code:", error);
      button.textContent = "The scripts for live code could not be loaded. Try again";
    }
  }

  for (const button of [chapter, ...cells.map(({run}) => run)]) button.onclick = () => start(button);
})();
