"""Who speaks in a source: its outlet or body.

The table `outlets` tells what each is; the pages say it at each citation in a note and in the ledger.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from edition.apparatus.sources import places
from edition.elements import element, has_class, make
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/outlets.csv"


def outlet(entry):
    """Return the outlet of a source: its field `organization`, else its author where that is a body."""
    authors = entry.persons.get("author", [])
    body = str(authors[0]).strip("{}") if len(authors) == 1 and not authors[0].first_names else ""
    return entry.fields.get("organization", body)


def known(folder):
    """Return the table of outlets by name, or None where a book has none."""
    return load("outlets", folder).set_index("outlet") if "outlets" in package(folder) else None


def check(app, env):
    """Report a source whose outlet is not in the table, and an outlet of no source."""
    folder, sources = Path(app.srcdir, "data"), env.get_domain("cite").bibdata.data.entries
    if (table := known(folder)) is None:
        return
    named, where = {key: outlet(entry) for key, entry in sources.items()}, places(app)
    for key, name in named.items():
        if not name:
            logger.warning("source %s names no outlet; add 'organization'", key, location=where[key])
        elif name not in table.index:
            message = "source %s: its outlet %r is not in %s; add it there with its kind, or correct it"
            logger.warning(message, key, name, FILE, location=where[key])
    for row, name in enumerate(table.index, 2):
        if name not in named.values():
            message = "no source is of the outlet %s; delete the row, or correct the name"
            logger.warning(message, name, location=f"{Path(app.srcdir, FILE)}:{row}")


def described(entry, table):
    """Return what a source is, in a few words: the kind of its outlet, and whether it is a copy."""
    name, words = outlet(entry), []
    if entry.persons.get("author") and name != str(entry.persons["author"][0]).strip("{}"):
        words.append(name)  # of an article by a person
    if name in table.index:
        kind = table.at[name, "kind"]
        words.append("state-funded press" if table.at[name, "independent"] == "yes" else kind)
    if "via" in entry.fields:
        words.append("republished")
    if entry.fields.get("translation") == "machine":
        words.append("machine translation")
    return ", ".join(words)


def label(app, doctree, docname):
    """Say at each citation in a note or the ledger, and in the bibliography, what the source is."""
    if (table := known(Path(app.srcdir, "data"))) is None:
        return
    sources = app.env.get_domain("cite").bibdata.data.entries
    where = (
        node for node in doctree.findall(element) if has_class(node, "evidence") or has_class(node, "cited")
    )
    for part in where:
        for link in list(part.findall(nodes.reference)):
            key = link.get("refuri", link.get("refid", "")).rpartition("cite-")[2]
            if key in sources and (words := described(sources[key], table)):
                link += make("span", f", {words}", class_="outlet-kind")
    for listed in doctree.findall(nodes.citation):
        key = listed["ids"][0].removeprefix("cite-")
        if key in sources and (words := described(sources[key], table)):
            listed[-1] += make("span", f" {words[0].upper()}{words[1:]}.", class_="outlet-kind")


def setup(app):
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", label, priority=450)  # when `markup` has mended the entries
