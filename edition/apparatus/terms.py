"""Glossary terms in the running text.

In each chapter, and in each note, the first mention of a term leads to its entry, and explains itself in
place. The entries are the notes of kind `term`, and the definition lists of the page that has the directive
`glossary-of-notes`, but those of the class `unlinked`: words so common that a link from each chapter would
disturb.
"""

import html
import re

from docutils import nodes
from sphinx.addnodes import pending_xref

from edition.apparatus.glossary import term_entries
from edition.apparatus.links import link_to
from edition.apparatus.markup import ancestors
from edition.apparatus.notes import annotation
from edition.apparatus.sources import short
from edition.apparatus.wording import SENTENCE
from edition.domain import Term, page_with

APART = (nodes.table, nodes.definition_list, nodes.citation)  # where mentions are not marked


class mention(nodes.Inline, nodes.TextElement):
    """The words of a text that are a term; `uri` leads to its entry, `explained` says what it is."""


def forms(headword):
    """Return what a term is called in a text: "European Union (EU)" also "EU", "Abstention" "abstention"."""
    parts = map(str.strip, re.split(r"[()]", headword))
    called = {part for part in parts if part and not part.isdigit()}
    common = {form for form in called if form[1:].islower() and " " not in form or form.split()[-1].islower()}
    return called | {form[0].lower() + form[1:] for form in common}


def plain(env, node):
    """Return the text of an entry without its sources; those that are part of a sentence are named."""
    copy = node.deepcopy()
    entries = env.get_domain("cite").bibdata.data.entries
    for citation in list(copy.findall(pending_xref)):
        keys = map(str.strip, citation["reftarget"].split(",")) if citation["reftype"] == "t" else ()
        names = "; ".join(short(entries[key]) for key in keys if key in entries)
        citation.parent.replace(citation, nodes.Text(names))
    for link in list(copy.findall(link_to)):  # a sentence that leads on says nothing by itself
        link.parent.replace(link, nodes.Text("§"))
    text = re.sub(r" +([.,;:])", r"\1", " ".join(copy.astext().split()))
    return " ".join(sentence for sentence in SENTENCE.split(text) if "§" not in sentence)


def collect(app, doctree):
    """Give each term of a definition list an address, and the domain those that a chapter explains."""
    env = app.env
    for term in doctree.findall(nodes.term):
        if not any(inner["ids"] for inner in term.findall(nodes.Element)):
            term["names"] = [f"term {term.astext()}"]
            doctree.set_id(term)
    terms = env.get_domain("edition").terms
    for note in doctree.findall(annotation):
        if note["term"] and "number" in note:
            terms.append(Term(env.docname, note.line, f"term-{note['note']}", note["term"], note[0].astext()))
    if any(doctree.findall(term_entries)):
        for item in doctree.findall(nodes.definition_list_item):
            term, definition = item.children[0], item.children[-1]
            # else a day of the chronology, on the same page, or a common word
            if term["ids"] and "unlinked" not in item.parent["classes"]:
                id, text = term["ids"][0], plain(env, definition)
                terms.append(Term(env.docname, term.line, id, term.astext(), text))


def link(app, doctree, docname):
    """Mark the first mention of each term that the chapter does not explain itself, and so in each note."""
    glossary = page_with(app.env, "glossary")
    if glossary in (None, docname):
        return
    known = {
        form: term
        for term in app.env.get_domain("edition").terms
        if term.docname != docname
        for form in forms(term.headword)
    }
    unmarked = {}  # in the chapter (None), and in each note, which is read by itself
    entries = app.builder.get_relative_uri(docname, glossary)
    for paragraph in list(doctree.findall(nodes.paragraph)):
        above = list(ancestors(paragraph))
        if {"gist", "lead"} & set(paragraph["classes"]) or any(isinstance(node, APART) for node in above):
            continue
        note = next((node["note"] for node in above if isinstance(node, annotation)), None)
        here = unmarked.setdefault(note, dict(known))
        for text in list(paragraph.findall(nodes.Text)):
            within = isinstance(text.parent.parent, nodes.reference)  # a link holds no other
            if here and isinstance(text.parent, (nodes.paragraph, nodes.inline)) and not within:
                mark(text, here, entries)


def mark(text, unmarked, entries):
    """Replace the mentions in a text node, and strike their terms off the list of those that are unmarked."""
    parts, rest = [], str(text)
    while unmarked and (match := any_of(unmarked).search(rest)):
        term = unmarked[match[0]]
        for form in forms(term.headword):
            unmarked.pop(form, None)
        marked = mention("", match[0], uri=f"{entries}#{term.id}", explained=term.text)
        parts += [nodes.Text(rest[: match.start()]), marked]
        rest = rest[match.end() :]
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(rest)])


def any_of(names):
    """Return a pattern of any of these forms as words of their own, the longest first."""
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")


def visit(self, node):
    uri, explained = html.escape(node["uri"]), html.escape(node["explained"])
    self.body.append(f'<a class="term" href="{uri}" data-explained="{explained}">')


def setup(app):
    app.add_node(mention, html=(visit, lambda self, node: self.body.append("</a>")))
    app.connect("doctree-read", collect, priority=600)  # once the notes have their numbers
    app.connect("doctree-resolved", link)
