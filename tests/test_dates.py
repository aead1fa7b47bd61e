"""The days that notes name."""

import json
from datetime import date

import pytest
from conftest import resource

from edition.apparatus.days import days


def test_a_day_is_read_as_it_is_written():
    assert days("On 27\nMarch 2014 and on 11–12 February 2015; in May 2016; 9 January; ES-11/4 of 2022") == [
        date(2014, 3, 27),
        date(2015, 2, 11),
        date(2015, 2, 12),
    ]


FIELD = {"precision": "string", "symbol": "string"}
TABLES = {
    "events": (
        "date,until,precision\n2010-12-01,2010-12-02,day\n2012-01-01,,year\n2016-06-28,,day\n",
        ["date", "until", "precision"],
    ),
    "resolutions": ("symbol,date\nA/RES/68/262,2014-03-27\n", ["symbol", "date"]),
}


@pytest.fixture
def book_with(small_book, tmp_path):
    data = tmp_path / "source" / "data"
    data.mkdir(parents=True)
    resources = []
    for name, (text, columns) in TABLES.items():
        (data / f"{name}.csv").write_text(text)
        resources.append(resource(name, **{column: FIELD.get(column, "date") for column in columns}))
    (data / "datapackage.json").write_text(json.dumps({"resources": resources}))

    def build(first, second):
        notes = "".join(
            f"```{{annotation}} {name}\n:lemma: words\n:kind: context\n:gist: It is so in {name}.\n"
            f"{text} {{cite:p}}`a-source`.\n```\n\n"
            for name, text in [("first", first), ("second", second)]
        )
        return small_book("```{passage} 1\nWords{n}`first` and words.{n}`second`\n```\n\n" + notes)[0]

    return build


def test_days_of_the_tables_are_sound(book_with):
    assert (
        book_with(
            "The election was on 28 June 2016",
            "The summit was on 1–2 December 2010, the vote on 27 March 2014",
        )
        == []
    )


def test_two_notes_that_give_one_event_two_dates_are_told(book_with):
    assert book_with("The election was on 28 June 2016", "It was elected on 27 June 2016") == [
        "index.md:14: WARNING: note second names 27 June 2016, a day without an event in data/events.csv; "
        "correct it, or add the event"
    ]


def test_a_year_of_an_event_is_not_a_day(book_with):
    assert "1 January 2012" in book_with("From 1 January 2012", "Words")[0]


def test_a_day_that_no_calendar_has_is_told(book_with):
    assert "note first names a day that does not exist" in book_with("On 31 June 2016", "Words")[0]
