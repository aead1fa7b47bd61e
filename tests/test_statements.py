"""The list of statements and the ledger."""

import json

import pandas as pd
import pytest
from conftest import HTML, resource

from edition import load
from edition.apparatus.ledger import faults
from edition.domain import Note

COLUMNS = ["passage", "statement", "type", "weight", "note", "verdict", "finding", "source"]


def note(id, passage=1, number=1, verdict="confirmed", sources=("a",), then=None):
    told = {"kind": "check", "lemma": "words", "gist": "So it is.", "term": "", "was": (), "text": "A text."}
    then = sources if then is None else then
    return Note("index", 7, id, passage, number, verdict=verdict, sources=sources, sources_then=then, **told)


def row(note="first", passage=1, verdict="confirmed", finding="So it is.", source="a", type="what"):
    return [passage, "It is so.", type, "substantial", note, verdict, finding, source]


def told(rows, notes):
    return [
        (number, other and other.id, message)
        for number, other, message in faults(pd.DataFrame(rows, columns=COLUMNS), notes)
    ]


def test_a_list_that_agrees_with_the_notes_has_no_fault():
    assert (
        told(
            [row(), row("second", verdict="refined", source="b a")],
            [
                note("first"),
                note("second", number=3, verdict="refined", sources=("a", "b")),
                note("third", number=2, verdict=""),
            ],
        )
        == []
    )


@pytest.mark.parametrize(
    ("rows", "notes", "expected"),
    [
        (
            [],
            [note("first")],
            (
                None,
                "first",
                "note first has a verdict, but its statement is not in data/statements.csv; add it there",
            ),
        ),
        (
            [row()],
            [],
            (2, None, "the statement has no note first with a verdict; write it, or delete the row"),
        ),
        (
            [row()],
            [note("first", verdict="")],
            (2, None, "the statement has no note first with a verdict; write it, or delete the row"),
        ),
        (
            [row(passage=2)],
            [note("first")],
            (2, None, "first is a note on passage 1, not 2; correct the row"),
        ),
        (
            [row()],
            [note("first", verdict="open")],
            (2, None, "first is confirmed here and open in its note; correct one of the two"),
        ),
        (
            [row(source="a c")],
            [note("first", sources=("a", "b"))],
            (2, None, "first names other sources than its note; write a b"),
        ),
        (
            [row(finding="Not quite.")],
            [note("first")],
            (2, None, "the finding of first is not the gist of its note; write So it is."),
        ),
        (
            [row()],
            [note("first", then=())],
            (
                None,
                "first",
                "note first: its verdict rests on what was known later; cite a source of the time "
                "outside {later}, or take the verdict away",
            ),
        ),
        (
            [row("second"), row()],
            [note("first"), note("second", number=2)],
            (3, None, "note 1.1 comes after 1.2; sort the rows as the notes are"),
        ),
    ],
)
def test_a_disagreement_is_one_line_that_says_what_to_do(rows, notes, expected):
    assert told(rows, notes) == [expected]


TABLE = {
    "resources": [
        resource("statements", **{name: "integer" if name == "passage" else "string" for name in COLUMNS})
    ]
}


def test_a_forecast_may_be_judged_by_what_came_later():
    assert told([row(type="forecast")], [note("first", then=())]) == []


def test_the_build_tells_where_list_and_notes_disagree(small_book, tmp_path):
    data = tmp_path / "source" / "data"
    data.mkdir(parents=True)
    (data / "datapackage.json").write_text(json.dumps(TABLE))
    (data / "statements.csv").write_text(
        f"{','.join(COLUMNS)}\n1,It is so.,what,trivial,gone,confirmed,So it is.,a-source\n"
    )
    found, _ = small_book(
        "```{passage} 1\nWords.{n}`first`\n```\n\n```{annotation} first\n:lemma: words\n:kind: check\n"
        ":verdict: confirmed\n:gist: It is so.\nSo it is {cite:p}`a-source`.\n```\n"
    )
    assert found == [
        "data/statements.csv:2: WARNING: the statement has no note gone with a verdict; write it, or delete "
        "the row",
        "index.md:7: WARNING: note first has a verdict, but its statement is not in data/statements.csv; add "
        "it there",
    ]


@pytest.fixture
def ledger(book, browser):
    page = browser.new_page()
    page.goto((HTML / "chapters" / "is-it-so.html").as_uri())
    yield page
    page.close()


def shown(page):
    return page.locator("tr[id^=statement-]:visible").count()


def test_each_statement_is_in_the_ledger_with_its_note_and_its_sources(ledger):
    table = load("statements")
    rows = ledger.locator("tr[id^=statement-]")
    assert [
        name.removeprefix("statement-") for name in rows.evaluate_all("rows => rows.map(row => row.id)")
    ] == list(table["note"])
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.verdict)") == list(table["verdict"])
    assert min(rows.evaluate_all("rows => rows.map(row => row.querySelectorAll('.cited a').length)")) >= 1
    targets = rows.evaluate_all("rows => rows.map(row => row.querySelector('th a').getAttribute('href'))")
    pages = {
        name: (HTML / "chapters" / name).read_text(encoding="utf-8")
        for name in {target.split("#")[0] for target in targets}
    }
    assert all(f'id="{target.split("#")[1]}"' in pages[target.split("#")[0]] for target in targets)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_ledger_is_filtered_by_verdict_and_type_with_the_keyboard(book, browser, javascript):
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto((HTML / "chapters" / "is-it-so.html").as_uri())
    table = load("statements")
    whats = (table["type"] == "what").sum()
    assert shown(page) == len(table) and 0 < whats < len(table)
    page.get_by_role("checkbox", name="confirmed").focus()
    page.keyboard.press("Space")
    assert shown(page) == (table["verdict"] != "confirmed").sum()
    page.keyboard.press("Space")
    for _ in range(table["verdict"].nunique()):
        page.keyboard.press("Tab")  # from the verdicts to the first type: what
    page.keyboard.press("Space")
    assert shown(page) == len(table) - whats
    page.emulate_media(media="print")
    assert shown(page) == len(table), "on paper nothing is left out"
    context.close()


def test_the_ledger_can_be_had_as_a_file(book):
    assert (HTML / "data" / "statements.csv").read_text(encoding="utf-8").count("\n") == len(
        load("statements")
    ) + 1
    assert 'href="../data/statements.csv"' in (HTML / "chapters" / "is-it-so.html").read_text(
        encoding="utf-8"
    )
