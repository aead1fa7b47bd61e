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

from edition.apparatus import margin
from edition.apparatus.notes import annotation, as_note, called, says, spans, unwanted
from edition.domain import Passage, passage_numbers
from edition.elements import make, texts

logger = logging.getLogger(__name__)


class passage(nodes.Element):
    """A restated passage; `number` as in the commentary."""


class marker(nodes.Inline, nodes.Element):
    """The place in a passage that a note is about; `note` is the note's id.

    Where the passage is shown again, on another page, `page` is the address of its chapter.
    """


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
    """Number the markers of each passage, move its notes to the end, and report what misses the other."""
    env = app.env
    notes, end = {}, next(doctree.findall(nodes.section), doctree)
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
            end += group
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


def named(config, number):
    """Return what a passage is called: "passage 4", "the title"."""
    return config.edition_paratexts.get(number, f"passage {number}")


def raised(text):
    return f"{text[0].upper()}{text[1:]}"


def furnish(app, doctree, docname):
    """Give each passage its name, its links and what the notes change, and each note its head."""
    address = original(app.env)
    for node in list(doctree.findall(passage)):
        furnish_passage(app, node, docname, address)
    for node in doctree.findall(annotation):
        node.insert(0, head(node, address))


def furnish_passage(app, node, docname, address):
    """Put its name before a passage, its links behind it (`add_link` adds more), beside it the gists."""
    number, restated = node["number"], app.config.edition_restatement
    name, lines = named(app.config, number), margin.lines_of_markers(node)
    notes = notes_of(app.env, number)
    head = make("p", make("span", raised(name), class_="passage-number"), class_="passage-head")
    if restated:
        head += make("span", f" {restated}", class_="restated")
    node.insert(0, head)
    node += make(
        "p", make("a", "link", href=f"#p{number}", aria_label=f"link to {name}"), class_="passage-links"
    )
    if address and notes:
        words = at_the_words(address, notes[0].lemma)
        label = f"original of {name}, at the publisher’s"
        add_link(node, make("a", "original", class_="to-original", href=words, aria_label=label))
    read = make("div", class_="read")
    node.replace_self(read)
    read += node
    if notes:
        page, _, place = app.config.edition_how_to_read.partition("#")
        guide = f"{app.builder.get_relative_uri(docname, page)}#{place}" if page else ""
        read += gists(name, notes, lines, guide)


def head(node, address):
    """Return the head of a note: its number, what it is, the way back, and its lemma."""
    number = f"{node['passage']}.{node['number']}"
    lemma = make("q", smartyPants(node["lemma"], "q"), class_="lemma")
    if address:
        words, title = at_the_words(address, node["lemma"]), "Read these words at the publisher’s"
        lemma = make("a", lemma, class_="to-original", href=words, title=title)
    kind = make("span", raised(says(node["kind"], node["verdict"])), class_="note-kind")
    way = {"href": f"#marker-{node['note']}", "role": "doc-backlink"}
    back = make("a", "↩ text", class_="note-back", aria_label=f"Note {number}, back to the text", **way)
    older = [make("span", id=f"note-{old}") for old, page in node["was"] if not page]
    number = make("span", number, class_="note-number")
    return make("p", *older, number, " ", kind, " ", back, " ", lemma, class_="note-head")


def notes_of(env, number):
    """Return the notes on a passage in their order."""
    notes = (note for note in env.get_domain("edition").notes if note.passage == number)
    return sorted(notes, key=lambda note: note.number)


def changes(notes, lines, page=""):
    """Return what the notes on a passage change: each finding that does not confirm it, as a link.

    `lines` is what `margin.lines_of_markers` returns, `page` the notes' address from another page.
    """
    changing = [note for note in notes if note.verdict not in ("", "confirmed")]
    spaces = margin.spaces([(lines[note.id], len(note.gist)) for note in changing])
    items = []
    for note, space in zip(changing, spaces, strict=True):
        verdict = make("b", f"{note.number} {raised(called(note.verdict))}.")
        link = make("a", verdict, " ", smartyPants(note.gist, "q"), href=f"{page}#note-{note.id}")
        items.append(make("li", link, data_verdict=note.verdict, style=f"--space:{space:.2f}rem"))
    return items


def gists(name, notes, lines, guide):
    """Return what stands beside a passage: what its notes change, and the way to all of them.

    `guide` is the address of the place that says how to read notes, or "".
    """
    items = changes(notes, lines)
    rest = len(notes) - len(items)
    text = (
        f"{rest} {'more ' if items else ''}{'confirms or explains' if rest == 1 else 'confirm or explain'}: "
    )
    all_notes = make("a", "all notes", href=f"#{notes_on(notes[0].passage)}")
    guides = [", ", make("a", "how to read them", href=guide)] if guide else []
    more = make("p", *([text] if rest else []), all_notes, *guides, class_="more")
    parts = [make("p", "What the notes change", class_="gists-title"), make("ul", *items)] if items else []
    return make("section", *parts, more, class_="gists", aria_label=f"What the notes change in {name}")


def notes_on(number):
    """Return the name of the place that has all notes on a passage."""
    return f"notes-{number}"


def add_link(node, link):
    """Put a link among those of a passage, or into the head of a note, before its way back."""
    if isinstance(node, annotation):
        head = node[0]
        head[-3:] = texts(link, " ", *head[-3:])
    else:
        node[-1][:0] = texts(link, " ")


# --- HTML ---


def visit_passage(self, node):
    number = node["number"]
    label = raised(named(self.builder.config, number))
    self.body.append(f'<section class="passage" id="p{number}" aria-label="{label}">')


def visit_marker(self, node):
    note, number, kind, verdict = (node[name] for name in ("note", "number", "kind", "verdict"))
    called = f"note {node['passage']}.{number}, {says(kind, verdict)}"
    page = node.get("page", "")
    name = "" if "page" in node else f'id="marker-{note}" '
    self.body.append(
        f'<a class="marker" data-kind="{kind}" data-verdict="{verdict}" {name}'
        f'href="{page}#note-{note}" role="doc-noteref" aria-label="{called}"><sup>{number}</sup></a>'
    )
    raise nodes.SkipNode


def visit_apparatus(self, node):
    number = node["passage"]
    heading = f"All notes on {named(self.builder.config, number)}"
    self.body.append(
        f'<section class="apparatus" id="{notes_on(number)}" role="doc-endnotes" aria-label="{heading}">'
        f"<h2>{heading}</h2><ol>"
    )


def close(tag):
    def depart(self, node):
        self.body.append(f"</{tag}>")

    return depart


def setup(app):
    app.add_config_value("edition_commentary", "", "env", [str])  # its key in the list of sources
    app.add_config_value(
        "edition_restatement", "as this edition restates it", "html", [str]
    )  # "": it is the text itself
    app.add_config_value("edition_how_to_read", "", "html", [str])  # page#place that explains notes, or ""
    app.add_directive("passage", PassageDirective)
    app.add_role("n", MarkerRole())
    app.connect("doctree-read", number_markers)
    app.connect("doctree-resolved", furnish)
    app.add_node(passage, html=(visit_passage, close("section")))
    app.add_node(marker, html=(visit_marker, None))
    app.add_node(apparatus, html=(visit_apparatus, close("ol></section")))
