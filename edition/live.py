"""Live code: each page with cells offers to run them there, by a kernel on Binder. What that needs stands in `static/live/`."""

from docutils import nodes

BINDER = "https://mybinder.org"
PROVIDERS = {"github.com": "github", "gitlab.com": "gitlab"}  # whose repositories Binder knows by name; any other by its address


def launch(address, ref):
    """Return where Binder finds the book, for the address of its repository and a commit or tag."""
    host, _, name = address.removeprefix("https://").partition("/")
    provider = PROVIDERS.get(host, "git")
    return {"binder": BINDER, "provider": provider, "repo": address if provider == "git" else name, "ref": ref}


def add_scripts(app, page, template, context, doctree):
    """Load on pages with cells the script for charts, and where Binder can find the repository the one for live code."""
    if doctree is None or not any("cell" in node["classes"] for node in doctree.findall(nodes.container)):
        return
    app.add_js_file("explore.js", loading_method="defer")
    if app.config.edition_launch:
        attributes = {f"data-{name}": value for name, value in (app.config.edition_launch | {"path": page}).items()}
        app.add_js_file("live.js", loading_method="defer", **attributes)


def setup(app):
    app.add_config_value("edition_launch", None, "html")  # what `launch` returns, where the repository is known
    app.connect("html-page-context", add_scripts)
