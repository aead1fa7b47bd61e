"""What every source must have."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import BIB

from edition.apparatus import archive

CHAPTER = (
    "```{passage} 1\nWords.{n}`first`\n```\n\n```{annotation} first\n:lemma: words\n:kind: context\n"
    "A note {cite:p}`a-source`.\n```\n"
)


@pytest.mark.parametrize("field", ["author", "title", "year", "url", "urldate"])
def test_a_source_that_lacks_something_is_told(small_book, field):
    bib = "\n".join(line for line in BIB.splitlines() if not line.strip().startswith(field + " "))
    told, _ = small_book(CHAPTER, bib=bib)
    assert any(
        line.startswith("references.bib:1: WARNING: source a-source lacks " + field) for line in told
    ), told


def test_an_unused_source_is_told_with_its_line(small_book):
    told, _ = small_book(CHAPTER, bib=BIB + "\n" + BIB.replace("a-source", "another"))
    assert told == [
        "references.bib:10: WARNING: no note and no table uses the source another; cite it or delete it"
    ]


def test_a_web_page_is_listed_with_its_address_and_the_day_it_was_read(small_book):
    _, page = small_book(CHAPTER)
    assert "(A Body, 2020)" in re.sub(r"<a [^>]*>|</a>", "", page)
    assert 'href="https://example.org/"' in page and "Read 23 November 2026." in page


@pytest.mark.parametrize("keywords", ["", "  keywords = {gossip},\n"])
def test_a_source_of_no_known_kind_is_told(small_book, keywords):
    told, _ = small_book(CHAPTER, bib=BIB.replace("  keywords = {official},\n", keywords))
    assert len(told) == 1 and "say what kind of witness it is: official, news, study, tertiary" in told[0]


VERDICT = CHAPTER.replace(":kind: context\n", ":kind: source\n:verdict: confirmed\n")
COPY_OF_IT = BIB.replace("official", "tertiary")


def test_a_verdict_for_which_only_copies_speak_is_told(small_book):
    told, _ = small_book(VERDICT, bib=COPY_OF_IT)
    assert told == [
        "index.md:7: WARNING: note first rests on copies and reference works alone; cite the body that "
        "acted, or the press of the day"
    ]


def test_a_copy_beside_a_witness_is_sound(small_book):
    two = VERDICT.replace("{cite:p}`a-source`", "{cite:p}`a-source,another`")
    told, _ = small_book(
        two, bib=COPY_OF_IT + "\n" + BIB.replace("a-source", "another").replace("A title", "Another title")
    )
    assert told == []


def test_sources_of_one_author_and_year_are_told_apart(small_book):
    two = CHAPTER.replace("{cite:p}`a-source`", "{cite:p}`a-source` and {cite:p}`another`")
    _, page = small_book(
        two, bib=BIB + "\n" + BIB.replace("a-source", "another").replace("A title", "Another title")
    )
    text = re.sub(r"<[^>]*>", "", page)
    assert "(A Body, 2020a) and (A Body, 2020b)" in text and "2020a. Read" in text and "2020b. Read" in text


def test_a_date_of_reading_that_is_none_is_told(small_book):
    told, _ = small_book(CHAPTER, bib=BIB.replace("2026-11-23", "yesterday"))
    assert any(
        "references.bib:1: WARNING: source a-source: urldate is 'yesterday'; write it like 2026-11-23" in line
        for line in told
    )


COPY = (
    "  urldate = {2026-11-23},\n  archiveurl = "
    "{https://web.archive.org/web/20200102030405/https://example.org/},\n  archivedate = {2020-01-02},\n"
)
ARCHIVED = BIB.replace("  urldate = {2026-11-23},\n", COPY)


def test_a_link_to_a_source_is_robust(small_book):
    _, page = small_book(CHAPTER, bib=ARCHIVED)
    assert (
        '<a class="reference external" href="https://example.org/" data-originalurl="https://example.org/" '
        'data-versionurl="https://web.archive.org/web/20200102030405/https://example.org/" '
        'data-versiondate="2020-01-02">'
    ) in page
    assert (
        '<a class="archived" href="https://web.archive.org/web/20200102030405/https://example.org/">copy of '
        "2 January 2020</a>" in page
    )


def test_a_source_without_an_archived_copy_says_when_it_was_read_and_where_to_look(small_book):
    _, page = small_book(CHAPTER)
    assert (
        'data-originalurl="https://example.org/" data-versiondate="2026-11-23">' in page
        and "data-versionurl" not in page
    )
    assert (
        '<a class="archived" href="https://web.archive.org/web/20261123/https://example.org/" '
        'aria-label="Look for an archived copy">copy?</a>' in page
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  archivedate = {2020-01-02},\n", "", "archiveurl and archivedate belong together"),
        (
            "archivedate = {2020-01-02}",
            "archivedate = {2020-01-03}",
            "archivedate is 2020-01-03, but archiveurl says 20200102",
        ),
        (
            "405/https://example.org/",
            "405/https://example.com/",
            "it must be an https address that ends with the source's own",
        ),
        ("{https://web", "{http://web", "it must be an https address that ends with the source's own"),
    ],
)
def test_an_archived_copy_that_is_none_is_told(small_book, old, new, message):
    assert old in ARCHIVED
    told, _ = small_book(CHAPTER, bib=ARCHIVED.replace(old, new))
    assert (
        len(told) == 1
        and told[0].startswith("references.bib:1: WARNING: source a-source: ")
        and message in told[0]
    )


@pytest.fixture
def archive_service():
    """A stand-in for the archive's service: has a copy of https://example.org/ alone, and breaks off at https://example.net/."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            if query["url"] == ["https://example.net/"]:
                self.send_error(503)
                return
            there = query == {"url": ["https://example.org/"], "timestamp": ["20261123"]}
            closest = {
                "available": True,
                "status": "200",
                "timestamp": "20200102030405",
                "url": "http://web.archive.org/web/20200102030405/https://example.org/",
            }
            self.send_response(200)
            self.end_headers()
            self.wfile.write(
                json.dumps({"archived_snapshots": {"closest": closest} if there else {}}).encode()
            )

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/available"
    server.shutdown()


def test_missing_copies_are_looked_for_and_written_beside_their_source(tmp_path, archive_service, capsys):
    path = tmp_path / "references.bib"
    path.write_text(BIB + "\n" + BIB.replace("a-source", "another").replace("example.org", "example.com"))
    archive.main(path, archive_service, pause=0)
    assert path.read_text() == ARCHIVED + "\n" + BIB.replace("a-source", "another").replace(
        "example.org", "example.com"
    )
    assert capsys.readouterr().out == "1 copies were found, 1 sources have none.\n"
    assert archive.without_copy(path) == ["another"]


def test_an_archive_that_does_not_answer_loses_nothing(tmp_path, archive_service):
    path = tmp_path / "references.bib"
    path.write_text(BIB + "\n" + BIB.replace("a-source", "another").replace("example.org", "example.net"))
    with pytest.raises(SystemExit, match=r"did not answer .*1 copies were found so far"):
        archive.main(path, archive_service, pause=0)
    assert path.read_text().startswith(ARCHIVED)
