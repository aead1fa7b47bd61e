"""The print edition: joins the built pages into one document, which Chromium prints as a PDF beside them.

A table of contents needs page numbers, and Chromium can't count them yet (CSS: target-counter). So the book
is printed twice: the first print tells the pages, the second one has them in its contents. How it looks
stands in `static/print.css`, its cover and contents in `paper.css`.
"""

import io
import json
import re
import sys
from pathlib import Path
from urllib.parse import urljoin

import pikepdf
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Error

from edition import build
from edition.citing import cff
from edition.paper import finished
from edition.paper.browser import chromium
from edition.tables import home

ROOT = home().parent  # the book at hand
try:
    CITED = cff.read(ROOT / "CITATION.cff")
except cff.CitationError as error:
    sys.exit(f"paper: {error}")
HTML = ROOT / "_build" / "html"
NAME = cff.file_name(CITED)
PDF = HTML / f"{NAME}.pdf"
JOINED = ROOT / "_build" / f"{NAME}.html"  # what is printed: to look at, when the PDF is not as it should be
# nothing is laid out before the fonts are there: what is laid out in another font first keeps traces of it,
# which are not the same each time
SHOW = (
    "() => Promise.all([...document.fonts].map(font => font.load()))"
    ".then(() => document.body.removeAttribute('style'))"
)
NUMBER = (
    "pages => document.querySelectorAll('.contents a')"
    ".forEach(link => link.dataset.page = pages[link.hash.slice(1)] ?? 0)"
)
# what of an article is not printed
UNPRINTED = "script, details:not(.fold), .headerlink, svg.narrow, .original, .more, .downloads"
UNPRINTED += ", .passage-links, .note-back, a.cite"
AGAIN = re.compile(r"^ {0,3}[`~]{3,}\{read-through\}", re.M)


def read(path):
    # HTML's own rule for an attribute that stands twice: the first one counts
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser", on_duplicate_attribute="ignore")


def words(element):
    return " ".join(element.get_text().split())


def parts():
    """Yield (caption, pages) for each part of the book in the order of _toc.yml.

    First the cover page, without a caption. A page that shows what others have is not in print.
    """
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield "", [toc["root"]]
    for part in toc.get("parts", [toc]):
        pages = [chapter["file"] for chapter in part["chapters"]]
        yield part.get("caption", ""), [page for page in pages if not repeats(page)]


def repeats(page):
    """Does a page show what others have? `main` tells of one that is missing."""
    path = ROOT / f"{page}.md"
    return path.is_file() and AGAIN.search(path.read_text(encoding="utf-8"))


def article(page, names):
    """Return the article of a page (a path) as it stands in the book.

    `names` has a name for the address of each page.
    The page's name comes before each of its ids. Its links lead within the book, or to elsewhere; those to
    notebooks and tables are taken out.
    """
    text, name = read(page).select_one("article.page"), names[page.as_uri()]
    for unprinted in text.select(UNPRINTED):
        unprinted.decompose()
    for element in text.select("[id]"):
        element["id"] = f"{name}.{element['id']}"
    for link in text.select("a[href]"):
        target, _, anchor = urljoin(page.as_uri(), link["href"]).partition("#")
        if target in names:
            link["href"] = "#" + ".".join(filter(None, [names[target], anchor]))
        elif target.startswith("file:"):
            link.unwrap()
    text["id"], text["style"] = name, f"page: chapter-{name}"
    return text


def entry(identifier, text):
    return f'<li><a href="#{identifier}">{text}</a></li>'


def cover(first, cited):
    """Return the cover, made of the first page: its title, subtitle, authors and the picture of the eras."""
    heads = [first.select_one(name) for name in (".eras", ".cover-subtitle", ".cover-byline")]
    eras, subtitle, byline = (part.extract() if part else "" for part in heads)
    date = cited["date-released"]
    version = f"Version {cited['version']}, {date.day} {date:%B %Y}"
    return f"""<article class="page cover">{eras}<p class="cover-title">{words(first.h1)}</p>
    <div class="cover-head">{subtitle}{byline}</div>
    <p class="cover-foot">{version}<br>{cited["license"]}</p></article>"""


