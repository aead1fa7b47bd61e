"""Citing: CITATION.cff, the formatted citations, the files for reference managers, and the pages.

Of those, the window in a page and its plain form.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bibtexparser
import pytest
import rispy
import yaml
from conftest import HTML, ROOT, Book, pages, weekly
from jsonschema import Draft7Validator, Draft202012Validator
from PIL import Image
from playwright.sync_api import expect

from edition.citing.cff import CitationError, read
from edition.citing.formatting import dump
from edition.citing.formatting import formatted as formatted_by_pandoc
from edition.citing.items import Citables, located
from edition.citing.pages import Citations, ris
from edition.citing.styles import FILE, STYLES, CitationsFileError, read_formatted
from edition.paper import cards
from edition.tables import package

CFF = ROOT / "CITATION.cff"


def invalid(cff):
    """What the format's own schema (citation-file-format 1.2.0, CC BY 4.0) finds wrong."""
    schema = json.loads((ROOT / "tests" / "cff-1.2.0-schema.json").read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(cff, default=str))  # its dates are strings
    return {error.json_path for error in Draft7Validator(schema).iter_errors(plain)}


@pytest.mark.parametrize("path", [CFF, ROOT / "tests" / "miniature" / "CITATION.cff"])
def test_citation_cff_is_valid(path):
    cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert invalid(cff) == set()
    assert invalid(cff | {"date-released": "soon", "licence": "MIT", "authors": []}) == {
        "$",
        "$.authors",
        "$['date-released']",
    }


