"""The Sphinx extension of the edition: registers its parts, checks the tables before anything is built, and finds the repository."""

import os
import re
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from edition import apparatus, backmatter, checks, domain, erabar, figure, live, sources
from edition.tables import TableError

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent


def repository():
    """Return the address of the repository from GITHUB_REPOSITORY or the git remote, or None where neither is known."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    try:
        remote = subprocess.run(["git", "-C", ROOT, "remote", "get-url", "origin"], capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:  # no git on this machine
        return None
    # https://user:secret@host/path.git, ssh://git@host/path.git and git@host:path.git all name https://host/path
    found = re.fullmatch(r"(?:(?:https?|ssh)://(?:[^@/]*@)?|[\w.-]+@)([\w.-]+\.\w+)(?::\d+)?[:/](.+?)(?:\.git)?/?", remote)
    return f"https://{found[1]}/{found[2]}" if found else None


def configure(app, config):
    address = repository()
    if address:
        config.html_theme_options |= {"repository_url": address, "use_repository_button": True, "use_issues_button": True}
    else:
        logger.info("The repository's address is not known (GITHUB_REPOSITORY, git remote): links to it are left out.")


def check_tables(app):
    """Report every fault of the tables and stop: what is built from a wrong table would be wrong."""
    try:
        found = list(checks.faults(app.config.edition_passages, Path(app.srcdir, "data")))
    except TableError as error:
        raise SystemExit(str(error)) from None
    for file, line, message in found:
        logger.warning(message, location=f"{Path(app.srcdir, file)}:{line}" if line else str(Path(app.srcdir, file)))
    if found:
        raise SystemExit("Nothing was built: correct the tables first.")  # another exception would end in a traceback


def failed_cells(app, doctree):
    """Say of a failed cell where it stands."""
    for node in doctree.findall(nodes.literal_block):
        if "traceback" in node["classes"]:
            last = node.astext().strip().splitlines()[-1]
            logger.warning("this cell failed: %s; correct the cell, or the data that it reads", last, location=node)


def setup(app):
    os.environ["EDITION_BOOK"] = "1"  # the kernels inherit it: charts leave their cells as figures of the book
    app.connect("config-inited", configure)
    app.connect("builder-inited", check_tables)
    app.connect("doctree-read", failed_cells)
    for part in (domain, apparatus, backmatter, erabar, figure, live, sources):
        part.setup(app)
    app.config.html_static_path.append(str(Path(__file__).with_name("static")))
    app.add_css_file("palette.css")
    app.add_css_file("edition.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
