"""How many notes and sources the book has, for its prose."""

from collections import Counter

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from edition.apparatus.passages import KINDS, VERDICTS

logger = logging.getLogger(__name__)
COUNTED = ("notes", "sources", "archived", *KINDS, *VERDICTS)  # by the role {count}


class note_count(nodes.Inline, nodes.Element):
    """A number of notes or sources, known once all chapters are read."""


class CountRole(SphinxRole):
    """{count}`notes`, {count}`sources` or {count}`confirmed` (any verdict or kind): how many of them the book has."""

    def run(self):
        if self.text not in COUNTED:
            logger.warning(
                "nothing is counted as %r; use one of %s",
                self.text,
                ", ".join(COUNTED),
                location=self.get_location(),
            )
            return [], []
        return [note_count(what=self.text)], []


def count(env):
    """Return how many notes of each kind and verdict, notes, and sources the book has, by the words of the role {count}."""
    notes = env.get_domain("edition").notes
    sources = env.get_domain("cite").bibdata.data.entries  # each is used, or the build tells
    counts = (
        dict.fromkeys((*KINDS, *VERDICTS), 0)
        | Counter(n.kind for n in notes)
        | Counter(n.verdict for n in notes)
    )
    archived = sum("archiveurl" in source.fields for source in sources.values())
    return counts | {"notes": len(notes), "sources": len(sources), "archived": archived}


class Counts(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        counts = count(self.env)
        for place in list(self.document.findall(note_count)):
            place.replace_self(nodes.Text(str(counts[place["what"]])))


def setup(app):
    app.add_role("count", CountRole())
    app.add_post_transform(Counts)
