"""Who is who: the people of `data/people.csv`, each with office, years, and the notes that name them."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus.chronology import escaped
from edition.domain import depend_on_tables
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/people.csv"


class others(nodes.Inline, nodes.Element):
    """How many notes name a person (`called`) besides those that are `told`: known once all is read."""


class PeopleDirective(SphinxDirective):
    """The people by group, each a term with its definition."""

    def run(self):
        depend_on_tables(self.env)
        self.env.note_reread()  # it counts the notes of other chapters
        lines = []
        for group, rows in load("people").groupby("group", observed=True):
            lines += [f"### {group[0].upper()}{group[1:]}", "", "{.people}"]
            for row in rows.itertuples():
                told = ", ".join(f"{{note}}`{note}`" for note in row.notes.split())
                more = f"{{others}}`{row.called}|{row.notes}`"
                item = f" [{row.wikidata}](https://www.wikidata.org/wiki/{row.wikidata})" if row.wikidata else ""
                cited = ",".join(row.source.split())
                what = ", ".join(filter(None, [escaped(row.office), years(row.since, row.until)]))
                lines += [f"**{row.person}**", f": {what}. {told}{more}{item} {{cite:p}}`{cited}`", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class OthersRole(SphinxRole):
    """{others}`called|note note`."""

    def run(self):
        called, _, told = self.text.partition("|")
        return [others(called=called, told=told.split())], []


def years(since, until):
    """Return the years of an office in words, or "" where its beginning is not known."""
    match [str(year) for year in (since, until)]:
        case ["<NA>" | "nan", _]:
            return ""
        case [first, "<NA>" | "nan"]:
            return f"from {first}"
        case [first, last]:
            return f"{first}–{last}"


def names(note, called):
    """Return whether a note has the name, as a word of its own, in its words, its gist or its lemma."""
    return re.search(rf"\b{re.escape(called)}\b", f"{note.text} {note.gist} {note.lemma}") is not None


def faults(table, notes):
    """Yield (row, message) for each note that a row names, and that does not name its person."""
    by_id = {note.id: note for note in notes}
    for row in table.itertuples():
        for note in (by_id[id_] for id_ in row.notes.split() if id_ in by_id):  # of others the link tells
            if not names(note, row.called):
                what = f"note {note.id} does not name {row.called}; take it out of the row, or correct called"
                yield row.Index + 2, what


def check(app, env):
    folder = Path(app.srcdir, "data")
    if "people" not in package(folder):
        return
    for row, message in faults(load("people", folder), env.get_domain("edition").notes):
        logger.warning(message, location=f"{Path(app.srcdir, FILE)}:{row}")


class Others(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        notes = self.env.get_domain("edition").notes
        for place in list(self.document.findall(others)):
            more = [note for note in notes if note.id not in place["told"] and names(note, place["called"])]
            place.replace_self(nodes.Text(f" and {len(more)} more." if more else "."))


def setup(app):
    app.add_directive("people", PeopleDirective)
    app.add_role("others", OthersRole())
    app.add_post_transform(Others)
    app.connect("env-check-consistency", check)
