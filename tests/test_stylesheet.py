"""The style sheet of the book, and what each page has of it."""

import re

from conftest import HTML, pages
from pygments import highlight
from pygments.lexers import PythonLexer

from edition.web.highlighting import Sparse
from edition.web.policy import POLICY, STATIC, THEME
from edition.web.stylesheet import bundle, inline, symbols


def test_rules_of_what_no_page_has_are_dropped_and_all_others_kept():
    used = symbols(['<p class="kept also" id="place">'], ['element.className = "by-script"'])
    sheet = (
        ".kept { color: red } .dropped { color: red } p { color: red } #place { color: red } #gone { color: "
        "red } .by-script { color: red } .kept .dropped { top: 0 }"
    )
    found = bundle([sheet], used)
    assert (
        all(name in found for name in (".kept", "p", "#place", ".by-script"))
        and "dropped" not in found
        and "gone" not in found
    )


def test_browsers_that_know_one_scheme_at_a_time_get_both():
    found = bundle([":root { color-scheme: light dark; --ink: light-dark(#000, #fff) }"], set())
    assert "light-dark(" not in found and "prefers-color-scheme:dark" in found


def test_a_page_has_its_own_style_in_itself():
    page = '<link rel="stylesheet" href="../_static/book.css" /><p class="here">'
    sheet = (
        ".here { color: red } .elsewhere { color: red } @font-face { font-family: A; src: url(fonts/a.woff2) "
        "}"
    )
    assert (
        inline(page, sheet, [])
        == "<style>.here{color:red}@font-face{font-family:A;src:url(../_static/fonts/a.woff2)}</style><p "
        'class="here">'
    )


def test_each_page_has_its_style_and_names_files_that_exist():
    for page in pages():
        text = (HTML / page).read_text(encoding="utf-8")
        sheets = re.findall(r'<link[^>]*href="[./]*_static/(\w+\.css)"', text)
        if page.startswith("cite/"):
            assert sheets == ["book.css"] and "<style>" not in text, page
        else:
            assert (
                sheets == ["print.css"]
                and text.count("<style>") == 1 + text.count("<noscript>")
                and ".page" in text
            ), page
        for file in re.findall(r'<script[^>]* src="([^"?]+)|url\((?!data:|\$|#)([^)]+)\)', text):
            assert ((HTML / page).parent / "".join(file)).is_file(), (page, file)
        assert f'content="{POLICY}"' in text and "unsafe-eval" not in POLICY, page


def test_the_site_holds_what_the_theme_has_and_little_else(book):
    """Sphinx and MyST-NB put three files there that no page asks for."""
    ours = {path.relative_to(STATIC) for path in STATIC.rglob("*")}
    others = {
        path.relative_to(HTML / "_static") for path in (HTML / "_static").rglob("*") if path.is_file()
    } - ours
    names = {re.sub(r"\.[0-9a-f]{64}\.", ".", str(path)) for path in others}
    assert names == {"book.css", "search/entries.js", "mystnb.css", "pygments.css", "translations.js"}


def test_code_is_marked_only_where_the_style_sheet_colours_it():
    code = "for state in states:  # all\n    print(f'{state} votes', 1 if not state else 2.5)\n"
    written = highlight(code, PythonLexer(), Sparse())
    coloured = set(
        re.findall(
            r"\.([a-z]+)",
            " ".join(
                re.findall(r"\.highlight ([^{]*)\{ color", (THEME / "styles" / "cells.css").read_text())
            ),
        )
    )
    assert set(re.findall(r'<span class="([a-z]+)"', written)) == coloured == {"c", "k", "ow", "s", "m"}
    shown = re.sub(r"<[^>]*>", "", written).replace("&#39;", "'")
    assert shown.strip() == code.strip()
    page = (HTML / "chapters" / "votes.html").read_text(encoding="utf-8")
    there = "".join(re.findall(r'<div class="highlight">.*?</div>', page, re.S))
    assert set(re.findall(r'<span class="([a-z]+)"', there)) <= coloured and 'class="k"' in there
