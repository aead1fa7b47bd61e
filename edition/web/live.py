"""Live code: each page with cells offers to run them there, by a kernel on Binder. What that needs stands in `static/live/`."""

from edition.web.running import has_cells


def add_scripts(app, page, template, context, doctree):
    """Load on pages with cells the script for charts, and where Binder can find the repository the one for live code."""
    if not has_cells(doctree):
        return
    app.add_js_file("explore.js", loading_method="defer")
    if app.config.edition_launch:
        attributes = {f"data-{name}": value for name, value in (app.config.edition_launch | {"path": page}).items()}
        app.add_js_file("live.js", loading_method="defer", **attributes)


def setup(app):
    app.connect("html-page-context", add_scripts)
