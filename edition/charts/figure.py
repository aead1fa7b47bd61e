"""A chart of a cell as a figure of the book: drawn while building, complete without a script."""

import html
import re
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging

from edition.cache import place
from edition.charts.drawing import DrawingError, Drawings
from edition.charts.palette import PALETTE
from edition.charts.places import MIME
from edition.domain import Figure, figure_numbers, table_place
from edition.tables import package

logger = logging.getLogger(__name__)


class chart(nodes.General, nodes.Element):
    """A figure; `spec` is what Altair made, `line` where its cell stands; its children stand at its foot."""


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
        return [chart(spec=data.content, line=data.line)]


def missing(spec):
    """Yield what a chart lacks to be a figure, each with what to do."""
    title = spec["title"] if isinstance(spec.get("title"), dict) else {}
    data, datasets = spec.get("data", {}).get("name"), spec.get("datasets", {})
    tables = spec.get("usermeta", {}).get("tables", [])
    if not re.fullmatch(r"[a-z][a-z0-9-]*", spec.get("name", "")):
        yield 'no name; add .properties(name="lower-case-words")'
    if not title.get("text"):
        yield "no title; add .properties(title=alt.Title(finding, subtitle=what is shown))"
    if not title.get("subtitle"):
        yield "no subtitle; give alt.Title one that says what is shown"
    else:
        for word, colour in spec.get("usermeta", {}).get("key", {}).items():
            if word not in caption(spec)[1]:
                yield f"its key has the word {word!r}, which its subtitle lacks; write it there"
            if colour not in PALETTE:
                yield f"its key has the colour {colour!r}, which edition/charts/palette.css lacks; name one"
    if not spec.get("description"):
        yield "no description; add .properties(description=axes, encodings and message)"
    if not tables:
        yield 'no source; add .properties(usermeta={"tables": [names of tables in data/]})'
    if data not in datasets:
        yield "no data of its own; give the outermost chart the DataFrame that it shows"
    if datasets.get(data) == []:
        yield "no rows; look at what the cell selects"
    if spec.get("width") != "container" and "spec" not in spec:
        yield 'a width of its own; add .properties(width="container"), or use a facet'
    for table in tables:
        if table not in package():
            what = f"names the table {table!r}, which data/datapackage.json does not describe"
            yield f"{what}; correct the name"
        elif package()[table].get("breaks") and any(_crosses(mark) for mark in _marks(spec)):
            yield f'a line that crosses a break of the table {table!r}; add detail="part" (see `ballots`)'


def _marks(spec, above=None):
    """Yield (type of mark, encoding) for each mark of a chart, with what it has from the layers above."""
    encoding = (above or {}) | spec.get("encoding", {})
    if "mark" in spec:
        yield spec["mark"] if isinstance(spec["mark"], str) else spec["mark"]["type"], encoding
    for part in [*spec.get("layer", []), *([spec["spec"]] if "spec" in spec else [])]:
        yield from _marks(part, encoding)


def _crosses(mark):
    """Is it a line or an area over time, one for all parts of a series that has breaks?"""
    kind, encoding = mark
    along = encoding.get("x", {})
    over_time = along.get("type") == "temporal" or along.get("field") in ("year", "session")
    fields = [channel.get("field") for place in encoding.values() for channel in _listed(place)]
    return kind in ("line", "area", "trail") and over_time and "part" not in fields


def _listed(place):
    return place if isinstance(place, list) else [place]


def table(spec):
    """Return the data of a chart as a DataFrame; a date without a time is the date alone.

    A column whose name begins with `_` is for the drawing alone (the place of a label) and is left out.
    """
    data = pd.DataFrame(spec["datasets"][spec["data"]["name"]], columns=spec["usermeta"].get("columns"))
    data = data.loc[:, ~data.columns.str.startswith("_")]
    return data.replace(r"T00:00:00(\.000)?$", "", regex=True)


def as_csv(spec):
    return table(spec).to_csv(index=False, lineterminator="\n")


def caption(spec):
    """Return the title and the subtitle of a chart; either may be given as a list of lines."""
    parts = spec["title"]["text"], spec["title"]["subtitle"]
    return [smartyPants(" ".join(part) if isinstance(part, list) else part, "q") for part in parts]


