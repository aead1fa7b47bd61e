/* Makes a chart interactive in place when a reader first reaches for it, until it is told to be a drawing again. Without this script, or if
   anything fails, the drawing stays. Scripts are loaded by tags, not fetched: from a folder, too. `window.edition` is for live code. */
(() => {
  const root = new URL("../", document.currentScript.src);
  const EXPLORE = "Explore";
  const loaded = {};
  const load = (path) => loaded[path] ??= new Promise((done, failed) => {
    const tag = document.createElement("script");
    tag.src = new URL(path, root);
    tag.onload = done;
    tag.onerror = () => {
      delete loaded[path];
      failed(new Error(`${path} could not be loaded`));
    };
    document.head.append(tag);
  });

  // one tooltip for all charts; its text is set as text, never as HTML
  const tip = document.createElement("div");
  tip.className = "tip";
  const showTip = (handler, event, item, value) => {
    tip.hidden = !value;
    if (!value) return;
    tip.replaceChildren(...Object.entries(value).map(([name, text]) => {
      const line = document.createElement("div");
      const label = document.createElement("b");
      label.textContent = name.replaceAll("_", " ") + " ";
      line.append(label, text);
      return line;
    }));
    document.body.append(tip);
    const left = Math.min(event.clientX + 12, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.translate = `${Math.max(8, left)}px ${event.clientY + 14}px`;
  };

  async function draw(spec, stage, label, bind) {
    await load("_static/vega/vega.js");
    const {View, parse, expressionInterpreter} = window.vegaRuntime;
    const view = new View(parse(spec, null, {ast: true}), {
      expr: expressionInterpreter, renderer: "svg", container: stage, bind, hover: true, tooltip: showTip,
    });
    view.addEventListener("click", (event, item) => showTip(view, event, item, item?.tooltip)); // a finger moves over nothing
    await view.runAsync();
    const svg = stage.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  }

  async function wake(figure, button) {
    if (figure.dataset.awake) return;
    figure.dataset.awake = "loading";
    const name = figure.id.slice("fig-".length);
    try {
      await Promise.all([load("_static/vega/vega.js"), load(`figures/${name}.js`)]);
      const drawing = [...figure.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
      const stage = document.createElement("div");
      stage.className = `chart-stage ${drawing.classList[0]}`;
      await draw(window.editionCharts[name][drawing.classList[0]], stage, drawing.getAttribute("aria-label"), button.nextSibling);
      const {width, height} = drawing.viewBox.baseVal;
      stage.style.aspectRatio = `${width} / ${height}`; // so that nothing below it moves
      const turn = () => {
        const awake = figure.dataset.awake === "yes";
        if (awake) stage.replaceWith(drawing);
        else drawing.replaceWith(stage);
        figure.dataset.awake = awake ? "no" : "yes";
        button.textContent = awake ? EXPLORE : "Back to drawing";
      };
      button.onclick = turn;
      turn();
    } catch (error) {
      figure.dataset.awake = "failed";
      console.warn(`chart ${name} stays a drawing:`, error);
    }
  }

  for (const figure of document.querySelectorAll("figure.chart")) {
    const button = document.createElement("button");
    button.className = "chart-explore";
    button.type = "button";
    button.textContent = EXPLORE;
    button.onclick = () => wake(figure, button);
    const controls = figure.querySelector(".chart-controls");
    if (controls) controls.append(button, document.createElement("div")); // which Vega empties
    else figure.querySelector(".chart-foot").append(button);
    for (const svg of figure.querySelectorAll("svg")) {
      svg.addEventListener("pointerenter", ({pointerType}) => pointerType === "mouse" && wake(figure, button));
      svg.addEventListener("click", () => wake(figure, button)); // a tap; a finger that only scrolls past loads nothing
    }
  }
  addEventListener("scroll", () => { tip.hidden = true; }, {passive: true});

  window.edition = {load, draw};
})();
