"""The Sphinx extension of the edition: registers its parts, and checks the tables before all else."""

import os
import time
from itertools import groupby
from logging import WARNING, Handler, getLogger
from pathlib import Path
from posixpath import basename

from sphinx.util import logging

from edition import tables
from edition.domain import passage_numbers
from edition.tables import checks, seals
from edition.web import repository

logger = logging.getLogger(__name__)
PARTS = """
elements domain apparatus.notes apparatus.passages apparatus.fences apparatus.markup apparatus.sources
apparatus.outlets apparatus.archive apparatus.ledger apparatus.links apparatus.counts apparatus.reading
apparatus.glossary apparatus.terms apparatus.chronology apparatus.dictionary apparatus.eras
apparatus.through apparatus.days apparatus.people apparatus.profile apparatus.seminar charts.figure
execution.cells citing.pages citing.metadata witness.facing web.running web.notebooks web.downloads
web.highlighting web.policy web.dirty web.search web.annotations web.stylesheet teaching.bank
teaching.cartridge
"""


def settle(app, config):
    """Set what is alike in every edition, so that no `_config.yml` has to."""
    config.bibtex_default_style = config.bibtex_reference_style = "edition"  # of `apparatus.sources`
    # of an unknown source the edition itself tells, with what to do
    config.bibtex_cite_id = "cite-{bibliography_count}-{key}"
    config.suppress_warnings += ["myst.domains", "bibtex.key_not_found"]
    if config.html_theme == "edition":
        config.html_theme_options = {}  # those of Jupyter Book's own theme
        config.html_use_index = config.html_copy_source = False
        config.html_permalinks_icon = "#"


def configure(app, config):
    """Give the pages the address of the repository and the commit that they are built from, where known."""
    address, ref = repository.repository(app.srcdir), repository.revision(app.srcdir)
    config.html_baseurl = repository.site(address) or ""
    if not address:
        logger.info(
            "note: The repository's address is not known (GITHUB_REPOSITORY, git remote): "
            "links to it, and the addresses in citations, are left out."
        )
        return
    config.html_context["repository"] = address
    if not ref:
        logger.info("note: The commit is not known (no git): links to Binder are left out.")
        return
    config.edition_launch = repository.binder(address, ref)
    if repository.changed(app.srcdir):
        logger.info("note: Some changes are in no commit: Binder will run %s, without them.", ref)


def files_changed():
    """Return the names of the files that have changed, where a build goes on from a sound one; else none."""
    return os.environ.get("EDITION_CHANGED", "").splitlines()  # told by build.py


def check_tables(app):
    """Report every fault of the tables, or, where they have none, those that are not as they were sealed."""
    folder = Path(app.srcdir, "data")
    tables.use(folder)
    if (names := files_changed()) and not any(name.startswith("data/") for name in names):
        return
    found = list(checks.faults(passage_numbers(app.config), folder)) or seals.broken(folder)
    for file, line, message in found:
        # with a line, wherever: a location without a colon is the name of a chapter
        logger.warning(message, location=f"{Path(app.srcdir, file)}:{line or 1}")


def check_names(app, env):
    """Report chapters of one file name: their notebooks, sources and citations are called by it."""
    for name, docnames in groupby(sorted(sorted(env.found_docs), key=basename), basename):
        first, *others = docnames
        for other in others:
            message = "there is a chapter %s in another folder, too: %s; rename one of the two files"
            logger.warning(message, name, first, location=other)


class Faults(Handler):
    """Counts the faults that are told: Sphinx itself counts them only when all chapters are read."""

    def __init__(self, app):
        super().__init__(WARNING)
        self.told = False
        self.addFilter(logging.WarningSuppressor(app))
        getLogger(logging.NAMESPACE).addHandler(self)
        for event, priority in [
            ("builder-inited", 900),  # wrong tables, sources or settings
            ("env-updated", 150),  # wrong chapters; the kernels are gone, and no chart is drawn yet
            ("env-check-consistency", 900),  # what they say of one another
        ]:
            app.connect(event, self.stop, priority=priority)

    def emit(self, record):
        self.told = True

    def stop(self, *_):
        """End a build here if it has told faults: what would come next rests on what is not sound."""
        if self.told:
            raise SystemExit(1)  # another exception would end in a traceback


def read_again(app, env, added, changed, removed):
    """Have the chapters read whose own file, or one that they depend on, has changed since the last build."""
    changed_files = {Path(app.srcdir, name) for name in files_changed()}

    def is_outdated(name):
        needs = (Path(app.srcdir, file) for file in env.dependencies[name])
        return changed_files & {Path(env.doc2path(name)), *needs}

    return list(filter(is_outdated, env.found_docs))


def setup(app):
    os.environ["EDITION_BOOK"] = "1"  # the kernels inherit it: charts leave cells as figures of the book
    os.environ["TZ"] = "UTC"  # days are drawn alike wherever the book is built
    time.tzset()
    Faults(app)
    app.connect("config-inited", settle)
    app.connect("config-inited", configure)
    app.connect("builder-inited", check_tables, priority=100)
    for part in PARTS.split():
        app.setup_extension(f"edition.{part}")
    app.connect("env-get-outdated", read_again)
    app.connect("env-check-consistency", check_names)
    # chapters wait for kernels that threads of this process speak to
    return {"parallel_read_safe": False, "parallel_write_safe": False}
