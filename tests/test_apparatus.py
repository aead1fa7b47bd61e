"""Passages, markers and notes: what a chapter shows, and what stops the build."""

import re

import pytest

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
    assert '<aside class="annotation" id="note-first" role="note" aria-label="Note 1.1" data-kind="correction" data-verdict="refined" data-passage="1" tabindex="-1">' in page
    assert 'id="marker-first" href="#note-first" role="doc-noteref" aria-label="note 1.1, correction">1</a>' in page
    assert 'href="#marker-first"' in page, "a note leads back to its marker"
    assert page.index('id="p1"') < page.index('id="note-first"') < page.index('id="note-second"'), "notes stand behind their passage in the order of its markers"


def note(id="first", lemma="the words of the original", kind="correction", verdict="refined", text="A note, after {cite:t}`a-source`.", term="", later=""):
    options = {"lemma": lemma, "kind": kind, "verdict": verdict, "term": term, "later": later}
    return f"```{{annotation}} {id}\n" + "".join(f":{name}: {value}\n" for name, value in options.items() if value) + text + "\n```\n\n"


PASSAGE = "```{passage} 1\nWords.{n}`first`\n```\n\n"

FAULTS = {
    "marker without a note": (PASSAGE, "index.md:4: WARNING: marker {n}`first` has no note of its own; write"),
    "note without a marker": (PASSAGE + note() + note("second"), "note second has no marker; put {n}`second` after"),
    "marker outside a passage": (PASSAGE + note() + "Text.{n}`other`", "marker {n}`other` stands outside a passage; move it into one"),
    "two markers for one note": ("```{passage} 1\nOne{n}`first` two.{n}`first`\n```\n\n" + note(), "marker {n}`first` has no note of its own"),
    "note twice": (PASSAGE + note() + note(), "note first stands twice in this chapter"),
    "note without a text": (PASSAGE + note(kind="context", verdict="", text=""), "index.md:7: WARNING: note first: no text"),
    "headword on another kind": (PASSAGE + note(term="Word"), "to this kind only"),
    "unknown kind": (PASSAGE + note(kind="remark"), "index.md:7: WARNING: note first: unknown kind 'remark'; use one of source, correction"),
    "unknown verdict": (PASSAGE + note(verdict="wrong"), "unknown verdict 'wrong'; use one of confirmed"),
    "no verdict": (PASSAGE + note(verdict=""), "a correction note needs a verdict"),
    "corrected source": (PASSAGE + note(kind="source", verdict="corrected"), "needs the kind correction"),
    "confirmed correction": (PASSAGE + note(verdict="confirmed"), "index.md:7: WARNING: note first: a statement that is confirmed needs no correction"),
    "verdict without a source": (PASSAGE + note(text="A note."), "a verdict needs a source"),
    "no lemma": (PASSAGE + note(lemma=""), "no lemma; add ':lemma:'"),
    "long lemma": (PASSAGE + note(lemma="one two three four five six seven eight nine"), "the lemma has 9 words; shorten it to at most 8"),
    "long note": (PASSAGE + note(text="word " * 81 + "{cite:t}`a-source`"), "the text has 81 words; shorten it to at most 80"),
    "term without a headword": (PASSAGE + note(kind="term", verdict=""), "add ':term:' with the headword"),
    "later than the text, but no context": (PASSAGE + note(later="2024-05-01"), "only a context note tells of later days"),
    "later, but no day": (PASSAGE + note(kind="context", verdict="", later="2024"), "':later:' is '2024'; write the last day that it tells of, like 2024-11-12"),
    "later, but before the end of the text": (PASSAGE + note(kind="context", verdict="", later="2022-11-30"), "later than 2022-11-30"),
    "two that tell what came after": (
        "```{passage} 1\nOne{n}`first` two.{n}`second`\n```\n\n" + note(kind="context", verdict="", later="2024-05-01") + note("second", kind="context", verdict="", later="2025-05-01"),
        "notes first and second both tell what came after passage 1; make them one"),
    "bad id": (PASSAGE + note("First_note"), "an id has lower-case letters, digits and hyphens only"),
    "unknown passage": ("```{passage} 2\nWords.\n```\n\n" + PASSAGE + note(), "passage '2': the commentary has passages 1 to 1"),
    "passage that is no number": ("```{passage} four\nWords.\n```\n\n" + PASSAGE + note(), "passage 'four': the commentary has passages"),
    "passage twice": (PASSAGE + note() + "```{passage} 1\nWords.\n```\n", "index.md:14: WARNING: passage 1 stands already in index, line 3"),
    "unknown source": (PASSAGE + note() + "{cite:p}`nobody`", "index.md:14: WARNING: source nobody is not in references.bib; add it there or correct the key"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_that_says_what_to_do(small_book, fault):
    text, expected = FAULTS[fault]
    told, _ = small_book(text)
    assert len([line for line in told if expected in line]) == 1, told
    assert len(told) <= 3, "one fault is not told in many ways"


def test_a_missing_passage_is_told(small_book):
    told, _ = small_book(PASSAGE + note(), passages=2)
    assert any("passage 2 is in no chapter of _toc.yml" in line for line in told)


def test_passages_out_of_order_are_told(small_book):
    told, _ = small_book(PASSAGE.replace("1", "2") + note() + "```{passage} 1\nWords.\n```\n", passages=2)
    assert any("passage 2 stands before passage 1" in line for line in told)


def test_a_term_is_in_the_glossary(small_book):
    told, page = small_book(PASSAGE + note(kind="term", verdict="", term="Head Word") + "```{glossary-of-notes}\n```\n")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert told == [] and len(ids) == len(set(ids)), "the copy in the glossary has no address of its own"
    assert '<dt id="term-first">Head Word' in page and "note 1.1</a>" in page


def test_notes_are_counted(small_book):
    told, page = small_book(PASSAGE + note() + "There are {count}`notes` notes, {count}`refined` of them refined.")
    assert told == [] and "There are 1 notes, 1 of them refined." in page


def test_a_count_of_nothing_known_is_told(small_book):
    told, _ = small_book(PASSAGE + note() + "{count}`remarks`")
    assert any("nothing is counted as 'remarks'" in line for line in told)


def test_an_unknown_era_is_told(small_book):
    told, _ = small_book(PASSAGE + note() + "```{era} bronze\n```\n")
    assert any("unknown era 'bronze'" in line for line in told)


def test_a_note_on_what_came_after_says_so(small_book):
    told, page = small_book(PASSAGE + note(kind="context", verdict="", later="2024-11-12"))
    assert told == [] and '<span class="note-kind">Context, later than the commentary (to 12 November 2024)</span>' in page


def test_a_lemma_leads_to_the_words_at_the_publisher(small_book):
    told, page = small_book(PASSAGE + note(lemma="post-Soviet state, 'first'"), edition_commentary="a-source")
    assert told == [] and 'href="https://example.org/#:~:text=post%2DSoviet%20state%2C%20%27first%27"' in page


def test_a_book_without_the_address_of_its_text_has_no_such_links(small_book):
    _, page = small_book(PASSAGE + note())
    assert "to-original" not in page
