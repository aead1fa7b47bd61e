"""A handout for each chapter with questions, on one sheet of A4: as PDF to print, and for Word to edit.

It has the chapter's passages, what the notes change in them, one chart, a question of each level, and how to
cite it. Made of the built pages and the packed charts, by `make pdf`: the PDF by the browser, the other by
pandoc.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from html import escape
from pathlib import Path

import pikepdf
import pypandoc
from bs4 import BeautifulSoup
from playwright.sync_api import Error

from edition import build
from edition.apparatus.seminar import HANDOUTS, LEVELS
from edition.charts.palette import PALETTE
from edition.citing import cff
from edition.paper.browser import chromium
from edition.paper.finished import finish
from edition.paper.packages import faces
from edition.tables import home
from edition.teaching.bank import moment

ROOT = home().parent  # the book at hand
HTML = ROOT / "_build" / "html"
LOW = 350  # pixels: a higher drawing leaves too little room, where the chapter has another
SIZES = (10, 9.6, 9.2, 8.8, 8.4, 8)  # points of the text, until all fits on one sheet
STYLE = """@page {{ size: A4; margin: 12mm 14mm 11mm }}
body {{ margin: 0; font: 1em/1.36 "Source Serif 4"; color: {ink} }} html {{ font-size: {size}pt }}
p, ul, ol, figure {{ margin: 0 }} a {{ color: inherit; text-decoration: none }}
.over, .level, h2, .changes, .foot {{ font-family: "Source Sans 3" }}
.over, .foot {{ font-size: 0.8em; color: {quiet} }}
h1 {{ font: 600 1.9em/1.15 "Source Serif 4"; margin: 0.1em 0 0.45em }}
h2 {{ font-weight: 600; font-size: 0.86em; margin: 0 0 0.2em; break-after: avoid }}
.read {{ display: grid; grid-template-columns: 1.55fr 1fr; column-gap: 7mm }}
.passage + .passage {{ margin-top: 0.6em }} .passage p + p {{ margin-top: 0.35em }}
.changes {{ font-size: 0.84em; line-height: 1.3 }} .changes h2 {{ font-size: 1em }}
.changes ul {{ list-style: none; padding: 0 }} .changes li {{ margin: 0 0 0.4em; padding-left: 2mm; border-left: 1.5pt solid {rule} }}
figure {{ margin: 0.9em 0 0.7em; border-top: 0.5pt solid {rule}; border-bottom: 0.5pt solid {rule} }} figure svg {{ display: block; width: 100%; height: auto; margin: -3mm 0 -3mm }}
ol {{ padding-left: 1.3em }} ol li {{ margin-bottom: 0.3em }} .level {{ font-size: 0.8em; color: {quiet} }}
.foot {{ margin-top: 0.8em; padding-top: 0.4em; border-top: 0.5pt solid {rule} }}
"""
SERIF = [("latin", 400, "normal"), ("latin", 400, "italic"), ("latin", 600, "normal"), ("latin-ext", 400, "normal")]
EXTENDED = "; unicode-range: U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1E9F"
# what pandoc's own styles have otherwise: A4, less room, smaller letters (half points)
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="680" w:right="850" w:bottom="680" w:left="850" w:header="340" w:footer="340" w:gutter="0"/>'
)
WORD_SIZES = {"Title": 30, "Heading1": 19, "BodyText": 18, "FirstParagraph": 18, "Compact": 17}


class HandoutError(Exception):
    """What a handout lacks, in one line."""


def words(element):
    return " ".join(element.get_text().split())


def plain(element):
    """Return the HTML of a part of a page for paper: its text, without markers and links."""
    copy = BeautifulSoup(str(element), "html.parser")
    for gone in copy.select("a.marker, .question-level, .later-word ~ .never"):
        gone.decompose()
    for inline in copy.select("a, span"):
        inline.unwrap()
    return "".join(str(child) for child in next(iter(copy.children)).children)


class Sheet:
    """What stands on the handout of a chapter."""

    def __init__(self, folder, page, cited):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        article = soup.select_one("article.page")
        self.name, self.title = page.stem, title(article)
        self.passages = [
            (words(part.select_one(".passage-head")), [plain(p) for p in part.find_all("p", class_=False)])
            for part in article.select(".passage")
            if part["aria-label"].startswith("Passage ")
        ]
        self.changes = [
            (words(link.b), words(link).removeprefix(words(link.b)).strip())
            for link in article.select(".gists li a")
        ]
        self.questions = [self.question(article, page, level) for level in LEVELS]
        self.chart = self.files(folder, page, article)
        self.foot = self.source(folder, page, cited)

    def question(self, article, page, level):
        """Return the first question of a level."""
        if not (found := article.select_one(f'.question[data-level="{level}"]')):
            raise HandoutError(f"{page.name} has no {level} question; write one")
        parts = [part for part in found.find_all("p", recursive=False) if "question-level" not in part.get("class", ())]
        return level, " ".join(plain(part) for part in parts)

    def files(self, folder, page, article):
        """Return (what it says, SVG, PNG) of the chapter's first chart that is low enough, else its first."""
        charts = article.select("figure.chart")
        if not charts:
            raise HandoutError(f"{page.name} has no chart; a handout needs one")
        low = [chart for chart in charts if int(chart.select_one("svg.wide")["height"]) <= LOW]
        chart = (low or charts)[0]
        name = chart["id"].removeprefix("fig-")
        try:
            with zipfile.ZipFile(folder / "figures" / f"{name}.zip") as packed:
                svg, png = (packed.read(f"{name}/{name}{end}") for end in (".svg", "-white.png"))
        except FileNotFoundError:
            raise HandoutError(f"figures/{name}.zip is not there; run: make pdf") from None
        return chart.select_one("svg.wide")["aria-label"], svg.decode(), png

    def source(self, folder, page, cited):
        """Return the line at the end: what this is from, its licence, and how to cite the chapter."""
        cites = BeautifulSoup((folder / "cite" / page.name).read_text(encoding="utf-8"), "html.parser")
        entry = cites.find(id="cite-chapter").select_one(".entry")
        edition = f"{cited['title']}, version {cited['version']}, {cited['license']}"
        return f"From <i>{escape(cited['title'])}</i>, {escape(edition.partition(', ')[2])}. Cite it: {plain(entry)}"


