"""A chart of a cell as a figure of the book: drawn while building, complete without a script."""

import hashlib
import html
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import vl_convert
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging

from edition.chart import MIME, NARROW, WIDE, coloured, placed
from edition.domain import Figure
from edition.tables import package

logger = logging.getLogger(__name__)


class chart(nodes.General, nodes.Element):
    """A figure, drawn once all cells have run; `spec` is what Altair made."""


class VegaLite:
    """MyST-NB's renderer for the charts of the edition."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if data.mime_type != MIME:
            return None
        env = renderer.renderer.sphinx_env
        location = (env.docname, data.line)
        if faults := list(missing(data.content)):
            for fault in faults:
                logger.warning("chart: %s", fault, location=location)
            return []
        env.get_domain("edition").figures.append(Figure(*location, data.content["name"], data.content))
        return [chart(spec=data.content)]


def missing(spec):
    """Yield what a chart lacks to be a figure, each with what to do."""
    title = spec.get("title", {})
    for lacks, what in [
        (not re.fullmatch(r"[a-z][a-z0-9-]*", spec.get("name", "")), 'no name; add .properties(name="lower-case-words")'),
        (not isinstance(title, dict) or not title.get("text"), "no title; add .properties(title=alt.Title(finding, subtitle=what is shown))"),
        (not isinstance(title, dict) or not title.get("subtitle"), "no subtitle; give alt.Title one that says what is shown"),
        (not spec.get("description"), "no description; add .properties(description=axes, encodings and message)"),
        (not spec.get("usermeta", {}).get("tables"), 'no source; add .properties(usermeta={"tables": [names of tables in data/]})'),
        (spec.get("data", {}).get("name") not in spec.get("datasets", {}), "no data of its own; give the outermost chart the DataFrame that it shows"),
        (spec.get("datasets", {}).get(spec.get("data", {}).get("name")) == [], "no rows; look at what the cell selects"),
        (spec.get("width") != "container" and "spec" not in spec, 'a width of its own; add .properties(width="container"), or use a facet'),
    ]:
        if lacks:
            yield what
    for table in spec.get("usermeta", {}).get("tables", []):
        if table not in package():
            yield f"names the table {table!r}, which data/datapackage.json does not describe; correct the name"


def table(spec):
    """Return the data of a chart as a DataFrame; a date without a time is the date alone."""
    data = pd.DataFrame(spec["datasets"][spec["data"]["name"]], columns=spec["usermeta"].get("columns"))
    return data.replace(r"T00:00:00(\.000)?$", "", regex=True)


def as_csv(spec):
    return table(spec).to_csv(index=False, lineterminator="\n")


def draw(spec, width):
    """Return the drawing of a chart as SVG that takes its colours from the page; `width` in pixels."""
    svg = coloured(vl_convert.vegalite_to_svg(placed(spec, width)))
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    # Vega labels each mark for screen readers; the description and the table do that better
    svg = re.sub(r' (?:aria-\w+|role|tabindex)="[^"]*"', "", svg)
    size = "wide" if width == WIDE else "narrow"
    label = html.escape(spec["description"], quote=True)
    return svg.replace("<svg ", f'<svg class="{size}" role="img" aria-label="{label}" ', 1)


def as_script(spec):
    """Return the script that holds a chart for `static/explore.js`, compiled to Vega for both places."""
    charts = {size: vl_convert.vegalite_to_vega(placed(spec, width)) for size, width in (("wide", WIDE), ("narrow", NARROW))}
    body = coloured(json.dumps(charts, separators=(",", ":"), ensure_ascii=False))
    return f"(window.editionCharts ??= {{}})[{json.dumps(spec['name'])}] = {body};\n"


def drawings(spec):
    """Return what is drawn and compiled of a chart: its SVG for both places, and its script."""
    return {"wide": draw(spec, WIDE), "narrow": draw(spec, NARROW), "script": as_script(spec)}


def key(spec):
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()


def draw_all(app, env):
    """Draw the charts that are new. Only now, since the program that draws takes as much memory as the kernels did."""
    domain = env.get_domain("edition")
    before = domain.data["drawings"]
    domain.data["drawings"] = {name: before.get(name) or drawings(spec) for name, spec in {key(one.spec): one.spec for one in domain.figures}.items()}


def visit_chart(self, node):
    drawn = self.builder.env.get_domain("edition").data["drawings"][key(node["spec"])]
    self.body.append(figure(node["spec"], drawn, "../" * self.builder.current_docname.count("/")))
    raise nodes.SkipNode


def figure(spec, drawn, root):
    """Return the HTML of a chart: title, subtitle, drawings, source, table, CSV. `root` leads to the book's root."""
    name, title = spec["name"], spec["title"]
    text, subtitle = (html.escape(smartyPants(" ".join(part) if isinstance(part, list) else part, "q")) for part in (title["text"], title["subtitle"]))
    data = table(spec).rename(columns=lambda column: column.replace("_", " "))
    data_table = data.to_html(index=False, border=0, na_rep="", justify="unset", float_format=lambda number: f"{number:.4f}".rstrip("0").rstrip("."), escape=True)
    sources = "; ".join(dict.fromkeys(
        html.escape(source["title"]) for table in spec["usermeta"]["tables"] for source in package()[table]["sources"]
    ))
    tables = ", ".join(f'<a href="{root}chapters/data-dictionary.html#table-{table.replace("_", "-")}">{table}</a>' for table in spec["usermeta"]["tables"])
    bound = any("bind" in param for param in spec.get("params", []))
    controls = '<div class="chart-controls"></div>' if bound else ""  # its height is reserved: nothing moves when they come
    return f"""<figure class="chart" id="fig-{name}">
<figcaption><span class="chart-title">{text}</span><span class="chart-subtitle">{subtitle}</span></figcaption>
{drawn["wide"]}
{drawn["narrow"]}
{controls}<p class="chart-source">Source: {sources} (data: {tables})</p>
<div class="chart-foot"><details><summary>Table</summary><div class="chart-table" tabindex="0" role="region" aria-label="Table: {text}">{data_table}</div></details>
<a href="{root}figures/{name}.csv" download>CSV</a></div>
</figure>"""


def write(app, error):
    """Write beside the pages the data of each chart, for download, and what makes it interactive."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir, "figures")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    domain = app.env.get_domain("edition")
    for one in domain.figures:
        (folder / f"{one.id}.csv").write_text(as_csv(one.spec), encoding="utf-8")
        (folder / f"{one.id}.js").write_text(domain.data["drawings"][key(one.spec)]["script"], encoding="utf-8")


def setup(app):
    app.add_node(chart, html=(visit_chart, None))
    app.connect("env-updated", draw_all)
    app.connect("build-finished", write)
