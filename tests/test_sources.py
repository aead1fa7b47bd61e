"""What every source must have."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import BIB, resource

from edition.apparatus import archive

CHAPTER = (
    "```{passage} 1\nWords.{n}`first`\n```\n\n```{annotation} first\n:lemma: words\n:kind: context\n"
    ":gist: It is so.\n"
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


VERDICT = CHAPTER.replace(":kind: context\n", ":kind: check\n:verdict: confirmed\n")
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


def both(bib, **other):
    """Return a list of two sources: `bib` and one that differs from it in its key and in `other`."""
    another = bib.replace("a-source", "another")
    for old, new in {"A title": "Another title", **other}.items():
        another = another.replace(old, new)
    return f"{bib}\n{another}"


TWO = CHAPTER.replace("{cite:p}`a-source`", "{cite:p}`another,a-source`")
PRESS = BIB.replace("official", "news").replace("year = {2020}", "year = {2020}, month = may, day = {4}")


def test_sources_of_one_author_and_year_are_told_apart(small_book):
    _, page = small_book(TWO, bib=both(BIB))
    text = re.sub(r"<[^>]*>", "", page)
    assert "(A Body, 2020a; A Body, 2020b)" in text and "2020a. Read" in text and "2020b. Read" in text


def test_the_press_is_cited_with_its_day(small_book):
    _, page = small_book(CHAPTER, bib=PRESS)
    assert "(A Body, 4 May 2020)" in re.sub(r"<[^>]*>", "", page)


def test_the_press_of_one_day_is_told_apart_by_titles(small_book):
    _, page = small_book(TWO, bib=both(PRESS))
    text = re.sub(r"<[^>]*>", "", page)
    assert "(A Body, 4 May 2020, “A title …”; A Body, 4 May 2020, “Another title …”)" in text


def test_persons_and_bodies_stand_in_one_alphabet_each_at_its_own_address(small_book):
    _, page = small_book(
        TWO, bib=both(BIB, **{"{{A Body}}": "{Élan, Ada}"}).replace("{{A Body}}", "{{Foreign Office}}")
    )
    listed = re.findall(r'<li id="(cite-[\w-]+)"', page)
    assert listed == ["cite-another", "cite-a-source"], "É is an E, and a body is no person"


def test_a_title_says_its_language_and_an_author_the_original_name(small_book):
    fields = "  langid = {russian},\n  origauthor = {Тело},\n  via = {Another Site},\n}"
    _, page = small_book(CHAPTER, bib=BIB.removesuffix("}\n") + fields)
    assert '<span lang="ru">A title</span></a>' in page
    text = re.sub(r"<[^>]*>", "", page)
    assert "A Body [Тело]." in text and "Republished by Another Site. In Russian." in text


def test_an_unknown_language_is_told(small_book):
    told, _ = small_book(CHAPTER, bib=BIB.removesuffix("}\n") + "  langid = {martian},\n}")
    assert len(told) == 1 and "source a-source: unknown langid 'martian'; use one of armenian" in told[0]


OUTLETS = "outlet,country,kind,independent,about,source\n"
A_BODY = "A Body,GBR,state press,,owned by a state,\n"


@pytest.fixture
def with_outlets(small_book, tmp_path):
    data = tmp_path / "source" / "data"
    data.mkdir(parents=True)
    columns = dict.fromkeys(OUTLETS.strip().split(","), "string")
    table = resource("outlets", **columns)
    table["schema"]["fields"][-1]["format"] = "uri"
    (data / "datapackage.json").write_text(json.dumps({"resources": [table]}))

    def build(rows, bib=BIB):
        (data / "outlets.csv").write_text(OUTLETS + rows)
        return small_book(CHAPTER, bib=bib)

    return build


def test_a_note_says_what_each_source_is(with_outlets):
    told, page = with_outlets(A_BODY)
    assert told == [] and "(A Body, 2020, state press)" in re.sub(r"<[^>]*>", "", page)


def test_press_that_a_state_pays_but_does_not_direct_is_told_apart(with_outlets):
    _, page = with_outlets(A_BODY.replace(",,owned", ",yes,owned"))
    assert "(A Body, 2020, state-funded press)" in re.sub(r"<[^>]*>", "", page)


def test_an_article_names_its_outlet_and_who_republished_it(with_outlets):
    by = BIB.replace("{{A Body}}", "{Élan, Ada}").removesuffix("}\n")
    more = "  organization = {A Body},\n  via = {Elsewhere},\n  translation = {machine},\n}"
    told, page = with_outlets(A_BODY, by + more)
    cited = "(Élan, 2020, A Body, state press, republished, machine translation)"
    assert told == [] and cited in re.sub(r"<[^>]*>", "", page)


def test_an_outlet_that_is_not_in_the_table_is_told(with_outlets):
    told, _ = with_outlets(A_BODY.replace("A Body", "Another"))
    assert told == [
        "references.bib:1: WARNING: source a-source: its outlet 'A Body' is not in data/outlets.csv; add it "
        "there with its kind, or correct it",
        "data/outlets.csv:2: WARNING: no source is of the outlet Another; delete the row, or correct the "
        "name",
    ]


def test_a_source_without_an_outlet_is_told_with_its_line(with_outlets):
    told, _ = with_outlets(
        "", "\n" + BIB.replace("{{A Body}}", "{Élan, Ada}").replace("@misc{a", "@misc{\n  a")
    )
    assert told == ["references.bib:2: WARNING: source a-source names no outlet; add 'organization'"]


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
