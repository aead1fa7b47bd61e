"""How many notes and sources the book has, for its prose."""

from collections import Counter

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from edition.apparatus.notes import KINDS, VERDICTS

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
COUNTED = ("notes", *SOURCES, *KINDS, *VERDICTS)  # by the role {count}


class note_count(nodes.Inline, nodes.Element):
    """A number of notes or sources, known once all chapters are read."""


class CountRole(SphinxRole):
    """{count}`notes`, {count}`confirmed` (any verdict or kind), {count}`sources`, {count}`untitled` (see
    SOURCES): how many the book has."""

    def run(self):
        if self.text not in COUNTED:
            message = f"nothing is counted as {self.text!r}; use one of {', '.join(COUNTED)}"
            logger.warning(message, location=self.get_location())
            return [], []
        return [note_count(what=self.text)], []


def count(env):
    """Return {word of the role {count}: how many notes or sources of the book it counts}."""
    notes = env.get_domain("edition").notes
    sources = env.get_domain("cite").bibdata.data.entries  # each is used, or the build tells
    kinds, verdicts = Counter(note.kind for note in notes), Counter(note.verdict for note in notes)
    totals = {what: sum(has(source.fields) for source in sources.values()) for what, has in SOURCES.items()}
    return dict.fromkeys((*KINDS, *VERDICTS), 0) | kinds | verdicts | totals | {"notes": len(notes)}


class Counts(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        counts = count(self.env)
        for place in list(self.document.findall(note_count)):
            place.replace_self(nodes.Text(str(counts[place["what"]])))


def setup(app):
    app.add_role("count", CountRole())
    app.add_post_transform(Counts)
