"""The Sphinx extension of the edition: registers its parts, and checks the tables before anything is built."""

import os
import time
import zlib
from pathlib import Path

from sphinx.util import logging

from edition import (
    apparatus, archive, backmatter, checks, cite, dates, domain, downloads, erabar, execution, facing, figure, launch, live, markup, metadata, origin, page, reach, search, sources, statements,
    stylesheet, terms, webannotation,
)
from edition.tables import TableError

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent


def configure(app, config):
    """Give the pages the address of the repository and the commit that they are built from, where these are known."""
    address, ref = origin.repository(), origin.revision()
    if not address:
        logger.info("The repository's address is not known (GITHUB_REPOSITORY, git remote): links to it, and the addresses in citations, are left out.")
        return
    config.html_baseurl = origin.site(address) or ""
    config.html_theme_options |= {"repository_url": address, "use_repository_button": True, "use_issues_button": True}
    if not ref:
        logger.info("The commit is not known (no git): links to Binder are left out.")
        return
    config.edition_launch = origin.binder(address, ref)
    if origin.changed():
        logger.info("Some changes are in no commit: Binder will run %s, without them.", ref)


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


def setup(app):
    os.environ["EDITION_BOOK"] = "1"  # the kernels inherit it: charts leave their cells as figures of the book
    os.environ["TZ"] = "UTC"  # days are drawn alike wherever the book is built
    time.tzset()
    app.connect("config-inited", configure)
    app.connect("builder-inited", check_tables)
    parts = (
        cite, domain, apparatus, archive, backmatter, dates, downloads, erabar, execution, facing, figure, launch, live, markup, metadata, page, reach, search, sources, statements,
        stylesheet, terms, webannotation,
    )
    for part in parts:
        part.setup(app)
    static = os.path.relpath(Path(__file__).with_name("static"), app.srcdir)  # relative: what is built doesn't tell where
    app.config.html_static_path.append(static)
    app.config.templates_path.append(os.path.relpath(Path(__file__).with_name("templates"), app.srcdir))
    app.add_css_file("palette.css")
    app.add_css_file("edition.css")
    app.add_css_file("search.css")
    code = b"".join(path.read_bytes() for path in [*sorted(ROOT.glob("edition/*.py")), ROOT / "requirements.txt"])
    return {"parallel_read_safe": True, "parallel_write_safe": False, "env_version": zlib.crc32(code)}  # another code reads every chapter anew
