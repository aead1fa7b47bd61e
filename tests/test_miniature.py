"""The miniature: an edition of another text by the same engine, in which nothing of the large book is."""

import json
import re
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

ADDRESS = """
Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in
Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great
civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure. We are
met on a great battle-field of that war. We have come to dedicate a portion of that field, as a final
resting place for those who here gave their lives that that nation might live. It is altogether fitting and
proper that we should do this. But, in a larger sense, we can not dedicate—we can not consecrate—we can not
hallow—this ground. The brave men, living and dead, who struggled here, have consecrated it, far above our
poor power to add or detract. The world will little note, nor long remember what we say here, but it can
never forget what they did here. It is for us the living, rather, to be dedicated here to the unfinished
work which they who fought here have thus far so nobly advanced. It is rather for us to be here dedicated to
the great task remaining before us—that from these honored dead we take increased devotion to that cause for
which they gave the last full measure of devotion—that we here highly resolve that these dead shall not have
died in vain—that this nation, under God, shall have a new birth of freedom—and that government of the
people, by the people, for the people, shall not perish from the earth. Abraham Lincoln. November 19, 1863.
"""
NOTES = {  # in the order of the text: kind, verdict
    "four-score": ("check", "confirmed"),
    "new-nation": ("check", "refined"),
    "created-equal": ("check", "confirmed"),
    "civil-war": ("data", ""),
    "battle": ("term", ""),
    "resting-place": ("check", "confirmed"),
    "little-note": ("check", "corrected"),
    "retraction": ("context", ""),
    "under-god": ("check", "open"),
    "day-of-the-address": ("data", ""),
}
TEXTS = {".html", ".md", ".ipynb", ".csv", ".json", ".jsonld", ".bib", ".ris", ".xml"}


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def text(element):
    return " ".join(element.get_text().split())


@pytest.fixture(scope="module")
def built(built_miniature):
    """Return an article of the built miniature by its page, below the folder of the pages."""

    def read(page):
        return soup(built_miniature.html / page).select_one("main")

    return read


@pytest.fixture(scope="module")
def chapters(built):
    return built("chapters/nation-and-field.html"), built("chapters/unfinished-work.html")


def test_its_passages_are_the_whole_text(built):
    pages = map(built, ("chapters/nation-and-field.html", "chapters/unfinished-work.html"))
    passages = [passage for page in pages for passage in page.select(".passage")]
    assert [passage["id"] for passage in passages] == ["p1", "p2", "p3", "p4"]
    for passage in passages:
        for part in passage.select(".marker, .passage-head, .passage-links"):
            part.decompose()
    assert " ".join(map(text, passages)) == " ".join(ADDRESS.split())


def test_it_has_a_note_of_each_kind_and_verdict_at_its_marker(chapters):
    notes = [note for page in chapters for note in page.select(".annotation")]
    told = {note["id"].removeprefix("note-"): (note["data-kind"], note["data-verdict"]) for note in notes}
    assert told == NOTES
    markers = [marker["href"] for page in chapters for marker in page.select(".marker")]
    assert markers == [f"#note-{name}" for name in NOTES]


def test_it_has_a_chart_with_its_figures_in_the_text(chapters, built_miniature):
    (chart,) = chapters[0].select("figure.chart")
    assert chart.select_one(".chart-title").text == "87 years from the Declaration to the address"
    assert len(chart.select("svg")) == 2 and "gives the same 87 years as the address" in text(chapters[0])
    table = built_miniature.html / "figures" / "eighty-seven-years.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 6 and rows[1].startswith("1776-07-04,document,")


def test_its_eras_are_those_of_its_table(built):
    contents = built("index.html").select_one(".era-contents")
    assert [text(bar) for bar in contents.select(".eras span")] == [
        "1776 Four score and seven years",
        "1863 Since the battle",
    ]
    assert [(text(entry), entry.get("class")) for entry in contents.select("li")] == [
        ("The nation and the field passages 1 and 2", ["era-nation"]),
        ("The unfinished work passage 3", ["era-field"]),
    ]
    page = built("chapters/unfinished-work.html")
    assert text(page.select_one(".where")) == "Since 1863 · the second of two eras"
    years = [bar["style"] for bar in page.select(".eras span")]
    assert years == ["flex:88", "flex:1"]  # the open one ends with the text, in 1863


def test_it_counts_its_notes_and_sources(built):
    cover = built("index.html")
    assert f"with {len(NOTES)} notes from 6 sources" in text(cover)
    tally = "6 statements: 3 confirmed, 1 of them trivial; 1 not exact; 1 wrong; 1 open"
    assert text(cover.select_one(".tally")) == tally and len(cover.select(".tiles span")) == 6
    assert (
        text(cover.select_one(".cover-byline"))
        == "Abraham Lincoln, with notes by the makers of the miniature"
    )


