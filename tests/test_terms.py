"""Glossary terms in the running text.

Which words are marked, where they lead, and how they explain themselves.
"""

import html
import re

import pytest
from conftest import HTML, pages
from docutils import nodes

from edition.apparatus.terms import forms, mark, mention
from edition.domain import Term

LINK = re.compile(r'<a class="term" href="([^"#]*)#([^"]+)" data-explained="([^"]+)">([^<]+)</a>')
ROLL_CALL, UNION = (
    Term("glossary", 1, name, headword, "")
    for name, headword in [("a", "Recorded vote (roll call)"), ("b", "European Union (EU)")]
)


@pytest.mark.parametrize(
    ("headword", "called"),
    [
        ("European Union (EU)", {"European Union", "EU"}),
        ("Abstention", {"Abstention", "abstention"}),
        ("Customs Union (2010)", {"Customs Union"}),
        ("Recorded vote (roll call)", {"Recorded vote", "recorded vote", "roll call"}),
        ("CICA (a conference)", {"CICA", "a conference"}),
    ],
)
def test_what_a_term_is_called(headword, called):
    assert forms(headword) == called


def test_the_first_mention_alone_is_marked_and_words_stay_whole():
    text = nodes.paragraph(
        "", "", nodes.Text("A reEUnion, then the EU, the European Union and a roll call in the EU.")
    )
    wanted = {form: term for term in (ROLL_CALL, UNION) for form in forms(term.headword)}
    mark(text[0], wanted, "glossary.html")
    assert [(found.astext(), found["uri"]) for found in text.findall(mention)] == [
        ("EU", "glossary.html#b"),
        ("roll call", "glossary.html#a"),
    ]
    assert (
        text.astext() == "A reEUnion, then the EU, the European Union and a roll call in the EU."
        and not wanted
    )


def marked():
    return {page: LINK.findall((HTML / page).read_text(encoding="utf-8")) for page in pages()}


def test_each_marked_term_leads_to_its_entry_and_says_what_stands_there():
    found = [link for links in marked().values() for link in links]
    assert len(found) >= 20
    glossary = (HTML / "chapters" / "glossary.html").read_text(encoding="utf-8")
    for _, name, explained, words in found:
        entry = re.search(rf'id="{re.escape(name)}"[^>]*>.*?</dt><dd>(.*?)</dd>', glossary, re.S)
        text = html.unescape(re.sub(r"<[^>]+>", "", entry[1]))
        first = html.unescape(explained).split()[:5]
        assert text.split()[:5] == first, words


def test_no_chapter_marks_a_term_twice_nor_one_that_it_explains():
    for page in marked():
        text = (HTML / page).read_text(encoding="utf-8")
        own = {f"term-{note}" for note in re.findall(r'id="note-([\w-]+)" data-kind="term"', text)}
        for part in re.split(r'<li class="annotation', text):  # the chapter, and each note by itself
            names = re.findall(r'<a class="term" href="[^"#]*#([\w-]+)"', part)
            assert len(names) == len(set(names)) and not own & set(names), page


@pytest.fixture
def chapter(book, browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    tab = context.new_page()
    tab.goto(f"file://{HTML}/chapters/2019-power-passes-on.html")
    yield tab
    context.close()


def test_a_term_explains_itself_on_hover_on_focus_and_on_the_first_tap(chapter):
    term, tip = chapter.locator("a.term").first, chapter.locator("#term-explained")
    term.hover()
    assert tip.inner_text() == term.get_attribute("data-explained")
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390, "it stays in the window"
    chapter.keyboard.press("Escape")
    assert tip.is_hidden()
    term.focus()
    assert tip.is_visible() and term.get_attribute("aria-describedby") == "term-explained"
    term.blur()
    assert tip.is_hidden()
    term.tap()
    assert tip.is_visible() and "glossary" not in chapter.url
    term.tap()
    chapter.wait_for_url("**/glossary.html#term-*")


def test_without_scripts_a_term_leads_to_its_entry(book, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"file://{HTML}/chapters/2019-power-passes-on.html")
    tab.locator("a.term").first.click()
    assert "glossary.html#term-" in tab.url
    context.close()