def without(*path):
    def change(cff):
        for step in path[:-1]:
            cff = cff[step]
        del cff[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *[
            (without(name), f"no {name}; add it")
            for name in ("title", "version", "date-released", "license", "authors", "references")
        ],
        *[
            (
                without("references", 0, name),
                f"no {name} in the first of the references, the commentary; add it",
            )
            for name in ("title", "authors", "url", "publisher", "date-accessed")
        ],
        (
            without("authors", 0, "name"),
            "an author has no name, or not both family-names and given-names; add it",
        ),
        (
            without("references", 0, "authors", 0, "given-names"),
            "an author has no name, or not both family-names and given-names; add it",
        ),
        (lambda cff: cff.update(version=1.1), "version is 1.1; write it as the format has it, in quotes"),
        (
            lambda cff: cff["references"][0].update(publisher={"city": "Madrid"}),
            "no publisher in the first of the references, the commentary; add it",
        ),
        (
            lambda cff: cff.update({"date-released": "soon"}),
            "date-released is 'soon'; write it like 2026-11-23",
        ),
    ],
)
def test_what_citation_cff_lacks_is_told(tmp_path, change, told):
    cff = yaml.safe_load(CFF.read_text(encoding="utf-8"))
    change(cff)
    path = tmp_path / "CITATION.cff"
    path.write_text(yaml.safe_dump(cff, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CitationError) as error:
        read(path)
    assert str(error.value) == f"{path}: {told}"


def test_the_build_tells_it_in_one_line(small_book, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "CITATION.cff").write_text("title: A book\n")
    told, page = small_book("Words.", passages=0, edition_citation="CITATION.cff")
    assert told == ["CITATION.cff:1: WARNING: no version; add it"] and page is None


# --- Formatted citations ------------------------------------------------------------------------------------

# the published rules, applied by hand to passage 4, two notes, a figure and a table of a book at this address
SITE = "https://example.org/book/"
BOOK = "Closer to home: an annotated edition"
BY_HAND = {
    ("APA", "passages", "passage 4"): (
        "Smagulova, K. (2026). Kazakhstan’s international balancing act moves closer to home. In The "
        "contributors to the edition (Ed.), <em>Closer to home: an annotated edition</em> (Version 0.1.0). "
        "URL",
        "(Smagulova, 2026, passage 4)",
    ),
    ("MLA", "passages", "passage 4"): (
        "Smagulova, Kamila. “Kazakhstan’s International Balancing Act Moves Closer to Home.” <em>Closer to "
        "Home: An Annotated Edition</em>, edited by The contributors to the edition, Version 0.1.0, 2026, "
        "URL.",
        "(Smagulova, passage 4)",
    ),
    ("Chicago", "passages", "passage 4"): (
        "Smagulova, Kamila. 2026. “Kazakhstan’s International Balancing Act Moves Closer to Home.” In "
        "<em>Closer to Home: An Annotated Edition</em>, Version 0.1.0, edited by The contributors to the "
        "edition. URL.",
        "(Smagulova 2026, passage 4)",
    ),
    ("Harvard", "passages", "passage 4"): (
        "Smagulova, K. (2026) ‘Kazakhstan’s international balancing act moves closer to home’, in The "
        "contributors to the edition (ed.) <em>Closer to home: an annotated edition</em>. Version 0.1.0. "
        "Available at: URL.",
        "(Smagulova, 2026, passage 4)",
    ),
    ("ISO 690", "passages", "passage 4"): (
        "SMAGULOVA, Kamila, 2026. Kazakhstan’s international balancing act moves closer to home. In: THE "
        "CONTRIBUTORS TO THE EDITION (ed.), <em>Closer to home: an annotated edition</em>. Online. Version "
        "0.1.0. Available from: URL",
        "(Smagulova 2026, passage 4)",
    ),
    ("APA", "commentary", ""): (
        "Smagulova, K. (n.d.). <em>Kazakhstan’s international balancing act moves closer to home</em>. "
        "EUCAM. Retrieved November 23, 2026, from URL",
        "(Smagulova, n.d.)",
    ),
    ("Harvard", "commentary", ""): (
        "Smagulova, K. (no date) <em>Kazakhstan’s international balancing act moves closer to home</em>. "
        "EUCAM. Available at: URL (Accessed: 23 November 2026).",
        "(Smagulova, no date)",
    ),
}
CHAPTER_BY_HAND = {  # of notes and figures; the two references are to note 4.18 and to figure 7
    "APA": (
        "The contributors to the edition. (2026). The 2000s: oil pays for a place. In <em>Closer to home: an "
        "annotated edition</em> (Version 0.1.0). URL",
        "(The contributors to the edition, 2026, Note 4.18)",
        "(The contributors to the edition, 2026, Figure 7)",
    ),
    "MLA": (
        "The contributors to the edition. “The 2000s: Oil Pays for a Place.” <em>Closer to Home: An "
        "Annotated Edition</em>, Version 0.1.0, 2026, URL.",
        "(The contributors to the edition, n. 4.18)",
        "(The contributors to the edition, fig. 7)",
    ),
    "Chicago": (
        "The contributors to the edition. 2026. “The 2000s: Oil Pays for a Place.” In <em>Closer to Home: An "
        "Annotated Edition</em>, Version 0.1.0. URL.",
        "(The contributors to the edition 2026, n. 4.18)",
        "(The contributors to the edition 2026, fig. 7)",
    ),
    "Harvard": (
        "The contributors to the edition (2026) ‘The 2000s: oil pays for a place’, <em>Closer to home: an "
        "annotated edition</em>. Version 0.1.0. Available at: URL.",
        "(The contributors to the edition, 2026, n. 4.18)",
        "(The contributors to the edition, 2026, fig. 7)",
    ),
    "ISO 690": (
        "THE CONTRIBUTORS TO THE EDITION, 2026. The 2000s: oil pays for a place. In: <em>Closer to home: an "
        "annotated edition</em>. Online. Version 0.1.0. Available from: URL",
        "(The contributors to the edition 2026, n.\N{NO-BREAK SPACE}4.18)",
        "(The contributors to the edition 2026, fig.\N{NO-BREAK SPACE}7)",
    ),
}
TABLE_BY_HAND = {
    "APA": "The contributors to the edition. (2026). <em>Votes (table “votes”)</em> (Version 0.1.0) "
    "[Dataset]. Closer to home: an annotated edition. URL",
    "MLA": "The contributors to the edition. “Votes (Table ‘Votes’).” Version 0.1.0, Closer to home: an "
    "annotated edition, 2026, URL.",
    "Chicago": "The contributors to the edition. 2026. “Votes (Table ‘Votes’).” Version 0.1.0. Closer to "
    "home: an annotated edition. URL.",
    "Harvard": "The contributors to the edition (2026) ‘Votes (table “votes”)’. Closer to home: an annotated "
    "edition. Available at: URL.",
    "ISO 690": "THE CONTRIBUTORS TO THE EDITION, 2026. <em>Votes (table ‘votes’)</em>. Online. 2026. Version "
    "0.1.0. Closer to home: an annotated edition. Available from: URL",
}


def cff_2026():
    cff = read(CFF)
    return cff | {"version": "0.1.0", "title": BOOK, "date-released": cff["date-released"].replace(year=2026)}


def whole(citables):
    return [citables.commentary(), citables.edition(), citables.passages()]


@pytest.fixture(scope="module")
def citations():
    """The citations of a book, as the build has them from its file."""
    citables, citations = Citables(cff_2026()), Citations()
    parts = [
        citables.chapter("chapters/a", "The 2000s: oil pays for a place"),
        citables.table("votes", "Votes"),
    ]
    citations.formatted = json.loads(dump([*whole(citables), *parts]))["formatted"]
    return citations


def plain(entry):
    return re.sub(r"</?span[^>]*>", "", re.sub(r'<a href="[^"]*">[^<]*</a>', "URL", entry))


@pytest.mark.parametrize("case", BY_HAND, ids=" ".join)
def test_a_citation_is_as_the_style_has_it(citations, case):
    style, item, pinpoint = case
    made = plain(citations.entry(style, item, SITE)), citations.reference(style, item, pinpoint)
    assert made == BY_HAND[case]


@pytest.mark.parametrize("style", STYLES)
def test_notes_figures_and_tables_are_as_the_style_has_them(citations, style):
    references = [
        citations.reference(style, "chapters/a", pinpoint) for pinpoint in ("note 4.18", "figure 7")
    ]
    assert (plain(citations.entry(style, "chapters/a", SITE)), *references) == CHAPTER_BY_HAND[style]
    assert plain(citations.entry(style, "table-votes", SITE)) == TABLE_BY_HAND[style]


@pytest.mark.parametrize("style", STYLES)
def test_an_entry_has_the_very_address_or_none(citations, style):
    address = f"{SITE}chapters/a.html?one&two#note-a"
    entry = citations.entry(style, "chapters/a", address)
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', entry) == [(html.escape(address),) * 2]
    assert "<a" not in citations.entry(style, "chapters/a", None)
    assert "https://eucentralasia.eu/" in citations.entry(style, "commentary", None), "it has its own"


NASTY = "Қазақстан & Türkiye: “quoted”, 100 % <b> {braces} $x_1$"


@pytest.fixture(scope="module")
def nasty():
    cff = cff_2026()
    cff["references"] = cff["references"] | {
        "title": NASTY,
        "authors": [{"family-names": "Смағұлова-O’Брайен", "given-names": "Қамила"}],
    }
    citables = Citables(cff)
    return citables, formatted_by_pandoc(whole(citables))


def test_letters_of_all_kinds_come_through_in_every_style(nasty):
    _, made = nasty
    for style in STYLES:
        entry = made["passages"]["without_address"]["entries"][style]
        text = html.unescape(re.sub(r"<[^>]+>", "", entry))
        assert (
            "қазақстан & türkiye" in text.casefold()
            and "<b>" in text.casefold()
            and "смағұлова" in text.casefold()
        ), (style, text)
        assert "<b>" not in entry.casefold() and "http" not in entry, style


def test_the_files_import_without_loss(nasty):
    citables, made = nasty
    (entry,) = bibtexparser.parse_string(made["commentary"]["without_address"]["bibtex"]).entries
    bibtex = {field.key: re.sub(r"[{}\\]", "", field.value) for field in entry.fields}
    assert bibtex["author"] == "Смағұлова-O’Брайен, Қамила" and bibtex["publisher"] == "EUCAM"
    assert bibtex["title"].casefold().startswith("қазақстан & türkiye")
    (entry,) = bibtexparser.parse_string(made["edition"]["without_address"]["bibtex"]).entries
    assert entry["edition"] == "Version 0.1.0"
    (record,) = rispy.loads(ris(located(citables.passages(), None)))
    assert (
        record["title"],
        record["authors"],
        record["secondary_title"],
        record["edition"],
        record["year"],
    ) == (NASTY, ["Смағұлова-O’Брайен, Қамила"], BOOK, "Version 0.1.0", "2026")


# --- The committed file -------------------------------------------------------------------------------------


MINIATURE = ROOT / "tests" / "miniature"


@pytest.mark.parametrize("folder", [ROOT, MINIATURE], ids=["book", "miniature"])
def test_the_committed_file_is_what_pandoc_makes_and_no_more(folder):
    text = (folder / FILE).read_text(encoding="utf-8")
    items = [one["item"] for one in json.loads(text)["formatted"].values()]
    assert dump(items) == text, "run: make citations"
    chapters = re.findall(r"file: (\S+)", (folder / "_toc.yml").read_text(encoding="utf-8"))
    described = json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    tables = [f"table-{table['name']}" for table in described]
    assert sorted(item["id"] for item in items) == sorted(
        [*chapters, *tables, "commentary", "edition", "passages"]
    )


def test_a_changed_title_is_told_in_one_line_and_the_command_mends_it(miniature):
    chapter = "chapters/unfinished-work.md"
    miniature.replace(chapter, "# The unfinished work", "# What is ‘new’")
    status, said = miniature.build()
    told = "not of this title: 'What is ‘new’' (chapters/unfinished-work)"
    assert (status, said.splitlines()[1:]) == (
        1,
        [
            f"{FILE}:1: {told}; run: make citations",
            "1 fault. Nothing was built; the book is as it was before.",
        ],
    )
    miniature.cite()
    status, said = miniature.build()
    assert status == 0, said
    assert "What is ‘new’" in (miniature.html / "cite" / "unfinished-work.html").read_text(encoding="utf-8")
    after = (miniature.root / FILE).read_bytes()
    assert miniature.try_to_cite()[1].endswith(f"{FILE} is as it was.\n")
    assert (miniature.root / FILE).read_bytes() == after


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such file"),
        (b"", "it can't be read"),
        (b'{"formatted": {"edi', "it can't be read"),
        (b"[]", "it can't be read"),
        (b'{"formatter": "", "formatted": []}', "it can't be read"),
        (b"<<<<<<< HEAD\n{}", "it can't be read"),
        (lambda kept: kept.update(formatter="another"), "not of these styles"),
        (lambda kept: kept["formatted"].pop("edition"), "not of this title: 'A book' (edition)"),
        (
            lambda kept: kept["formatted"]["edition"]["item"].update(edition="Version 0"),
            "not of this edition: 'Version 1.0.0' (edition)",
        ),
        (
            lambda kept: [one["item"].update(language="de") for one in kept["formatted"].values()],
            "not of this language: 'en' (commentary) and 2 more",
        ),
    ],
    ids=[
        "missing",
        "empty",
        "torn",
        "list",
        "no items",
        "conflict",
        "styles",
        "lacks one",
        "version",
        "several",
    ],
)
def test_a_file_that_is_not_of_the_book_is_told(tmp_path, content, told):
    if callable(content):
        kept = json.loads((MINIATURE / FILE).read_bytes())
        content(kept)
        content = json.dumps(kept).encode()
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    cff = read(MINIATURE / "CITATION.cff")
    items = whole(Citables(cff))
    with pytest.raises(CitationsFileError) as error:
        read_formatted(tmp_path / FILE, items)
    assert str(error.value) == told.replace("A book", cff["title"])


