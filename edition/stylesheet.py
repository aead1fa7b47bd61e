"""The style sheet of the book: all that its pages are given, as one file, without what none of them uses."""

import re
from base64 import b64encode
from pathlib import Path

import lightningcss

BROWSERS = ["chrome 109", "firefox 115", "safari 15.6"]  # the oldest to be served: what the last Windows 7 and a phone of 2015 can run
THEME = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")  # its templates name these themselves; the other sheets are known to Sphinx
# the fonts of text and headings come with the sheet: a page is painted once, in its own type, and nothing moves
EMBEDDED = r"(?<=url\()fonts/source-serif-4-latin-[46]00-normal\.woff2"


def symbols(pages, scripts):
    """Return every class and id that a page has or a script may set."""
    found = set()
    for text in pages:
        for names in re.findall(r'\s(?:class|id)="([^"]*)"', text):
            found.update(names.split())
    for text in scripts:
        found.update(re.findall(r"[\w-]+", text))
    return found


def bundle(sheets, used):
    """Return style sheets as one, without the rules of classes and ids that are not used and the theme's font of icons."""
    text = "\n".join(f"@media {media} {{ {sheet} }}" if media else sheet for sheet, media in sheets)
    text = re.sub(r'@charset "[^"]*";', "", text)
    text = re.sub(r"@font-face\s*\{[^}]*Font ?Awesome[^}]*\}", "", text)
    unused = set(re.findall(r"[.#](-?[A-Za-z_][\w-]*)", text)) - used
    return lightningcss.process_stylesheet(text, filename="book.css", error_recovery=True, unused_symbols=unused, browsers_list=BROWSERS)


def embed(text, folder):
    """Return a style sheet with some of the fonts that it names in itself."""
    return re.sub(EMBEDDED, lambda found: f"data:font/woff2;base64,{b64encode((folder / found[0]).read_bytes()).decode()}", text)


def write(app, error):
    """Write `_static/book.css` once the pages are there."""
    if error or app.builder.format != "html" or app.config.html_theme != "sphinx_book_theme":
        return
    static = Path(app.outdir, "_static")
    sheets = [*((name, "") for name in THEME), *((sheet.filename, sheet.attributes.get("media", "")) for sheet in app.builder._css_files if "pygments" not in sheet.filename)]
    sheets = [(Path(app.outdir, name).read_text(encoding="utf-8"), media) for name, media in sheets]
    pages = (path.read_text(encoding="utf-8") for path in sorted(Path(app.outdir).rglob("*.html")))
    scripts = (path.read_text(encoding="utf-8") for path in [*Path(__file__).with_name("static").rglob("*.js"), static / "scripts/pydata-sphinx-theme.js"])
    (static / "book.css").write_text(embed(bundle(sheets, symbols(pages, scripts)), static), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
