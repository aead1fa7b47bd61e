"""How a reader runs a chapter: in the page, in JupyterLab on Binder, as a notebook.

In the page is live code, by a kernel on Binder; `static/live/` has what that needs.
"""

from pathlib import Path

from docutils import nodes

from edition.apparatus.passages import apparatus
from edition.citing.pages import link
from edition.elements import make, texts
from edition.web import repository


def has_cells(doctree):
    return doctree is not None and any("cell" in node["classes"] for node in doctree.findall(nodes.container))


def offer(app, doctree, docname):
    """Put at the end of a chapter, before its notes, the ways to run it, if it has cells, and to cite it."""
    line = make("p", class_="run")
    if has_cells(doctree):
        line += nodes.Text("Run this page: ")
        if app.config.edition_launch:
            binder = repository.binder_link(app.config.edition_launch, docname)
            button = make("button", "in the page", type="button", class_="chart-explore")  # of static/live.js
            line += make("span", button, " · ", class_="live-offer")
            line += texts(make("a", "in JupyterLab, on Binder", href=binder), " · ")
        file = f"{'../' * docname.count('/')}notebooks/{Path(docname).name}.ipynb"
        line += make("a", "as a notebook", href=file, download=True)
    if app.config.edition_citation:
        what = "this edition" if docname == app.config.root_doc else "this chapter"
        line += texts(*([". "] if len(line) else []), link(docname, "chapter", what, f"Cite {what}"))
    if len(line):
        chapter = next(doctree.findall(nodes.section), doctree)
        notes = next((part for part in chapter if isinstance(part, apparatus)), None)
        chapter.insert(chapter.index(notes) if notes else len(chapter), line)


def add_scripts(app, page, template, context, doctree):
    """Load on pages with cells the script for charts, and the one for live code.

    The latter only where Binder can find the repository.
    """
    if not has_cells(doctree):
        return
    app.add_js_file("explore.js", loading_method="defer")
    if app.config.edition_launch:
        data = app.config.edition_launch | {"path": page}
        attributes = {f"data-{name}": value for name, value in data.items()}
        app.add_js_file("live.js", loading_method="defer", **attributes)


def setup(app):
    # what `repository.binder` returns, where the repository is known
    app.add_config_value("edition_launch", None, "html")
    app.connect("doctree-resolved", offer, priority=600)
    app.connect("html-page-context", add_scripts)
