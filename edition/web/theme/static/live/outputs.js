/* Shows what a cell gives out: charts, tables, text, pictures, errors. HTML comes from the reader's own kernel; scripts in it don't run. */
(() => {
  const CHART = /^application\/vnd\.vegalite\.v\d+\+json$/;
  const COLOUR = /\x1b\[[\d;]*m/g; // of a terminal, in tracebacks

  function element(tag, className, text = "") {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  async function chart({title, ...spec}) {
    await window.edition.load("_static/vega/vega-lite.js");
    const figure = element("figure", "chart");
    const caption = element("figcaption");
    const {text = title, subtitle} = title ?? {};
    if (text) caption.append(element("span", "chart-title", [text].flat().join(" ")));
    if (subtitle) caption.append(element("span", "chart-subtitle", [subtitle].flat().join(" ")));
    const stage = element("div", "chart-stage");
    const controls = element("div", "chart-controls");
    figure.append(caption, stage, controls, element("p", "chart-source", "From your own run of the code; not part of the edition."));
    await window.edition.draw(window.vegaLite.compile(spec).spec, stage, spec.description ?? "Chart", controls);
    if (!controls.hasChildNodes()) controls.remove();
    return figure;
  }

  async function richest(data) {
    const type = Object.keys(data).find((type) => CHART.test(type));
    if (type) return chart(data[type]);
    if (data["image/png"]) {
      const picture = element("img");
      picture.src = `data:image/png;base64,${data["image/png"]}`;
      picture.alt = data["text/plain"] ?? "";
      return picture;
    }
    if (data["text/html"]) {
      const html = element("div", "output text_html");
      html.innerHTML = data["text/html"];
      return html;
    }
    return "text/plain" in data ? element("pre", "", data["text/plain"]) : ""; // figures for the prose (`glue`) show nothing
  }

  // Puts what a message of the kernel gives out into `place`.
  async function show({header: {msg_type: type}, content}, place) {
    if (type === "stream") {
      const name = `live-${content.name}`;
      const text = place.lastChild?.className === name ? place.lastChild : place.appendChild(element("pre", name));
      text.append(content.text);
    } else if (type === "error") {
      place.append(element("pre", "live-error", content.traceback.join("\n").replace(COLOUR, "")));
    } else if (type === "execute_result" || type === "display_data") {
      const holder = place.appendChild(element("div"));
      try {
        holder.append(await richest(content.data));
      } catch (error) {
        holder.append(element("pre", "live-error", `This chart cannot be drawn in the page: ${error.message}`));
      }
    }
  }

  Object.assign(window.edition, {element, show});
})();
