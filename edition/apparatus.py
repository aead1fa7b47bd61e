"""The critical apparatus: passages, the markers in them, and the annotations that the markers lead to.

    ```{passage} 4
    Restatement, with a marker {n}`osce-chair` after the words that the note is about.
    ```

    ```{annotation} osce-chair
    :lemma: words of the original, at most eight
    :kind: correction
    :verdict: refined
    Text of the note, with {cite:t}`its-source`.
    ```
"""

import re
from dataclasses import dataclass

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.domains import Domain
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)

KINDS = ("source", "correction", "context", "term", "data")
VERDICTS = ("confirmed", "refined", "corrected", "open")
CHECKS = ("source", "correction")  # kinds that say whether a statement holds, so they need a verdict
LEMMA_WORDS, NOTE_WORDS = 8, 80


class passage(nodes.Element):
    """A restated passage; `number` as in the commentary."""


class marker(nodes.Inline, nodes.Element):
    """The place in a passage that a note is about; `note` is the note's id."""


class annotation(nodes.Element):
    """A note; `note` is its id, `kind`, `verdict`, `lemma` and `term` its options."""


class apparatus(nodes.Element):
    """The notes of one passage, in the order of their markers."""


@dataclass(frozen=True)
class Note:
    """What the rest of the book knows of a note."""

    id: str
    docname: str
    line: int
    passage: int
    number: int
    kind: str
    verdict: str
    lemma: str
    term: str


class PassageDirective(SphinxDirective):
    """A restated passage, by its number in the commentary."""

    has_content = True
    required_arguments = 1

    def run(self):
        last = self.config.edition_passages
        if not re.fullmatch(r"\d+", self.arguments[0]) or not 1 <= (number := int(self.arguments[0])) <= last:
            return _refuse(self, f"passage {self.arguments[0]!r}: the commentary has passages 1 to {last}; give one of these numbers")
        domain = self.env.get_domain("edition")
        if number in domain.passages:
            other, line = domain.passages[number]
            return _refuse(self, f"passage {number} stands already in {other}, line {line}; each passage stands once: delete one")
        domain.passages[number] = (self.env.docname, self.lineno)
        self.env.get_domain("std").note_hyperlink_target(f"p{number}", self.env.docname, f"p{number}", f"passage {number}")
        node = passage(number=number, ids=[f"p{number}"])
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        return [node]


class AnnotationDirective(SphinxDirective):
    """A note on a lemma of the commentary; its marker says where it belongs."""

    has_content = True
    required_arguments = 1
    option_spec = {name: directives.unchanged_required for name in ("lemma", "kind", "verdict", "term")}

    def run(self):
        faults = list(self.faults())
        if faults:
            return [node for fault in faults for node in _refuse(self, f"note {self.arguments[0]}: {fault}")]
        node = annotation(note=self.arguments[0], ids=[f"note-{self.arguments[0]}"], verdict="", term="")
        node.attributes.update(self.options)
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        return [node]

    def faults(self):
        text = "\n".join(self.content)
        words = len(re.sub(r"\{[\w:]+\}`[^`]*`", "", text).split())
        lemma, kind, verdict = (self.options.get(name, "") for name in ("lemma", "kind", "verdict"))
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.arguments[0]):
            yield "an id has lower-case letters, digits and hyphens only; rename it"
        if not lemma:
            yield f"no lemma; add ':lemma:' with the words of the original, at most {LEMMA_WORDS}"
        if len(lemma.split()) > LEMMA_WORDS:
            yield f"the lemma has {len(lemma.split())} words; shorten it to at most {LEMMA_WORDS}"
        if kind not in KINDS:
            yield f"unknown kind {kind!r}; use one of {', '.join(KINDS)}"
        if verdict and verdict not in VERDICTS:
            yield f"unknown verdict {verdict!r}; use one of {', '.join(VERDICTS)}"
        if kind in CHECKS and not verdict:
            yield f"a {kind} note needs a verdict; add ':verdict:' with one of {', '.join(VERDICTS)}"
        if verdict == "corrected" and kind != "correction":
            yield "a statement that is corrected needs the kind correction; change ':kind:'"
        if verdict and "{cite" not in text:
            yield "a verdict needs a source; cite one with {cite:t}`key` or {cite:p}`key`"
        if kind == "term" and "term" not in self.options:
            yield "a term note is a glossary entry; add ':term:' with the headword"
        if words > NOTE_WORDS:
            yield f"the text has {words} words; shorten it to at most {NOTE_WORDS}"


class MarkerRole(SphinxRole):
    """{n}`id`: the marker of note `id`."""

    def run(self):
        node = marker(note=self.text)
        self.set_source_info(node)
        return [node], []


def _refuse(directive, message):
    logger.warning(message, location=directive.get_location())
    return []


