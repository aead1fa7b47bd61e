"""The tables: what they hold, and what stops the build when one of them is wrong."""

import csv
import json
import re
import shutil
from functools import reduce

import pytest
from conftest import ROOT
from frictionless import Package

from edition import tables
from edition.tables import TableError, checks, load, package

DATA = ROOT / "data"


def test_the_tables_have_no_fault():
    assert list(checks.faults(range(13))) == []


def test_the_data_package_is_what_it_says():
    report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_every_table_says_where_it_comes_from():
    for name, table in package().items():
        assert table["title"] and table["description"] and table["sources"] and table["licenses"], name
        assert all(field["description"] for field in table["schema"]["fields"]), name
        assert (DATA / table["path"]).is_file()
    assert {table["path"] for table in package().values()} == {path.name for path in DATA.glob("*.csv")}


FREE = {"about", "note", "title"}  # columns of words: they are only required


def test_every_column_says_what_it_may_hold_and_every_series_its_order():
    for name, table in package().items():
        schema = table["schema"]
        keys = [
            *schema.get("primaryKey", []),
            *(c for key in schema.get("foreignKeys", []) for c in key["fields"]),
        ]
        for field in schema["fields"]:
            held = {*field.get("constraints", {})} - {"required"} or field["name"] in keys
            assert held or field["type"] == "boolean" or field["name"] in FREE, (name, field["name"])
        times = [field["name"] for field in schema["fields"] if field["name"] in ("year", "month", "date")]
        rules = [rule for rule in table.get("rules", []) if rule["rule"] == "order"]
        assert not times or times[0] in [column for rule in rules for column in rule["columns"]], name


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
        return [(file, line, message) for file, line, message in checks.faults(range(13), folder)]

    return spoil


def put(row, column, value):
    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


def split(row, column):
    def change(rows):
        place = rows[0].index(column)
        rows[row][place : place + 1] = rows[row][place].split(".")

    return change


def swap(rows):
    rows[2], rows[3] = rows[3], rows[2]


