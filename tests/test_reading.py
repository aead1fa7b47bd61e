"""How long a page takes: its words, counted here by hand or in the built page without the engine's code."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import HTML
from docutils import nodes
from sphinx.addnodes import pending_xref

from edition.apparatus import reading
from edition.apparatus.counts import note_count
from edition.apparatus.notes import annotation
from edition.apparatus.passages import marker

PAGES = sorted((HTML / "chapters").glob("*.html"))
LOOKED_UP = ["bibliography", "bibliography-press", "chronology", "data-dictionary", "glossary"]


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def said(page):
    line = page.select_one("p.reading")
    return line and line.text


def paragraph(*parts):
    return nodes.paragraph("", "", *(nodes.Text(part) if isinstance(part, str) else part for part in parts))


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (paragraph("Four score and seven years ago."), 6),
        (paragraph("It's 1,000 well-worn ", nodes.emphasis("", "words"), " – ‘so’ to say."), 7),
        (paragraph("A word", marker(), " and a number, ", note_count(), "."), 6),
        (nodes.section("", nodes.title("", "A head"), paragraph("and a paragraph")), 5),
        (nodes.literal_block("", "print(1)"), 0),
        (nodes.table("", nodes.entry("", paragraph("A cell"))), 0),
        (nodes.definition_list("", nodes.definition_list_item("", nodes.term("", "Term"))), 0),
        (nodes.container("", paragraph("A cell's output"), classes=["cell"]), 0),
        (annotation("", paragraph("A note")), 0),
        (nodes.comment("", "a remark"), 0),
        (nodes.raw("", "<b>a tag</b>", format="html"), 0),
        (paragraph("So it is ", pending_xref("", nodes.Text("a source"), refdomain="cite"), "."), 3),
    ],
)
def test_the_words_that_a_reader_reads_are_counted(node, words):
    assert reading.words(node) == words


def test_a_note_is_counted_whole_where_it_is_counted():
    note = annotation("", nodes.table("", nodes.entry("", paragraph("A cell"))), paragraph("a word"))
    assert reading.words(note, ()) == 4


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 0), (118, 0), (120, 1), (238, 1), (356, 1), (358, 2), (2380, 10)]
)
def test_a_minute_has_238_words(words, minutes):
    assert reading.minutes(words) == minutes


def test_a_page_that_shows_all_passages_again_takes_as_long_as_they_do():
    class Env:
        metadata = {
            "one": {"reading": reading.Words(100, 238, 119, 476)},
            "another": {"reading": reading.Words(500, 238, 119, 952)},
            "through": {"read-through": [5], "reading": reading.Words(238, 0, 0, 0)},
            "terms": {"glossary": True, "reading": reading.Words(2380, 0, 0, 0)},
            "unread": {},
        }

    told = {page: reading.reading(Env, page) for page in Env.metadata}
    assert told == {"one": (2, 3), "another": (4, 7), "through": (4, 4), "terms": (0, 0), "unread": (0, 0)}
    assert reading.together(Env, ["one", "another"]) == "6 minutes"


def test_the_miniature_says_how_long_its_chapters_take(built_miniature):
    def page(name):
        return soup(built_miniature.html / f"{name}.html")

    assert said(page("chapters/nation-and-field")) == "1 minute to read, 2 with its notes"
    assert said(page("chapters/unfinished-work")) == "1 minute to read, 2 with its notes"
    assert said(page("chapters/reference")) is None, "nobody reads a glossary from the first word to the last"
    cover = page("index")
    assert said(cover) is None and "The two chapters take 2 minutes." in cover.select_one("main").text


def test_a_notebook_says_the_same(built_miniature):
    path = built_miniature.html / "notebooks" / "nation-and-field.ipynb"
    cells = nbformat.read(path, as_version=4)["cells"]
    assert "has its last passage, and takes 1 minute." in cells[-1]["source"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_about_as_many_minutes_as_its_words_take(path):
    page = soup(path).select_one("article")
    told = said(page)
    if path.stem in LOOKED_UP:
        assert told is None
        return
    for part in page.select(".statements :is(details, thead, th), details:has(> .statements)"):
        part.decompose()  # what is shown of a ledger is read
    apart = "table:not(.statements), dl, pre, figure, .apparatus, .cell, .more, .passage-head, .run"
    for part in page.select(
        f"{apart}, .passage-links, .where, .downloads, .reading, .headerlink, .citation, .beside, sup, script"
    ):
        part.decompose()
    count = len(re.findall(r"\w+(?:['’.,-]\w+)*", page.get_text(" ")))
    minutes = int(re.match(r"(\d+) minutes? to read", told)[1])
    assert abs(minutes - count / 238) < 0.85, (told, count)  # names of sources are not counted
