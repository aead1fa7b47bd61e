"""What every page brings along: its style, the scripts that it uses, a policy that asks no other host."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from docutils import nodes

from edition.apparatus.notes import annotation
from edition.apparatus.terms import mention

THEME = Path(__file__).with_name("theme")
STATIC = THEME / "static"
DESCRIPTION_LENGTH = 160  # characters: about what a search engine shows
EARLY = THEME / "early.js"
# it stands in each page: without comments and margins
EARLY_SCRIPT = re.sub(r"^ *(//.*\n)?", "", EARLY.read_text(encoding="utf-8"), flags=re.MULTILINE)
POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' 'sha256-{b64encode(hashlib.sha256(EARLY_SCRIPT.encode()).digest()).decode()}'",
        # a page has its style in itself, and eras, gists and keys of charts have style attributes
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
)


def description(doctree):
    """Return what a page is about: its lead, else its first paragraph, as far as whole words go."""
    paragraphs = list(doctree.findall(nodes.paragraph))
    if not paragraphs:
        return ""
    leads = (p for p in paragraphs if "lead" in p["classes"] + p.parent["classes"])
    text = " ".join(next(leads, paragraphs[0]).astext().split())
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rpartition(" ")[0].rstrip(",;:") + " …"


def furnish(app, page, template, context, doctree):
    context |= {"policy": POLICY, "early_script": EARLY_SCRIPT}
    context |= {"book": app.edition_name, "author": app.config.author}
    context["description"] = description(doctree) if doctree else context.get("description", "")
    app.add_js_file(
        "cite.js" if template == "cite.html" else "theme.js", loading_method="defer", priority=100
    )
    if doctree and any(doctree.findall(mention)):
        app.add_js_file("terms.js", loading_method="defer")
    if doctree and any(doctree.findall(annotation)):
        app.add_js_file("notes.js", loading_method="defer")
    # Sphinx has scripts of its own, which do nothing on these pages
    context["script_files"] = [
        script
        for script in context["script_files"]
        if (STATIC / script.filename.removeprefix("_static/")).is_file()
    ]


def setup(app):
    app.add_html_theme("edition", str(THEME))
    app.connect("html-page-context", furnish, priority=900)  # after the others have added their scripts
