"""The tables: what they hold, and what stops the build when one of them is wrong."""

import csv
import json
import shutil

import pytest
from conftest import ROOT
from frictionless import Package

from edition import checks, tables
from edition.tables import TableError, load, package

DATA = ROOT / "data"


def test_the_tables_have_no_fault():
    assert list(checks.faults(11)) == []


def test_the_data_package_is_what_it_says():
    report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_every_table_says_where_it_comes_from():
    for name, table in package().items():
        assert table["title"] and table["description"] and table["sources"] and table["licenses"], name
        assert all(field["description"] for field in table["schema"]["fields"]), name
        assert (DATA / table["path"]).is_file()
    assert {table["path"] for table in package().values()} == {path.name for path in DATA.glob("*.csv")}


@pytest.fixture
def spoilt(tmp_path):
    """Return a function that copies the tables, changes one of them, and returns the faults."""

    def spoil(table, change):
        folder = tmp_path / "data"
        shutil.copytree(DATA, folder)
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return [(file, line, message) for file, line, message in checks.faults(11, folder)]

    return spoil


def put(row, column, value):
    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


def swap(rows):
    rows[2], rows[3] = rows[3], rows[2]


FAULTS = {
    "column renamed": ("events", put(0, "kind", "type"), "data/events.csv", 1, "datapackage.json expects"),
    "unknown kind": ("events", put(5, "kind", "partying"), "data/events.csv", 6, "kind is 'partying'; it must be one of hosting"),
    "no date": ("events", put(5, "date", "12 October"), "data/events.csv", 6, "it must be a date like 2022-10-12"),
    "cell empty": ("events", put(5, "title", ""), "data/events.csv", 6, "title is ''; it must be filled in"),
    "passage that is none": ("events", put(5, "passage", "12"), "data/events.csv", 6, "passage 12 is not one of 1 to 11"),
    "passage that is no number": ("events", put(5, "passage", "four"), "data/events.csv", 6, "it must be a whole number"),
    "row twice": ("events", lambda rows: rows.insert(6, rows[5]), "data/events.csv", 7, "is there twice; delete one of the two rows"),
    "out of order": ("events", swap, "data/events.csv", 4, "sort the rows by date"),
    "wrong era": ("events", put(1, "era", "home"), "data/events.csv", 2, "is not in the era home; write nuclear"),
    "in no era": ("events", put(1, "date", "1989-10-19"), "data/events.csv", 2, "correct the date, or the eras in data/eras.csv"),
    "until before the date": ("events", put(5, "until", "1990-01-01"), "data/events.csv", 6, "must be a later day than the date"),
    "out of order elsewhere": ("disarmament", swap, "data/disarmament.csv", 4, "sort the rows by date"),
    "unknown state elsewhere": ("ideal_points", put(4, "iso3", "XXX"), "data/ideal_points.csv", 5, "iso3 XXX is not in data/states.csv"),
    "state missing": ("states", lambda rows: rows.pop(), "data/states.csv", None, "there are 192 states instead of 193"),
    "era of no passage": ("eras", put(2, "passage", "0"), "data/eras.csv", 3, "passage 0 is not one of 1 to 11"),
    "cell too many": ("eras", lambda rows: rows[2].append("more"), "data/eras.csv", None, "correct the commas or quotation marks"),
    "gap between eras": ("eras", put(2, "start", "2000-01-02"), "data/eras.csv", 3, "must begin the day after nuclear ends"),
    "unknown state": ("votes", put(9, "iso3", "XXX"), "data/votes.csv", 10, "iso3 XXX is not in data/states.csv"),
    "unknown resolution": ("votes", put(9, "symbol", "A/RES/1/1"), "data/votes.csv", 10, "symbol A/RES/1/1 is not in data/resolutions.csv"),
    "unknown vote": ("votes", put(9, "vote", "maybe"), "data/votes.csv", 10, "it must be one of yes, abstain, no, not_voting"),
    "vote twice": ("votes", lambda rows: rows.append(rows[9]), "data/votes.csv", 4634, "is there twice; delete one of the two rows"),
    "vote missing": ("votes", lambda rows: rows.pop(9), "data/votes.csv", None, "A/RES/68/262 has 192 votes instead of 193"),
    "tally that does not add up": ("resolutions", put(1, "yes", "101"), "data/resolutions.csv", 2, "yes is 101, but data/votes.csv has 100"),
    "no number": ("oil", put(3, "million_tonnes", "much"), "data/oil.csv", 4, "million_tonnes is 'much'; it must be a number"),
    "neither true nor false": ("states", put(3, "eu", "yes"), "data/states.csv", 4, "it must be true or false"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_file_row_and_remedy(spoilt, fault):
    table, change, file, line, expected = FAULTS[fault]
    found = spoilt(table, change)
    assert any((told_file, told_line) == (file, line) and expected in message for told_file, told_line, message in found), found


def test_a_table_that_is_missing_or_unreadable_is_told(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(DATA / "datapackage.json", folder)
    with pytest.raises(TableError, match="data/oil.csv: there is no such file"):
        load("oil", folder)
    (folder / "oil.csv").write_text('year,million_tonnes,compiler,source\n1990,1,BP,a,"b\n')
    with pytest.raises(TableError, match="data/oil.csv: .*correct the commas or quotation marks"):
        load("oil", folder)
    (folder / "oil.csv").write_bytes("year,million_tonnes,compiler,source\n1990,1,Éner,a\n".encode("latin-1"))
    with pytest.raises(TableError, match="data/oil.csv: byte .* is not UTF-8"):
        load("oil", folder)
    (folder / "oil.csv").write_text("")
    with pytest.raises(TableError, match="data/oil.csv"):
        load("oil", folder)
    with pytest.raises(TableError, match="no table 'gold'"):
        load("gold", folder)


def test_a_wrong_table_stops_the_build_before_anything_is_built(small_book, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "DATA", None)  # and so again after it
    shutil.copytree(DATA, tmp_path / "source" / "data")
    (tmp_path / "source" / "data" / "eras.csv").write_text("era,start\n")
    told, page = small_book("Text.")
    assert page is None and any("data/eras.csv" in line and "datapackage.json expects" in line for line in told)


def test_types_are_those_of_the_description():
    votes = load("votes")
    assert list(votes["vote"].cat.categories) == ["yes", "abstain", "no", "not_voting"] and votes["vote"].cat.ordered
    assert load("events")["date"].dtype.kind == "M"
    assert load("states")["eu"].dtype == bool
    assert json.loads((DATA / "datapackage.json").read_text())["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder within a book of its own, whose one table is `kings`."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"resources": [{"name": "kings", "path": "kings.csv"}]}')
    (tmp_path / "chapters" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "chapters" / "deep")
    monkeypatch.setattr(tables, "DATA", None)
    return tmp_path


def test_a_cell_has_the_tables_of_the_book_that_it_stands_in(elsewhere):
    assert list(package()) == ["kings"]


def test_a_cell_in_no_book_has_the_tables_that_were_installed(elsewhere):
    shutil.rmtree(elsewhere / "data")
    assert len(load("states")) == 193


def test_the_builder_names_the_tables_wherever_it_was_started(elsewhere):
    tables.use(DATA)
    assert len(load("states")) == 193
    tables.use(None)
    assert list(package()) == ["kings"]


def test_a_table_added_to_the_description_is_there_at_once(elsewhere):
    assert list(package()) == ["kings"]
    (elsewhere / "data" / "datapackage.json").write_text('{"resources": [{"name": "queens", "path": "queens.csv"}]}')
    assert list(package()) == ["queens"]
