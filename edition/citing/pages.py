"""Cite any passage, note, figure, chapter or table.

There is a small link at each, and for each chapter a page with all its citations. `static/cite.js` shows the
part of that page in place; without it the link leads to the page. For reference managers the commentary, the
edition and each table are files in three formats.
"""

import html
import json
import os
import re
from pathlib import Path

import rispy
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.apparatus.dictionary import source_lines
from edition.apparatus.notes import annotation
from edition.apparatus.passages import add_link, passage
from edition.charts.figure import chart
from edition.citing.cff import CitationError, called, file_name, read
from edition.citing.items import ADDRESS, Citables, located
from edition.citing.styles import FILE, STYLES, CitationsFileError, read_formatted
from edition.domain import figure_numbers, page_with, table_place
from edition.elements import between, make, texts
from edition.tables import package

logger = logging.getLogger(__name__)
RIS = {"book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "webpage": "ELEC"}
FORMATS = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}


def configure(app, config):
    """Take from CITATION.cff what the book says of itself."""
    app.edition_cff, app.edition_name = {}, "edition"
    if not config.edition_citation:
        return
    try:
        cff = read(Path(app.srcdir, config.edition_citation))
    except CitationError as error:
        path, _, message = str(error).partition(": ")
        logger.warning("%s", message, location=f"{path}:1")
        raise SystemExit(1) from None
    config.html_title = config.project = cff["title"]
    config.html_short_title = cff["title"].partition(":")[0]
    config.author = " and ".join(map(called, cff["authors"]))
    config.copyright = str(cff["date-released"].year)
    config.version = config.release = cff["version"]
    app.edition_cff, app.edition_name = cff, file_name(cff)


def link(docname, name, what, text="cite"):
    """Return the link from a part of a chapter to its citation."""
    up, page = "../" * docname.count("/"), Path(docname).name
    return make("a", text, class_="cite", href=f"{up}cite/{page}.html#cite-{name}", aria_label=f"Cite {what}")


def decorate(app, doctree, docname):
    """Give each passage, note and figure the link to its citation, and each table those to its files."""
    if not app.config.edition_citation:
        return
    for node in doctree.findall(passage):
        add_link(node, link(docname, f"p{node['number']}", f"passage {node['number']}"))
    for node in doctree.findall(annotation):
        add_link(node, link(docname, f"note-{node['note']}", f"note {node['passage']}.{node['number']}"))
    numbers, up = figure_numbers(app.env), "../" * docname.count("/")
    for node in doctree.findall(chart):
        name = node["spec"]["name"]
        node += link(docname, f"fig-{name}", f"figure {numbers[name]}")
    for table, paragraph in source_lines(doctree):
        files = [
            nodes.reference("", called, refuri=f"{up}cite/table-{table}.{kind}", classes=["external"])
            for kind, called in FORMATS.items()
        ]
        paragraph += texts(" To cite it: ", *between(files, ", "), ".")


def ris(item):
    """Return an item in the format of Research Information Systems."""
    authors = [name.get("literal") or f"{name['family']}, {name['given']}" for name in item["author"]]
    entry = {
        "type_of_reference": RIS[item["type"]],
        "title": item["title"],
        "authors": authors,
        "language": item["language"],
    }
    for field, value in [
        ("secondary_title", item.get("container-title")),
        ("publisher", item.get("publisher")),
        ("edition", item.get("edition")),
        ("urls", [item["URL"]] if "URL" in item else None),
        ("secondary_authors", [name["literal"] for name in item.get("editor", [])]),
        ("year", str(item["issued"]["date-parts"][0][0]) if "issued" in item else None),
    ]:
        if value:
            entry[field] = value
    return rispy.dumps([entry])