def title(article):
    heading = BeautifulSoup(str(article.h1), "html.parser")
    for link in heading.select(".headerlink"):
        link.decompose()
    return words(heading)


def changed(sheet):
    """Return what the notes change, as HTML."""
    items = "".join(f"<li><b>{escape(what)}</b> {escape(gist)}</li>" for what, gist in sheet.changes)
    return f"<ul>{items}</ul>" if items else "<p>Nothing: they confirm or explain what the passage says.</p>"


def asked(sheet):
    return "".join(
        f'<li><span class="level">{level.capitalize()}.</span> {text}</li>' for level, text in sheet.questions
    )


def printed(sheet, folder, over, size):
    """Return the page that the browser prints."""
    serif = "".join(
        f'@font-face {{ font-family: "Source Serif 4"; font-weight: {weight}; font-style: {style}; '
        f"src: url(fonts/source-serif-4-{letters}-{weight}-{style}.woff2)"
        f"{EXTENDED if letters == 'latin-ext' else ''} }}\n"
        for letters, weight, style in SERIF
    )
    look = STYLE.format(size=size, **{name: PALETTE[name] for name in ("ink", "quiet", "rule")})
    passages = "".join(
        f'<div class="passage"><h2>{escape(head)}</h2>{"".join(f"<p>{text}</p>" for text in texts)}</div>'
        for head, texts in sheet.passages
    )
    return f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><base href="../_static/"><title>{escape(sheet.title)}</title>
