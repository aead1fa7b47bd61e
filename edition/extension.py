"""The Sphinx extension of the edition: registers its parts and checks the data and the sources before anything is built."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from edition import apparatus, backmatter, chart, checks, erabar, figure, sources

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent


def repository():
    """Return the address of the repository from GITHUB_REPOSITORY or the git remote, or None where neither is known."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    remote = subprocess.run(["git", "-C", ROOT, "remote", "get-url", "origin"], capture_output=True, text=True).stdout.strip()
    # https://user:secret@host/path.git, ssh://git@host/path.git and git@host:path.git all name https://host/path
    found = re.fullmatch(r"(?:https?://|ssh://)?(?:[^@/]*@)?([\w.-]+\.\w+)(?::\d+)?[:/](.+?)(?:\.git)?/?", remote)
    return f"https://{found[1]}/{found[2]}" if found else None


def configure(app, config):
    address = repository()
    if address:
        config.html_theme_options |= {"repository_url": address, "use_repository_button": True, "use_issues_button": True}
    else:
        logger.info("The repository's address is not known (GITHUB_REPOSITORY, git remote): links to it are left out.")
    config.html_theme_options.pop("launch_buttons", None)


def check(app):
    """Report every fault of the tables and the sources, with file and line."""
    for file, line, message in checks.faults(Path(app.srcdir, "data"), app.config.edition_passages):
        logger.warning(message, location=f"{Path(app.srcdir, file)}:{line or ''}")
    for name in app.config.bibtex_bibfiles:
        path = Path(app.srcdir, name)
        for line, message in sources.incomplete(path):
            logger.warning(message, location=f"{path}:{line}")


def failed_cells(app, doctree):
    """Say of a failed cell where it stands."""
    for node in doctree.findall(nodes.literal_block):
        if "traceback" in node["classes"]:
            last = node.astext().strip().splitlines()[-1]
            logger.warning("this cell failed: %s; correct the cell, or the data that it reads", last, location=node)


def write_figures(app, error):
    """Write beside the pages the data of each chart, for download, and what makes it interactive."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir, "figures")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, (_, spec) in app.env.get_domain("edition").figures.items():
        (folder / f"{name}.csv").write_text(figure.as_csv(spec), encoding="utf-8")
        (folder / f"{name}.js").write_text(figure.as_script(spec), encoding="utf-8")


def add_script(app, page, template, context, doctree):
    if any(docname == page for docname, _ in app.env.get_domain("edition").figures.values()):
        app.add_js_file("explore.js", loading_method="defer")


def check_sources(app, env):
    """Report a source that nothing uses, and one that is used but not in the list of sources."""
    known = {}
    for name in app.config.bibtex_bibfiles:
        known |= {key: f"{Path(app.srcdir, name)}:{line}" for key, line in sources.keys(Path(app.srcdir, name)).items()}
    used = set()
    for reference in env.get_domain("cite").citation_refs:
        cited = {target.key for target in reference.targets}
        used |= cited
        for key in cited - set(known):
            logger.warning("source %s is not in %s; add it there or correct the key", key, " or ".join(app.config.bibtex_bibfiles),
                           location=(reference.docname, reference.line))
    for file, row, key in checks.table_sources(Path(app.srcdir, "data")):
        used.add(key)
        if key not in known:
            logger.warning("source %s is not in references.bib; add it there or correct the key", key, location=f"{Path(app.srcdir, file)}:{row}")
    for key in sorted(set(known) - used):
        logger.warning("no note and no table uses the source %s; cite it or delete it", key, location=known[key])


def setup(app):
    os.environ["EDITION_BOOK"] = "1"  # the kernels inherit it: charts leave their cells as figures of the book
    for part in (apparatus, backmatter, erabar):
        part.setup(app)
    app.connect("config-inited", configure)
    app.connect("builder-inited", check)
    app.connect("doctree-read", failed_cells)
    app.connect("env-check-consistency", check_sources)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_figures)
    app.config.html_static_path.append(str(Path(chart.__file__).with_name("static")))
    app.add_css_file("palette.css")
    app.add_css_file("edition.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