class Citations:
    """What is cited, and how: gathered once all chapters are read, and citations.json held to it."""

    def gather(self, app, env):
        self.parts = {}  # docname -> (id, what it is, item, pinpoint) of each part that can be cited
        self.items = {}  # id -> item of CSL-JSON
        self.files = {}  # id -> place below the book's address, of what has files for reference managers
        if not app.config.edition_citation:
            return
        citables, self.site = Citables(app.edition_cff), app.config.html_baseurl or None
        domain, numbers = env.get_domain("edition"), figure_numbers(env)
        items = [citables.commentary(), citables.edition(), citables.passages()]
        for docname in env.collect_relations():
            if docname != app.config.root_doc:
                items.append(citables.chapter(docname, env.titles[docname].astext()))
            item = self.item(app, docname)
            what = "this edition" if item == "edition" else "this chapter"
            self.parts[docname] = [("chapter", what, item, "")]
        for restated in domain.passages:
            number = f"passage {restated.id}"
            self.parts[restated.docname].append((f"p{restated.id}", number, "passages", number))
        for note in sorted(domain.notes, key=lambda note: (note.passage, note.number)):
            self.add(app, note, f"note-{note.id}", f"note {note.passage}.{note.number}")
        for figure in sorted(domain.figures, key=lambda figure: numbers[figure.id]):
            self.add(app, figure, f"fig-{figure.id}", f"figure {numbers[figure.id]}")
        tables = {name: citables.table(name, table["title"]) for name, table in package().items()}
        self.items = {item["id"]: item for item in [*items, *tables.values()]}
        places = {item["id"]: table_place(app.builder, name) for name, item in tables.items()}
        self.files = {"commentary": "", "edition": ""} | places
        if "EDITION_CITABLE" in os.environ:
            return  # they are about to be formatted
        try:
            self.formatted = read_formatted(Path(app.srcdir, FILE), self.items.values())
        except CitationsFileError as error:
            logger.warning("%s; run: make citations", error, location=f"{Path(app.srcdir, FILE)}:1")

    def hand_over(self, app, env):
        """End here a build that is to list what can be cited, and no more (`citable` of edition/build.py)."""
        if listed := os.environ.get("EDITION_CITABLE"):
            Path(listed).write_text(json.dumps(list(self.items.values())), encoding="utf-8")
            raise SystemExit(0)

    def item(self, app, docname):
        return "edition" if docname == app.config.root_doc else docname

    def add(self, app, part, name, pinpoint):
        """Add to the parts of its chapter a note or a figure."""
        self.parts[part.docname].append((name, pinpoint, self.item(app, part.docname), pinpoint))

    def named(self, builder, name):
        """Return (item, pinpoint, address) of what has this name, or None."""
        if name in self.files:
            return name, "", self.address(self.files[name])
        for docname, parts in self.parts.items():
            for part, _, item, pinpoint in parts:
                if part == name != "chapter":
                    return item, pinpoint, self.address(f"{builder.get_target_uri(docname)}#{name}")
        return None

    def address(self, place):
        """Return the address of a place in the book, or None where that of the book is not known."""
        return f"{self.site}{place}" if self.site else None

    def texts(self, item, address):
        return self.formatted[item]["with_address" if address else "without_address"]

    def entry(self, style, item, address):
        """Return the entry in a bibliography, with the address of the very part, which no style changes."""
        return self.texts(item, address)["entries"][style].replace(ADDRESS, html.escape(address or ""))

    def reference(self, style, item, pinpoint):
        kind, _, number = pinpoint.partition(" ")
        return self.formatted[item]["references"][style][kind].replace("{number}", number)

    def page(self, app, docname, parts):
        """Return what the template shows: the citations of a chapter and its parts."""
        sections, page = [], app.builder.get_target_uri(docname)
        for name, what, item, pinpoint in parts:
            anchor = "" if name == "chapter" else f"#{name}"
            address = self.address(("" if docname == app.config.root_doc else page) + anchor)
            formatted = [
                (style, self.entry(style, item, address), self.reference(style, item, pinpoint))
                for style in STYLES
            ]
            sections.append({"id": name, "what": what, "formatted": formatted, "back": page + anchor})
        chapter, examples = app.env.titles[docname].astext(), page_with(app.env, "citations")
        return {
            "title": f"Cite: {chapter}",
            "chapter": chapter,
            "sections": sections,
            "site": self.site,
            "formats": FORMATS,
            "back": page,
            "examples": examples and app.builder.get_target_uri(examples),
            "description": f"Citations of ‘{chapter}’ and of each of its parts, in five styles.",
        }

    def pages(self, app):
        for docname, parts in self.parts.items():
            yield f"cite/{Path(docname).name}", self.page(app, docname, parts), "cite.html"

    def write(self, app, error):
        """Write the files for reference managers, and delete what is left of chapters that are gone."""
        if error or app.builder.format != "html" or not app.config.edition_citation:
            return
        folder = Path(app.outdir, "cite")
        written = {f"{Path(docname).name}.html" for docname in self.parts}
        for name, place in self.files.items():
            address = self.address(place)
            item = located(self.items[name], address)
            bibtex = self.texts(name, address)["bibtex"].replace(ADDRESS, address or "")
            csl = json.dumps([item], ensure_ascii=False, indent=1) + "\n"
            for kind, text in [("bib", bibtex), ("ris", ris(item)), ("json", csl)]:
                (folder / f"{name}.{kind}").write_text(text, encoding="utf-8")
                written.add(f"{name}.{kind}")
        for path in folder.iterdir():
            if path.name not in written:
                path.unlink()


