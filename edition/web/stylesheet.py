"""The style sheet of the book: all that its pages are given, as one, without what none of them uses; and of that in each page what it uses itself.

A page has its style in itself, so that it can be painted as soon as its first words are there.
"""

import re
from pathlib import Path

import lightningcss

from edition.web.policy import STATIC

BROWSERS = ["chrome 109", "firefox 115", "safari 15.6"]  # the oldest to be served: what the last Windows 7 and a phone of 2015 can run
THEME = ("_static/basic.css", "_static/styles/pydata-sphinx-theme.css")  # its templates name these themselves; the other sheets are known to Sphinx
THEIRS = r"--(?:bs|fa|mystnb|pst|sbt|sd)-[\w-]+"  # custom properties of the theme, of what it is made of, and of MyST-NB
LINK = re.compile(r'<link rel="stylesheet" href="([./]*)_static/book\.css" />')


def symbols(pages, scripts):
    """Return every class and id that a page has or a script may set."""
    found = set()
    for text in pages:
        for names in re.findall(r'\s(?:class|id)="([^"]*)"', text):
            found.update(names.split())
    for text in scripts:
        found.update(re.findall(r"[\w-]+", " ".join(re.findall(r'"[^"\n]*"|`[^`]*`', text))))
    return found


def bundle(sheets, used):
    """Return style sheets as one, without the rules of classes and ids that are not used and the theme's font of icons."""
    text = re.sub(r'@charset "[^"]*";', "", "\n".join(sheets))
    text = re.sub(r"@font-face\s*\{[^}]*Font ?Awesome[^}]*\}", "", text)
    unused = set(re.findall(r"[.#](-?[A-Za-z_][\w-]*)", text)) - used
    return without_unread_properties(
        lightningcss.process_stylesheet(text, filename="book.css", error_recovery=True, unused_symbols=unused, browsers_list=BROWSERS)
    )


def without_unread_properties(text):
    """Return a style sheet without the theme's custom properties that nothing reads: a third of it."""
    read = set(re.findall(r"var\((--[\w-]+)", text))
    kept = re.sub(rf"({THEIRS}):[^;{{}}]*(;|(?=}}))", lambda found: found[0] if found[1] in read else "", text)
    return kept if kept == text else without_unread_properties(kept)  # what they read may be unread now


def inline(page, sheet, scripts):
    """Return a page's HTML with its style in place of the link to the sheet."""

    def style(link):
        return f"<style>{bundle([sheet], symbols([page], scripts)).replace('url(fonts/', f'url({link[1]}_static/fonts/')}</style>"

    return LINK.sub(style, page)


def write(app, error):
    """Write the style of the new pages into them, and to `_static` the sheet for paper and that of the whole book."""
    if error or app.builder.format != "html" or app.config.html_theme != "sphinx_book_theme":
        return
    static, source = Path(app.outdir, "_static"), STATIC
    printed = (source / "print.css").read_text(encoding="utf-8")
    printed = lightningcss.process_stylesheet(printed, filename="print.css", browsers_list=BROWSERS)
    (static / "print.css").write_text(printed, encoding="utf-8")
    names = [*THEME, *(sheet.filename for sheet in app.builder._css_files if "pygments" not in sheet.filename)]
    scripts = [path.read_text(encoding="utf-8") for path in source.glob("*.js")]  # the theme's sets no class here
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(Path(app.outdir).rglob("*.html"))}
    sheet = bundle([Path(app.outdir, name).read_text(encoding="utf-8") for name in names], symbols(pages.values(), scripts))
    (static / "book.css").write_text(sheet, encoding="utf-8")
    for path, page in pages.items():
        if LINK.search(page):
            path.write_text(inline(page, sheet, scripts), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
