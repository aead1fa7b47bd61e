"""The style sheet of the book: what is kept of the sheets that its pages were given, and what each page loads."""

import re

from conftest import HTML, pages

from edition.page import POLICY, STATIC
from edition.stylesheet import bundle, embed, symbols


def test_rules_of_what_no_page_has_are_dropped_and_all_others_kept():
    used = symbols(['<p class="kept also" id="place">'], ['element.className = "by-script"'])
    sheet = ".kept { color: red } .dropped { color: red } p { color: red } #place { color: red } #gone { color: red } .by-script { color: red } .kept .dropped { top: 0 }"
    found = bundle([(sheet, "")], used)
    assert all(name in found for name in (".kept", "p", "#place", ".by-script")) and "dropped" not in found and "gone" not in found


def test_a_sheet_for_paper_holds_for_paper_alone():
    assert bundle([("p { color: red }", "print")], set()) == "@media print{p{color:red}}"


def test_the_font_of_icons_is_dropped_and_others_stay():
    found = bundle([('@font-face { font-family: "Font Awesome 6 Free"; src: url(a.woff2) } @font-face { font-family: "Text"; src: url(b.woff2) }', "")], set())
    assert "Awesome" not in found and "Text" in found


def test_browsers_that_know_one_scheme_at_a_time_get_both():
    found = bundle([(":root { color-scheme: light dark; --ink: light-dark(#000, #fff) }", "")], set())
    assert "light-dark(" not in found and "prefers-color-scheme:dark" in found


def test_the_fonts_of_text_and_headings_come_with_the_sheet(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "source-serif-4-latin-400-normal.woff2").write_bytes(b"font")
    kept = "src:url(fonts/source-serif-4-latin-400-italic.woff2)"
    assert embed(f"src:url(fonts/source-serif-4-latin-400-normal.woff2);{kept}", tmp_path) == f"src:url(data:font/woff2;base64,Zm9udA==);{kept}"


def test_a_page_loads_one_sheet_and_scripts_that_exist():
    for page in pages():
        text = (HTML / page).read_text(encoding="utf-8")
        assert [href.rpartition("/")[2] for href in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)] == ["book.css"], page
        for script in re.findall(r'<script[^>]* src="([^"?]+)', text):
            assert ((HTML / page).parent / script).is_file(), (page, script)
        assert f'content="{POLICY}"' in text and "unsafe-eval" not in POLICY, page


def test_the_site_holds_of_the_theme_only_what_a_page_asks_for():
    theirs = {path.relative_to(HTML / "_static") for path in (HTML / "_static").rglob("*") if path.is_file()} - {path.relative_to(STATIC) for path in STATIC.rglob("*")}
    assert {str(path) for path in theirs} == {"book.css", "scripts/pydata-sphinx-theme.js", "search/entries.js"}
