"""What every source must have."""

import re

import pytest
from conftest import BIB

CHAPTER = "```{passage} 1\nWords.{n}`first`\n```\n\n```{annotation} first\n:lemma: words\n:kind: context\nA note {cite:p}`a-source`.\n```\n"


@pytest.mark.parametrize("field", ["author", "title", "year", "url", "urldate"])
def test_a_source_that_lacks_something_is_told(small_book, field):
    bib = "\n".join(line for line in BIB.splitlines() if not line.strip().startswith(field + " "))
    told, _ = small_book(CHAPTER, bib=bib)
    assert any(line.startswith("references.bib:1: WARNING: source a-source lacks " + field) for line in told), told


def test_an_unused_source_is_told_with_its_line(small_book):
    told, _ = small_book(CHAPTER, bib=BIB + "\n" + BIB.replace("a-source", "another"))
    assert told == ["references.bib:9: WARNING: no note and no table uses the source another; cite it or delete it"]


def test_a_web_page_is_listed_with_its_address_and_the_day_it_was_read(small_book):
    _, page = small_book(CHAPTER)
    assert "(A Body, 2020)" in re.sub(r"<a [^>]*>|</a>", "", page)
    assert 'href="https://example.org/"' in page and "Read 23 November 2026." in page


def test_sources_of_one_author_and_year_are_told_apart(small_book):
    two = CHAPTER.replace("{cite:p}`a-source`", "{cite:p}`a-source` and {cite:p}`another`")
    _, page = small_book(two, bib=BIB + "\n" + BIB.replace("a-source", "another").replace("A title", "Another title"))
    text = re.sub(r"<[^>]*>", "", page)
    assert "(A Body, 2020a) and (A Body, 2020b)" in text and "2020a. Read" in text and "2020b. Read" in text


def test_a_date_of_reading_that_is_none_is_told(small_book):
    told, _ = small_book(CHAPTER, bib=BIB.replace("2026-11-23", "yesterday"))
    assert any("references.bib:1: WARNING: source a-source: urldate is 'yesterday'; write it like 2026-11-23" in line for line in told)