class example(nodes.General, nodes.Inline, nodes.Element):
    """A citation, filled in when the page is written.

    `name` is what is cited, `style` one of STYLES or None for all, `part` its entry or its reference.
    """


class CitationDirective(SphinxDirective):
    """The citations of something in all styles.

    Its name is that in its address: p4, note-osce-chair, fig-oil-output, table-votes, edition, commentary.
    """

    required_arguments = 1

    def run(self):
        self.env.metadata[self.env.docname]["citations"] = True
        node = example(name=self.arguments[0], style=None)
        self.set_source_info(node)
        return [node]


class CitationRole(SphinxRole):
    """{entry}`APA p4` or {reference}`APA p4`: what stands in a bibliography, or in the text."""

    def run(self):
        style, _, name = self.text.rpartition(" ")
        node = example(name=name, style=style, part=self.name)
        self.set_source_info(node)
        return [node], []


class AuthorsRole(SphinxRole):
    """{authors}`commentary` or {authors}`edition`: who wrote it, as CITATION.cff has it."""

    def run(self):
        cited, what = self.env.app.edition_cff, self.text
        if not cited or what not in ("commentary", "edition"):
            message = "{authors}`%s`: write commentary or edition, in a book with CITATION.cff"
            logger.warning(message, what, location=self.get_location())
            return [], []
        self.env.note_dependency(str(Path(self.env.srcdir, self.config.edition_citation)))
        authors = (cited["references"] if what == "commentary" else cited)["authors"]
        names = [re.sub("^The ", "the ", called(author)) for author in authors]  # within a sentence
        return [nodes.Text(" and ".join(names))], []


def visit_example(self, node):
    citations = self.builder.app.edition_citations
    name, style = node["name"], node["style"]
    named = citations.named(self.builder, name)
    if named is None or style not in (None, *STYLES):
        message = (
            "%s can't be cited; name a passage, note, figure or table as in its address, "
            "the edition or the commentary%s"
        )
        styles = "" if style in (None, *STYLES) else f", and one of {', '.join(STYLES)}"
        logger.warning(message, name, styles, location=node)
        raise nodes.SkipNode
    item, pinpoint, address = named
    if style and node["part"] == "entry":
        self.body.append(citations.entry(style, item, address))
    elif style:
        self.body.append(html.escape(citations.reference(style, item, pinpoint)))
    else:
        parts = ""
        for style in STYLES:
            entry = citations.entry(style, item, address)
            reference = html.escape(citations.reference(style, item, pinpoint))
            parts += f'<dt>{style}</dt><dd class="entry">{entry}</dd><dd class="in-text">{reference}</dd>'
        self.body.append(f'<div class="citation"><dl>{parts}</dl></div>')
    raise nodes.SkipNode


def setup(app):
    app.add_directive("citation", CitationDirective)
    app.add_role("authors", AuthorsRole())
    app.add_role("entry", CitationRole())
    app.add_role("reference", CitationRole())
    app.add_node(example, html=(visit_example, None))
    citations = app.edition_citations = Citations()
    app.add_config_value("edition_citation", "", "env", [str])  # the path of CITATION.cff
    # after Sphinx, which takes the year from SOURCE_DATE_EPOCH
    app.connect("config-inited", configure, priority=900)
    app.connect("env-check-consistency", citations.gather)
    app.connect("env-check-consistency", citations.hand_over, priority=950)  # not of a book with faults
    app.connect("doctree-resolved", decorate, priority=600)  # after `passages` has put down what it decorates
    app.connect("html-collect-pages", citations.pages)
    app.connect("build-finished", citations.write)
