"""Who and what: the people, the memberships and the figures of a country, and what the page makes of them."""

import csv
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import HTML, ROOT

from edition.apparatus import people, profile

CHAPTERS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.md")}
PAGE = HTML / "chapters" / "who-and-what.html"


def rows(name):
    with open(ROOT / "data" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fenced(kind):
    """Return {first word after the name of a directive: its text without citations} of all chapters."""
    found = {}
    for text in CHAPTERS.values():
        for name, inside in re.findall(rf"^```\{{{kind}\}} (\S+)\n(.*?)^```$", text, re.M | re.S):
            found[name] = re.sub(r"\{[\w:]+\}`[^`]*`", "", inside)
    return found


@pytest.mark.parametrize("row", rows("people"), ids=lambda row: row["called"])
def test_each_note_that_is_told_of_a_person_names_that_person(row):
    notes = fenced("annotation")
    for note in row["notes"].split():
        assert re.search(rf"\b{row['called']}\b", notes[note]), note


def test_those_in_the_commentary_are_those_whom_a_passage_names():
    passages = " ".join(fenced("passage").values())
    for row in rows("people"):
        named = re.search(rf"\b{row['called']}\b", passages) is not None
        assert named == (row["group"] == "in the commentary"), row["person"]
    groups = [row["group"] for row in rows("people")]
    assert groups.count("in the commentary") == 7, "six people and the author"


def test_a_person_is_called_by_a_part_of_the_name():
    for row in rows("people"):
        assert row["called"] in row["person"]


def note(id, text, gist="", lemma=""):
    return SimpleNamespace(id=id, text=text, gist=gist, lemma=lemma, passage=1, number=1)


def test_a_note_that_is_not_there_or_names_another_is_told():
    rows = {"Xi": "visit", "Zas": "visit gone", "Rahmon": "talk", "Michel": "lunch"}
    table = pd.DataFrame({"called": rows.keys(), "notes": rows.values()})
    others = note("talk", "So it was.", gist="Rahmon spoke."), note("lunch", "It was.", lemma="Michel came")
    found = list(people.faults(table, [note("visit", "Xinhua wrote of Zas."), *others]))
    assert found == [
        (2, "note visit does not name Xi; take it out of the row, or correct called"),
        (3, "there is no note gone; correct notes"),
    ]


@pytest.mark.parametrize(
    "since, until, said",
    [(1990, 2019, "1990–2019"), (2019, pd.NA, "from 2019"), (pd.NA, pd.NA, ""), (pd.NA, 2019, "")],
)
def test_years_of_an_office(since, until, said):
    assert people.years(since, until) == said


def test_a_date_is_said_as_exactly_as_it_is_known():
    days = ["2021-09-01", "2022-01", "2009"]
    assert list(map(profile.when, days)) == ["1 September 2021", "January 2022", "2009"]


def test_the_page_counts_the_notes_that_name_a_person():
    html = PAGE.read_text(encoding="utf-8")
    page = re.sub(r"<[^>]+>", "", html)
    notes = fenced("annotation")
    for row in rows("people"):
        naming = [name for name, text in notes.items() if re.search(rf"\b{row['called']}\b", text)]
        more = len(naming) - len(row["notes"].split())
        said = re.search(rf"{re.escape(row['person'])}, [^·]*?(Notes? [\d., ]+?)( and (\d+) more)? · ", page)
        assert said and int(said[3] or 0) == more, row["person"]
        assert said[1].startswith("Notes ") == (len(naming) > 1)
        links = html.partition(f"<strong>{row['person']}</strong>")[2].partition("</dd>")[0]
        assert sorted(re.findall(r"#note-([\w-]+)", links)) == sorted(row["notes"].split()), row["person"]


def test_the_page_has_each_figure_of_the_country():
    page = re.sub(r"<[^>]+>|,", "", PAGE.read_text(encoding="utf-8"))  # 19,186,015 as it stands in the table
    for row in rows("country"):
        figure = f"{row['value']} {row['unit']} {row['measure']}".replace(",", "")
        assert figure in page, figure


def test_the_memberships_are_those_of_the_states():
    day = "2022-10-12"  # of the table of states
    for state in rows("states"):
        if state["iso3"] in {"KAZ", "KGZ", "TJK", "TKM", "UZB"}:
            for body in ("CIS", "CSTO", "EAEU", "SCO"):
                inside = any(
                    row["body"] == body and row["iso3"] == state["iso3"] and row["status"] == "member"
                    for row in rows("memberships")
                    if row["since"] <= day and not (row["until"] and row["until"] <= day)
                )
                assert inside == (state[body.lower()] == "true"), (state["iso3"], body)


def test_kazakhstan_chairs_a_body_only_when_it_is_in():
    since = {row["body"]: row["since"] for row in rows("memberships") if row["iso3"] == "KAZ"}
    bodies = {row["body"] for row in rows("memberships")}  # of others the table does not tell
    for row in rows("chairs"):
        assert row["body"] not in bodies or since[row["body"]] <= row["date"], row


def test_the_page_is_light():
    assert PAGE.stat().st_size < 130_000
