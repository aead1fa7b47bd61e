"""Cite any passage, note, figure, chapter or table: a small link there, and for each chapter a page with all its citations.

`static/cite.js` shows the part of that page in place; without it the link leads to the page. For reference managers the commentary, the edition
and each table are files in three formats.
"""

import html
import json
from pathlib import Path

import rispy
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from edition.cache import place
from edition.citing.cff import CitationError, called, file_name, read
from edition.citing.items import Citables
from edition.apparatus.dictionary import source_lines
from edition.apparatus.passages import add_link, annotation, passage
from edition.charts.figure import chart
from edition.domain import described, figure_numbers, page_with
from edition.elements import make
from edition.citing.styles import STYLES, Processor
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
    """Give each passage, note and figure the link to its citation, and each table of the dictionary those to its files."""
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
        files = [nodes.reference("", called, refuri=f"{up}cite/table-{table}.{kind}", classes=["external"]) for kind, called in FORMATS.items()]
        paragraph += [nodes.Text(" To cite it: "), files[0], *(part for file in files[1:] for part in (nodes.Text(", "), file)), nodes.Text(".")]


def ris(item):
    """Return an item in the format of Research Information Systems."""
    authors = [one.get("literal") or f"{one['family']}, {one['given']}" for one in item["author"]]
    entry = {"type_of_reference": RIS[item["type"]], "title": item["title"], "authors": authors, "language": item["language"]}
    for field, value in [("secondary_title", item.get("container-title")), ("publisher", item.get("publisher")), ("edition", item.get("edition")), ("urls", [item["URL"]] if "URL" in item else None),
                         ("secondary_authors", [one["literal"] for one in item.get("editor", [])]), ("year", str(item["issued"]["date-parts"][0][0]) if "issued" in item else None)]:
        if value:
            entry[field] = value
    return rispy.dumps([entry])


class Citations:
    """What is cited, and the process that formats it; begun once all chapters are read, asked for when the pages are written."""

    def begin(self, app, env):
        self.processor = None
        if not app.config.edition_citation:
            return
        site = app.config.html_baseurl or None
        self.citables = Citables(app.edition_cff, site)
        domain, numbers = env.get_domain("edition"), figure_numbers(env)
        address = app.builder.get_target_uri
        items, pinpoints = [self.citables.edition(), self.citables.commentary(), self.citables.passages()], {}
        self.parts = {}  # docname -> (id, what it is, item, pinpoint) of each part that can be cited
        for docname in env.collect_relations():
            if docname != app.config.root_doc:
                items.append(self.citables.chapter(docname, env.titles[docname].astext(), address(docname)))
            item = self.item(app, docname)
            self.parts[docname] = [("chapter", "this edition" if item == "edition" else "this chapter", item, "")]
        for one in domain.passages:
            self.parts[one.docname].append((f"p{one.id}", f"passage {one.id}", "passages", f"passage {one.id}"))
        for note in sorted(domain.notes, key=lambda note: (note.passage, note.number)):
            self.parts[note.docname].append(self.within(app, note, f"note-{note.id}", f"note {note.passage}.{note.number}"))
        for figure in sorted(domain.figures, key=lambda figure: numbers[figure.id]):
            self.parts[figure.docname].append(self.within(app, figure, f"fig-{figure.id}", f"figure {numbers[figure.id]}"))
        self.tables = [
            self.citables.table(name, table["title"], described(app.builder, name))
            for name, table in package().items()
        ]
        items += self.tables
        for parts in self.parts.values():
            for _, _, item, pinpoint in parts:
                pinpoints.setdefault(item, [])
                pinpoints[item] += [pinpoint] if pinpoint not in pinpoints[item] else []
        asked = {name for metadata in env.metadata.values() for name in metadata.get("cited", [])}
        self.whole = {"commentary", "edition"} | asked.intersection(table["id"] for table in self.tables)  # the other tables are files alone
        pinpoints |= {name: [""] for name in self.whole - pinpoints.keys()}
        self.items = {item["id"]: item for item in items}
        self.processor = Processor(place(app, "citations"), items, pinpoints)

    def item(self, app, docname):
        return "edition" if docname == app.config.root_doc else docname

    def within(self, app, part, name, pinpoint):
        return name, pinpoint, self.item(app, part.docname), pinpoint

    def named(self, builder, name):
        """Return (item, pinpoint, address or None) of what has this name, or None."""
        if name in self.whole:
            return name, "", None
        for docname, parts in self.parts.items():
            for part, _, item, pinpoint in parts:
                if part == name != "chapter":
                    return item, pinpoint, self.address(f"{builder.get_target_uri(docname)}#{name}")
        return None

    def address(self, place):
        return f"{self.citables.site}{place}" if self.citables.site else None

    def entry(self, style, item, address=None):
        """Return the entry in a bibliography, with the address of the very part, which no style changes."""
        entry, whole = self.processor()["formatted"][style][item]["entry"], self.items[item].get("URL")
        return entry.replace(f'"{whole}"', f'"{address}"').replace(f">{whole}<", f">{address}<") if address and whole else entry

    def reference(self, style, item, pinpoint):
        return self.processor()["formatted"][style][item]["cites"][pinpoint]

    def page(self, app, docname, parts):
        """Return what the template shows: the citations of a chapter and its parts."""
        sections = []
        for name, what, item, pinpoint in parts:
            anchor = "" if name == "chapter" else f"#{name}"
            address = self.address(("" if docname == app.config.root_doc else app.builder.get_target_uri(docname)) + anchor)
            formatted = [(style, self.entry(style, item, address), self.reference(style, item, pinpoint)) for style in STYLES]
            sections.append({"id": name, "what": what, "formatted": formatted, "back": app.builder.get_target_uri(docname) + anchor})
        chapter, examples = app.env.titles[docname].astext(), page_with(app.env, "citations")
        return {"title": f"Cite: {chapter}", "chapter": chapter, "sections": sections, "site": self.citables.site, "formats": FORMATS, "back": app.builder.get_target_uri(docname),
                "examples": examples and app.builder.get_target_uri(examples), "description": f"Citations of ‘{chapter}’ and of each of its parts, in five styles."}

    def pages(self, app):
        if self.processor:
            for docname, parts in self.parts.items():
                yield f"cite/{Path(docname).name}", self.page(app, docname, parts), "cite.html"

    def write(self, app, error):
        """Write the files for reference managers, and delete what is left of chapters that are gone."""
        if error or app.builder.format != "html" or not self.processor:
            return
        folder = Path(app.outdir, "cite")
        kept = {f"{Path(docname).name}.html" for docname in self.parts}
        for item in [self.items["commentary"], self.items["edition"], *self.tables]:
            name = item["id"]
            for kind, text in [("bib", self.processor()["bibtex"][name]), ("ris", ris(item)), ("json", json.dumps([item], ensure_ascii=False, indent=1) + "\n")]:
                (folder / f"{name}.{kind}").write_text(text, encoding="utf-8")
                kept.add(f"{name}.{kind}")
        for path in folder.iterdir():
            if path.name not in kept:
                path.unlink()


