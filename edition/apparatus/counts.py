"""How many notes, sources and statements the book has, for its prose."""

from collections import Counter

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from edition.apparatus.notes import KINDS, VERDICTS
from edition.tables import load, package

logger = logging.getLogger(__name__)
SOURCES = {  # what is counted of them -> whether a source, by its fields, is one of these
    "sources": lambda fields: True,
    "archived": lambda fields: "archiveurl" in fields,
    "untitled": lambda fields: fields["title"].startswith("["),  # its title was not seen
    "undated": lambda fields: fields["year"].startswith("n.d."),
    "republished": lambda fields: "via" in fields,
    "english": lambda fields: "langid" not in fields,
    "russian": lambda fields: fields.get("langid") == "russian",
    "kazakh": lambda fields: fields.get("langid") == "kazakh",
}
# of the statements: those that are trivial, and the others, which the question bank asks, by verdict
STATEMENTS = ("trivial", "asked", *(f"asked {verdict}" for verdict in VERDICTS))
COUNTED = ("notes", *SOURCES, *KINDS, *VERDICTS, *STATEMENTS)  # by the role {count}


class note_count(nodes.Inline, nodes.Element):
    """A number of notes, sources or statements, known once all chapters are read."""


class CountRole(SphinxRole):
    """{count}`notes`, {count}`confirmed` (any verdict or kind), {count}`sources`, {count}`untitled` (see
    SOURCES), {count}`asked confirmed` (see STATEMENTS): how many the book has."""

    def run(self):
        if self.text not in COUNTED:
            message = f"nothing is counted as {self.text!r}; use one of {', '.join(COUNTED)}"
            logger.warning(message, location=self.get_location())
            return [], []
        return [note_count(what=self.text)], []


def count(env):
    """Return {word of the role {count}: how many notes, sources or statements of the book it counts}."""
    notes = env.get_domain("edition").notes
    sources = env.get_domain("cite").bibdata.data.entries  # each is used, or the build tells
    kinds, verdicts = Counter(note.kind for note in notes), Counter(note.verdict for note in notes)
    totals = {what: sum(has(source.fields) for source in sources.values()) for what, has in SOURCES.items()}
    counts = kinds | verdicts | totals | of_statements() | {"notes": len(notes)}
    return dict.fromkeys(COUNTED, 0) | counts


def of_statements():
    """Return {word of STATEMENTS: how many of the book's statements it counts}."""
    if "statements" not in package():
        return {}
    table = load("statements")
    trivial = table["weight"].eq("trivial")
    asked = Counter(f"asked {verdict}" for verdict in table.loc[~trivial, "verdict"])
    return asked | {"trivial": trivial.sum(), "asked": asked.total()}


class Counts(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        counts = count(self.env)
        for place in list(self.document.findall(note_count)):
            place.replace_self(nodes.Text(str(counts[place["what"]])))


def setup(app):
    app.add_role("count", CountRole())
    app.add_post_transform(Counts)
