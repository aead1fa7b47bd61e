"""Shows the reader's own copy beside the restatement, on the reader's machine only.

It is what was imported while building, or was given to the browser. `static/facing.js` marks the lemmas in it
and lets the reader choose between the two texts; `static/beside.js` takes a copy in the browser.
"""

import html
import json
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.notes import spans
from edition.apparatus.passages import passage
from edition.elements import element, make
from edition.witness import store
from edition.witness.fingerprint import FILE, digest, folded, known
from edition.witness.readers import CopyError

logger = logging.getLogger(__name__)
LEGEND = "Your copy of the original"
BESIDE = """<div class="beside">
<p id="beside-status" role="status">This needs JavaScript.</p>
<form>
<p><label for="beside-file">A file: text, Markdown, or a page saved as HTML. \
You can drop it here, too.</label> \
<input type="file" id="beside-file" accept=".txt,.md,.html,.htm,text/plain,text/html"></p>
<p><label for="beside-text">Or paste the text:</label> <textarea id="beside-text" rows="6"></textarea> \
<button type="submit">Recognise it</button></p>
</form>
<table hidden><thead><tr><th scope="col">Passage</th><th scope="col">Words</th>\
<th scope="col">Recognised</th></tr></thead><tbody></tbody></table>
<button type="button" id="beside-forget" hidden>Remove my copy from this browser</button>
<script type="application/json" id="fingerprints">PRINTS</script>
</div>"""


class own_copy(nodes.General, nodes.Element):
    """The reader's copy of a passage, `number`.

    Its words are in no tree, so that nothing that reads trees can publish them.
    """


class beside(nodes.General, nodes.Element):
    """The place where a reader gives a copy to the browser."""


class BesideDirective(SphinxDirective):
    def run(self):
        self.env.note_dependency(str(Path(self.env.app.srcdir, "data", FILE)))
        return [beside()]


def begin(app):
    """Read the copy that was imported, if there is one."""
    try:
        app.edition_copy = store.load(Path(app.srcdir, "_copy", "commentary.json"))
    except CopyError as error:
        logger.warning("%s", error)
        raise SystemExit(1) from None
    # of the passages that are the edition's own text to the letter: a reader's copy may differ, and then it
    # is not the notes that are wrong
    app.edition_original = {}
    for fingerprint in known(Path(app.srcdir, "data", FILE)) if app.edition_copy else ():
        text = folded(app.edition_copy.get(fingerprint.passage, ""))
        if digest(text) == fingerprint.text:
            app.edition_original[fingerprint.passage] = text
    if app.edition_copy:
        logger.info(
            "note: Your copy of the commentary is shown beside %d passages; "
            "what is built with it must not be published.",
            len(app.edition_copy),
        )


def check(app, env):
    """Report a lemma that is not the original's: only a copy that is complete to the letter can tell."""
    for note in env.get_domain("edition").notes:
        if (original := app.edition_original.get(note.passage)) and not stands_in(note.lemma, original):
            message = "note %s: its lemma is not in your copy of passage %d; quote the original's own words"
            logger.warning(message, note.id, note.passage, location=(note.docname, note.line))


def stands_in(lemma, original):
    """Does a lemma, part by part, stand in a passage (its folded letters)?"""
    place = 0
    for part in map(folded, spans(lemma)):
        place = original.find(part, place) + len(part)
        if place < len(part):
            return False
    return True


def face(app, doctree, docname):
    """Put the reader's copy of a passage before its restatement."""
    for node in doctree.findall(passage):
        if node["number"] in app.edition_copy:
            restatement = [child for child in node.children if not isinstance(child, element)]
            *before, links = (child for child in node.children if isinstance(child, element))
            copy, facing = own_copy(number=node["number"]), make("div", *restatement, class_="restatement")
            node.children = []
            node += [*before, copy, facing, links]


def visit_own_copy(self, node):
    text = html.escape(self.builder.app.edition_copy[node["number"]])
    self.body.append(
        f'<div class="original" lang="en"><p class="passage-head">{LEGEND}</p>'
        f'<p class="original-text">{text}</p></div>'
    )
    raise nodes.SkipNode


def visit_beside(self, node):
    fingerprints = known(Path(self.builder.srcdir, "data", FILE))
    prints = json.dumps([fingerprint._asdict() for fingerprint in fingerprints], separators=(",", ":"))
    self.body.append(BESIDE.replace("PRINTS", prints))
    raise nodes.SkipNode


def furnish(app, page, template, context, doctree):
    if not doctree:
        return
    if any(doctree.findall(own_copy)):
        app.add_js_file("letters.js", loading_method="defer")
        app.add_js_file("facing.js", loading_method="defer")
    if any(doctree.findall(beside)):
        app.add_js_file("beside.js", loading_method="defer")


def setup(app):
    app.add_directive("beside", BesideDirective)
    app.add_node(beside, html=(visit_beside, None))
    app.add_node(own_copy, html=(visit_own_copy, None))
    app.connect("builder-inited", begin)
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", face, priority=700)  # when all that decorates a passage is there
    app.connect("html-page-context", furnish)
