"""New roll calls from a file of the UN Digital Library (`make votes`)."""

import json

import pytest
from conftest import ROOT

from edition.tables import load
from edition.tables.undl import VotesError, added

# the library's own form, of which the columns in the middle are not read
HEADER = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,"
    "subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link"
)
STATES = {"ABW": "Y", "AAA": "N", "KAZ": "A", "RUS": "X"}
TITLE = '"Peace, and what belongs to it : resolution / adopted by the General Assembly"'


def rows(record, day, symbol, votes=None, totals="1.0,1.0,1.0,1.0", session="80"):
    votes = votes or STATES
    return [
        f"{record},{code},NAME,{vote},{day},{session},{symbol},,,A/80/PV.1,{TITLE},Agenda,A|B,,{totals},4.0,"
        f"https://digitallibrary.un.org/record/{record}"
        for code, vote in votes.items()
    ]


GOOD = [
    *rows("9000002", "2026-01-20", "A/RES/80/300", session="ES-11"),
    *rows("9000001", "2026-01-15", "A/RES/80/299", {**STATES, "RUS": ""}),
    *rows("4096575", "2025-12-18", "A/RES/80/199"),  # is there already
    *rows("600000", "1950-01-10", "A/RES/5/1", {"YUG": "Y", "CSK": "N"}),  # of states that are no more
]


@pytest.fixture
def folder(tmp_path):
    """Tables of four states, with the last roll calls of the real table."""
    data = tmp_path / "data"
    data.mkdir()
    package = json.loads((ROOT / "data" / "datapackage.json").read_text())
    package["resources"] = [
        {key: value for key, value in table.items() if key not in ("rows", "hash", "bytes")}
        for table in package["resources"]
        if table["name"] in ("states", "resolutions", "votes", "roll_calls")
    ]
    (data / "datapackage.json").write_text(json.dumps(package))
    for name in ("resolutions", "votes", "roll_calls"):
        lines = (ROOT / "data" / f"{name}.csv").read_text().splitlines(keepends=True)
        (data / f"{name}.csv").write_text("".join([lines[0], *lines[-3:]]))
    header, *_ = (ROOT / "data" / "states.csv").read_text().splitlines()
    states = [f"{code},Name of {code},none,false,false,false,false,false" for code in sorted(STATES)]
    (data / "states.csv").write_text("\n".join([header, *states, ""]))
    with open(data / "resolutions.csv", "a") as table:
        table.write("A/RES/80/299,2026-01-15,Peace,peace,other,1,1,1,1,undl-2025,9000001\n")
    return data


def add(folder, lines, header=HEADER):
    file = folder.parent / "votes-of-2026.csv"
    file.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return added(file, "undl-2026", folder)


def test_what_is_new_is_added(folder):
    before = len(load("roll_calls", folder))
    told = add(folder, GOOD)
    assert told.startswith(
        "votes-of-2026.csv: 2 roll calls are new in data/roll_calls.csv, 1 in data/votes.csv"
    )
    calls = load("roll_calls", folder).iloc[before:]
    assert list(calls["symbol"]) == ["A/RES/80/299", "A/RES/80/300"] and list(calls["session"]) == [80, 80]
    assert list(calls["record"]) == list(calls["id"]) == [9000001, 9000002]
    assert set(calls["title"]) == {"Peace, and what belongs to it"} and set(calls["source"]) == {"undl-2026"}
    assert list(calls["KAZ"]) == ["A", "A"] and calls["RUS"].isna().all()
    votes = load("votes", folder).query("symbol == 'A/RES/80/299'").set_index("iso3")["vote"]
    assert votes.to_dict() == {"AAA": "no", "ABW": "yes", "KAZ": "abstain", "RUS": "not_voting"}
    assert "0 roll calls are new" in add(folder, GOOD)  # a second time there is nothing new


CALL = rows("9000001", "2026-01-15", "A/RES/80/299")


def put(old, new, lines=(0, 1, 2, 3)):
    return [line.replace(old, new) if number in lines else line for number, line in enumerate(CALL)]


FAULTS = {
    "vote": (put(",A,2026", ",B,2026"), "row 4: ms_vote is 'B'; write Y, N, A or X"),
    "flipped": (put(",A,2026", ",Y,2026"), "row 2: total_yes is '1.0'; its 4 rows have 2; correct the total"),
    "state": (put("KAZ", "KZH"), "row 4: ms_code is 'KZH'; write the code of a state of data/states.csv"),
    "state twice": (put("RUS", "KAZ"), "row 5: ms_code is 'KAZ'; row 4 has it too; delete one of the two"),
    "state missing": (CALL[:3], "resolution is 'A/RES/80/299'; 1 of 4 states have no row (RUS); add them"),
    "total": (
        put("1.0,1.0,1.0,1.0", "1.0,1.0,2.0,1.0"),
        "row 2: total_abstentions is '2.0'; its 4 rows have 1",
    ),
    "no total": (put("1.0,1.0,1.0,1.0", "many,1.0,1.0,1.0"), "row 2: total_yes is 'many'"),
    "day": (
        put("2026-01-15", "2026-01-32"),
        "row 2: date is '2026-01-32'; write a day like 2025-12-18 (and 3",
    ),
    "day to come": (
        put("2026-01-15", "2202-01-15"),
        "row 2: date is '2202-01-15'; this day has not come yet",
    ),
    "another day": (put("01-15", "01-16", [2]), "row 4: date is '2026-01-16'; row 2 of the same record has"),
    "symbol twice": (
        [*CALL, *rows("9000003", "2026-01-16", "A/RES/80/299")],
        "row 6: resolution is 'A/RES/80/299'",
    ),
    "symbol": (
        put("A/RES/80/299", "80/299"),
        "row 2: resolution is '80/299'; write a symbol like A/RES/80/223",
    ),
    "record": (put("9000001,", "x,"), "row 2: undl_id is 'x'; write the number of the library's record"),
    "known record": (
        put("9000001,", "4096575,"),
        "row 2: undl_id is '4096575'; data/roll_calls.csv has it for",
    ),
    "another tally": (
        [line.replace("1.0,1.0,1.0,1.0", "2.0,0.0,1.0,1.0").replace(",N,2026", ",Y,2026") for line in CALL],
        "row 2: total_yes is '2.0'; data/resolutions.csv has 1 for yes of A/RES/80/299; correct one",
    ),
    "cells": (
        [CALL[0] + ",more"],
        "row 2: other columns than the 20 of row 1; take the library's file as it is",
    ),
    "no rows": ([], "votes-of-2026.csv: it has no rows"),
}


@pytest.mark.parametrize(("lines", "said"), FAULTS.values(), ids=FAULTS)
def test_nothing_is_written_where_anything_is_wrong(folder, lines, said):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(VotesError) as error:
        add(folder, lines)
    told = str(error.value).splitlines()
    assert any(said in line for line in told), told
    assert all(line.startswith("votes-of-2026.csv: ") for line in told)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_of_another_form_is_told(folder):
    with pytest.raises(VotesError, match=r"row 1: no column ms_vote, date; take the library's file as it is"):
        add(folder, CALL, HEADER.replace("ms_vote", "vote").replace(",date,", ",day,"))
    with pytest.raises(VotesError, match=r"nowhere.csv: it can't be read"):
        added(folder / "nowhere.csv", "undl-2026", folder)
    (folder / "latin.csv").write_bytes("é".encode("latin-1"))
    with pytest.raises(VotesError, match=r"latin.csv: it is not UTF-8"):
        added(folder / "latin.csv", "undl-2026", folder)
