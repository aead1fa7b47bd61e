"""The passages, restated, and the markers in them that lead to the notes.

```{passage} 4
Restatement, with a marker {n}`osce-chair` after the words that the note is about.
```

What stands around the passages of a text (its title, a note on its author) has a number before or behind
theirs.
"""

import re
from urllib.parse import quote

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus.notes import annotation, as_note, says, spans, unwanted
from edition.domain import Passage, passage_numbers
from edition.elements import has_class, make, texts

logger = logging.getLogger(__name__)


class passage(nodes.Element):
    """A restated passage; `number` as in the commentary."""


class marker(nodes.Inline, nodes.Element):
    """The place in a passage that a note is about; `note` is the note's id."""


class apparatus(nodes.Element):
    """The notes of one passage, in the order of their markers."""


class PassageDirective(SphinxDirective):
    """A restated passage, by its number in the commentary."""

    has_content = True
    required_arguments = 1

    def run(self):
        docname, given, numbers = self.env.docname, self.arguments[0], passage_numbers(self.config)
        number = int(given) if re.fullmatch(r"[0-9]+", given) else -1
        if number not in numbers:
            known = f"passages {numbers[0]} to {numbers[-1]}" if numbers else "no passages (edition_passages)"
            message = "passage %r: the commentary has %s; give one of these numbers"
            logger.warning(message, given, known, location=self.get_location())
            return []
        name = f"p{number}"
        self.env.get_domain("edition").passages.append(Passage(docname, self.lineno, number))
        self.env.get_domain("std").note_hyperlink_target(name, docname, name, f"passage {number}")
        node = passage(number=number, ids=[name])
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        for what, line in unwanted(node.children, (nodes.paragraph,)):
            place = docname, line or self.lineno
            logger.warning("passage %d holds %s; write paragraphs alone", number, what, location=place)
        return [node]


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
            if isinstance(before := sign.previous_sibling(), marker):
                message = "markers {n}`%s` and {n}`%s` touch; put words between them, or make one note of two"
                logger.warning(message, before["note"], name, location=sign)
            number = len(group) + 1
            note.attributes.update(passage=place, number=number)
            sign.attributes.update({key: note[key] for key in ("passage", "number", "kind", "verdict")})
            group += note
            anchor, called = note["ids"][0], f"note {place}.{number}"
            env.get_domain("std").note_hyperlink_target(anchor, env.docname, anchor, called)
            env.get_domain("edition").notes.append(as_note(env.docname, note))
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


def original(env):
    """Return the address of the commentary at its publisher's, or None where the book names none."""
    source = env.get_domain("cite").bibdata.data.entries.get(env.config.edition_commentary)
    return source.fields.get("url") if source else None


def at_the_words(address, lemma):
    """Return an address that opens a page at the words of a lemma.

    See https://wicg.github.io/scroll-to-text-fragment/.
    """
    quoted = (quote(part, safe="").replace("-", "%2D") for part in spans(lemma))
    return f"{address}#:~:{'&'.join(f'text={part}' for part in quoted)}"


def _ancestor(node, kind):
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


# --- What stands around a passage, and at the head of a note ---


def furnish(app, doctree, docname):
    """Give each passage its number and a link to the original, each note its head (`add_link` adds more)."""
    address, domain = original(app.env), app.env.get_domain("edition")
    first = {note.passage: note.lemma for note in domain.notes if note.number == 1}
    for node in doctree.findall(passage):
        number = node["number"]
        called = app.config.edition_paratexts.get(number)
        label = f"Address of passage {number}{f': {called}' if called else ''}"
        classes = "passage-number paratext" if called else "passage-number"
        text = called or str(number)
        node.insert(0, make("a", text, class_=classes, href=f"#p{number}", aria_label=label))
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
        called = says(node["kind"], node["verdict"])
        kind = make("span", f"{called[0].upper()}{called[1:]}", class_="note-kind")
        here = [old for old, page in node["was"] if not page]
        older = [make("span", id=f"note-{old}") for old in here]
        node.insert(0, make("p", *older, back, " ", kind, " ", lemma, class_="note-head"))


def add_link(node, link):
    """Put a link among those of a passage, or into the head of a note, before its lemma."""
    if isinstance(node, annotation):
        head = node[0]
        head[-1:] = texts(link, " ", head[-1])
    elif has_class(node[1], "passage-links"):
        node[1][:0] = texts(link, " ")
    else:
        node.insert(1, make("span", link, class_="passage-links"))


# --- HTML ---


def visit_passage(self, node):
    number = node["number"]
    self.body.append(f'<section class="passage" id="p{number}" aria-label="Passage {number}">')


def visit_marker(self, node):
    note, number, kind, verdict = (node[name] for name in ("note", "number", "kind", "verdict"))
    called = f"note {node['passage']}.{number}, {says(kind, verdict)}"
    self.body.append(
        f'<a class="marker" data-kind="{kind}" data-verdict="{verdict}" id="marker-{note}" '
        f'href="#note-{note}" role="doc-noteref" aria-label="{called}">{number}</a>'
    )
    raise nodes.SkipNode


def visit_apparatus(self, node):
    self.body.append(f'<div class="apparatus" role="group" aria-label="Notes on passage {node["passage"]}">')


def close(tag):
    def depart(self, node):
        self.body.append(f"</{tag}>")

    return depart


def setup(app):
    app.add_config_value("edition_commentary", "", "env", [str])  # its key in the list of sources
    app.add_directive("passage", PassageDirective)
    app.add_role("n", MarkerRole())
    app.connect("doctree-read", number_markers)
    app.connect("doctree-resolved", furnish)
    app.add_node(passage, html=(visit_passage, close("section")))
    app.add_node(marker, html=(visit_marker, None))
    app.add_node(apparatus, html=(visit_apparatus, close("div")))
