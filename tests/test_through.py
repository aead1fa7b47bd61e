"""All passages on one page: as the chapters have them, and nowhere in their place."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from conftest import HTML
from test_apparatus import PASSAGE, note

from edition import load

pytestmark = pytest.mark.usefixtures("book")
PAGE = "chapters/read-it-through.html"
CHAPTER = "chapters/nation-and-field.md"  # of the miniature


def read(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def chapters(page):
    """Each passage of a built page, with the chapter that its heading leads to, and that address."""
    for copy in read(page).select(".passage-copy"):
        address = copy.h3.a["href"]
        yield copy, read(page.parent / address.partition("#")[0]), address


def shown(page):
    """What stands on it of each passage: (number, its paragraphs with the markers, its gists)."""
    for copy in read(page).select(".passage-copy"):
        paragraphs, gists = copy.select(".restatement > p"), copy.select(".gists > li")
        yield copy["id"].removeprefix("passage-"), [*map(words, paragraphs)], [*map(told, gists)]


def told(gist):
    """The words of a gist, its verdict, and the line at which it stands."""
    return words(gist), gist["data-verdict"], gist["style"]


def in_chapters(folder):
    """The same as the chapters of a book have it, in the order of the text."""
    reads = [one for path in folder.glob("chapters/*.html") for one in read(path).select(".read")]
    for one in sorted(reads, key=lambda one: int(one.section["id"][1:])):
        paragraphs = one.section.select("p:not(.passage-head, .passage-links)")
        gists = one.select(".gists > ul > li")
        yield one.section["id"][1:], [*map(words, paragraphs)], [*map(told, gists)]


def test_it_has_every_passage_and_every_gist_as_the_chapters_have_them():
    there = list(shown(HTML / PAGE))
    assert [number for number, *_ in there] == [str(number) for number in range(13)]
    assert there == list(in_chapters(HTML))


def test_its_gists_are_the_findings_of_the_ledger_that_confirm_nothing():
    statements = load("statements").astype({"verdict": str}).query("verdict != 'confirmed'")
    gists = [words.partition(". ")[2] for *_, gists in shown(HTML / PAGE) for words, *_ in gists]
    assert [plain(gist) for gist in gists] == [plain(finding) for finding in statements["finding"]]


def plain(text):
    """Without the forms of quotation marks."""
    return re.sub("[‘’“”\"']", "'", text)


def test_each_heading_marker_and_gist_leads_to_its_place_in_the_chapter():
    for copy, chapter, address in chapters(HTML / PAGE):
        number, page = copy["id"].removeprefix("passage-"), address.partition("#")[0]
        assert address == f"{page}#p{number}" and copy.h3.span.text == chapter.h1.text.rstrip("#")
        links = [link["href"] for link in copy.select(".marker, .gists a")]
        beside = chapter.find(id=f"p{number}").find_parent(class_="read")
        notes = [link["href"] for link in beside.select(".marker, .gists > ul a")]
        assert links == [f"{page}{note}" for note in notes]
        assert all(chapter.find(id=link.partition("#")[2]) for link in links)


def test_what_the_chapters_have_keeps_its_address():
    page = read(HTML / PAGE)
    assert not page.select(".passage, .annotation, .Z3988, [id^=marker-], [id^=note-]")
    assert not page.find(id=re.compile(r"p\d+"))


def test_the_eras_follow_the_text():
    eras = [(words(part.h2), part["class"][-1]) for part in read(HTML / PAGE).select(".of-era")]
    assert eras == [
        ("All four eras, since 1991", "era-all"),
        ("Closer to home, since 2019", "era-home"),
        ("Nuclear diplomacy, 1991 to 1999", "era-nuclear"),
        ("The golden decade, 2000 to 2010", "era-golden"),
        ("Consolidation, 2011 to 2019", "era-consolidation"),
        ("Closer to home, since 2019", "era-home"),
        ("All four eras, since 1991", "era-all"),
    ]


def test_it_takes_no_place_in_the_search_from_the_chapters():
    script = (HTML / "_static" / "search" / "entries.js").read_text(encoding="utf-8")
    index, _ = json.JSONDecoder().raw_decode(script.removeprefix("const bookEntries = "))
    assert {kind for kind, *_ in index[PAGE]} == {"Chapter", "Section"}
    assert len(json.dumps(index[PAGE]).split()) < 200  # its own words
    assert "golden era" not in json.dumps(index[PAGE])


def test_a_reader_has_it_in_eight_to_ten_minutes():
    """Passages and gists, at 220 words a minute."""
    copies = read(HTML / PAGE).select(".restatement, .gists")
    assert 8 <= sum(len(words(part).split()) for part in copies) / 220 <= 10


LINES = """() => [...document.querySelectorAll(".passage-copy .gists li")].map(gist => {
    const text = gist.closest(".passage-copy").querySelector(".restatement");
    const marker = text.querySelector(`.marker[href="${gist.firstElementChild.getAttribute("href")}"]`);
    const [sign, all, box] = [marker, text, gist].map(part => part.getBoundingClientRect());
    return {beside: box.left >= all.right, below: box.top >= all.bottom,
        away: Math.max(0, box.top - sign.bottom, sign.top - box.bottom)}; })"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_changes_a_passage_stands_at_its_line_or_below_the_passage(reader, width):
    tab = reader(width, java_script_enabled=False)
    tab.goto((HTML / PAGE).as_uri())
    gists = tab.evaluate(LINES)
    assert len(gists) > 20
    if width == 390:
        assert all(gist["below"] for gist in gists)
    else:
        assert all(gist["beside"] for gist in gists)
        assert sorted(gist["away"] for gist in gists)[len(gists) // 2] <= 20


# --- A change of a chapter, and other faults ----------------------------------------------------------------


def test_a_changed_passage_changes_it_and_so_does_a_gist(miniature):
    page = miniature.html / PAGE
    first, *rest = shown(page)
    assert [first, *rest] == list(in_chapters(miniature.html)) and len(rest) == 3
    for file in (CHAPTER, "data/statements.csv"):  # first: a copy's first build reads all anew
        miniature.replace(file, "but thirteen free and", "but twelve free and")
    status, said = miniature.build()
    assert status == 0, said
    (_, texts, gists), *others = shown(page)
    ((gist, verdict, _),) = gists
    assert "but twelve free and" in gist and verdict == "refined"
    assert texts == first[1] and others == rest
    miniature.replace(CHAPTER, "our fathers brought forth", "our mothers brought forth")
    status, said = miniature.build()
    assert status == 0, said
    (_, (text,), still), *others = shown(page)
    assert "our mothers brought forth" in text and still == gists and others == rest


def test_a_readers_own_copy_is_not_on_it(miniature):
    page, own = miniature.html / PAGE, "Words of a copy that nobody but its reader may see."
    before = list(shown(page))
    (miniature.root / "_copy").mkdir()
    (miniature.root / "_copy" / "commentary.json").write_text(json.dumps({"1": own}))
    status, said = miniature.build()
    assert status == 0, said
    assert own in (miniature.html / "chapters" / "nation-and-field.html").read_text(encoding="utf-8")
    assert own not in page.read_text(encoding="utf-8") and list(shown(page)) == before


NONE = "index.md:15: WARNING: 'read-through': Has content, but none permitted"
TWICE = "index.md:18: WARNING: {read-through} stands already in index, line 15; delete one of the two"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```{read-through}\n```\n\n" * 2, TWICE),
        ("```{read-through}\nWords.\n```\n", NONE),
        ("```{read-through}\n:by: era\n```\n", NONE),
        ("```{read-through} 4\n```\n", NONE),
    ],
    ids=["twice", "words", "option", "argument"],
)
def test_what_is_wrong_is_told_in_one_line(small_book, text, told):
    """With what to do: `tests/test_faults.py`."""
    (line,), _ = small_book(PASSAGE + note() + text)
    assert line.startswith(told)


def test_a_book_without_eras_has_the_passages_all_the_same(small_book):
    lines, page = small_book(PASSAGE + note() + "```{read-through}\n```\n")
    assert lines == []
    copy = BeautifulSoup(page, "html.parser").select_one(".read-through")
    assert words(copy.select_one(".restatement")) == "Words.1" and not copy.h2
    assert copy.select_one(".marker")["href"].endswith("#note-first")
    assert page.count('id="marker-first"') == 1