FAULTS = {
    "column renamed": ("events", put(0, "kind", "type"), "data/events.csv", 1, "datapackage.json expects"),
    "unknown kind": (
        "events",
        put(5, "kind", "partying"),
        "data/events.csv",
        6,
        "kind is 'partying'; it must be one of hosting",
    ),
    "no date": (
        "events",
        put(5, "date", "12 October"),
        "data/events.csv",
        6,
        "it must be a date like 2022-10-12",
    ),
    "cell empty": ("events", put(5, "title", ""), "data/events.csv", 6, "title is ''; it must be filled in"),
    "passage that is none": (
        "events",
        put(5, "passage", "13"),
        "data/events.csv",
        6,
        "passage is '13'; it must be from 0 to 12",
    ),
    "passage that is no number": (
        "events",
        put(5, "passage", "four"),
        "data/events.csv",
        6,
        "it must be a whole number",
    ),
    "row twice": (
        "events",
        lambda rows: rows.insert(6, rows[5]),
        "data/events.csv",
        7,
        "is there twice; delete one of the two rows",
    ),
    "out of order": ("events", swap, "data/events.csv", 4, "sort the rows by date"),
    "wrong era": (
        "events",
        put(1, "era", "home"),
        "data/events.csv",
        2,
        "is not in the era home; write nuclear",
    ),
    "in no era": (
        "events",
        put(1, "date", "1990-10-19"),
        "data/events.csv",
        2,
        "correct the date, or the eras in data/eras.csv",
    ),
    "until before the date": (
        "events",
        put(5, "until", "1990-01-01"),
        "data/events.csv",
        6,
        "must be a later day than the date",
    ),
    "out of order elsewhere": ("disarmament", swap, "data/disarmament.csv", 4, "sort the rows by date"),
    "unknown state elsewhere": (
        "ideal_points",
        put(4, "iso3", "XXX"),
        "data/ideal_points.csv",
        5,
        "iso3 XXX is not in data/states.csv",
    ),
    "state missing": (
        "states",
        lambda rows: rows.pop(),
        "data/states.csv",
        None,
        "there are 192 rows instead of 193",
    ),
    "era of no passage": (
        "eras",
        put(2, "passage", "99"),
        "data/eras.csv",
        3,
        "passage is '99'; it must be from 1 to 11",
    ),
    "cell too many": (
        "eras",
        lambda rows: rows[2].append("more"),
        "data/eras.csv",
        3,
        "7 cells instead of 6; write a number with a decimal point",
    ),
    "gap between eras": (
        "eras",
        put(2, "start", "2000-01-02"),
        "data/eras.csv",
        3,
        "must begin the day after nuclear ends",
    ),
    "unknown state": (
        "votes",
        put(9, "iso3", "XXX"),
        "data/votes.csv",
        10,
        "iso3 XXX is not in data/states.csv",
    ),
    "unknown resolution": (
        "votes",
        put(9, "symbol", "A/RES/1/1"),
        "data/votes.csv",
        10,
        "symbol A/RES/1/1 is not in data/resolutions.csv",
    ),
    "unknown vote": (
        "votes",
        put(9, "vote", "maybe"),
        "data/votes.csv",
        10,
        "it must be one of yes, abstain, no, not_voting",
    ),
    "vote twice": (
        "votes",
        lambda rows: rows.insert(10, rows[9]),
        "data/votes.csv",
        11,
        "is there twice; delete one of the two rows",
    ),
    "vote missing": (
        "votes",
        lambda rows: rows.pop(9),
        "data/votes.csv",
        2,
        "A/RES/68/262 has 192 votes instead of 193",
    ),
    "tally that does not add up": (
        "resolutions",
        put(1, "yes", "101"),
        "data/resolutions.csv",
        2,
        "yes is 101, but data/votes.csv has 100",
    ),
    "resolution without votes": (
        "resolutions",
        lambda rows: rows.insert(2, ["A/RES/99/1", *rows[1][1:]]),
        "data/resolutions.csv",
        3,
        "A/RES/99/1 has no votes in data/votes.csv; add its 193 rows",
    ),
    "no number": (
        "oil",
        put(3, "million_tonnes", "much"),
        "data/oil.csv",
        4,
        "million_tonnes is 'much'; it must be a number",
    ),
    "decimal comma": (
        "ideal_points",
        split(1, "ideal_point"),
        "data/ideal_points.csv",
        2,
        "8 cells instead of 7",
    ),
    "years out of order": (
        "oil",
        lambda rows: rows.insert(11, rows.pop(12)),
        "data/oil.csv",
        13,
        "2000 stands after 2001; sort the rows by year",
    ),
    "year missing": (
        "oil",
        lambda rows: rows.pop(11),
        "data/oil.csv",
        12,
        "the year 2000 is missing; add a row for it",
    ),
    "neither true nor false": (
        "states",
        put(3, "eu", "yes"),
        "data/states.csv",
        4,
        "it must be true or false",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_file_row_and_remedy(spoilt, fault):
    table, change, file, row, expected = FAULTS[fault]
    told = spoilt(table, change)
    assert any(place == [file, row] and expected in message for *place, message in told), told


def test_a_passage_that_the_book_does_not_have_is_told():
    told = list(checks.faults(range(8)))
    message = "passage 8 is not one of 0 to 7; correct it or leave it empty"
    assert told and {message for *_, message in told if message.startswith("passage 8")} == {message}
    assert list(checks.faults(None)) == []  # where nobody knows them: `make data`


DESCRIPTION = """{"resources": [
  {"name": "kings", "path": "kings.csv", "title": "Kings", "description": "A row a king.",
   "sources": [{"title": "A list"}], "licenses": [{"title": "CC BY 4.0", "path": "https://example.org/by"}],
   "schema": {"primaryKey": "king", "fields": [
     {"name": "king", "type": "string", "description": "Name.", "constraints": {"required": true}},
     {"name": "since", "type": "integer", "description": "First year."},
     {"name": "height", "type": "number", "description": "In metres."},
     {"name": "crowned", "type": "date", "description": "Day."},
     {"name": "house", "type": "string", "description": "-", "constraints": {"enum": ["Wessex", "Denmark"]}}
   ]}},
  {"name": "states", "path": "states.csv", "title": "States", "description": "A row a state.",
   "sources": [{"title": "A list"}], "licenses": [{"title": "CC BY 4.0", "path": "https://example.org/by"}],
   "schema": {"foreignKeys": [{"fields": "ruler", "reference": {"resource": "kings", "fields": "king"}}],
    "fields": [
     {"name": "state", "type": "string", "description": "Name."},
     {"name": "ruler", "type": "string", "description": "Its king."},
     {"name": "date", "type": "string", "description": "In words."},
     {"name": "passage", "type": "string", "description": "Chapter and verse."},
     {"name": "island", "type": "boolean", "description": "Is it one?"}
   ]}}
]}
"""
KINGS = """king,since,height,crowned,house
Alfred,871,1.7,,Wessex
Edward,899,-0.5,0900-06-08,Wessex
"Cnut, or Canute",1016,,1017-01-06,Denmark
"""
STATES = """state,ruler,date,passage,island
Wessex,Alfred,long ago,I 2,
Danelaw,,later,I 3,false
"""


@pytest.fixture
def other(tmp_path):
    """Return a function that writes the tables of another book, a file changed, and returns the faults."""

    def write(name=None, change=lambda content: content):
        folder = tmp_path / "data"
        folder.mkdir()
        for file, text in {"datapackage.json": DESCRIPTION, "kings.csv": KINGS, "states.csv": STATES}.items():
            content = text.encode()
            (folder / file).write_bytes(change(content) if file == name else content)
        return list(checks.faults(range(13), folder))

    return write


def test_another_book_has_other_tables(other, tmp_path):
    assert other() == []
    kings, states = load("kings", tmp_path / "data"), load("states", tmp_path / "data")
    assert kings["king"].tolist()[2] == "Cnut, or Canute" and kings["since"].tolist() == [871, 899, 1016]
    assert kings["height"].tolist()[:2] == [1.7, -0.5]
    assert kings["height"].isna().tolist() == [False, False, True]
    assert states["island"].isna().tolist() == [True, False] and not states["island"][1]


def instead(old, new):
    """Return a change of bytes: `new` in the place of `old`."""
    old, new = (text if isinstance(text, bytes) else text.encode() for text in (old, new))

    def change(content):
        assert content.count(old) == 1, (content.count(old), old)
        return content.replace(old, new)

    return change


FILES = {  # what is wrong with kings.csv -> (change of its bytes, row, what is said)
    "surplus cell": (
        instead("1.7,,", "1,7,,"),
        2,
        "6 cells instead of 5; write a number with a decimal point",
    ),
    "cell missing": (instead("1.7,,", "1.7,"), 2, "4 cells instead of 5; add what is missing, or a comma"),
    "empty row": (instead("Edward", "\nEdward"), 3, "the row is empty; delete it"),
    "open quotation mark": (
        instead('Canute"', "Canute"),
        4,
        "a quotation mark here has no counterpart; close the cell",
    ),
    "open to the next": (
        instead("Edward", '"Edward'),
        3,
        "a quotation mark here has no counterpart; close the cell",
    ),
    "cell of two lines": (
        instead("or Canute", "or\nCanute"),
        4,
        "write the row on one line (and 1 more row)",
    ),
    "quotation mark in a cell": (instead("or Canute", 'or "Canute"'), 4, "within a cell write it twice"),
    "no file content": (lambda content: b"", None, "the file is empty; restore it"),
    "other column": (
        instead("height", "hight"),
        1,
        "no column height, an unknown column 'hight'; datapackage.json expects king, since,",
    ),
    "columns swapped": (
        instead("king,since", "since,king"),
        1,
        "the columns in another order, or one twice; datapackage.json expects",
    ),
    "semicolons": (
        lambda content: content.replace(b",", b";"),
        1,
        "an unknown column 'king;since;height;crowned;house'; datapackage.json expects",
    ),
    "old Mac": (lambda content: content.replace(b"\n", b"\r"), 1, "datapackage.json expects king, since"),
    "Latin-1": (
        instead("Edward", "Édouard".encode("latin-1")),
        3,
        "byte 0xc9 is not UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), 1, "the file is UTF-16; save it as UTF-8"),
    "UTF-16 without mark": (
        lambda content: content.decode().encode("utf-16-le"),
        1,
        "the file is UTF-16; save it as UTF-8",
    ),
    "byte order mark": (
        lambda content: b"\xef\xbb\xbf" + content,
        1,
        "begins with a byte order mark; save it as UTF-8 without one",
    ),
    "NUL": (
        instead("Edward", "Ed\0ward"),
        3,
        "king has a character that nobody sees, '\\x00', after 'Ed'; delete it",
    ),
    "control character": (
        instead("Edward", "Ed\bward"),
        3,
        "king has a character that nobody sees, '\\x08', after 'Ed'; delete it",
    ),
    "soft hyphen": (
        instead("Edward", "Ed\u00adward"),
        3,
        "king has a character that nobody sees, '\\xad', after 'Ed'; delete it",
    ),
    "no-break space": (
        instead("or Canute", "or\u00a0Canute"),
        4,
        "'\\xa0', after 'Cnut, or'; delete it, or write a plain space",
    ),
    "carriage return": (instead("Edward", '"Ed\rward"'), 3, "'\\r', after 'Ed'; delete it"),
    "space after": (
        instead("Edward,", "Edward ,"),
        3,
        "king is 'Edward ', with a space before or after it; delete the space",
    ),
    "space before": (
        instead(",1016", ", 1016"),
        4,
        "since is ' 1016', with a space before or after it; delete the space",
    ),
    "no-break space after": (
        instead("871,", "871\u00a0,"),
        2,
        "since is '871\\xa0', with a space before or after it",
    ),
    "required, of a space": (instead("Edward", " "), 3, "king is ' '; it must be filled in"),
    "required, of a no-break space": (
        instead("Edward", "\u00a0"),
        3,
        "king is '\\xa0'; it must be filled in",
    ),
    "formula": (instead("Edward", "=1+1"), 3, "king is '=1+1', which a spreadsheet takes for a formula"),
    "infinity": (instead("-0.5", "inf"), 3, "height is 'inf'; it must be a number in plain digits"),
    "not a number": (instead("-0.5", "NaN"), 3, "height is 'NaN'; it must be a number in plain digits"),
    "power of ten": (instead("-0.5", "1e3"), 3, "height is '1e3'; it must be a number in plain digits"),
    "decimal comma in quotation marks": (
        instead("1.7", '"1,7"'),
        2,
        "height is '1,7'; it must be a number in plain digits",
    ),
    "number with a space": (
        instead("-0.5", "1 000"),
        3,
        "height is '1 000'; it must be a number in plain digits",
    ),
    "plus": (instead("-0.5", "+0.5"), 3, "height is '+0.5'; it must be a number in plain digits"),
    "no digit before the point": (
        instead("-0.5", "-.5"),
        3,
        "height is '-.5'; it must be a number in plain digits",
    ),
    "other digits": (instead(",871", ",٨٧١"), 2, "since is '٨٧١'; it must be a whole number in plain digits"),
    "zero before": (
        instead(",871", ",0871"),
        2,
        "since is '0871'; it must be a whole number in plain digits",
    ),
    "no whole number": (
        instead(",871", ",871.0"),
        2,
        "since is '871.0'; it must be a whole number in plain digits",
    ),
    "too large": (instead(",871", ",9" + "0" * 30), 2, "it must be a whole number in plain digits"),
    "no such day": (
        instead("0900-06-08", "0900-02-30"),
        3,
        "crowned is '0900-02-30'; it must be a date like",
    ),
    "short date": (instead("0900-06-08", "0900-6-8"), 3, "crowned is '0900-6-8'; it must be a date like"),
    "other value": (instead("Denmark", "Blois"), 4, "house is 'Blois'; it must be one of Wessex, Denmark"),
    "same king": (instead("Edward", "Alfred"), 3, "Alfred is there twice; delete one of the two rows"),
    "same in three rows": (
        lambda content: content + b"Alfred,1,,,\nAlfred,2,,,\n",
        5,
        "delete one of the two rows (and 1 more row)",
    ),
    "wrong in each row": (
        lambda content: re.sub(rb",(\d+),", rb",\1 AD,", content),
        2,
        "since is '871 AD'; it must be a whole number in plain digits, like 1200 (and 2 more rows)",
    ),
}


@pytest.mark.parametrize("fault", FILES)
def test_a_file_that_is_not_a_table_is_one_line_with_its_row_and_the_remedy(other, tmp_path, fault):
    change, row, expected = FILES[fault]
    told = other("kings.csv", change)
    assert [place for *place, _ in told] == [["data/kings.csv", row]] and expected in told[0][2], told
    with pytest.raises(TableError) as error:
        load("kings", tmp_path / "data")
    assert (error.value.file, error.value.row, error.value.message) == told[0]
    where = f"data/kings.csv: row {row}: " if row else "data/kings.csv: "
    assert str(error.value) == where + told[0][2] and "\n" not in told[0][2]


def test_the_ends_of_lines_that_windows_writes_are_no_fault(other):
    assert other("kings.csv", lambda content: content.replace(b"\n", b"\r\n")) == []


def test_a_last_line_without_an_end_is_no_fault(other):
    assert other("kings.csv", lambda content: content.rstrip()) == []


def test_letters_that_need_an_unseen_joiner_are_no_fault(other):
    assert other("kings.csv", instead("Edward", "می\u200cخواهم")) == []


def test_years_in_words_may_have_gaps(other, tmp_path):
    other("datapackage.json", lambda content: content.replace(b'"king"', b'"year"'))
    kings = tmp_path / "data" / "kings.csv"
    kings.write_text("year,since,height,crowned,house\n871/2,,,,\n872/3,,,,\n874/5,,,,\nAlfred,,,,\n")
    assert list(checks.faults(range(13), tmp_path / "data")) == []


def test_the_faults_of_a_table_are_told_at_once_in_the_order_of_rows(other):
    wrong = [instead("1.7", "tall"), instead("899", "1e3"), instead("Denmark", "Blois")]
    told = other("kings.csv", lambda content: reduce(lambda done, put: put(done), wrong, content) + b"Cnut\n")
    said = [f"{row} {message.split()[0]}" for _, row, message in told]
    assert said == ["2 height", "3 since", "4 house", "5 1"]


def test_a_name_that_another_table_lacks_is_told_unless_it_is_empty(other):
    message = "ruler Offa is not in data/kings.csv; correct it here or add it there"
    assert other("states.csv", instead("Alfred", "Offa")) == [("data/states.csv", 2, message)]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path.unlink(), "there is no such file; restore it"),
        (lambda path: (path.unlink(), path.mkdir()), "it can't be read (Is a directory); put a file there"),
        (
            lambda path: (path.unlink(), path.symlink_to(path)),
            "it can't be read (Too many levels of symbolic",
        ),
    ],
)
@pytest.mark.parametrize("file", ["kings.csv", "datapackage.json"])
def test_a_file_that_cannot_be_read_is_told(other, tmp_path, file, make, expected):
    other()
    make(tmp_path / "data" / file)
    (told,) = checks.faults(range(13), tmp_path / "data")
    assert told[:2] == (f"data/{file}", None) and told[2].startswith(expected)


