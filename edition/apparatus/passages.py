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
from datetime import date
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils.smartquotes import smartyPants
from sphinx.addnodes import pending_xref
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.domain import Note, Passage
from edition.elements import has_class, make, texts

logger = logging.getLogger(__name__)

KINDS = ("source", "correction", "context", "term", "data")
VERDICTS = ("confirmed", "refined", "corrected", "open")
CHECKS = ("source", "correction")  # kinds that say whether a statement holds, so they need a verdict
LEMMA_WORDS, NOTE_WORDS = 8, 80
# what may stand in a passage and in a note, besides text within a paragraph
BLOCKS = {
    "passage": (nodes.paragraph,),
    "annotation": (nodes.paragraph, nodes.bullet_list, nodes.enumerated_list, nodes.table),
}
CALLED = {
    "rubric": "a heading",
    "section": "a heading",
    "raw": "raw HTML",
    "literal_block": "a block of code",
    "image": "a picture",
    "annotation": "a note",
    "passage": "a passage",
}
APART = (nodes.system_message, nodes.comment, nodes.target, nodes.problematic)  # told elsewhere, or not shown


class passage(nodes.Element):
    """A restated passage; `number` as in the commentary."""


class marker(nodes.Inline, nodes.Element):
    """The place in a passage that a note is about; `note` is the note's id."""


class annotation(nodes.Element):
    """A note; `note` is its id, `kind`, `verdict`, `lemma`, `term` and `later` its options.

    `later` is the last day that it tells of, after the commentary.
    """


class apparatus(nodes.Element):
    """The notes of one passage, in the order of their markers."""


class PassageDirective(SphinxDirective):
    """A restated passage, by its number in the commentary."""

    has_content = True
    required_arguments = 1

    def run(self):
        docname, given, last = self.env.docname, self.arguments[0], self.config.edition_passages
        number = int(given) if re.fullmatch(r"[0-9]+", given) else 0
        if not 1 <= number <= last:
            message = "passage %r: the commentary has passages 1 to %d; give one of these numbers"
            logger.warning(message, given, last, location=self.get_location())
            return []
        name = f"p{number}"
        self.env.get_domain("edition").passages.append(Passage(docname, self.lineno, number))
        self.env.get_domain("std").note_hyperlink_target(name, docname, name, f"passage {number}")
        node = passage(number=number, ids=[name])
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        for what, line in unwanted(node):
            place = docname, line or self.lineno
            logger.warning("passage %d holds %s; write paragraphs alone", number, what, location=place)
        return [node]


class AnnotationDirective(SphinxDirective):
    """A note on a lemma of the commentary; its marker says where it belongs."""

    has_content = True
    required_arguments = 1
    option_spec = dict.fromkeys(("kind", "verdict", "lemma", "term", "later"), directives.unchanged_required)

    def run(self):
        name = self.arguments[0]
        options = dict.fromkeys(self.option_spec, "") | self.options
        node = annotation(note=name, ids=[f"note-{name}"], **options)
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        for fault in self.faults(node):
            logger.warning("note %s: %s", name, fault, location=self.get_location())
        for what, line in unwanted(node):
            message = "note %s holds %s; write paragraphs, a list or a table"
            logger.warning(message, name, what, location=(self.env.docname, line or self.lineno))
        return [node]

    def faults(self, node):
        lemma, kind, verdict = node["lemma"], node["kind"], node["verdict"]
        words = len(prose(node).split())
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.arguments[0]):
            yield "an id has lower-case letters, digits and hyphens only; rename it"
        if not lemma:
            yield f"no lemma; add ':lemma:' with the words of the original, at most {LEMMA_WORDS}"
        if len(lemma.split()) > LEMMA_WORDS:
            yield f"the lemma has {len(lemma.split())} words; shorten it to at most {LEMMA_WORDS}"
        if not kind:
            yield f"no kind; add ':kind:' with one of {', '.join(KINDS)}"
        elif kind not in KINDS:
            yield f"unknown kind {kind!r}; use one of {', '.join(KINDS)}"
        if verdict and verdict not in VERDICTS:
            yield f"unknown verdict {verdict!r}; use one of {', '.join(VERDICTS)}"
        if kind in CHECKS and not verdict:
            yield f"a {kind} note needs a verdict; add ':verdict:' with one of {', '.join(VERDICTS)}"
        if verdict == "corrected" and kind in KINDS and kind != "correction":
            yield "a statement that is corrected needs the kind correction; change ':kind:'"
        if kind == "correction" and verdict == "confirmed":
            yield "a statement that is confirmed needs no correction; change ':kind:' or ':verdict:'"
        if verdict and not sources(node):
            yield "a verdict needs a source; cite one with {cite:t}`key` or {cite:p}`key`"
        if kind in KINDS and (kind == "term") != bool(node["term"]):
            yield "a term note is a glossary entry; add ':term:' with the headword, to this kind only"
        if node["later"]:
            if kind != "context":
                yield "only a context note tells of later days; delete ':later:', or change ':kind:'"
            last = self.config.edition_last_day
            if (day := iso(node["later"])) is None or day <= last:
                example = last.replace(year=last.year + 2)
                yield (
                    f"':later:' is {node['later']!r}; "
                    f"write the last day that it tells of, like {example}, later than {last}"
                )
        if words > NOTE_WORDS:
            yield f"the text has {words} words; shorten it to at most {NOTE_WORDS}"


