"""Shows the reader's own copy beside the restatement, on the reader's machine only: from what was imported while building, or in the browser.

`static/facing.js` marks the lemmas in it and lets the reader choose between the two texts; `static/beside.js` takes a copy in the browser.
"""

import html
import json
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition import store
from edition.fingerprint import FILE, digest, folded, known
from edition.witness import CopyError

logger = logging.getLogger(__name__)
LEGEND = "Your copy of the original"


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
    # of the passages that are the edition's own text to the letter: a reader's copy may differ, and then it is not the notes that are wrong
    prints = known(Path(app.srcdir, "data", FILE)) if app.edition_copy else []
    copies = {one.passage: folded(app.edition_copy.get(one.passage, "")) for one in prints}
    app.edition_original = {one.passage: copies[one.passage] for one in prints if digest(copies[one.passage]) == one.text}
    if app.edition_copy:
        logger.info("note: Your copy of the commentary is shown beside %d passages; what is built with it must not be published.", len(app.edition_copy))


def original(app, number):
    """Return what stands before a restatement: the reader's copy of the passage, or nothing."""
    text = app.edition_copy.get(number)
    return f'<div class="original" lang="en"><p class="witness">{LEGEND}</p><p class="original-text">{html.escape(text)}</p></div><div class="restatement">' if text else ""


def end(app, number):
    return "</div>" if number in app.edition_copy else ""


def visit_beside(self, node):
    prints = json.dumps([one._asdict() for one in known(Path(self.builder.srcdir, "data", FILE))], separators=(",", ":"))
    self.body.append(f"""<div class="beside">
<p id="beside-status" role="status">This needs JavaScript.</p>
<form>
<p><label for="beside-file">A file: text, Markdown, or a page saved as HTML. You can drop it here, too.</label> <input type="file" id="beside-file" accept=".txt,.md,.html,.htm,text/plain,text/html"></p>
<p><label for="beside-text">Or paste the text:</label> <textarea id="beside-text" rows="6"></textarea> <button type="submit">Recognise it</button></p>
</form>
<table hidden><thead><tr><th scope="col">Passage</th><th scope="col">Words</th><th scope="col">Recognised</th></tr></thead><tbody></tbody></table>
<button type="button" id="beside-forget" hidden>Remove my copy from this browser</button>
<script type="application/json" id="fingerprints">{prints}</script>
</div>""")
    raise nodes.SkipNode


def furnish(app, page, template, context, doctree):
    body = context.get("body", "")
    if 'class="original"' in body:
        app.add_js_file("letters.js", loading_method="defer")
        app.add_js_file("facing.js", loading_method="defer")
    if 'class="beside"' in body:
        app.add_js_file("beside.js", loading_method="defer")


def setup(app):
    app.add_directive("beside", BesideDirective)
    app.add_node(beside, html=(visit_beside, None))
    app.connect("builder-inited", begin)
    app.connect("html-page-context", furnish)
