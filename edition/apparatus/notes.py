"""A note: what it judges or explains, its finding in a sentence, and the evidence for it.

```{annotation} osce-chair
:lemma: words … of the original, at most eight
:kind: check
:verdict: refined
:gist: What is so, in one sentence that stands alone.
:was: ids-of-notes that-this-one-replaced another@in-this-chapter
Evidence, with {cite:p}`its-source`. {later}`What was known after the text.`
```
"""

import re
from datetime import date

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus import wording
from edition.domain import Note
from edition.elements import make

logger = logging.getLogger(__name__)

KINDS = ("check", "context", "term", "data")
VERDICTS = ("confirmed", "refined", "disputed", "corrected", "open")
CALLED = {"refined": "not exact", "corrected": "wrong"}  # a verdict in the reader's words, where they differ
LEMMA_WORDS, GIST_WORDS, EVIDENCE_WORDS = 8, 25, 60
BLOCKS = (nodes.paragraph, nodes.bullet_list, nodes.enumerated_list, nodes.table)  # what may stand in a note
APART = (nodes.system_message, nodes.comment, nodes.target, nodes.problematic)  # told elsewhere, or not shown
BLOCK_NAMES = {
    "rubric": "a heading",
    "section": "a heading",
    "raw": "raw HTML",
    "literal_block": "a block of code",
    "image": "a picture",
    "annotation": "a note",
    "passage": "a passage",
}
MONTHS = "January February March April May June July August September October November December".split()
DATED = re.compile(
    rf"(?:(?:(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) |\b(?:in|since|during|of) )(\d{{4}})\b", re.I
)


class annotation(nodes.Element):
    """A note; `note` is its id, `kind`, `verdict`, `lemma`, `gist` and `term` its options.

    `was`: (id, page or "") of each note that it replaced. Its children are its gist and its evidence.
    """


class later(nodes.Inline, nodes.TextElement):
    """Words that tell of a time after the commentary."""