def unwanted(node):
    """Yield (what, line) for each part of a passage or a note that has no place there."""
    for child in node.children:
        if not isinstance(child, (*BLOCKS[node.tagname], *APART)):
            yield CALLED.get(child.tagname, f"a part that is called {child.tagname}"), child.line
    for raw in node.findall(nodes.raw):
        if raw.parent is not node:
            yield CALLED["raw"], raw.line


def prose(node):
    """Return the text of a note without its citations."""
    copy = node.deepcopy()
    for link in list(copy.findall(pending_xref)):
        if link.get("refdomain") == "cite":
            link.parent.remove(link)
    return " ".join(part.astext() for part in copy.children)


def iso(text):
    """Return the day of an ISO date, or None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class MarkerRole(SphinxRole):
    """{n}`id`: the marker of note `id`."""

    def run(self):
        node = marker(note=self.text)
        self.set_source_info(node)
        return [node], []


def number_markers(app, doctree):
    """Number the markers of each passage, move its notes behind it, and report what misses the other."""
    env = app.env
    notes = {}
    for note in list(doctree.findall(annotation)):
        name = note["note"]
        if isinstance(_ancestor(note.parent, annotation), annotation):
            continue  # `unwanted` has told
        if name in notes:
            logger.warning("note %s stands twice in this chapter; rename or delete one", name, location=note)
        notes[name] = note
        note.parent.remove(note)
    for section in list(doctree.findall(passage)):
        place = section["number"]
        group = apparatus(passage=place)
        later = None
        for sign in section.findall(marker):
            name = sign["note"]
            note = notes.pop(name, None)
            if note is None:
                message = (
                    "marker {n}`%s` has no note of its own; write ```{annotation} %s``` below the passage, "
                    "or delete the marker if it stands twice"
                )
                logger.warning(message, name, name, location=sign)
                continue
            if note.line < section.line:
                message = "note %s stands before passage %d; move it below"
                logger.warning(message, name, place, location=note)
            if note["later"] and later:
                message = "notes %s and %s both tell what came after passage %d; make them one"
                logger.warning(message, later, name, place, location=note)
            later = name if note["later"] else later
            number = len(group) + 1
            for node in (sign, note):
                node.attributes.update(passage=place, number=number, kind=note["kind"])
            group += note
            anchor, called = note["ids"][0], f"note {place}.{number}"
            env.get_domain("std").note_hyperlink_target(anchor, env.docname, anchor, called)
            env.get_domain("edition").notes.append(_as_note(env.docname, note))
        if len(group):
            section.parent.insert(section.parent.index(section) + 1, group)
    for sign in list(doctree.findall(marker)):
        if "number" not in sign:
            if not isinstance(_ancestor(sign, passage), passage):
                message = "marker {n}`%s` stands outside a passage; move it into one"
                logger.warning(message, sign["note"], location=sign)
            sign.parent.remove(sign)
    for name, note in notes.items():
        message = "note %s has no marker; put {n}`%s` after the words of the passage that it is about"
        logger.warning(message, name, name, location=note)


def _as_note(docname, node):
    """Return what the domain keeps of a note."""
    names = ("passage", "number", "kind", "verdict", "lemma", "term")
    attributes = {name: node[name] for name in names}
    return Note(docname, node.line, node["note"], sources=sources(node), text=node.astext(), **attributes)


def sources(note):
    """Return the keys of the sources that a note cites, in its order."""
    citations = (xref for xref in note.findall(pending_xref) if xref.get("refdomain") == "cite")
    keys = (key.strip() for citation in citations for key in citation["reftarget"].split(","))
    return tuple(dict.fromkeys(keys))


def original(env):
    """Return the address of the commentary at its publisher's, or None where the book names none."""
    source = env.get_domain("cite").bibdata.data.entries.get(env.config.edition_commentary)
    return source.fields.get("url") if source else None