def collate(app, doctree):
    """Number the markers of each passage, move its notes behind it, and report those that miss one another."""
    env = app.env
    domain = env.get_domain("edition")
    notes = {}
    for note in list(doctree.findall(annotation)):
        if note["note"] in notes:
            logger.warning("note %s stands twice in this chapter; rename or delete one", note["note"], location=note)
        notes[note["note"]] = note
        note.parent.remove(note)
    for found in list(doctree.findall(passage)):
        group = apparatus(passage=found["number"])
        for sign in found.findall(marker):
            note = notes.pop(sign["note"], None)
            if note is None:
                logger.warning("marker {n}`%s` has no note of its own; write ```{annotation} %s``` below the passage, or delete the marker",
                               sign["note"], sign["note"], location=sign)
                continue
            number = len(group) + 1
            for node in (sign, note):
                node.attributes.update(passage=found["number"], number=number, kind=note["kind"])
            group += note
            env.get_domain("std").note_hyperlink_target(note["ids"][0], env.docname, note["ids"][0], f"note {found['number']}.{number}")
            domain.add_note(Note(note["note"], env.docname, note.line, **{k: note[k] for k in ("passage", "number", "kind", "verdict", "lemma", "term")}))
        if len(group):
            found.parent.insert(found.parent.index(found) + 1, group)
    for sign in list(doctree.findall(marker)):
        if "number" not in sign:
            if not isinstance(_ancestor(sign, passage), passage):
                logger.warning("marker {n}`%s` stands outside a passage; move it into one", sign["note"], location=sign)
            sign.parent.remove(sign)
    for name, note in notes.items():
        logger.warning("note %s has no marker; put {n}`%s` after the words of the passage that it is about", name, name, location=note)


def _ancestor(node, kind):
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


class EditionDomain(Domain):
    """What the book's files say of one another: passages, notes and figures."""

    name = "edition"
    label = "Edition"
    data_version = 1
    initial_data = {"passages": {}, "notes": {}, "figures": {}}

    @property
    def passages(self):
        """Passage number -> (docname, line)."""
        return self.data["passages"]

    @property
    def notes(self):
        """Note id -> Note."""
        return self.data["notes"]

    @property
    def figures(self):
        """Figure name -> (docname, specification)."""
        return self.data["figures"]

    def add_note(self, note):
        if note.id in self.notes:
            other = self.notes[note.id]
            logger.warning("note %s stands already in %s, line %s; rename or delete one", note.id, other.docname, other.line, location=(note.docname, note.line))
        self.notes[note.id] = note

    def note_figure(self, name, spec, location):
        if name in self.figures:
            logger.warning("chart %s: the name is taken by a chart of %s; choose another", name, self.figures[name][0], location=location)
        self.figures[name] = (location[0], spec)

    def clear_doc(self, docname):
        self.data["passages"] = {n: where for n, where in self.passages.items() if where[0] != docname}
        self.data["notes"] = {n: note for n, note in self.notes.items() if note.docname != docname}
        self.data["figures"] = {n: figure for n, figure in self.figures.items() if figure[0] != docname}

    def merge_domaindata(self, docnames, otherdata):
        for kind, values in otherdata.items():
            self.data[kind].update(values)

    def check_consistency(self):
        """Report a passage that is missing or out of order."""
        order = list(_reading_order(self.env, self.env.config.root_doc))
        place = {number: (order.index(docname), line) for number, (docname, line) in self.passages.items() if docname in order}
        for number in range(1, self.env.config.edition_passages + 1):
            if number not in place:
                logger.warning("passage %d is in no chapter of _toc.yml; add ```{passage} %d```", number, number)
            elif number - 1 in place and place[number] < place[number - 1]:
                logger.warning("passage %d stands before passage %d; put them in the order of the commentary", number, number - 1, location=self.passages[number])


def _reading_order(env, docname):
    yield docname
    for child in env.toctree_includes.get(docname, []):
        yield from _reading_order(env, child)


# --- HTML ---------------------------------------------------------------------------------------------------------


def visit_passage(self, node):
    n = node["number"]
    self.body.append(f'<section class="passage" id="p{n}" aria-label="Passage {n}">'
                     f'<a class="passage-number" href="#p{n}" aria-label="Address of passage {n}">{n}</a>')


def visit_marker(self, node):
    self.body.append(f'<a class="marker" data-kind="{node["kind"]}" id="marker-{node["note"]}" href="#note-{node["note"]}" role="doc-noteref" '
                     f'aria-label="note {node["passage"]}.{node["number"]}, {node["kind"]}">{node["number"]}</a>')
    raise nodes.SkipNode


def visit_apparatus(self, node):
    self.body.append(f'<div class="apparatus" role="group" aria-label="Notes on passage {node["passage"]}">')


def visit_annotation(self, node):
    number = f'{node["passage"]}.{node["number"]}'
    verdict = f', {node["verdict"]}' if node["verdict"] and node["verdict"] != "corrected" else ""
    self.body.append(
        f'<aside class="annotation" id="note-{node["note"]}" role="note" aria-label="Note {number}" data-kind="{node["kind"]}" '
        f'data-verdict="{node["verdict"]}" data-passage="{node["passage"]}">'
        f'<p class="note-head"><a class="note-number" href="#marker-{node["note"]}" aria-label="Note {number}, back to the text">{number}</a> '
        f'<span class="note-kind">{node["kind"].capitalize()}{verdict}</span> '
        f'<q class="lemma">{self.encode(node["lemma"])}</q></p>'
    )


def close(tag):
    def depart(self, node):
        self.body.append(f"</{tag}>")

    return depart


def setup(app):
    app.add_config_value("edition_passages", 0, "env", [int])
    app.add_domain(EditionDomain)
    app.add_directive("passage", PassageDirective)
    app.add_directive("annotation", AnnotationDirective)
    app.add_role("n", MarkerRole())
    app.connect("doctree-read", collate)
    app.add_node(passage, html=(visit_passage, close("section")))
    app.add_node(marker, html=(visit_marker, None))
    app.add_node(apparatus, html=(visit_apparatus, close("div")))
    app.add_node(annotation, html=(visit_annotation, close("aside")))
