"""What stands on the handout of a chapter: taken from its built page, its packed chart and its citations."""

import zipfile
from html import escape

from bs4 import BeautifulSoup

from edition.apparatus.seminar import LEVELS

LOW = 350  # pixels: a higher drawing leaves too little room, where the chapter has another


class HandoutError(Exception):
    """What a handout lacks, in one line."""


def read(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def plain(element):
    """Return the HTML inside a part of a page, for paper: without markers and links."""
    copy = BeautifulSoup(str(element), "html.parser")
    for marker in copy.select("a.marker"):
        marker.decompose()
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
        self.changes = [
            (words(link.b), words(link).removeprefix(words(link.b)).strip())
            for link in article.select(".gists li a")
        ]
        self.questions = [(level, self._question(article, level)) for level in LEVELS]
        self.description, self.svg, self.png = self._chart(folder, article)
        self.foot = self._source(folder, page, cited)

    def _question(self, article, level):
        """Return the first question of a level."""
        if not (found := article.select_one(f'.question[data-level="{level}"]')):
            raise HandoutError(f"{self.page} has no {level} question; write one")
        return " ".join(
            plain(part)
            for part in found.find_all("p", recursive=False)
            if "question-level" not in part.get("class", ())
        )

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
        """Return the line at the end: what this is from, its licence, and how to cite the chapter."""
        entry = read(folder / "cite" / page.name).find(id="cite-chapter").select_one(".entry")
        edition = f"<i>{escape(cited['title'])}</i>, version {escape(cited['version'])}"
        return f"From {edition}, {escape(cited['license'])}. Cite it: {plain(entry)}"

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