class AnnotationDirective(SphinxDirective):
    """A note on a lemma of the commentary; its marker says where it belongs."""

    has_content = True
    required_arguments = 1
    option_spec = dict.fromkeys(
        ("lemma", "kind", "verdict", "gist", "was", "term"), directives.unchanged_required
    )

    def run(self):
        name = self.arguments[0]
        options = dict.fromkeys(self.option_spec, "") | self.options
        was = [tuple(old.partition("@")[::2]) for old in options.pop("was").split()]
        node = annotation(note=name, ids=[f"note-{name}"], was=was, **options)
        self.set_source_info(node)
        gist, _ = self.parse_inline(options["gist"])
        evidence = self.parse_content_to_nodes()
        node += [make("p", *gist, class_="gist"), make("div", *evidence, class_="evidence")]
        for fault in self.faults(node):
            logger.warning("note %s: %s", name, fault, location=self.get_location())
        for what, line in unwanted(evidence, BLOCKS):
            message = "note %s holds %s; write paragraphs, a list or a table"
            logger.warning(message, name, what, location=(self.env.docname, line or self.lineno))
        return [node]

    def faults(self, node):
        lemma, kind, verdict = node["lemma"], node["kind"], node["verdict"]
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.arguments[0]):
            yield "an id has lower-case letters, digits and hyphens only; rename it"
        if not lemma:
            yield f"no lemma; add ':lemma:' with the words of the original, at most {LEMMA_WORDS}"
        if (length := len(lemma.replace("…", " ").split())) > LEMMA_WORDS:
            remedy = f"shorten it to at most {LEMMA_WORDS}, with … for what is left out"
            yield f"the lemma has {length} words; {remedy}"
        if not kind:
            yield f"no kind; add ':kind:' with one of {', '.join(KINDS)}"
        elif kind not in KINDS:
            yield f"unknown kind {kind!r}; use one of {', '.join(KINDS)}"
        if verdict and verdict not in VERDICTS:
            yield f"unknown verdict {verdict!r}; use one of {', '.join(VERDICTS)}"
        if kind == "check" and not verdict:
            yield f"a check needs a verdict; add ':verdict:' with one of {', '.join(VERDICTS)}"
        if verdict and kind in ("context", "term"):
            yield f"a {kind} note judges nothing; delete ':verdict:', or change ':kind:'"
        if verdict and not sources(node):
            yield "a verdict needs a source; cite one with {cite:t}`key` or {cite:p}`key`"
        if kind in KINDS and (kind == "term") != bool(node["term"]):
            yield "a term note is a glossary entry; add ':term:' with the headword, to this kind only"
        yield from self.faults_of_gist(node)
        yield from self.faults_of_evidence(node)

    def faults_of_gist(self, node):
        gist, length = node["gist"], len(node["gist"].split())
        if not gist:
            yield f"no gist; add ':gist:' with what is so, in one sentence of at most {GIST_WORDS} words"
            return
        if length > GIST_WORDS:
            yield f"the gist has {length} words; shorten it to at most {GIST_WORDS}"
        if sources(node[0]):
            yield "the gist cites a source; cite it in the evidence"
        if not wording.has_verb(gist):
            yield f"the gist has no verb ({gist!r}); say what is so, in a sentence"
        if not re.search(r"[.?!][’”'\"]?$", gist):
            yield "the gist does not end as a sentence does; put a full stop"

    def faults_of_evidence(self, node):
        gist, evidence = node.children
        text = prose(evidence)
        if (length := len(text.split())) > EVIDENCE_WORDS:
            remedy = f"shorten it to at most {EVIDENCE_WORDS}, or make a table of it"
            yield f"the evidence has {length} words; {remedy}"
        for sentence in order_words(evidence):
            yield f"{sentence!r}: the order of sources is the style's; name who says it"
        for office in wording.nameless(f"{node['gist']} {text}"):
            yield f"{office!r}: who? Write the name, or 'unnamed' where the source has none"
        last = self.config.edition_last_day
        told = [text_then(evidence), *([node["gist"]] if node["verdict"] else [])]
        for day in dict.fromkeys(words for part in told for words in after(part, last)):
            remedy = "put what it tells in {later}`…`, or take it out of the gist"
            yield f"{day!r} is later than {last}; {remedy}"


class LaterRole(SphinxRole):
    """{later}`words`: they tell of a time after the commentary; with a source in them between ``…``."""

    def run(self):
        node = later(self.rawtext)
        content, messages = self.inliner.parse(self.text, self.lineno, self.inliner, node)
        node += content
        return [node], messages


class LaterWord(SphinxPostTransform):
    """Say "Later:" before what is told of later times: for all that reads a page."""

    default_priority = 5

    def run(self, **kwargs):
        for node in self.document.findall(later):
            node.insert(0, [make("span", "Later:", class_="later-word"), nodes.Text(" ")])


def unwanted(children, blocks):
    """Yield (what, line) for each part of a passage or a note that has no place there."""
    for child in children:
        if not isinstance(child, (*blocks, *APART)):
            yield BLOCK_NAMES.get(child.tagname, f"a part that is called {child.tagname}"), child.line
    for child in children:
        for raw in child.findall(nodes.raw):
            if raw is not child:
                yield BLOCK_NAMES["raw"], raw.line


def prose(node, *, without=(nodes.table,)):
    """Return the text of a note or a part of it, without citations, and without tables (or what else)."""
    copy = node.deepcopy()
    for part in list(copy.findall(lambda inner: isinstance(inner, without) or is_citation(inner))):
        if part.parent is not None:
            part.parent.remove(part)
    text = " ".join(child.astext() for child in copy.children)
    return re.sub(r" +([.,;:])", r"\1", " ".join(text.split()))


def text_then(node):
    """Return the text of a note without what is told of later times."""
    return prose(node, without=(later,))


