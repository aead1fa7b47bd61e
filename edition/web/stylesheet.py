"""The style sheet of the book: all of it as one, and in each page as much of it as the page uses.

A page has its style in itself, so that it can be painted as soon as its first words are there.
"""

import re
from pathlib import Path

import lightningcss

from edition.charts.palette import sheets as palettes
from edition.web.policy import STATIC, THEME

# the oldest to be served: what the last Windows 7 and a phone of 2015 can run
BROWSERS = ["chrome 109", "firefox 115", "safari 15.6"]
NAMES = "fonts base frame cover passages through notes charts cells reference".split()
NAMES += "teaching ledger citing beside search".split()
STYLES = [THEME / "styles" / f"{name}.css" for name in NAMES]
LINK = re.compile(r'<link rel="stylesheet" href="([./]*)_static/book\.css" />')


def symbols(pages, scripts):
    """Return every class and id that a page has or a script may set."""
    used = set()
    for text in pages:
        for names in re.findall(r'\s(?:class|id)="([^"]*)"', text):
            used.update(names.split())
    for text in scripts:
        used.update(re.findall(r"[\w-]+", " ".join(re.findall(r'"[^"\n]*"|`[^`]*`', text))))
    return used


def bundle(sheets, used):
    """Return style sheets as one, without the rules of classes and ids that are not used."""
    text = "\n".join(sheets)
    unused = set(re.findall(r"[.#](-?[A-Za-z_][\w-]*)", text)) - used
    return lightningcss.process_stylesheet(
        text, filename="book.css", unused_symbols=unused, browsers_list=BROWSERS
    )


def inline(page, sheet, scripts):
    """Return a page's HTML with its style in place of the link to the sheet."""

    def style(link):
        css = bundle([sheet], symbols([page], scripts))
        return f"<style>{css.replace('url(fonts/', f'url({link[1]}_static/fonts/')}</style>"

    return LINK.sub(style, page)


def write(app, error):
    """Write the style of the new pages into them, and to `_static` the sheets of print and whole book."""
    if error or app.builder.format != "html" or app.config.html_theme != "edition":
        return
    static = Path(app.outdir, "_static")
    printed = (STATIC / "print.css").read_text(encoding="utf-8")
    printed = lightningcss.process_stylesheet(printed, filename="print.css", browsers_list=BROWSERS)
    (static / "print.css").write_text(printed, encoding="utf-8")
    scripts = [path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")]
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(Path(app.outdir).rglob("*.html"))}
    sheets = [path.read_text(encoding="utf-8") for path in [*palettes(Path(app.srcdir, "data")), *STYLES]]
    sheet = bundle(sheets, symbols(pages.values(), scripts))
    (static / "book.css").write_text(sheet, encoding="utf-8")
    for path, page in pages.items():
        if LINK.search(page):
            path.write_text(inline(page, sheet, scripts), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
