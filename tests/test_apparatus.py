"""Passages, markers and notes: what a chapter shows, and what stops the build."""

import re

GOOD = """```{passage} 1
Words{n}`first` and more words.{n}`second`
```

```{annotation} second
:lemma: more words
:kind: context
A second note.
```

```{annotation} first
:lemma: the words of the original
:kind: correction
:verdict: refined
A first note, after {cite:t}`a-source`.
```
"""


def test_a_sound_chapter_builds_without_a_warning(small_book):
    told, page = small_book(GOOD)
    assert told == []
    assert '<section class="passage" id="p1"' in page
    assert (
        '<aside class="annotation" id="note-first" role="note" aria-label="Note 1.1" data-kind="correction" '
        'data-verdict="refined" data-passage="1" tabindex="-1">' in page
    )
    assert (
        'id="marker-first" href="#note-first" role="doc-noteref" aria-label="note 1.1, correction">1</a>'
        in page
    )
    assert 'href="#marker-first"' in page, "a note leads back to its marker"
    assert page.index('id="p1"') < page.index('id="note-first"') < page.index('id="note-second"'), (
        "notes stand behind their passage in the order of its markers"
    )


def note(
    id="first",
    lemma="the words of the original",
    kind="correction",
    verdict="refined",
    text="A note, after {cite:t}`a-source`.",
    term="",
    later="",
):
    options = {"lemma": lemma, "kind": kind, "verdict": verdict, "term": term, "later": later}
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
        "index.md:14: WARNING: passage 1 stands already in index, line 3; rename or delete one of the two"
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


def test_a_note_on_what_came_after_says_so(small_book):
    told, page = small_book(PASSAGE + note(kind="context", verdict="", later="2024-11-12"))
    assert (
        told == []
        and '<span class="note-kind">Context, later than the commentary (to 12 November 2024)</span>' in page
    )


def test_a_lemma_leads_to_the_words_at_the_publisher(small_book):
    told, page = small_book(PASSAGE + note(lemma="post-Soviet state, 'first'"), edition_commentary="a-source")
    assert told == [] and 'href="https://example.org/#:~:text=post%2DSoviet%20state%2C%20%27first%27"' in page


def test_a_book_without_the_address_of_its_text_has_no_such_links(small_book):
    _, page = small_book(PASSAGE + note())
    assert "to-original" not in page
