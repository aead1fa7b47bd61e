"""The print edition has all that the pages have, on paper that a reader can find the way in.

A page printed by itself has it, too.
"""

import functools
import os
import re
import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import HEAVY, HTML, ROOT, faulty

from edition.paper import pdf as paper

OWN_FONTS = re.compile(
    r"/[A-Z]{6}\+(SourceSerif4|SourceSans3ExtraLight|DroidSansFallback)(-|$)"
)  # ExtraLight is in that family's every name
IN_ORDER = [f"{page}.html" for _, part in paper.parts() for page in part]
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
MM = 72 / 25.4
BODY = (26 * MM, 23 * MM, 184 * MM, 273 * MM)  # the page within its margins: left, bottom, right, top
SIDE = (26 * MM, 23 * MM, 57 * MM, 273 * MM)  # what is beside the text


def squeezed(text):
    """The letters without what a line's end changes: spaces and hyphens; a ligature is its letters."""
    return re.sub(r"[\s\u00ad\u2010\ufffe\x02-]", "", unicodedata.normalize("NFKC", text))


def texts(pdf, part=BODY):
    """The text of a part of each page; if nothing is said, all but running head and folio."""
    return [squeezed(page.get_textpage().get_text_bounded(*part)) for page in pypdfium2.PdfDocument(pdf)]


@functools.cache
def built(page):
    """The article of a built page."""
    soup = BeautifulSoup(
        (HTML / page).read_text(encoding="utf-8"), "html.parser", on_duplicate_attribute="ignore"
    ).select_one("article.page")
    for away in soup.select("details, .headerlink, .note-back"):
        away.decompose()
    return soup


def whole(pieces, printed):
    """Does one page of the printed ones have all the pieces?"""
    return any(all(squeezed(piece) in text for piece in pieces) for text in printed)


def torn(soup, printed):
    """The ids of notes and charts that no printed page has whole."""
    kept = {
        note["id"]: [
            note.select_one(".note-number").text + note.select_one(".note-kind").text,
            *(part.text for part in note.select(".lemma, p:not(.note-head)")),
        ]
        for note in soup.select(".annotation")
    }
    kept |= {
        chart["id"]: [
            part.text
            for part in chart.select(
                ".chart-title, .chart-subtitle, .chart-source, svg.wide text:not([opacity='0'])"
            )
        ]
        for chart in soup.select("figure.chart")
    }
    return [name for name, pieces in kept.items() if not whole(pieces, printed)]


@pytest.fixture(scope="module")
def made(book):
    """The file of the print edition."""
    if not paper.PDF.is_file():
        pytest.fail("the print edition is not made; run: make pdf", pytrace=False)
    return paper.PDF


@pytest.fixture(scope="module")
def pdf(made):
    with pikepdf.open(made) as opened:
        yield opened


@pytest.fixture(scope="module")
def printed(made):
    return texts(made)


def test_every_note_and_every_chart_is_whole_on_a_page_of_the_book(printed):
    assert faulty(lambda page: torn(built(page), printed), IN_ORDER) == {}


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param([HEAVY, "chapters/is-it-so.html"], id="some"),
        pytest.param(IN_ORDER, id="all", marks=pytest.mark.whole),
    ],
)
def test_every_note_and_every_chart_is_whole_on_a_page_that_is_printed_by_itself(
    book, reader, tmp_path, chosen
):
    tab = reader(color_scheme="dark")

    def look(page):
        tab.goto((HTML / page).as_uri())
        tab.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
        printed = texts(tmp_path / "page.pdf")
        return torn(built(page), printed) + ["its title"] * (squeezed(built(page).h1.text) not in printed[0])

    assert faulty(look, chosen) == {}


def test_all_prose_is_in_the_book(printed):
    book = "".join(printed)

    def missing(page):
        parts = [
            part for part in built(page).select("p, li, dt, h1, h2, h3, td") if not part.select("a, p, li")
        ]
        texts = [
            part.text
            for part in parts
            if not part.find_parent(class_=["screen-only", "beside"])
            and not {"run", "reading"} & {*part.get("class", [])}
        ]
        return [text for text in texts if squeezed(text) not in book and not broken(squeezed(text))]

    def broken(text):
        """Does it begin on one page, and end on the next, with other text between?"""
        return any(
            text[:place] in page and text[place:] in after
            for page, after in pairwise(printed)
            for place in range(1, len(text))
        )

    assert faulty(missing, IN_ORDER) == {}


def test_every_letter_is_in_the_book(printed):
    """Where no font has a letter, there is a box in its place, which means nothing."""
    assert (
        set(squeezed("".join(built(page).get_text() for page in IN_ORDER))) - set("".join(printed)) == set()
    )


def test_each_passage_says_what_it_is_and_what_changes_it(made, printed):
    beside = texts(made, SIDE)
    passages = [passage for page in IN_ORDER for passage in built(page).select(".read")]
    assert len(passages) == 13
    for read in passages:
        told = squeezed(
            read.select_one(".passage-head").text + read.select_one(".passage > p:not(.passage-head)").text
        )
        gists = [squeezed(gist.text) for gist in read.select(".gists li")]
        assert any(
            re.sub(r"\d+", "", told)[:40] in re.sub(r"\d+", "", text) and all(gist in side for gist in gists)
            for side, text in zip(beside, printed, strict=False)
        ), read.section["id"]


