"""Passages, markers and notes: what a chapter shows, and what stops the build."""

import re
from datetime import date

import pytest

GOOD = """```{passage} 1
Words{n}`first` and more words.{n}`second`
```

```{annotation} second
:lemma: more words
:kind: context
:gist: A second thing is so.
A second note.
```

```{annotation} first
:lemma: the words of the original
:kind: check
:verdict: refined
:gist: A first thing is nearly so.
:was: once-first
A first note, after {cite:t}`a-source`.
```
"""


def test_a_sound_chapter_builds_without_a_warning(small_book):
    told, page = small_book(GOOD)
    assert told == []
    assert '<section class="passage" id="p1"' in page
    assert (
        '<li class="annotation content" id="note-first" data-kind="check" data-verdict="refined" '
        'data-passage="1" tabindex="-1">' in page
    )
    assert (
        'data-verdict="refined" id="marker-first" href="#note-first" role="doc-noteref" '
        'aria-label="note 1.1, not exact"><sup>1</sup></a>' in page
    )
    assert '<p class="gist">A first thing is nearly so.</p>\n<section class="evidence">' in page
    assert '<span id="note-once-first"></span>' in page, "the address of a note that is part of it now"
    assert 'href="#marker-first"' in page, "a note leads back to its marker"
    assert page.index('id="p1"') < page.index('id="note-first"') < page.index('id="note-second"'), (
        "notes stand behind their passage in the order of its markers"
    )


def note(
    id="first",
    lemma="the words of the original",
    kind="check",
    verdict="refined",
    gist="It is so.",
    text="A note, after {cite:t}`a-source`.",
    term="",
    was="",
):
    options = {"lemma": lemma, "kind": kind, "verdict": verdict, "gist": gist, "term": term, "was": was}
    return (
        f"```{{annotation}} {id}\n"
        + "".join(f":{name}: {value}\n" for name, value in options.items() if value)
        + text
        + "\n```\n\n"
    )


PASSAGE = "```{passage} 1\nWords.{n}`first`\n```\n\n"


# test_faults.py has what is wrong within one chapter
def test_a_passage_that_stands_twice_is_told(small_book):
    told, _ = small_book(PASSAGE + note() + "```{passage} 1\nWords.\n```\n")
    assert told == [
        "index.md:15: WARNING: passage 1 stands already in index, line 3; rename or delete one of the two"
    ]


def test_a_missing_passage_is_told(small_book):
    told, _ = small_book(PASSAGE + note(), passages=2)
    assert any("passage 2 is in no chapter of _toc.yml" in line for line in told)


def test_passages_out_of_order_are_told(small_book):
    told, _ = small_book(PASSAGE.replace("1", "2") + note() + "```{passage} 1\nWords.\n```\n", passages=2)
    assert any("passage 2 stands before passage 1" in line for line in told)


def test_a_term_is_in_the_glossary(small_book):
    told, page = small_book(
        PASSAGE + note(kind="term", verdict="", term="Head Word") + "```{glossary-of-notes}\n```\n"
    )
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert told == [] and len(ids) == len(set(ids)), "the copy in the glossary has no address of its own"
    assert '<dt id="term-first">Head Word' in page and "note 1.1</a>" in page


def test_notes_are_counted(small_book):
    told, page = small_book(
        PASSAGE + note() + "There are {count}`notes` notes, {count}`refined` of them refined."
    )
    assert told == [] and "There are 1 notes, 1 of them refined." in page


def test_an_unknown_era_is_told(miniature):
    miniature.replace("chapters/nation-and-field.md", "```{era} nation", "```{era} bronze")
    status, said = miniature.build()
    assert (
        status == 1
        and "chapters/nation-and-field.md:8: unknown era 'bronze'; use one of all, nation, field\n" in said
    )