def fields(value):
    """Return a change of the description: `value` in the place of the columns of the kings."""
    new = b'"fields": ' + value
    return lambda content: re.sub(rb'"fields": \[\n.*?\n   \]', new, content, count=1, flags=re.S)


def rules(value):
    """Return a change of the description: these rules of the kings."""
    return instead(PATH, f'{PATH}"rules": {value}, ')


TITLE, PATH = '"title": "Kings", ', '"path": "kings.csv", '
DESCRIPTIONS = {  # what is wrong with datapackage.json -> (change of it, row, what is said)
    "no JSON": (instead("]}}\n]}", "]}}\n"), 22, "Expecting ',' delimiter; correct the JSON"),
    "empty": (lambda content: b"", 1, "Expecting value; correct the JSON"),
    "Latin-1": (
        instead("A row a king.", "Königs".encode("latin-1")),
        2,
        "byte 0xf6 is not UTF-8; save the file as UTF-8",
    ),
    "byte order mark": (lambda content: b"\xef\xbb\xbf" + content, 1, "save it as UTF-8 without one"),
    "a list": (lambda content: b"[]", None, 'it has no list "resources"; add one'),
    "no resources": (instead('"resources"', '"tables"'), None, 'it has no list "resources"; add one'),
    "resources no list": (lambda content: b'{"resources": {}}', None, 'it has no list "resources"; add one'),
    "resource no object": (
        instead("]}}\n]}", ']}},\n "kings"]}'),
        21,
        "table number 3: it is not an object; describe the table between { and }",
    ),
    "no name": (instead('"name": "states", ', ""), 11, "table number 2: it has no name; add one"),
    "name no text": (instead('"name": "states"', '"name": 7'), 11, "table number 2: it has no name; add one"),
    "odd name": (
        instead('"name": "states"', '"name": "../states"'),
        11,
        "more than small letters, digits, and . _ - between them; rename it",
    ),
    "one name twice": (
        instead('"name": "states"', '"name": "kings"'),
        11,
        "table kings: there is another table of that name; rename one",
    ),
    "no path": (instead(PATH, ""), 2, "table kings: it has no path; add one"),
    "path out of the folder": (
        instead("kings.csv", "../kings.csv"),
        2,
        "table kings: its path '../kings.csv' is not that of a file in data/",
    ),
    "path from the root": (
        instead("kings.csv", "/etc/passwd"),
        2,
        "table kings: its path '/etc/passwd' is not that of a file in data/",
    ),
    "address": (instead("kings.csv", "https://example.org/a.csv?b"), 2, "is not that of a file in data/"),
    "path with NUL": (instead("kings.csv", "kings\\u0000.csv"), 2, "is not that of a file in data/"),
    "no title": (instead(TITLE, ""), 2, "table kings: it has no title; add one"),
    "empty title": (instead('"Kings"', '" "'), 2, "table kings: it has no title; add one"),
    "no description": (
        instead(', "description": "A row a king."', ""),
        2,
        "table kings: it has no description; add one",
    ),
    "no sources": (
        lambda content: content.replace(b'"sources"', b'"origin"', 1),
        2,
        "table kings: it has no sources; add a list of objects with title",
    ),
    "sources of texts": (
        lambda content: content.replace(b'{"title": "A list"}', b'"A list"', 1),
        2,
        "table kings: one of its sources is not an object with title",
    ),
    "sources empty": (
        lambda content: content.replace(b'[{"title": "A list"}]', b"[]", 1),
        2,
        "table kings: it has no sources; add a list of objects with title",
    ),
    "sources a number": (
        lambda content: content.replace(b'[{"title": "A list"}]', b"7", 1),
        2,
        "table kings: it has no sources; add a list of objects with title",
    ),
    "no licences": (
        lambda content: content.replace(b'"licenses"', b'"licences"', 1),
        2,
        "table kings: it has no licenses; add a list of objects with title and path",
    ),
    "licence without path": (
        lambda content: content.replace(b', "path": "https://example.org/by"', b"", 1),
        2,
        "one of its licenses is not an object with title and path",
    ),
    "no schema": (
        lambda content: content.replace(b'"schema"', b'"scheme"', 1),
        2,
        "table kings: it has no columns; add",
    ),
    "schema elsewhere": (
        instead('"schema": {"primaryKey"', '"schema": "kings.json", "x": {"primaryKey"'),
        2,
        "table kings: it has no columns; add",
    ),
    "no fields": (instead('"king", "fields"', '"king", "columns"'), 2, "table kings: it has no columns; add"),
    "fields empty": (fields(b"[]"), 2, "table kings: it has no columns; add"),
    "fields a number": (fields(b"7"), 2, "table kings: it has no columns; add"),
    "column without name": (
        instead('{"name": "since", ', "{"),
        2,
        "table kings: column 2 has no name; give it an object",
    ),
    "column no object": (
        lambda content: re.sub(rb'{"name": "since".*?}', b'"since"', content),
        2,
        "table kings: column 2 has no name; give it an object",
    ),
    "unknown type": (
        instead('"integer"', '"year"'),
        6,
        "table kings: column since: it has the type 'year'; write one of string, date, integer, number,",
    ),
    "no type": (instead('"type": "integer", ', ""), 6, "column since: it has the type None; write one of"),
    "column without description": (
        instead(', "description": "First year."', ""),
        6,
        "column since: it has no description; add one",
    ),
    "constraints no object": (
        instead('{"required": true}', "true"),
        5,
        "column king: its constraints are not like",
    ),
    "required no truth": (
        instead('"required": true', '"required": "yes"'),
        5,
        "column king: its constraints are not like",
    ),
    "unique no truth": (
        instead('"required": true', '"unique": 1'),
        5,
        "column king: its constraints are not like",
    ),
    "constraint that there is not": (
        instead('"required": true', '"minimun": 7'),
        5,
        "column king: its constraint minimun is not known here; write one of required, unique, enum,",
    ),
    "minimum of texts": (
        instead('"required": true', '"minimum": 7'),
        5,
        "column king: its minimum is 7; write a number, or of dates a text like 2022-10-12",
    ),
    "maximum in words": (
        instead('"First year."', '"First year.", "constraints": {"maximum": "now"}'),
        6,
        "column since: its maximum is 'now'; write a number, or of dates",
    ),
    "pattern that is none": (
        instead('"required": true', '"pattern": "[a-"'),
        5,
        "column king: its pattern is '[a-'; write a regular expression, of a column of texts",
    ),
    "pattern of numbers": (
        instead('"First year."', '"First year.", "constraints": {"pattern": "[0-9]+"}'),
        6,
        "column since: its pattern is '[0-9]+'; write a regular expression, of a column of texts",
    ),
    "digits of a whole number": (
        instead('"First year."', '"First year.", "decimals": 2'),
        6,
        "column since: its decimals are 2; write how many digits may stand behind the point of a number",
    ),
    "no rules": (rules('"order"'), 2, "table kings: rule 1: it is not like"),
    "rule that there is not": (
        rules('[{"rule": "sorted"}]'),
        2,
        "the rules are order, series, jump, whole, alike, formula",
    ),
    "rule without columns": (
        rules('[{"rule": "order", "columns": []}]'),
        2,
        "table kings: rule 1: its columns is []; name columns of the table",
    ),
    "rule of no column": (
        rules('[{"rule": "order", "columns": ["king", "reign"]}]'),
        2,
        "rule 1: its columns is ['king', 'reign']; name columns of the table",
    ),
    "rule of another type": (
        rules('[{"rule": "series", "column": "king"}]'),
        2,
        "rule 1: its column is 'king'; name a column of whole numbers",
    ),
    "rule from the middle of a year": (
        rules('[{"rule": "series", "column": "since", "from": 871.5}]'),
        2,
        "rule 1: its from is 871.5; name a whole number",
    ),
    "rule that knows too much": (
        rules('[{"rule": "order", "columns": ["king"], "by": "age"}]'),
        2,
        "rule 1: it has by; delete what order does not know",
    ),
    "rule within no column": (
        rules('[{"rule": "order", "columns": ["king"], "within": "house"}]'),
        2,
        "rule 1: its within is 'house'; name columns of the table",
    ),
    "jump without measure": (
        rules('[{"rule": "jump", "column": "since"}]'),
        2,
        "rule 1: it has not one of factor and step; add it",
    ),
    "enum no list": (
        instead('["Wessex", "Denmark"]', '"Wessex"'),
        9,
        "column house: its enum is not a list of texts",
    ),
    "enum of numbers": (
        instead('["Wessex", "Denmark"]', "[1, 2]"),
        9,
        "column house: its enum is not a list of texts",
    ),
    "name of two lines": (
        instead('"name": "states"', '"name": "a\\nb"'),
        11,
        "table a b: its name has more than small letters",
    ),
    "one column twice": (
        instead('"name": "height"', '"name": "since"'),
        6,
        "table kings: it has two columns since; rename one of the two",
    ),
    "key of no column": (
        instead('"primaryKey": "king"', '"primaryKey": ["king", "reign"]'),
        2,
        "table kings: its primaryKey names reign, which is no column of it; correct it",
    ),
    "foreign key of no column": (
        instead('"fields": "ruler"', '"fields": "rulers"'),
        11,
        "does not lead from its columns to as many of a table; correct it",
    ),
    "foreign key to no table": (
        instead('"resource": "kings"', '"resource": "queens"'),
        11,
        "table states: its foreign key",
    ),
    "foreign key to no column": (
        instead('"fields": "king"}', '"fields": "queen"}'),
        11,
        "table states: its foreign key",
    ),
    "foreign key without reference": (
        instead(', "reference": {"resource": "kings", "fields": "king"}', ""),
        11,
        "table states: its foreign key",
    ),
}


