"""The search: an index of passages, notes, terms, events, charts and chapters, and the page that uses it.

Sphinx's own search finds whole pages only, and loads its index on each of them. This index is loaded on the
page of the search alone.
"""

import json
import re
from html import unescape
from pathlib import Path

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging

from edition.apparatus.notes import CALLED, annotation, says
from edition.apparatus.passages import apparatus, passage
from edition.apparatus.seminar import question
from edition.apparatus.through import read_through
from edition.apparatus.wording import SENTENCE
from edition.charts.figure import caption, chart
from edition.domain import page_with
from edition.web.harvest import Harvest

logger = logging.getLogger(__name__)
KINDS = ("Passage", "Note", "Term", "Event", "Chart", "Chapter", "Section")
# not a section's own prose: remarks, what has entries of its own, passages that are shown again, questions
# (their hints are folded), the bibliography (a container), and the contents (a compound)
APART = (
    nodes.title,
    nodes.section,
    nodes.comment,
    passage,
    apparatus,
    read_through,
    question,
    nodes.definition_list,
    nodes.container,
    nodes.compound,
)
SCRIPT = "search/entries.js"
WORD = re.compile(r"\w+")
MARKUP = re.compile(r"<style.*?</style>|<[^>]+>", re.S)
# what readers of any edition type ('mistak*': whatever begins so): what stands in it for that
READERS_WORDS = {
    "error*, mistak*, incorrect*, false*, untrue, inaccura*": ", ".join(CALLED.values()),
    "corrected, correction*, refined": ", ".join(CALLED.values()),
    "inexact, imprecis*": CALLED["refined"],
    "true, accura*": "confirmed",
    "unproven, undecided, unclear, unknown": "open",
    "contested, controvers*": "disputed",
    "graph*, diagram*": "chart",
    "timeline": "chronology",
    "source*, literature": "bibliography",
    "mean*, defin*": "term",
}


def said(node):
    """Return what a node says; of a table, each cell behind the head of its column."""
    if isinstance(node, nodes.table):
        heads, *rows = ([plain(cell) for cell in row] for row in node.findall(nodes.row))
        return " · ".join("; ".join(map(headed, heads, row)) for row in rows)
    if isinstance(node, nodes.raw):  # a table that a cell shows
        return unescape(MARKUP.sub(" ", node.astext().replace("</tr>", " · ")))
    return node.child_text_separator.join(map(said, node.children)) if node.children else node.astext()


def headed(head, cell):
    return f"{head}: {cell}" if head else cell


def plain(*parts):
    return " ".join(" ".join(map(said, parts)).split())


def prose(section):
    """Yield what a section says itself: not its parts, nor the code of its cells."""
    for child in section:
        if isinstance(child, nodes.container):
            yield from child.findall(nodes.raw)
        elif not isinstance(child, APART):
            yield child


def address(node):
    """Return the address of a node, or of the first thing in it that has one."""
    return next(f"#{inner['ids'][0]}" for inner in node.findall(nodes.Element) if inner["ids"])


def entries(doctree):
    """Yield (kind, what its label says besides, title, place in the page, text, lemma) of what a page holds.

    The title is what it says, in a sentence where it has one.
    """
    for node in doctree.findall():
        match node:
            case nodes.section():
                kind, place = ("Chapter", "") if node.parent is doctree else ("Section", address(node))
                yield kind, "", plain(node.next_node(nodes.title)), place, plain(*prose(node)), ""
            case passage():
                first, *others = SENTENCE.split(plain(node), maxsplit=1)
                yield "Passage", str(node["number"]), first, address(node), "".join(others), ""
            case annotation():
                number, lemma = f"{node['passage']}.{node['number']}", smartyPants(node["lemma"], "q")
                gist, *evidence = node.children
                if node["term"]:
                    yield "Term", f"· note {number}", node["term"], address(node), plain(node), lemma
                else:
                    label = f"{number} · {says(node['kind'], node['verdict'])}"
                    yield "Note", label, plain(gist), address(node), plain(*evidence), lemma
            # the notes that name a person say more of it
            case nodes.definition_list_item() if not {"of-note", "people"} & {
                *node["classes"],
                *node.parent["classes"],
            }:
                head, place, text = plain(node[0]), address(node[0]), plain(node[1])
                if "chronology-era" in node.parent.parent["classes"]:
                    event = node[1].next_node(nodes.Text).rstrip(" (")  # its passage and sources follow
                    yield "Event", f"· {head}", event, place, text.removeprefix(event).strip(), ""
                else:
                    yield "Term", "", head, place, text, ""
            case chart():
                spec = node["spec"]
                title, subtitle = caption(spec)
                yield "Chart", "", title, f"#fig-{spec['name']}", f"{subtitle}. {spec['description']}", ""


def readers_words(own, index):
    """Return {what readers type: [what stands in the book for it]}.

    Of every edition, and the book's `own`: what of these is of no use is reported.
    """
    held = set(WORD.findall(index.casefold()))
    for typed, meant in own.items():
        fault = None
        if not (isinstance(typed, str) and isinstance(meant, str)):
            fault = "write what stands in the book for it as words, with commas"
        elif missing := [word for word in WORD.findall(meant) if word.casefold() not in held]:
            fault = f"{', '.join(missing)} stands nowhere in the book; correct it, or delete the line"
        if fault:
            logger.warning("_config.yml: edition_readers_words: %r: %s", typed, fault)
    both = READERS_WORDS | {str(typed): str(meant) for typed, meant in own.items()}
    return {word: meant.split(", ") for typed, meant in both.items() for word in typed.split(", ")}


def write(app):
    """Write the index, and the page that loads it."""
    index = {app.builder.get_target_uri(docname): listed for docname, listed in HARVEST.all(app).items()}
    script = Path(app.outdir, "_static", SCRIPT)
    script.parent.mkdir(parents=True, exist_ok=True)
    compact = {"ensure_ascii": False, "separators": (",", ":")}
    content = json.dumps(index, **compact)
    words = json.dumps(readers_words(app.config.edition_readers_words, content), **compact)
    script.write_text(f"const bookEntries = {content}\nconst readersWords = {words}\n", encoding="utf-8")
    bibliography = next((key.docname for key in app.env.get_domain("cite").bibliographies), None)
    pages = [
        ("glossary", page_with(app.env, "glossary"), "a term"),
        ("chronology", page_with(app.env, "chronology"), "an event"),
        ("bibliography", bibliography, "a source"),
    ]
    yield (
        "search",
        {
            "title": "Search",
            "kinds": KINDS,
            "elsewhere": [page for page in pages if page[1]],
            "scripts": ["_static/search/minisearch.js", f"_static/{SCRIPT}"],
            "description": "Search the passages, notes, terms, events and charts of this edition.",
        },
        "search.html",
    )


def without_sphinx(app):
    app.builder.search = False  # Sphinx's own


HARVEST = Harvest("search.json", entries)


def add_files(app, page, template, context, doctree):
    if page == "search":
        app.add_js_file("search.js", loading_method="defer")


def setup(app):
    # what readers type -> what stands in the book for it, several with commas; as READERS_WORDS
    app.add_config_value("edition_readers_words", {}, "html", [dict])
    HARVEST.connect(app)
    app.connect("builder-inited", without_sphinx)
    app.connect("html-collect-pages", write)
    app.connect("html-page-context", add_files)