def test_what_came_later_is_marked_with_its_source(small_book):
    ended, known = "{later}``In 2024 it ended {cite:p}`a-source`.``", "{later}`By 2025 all knew.`"
    later = f"A note {{cite:p}}`a-source`. {ended} {known}"
    told, page = small_book(PASSAGE + note(text=later), edition_last_day=date(2022, 11, 30))
    marked = re.findall(
        r'<span class="later"><span class="later-word">Later:</span> (.*?)</span>(?: |</p>)', page
    )
    assert (
        told == [] and len(marked) == 2 and "A Body, 2020" in marked[0] and marked[1] == "By 2025 all knew."
    )


def test_a_note_and_a_figure_are_linked_to_by_their_numbers(small_book):
    told, page = small_book(PASSAGE + note() + "See {note}`first`.")
    assert told == [] and '<a class="reference internal" href="#note-first">note 1.1</a>' in page


@pytest.mark.parametrize(("kind", "target"), [("note", "nobody"), ("figure", "nothing")])
def test_a_link_to_what_is_not_there_is_told(small_book, kind, target):
    told, page = small_book(PASSAGE + note(text=f"A note {{cite:p}}`a-source`, like {{{kind}}}`{target}`."))
    assert told == [f"index.md:12: WARNING: there is no {kind} {target}; correct {{{kind}}}`{target}`"]


TWO = "```{passage} 1\nWords{n}`first` and more.{n}`second`\n```\n\n"
LONG = "Twelve words that stand in a row are told by two notes here {cite:p}`a-source`."


def test_what_two_notes_tell_is_told(small_book):
    told, _ = small_book(
        TWO + note(text=LONG) + note("second", gist="It is not.", text=f"Besides, {LONG.lower()}")
    )
    assert len(told) == 1 and told[0].startswith(
        "index.md:15: WARNING: note second tells again what note first tells ('"
    )
    assert told[0].endswith("'); tell it once, and link with {note}`first`")


@pytest.mark.parametrize(
    ("was", "message"),
    [
        ("second", "note first: ':was:' names second, which is a note of its own; delete or correct it"),
        ("old old", "note first: ':was:' names old, which is in another note, too; delete or correct it"),
        ("Old_one", "note first: ':was:' names Old_one, which is no id; delete or correct it"),
        ("old@nowhere", "note first: ':was:' names the chapter nowhere, which is none; delete or correct it"),
    ],
)
def test_an_old_address_that_leads_nowhere_is_told(small_book, was, message):
    told, _ = small_book(
        TWO + note(was=was) + note("second", gist="It is not.", text="Else {cite:p}`a-source`.")
    )
    assert told == [f"index.md:7: WARNING: {message}"]


def test_a_lemma_with_words_left_out_leads_to_all_its_parts(small_book):
    told, page = small_book(PASSAGE + note(lemma="from one … to other"), edition_commentary="a-source")
    assert told == [] and 'href="https://example.org/#:~:text=from%20one&amp;text=to%20other"' in page


def test_what_stands_around_the_passages_has_a_number_and_a_name(small_book):
    front = "```{passage} 0\nA title.\n```\n\n"
    told, page = small_book(front + PASSAGE + note(), edition_paratexts={0: "the title"})
    assert told == [] and '<span class="passage-number">The title</span>' in page
    told, _ = small_book(PASSAGE + note(), edition_paratexts={0: "the title"})
    assert any("passage 0 is in no chapter of _toc.yml; add ```{passage} 0```" in line for line in told)


def test_a_lemma_leads_to_the_words_at_the_publisher(small_book):
    told, page = small_book(PASSAGE + note(lemma="post-Soviet state, 'first'"), edition_commentary="a-source")
    assert told == [] and 'href="https://example.org/#:~:text=post%2DSoviet%20state%2C%20%27first%27"' in page


def test_a_book_without_the_address_of_its_text_has_no_such_links(small_book):
    _, page = small_book(PASSAGE + note())
    assert "to-original" not in page