@pytest.mark.parametrize("content", [b'{"formatted": {"edi', *weekly(None)], ids=["torn", "missing"])
def test_such_a_file_stops_the_build_in_one_line_and_the_command_writes_it_anew(miniature, content):
    file = miniature.root / FILE
    before = file.read_bytes()
    file.write_bytes(content) if content else file.unlink()
    status, said = miniature.build()
    told = "it can't be read" if content else "there is no such file"
    assert status == 1 and said.splitlines()[1:-1] == [f"{FILE}:1: {told}; run: make citations"]
    miniature.cite()
    assert file.read_bytes() == before


@pytest.mark.parametrize("wrong", ["processor", *weekly("book")])
def test_what_keeps_the_command_from_its_end_is_told_and_leaves_the_file(miniature, tmp_path, wrong):
    shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
    book, file = Book(miniature.root, tmp_path / "edition"), miniature.root / FILE
    file.write_text("as it was")
    if wrong == "processor":
        (book.engine / "citing" / "format.lua").write_text("error('no')")
        words = "pandoc could not format the citations: "
    else:
        book.replace("chapters/nation-and-field.md", ":verdict: confirmed", ":verdict: certain")
        words = "chapters/nation-and-field.md:"
    status, said = book.try_to_cite()
    assert status == 1 and said.splitlines()[1].startswith(words) and len(said.splitlines()) <= 3, said
    assert file.read_text() == "as it was"