def keyed(subtitle, key):
    """Return the HTML of a subtitle in which the words of a chart's key have their colours."""

    def swatch(word):
        return f'<b class="chart-key" style="--c: var(--{key[word[0]]})">{word[0]}</b>'

    return re.sub(rf"(?<!\w)({'|'.join(map(re.escape, key))})\b", swatch, subtitle) if key else subtitle


def figure(spec, drawn, root, number, table_place):
    """Return the HTML of a chart up to its foot: number, title, subtitle, drawings, source, table, CSV.

    `root` leads to the book's root; below it, `table_place` says where a table is described.
    """
    name, (text, subtitle) = spec["name"], map(html.escape, caption(spec))
    subtitle = keyed(subtitle, spec["usermeta"].get("key"))
    data = table(spec).rename(columns=lambda column: column.replace("_", " "))
    data_table = data.to_html(
        index=False,
        border=0,
        na_rep="",
        justify="unset",
        float_format=lambda number: f"{number:.4f}".rstrip("0").rstrip("."),
        escape=True,
    ).replace(' style="text-align: unset;"', "")
    data_table = re.sub(r"\n\s*(?=<)", "", data_table)  # a table of votes is a tenth of its page
    names = spec["usermeta"]["tables"]
    titles = (html.escape(source["title"]) for table in names for source in package()[table]["sources"])
    sources = "; ".join(dict.fromkeys(titles))
    tables = ", ".join(f'<a href="{root}{table_place(table)}">{table}</a>' for table in names)
    bound = any("bind" in param for param in spec.get("params", []))
    # there is room for them: nothing moves when they come
    controls = '<div class="chart-controls"></div>' if bound else ""
    return (
        f'<figure class="chart" id="fig-{name}">\n'
        f'<figcaption><span class="chart-number">Figure {number}</span> '
        f'<span class="chart-title">{text}</span>'
        f'<span class="chart-subtitle">{subtitle}</span></figcaption>\n'
        f"{drawn['wide']}\n"
        f"{drawn['narrow']}\n"
        f'{controls}<p class="chart-source">Source: {sources} (data: {tables})</p>\n'
        '<div class="chart-foot"><details><summary>Table</summary>'
        f'<section class="chart-table" tabindex="0" aria-label="Table: {text}">{data_table}</section>'
        "</details>\n"
        f'<a href="{root}figures/{name}.csv" download>Data (CSV)</a>'
    )


class Charts:
    """The charts of the book: drawn while the pages are written, each until its page has its turn."""

    def begin(self, app):
        self.drawings = Drawings(place(app, "drawings"))

    def draw(self, app, env):
        """Begin once the kernels are gone: Vega takes as much memory as they do."""
        for figure in env.get_domain("edition").figures:
            self.drawings.begin(figure.spec)

    def visit(self, translator, node):
        spec, builder = node["spec"], translator.builder
        docname = builder.current_docname
        number, root = figure_numbers(builder.env)[spec["name"]], "../" * docname.count("/")
        try:
            drawn = self.drawings(spec)
        except DrawingError as error:
            message = "chart %s can't be drawn: %s; correct it in its cell"
            logger.warning(message, spec["name"], error, location=(docname, node["line"]))
            raise nodes.SkipNode from None
        translator.body.append(figure(spec, drawn, root, number, partial(table_place, builder)))

    def depart(self, translator, node):
        translator.body.append("</div>\n</figure>")

    def finish(self, app, error):
        """Write beside the pages the data of each chart, for download, and what makes it interactive."""
        if not error and app.builder.format == "html":
            folder = Path(app.outdir, "figures")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for figure in app.env.get_domain("edition").figures:
                (folder / f"{figure.id}.csv").write_text(as_csv(figure.spec), encoding="utf-8")
                with suppress(DrawingError):  # `visit` has told
                    script = self.drawings(figure.spec)["script"]
                    (folder / f"{figure.id}.js").write_text(script, encoding="utf-8")
        self.drawings.end()


def setup(app):
    charts = Charts()
    app.add_node(chart, html=(charts.visit, charts.depart))
    app.connect("builder-inited", charts.begin)
    app.connect("env-updated", charts.draw, priority=200)  # after execution's 100
    app.connect("build-finished", charts.finish)
