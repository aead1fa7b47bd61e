"""What stands on the handout of a chapter: taken from its built page, its packed chart and its citations."""

import zipfile
from html import escape

from bs4 import BeautifulSoup
from docutils.utils.smartquotes import smartyPants

from edition.apparatus.seminar import LEVELS
from edition.citing.cff import called

LOW = 350  # pixels: a higher drawing leaves too little room, where the chapter has another
FOLD = "Fold the sheet back along this line, to guess before you read what the notes change."


class HandoutError(Exception):
    """What a handout lacks, in one line."""


def read(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def plain(element):
    """Return the HTML inside a part of a page, for paper: without links. A marker is its raised number."""
    copy = BeautifulSoup(str(element), "html.parser")
    for inline in copy.select("a, span"):
        inline.unwrap()
    return "".join(map(str, next(iter(copy.children)).children)).strip()


class Sheet:
    """The parts of a handout, as text and HTML. Raises HandoutError."""

    def __init__(self, folder, page, cited):
        article = read(page).select_one("article.page")
        self.name, self.page = page.stem, page.relative_to(folder)
        for link in article.select("h1 .headerlink"):
            link.decompose()
        self.title = words(article.h1)
        self.passages = [
            (words(part.select_one(".passage-head")), [plain(p) for p in part.find_all("p", class_=False)])
            for part in article.select(".passage")
            if part["aria-label"].startswith("Passage ")
        ]
        self.changes = [self._change(article, link) for link in article.select(".gists li a")]
        self.questions = [(level, self._question(article, page, level)) for level in LEVELS]
        self.description, self.svg, self.png = self._chart(folder, article)
        self.foot = self._source(folder, page, cited)

    def _change(self, article, link):
        """Return (number of a note and its verdict, its gist)."""
        passage, said = article.select_one(link["href"])["data-passage"], words(link.b)
        return f"{passage}.{said}", words(link).removeprefix(said).strip()

    def _question(self, article, page, level):
        """Return the first question of a level, if there is one the first that needs this book alone.

        The gists of the notes that it names stand behind it.
        """
        first = f'.question[data-level="{level}"]'
        found = article.select_one(f"{first}:not(:has(.question-needs))") or article.select_one(first)
        if not found:
            raise HandoutError(f"{self.page} has no {level} question; write one")
        said = found.select(":scope > p:not(.question-level)")
        texts = [plain(part) for part in said]
        for link in (link for part in said for link in part.select('a[href*="#note-"]')):
            file, _, note = link["href"].partition("#")
            there = read(page.parent / file) if file else article
            gist = words(there.select_one(f"#{note} .gist"))
            texts.append(f'<span class="given">{words(link).capitalize()}: {escape(gist)}</span>')
        return " ".join(texts)

    def _chart(self, folder, article):
        """Return (what it shows, SVG, PNG) of the first chart that is low enough, else of the first."""
        charts = article.select("figure.chart")
        if not charts:
            raise HandoutError(f"{self.page} has no chart; a handout needs one")
        low = [chart for chart in charts if int(chart.select_one("svg.wide")["height"]) <= LOW]
        chart = (low or charts)[0]
        name = chart["id"].removeprefix("fig-")
        try:
            with zipfile.ZipFile(folder / "figures" / f"{name}.zip") as packed:
                svg, png = (packed.read(f"{name}/{name}{end}") for end in (".svg", "-white.png"))
        except FileNotFoundError:
            raise HandoutError(f"figures/{name}.zip is not there; run: make pdf") from None
        return chart.select_one("svg.wide")["aria-label"], svg.decode(), png

    def _source(self, folder, page, cited):
        """Return the line at the end: of which text, from which edition, its licence, how to cite it."""
        text = cited["references"]
        who, where = " and ".join(map(called, text["authors"])), text["publisher"]["name"]
        title = smartyPants(f"'{text['title']}'", "q")
        original = f"{escape(f'{who}, {title}, {where}')}, {escape(text['url'])}"
        entry = read(folder / "cite" / page.name).find(id="cite-chapter").select_one(".entry")
        edition = f"<i>{escape(cited['title'])}</i>, version {escape(cited['version'])}"
        return (
            f"The commentary, restated above: {original}. "
            f"The sheet: from {edition}, {escape(cited['license'])}. Cite it: {plain(entry)}"
        )

    def changed(self):
        """Return what the notes change, as HTML."""
        items = "".join(f"<li><b>{escape(what)}</b> {escape(gist)}</li>" for what, gist in self.changes)
        return f"<ul>{items}</ul>" if items else "<p>Nothing: they confirm or explain what it says.</p>"

    def asked(self):
        """Return the questions, as the items of a list."""
        return "".join(
            f'<li><span class="level">{level.capitalize()}.</span> {text}</li>'
            for level, text in self.questions
        )

    def restated(self, tag):
        """Return the passages, each below a heading, as HTML."""
        return "".join(
            f'<div class="passage"><{tag}>{escape(head)}</{tag}>'
            f"{''.join(f'<p>{text}</p>' for text in texts)}</div>"
            for head, texts in self.passages
        )
