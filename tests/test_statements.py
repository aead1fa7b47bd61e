"""The list of statements and the ledger."""

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import HTML, resource

from edition import load
from edition.apparatus.ledger import NOT_CONFIRMED, faults
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


PAGE = HTML / "chapters" / "is-it-so.html"
ROWS = "tr[id^=statement-]"
ORDER = (*NOT_CONFIRMED, "confirmed")


def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def ledger(book, browser, request):
    context = browser.new_context(java_script_enabled=request.param)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    yield page
    context.close()


def test_each_statement_is_in_the_ledger_what_is_not_confirmed_first(book):
    table, rows = load("statements"), parsed(PAGE).select(ROWS)
    order = table.sort_values("verdict", key=lambda given: given.astype(str).map(ORDER.index), kind="stable")
    assert [row["id"].removeprefix("statement-") for row in rows] == list(order["note"])
    assert [row["data-verdict"] for row in rows] == list(order["verdict"])
    for row, (_, told) in zip(rows, order.iterrows(), strict=True):
        note = PAGE.parent / row.th.a["href"].partition("#")[0]
        assert f'id="note-{told["note"]}"' in note.read_text(encoding="utf-8")
        assert len(row.select(".cited li a")) == len(told["source"].split())


def test_each_source_in_the_ledger_says_what_it_is(book):
    sources = parsed(PAGE).select(".cited a")
    assert sources and [one for one in sources if not one.select_one(".outlet-kind")] == []


def test_what_is_confirmed_is_folded_but_on_paper(ledger):
    verdicts = load("statements")["verdict"]
    shown = ledger.locator(f"{ROWS}:visible")
    assert shown.count() == (verdicts != "confirmed").sum()
    folds = [summary for summary in ledger.locator(".fold > summary").all_inner_texts()]
    assert sum(int(fold.split()[2]) for fold in folds) == (verdicts == "confirmed").sum()
    ledger.emulate_media(media="print")
    assert shown.count() == len(verdicts)


def test_a_statement_that_is_the_address_is_shown(ledger):
    row = ledger.locator(".fold tr[id^=statement-]").last
    ledger.goto(f"{PAGE.as_uri()}#{row.get_attribute('id')}")
    ledger.wait_for_function("document.querySelector(':target').getBoundingClientRect().height")
    assert row.evaluate("row => row.getBoundingClientRect().bottom <= innerHeight")


def test_a_fold_is_opened_where_the_browser_opens_none(book, browser):
    """As an older browser: an address that is pushed opens nothing by itself."""
    page = browser.new_page()
    page.goto(PAGE.as_uri())
    page.evaluate("""() => {
        const row = [...document.querySelectorAll(".fold tr[id^=statement-]")].at(-1);
        history.pushState(null, "", `#${row.id}`);
        dispatchEvent(new HashChangeEvent("hashchange"));
    }""")
    assert page.locator(".fold[open]").count() == 1
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".fold:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".fold[open]").count() == 1
    page.close()


def test_a_phone_shows_the_ledger_in_twelve_screens(book, browser):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(PAGE.as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") <= 12 * 844
    page.close()


def test_the_cover_counts_the_statements(book):
    (found,) = parsed(HTML / "index.html").select(".tally")
    verdicts = load("statements")["verdict"].value_counts()
    words = {"refined": "not exact", "corrected": "wrong"}
    for verdict, number in verdicts.items():
        assert len(found.select(f".tiles [data-verdict={verdict}]")) == number
        (link,) = found.select(f"a.verdict[data-verdict={verdict}]")
        assert link.text.startswith(f"{number} {words.get(verdict, verdict)}")
        group = parsed(PAGE).select_one(link["href"].removeprefix("chapters/is-it-so.html"))
        assert group.text.endswith(f": {number}")
    assert f"{verdicts.sum()} statements" in found.p.text


def test_the_ledger_can_be_had_as_a_file(book):
    assert (HTML / "data" / "statements.csv").read_text(encoding="utf-8").count("\n") == len(
        load("statements")
    ) + 1
    assert 'href="../data/statements.csv"' in (HTML / "chapters" / "is-it-so.html").read_text(
        encoding="utf-8"
    )