def order_words(evidence):
    """Yield the words by which a sentence with several sources tells them apart by their order."""
    copy = evidence.deepcopy()
    for cited in list(copy.findall(is_citation)):
        cited.parent.replace(cited, nodes.Text("§" * len(sources(cited))))
    for paragraph in copy.findall(nodes.paragraph):
        for sentence in wording.SENTENCE.split(paragraph.astext()):
            if sentence.count("§") > 1 and (order := wording.ORDER.search(sentence)):
                yield order[0]


def after(text, last):
    """Yield each date in a text that is after the day `last`: a day, a month or a year."""
    for match in DATED.finditer(text):
        day, month, year = int(match[1] or 1), match[2], int(match[3])
        try:
            first = date(year, MONTHS.index(month.capitalize()) + 1 if month else 1, day)
        except ValueError:  # a day that no calendar has: `days` tells
            continue
        if first > last:
            yield match[0]


def is_citation(node):
    return isinstance(node, pending_xref) and node.get("refdomain") == "cite"


def sources(node):
    """Return the keys of the sources that a note or a part of it cites, in its order."""
    keys = (key.strip() for cited in node.findall(is_citation) for key in cited["reftarget"].split(","))
    return tuple(dict.fromkeys(keys))


def check(app, env):
    """Report what two notes tell, and an older id that is a note's own."""
    notes = {note.id: note for note in env.get_domain("edition").notes}
    texts = {id: note.text for id, note in notes.items()}
    for name, other, words in wording.repeated(texts):
        message = "note %s tells again what note %s tells (%r); tell it once, and link with {note}`%s`"
        place = notes[name].docname, notes[name].line
        logger.warning(message, name, other, words, other, location=place)
    olds = [(old, note) for note in notes.values() for old, _ in note.was]
    for number, (old, note) in enumerate(olds):
        if old in notes or old in (earlier for earlier, _ in olds[:number]):
            message = "note %s: ':was:' names %s, which is %s; delete one of the two"
            what = "a note of its own" if old in notes else "in another note, too"
            logger.warning(message, note.id, old, what, location=(note.docname, note.line))


def says(note):
    """Return what a note is, in a word or two: its verdict in the reader's words, else its kind."""
    verdict = CALLED.get(note["verdict"], note["verdict"])
    return (verdict if note["kind"] == "check" else f"{note['kind']}, {verdict}") if verdict else note["kind"]


def as_note(docname, node):
    """Return what the domain keeps of a note."""
    names = ("passage", "number", "kind", "verdict", "lemma", "gist", "term")
    then = node.deepcopy()
    for told_later in list(then.findall(later)):
        told_later.parent.remove(told_later)
    return Note(
        docname,
        node.line,
        node["note"],
        was=tuple(node["was"]),
        sources=sources(node),
        sources_then=sources(then),
        text=prose(node, without=()),
        **{name: node[name] for name in names},
    )


# --- HTML ---


def visit_annotation(self, node):
    place = node["passage"]
    self.body.append(
        f'<aside class="annotation" id="note-{node["note"]}" role="note" '
        f'aria-label="Note {place}.{node["number"]}, {says(node)}" data-kind="{node["kind"]}" '
        f'data-verdict="{node["verdict"]}" data-passage="{place}" tabindex="-1">'
    )


def visit_later(self, node):
    self.body.append('<span class="later">')


def setup(app):
    app.add_config_value("edition_last_day", date.min, "env", [date])  # the last that the text speaks of
    app.add_directive("annotation", AnnotationDirective)
    app.add_role("later", LaterRole())
    app.add_post_transform(LaterWord)
    app.connect("env-check-consistency", check)
    app.add_node(annotation, html=(visit_annotation, lambda self, node: self.body.append("</aside>")))
    app.add_node(later, html=(visit_later, lambda self, node: self.body.append("</span>")))
