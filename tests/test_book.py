"""The built book, read as text: what a reader must find in it."""

import re

import pytest
from conftest import HTML, ROOT, pages

from edition import load
from edition.apparatus.notes import KINDS, VERDICTS
from edition.tables import package

pytestmark = pytest.mark.usefixtures("book")


def read(page):
    return (HTML / page).read_text(encoding="utf-8")


def everything():
    return "\n".join(read(page) for page in pages())


def in_order():
    """The chapters in the order of the table of contents."""
    files = re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
    return ["index.html"] + [f"{file}.html" for file in files]


def test_the_eleven_passages_stand_once_and_in_order_between_title_and_author():
    numbers = [
        int(number)
        for page in in_order()
        for number in re.findall(r'<section class="passage" id="p(\d+)"', read(page))
    ]
    assert numbers == list(range(13))


def test_there_are_at_least_sixty_notes_of_all_kinds_and_verdicts():
    notes = re.findall(
        r'<li class="annotation content" id="note-([\w-]+)" data-kind="(\w+)" data-verdict="(\w*)" '
        r'data-passage="(\d+)"',
        everything(),
    )
    assert len(notes) >= 60 and len({note for note, *_ in notes}) == len(notes)
    assert {kind for _, kind, *_ in notes} == set(KINDS)
    assert {verdict for *_, verdict, _ in notes} == {*VERDICTS, ""}
    assert {int(passage) for *_, passage in notes} == set(range(13))


def test_each_marker_and_its_note_lead_to_each_other():
    for page in pages():
        text = read(page)
        there = re.findall(r'id="marker-([\w-]+)" href="#note-([\w-]+)"', text)
        back = re.findall(
            r'aria-label="Note [\d.]+, back to the text" href="#marker-([\w-]+)" role="doc-backlink"', text
        )
        assert all(one == other for one, other in there) and sorted(back) == sorted(one for one, _ in there)


def test_each_note_that_checks_something_names_its_source():
    for body in re.findall(r'<li class="annotation content".*?</details>', everything(), re.S):
        if 'data-verdict=""' not in body:
            assert re.search(r"bibliography(-press)?\.html#", body), body[:200]


def charts():
    return re.findall(r'<figure class="chart" id="fig-([\w-]+)">(.*?)</figure>', everything(), re.S)


def test_there_are_at_least_fourteen_charts_each_complete():
    found = charts()
    assert len(found) >= 14 and len({name for name, _ in found}) == len(found)
    for name, figure in found:
        title, subtitle = re.search(
            r'chart-title">(.+?)</span><span class="chart-subtitle">(.+?)</span>', figure
        ).groups()
        assert len(title.split()) >= 4 and len(subtitle.split()) >= 4, name
        descriptions = re.findall(r'<svg class="(?:wide|narrow)" role="img" aria-label="([^"]+)"', figure)
        assert len(descriptions) == 2 and all(len(text.split()) >= 15 for text in descriptions), name
        assert "Source: " in figure and "<td>" in figure, name
        assert (HTML / "figures" / f"{name}.csv").read_text().count("\n") >= 2, name
        assert "<script" not in figure


def test_each_chapter_of_the_commentary_has_the_same_parts():
    chapters = [page for page in in_order() if re.search(r' id="p([1-9]|1[01])"', read(page))]
    assert len(chapters) == 10
    for page in chapters:
        text = read(page)
        for part in [
            'class="eras"',
            'class="passage"',
            '<figure class="chart"',
            "For the seminar",
            "Read next",
            'class="lead"',
            'class="so-what"',
        ]:
            assert part in text, (page, part)
        assert 5 <= text.count('<li class="question"') <= 7, page


def test_no_vote_is_typed_by_hand():
    """A tally in prose comes from a cell: in the sources no number stands beside a word of voting."""
    words = r"(?:votes? (?:for|against)|in favour|against|abst(?:entions?|ain\w*)|not voting)"
    for path in [ROOT / "index.md", *(ROOT / "chapters").glob("*.md")]:
        text = re.sub(r"```\{code-cell\}.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
        typed = re.findall(rf"\b\d+ (?:states? )?{words}\b|\b\d{{2,3}}[-–]\d{{1,3}}[-–]\d{{1,3}}\b", text)
        assert typed == [], (path.name, typed)


def test_the_chronology_has_every_event():
    text = read("chapters/chronology.html")
    assert text.count("<dt>") == len(load("events"))


def test_the_glossary_has_every_term():
    terms = re.findall(r'id="note-([\w-]+)" data-kind="term"', everything())
    glossary = read("chapters/glossary.html")
    assert terms and all(f'id="term-{term}"' in glossary for term in terms)


def test_the_data_dictionary_has_every_table_and_a_download():
    text = read("chapters/data-dictionary.html")
    for path in (ROOT / "data").glob("*.csv"):
        assert f'id="table-{path.stem.replace("_", "-")}"' in text, path.stem
        assert f'/{path.name}"' in text, path.name


def test_the_data_dictionary_says_where_a_series_breaks():
    text = read("chapters/data-dictionary.html")
    told = [one for table in package().values() for one in table.get("breaks", [])]
    assert len(told) == 3
    for one in told:
        assert f"Break on {one['from']}. {one['what']}".replace("'", "’") in text


@pytest.mark.parametrize("word", ["TODO", "To come", "FAULT", "lorem", "[["])
def test_nothing_unfinished_is_published(word):
    for page in pages():
        text = re.sub(r"<(script|style|code|pre)\b.*?</\1>", "", read(page), flags=re.S)
        assert word not in text, page