class example(nodes.General, nodes.Inline, nodes.Element):
    """A citation, filled in when the page is written: `name` is what is cited, `style` one of STYLES or all, `part` its entry or its reference."""


def cited(self, **attributes):
    """Return an example for a directive or a role, and remember what it cites: `Citations` has it formatted."""
    node = example(**attributes)
    self.env.metadata[self.env.docname].setdefault("cited", []).append(node["name"])
    self.set_source_info(node)
    return node


class CitationDirective(SphinxDirective):
    """The citations of something in all styles; its name is that in its address: p4, note-osce-chair, fig-oil-output, table-votes, edition, commentary."""

    required_arguments = 1

    def run(self):
        self.env.metadata[self.env.docname]["citations"] = True
        return [cited(self, name=self.arguments[0], style=None)]


class CitationRole(SphinxRole):
    """{entry}`APA p4` or {reference}`APA p4`: what stands in a bibliography, or in the text."""

    def run(self):
        style, _, name = self.text.rpartition(" ")
        return [cited(self, name=name, style=style, part=self.name)], []


def visit_example(self, node):
    citations = self.builder.app.edition_citations
    name, style = node["name"], node["style"]
    found = citations.named(self.builder, name) if citations.processor else None
    if found is None or style not in (None, *STYLES):
        logger.warning("%s can't be cited; name a passage, note, figure or table as in its address, the edition or the commentary%s", name,
                       "" if style in (None, *STYLES) else f", and one of {', '.join(STYLES)}", location=node)
    elif style:
        self.body.append(citations.entry(style, found[0], found[2]) if node["part"] == "entry" else html.escape(citations.reference(style, *found[:2])))
    else:
        parts = "".join(f'<dt>{one}</dt><dd class="entry">{citations.entry(one, found[0], found[2])}</dd><dd class="in-text">{html.escape(citations.reference(one, *found[:2]))}</dd>' for one in STYLES)
        self.body.append(f'<div class="citation"><dl>{parts}</dl></div>')
    raise nodes.SkipNode


def setup(app):
    app.add_directive("citation", CitationDirective)
    app.add_role("entry", CitationRole())
    app.add_role("reference", CitationRole())
    app.add_node(example, html=(visit_example, None))
    citations = app.edition_citations = Citations()
    app.add_config_value("edition_citation", "", "env", [str])  # the path of CITATION.cff
    app.connect("config-inited", configure, priority=900)  # after Sphinx, which takes the year from SOURCE_DATE_EPOCH
    app.connect("env-updated", citations.begin, priority=300)
    app.connect("doctree-resolved", decorate, priority=600)  # after `passages` has put down what it decorates
    app.connect("html-collect-pages", citations.pages)
    app.connect("build-finished", citations.write)
