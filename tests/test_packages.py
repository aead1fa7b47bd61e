"""Each chart as a package: all that a reader needs who meets it away from its page, the same each time."""

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from conftest import HTML, ROOT
from PIL import Image

from edition.paper.packages import MARK, PALETTE, faces

NAME, PAGE = "eighty-seven-years", "chapters/nation-and-field.html"
ADDRESS = f"https://example.github.io/address/{PAGE}#fig-{NAME}"
# what Excel would take for a formula, a date, or a number that has lost its zeros
MISREAD = re.compile(r"[=+@].*|-(?![\d.]).+|\d{1,4}[/-]\d{1,2}|\d{1,2}[/-]\d{4}|0\d+|\d+[eE]\d+")


def pack(book, **environment):
    """Pack the charts of a book, as `make pdf` does; return what was said."""
    command = [sys.executable, "-P", "-m", "edition.paper.packages"]
    variables = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, cwd=book.root, env=variables, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def unpacked(path):
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def packed(built_miniature, tmp_path_factory):
    """The miniature with an address, and its one chart packed."""
    book = built_miniature.copy(tmp_path_factory.mktemp("packed") / "a book")
    status, said = book.build(GITHUB_REPOSITORY="example/address")
    assert status == 0, said
    assert pack(book) == "Charts packed: 1"
    return book


@pytest.fixture(scope="module")
def inside(packed):
    """The files of its package by what comes after the chart's name."""
    files = unpacked(packed.html / "figures" / f"{NAME}.zip")
    return {path.removeprefix(f"{NAME}/").removeprefix(NAME): content for path, content in files.items()}


@pytest.fixture(scope="module")
def whole():
    """The packages of this book: {name of the chart: its files}."""
    if not (paths := sorted(HTML.glob("figures/*.zip"))):
        pytest.fail("the charts are not packed; run: make pdf", pytrace=False)
    return {path.stem: unpacked(path) for path in paths}


def test_a_package_has_pictures_data_and_what_they_are(inside):
    assert sorted(inside) == ["-transparent.png", "-white.png", ".csv", ".svg", "README.txt"]


def test_the_readme_says_what_the_page_says(packed, inside):
    readme = inside["README.txt"].decode()
    page = BeautifulSoup((packed.html / PAGE).read_text(encoding="utf-8"), "html.parser")
    chart = page.find(id=f"fig-{NAME}")
    for part in (".chart-title", ".chart-subtitle", ".chart-number", ".chart-source"):
        assert " ".join(chart.select_one(part).text.split()) in readme
    assert chart.select_one("svg.wide")["aria-label"] in readme
    assert f"\n{ADDRESS}\n" in readme
    cited = BeautifulSoup((packed.html / "cite" / "nation-and-field.html").read_bytes(), "html.parser")
    entries = cited.find(id=f"cite-fig-{NAME}").select(".entry")
    assert len(entries) == 5 and all(" ".join(entry.text.split()) in readme for entry in entries)
    assert readme.count(ADDRESS) >= 5
    assert "The chart and these words: CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/" in readme
    assert re.search(r"^The table events: CC.*, https://.*; from ", readme, re.M)
    assert "{" not in readme and "None" not in readme


def test_without_an_address_there_is_none(built_miniature, tmp_path):
    book = built_miniature.copy(tmp_path / "a book")
    assert pack(book) == "Charts packed: 1"
    files = unpacked(book.html / "figures" / f"{NAME}.zip")
    texts = files[f"{NAME}/README.txt"] + files[f"{NAME}/{NAME}.svg"]
    assert b"#fig-" not in texts and b".invalid" not in texts


def test_excel_is_told_the_encoding_and_nothing_else_is_changed(packed, inside):
    assert inside[".csv"][:3] == b"\xef\xbb\xbf" == MARK
    assert inside[".csv"][3:] == (packed.html / "figures" / f"{NAME}.csv").read_bytes()


def misread(table):
    return [cell for row in csv.reader(io.StringIO(table)) for cell in row if MISREAD.fullmatch(cell)]


def test_excel_misreads_no_value_of_the_book(whole):
    tables = {name: files[f"{name}/{name}.csv"].decode("utf-8-sig") for name, files in whole.items()}
    assert {name: found for name, table in tables.items() if (found := misread(table))} == {}


def test_what_excel_would_misread_is_found():
    assert misread("a,b\n=1+1,68/12\n3-4,007\n") == ["=1+1", "68/12", "3-4", "007"]
    assert misread("a,b\n-1.5,2022-03-02\nES-11/1,-.5\n") == []


def test_the_pictures_are_twice_as_large_on_white_and_without_a_ground(inside):
    svg = ElementTree.fromstring(inside[".svg"])
    white, transparent = (Image.open(io.BytesIO(inside[f"-{kind}.png"])) for kind in ("white", "transparent"))
    assert white.size == transparent.size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))
    assert white.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    assert transparent.convert("RGBA").getpixel((0, 0))[3] == 0
    assert len(white.convert("L").getcolors(256)) > 20


