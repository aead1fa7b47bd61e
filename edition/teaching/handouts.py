"""A handout for each chapter with questions, on one sheet of A4: as PDF to print, and for Word to edit.

It has the chapter's passages; below a line to fold it along what the notes change in them, one chart, and a
question of each level; and how to cite it. Made of the built pages and the packed charts, by `make pdf`.
"""

import io
import sys
from html import escape
from pathlib import Path

import pikepdf
from playwright.sync_api import Error

from edition import build
from edition.apparatus.seminar import HANDOUTS
from edition.charts.palette import resolved
from edition.citing import cff
from edition.paper.browser import chromium
from edition.paper.finished import finish
from edition.paper.packages import faces
from edition.tables import home
from edition.teaching import word
from edition.teaching.sheet import FOLD, HandoutError, Sheet

ROOT = home().parent  # the book at hand
HTML = ROOT / "_build" / "html"
SIZES = (12, 11.5, 11, 10.5, 10, 9.6, 9.2, 8.8, 8.4, 8)  # points of the text, until all fits on one sheet
EXTENDED = "; unicode-range: U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1E9F"
SERIF = {
    "latin-400-normal": "",
    "latin-400-italic": "",
    "latin-600-normal": "",
    "latin-ext-400-normal": EXTENDED,
}


def look(folder, size):
    """Return the style of a handout with letters of a size: the book's type and its light colours."""
    serif = ""
    for file, more in SERIF.items():
        *_, weight, style = file.split("-")
        serif += f'@font-face {{ font-family: "Source Serif 4"; font-weight: {weight}; font-style: {style}; '
        serif += f"src: url(fonts/source-serif-4-{file}.woff2){more} }}\n"
    own = resolved(Path(__file__).with_suffix(".css").read_text(encoding="utf-8"))
    return f"{faces(folder)}\n{serif}{own}\nhtml {{ font-size: {size}pt; color: {resolved('var(--ink)')} }}"


def page(sheet, folder, over, size):
    """Return the page that the browser prints; `over` stands above its title."""
    return f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><base href="../_static/">
<title>{escape(sheet.title)}</title><style>{look(folder, size)}</style>
<p class="over">{escape(over)}</p><h1>{escape(sheet.title)}</h1>
<div class="read">{sheet.restated("h2")}</div><p class="fold">{FOLD}</p>
<h2>What the notes change</h2><div class="changes">{sheet.changed()}</div>
<figure>{sheet.svg}</figure>
<h2>Questions</h2><ol>{sheet.asked()}</ol><p class="foot">{sheet.foot}</p></html>"""


def write_pdf(sheet, folder, tab, cited):
    """Print a handout, in the largest letters that leave it on one sheet. Raises HandoutError."""
    drawn, over = folder / HANDOUTS / "drawn.html", cited["title"]
    for size in SIZES:
        drawn.write_text(page(sheet, folder, over, size), encoding="utf-8")
        tab.goto(drawn.as_uri())
        tab.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
        content = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
        pdf = pikepdf.open(io.BytesIO(content))
        if len(pdf.pages) == 1:
            finish(pdf, folder / HANDOUTS / f"{sheet.name}.pdf", cited, sheet.title, over)
            return
    raise HandoutError(f"{sheet.page} does not fit on one sheet; shorten the first question of a level")


def write(folder, cited):
    """Write the handouts of a built book; return how many. Raises HandoutError and Playwright's Error."""
    place, sign = folder / HANDOUTS, '<li class="question"'
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    pages = [path for path in sorted(folder.rglob("*.html")) if sign in path.read_text(encoding="utf-8")]
    if not pages:
        place.rmdir()
        return 0
    sheets = [Sheet(folder, path, cited) for path in pages]
    try:
        with chromium() as browser:
            tab = browser.new_page(color_scheme="light")
            for sheet in sheets:
                write_pdf(sheet, folder, tab, cited)
                word.write(sheet, place / f"{sheet.name}.docx", cited)
    finally:
        (place / "drawn.html").unlink(missing_ok=True)
    return len(sheets)


def main():
    try:
        count = write(HTML, cff.read(ROOT / "CITATION.cff"))
    except (HandoutError, cff.CitationError) as error:
        sys.exit(f"handouts: {error}")
    except Error as error:
        why = error.message.splitlines()[0]
        sys.exit(f"handouts: the browser did not print ({why}); run: sh tests/browser.sh")
    if count:
        print(f"Handouts made: {count}")


if __name__ == "__main__":
    with build.alone(
        ROOT / "_build"
    ):  # else a build that ends meanwhile would be given those of the pages before
        main()