@pytest.mark.parametrize("fault", DESCRIPTIONS)
def test_a_wrong_description_is_one_line_with_its_row_and_the_remedy(other, tmp_path, fault):
    change, row, expected = DESCRIPTIONS[fault]
    told = other("datapackage.json", change)
    assert [place for *place, _ in told] == [["data/datapackage.json", row]] and expected in told[0][2], told
    assert "\n" not in told[0][2]
    with pytest.raises(TableError) as error:
        load("kings", tmp_path / "data")
    assert (error.value.file, error.value.row, error.value.message) == told[0]


@pytest.mark.parametrize("formula", ["since >", "reign > 1", "since.age", "king + since", "king"])
def test_a_formula_that_is_none_of_the_table_is_told(other, formula):
    rule = json.dumps([{"rule": "formula", "formula": formula, "words": "it is so"}])
    ((file, row, message),) = other("datapackage.json", rules(rule))
    assert (file, row) == ("data/datapackage.json", None)
    assert re.fullmatch(r"table kings: rule 1 can't be computed \(.+\); correct its formula", message)


def test_a_formula_says_nothing_of_a_row_that_lacks_a_value(other):
    rule = '[{"rule": "formula", "formula": "height > 1", "words": "a king is tall"}]'
    assert other("datapackage.json", rules(rule)) == [
        ("data/kings.csv", 3, "height is -0.5, but a king is tall; correct it")
    ]