def test_a_build_needs_no_pandoc():
    code = "import sys, edition.extension; sys.exit('pypandoc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


# --- The files for reference managers -----------------------------------------------------------------------


CSL = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["id", "type", "title"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": ["book", "chapter", "dataset", "webpage"]},
            "title": {"type": "string"},
            "container-title": {"type": "string"},
            "publisher": {"type": "string"},
            "edition": {"type": "string"},
            "language": {"type": "string"},
            "URL": {"type": "string", "pattern": "^https://"},
            "author": {"$ref": "#/$defs/names"},
            "editor": {"$ref": "#/$defs/names"},
            "accessed": {"type": "object"},
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "items": {
                            "type": "array",
                            "items": {"type": "integer"},
                            "minItems": 1,
                            "maxItems": 3,
                        },
                    }
                },
            },
        },
    },
    "$defs": {
        "names": {
            "type": "array",
            "items": {"anyOf": [{"required": ["literal"]}, {"required": ["family", "given"]}]},
        }
    },
}


@pytest.mark.parametrize("name", ["commentary", "edition", *(f"table-{name}" for name in package())])
def test_each_file_for_reference_managers_can_be_read(book, name):
    (item,) = items = json.loads((HTML / "cite" / f"{name}.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(CSL).iter_errors(items)) == []
    library = bibtexparser.parse_string((HTML / "cite" / f"{name}.bib").read_text(encoding="utf-8"))
    assert len(library.entries) == 1 and not library.failed_blocks
    (record,) = rispy.loads((HTML / "cite" / f"{name}.ris").read_text(encoding="utf-8"))
    assert record["title"] == item["title"] and record["authors"][0] in (
        item["author"][0].get("literal"),
        f"{item['author'][0].get('family')}, {item['author'][0].get('given')}",
    )


# --- The pages and the window -------------------------------------------------------------------------------


def test_everything_that_can_be_cited_has_a_link_to_its_citation():
    for page in pages():
        if page.startswith("cite/") or page == "search.html":
            continue
        text = (HTML / page).read_text(encoding="utf-8")
        own = re.findall(
            r'<(?:section class="passage"|li class="annotation content"|figure class="chart") id="([\w-]+)"',
            text,
        )
        links = re.findall(r'<a class="cite" href="([^"#]+)#cite-([\w-]+)"', text)
        assert sorted(name for _, name in links) == sorted([*own, "chapter"]), page
        (target,) = {target for target, _ in links}
        citations = (HTML / page).parent.joinpath(target).resolve().read_text(encoding="utf-8")
        assert re.findall(r'<section class="citation" id="cite-([\w-]+)"', citations) == [
            "chapter",
            *sorted(own, key=lambda name: citations.index(f'id="cite-{name}"')),
        ]


def test_each_citation_has_the_five_styles_and_its_pinpoint():
    cite = [page for page in pages() if page.startswith("cite/")]
    assert len(cite) == len(pages()) - len(cite) - 1  # the search has none
    for page in cite:
        for section in re.findall(
            r'<section class="citation".*?</section>', (HTML / page).read_text(encoding="utf-8"), re.S
        ):
            assert re.findall(r"<dt>([^<]*)</dt>", section) == list(STYLES)
            what = re.search(r"<h2>Cite <a[^>]*>([^<]*)</a>", section)[1]
            if what.startswith("passage"):
                assert (
                    section.count(what) >= 6 and section.count("Smagulova") >= 5
                )  # the heading and five references
            elif what[:4] in ("note", "figu"):
                assert (
                    len(
                        re.findall(
                            rf"(?:{what.split()[0]}|n\.|fig\.)(?: "
                            rf"|&nbsp;|\N{{NO-BREAK SPACE}}){re.escape(what.split()[1])}\)",
                            section,
                            re.I,
                        )
                    )
                    == 5
                ), section


CHAPTER = "chapters/2000s-oil-pays-for-a-place.html"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_window_opens_in_place_copies_and_closes(reader, address, width):
    tab = reader(width, permissions=["clipboard-read", "clipboard-write"])
    tab.goto(f"{address}/{CHAPTER}")
    tab.locator("#note-first-to-chair a.cite").click()
    window = tab.get_by_role("dialog", name="Cite note 4.")
    window.wait_for()
    box = window.bounding_box()
    assert (
        box["x"] >= 0
        and box["x"] + box["width"] <= width
        and box["y"] >= 0
        and box["y"] + box["height"] <= 900
    )
    window.get_by_role("button", name="Copy entry").first.click()
    window.get_by_text("Copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()").startswith("The contributors to the edition. (")
    tab.keyboard.press("Escape")
    tab.locator("dialog.citation-window").wait_for(state="detached")
    assert tab.url.endswith(CHAPTER)
    tab.locator(".passage a.cite").click()
    tab.get_by_role("dialog", name="Cite passage 4").get_by_role("button", name="Close").click()
    tab.locator("dialog.citation-window").wait_for(state="detached")


def test_a_link_in_the_window_leads_on(reader, address):
    tab = reader()
    tab.goto(f"{address}/{CHAPTER}")
    tab.locator(".passage a.cite").click()
    tab.get_by_role("dialog").get_by_role("link", name="All citations of this chapter").click()
    tab.wait_for_url("**/cite/2000s-oil-pays-for-a-place.html")


def test_the_window_by_keyboard_keeps_the_focus_and_gives_it_back(reader, address):
    tab = reader()
    tab.goto(f"{address}/{CHAPTER}")
    tab.locator("#note-first-to-chair a.cite").focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("dialog").wait_for()
    for _ in range(40):
        tab.keyboard.press("Tab")
        assert tab.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('.citation-window')"
        ), "what is behind the window is not reached"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.matches('#note-first-to-chair a.cite')")


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_folder_and_without_scripts_the_link_leads_to_the_plain_page(reader, address, javascript):
    tab = reader(java_script_enabled=javascript)
    tab.goto((HTML / CHAPTER).as_uri() if javascript else f"{address}/{CHAPTER}")
    tab.locator("#fig-oil-output a.cite").click()
    tab.wait_for_url("**/cite/2000s-oil-pays-for-a-place.html#cite-fig-oil-output")
    section = tab.locator("#cite-fig-oil-output")
    expect(section).to_be_in_viewport()
    assert "figure" in section.inner_text().casefold()


def test_where_the_citations_can_not_be_fetched_the_link_leads_there(reader, address):
    tab = reader()
    tab.goto(f"{address}/{CHAPTER}")
    tab.evaluate("() => { window.fetch = () => Promise.reject(new Error('gone')); }")
    tab.locator(".passage a.cite").click()
    tab.wait_for_url("**/cite/2000s-oil-pays-for-a-place.html#cite-p4")


def test_a_citation_that_names_nothing_is_told(small_book, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "CITATION.cff").write_text(CFF.read_text(encoding="utf-8"))
    (source / "data").mkdir()
    (source / "data" / "datapackage.json").write_text('{"resources": []}')
    (source / FILE).write_text(dump(whole(Citables(read(CFF)))), encoding="utf-8")
    told, _ = small_book(
        "```{citation} p9\n```\n\n{entry}`APA edition` {entry}`Turabian edition`",
        passages=0,
        bib="",
        edition_citation="CITATION.cff",
    )
    assert [line.split("WARNING: ")[1] for line in told if "cited" in line] == [
        "p9 can't be cited; name a passage, note, figure or table as in its address, the edition or the "
        "commentary",
        "edition can't be cited; name a passage, note, figure or table as in its address, the edition or the "
        "commentary, and one of APA, MLA, Chicago, Harvard, ISO 690",
    ]


@pytest.mark.whole
def test_without_an_address_the_citation_says_so_and_with_one_it_has_it(copy):
    status, said = copy.build(GITHUB_REPOSITORY="")
    page = (copy.html / "cite" / "a-necessity.html").read_text(encoding="utf-8")
    assert (
        status == 0
        and "the addresses in citations, are left out" in said
        and "the citations name the version and have no address" in page
        and "Available at" not in page
    )
    assert copy.build(GITHUB_REPOSITORY="Example/Closer-To-Home")[0] == 0
    page = (copy.html / "cite" / "a-necessity.html").read_text(encoding="utf-8")
    assert (
        page.count("https://example.github.io/Closer-To-Home/chapters/a-necessity.html#p11") >= 10
        and "have no address" not in page
    )
    assert Path(copy.html, "sitemap.xml").is_file()
    subprocess.run(
        [sys.executable, "-m", "edition.paper.cards"],
        cwd=copy.root,
        env=os.environ | {"PYTHONPATH": str(copy.root)},
        check=True,
    )
    for name in (copy.html / "chapters").glob("*.html"):
        (image,) = re.findall(
            r'<meta property="og:image" content="https://example.github.io/Closer-To-Home/([^"]+)"',
            name.read_text(encoding="utf-8"),
        )
        with Image.open(copy.html / image) as drawn:
            assert drawn.size == cards.SIZE and len(drawn.convert("L").getcolors(256)) > 20, image
