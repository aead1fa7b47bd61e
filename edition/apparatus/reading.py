"""How long a page takes to read: at its head, and as {minutes}`page` in the prose of another.

Counted are the words that a reader reads from the first to the last: headings, paragraphs, lists, passages,
the findings beside a passage, those of notes that do not confirm it, and what a ledger shows at once, the
statements that are not confirmed with their findings. The notes in full are counted apart, with all that
they hold. Nothing else is counted: code, tables, charts, lists of terms or of sources, and names of sources
in brackets, all of which are looked at or looked up. (MyST's own count takes them all.)
"""

import re
from typing import NamedTuple

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join, logging
from sphinx.util.docutils import SphinxRole

from edition.apparatus.ledger import statement
from edition.apparatus.notes import annotation, is_citation
from edition.apparatus.passages import marker, passage
from edition.elements import make

logger = logging.getLogger(__name__)
# a minute: adults who read English non-fiction silently, by 190 studies (Brysbaert 2019,
# https://doi.org/10.1016/j.jml.2019.104047); most of them read 175 to 300, fewer in a second language
WORDS_A_MINUTE = 238
WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
TABLES = (nodes.table, nodes.definition_list, statement)
APART = (*TABLES, nodes.literal_block, nodes.comment, nodes.raw, annotation)
THROUGH = "read-through"  # of a page that shows every passage again, with the findings beside it
LOOKED_UP = {"glossary", "chronology", "dictionary"}  # a page that holds one is not read from first to last


class Words(NamedTuple):
    """How many words a page has: by itself, in its passages, beside them, and in its notes."""

    prose: int
    passages: int
    findings: int
    notes: int


class page_minutes(nodes.Inline, nodes.Element):
    """How long some `pages` take, known once all are read."""


def words(node, apart=APART):
    """Return how many words of a text are read; what is filled in later counts as one."""
    if isinstance(node, nodes.Text):
        return len(WORD.findall(node))
    if isinstance(node, (*apart, marker)) or is_citation(node) or "cell" in node.get("classes", ()):
        return 0
    if not node.children:
        return int(isinstance(node, nodes.Inline))
    return sum(words(child, apart) for child in node.children)


def minutes(count):
    """Return in how many whole minutes so many words are read: 0 for less than half a minute."""
    return round(count / WORDS_A_MINUTE)


def measure(app, doctree):
    """Count the words of a page, as it is read: `reading` of its metadata."""
    notes = list(doctree.findall(annotation))
    passages = sum(map(words, doctree.findall(passage)))
    findings = sum(len(WORD.findall(n["gist"])) for n in notes if n["verdict"] not in ("", "confirmed"))
    in_full = sum(words(part, ()) for note in notes for part in note.children)
    rows = [listed["row"] for listed in doctree.findall(statement)]
    shown = " ".join(f"{row['statement']} {row['finding']}" for row in rows if row["verdict"] != "confirmed")
    prose = words(doctree) - passages + len(WORD.findall(shown))
    counted = Words(prose, passages, findings, in_full)
    app.env.metadata[app.env.docname]["reading"] = counted


def reading(env, page):
    """Return the minutes of a page, (without, with) its notes: 0 where it has none to read."""
    kept = env.metadata[page]
    if "reading" not in kept or LOOKED_UP & kept.keys():
        return 0, 0
    own = kept["reading"]
    pages = [parts["reading"] for parts in env.metadata.values() if "reading" in parts]
    taken = sum(other.passages + other.findings for other in pages) if THROUGH in kept else 0
    text = own.prose + own.passages + taken
    return minutes(text + own.findings), minutes(text + own.notes)


def called(count):
    return "1 minute" if count == 1 else f"{count} minutes"


def together(env, pages):
    """Return how long some pages take together, without their notes."""
    return called(sum(reading(env, page)[0] for page in pages))


def named(docname, text):
    """Return the pages that {minutes} names in the page `docname`, as {doc} names one, with commas."""
    return [docname_join(docname, name.strip()) for name in text.split(",")]


class MinutesRole(SphinxRole):
    """{minutes}`votes`: how long that page takes, as "6 minutes"; {minutes}`votes,eras`: both together."""

    def run(self):
        pages = named(self.env.docname, self.text)
        for page in pages:
            if page not in self.env.found_docs:
                message = "{minutes}: there is no page %s; name a chapter by its file, without .md"
                logger.warning(message, page, location=self.get_location())
                return [], []
        node = page_minutes(pages=pages)
        self.set_source_info(node)
        return [node], []


class Minutes(SphinxPostTransform):
    default_priority = 4

    def run(self, **kwargs):
        for place in list(self.document.findall(page_minutes)):
            for page in place["pages"]:
                if not reading(self.env, page)[0]:
                    message = "{minutes}: %s has no minute of prose to read; name another page, or none"
                    logger.warning(message, page, location=place)
            place.replace_self(nodes.Text(together(self.env, place["pages"])))


def show(app, doctree, docname):
    """Say below the title of a page how long it takes."""
    alone, with_notes = reading(app.env, docname)
    title = next(doctree.findall(nodes.title), None)
    if title is None or not alone or docname == app.config.root_doc:
        return
    more = f", {with_notes} with its notes" if with_notes > alone else ""
    line = make("p", f"{called(alone)} to read{more}", class_="reading")
    title.parent.insert(title.parent.index(title) + 1, line)


def setup(app):
    app.add_role("minutes", MinutesRole())
    app.add_post_transform(Minutes)
    app.connect("doctree-read", measure, priority=900)  # when the notes are where they belong
    app.connect("doctree-resolved", show)
