"""Markup that is refused, since a contributor meant it otherwise: HTML, and roles that are not closed.

And markup that is mended, since what makes it writes it otherwise: the list of sources, a cell and its code,
a table of pandas.
"""

import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.util import logging

from edition.apparatus.notes import annotation
from edition.apparatus.passages import passage

logger = logging.getLogger(__name__)
OPEN_ROLE = re.compile(r"\{[\w:.-]+\}`[^`]*")


def check(app, doctree):
    """Report what the reader of Markdown lets pass: `apparatus` tells of HTML in passages and notes."""
    for raw in doctree.findall(nodes.raw):
        if not any(
            isinstance(above, (passage, annotation)) or "cell_output" in above.get("classes", ())
            for above in ancestors(raw)
        ):
            logger.warning("HTML is not taken (%s); write Markdown", shortened(raw.astext()), location=raw)
    for text in doctree.findall(nodes.Text):
        if (role := OPEN_ROLE.search(text)) and not any(
            isinstance(above, (nodes.literal, nodes.literal_block)) for above in ancestors(text)
        ):
            logger.warning("%s has no end; write ` behind it", shortened(role[0]), location=text.parent)


def ancestors(node):
    while node := node.parent:
        yield node


def shortened(text, most=40):
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def visit_citation(self, node):
    """A list: the role that docutils gives to each source is deprecated."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<ul class="sources">')
    self.body.append(self.starttag(node, "li", ""))


def depart_citation(self, node):
    self.body.append("</li>")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</ul>")


def visit_code(self, node):
    """A summary whose name is what it shows."""
    self.body.append('<details class="hide above-input"><summary>Show the code</summary>')


def depart_code(self, node):
    self.body.append("</details>")


def mend(app, doctree, docname):
    for cell in doctree.findall(lambda node: "cell" in getattr(node, "attributes", {}).get("classes", [])):
        # the drawing first, its code below it
        cell.children.sort(key=lambda part: "cell_output" not in part["classes"])
    for citation in doctree.findall(nodes.citation):
        citation.remove(next(citation.findall(nodes.label)))  # a number that nothing refers to
    for raw in list(doctree.findall(nodes.raw)):
        styleless = raw.astext().replace('<style type="text/css">\n</style>\n', "")  # of pandas, and empty
        if styleless != raw.astext():
            raw.replace_self(nodes.raw("", styleless, format=raw["format"], classes=raw["classes"]))


def setup(app):
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_node(HideCodeCellNode, override=True, html=(visit_code, depart_code))
    app.connect("doctree-read", check, priority=400)  # before notes are moved behind their passages
    app.connect("doctree-resolved", mend)
