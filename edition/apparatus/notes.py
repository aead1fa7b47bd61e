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
from edition.apparatus.days import MONTHS
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
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# what is said of a time to come: no event of it is told
AHEAD = {"until", "by", "to", "for", "due", "planned", "expected", "towards", "strategy", "plan", "programme"}
DATED = re.compile(
    r"(?P<before>(?:[\w’'-]+ ){0,2}?)"
    rf"(?P<date>(?:(?P<day>\d{{1,2}}) )?(?:(?P<month>{'|'.join(MONTHS)}) (?:\d{{1,2}}, )?)?"
    r"(?<![\d.,/–-])(?P<year>(?:1[89]|20)\d\d))\b(?![\d–-])"
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
        node += nodes.paragraph("", "", *gist, classes=["gist"])
        node += make(
            "section", *evidence, class_="evidence"
        )  # a div with many links is dropped by a reader view
        for fault in self.faults(node):
            logger.warning("note %s: %s", name, fault, location=self.get_location())
        for what, line in unwanted(evidence, BLOCKS):
            message = "note %s holds %s; write paragraphs, a list or a table"
            logger.warning(message, name, what, location=(self.env.docname, line or self.lineno))
        return [node]

    def faults(self, node):
        lemma, kind, verdict = node["lemma"], node["kind"], node["verdict"]
        if not ID.fullmatch(self.arguments[0]):
            yield "an id has lower-case letters, digits and hyphens only; rename it"
        if not spans(lemma):
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
        if any(not isinstance(part, nodes.Text) for part in node[0].children):
            yield "the gist holds markup; write plain words, and put sources and links into the evidence"
        if not wording.has_verb(gist):
            yield f"the gist has no verb that is known ({gist!r}); say what is so, in a sentence"
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


def spans(lemma):
    """Return the words of a lemma, in as many parts as '…' leaves."""
    return [part for part in map(str.strip, lemma.split("…")) if part]


class LaterRole(SphinxRole):
    """{later}`words`: they tell of a time after the commentary; with a source in them between ``…``."""

    def run(self):
        if re.search(r"\{[\w:]+\}$", self.text):
            message = "{later} holds a role; put its words between two backquotes: {later}``…``"
            logger.warning(message, location=self.get_location())
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


def without(node, kinds):
    """Return a copy of a note or a part of it, without the nodes of some kinds in it."""
    copy = node.deepcopy()
    for part in list(copy.findall(lambda inner: isinstance(inner, kinds))):
        part.parent.remove(part)
    return copy


def prose(node, *, apart=(nodes.table,)):
    """Return the text of a note or a part of it, without citations, and without tables (or what else)."""
    copy = without(node, apart)
    for cited in list(copy.findall(is_citation)):
        cited.parent.remove(cited)
    text = " ".join(child.astext() for child in copy.children)
    return re.sub(r" +([.,;:])", r"\1", " ".join(text.split()))


def text_then(node):
    """Return the text of a note without what is told of later times."""
    return prose(node, apart=(later,))


def order_words(evidence):
    """Yield the words by which sentences tell several sources apart by their order."""
    copy = evidence.deepcopy()
    for cited in list(copy.findall(is_citation)):
        cited.parent.replace(cited, nodes.Text("§" * len(sources(cited))))
    for paragraph in copy.findall(nodes.paragraph):
        before = 0  # sources that were cited up to a sentence, and in it
        for sentence in wording.SENTENCE.split(paragraph.astext()):
            before += sentence.count("§")
            if before > 1 and (order := wording.order_words(sentence)):
                yield order


def after(text, last):
    """Yield each date in a text that is after the day `last`: a day, a month or a year."""
    for match in DATED.finditer(text):
        month, year = match["month"], int(match["year"])
        try:
            first = date(year, MONTHS.index(month) + 1 if month else 1, int(match["day"] or 1))
        except ValueError:  # a day that no calendar has: `days` tells
            continue
        if first > last and not AHEAD & set(match["before"].casefold().split()):
            yield match["date"]


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
    olds = [(old, page, note) for note in notes.values() for old, page in note.was]
    chapters = {docname.rpartition("/")[2] for docname in env.found_docs}
    for number, (old, page, note) in enumerate(olds):
        fault = None
        if old in notes or old in (earlier for earlier, *_ in olds[:number]):
            fault = f"{old}, which is {'a note of its own' if old in notes else 'in another note, too'}"
        elif not ID.fullmatch(old):
            fault = f"{old}, which is no id"
        elif page and page not in chapters:
            fault = f"the chapter {page}, which is none"
        if fault:
            message = "note %s: ':was:' names %s; delete or correct it"
            logger.warning(message, note.id, fault, location=(note.docname, note.line))


def called(verdict):
    """Return a verdict in the reader's words."""
    return CALLED.get(verdict, verdict)


def says(kind, verdict):
    """Return what a note is, in a word or two: its verdict, else its kind."""
    if not verdict:
        return kind
    return called(verdict) if kind == "check" else f"{kind}, {called(verdict)}"


def as_note(docname, node):
    """Return what the domain keeps of a note."""
    names = ("passage", "number", "kind", "verdict", "lemma", "gist", "term")
    return Note(
        docname,
        node.line,
        node["note"],
        was=tuple(node["was"]),
        sources=sources(node),
        sources_then=sources(without(node, (later,))),
        text=prose(node, apart=()),
        **{name: node[name] for name in names},
    )


# --- HTML ---


def visit_annotation(self, node):
    # "content": else a reader view drops a note whose id has a word like "social" or "sponsor"
    self.body.append(
        f'<li class="annotation content" id="note-{node["note"]}" data-kind="{node["kind"]}" '
        f'data-verdict="{node["verdict"]}" data-passage="{node["passage"]}" tabindex="-1">'
    )


def visit_later(self, node):
    self.body.append('<span class="later">')


def setup(app):
    # the last that the text speaks of; without it nothing is later
    app.add_config_value("edition_last_day", date.max, "env", [date])
    app.add_directive("annotation", AnnotationDirective)
    app.add_role("later", LaterRole())
    app.add_post_transform(LaterWord)
    app.connect("env-check-consistency", check)
    app.add_node(annotation, html=(visit_annotation, lambda self, node: self.body.append("</li>")))
    app.add_node(later, html=(visit_later, lambda self, node: self.body.append("</span>")))
