"""annotations.jsonld: each MUST of the W3C's Web Annotation Data Model that applies.

And what the file says of the notes.

`web_annotation_musts.json` has the rules, each with its section of https://www.w3.org/TR/annotation-model/
and with a change that breaks it; `web_annotation_context.json` has the terms of
http://www.w3.org/ns/anno.jsonld that the file uses.
"""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from conftest import HTML
from jsonschema import Draft202012Validator
from pyld import jsonld

from edition.web.annotations import identifier

HERE = Path(__file__).parent
MUSTS = json.loads((HERE / "web_annotation_musts.json").read_text())
CONTEXT = json.loads((HERE / "web_annotation_context.json").read_text())
MOTIVATIONS = (
    "assessing bookmarking classifying commenting describing editing highlighting identifying linking "
    "moderating questioning replying tagging"
).split()
DEFINITIONS = {
    "iri": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"},
    "motivation": {"enum": MOTIVATIONS},
}
BASE = "https://example.org/book/annotations.jsonld"


@pytest.fixture(scope="module")
def found(book):
    return json.loads((HTML / "annotations.jsonld").read_text(encoding="utf-8"))


def parts(found):
    """Yield (what it is, part) for each part of the file to which a rule applies."""
    yield "collection", found
    yield "page", found["first"]
    for annotation in found["first"]["items"]:
        yield "annotation", annotation
        for resource in annotation["body"] + annotation["target"]:
            yield resource["type"], resource
            if selector := resource.get("selector"):
                yield "selector", selector
                yield selector["type"], selector


def holds(rule, part):
    return Draft202012Validator(rule["schema"] | {"$defs": DEFINITIONS}).is_valid(part)


@pytest.mark.parametrize("rule", MUSTS, ids=lambda rule: f"{rule['section']} {rule['must']}")
def test_a_must_holds_and_is_seen_to_fail(found, rule):
    there = [part for kind, part in parts(found) if kind == rule["of"]]
    assert there and all(holds(rule, part) for part in there)
    broken = {key: value for key, value in (there[0] | rule["broken"]).items() if value is not None}
    assert not holds(rule, broken)


def only_our_context(address, options):
    assert address == "http://www.w3.org/ns/anno.jsonld"
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": CONTEXT,
    }


def test_it_expands_and_nothing_is_lost(found):
    """JSON-LD drops a property whose name the context does not know, without a word.

    So each is counted before and after.
    """
    (expanded,) = jsonld.expand(found, {"base": BASE, "documentLoader": only_our_context})
    page = expanded["http://www.w3.org/ns/activitystreams#first"][0]
    items = page["http://www.w3.org/ns/activitystreams#items"][0]["@list"]
    assert len(items) == len(found["first"]["items"])
    for short, long in zip(found["first"]["items"], items, strict=True):
        assert len(short) == len(long) and len(short["body"]) == len(long["http://www.w3.org/ns/oa#hasBody"])
        for before, after in zip(
            short["body"] + short["target"],
            long["http://www.w3.org/ns/oa#hasBody"] + long["http://www.w3.org/ns/oa#hasTarget"],
            strict=True,
        ):
            assert len(before) == len(after), before


def test_each_note_is_there_once_with_its_words_and_its_place(found):
    items = found["first"]["items"]
    assert found["total"] == len(items) == len({item["id"] for item in items})
    notes = {}
    for page in HTML.glob("chapters/*.html"):
        text = page.read_text(encoding="utf-8")
        for name, kind, verdict, passage in re.findall(
            r'<li class="annotation content" id="note-([\w-]+)" data-kind="(\w+)" data-verdict="(\w*)" '
            r'data-passage="(\d+)"',
            text,
        ):
            notes[name] = (f"chapters/{page.name}", f"p{passage}", {tag for tag in (kind, verdict) if tag})
    told = []
    for item in items:
        words, tags = (
            [body["value"] for body in item["body"] if body.get("purpose") in ("commenting", "describing")],
            {body["value"] for body in item["body"] if body.get("purpose") == "tagging"},
        )
        *publisher, here = item["target"]
        assert len(words) == 1 and len(words[0].split()) > 5 and "glue" not in words[0]
        assert 1 <= sum(len(place["selector"]["exact"].split()) for place in publisher) <= 8
        told.append(
            (
                urljoin(BASE, here["source"]).removeprefix("https://example.org/book/"),
                here["selector"]["value"],
                frozenset(tags),
            )
        )
    assert sorted(told, key=str) == sorted(
        ((page, place, frozenset(tags)) for page, place, tags in notes.values()), key=str
    )


def test_a_source_that_does_not_exist_is_told_in_one_line(small_book):
    note = (
        "```{passage} 1\nWords.{n}`first`\n```\n\n```{annotation} first\n:lemma: words\n:kind: context\n"
        ":gist: It is so.\n"
        "A note {cite:p}`nobody`, {cite:p}`a-source`.\n```\n"
    )
    told, page = small_book(note, edition_commentary="a-source")
    assert len(told) == 1 and "source nobody is not in references.bib" in told[0] and page is None


def test_a_name_does_not_change_with_the_version_or_the_place():
    """Clients know a note by its id: it depends on the commentary's address and the note's name alone."""
    assert (
        identifier("https://example.org/text", "note-osce-chair")
        == "urn:uuid:ba02171d-7898-5116-9c15-c4dd5697f37f"
    )