def test_a_table_with_rules_has_rows(other, tmp_path):
    other("datapackage.json", rules('[{"rule": "series", "column": "since", "from": 871, "to": 1016}]'))
    (tmp_path / "data" / "states.csv").write_text(STATES.partition("\n")[0] + "\n")
    (tmp_path / "data" / "kings.csv").write_text(KINGS.partition("\n")[0] + "\n")
    told = list(checks.faults(None, tmp_path / "data"))
    assert told == [("data/kings.csv", None, "there are no rows; add them")]


def test_a_table_has_the_licence_of_the_package_where_it_has_none_of_its_own(other, tmp_path):
    licences = b'"licenses": [{"title": "CC BY 4.0", "path": "https://example.org/by"}]'

    def once_for_all(content):
        return content.replace(b", " + licences, b"").replace(b"{", b"{" + licences + b", ", 1)

    assert other("datapackage.json", once_for_all) == []
    assert package(tmp_path / "data")["kings"]["licenses"][0]["title"] == "CC BY 4.0"


def test_a_table_that_there_is_not_is_one_line_with_those_that_there_are(other, tmp_path):
    other()
    with pytest.raises(TableError, match=r"^data/datapackage.json: no table 'gold'; it has kings, states$"):
        load("gold", tmp_path / "data")