def test_its_reference_page_has_all_that_the_engine_makes(built):
    page = built("chapters/reference.html")
    checked = [f"statement-{name}" for name, (_, verdict) in NOTES.items() if verdict]
    rows = page.select(".statements tr[data-verdict]")
    assert sorted(row["id"] for row in rows) == sorted(checked)
    assert [row["data-verdict"] for row in rows] == ["corrected", "refined", "open", *["confirmed"] * 3]
    assert len(page.select('[id^="event-"]')) == 5
    assert len(page.select('section[id^="table-"], span[id^="table-"]')) == 4
    terms = [text(term).rstrip("#") for term in page.select("dt[id^=term-]")]
    assert terms == ["Battle of Gettysburg", "Bliss copy"]
    assert len(page.select(".citation dt")) == 5
    assert "Address Delivered at the Dedication" in text(page.select_one(".citation"))
    assert text(page).count("Read 28 November 2026") == 6  # its sources


def test_a_note_that_another_took_in_is_still_found(chapters):
    here = chapters[0].select_one("#note-declaration-quoted")
    assert here.find_parent("li")["id"] == "note-created-equal"
    (moved,) = chapters[0].select(".moved")
    assert moved["id"] == "note-silly-remarks"
    assert moved.a["href"] == "unfinished-work.html#note-retraction" and moved.a.text == "note 3.2"


def test_each_citation_in_a_note_says_what_the_source_is(chapters):
    kinds = [kind.text for page in chapters for kind in page.select(".annotation .outlet-kind")]
    assert ", state body" in kinds and ", The Guardian, private press" in kinds


def test_a_term_leads_to_the_page_that_has_the_glossary(chapters, built):
    (term,) = chapters[1].select("a.term")
    assert (term.text, term["href"]) == ("Battle of Gettysburg", "reference.html#term-battle")
    assert built("index.html").select_one("a.term")["href"] == "chapters/reference.html#term-bliss-copy"


def test_its_search_finds_what_it_has(built_miniature):
    script = (built_miniature.html / "_static" / "search" / "entries.js").read_text(encoding="utf-8")
    pages, end = json.JSONDecoder().raw_decode(script, script.index("{"))
    kinds = [entry[0] for entries in pages.values() for entry in entries]
    counted = {kind: kinds.count(kind) for kind in ("Passage", "Note", "Event", "Chart")}
    noted = len(NOTES) - 1  # the note on a term is found as a term
    assert counted == {"Passage": 4, "Note": noted, "Event": 5, "Chart": 1}
    assert '"87":["four score"],"eighty*":["four score"]' in script[end:], "and readers' own words for it"


def test_its_notes_are_annotations_of_its_text(built_miniature):
    found = json.loads((built_miniature.html / "annotations.jsonld").read_text(encoding="utf-8"))
    targets = [target for note in found["first"]["items"] for target in note["target"]]
    quoted = {target["source"] for target in targets if target["selector"]["type"] == "TextQuoteSelector"}
    assert found["total"] == len(NOTES)
    assert quoted == {"https://www.abrahamlincolnonline.org/lincoln/speeches/gettysburg.htm"}


def test_what_can_be_taken_along_has_its_own_name(chapters, built_miniature):
    links = [link["href"] for link in chapters[0].select(".downloads a")]
    name = "nation-and-field"
    along = [f"notebooks/{name}.ipynb", f"sources/{name}.md", "data/events.csv", "four-score-and-seven.pdf"]
    assert links == [f"../{path}" for path in along]
    notebook = json.loads((built_miniature.html / along[0]).read_text(encoding="utf-8"))
    assert any(cell["cell_type"] == "code" for cell in notebook["cells"])


def test_with_an_address_its_tables_are_cited_where_it_describes_them(miniature):
    status, said = miniature.build(GITHUB_REPOSITORY="example/address")
    assert status == 0, said
    site = "https://example.github.io/address/"
    (item,) = json.loads((miniature.html / "cite" / "table-events.json").read_text(encoding="utf-8"))
    page = (miniature.html / "chapters" / "reference.html").read_text(encoding="utf-8")
    assert item["URL"] == f"{site}chapters/reference.html#table-events"
    assert f'"url": "{item["URL"]}"' in page and "two bars in the colours" in page
    assert f'name="citation_pdf_url" content="{site}four-score-and-seven.pdf"' in page


@pytest.mark.parametrize(
    "word", ["Kazakh", "EUCAM", "Smagulova", "Astana", "closer-to-home", "its publisher’s"]
)
def test_nothing_of_the_other_book_is_in_it(built_miniature, word):
    found = [path for path in built_miniature.html.rglob("*") if path.suffix in TEXTS]
    files = [path for path in found if "_static" not in path.parts]
    texts = {str(path): path.read_text(encoding="utf-8").casefold() for path in files}
    assert len(texts) > 20
    assert [path for path, said in texts.items() if word.casefold() in said] == []


def test_every_link_within_it_leads_somewhere(built_miniature):
    dead = []
    for path in sorted(built_miniature.html.rglob("*.html")):
        links = {link["href"] for link in soup(path).select("a[href]")}
        for href in (link for link in links if not re.match(r"\w+:|#", link)):
            place, anchor = urldefrag(unquote(href))
            target = (path.parent / place).resolve()
            # PDF, packages and handouts are made by other commands
            if target.suffix not in (".pdf", ".zip", ".docx") and not target.is_file():
                dead.append((path.name, href))
            elif anchor and target.suffix == ".html" and not soup(target).find(id=anchor):
                dead.append((path.name, href))
    assert dead == []