def contents(articles):
    """Return the table of contents, with the charts; the numbers of the pages come later."""
    chapters = ""
    for caption, pages in parts():
        names = [Path(page).name for page in pages]
        entries = "".join(entry(name, words(articles[name].h1)) for name in names)
        chapters += (f'<p class="part">{caption}</p>' if caption else "") + f"<ul>{entries}</ul>"
    charts = "".join(
        entry(chart["id"], words(chart.select_one(".chart-title")))
        for text in articles.values()
        for chart in text.select("figure.chart")
    )
    return (
        f'<article class="page contents" id="contents"><h1>Contents</h1>{chapters}'
        f"<h1>Charts</h1><ul>{charts}</ul>\n"
        '    <p class="colophon">In print are all passages, notes and charts of the book. '
        "The code of its cells and the tables behind its charts are in its\n"
        "    electronic edition.</p></article>"
    )


def join(articles, cited):
    """Return the whole book as one document."""
    first, *chapters = articles.values()
    title = words(first.h1)
    heads = ""
    for text in chapters:
        head = json.dumps(words(text.h1), ensure_ascii=False)
        heads += f"@page chapter-{text['id']} {{ @top-right {{ content: {head} }} }}\n"
    static = f"{HTML.name}/_static"
    sheets = "".join(f'<link rel="stylesheet" href="{static}/{name}.css">' for name in ("book", "print"))
    front, texts = cover(first, cited) + contents(articles), "".join(map(str, articles.values()))
    return f"""<!doctype html>
<html lang="en" data-theme="light"><meta charset="utf-8"><title>{cited["title"]}</title>{sheets}
<style>{Path(__file__).with_suffix(".css").read_text(encoding="utf-8")}
@page {{ @top-left {{ content: {json.dumps(title)} }} @bottom-right {{ content: counter(page) }} }}
{heads}</style>
<body style="display: none !important">{front}{texts}</body></html>"""


def places(pdf):
    """Return on which page each target of a link stands."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return {name.removeprefix("/"): pages[target[0].objgen] for name, target in pdf.Root.Dests.items()}


def print_twice(document):
    """Return the printed document, with page numbers in its contents."""
    with chromium() as browser:
        tab = browser.new_page()
        tab.emulate_media(media="print", color_scheme="light")
        pages = {}
        for _ in range(2):
            # anew: what was printed once may be broken into pages otherwise the next time
            tab.goto(document.as_uri())
            tab.evaluate(NUMBER, pages)
            tab.evaluate(SHOW)
            content = tab.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
            pdf = pikepdf.open(io.BytesIO(content))
            before, pages = pages, places(pdf)
    if pages != before:
        sys.exit("paper: the page numbers in the contents move the pages; give them room in print.css")
    return pdf


def outline_items(items):
    for item in items:
        yield item
        yield from outline_items(item.children)


def number_heads(pdf):
    """Number the heads of tables, by which their cells name them.

    Chromium's own numbers are not the same each time.
    """
    heads = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
    numbered = {old: f"head{number:04}" for number, old in enumerate(sorted(heads))}
    for element in pdf.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") in ("/TH", "/TD"):
            if "/ID" in element:
                element.ID = pikepdf.String(numbered[str(element.ID)])
            for attributes in element.A:
                if "/Headers" in attributes:
                    attributes.Headers = [pikepdf.String(numbered[str(head)]) for head in attributes.Headers]
    for old, new in numbered.items():
        heads[new] = heads.pop(old)


def finish(pdf, document, cited):
    """Say in the PDF what it is, and let it be the same each time."""
    with pdf.open_outline() as outline:
        # where a heading is broken into lines, Chromium's outline has no space
        for item, heading in zip(outline_items(outline.root), document.select("h1, h2, h3, h4"), strict=True):
            item.title = words(heading)
    number_heads(pdf)
    pdf.Root.PageMode = pikepdf.Name.UseOutlines
    finished.finish(pdf, PDF, cited, cited["title"], cited["references"]["title"])


def main():
    pages = [HTML / f"{page}.html" for _, part in parts() for page in part]
    if missing := [page for page in pages if not page.is_file()]:
        sys.exit(f"paper: {missing[0].relative_to(ROOT)} is not built; run: make book")
    names = {page.as_uri(): page.stem for page in pages}
    JOINED.write_text(join({page.stem: article(page, names) for page in pages}, CITED), encoding="utf-8")
    try:
        pdf = print_twice(JOINED)
    except Error as error:
        why = error.message.splitlines()[0]
        sys.exit(f"paper: the browser did not print ({why}); run: sh tests/browser.sh")
    finish(pdf, read(JOINED), CITED)
    print(f"Printed {len(pdf.pages)} pages")


if __name__ == "__main__":
    # else a build that ends meanwhile would be given the print of the pages before
    with build.alone(ROOT / "_build"):
        main()