CUT_OFF = """() => { const svg = document.querySelector("svg"), box = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()])
        .filter(([words, part]) => words && (part.left < 0 || part.right > box.right || part.top < 0
            || part.bottom > box.bottom)).map(([words]) => words); }"""


def cut_off(tab, folder, picture):
    """Return the texts of an SVG that its edge cuts off, in the book's type."""
    file = folder / "picture.html"
    base, style = f"{(HTML / '_static').as_uri()}/", f"{faces(HTML)} body {{ margin: 0 }}"
    file.write_text(f'<!DOCTYPE html><base href="{base}"><style>{style}</style>{picture}', encoding="utf-8")
    tab.goto(file.as_uri())
    tab.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
    return tab.evaluate(CUT_OFF)


def test_each_picture_stands_alone_and_no_text_is_cut_off(whole, reader, tmp_path):
    tab, cut = reader(1000), {}
    for name, files in whole.items():
        picture = files[f"{name}/{name}.svg"].decode()
        ElementTree.fromstring(picture)
        assert "var(" not in picture and "href" not in picture, name
        if found := cut_off(tab, tmp_path, picture):
            cut[name] = found
    assert cut == {}


def test_text_that_is_cut_off_is_found(reader, tmp_path):
    assert cut_off(
        reader(1000),
        tmp_path,
        '<svg width="100" height="40"><text y="20">One line that is too long</text></svg>',
    )


def test_the_words_of_a_key_have_their_colours(whole):
    (picture,) = (
        files["moves-by-region/moves-by-region.svg"]
        for name, files in whole.items()
        if name == "moves-by-region"
    )
    keyed = re.findall(
        r'<tspan fill="(#\w+)"[^>]*>•</tspan><tspan[^>]*>\xa0([^<]*)</tspan>', picture.decode()
    )
    votes = {"yes": "yes", "abstention": "abstain", "no": "no", "not\xa0voting": "none"}
    assert {word: colour for colour, word in keyed} == {
        word: PALETTE[f"vote-{name}"] for word, name in votes.items()
    }


def test_each_chart_of_the_book_links_to_its_package(whole):
    assert sorted(whole) == sorted(path.stem for path in HTML.glob("figures/*.csv"))
    for page in HTML.glob("chapters/*.html"):
        for chart in BeautifulSoup(page.read_bytes(), "html.parser").select("figure.chart"):
            links = [link["href"].rpartition("/")[2] for link in chart.select(".chart-foot > a")]
            name = chart["id"].removeprefix("fig-")
            assert links == [f"{name}.csv", f"{name}.zip", f"{page.name}#cite-fig-{name}"]


def test_two_runs_give_the_same_bytes(packed):
    path = packed.html / "figures" / f"{NAME}.zip"
    first = path.read_bytes()
    os.utime(packed.html / "figures" / f"{NAME}.csv", (10**9, 10**9))
    assert pack(packed, TZ="Pacific/Apia", SOURCE_DATE_EPOCH="0", PYTHONHASHSEED="7") == "Charts packed: 1"
    assert path.read_bytes() == first
    assert sorted(path.name for path in path.parent.iterdir()) == [
        f"{NAME}.{end}" for end in ("csv", "js", "zip")
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (f"figures/{NAME}.csv", None, None, f"{PAGE}: the chart {NAME} has no figures/{NAME}.csv"),
        (
            PAGE,
            f'id="fig-{NAME}"',
            'id="fig-another"',
            f"{PAGE}: the chart another has no figures/another.csv",
        ),
        (PAGE, '<figure class="chart"', "<figure", f"figures/{NAME}.csv: no page has the chart {NAME}"),
        (PAGE, 'class="wide"', 'class="wider"', f"{PAGE}: the chart {NAME} has no drawing"),
        (
            "cite/nation-and-field.html",
            f"cite-fig-{NAME}",
            "cite-nothing",
            f"{PAGE}: the chart {NAME} has no citation at ../cite/nation-and-field.html#cite-fig-{NAME}",
        ),
    ],
)
def test_what_a_chart_lacks_is_told_in_one_line(miniature, file, old, new, told):
    path = miniature.html / file
    if old:
        miniature.replace(f"_build/html/{file}", old, new)
    else:
        path.unlink()
    assert pack(miniature) == f"packages: {told}; run: make book"
    assert not list(miniature.html.glob("figures/*.zip")), "none is left of another book"


def test_without_a_browser_it_is_told(miniature, tmp_path):
    told = pack(miniature, PATH=str(tmp_path), PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))
    assert re.fullmatch(r"packages: the browser did not draw \(.*\); run: sh tests/browser\.sh", told), told