def test_a_passage_that_a_page_shows_again_is_printed_once(printed):
    """The page *Read it through* is left out: all that it has stands in its chapters."""
    again = "chapters/read-it-through.html"
    assert built(again).select(".passage-copy") and again not in IN_ORDER
    for passage in built("chapters/2000s-oil-pays-for-a-place.html").select(
        ".passage > p:not(.passage-head, .passage-links)"
    ):
        begun = squeezed(max(passage.strings, key=len))
        assert "".join(printed).count(begun) == 1, begun


def outlined(items):
    for item in items:
        yield item
        yield from outlined(item.children)


def test_the_outline_has_every_heading_and_none_stands_alone_at_the_foot_of_a_page(pdf, printed):
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
    headings = [
        "Contents",
        "Charts",
        *(
            " ".join(heading.text.split())
            for page in IN_ORDER
            for heading in built(page).select("h1, h2, h3, h4")
        ),
    ]
    with pdf.open_outline() as outline:
        items = list(outlined(outline.root))
    assert [item.title for item in items] == headings
    book = pypdfium2.PdfDocument(paper.PDF)
    for item in items:
        page, top = numbers[item.destination[0].objgen], float(item.destination[3])
        assert squeezed(item.title) in printed[page]
        below = book[page].get_textpage().get_text_bounded(*BODY[:3], top)
        assert squeezed(below).partition(squeezed(item.title))[2], (
            f"{item.title}: alone at the foot of page {page + 1}"
        )


def test_the_contents_tell_the_pages(printed):
    openings = {
        page: squeezed("".join(part.text for part in built(page).select(".where, h1, [data-cover] .tally p")))
        for page in IN_ORDER
    }
    begin = next(number for number, text in enumerate(printed) if text.startswith(openings[IN_ORDER[0]]))
    contents, book = "".join(printed[1:begin]), dict(enumerate(printed[begin:], begin + 1))
    for page, opening in openings.items():
        chapter = built(page)  # 'Bibliography' is also how 'Bibliography: the press' begins
        (number,) = (
            number
            for number, text in book.items()
            if max((one for one in openings.values() if text.startswith(one)), key=len, default="") == opening
        )
        assert squeezed(chapter.h1.text) + str(number) in contents
        for title in chapter.select(".chart-title"):
            (number,) = (number for number, text in book.items() if squeezed(title.text) in text)
            assert squeezed(title.text) + str(number) in contents


def test_it_says_what_it_is(pdf):
    assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en" and pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as said:
        assert (said["dc:title"], said["dc:creator"], said["dc:language"]) == (
            CITED["title"],
            [one["name"] for one in CITED["authors"]],
            {"en"},
        )
        assert said["xmp:CreateDate"].startswith(str(CITED["date-released"]))
    assert pdf.docinfo.Title == CITED["title"] and pdf.docinfo.Author == CITED["authors"][0]["name"]
    assert {tuple(round(float(side) / MM) for side in page.mediabox[2:]) for page in pdf.pages} == {
        (210, 297)
    }


def test_its_letters_are_embedded_and_its_charts_are_drawn(pdf):
    described = [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
    ]
    fonts = [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary)
        and thing.get("/Type") == "/Font"
        and thing.get("/Subtype") != "/Type3"
    ]
    assert described and all(
        "/FontFile2" in one or "/FontFile3" in one or OWN_FONTS.match(str(one.get("/FontName")))  # Type 3
        for one in described
    )
    assert [
        str(one.get("/BaseFont")) for one in fonts if not OWN_FONTS.match(str(one.get("/BaseFont")))
    ] == [], "a font of this machine: some letter is in none of the book's"
    assert [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
    ] == []


def test_every_link_leads_somewhere(pdf):
    links = [link for page in pdf.pages for link in page.get("/Annots", []) if link.Subtype == "/Link"]
    inside = [str(link.Dest) for link in links if "/Dest" in link]
    assert set(inside) <= set(pdf.Root.Dests.keys())
    outside = [str(link.A.URI) for link in links if "/Dest" not in link]
    assert [address for address in outside if not re.match("https?://", address)] == []
    expected = {
        f"/{Path(page).stem}.{marker['href'].removeprefix('#')}"
        for page in IN_ORDER
        for marker in built(page).select("a.marker")
    }
    assert expected and expected <= set(inside), "markers lead to their notes"


def test_it_is_small(pdf):
    assert paper.PDF.stat().st_size < 3_000_000


def run(*changes, **environment):
    """Run the module with some of its constants changed, and return what it said when it failed."""
    code = (
        f"from pathlib import Path\nfrom edition.paper import browser, pdf as paper\n{'; '.join(changes)}\n"
        "paper.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True
    )
    return done.stderr.strip() if done.returncode else ""


@pytest.mark.whole
def test_two_runs_give_the_same_bytes(pdf, tmp_path):
    again = tmp_path / "again.pdf"
    assert (
        run(f"paper.PDF = Path({str(again)!r})", SOURCE_DATE_EPOCH="0", TZ="Pacific/Apia", PYTHONHASHSEED="7")
        == ""
    )
    assert again.read_bytes() == paper.PDF.read_bytes()


def test_what_is_missing_is_told(tmp_path):
    assert (
        run("paper.HTML = paper.ROOT / '_build' / 'nothing'")
        == "paper: _build/nothing/index.html is not built; run: make book"
    )
    nothing = run(
        "paper.parts = lambda: [('', ['index'])]",
        "browser.NAMES = []",
        PLAYWRIGHT_BROWSERS_PATH=str(tmp_path),
    )
    assert re.fullmatch(
        r"paper: the browser did not print \(.*Executable doesn't exist.*\); run: sh tests/browser\.sh",
        nothing,
    ), nothing
