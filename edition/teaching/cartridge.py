"""The book as a Common Cartridge (IMS CC 1.1): links to every chapter and passage, for a course.

It is thin: no page and no server, only addresses; so it needs that of the book, and is not made without.
https://www.imsglobal.org/cc/ccv1p1/imscc_profilev1p1-Implementation.html
"""

import html
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.passages import named, raised
from edition.citing.cff import file_name, moment
from edition.elements import make
from edition.paper.zipped import archive
from edition.teaching.bank import FOLDER, XML

logger = logging.getLogger(__name__)
LINK = (
    '{xml}<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"><title>{title}</title>'
    '<url href="{address}" target="_blank"/></webLink>\n'
)
MANIFEST = """{xml}<manifest identifier="edition-{name}" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion>
<lom:lom><lom:general><lom:title><lom:string language="en">{title}</lom:string></lom:title></lom:general>
</lom:lom></metadata>
<organizations><organization identifier="contents" structure="rooted-hierarchy"><item identifier="root">
{items}</item></organization></organizations>
<resources>
{resources}</resources>
</manifest>
"""


class cartridge_link(nodes.Element):
    """Where the cartridge is, or why there is none."""


class CartridgeDirective(SphinxDirective):
    """A paragraph with the link to the cartridge, where one is made."""

    def run(self):
        return [cartridge_link()]


def lay_out(app, doctree, docname):
    for place in list(doctree.findall(cartridge_link)):
        if app.config.html_baseurl:
            file = f"{'../' * docname.count('/')}{FOLDER}/{name(app.edition_cff)}"
            link = make("a", "Common Cartridge", href=file, download=True)
            words = ["For a course there is a ", link, " (IMS CC 1.1): links to every chapter and passage. "]
            words.append("Most platforms import it; it needs no server.")
        else:
            words = [
                "A cartridge with links to every chapter and passage is made where the address is known at "
            ]
            words.append(
                "which the book is published; of this copy it is not. Publish it, build it with its "
            )
            words += ["address (", nodes.literal("", "BOOK_ADDRESS"), "), or paste links to chapters."]
        place.replace_self(make("p", *words, class_="cartridge"))


def name(cited):
    """Return what the file is called."""
    return f"{file_name(cited)}.imscc"


def chapters(app):
    """Yield (id, title, [(id, title, address)]): a chapter, with the links to itself and to its passages."""
    env, site = app.env, app.config.html_baseurl
    passages = sorted(env.get_domain("edition").passages, key=lambda passage: passage.id)
    for docname in env.collect_relations():
        title, page = env.titles[docname].astext(), app.builder.get_target_uri(docname)
        called = docname.replace("/", "-")
        links = [(called, title, f"{site}{page}")]
        for passage in passages:
            if passage.docname == docname:
                what = raised(named(app.config, passage.id))
                links.append((f"{called}-p{passage.id}", what, f"{site}{page}#p{passage.id}"))
        yield called, title, links


def item(name, title):
    """Return the entry of a link in the contents."""
    said = f"<title>{html.escape(title)}</title>"
    return f'<item identifier="item-{name}" identifierref="link-{name}">{said}</item>\n'


def cartridge(title, called, chapters):
    """Return the files of a cartridge: {path: text}."""
    files, items, resources = {}, "", ""
    for chapter, head, links in chapters:
        entries = "".join(item(name, text) for name, text, _ in links)
        if len(links) > 1:  # a folder, which is no link itself
            entries = (
                f'<item identifier="folder-{chapter}"><title>{html.escape(head)}</title>\n{entries}</item>\n'
            )
        items += entries
        for name, text, address in links:
            path = f"links/{name}.xml"
            files[path] = LINK.format(xml=XML, title=html.escape(text), address=html.escape(address))
            resources += (
                f'<resource identifier="link-{name}" type="imswl_xmlv1p1"><file href="{path}"/></resource>\n'
            )
    words = {"xml": XML, "name": html.escape(called), "title": html.escape(title)}
    files["imsmanifest.xml"] = MANIFEST.format(**words, items=items, resources=resources)
    return files


def write(app, error):
    """Write the cartridge, where the book's address is known."""
    if error or app.builder.format != "html" or not app.config.edition_citation:
        return
    if not app.config.html_baseurl:
        logger.info("note: The book's address is not known (BOOK_ADDRESS): no cartridge is made for courses.")
        return
    cited = app.edition_cff
    files = cartridge(cited["title"], file_name(cited), chapters(app))
    path = Path(app.outdir, FOLDER, name(cited))
    archive(path, {name: text.encode() for name, text in files.items()}, "", moment(cited))


def setup(app):
    app.add_directive("cartridge", CartridgeDirective)
    app.add_node(cartridge_link, html=(lambda self, node: None, lambda self, node: None))
    app.connect("doctree-resolved", lay_out)
    app.connect("build-finished", write, priority=510)  # after the bank has made room
