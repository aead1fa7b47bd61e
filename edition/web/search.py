"""The search: an index of passages, notes, terms, events, charts and chapters, and the page that uses it.

Sphinx's own search finds whole pages only, and loads its index on each of them. This index is loaded on the
page of the search alone.
"""

import json
from pathlib import Path

from docutils import nodes
from docutils.utils.smartquotes import smartyPants

from edition.apparatus.notes import annotation, says
from edition.apparatus.passages import apparatus, passage
from edition.charts.figure import caption, chart
from edition.domain import page_with
from edition.web.harvest import Harvest

KINDS = ("Passage", "Note", "Term", "Event", "Chart", "Chapter", "Section")
# not a section's own prose: remarks, what has entries of its own, cells and the bibliography (containers),
# and the contents (a compound)
APART = (
    nodes.title,
    nodes.section,
    nodes.comment,
    passage,
    apparatus,
    nodes.definition_list,
    nodes.container,
    nodes.compound,
)
SCRIPT = "search/entries.js"


def plain(*parts):
    return " ".join(" ".join(part.astext() for part in parts).split())


def address(node):
    """Return the address of a node, or of the first thing in it that has one."""
    return next(f"#{inner['ids'][0]}" for inner in node.findall(nodes.Element) if inner["ids"])


def entries(doctree):
    """Yield (kind, what its label says besides, title, place within the page, text) of what a page holds."""
    chapter = next(map(plain, doctree.findall(nodes.title)), "")
    for node in doctree.findall():
        match node:
            case nodes.section():
                kind, place = ("Chapter", "") if node.parent is doctree else ("Section", address(node))
                prose = [child for child in node if not isinstance(child, APART)]
                yield kind, "", plain(node.next_node(nodes.title)), place, plain(*prose)
            case passage():
                yield "Passage", str(node["number"]), chapter, address(node), plain(node)
            case annotation():
                number, lemma = f"{node['passage']}.{node['number']}", f"“{smartyPants(node['lemma'], 'q')}”"
                if node["term"]:
                    yield "Term", f"· note {number}", node["term"], address(node), f"{lemma} {plain(node)}"
                else:
                    called = says(node["kind"], node["verdict"])
                    yield "Note", f"{number} · {called}", lemma, address(node), plain(node)
            case nodes.definition_list_item() if "of-note" not in node["classes"]:
                kind = "Event" if "chronology-era" in node.parent.parent["classes"] else "Term"
                yield kind, "", plain(node[0]), address(node[0]), plain(node[1])
            case chart():
                spec = node["spec"]
                title, subtitle = caption(spec)
                yield "Chart", "", title, f"#fig-{spec['name']}", f"{subtitle}. {spec['description']}"


def write(app):
    """Write the index, and the page that loads it."""
    index = {app.builder.get_target_uri(docname): listed for docname, listed in HARVEST.all(app).items()}
    script = Path(app.outdir, "_static", SCRIPT)
    script.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    script.write_text(f"const bookEntries = {content}", encoding="utf-8")
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
    HARVEST.connect(app)
    app.connect("builder-inited", without_sphinx)
    app.connect("html-collect-pages", write)
    app.connect("html-page-context", add_files)
