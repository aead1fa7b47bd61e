"""What each page says of itself to machines.

It parses, agrees with itself, and uses words that the vocabularies have.
"""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest
from conftest import HTML, ROOT, faulty, pages

from edition.citing import metadata
from edition.citing.cff import read
from edition.web import repository

CFF = read(ROOT / "CITATION.cff")
# of https://schema.org: the types that the book uses, and of each the properties that it may have there
# (its own, or of CreativeWork and Thing)
THING = {"@type", "@id", "name", "description", "url"}
WORK = THING | {
    "author",
    "version",
    "datePublished",
    "inLanguage",
    "license",
    "abstract",
    "isBasedOn",
    "hasPart",
    "isPartOf",
    "publisher",
    "position",
    "creator",
    "isAccessibleForFree",
}
VOCABULARY = {
    "Book": WORK | {"bookEdition"},
    "Chapter": WORK,
    "Article": WORK,
    "Organization": THING,
    "Person": THING,
    "Dataset": WORK | {"distribution", "variableMeasured"},
    "DataDownload": WORK | {"contentUrl", "encodingFormat"},
}


class Head(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.meta, self.coins, self.inside, script = [], [], False, []
        self.handle_data = lambda data: script.append(data) if self.inside else None
        self.feed(text)
        self.linked = json.loads("".join(script) or "null")

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            self.meta.append((name, found["content"]))
        if tag == "span" and found.get("class") == "Z3988":
            self.coins.append(found["title"])
        self.inside = tag == "script" and found.get("type") == "application/ld+json"

    def one(self, name):
        (value,) = [content for other, content in self.meta if other == name]
        return value


@pytest.fixture(scope="module")
def heads():
    described = [page for page in pages() if not page.startswith("cite/") and page != "search.html"]
    return {page: Head((HTML / page).read_text(encoding="utf-8")) for page in described}


def things(node):
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from things(part)


def unknown(graph):
    """Return what schema.org does not have in this graph."""
    return [
        (one.get("@type"), name)
        for one in things(graph)
        for name in (
            []
            if set(one) <= VOCABULARY.get(one.get("@type"), set())
            else set(one) - VOCABULARY.get(one.get("@type"), set()) or {"@type"}
        )
    ]


def disagreements(page, head):
    """What a page says of itself in more than one way, where the ways differ: {what: {ways}}."""
    whole = page == "index.html"
    first = head.linked["@graph"][0]
    book = first if whole else first["isPartOf"]
    title = re.search(r"<title>([^<]*)", (HTML / page).read_text(encoding="utf-8"))[1]
    said = {
        "vocabulary": {
            head.linked["@context"],
            "https://schema.org",
            *map(str, unknown(head.linked["@graph"])),
        },
        "title": {head.one("citation_title"), head.one("DC.title"), head.one("og:title"), first["name"]},
        "author": {
            head.one("citation_author"),
            head.one("DC.creator"),
            first["author"][0]["name"],
            CFF["authors"][0]["name"],
        },
        "date": {
            head.one("citation_publication_date").replace("/", "-"),
            head.one("DC.date"),
            first["datePublished"],
            CFF["date-released"].isoformat(),
        },
        "description": {head.one("og:description"), head.one("description"), first["description"]},
        "book": {(book["@type"], book["name"], book["version"]), ("Book", CFF["title"], CFF["version"])},
    }
    if not whole:
        said["book's title"] = {
            book["name"],
            *map(head.one, ("citation_inbook_title", "citation_book_title", "DC.relation.isPartOf")),
        }
        if first["name"].replace("'", "’") not in title.replace("'", "’"):
            said["title of the window"] = {title, first["name"]}
    return {what: ways for what, ways in said.items() if len(ways) > 1}


def test_each_page_agrees_with_itself(heads):
    assert faulty(lambda page: disagreements(page, heads[page]), heads) == {}


def test_no_two_pages_have_the_same_description():
    assert (
        max(
            Counter(
                Head((HTML / page).read_text(encoding="utf-8")).one("description") for page in pages()
            ).values()
        )
        == 1
    )


def test_each_passage_is_an_openurl_object(heads):
    found = [parse_qs(title, strict_parsing=True) for head in heads.values() for title in head.coins]
    assert sorted(int(one["rft.atitle"][0].split()[-1]) for one in found) == list(range(13))
    work = CFF["references"]
    for one in found:
        assert (
            one["ctx_ver"] == ["Z39.88-2004"]
            and one["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:book"]
            and one["rft.genre"] == ["bookitem"]
        )
        assert (
            one["rft.aulast"] == [work["authors"][0]["family-names"]]
            and one["rft.atitle"][0].startswith(work["title"])
            and one["rft.btitle"] == [CFF["title"]]
        )


def test_each_table_is_a_dataset_with_its_download(heads):
    datasets = [
        one for one in heads["chapters/data-dictionary.html"].linked["@graph"] if one["@type"] == "Dataset"
    ]
    described = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert [one["name"] for one in datasets] == [table["title"] for table in described]
    for one, table in zip(datasets, described, strict=True):
        assert (
            one["license"].startswith("https://")
            and (HTML / "data" / one["distribution"][0]["name"]).read_bytes()
            == (ROOT / "data" / table["path"]).read_bytes()
        )


def test_words_that_the_vocabulary_lacks_are_found():
    assert unknown([{"@type": "Book", "name": "A", "colour": "red"}]) == [("Book", "colour")]
    assert unknown([{"@type": "Tome"}]) == [("Tome", "@type")]


def test_with_an_address_all_say_it():
    site = "https://example.org/book/"
    said = dict(
        (name, content)
        for _, name, content in metadata.tags(
            CFF, site, "A chapter", "About.", f"{site}chapters/a.html", False
        )
    )
    assert said["citation_public_url"] == said["DC.identifier"] == said["og:url"] == f"{site}chapters/a.html"
    assert (
        metadata.chapter(CFF, site, "A", "About.", f"{site}chapters/a.html", 3)["url"]
        == f"{site}chapters/a.html"
    )
    assert f"rft_id={'https%3A%2F%2Fexample.org%2Fbook%2Fchapters%2Fa.html%23p4'}" in metadata.coins(
        CFF, site, 4, "chapters/a.html"
    )
    assert metadata.dataset(
        CFF, site, "votes", json.loads((ROOT / "data" / "datapackage.json").read_text())["resources"][0]
    )["distribution"][0]["contentUrl"].startswith(f"{site}data/")


@pytest.mark.parametrize(
    ("address", "told", "expected"),
    [
        ("https://github.com/Owner/Repo", "", "https://owner.github.io/Repo/"),
        ("https://github.com/owner/owner.github.io", "", "https://owner.github.io/"),
        ("https://gitlab.com/owner/repo", "", None),
        ("https://gitlab.com/owner/repo", "https://book.example.org", "https://book.example.org/"),
        ("https://github.com/Owner/Repo", "https://book.example.org/", "https://book.example.org/"),
    ],
)
def test_where_the_book_is_published(monkeypatch, address, told, expected):
    monkeypatch.setenv("BOOK_ADDRESS", told)
    assert repository.site(address) == expected