def test_a_wrong_table_stops_the_build_before_anything_is_built(small_book, tmp_path, monkeypatch):
    monkeypatch.setattr(tables.loading, "DATA", None)  # and so again after it
    shutil.copytree(DATA, tmp_path / "source" / "data")
    (tmp_path / "source" / "data" / "eras.csv").write_text("era,start\n")
    told, page = small_book("Text.")
    assert page is None
    assert any("data/eras.csv" in line and "datapackage.json expects" in line for line in told), told


def test_types_are_those_of_the_description():
    votes = load("votes")
    assert list(votes["vote"].cat.categories) == ["yes", "abstain", "no", "not_voting"]
    assert votes["vote"].cat.ordered
    assert load("events")["date"].dtype.kind == "M"
    assert load("states")["eu"].dtype == bool
    assert json.loads((DATA / "datapackage.json").read_text())["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.fixture
def elsewhere(other, tmp_path, monkeypatch):
    """Another book, from within the folder of one of its chapters."""
    other()
    (tmp_path / "chapters" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "chapters" / "deep")
    monkeypatch.setattr(tables.loading, "DATA", None)
    return tmp_path


def test_a_cell_has_the_tables_of_the_book_that_it_stands_in(elsewhere):
    assert list(package()) == ["kings", "states"]


def test_a_cell_in_no_book_has_the_tables_that_were_installed(elsewhere):
    shutil.rmtree(elsewhere / "data")
    assert len(load("states")) == 193


def test_the_builder_names_the_tables_wherever_it_was_started(elsewhere):
    tables.use(DATA)
    assert len(load("states")) == 193
    tables.use(None)
    assert len(load("states")) == 2


def test_a_table_that_the_description_gets_is_there_at_once(elsewhere):
    path = elsewhere / "data" / "datapackage.json"
    assert "queens" not in package()
    path.write_text(path.read_text().replace('"name": "states"', '"name": "queens"'))
    assert list(package()) == ["kings", "queens"]
