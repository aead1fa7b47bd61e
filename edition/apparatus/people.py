"""Who is who: the people of `data/people.csv`, each with office, years, and the notes that name them."""

import re
from pathlib import Path

import pandas as pd
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus.chronology import escaped
from edition.domain import depend_on_tables
from edition.elements import between, texts
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/people.csv"
WIKIDATA = "https://www.wikidata.org/wiki/"


class naming(nodes.Inline, nodes.Element):
    """Links to `notes` that name a person (`called`), and how many more do: known once all is read."""


class PeopleDirective(SphinxDirective):
    """The people by group, each a term with its definition."""

    def run(self):
        depend_on_tables(self.env)
        self.env.note_reread()  # it counts the notes of other chapters
        lines = []
        for group, rows in load("people").groupby("group", observed=True):
            lines += [f"### {group[0].upper()}{group[1:]}", "", "{.entries .people}"]
            for row in rows.itertuples():
                office = ", ".join(filter(None, [escaped(row.office), years(row.since, row.until)]))
                item = f" · [{row.wikidata}]({WIKIDATA}{row.wikidata})" if row.wikidata else ""
                cited = ",".join(row.source.split())
                where = f"{{naming}}`{row.called}|{row.notes}`{item} · {{cite:p}}`{cited}`"
                lines += [f"**{row.person}**, {office}", f": {where}", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class NamingRole(SphinxRole):
    """{naming}`called|note note`."""

    def run(self):
        called, _, notes = self.text.partition("|")
        return [naming(called=called, notes=notes.split())], []


def years(since, until):
    """Return the years of an office in words, or "" where its beginning is not known."""
    if pd.isna(since):
        return ""
    return f"from {since}" if pd.isna(until) else f"{since}–{until}"


def names(note, called):
    """Return whether a note has the name, as a word of its own, in its words, its gist or its lemma."""
    return re.search(rf"\b{re.escape(called)}\b", f"{note.text} {note.gist} {note.lemma}") is not None


def faults(table, notes):
    """Yield (row, message) for each note that a row names and that there is not, or that names another."""
    by_id = {note.id: note for note in notes}
    for row in table.itertuples():
        for id_ in row.notes.split():
            if id_ not in by_id:
                yield row.Index + 2, f"there is no note {id_}; correct notes"
            elif not names(by_id[id_], row.called):
                what = f"note {id_} does not name {row.called}; take it out of the row, or correct called"
                yield row.Index + 2, what


def check(app, env):
    folder = Path(app.srcdir, "data")
    if "people" in package(folder):
        for row, message in faults(load("people", folder), env.get_domain("edition").notes):
            logger.warning(message, location=f"{Path(app.srcdir, FILE)}:{row}")


class Naming(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        for place in list(self.document.findall(naming)):
            found = [n for n in self.env.get_domain("edition").notes if names(n, place["called"])]
            found.sort(key=lambda note: (note.passage, note.number))
            told = [note for note in found if note.id in place["notes"]]  # `check` tells of others
            links = [self.link(note) for note in told]
            more = f" and {len(found) - len(told)} more" if len(found) > len(told) else ""
            word = "Note " if len(found) == 1 else "Notes "
            place.replace_self([nodes.Text(word), *texts(*between(links, ", ")), nodes.Text(more)])

    def link(self, note):
        uri = self.app.builder.get_relative_uri(self.env.docname, note.docname)
        number = f"{note.passage}.{note.number}"
        return nodes.reference("", number, internal=True, refuri=f"{uri}#note-{note.id}")


def setup(app):
    app.add_directive("people", PeopleDirective)
    app.add_role("naming", NamingRole())
    app.add_post_transform(Naming)
    app.connect("env-check-consistency", check)