<style>{faces(folder)}
{serif}{look}</style>
<p class="over">{escape(over)}</p><h1>{escape(sheet.title)}</h1>
<div class="read"><div>{passages}</div><div class="changes"><h2>What the notes change</h2>{changed(sheet)}</div></div>
<figure>{sheet.chart[1]}</figure>
<h2>Questions</h2><ol>{asked(sheet)}</ol><p class="foot">{sheet.foot}</p></html>"""


def write_pdf(sheet, folder, tab, cited):
    """Print a handout, in the largest letters that leave it on one sheet."""
    drawn, over = folder / HANDOUTS / "drawn.html", cited["title"]
    for size in SIZES:
        drawn.write_text(printed(sheet, folder, over, size), encoding="utf-8")
        tab.goto(drawn.as_uri())
        tab.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
        pdf = pikepdf.open(io.BytesIO(tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True)))
        if len(pdf.pages) == 1:
            return finish(pdf, folder / HANDOUTS / f"{sheet.name}.pdf", cited, sheet.title, over)
    raise HandoutError(f"{sheet.name} does not fit on one sheet; shorten its first question of a level")


def write_docx(sheet, folder, cited):
    """Write a handout for Word: by pandoc, then on A4 and in smaller letters. Raises HandoutError."""
    passages = "".join(
        f"<h1>{escape(head)}</h1>{''.join(f'<p>{text}</p>' for text in texts)}" for head, texts in sheet.passages
    )
    page = f"""<html lang="en-GB"><head><title>{escape(sheet.title)}</title></head><body>{passages}
<h1>What the notes change</h1>{changed(sheet)}<p><img src="chart.png" width="640" alt="{escape(sheet.chart[0])}"></p>
<h1>Questions</h1><ol>{asked(sheet)}</ol><p>{sheet.foot}</p></body></html>"""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "chart.png").write_bytes(sheet.chart[2])
        command = [pypandoc.get_pandoc_path(), "--from=html", "--to=docx", "--output=made.docx"]
        variables = os.environ | {"SOURCE_DATE_EPOCH": str(moment(cited))}
        done = subprocess.run(command, input=page, cwd=place, env=variables, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise HandoutError(f"{sheet.name}: pandoc wrote no handout ({' '.join(done.stderr.split())})")
        with zipfile.ZipFile(Path(place, "made.docx")) as made:
            files = {name: made.read(name) for name in made.namelist()}
    files["word/document.xml"] = on_a4(files["word/document.xml"].decode()).encode()
    files["word/styles.xml"] = smaller(files["word/styles.xml"].decode()).encode()
    with zipfile.ZipFile(folder / HANDOUTS / f"{sheet.name}.docx", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():  # in pandoc's order: Word wants the types of the parts first
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def on_a4(document):
    """Give the one section of a document the size and the margins of the sheet."""
    section = re.compile(r"<w:sectPr\s*/>|<w:sectPr[^>]*>.*?</w:sectPr>", re.S)
    if not section.search(document):
        return document.replace("</w:body>", f"<w:sectPr>{PAGE}</w:sectPr></w:body>")
    return section.sub(f"<w:sectPr>{PAGE}</w:sectPr>", document)


def smaller(styles):
    """Give the styles of a document sizes and spaces with which a handout keeps to its sheet."""

    def sized(match):
        style, name = match[0], match[1]
        if not (size := WORD_SIZES.get(name)):
            return style
        style = re.sub(r'<w:sz(Cs)? w:val="\d+"\s*/>', "", style)
        style = re.sub(r"<w:spacing [^>]*/>", '<w:spacing w:before="40" w:after="40"/>', style)
        sizes = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        if "<w:rPr>" in style:
            return style.replace("</w:rPr>", f"{sizes}</w:rPr>", 1)
        return style.replace("</w:style>", f"<w:rPr>{sizes}</w:rPr></w:style>")

    return re.sub(r'<w:style [^>]*w:styleId="(\w+)".*?</w:style>', sized, styles, flags=re.S)


def write(folder, cited):
    """Write the handouts of a built book; return how many. Raises HandoutError and Playwright's Error."""
    place = folder / HANDOUTS
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    pages = [
        page for page in sorted(folder.rglob("*.html")) if '<li class="question"' in page.read_text(encoding="utf-8")
    ]
    sheets = [Sheet(folder, page, cited) for page in pages]
    if not sheets:
        place.rmdir()
        return 0
    try:
        with chromium() as browser:
            tab = browser.new_page(color_scheme="light")
            for sheet in sheets:
                write_pdf(sheet, folder, tab, cited)
                write_docx(sheet, folder, cited)
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
    with build.alone(ROOT / "_build"):  # else a build that ends meanwhile would be given those of the pages before
        main()