def at_the_words(address, lemma):
    """Return an address that opens a page at the words of a lemma.

    See https://wicg.github.io/scroll-to-text-fragment/.
    """
    return f"{address}#:~:text={quote(lemma, safe='').replace('-', '%2D')}"


def _ancestor(node, kind):
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


# --- What stands around a passage, and at the head of a note ---


def furnish(app, doctree, docname):
    """Give each passage its number and a link to the original, each note its head (`add_link` adds more)."""
    address = original(app.env)
    first = {note.passage: note.lemma for note in app.env.get_domain("edition").notes if note.number == 1}
    for node in doctree.findall(passage):
        number = node["number"]
        label = f"Address of passage {number}"
        node.insert(0, make("a", str(number), class_="passage-number", href=f"#p{number}", aria_label=label))
        if address and number in first:
            words = at_the_words(address, first[number])
            label = f"original of passage {number}, at the publisher’s"
            add_link(node, make("a", "original", class_="to-original", href=words, aria_label=label))
    for node in doctree.findall(annotation):
        number = f"{node['passage']}.{node['number']}"
        lemma = make("q", smartyPants(node["lemma"], "q"), class_="lemma")
        if address:
            words, title = at_the_words(address, node["lemma"]), "Read these words at the publisher’s"
            lemma = make("a", lemma, class_="to-original", href=words, title=title)
        marked, label = f"#marker-{node['note']}", f"Note {number}, back to the text"
        back = make("a", number, class_="note-number", href=marked, aria_label=label)
        kind = make("span", f"{says(node)[0].upper()}{says(node)[1:]}", class_="note-kind")
        node.insert(0, make("p", back, " ", kind, " ", lemma, class_="note-head"))


def add_link(node, link):
    """Put a link among those of a passage, or into the head of a note, before its lemma."""
    if isinstance(node, annotation):
        head = node[0]
        head[-1:] = texts(link, " ", head[-1])
    elif has_class(node[1], "passage-links"):
        node[1][:0] = texts(link, " ")
    else:
        node.insert(1, make("span", link, class_="passage-links"))


def says(note):
    """Return what a note is, in words.

    Its kind, its verdict where the kind does not tell it, and whether it tells of later days.
    """
    if note["later"] and (day := iso(note["later"])):
        return f"{note['kind']}, later than the commentary (to {day.day} {day:%B %Y})"
    return f"{note['kind']}, {note['verdict']}" if note["verdict"] not in ("", "corrected") else note["kind"]


# --- HTML ---


def visit_passage(self, node):
    number = node["number"]
    self.body.append(f'<section class="passage" id="p{number}" aria-label="Passage {number}">')


def visit_marker(self, node):
    note, kind, number = node["note"], node["kind"], node["number"]
    self.body.append(
        f'<a class="marker" data-kind="{kind}" id="marker-{note}" href="#note-{note}" role="doc-noteref" '
        f'aria-label="note {node["passage"]}.{number}, {kind}">{number}</a>'
    )
    raise nodes.SkipNode


def visit_apparatus(self, node):
    self.body.append(f'<div class="apparatus" role="group" aria-label="Notes on passage {node["passage"]}">')


def visit_annotation(self, node):
    place = node["passage"]
    self.body.append(
        f'<aside class="annotation" id="note-{node["note"]}" role="note" '
        f'aria-label="Note {place}.{node["number"]}" data-kind="{node["kind"]}" '
        f'data-verdict="{node["verdict"]}" data-passage="{place}" tabindex="-1">'
    )


def close(tag):
    def depart(self, node):
        self.body.append(f"</{tag}>")

    return depart


def setup(app):
    app.add_config_value("edition_last_day", date.min, "env", [date])  # the last that the text speaks of
    app.add_config_value("edition_commentary", "", "env", [str])  # its key in the list of sources
    app.add_directive("passage", PassageDirective)
    app.add_directive("annotation", AnnotationDirective)
    app.add_role("n", MarkerRole())
    app.connect("doctree-read", number_markers)
    app.connect("doctree-resolved", furnish)
    app.add_node(passage, html=(visit_passage, close("section")))
    app.add_node(marker, html=(visit_marker, None))
    app.add_node(apparatus, html=(visit_apparatus, close("div")))
    app.add_node(annotation, html=(visit_annotation, close("aside")))
