"""New roll calls from a file of the United Nations Digital Library: `make votes FILE=… SOURCE=…`.

The file is the library's own voting data of the General Assembly (CSV, a row a state and resolution). What it
has of later days than the table `roll_calls` is added there, and to `votes` where `resolutions` has a row for
the resolution. If anything is wrong nothing is written: each fault is one line with file, row, column, value
and what to do.
"""

import csv
import io
import re
import sys
from datetime import date
from pathlib import Path

from edition.tables import TableError, home, load

# of the columns of the file those that are read
NEEDED = "undl_id ms_code ms_vote date session resolution title".split()
TOTALS = {"Y": "total_yes", "N": "total_no", "A": "total_abstentions", "": "total_non_voting"}
WORDS = {"Y": "yes", "N": "no", "A": "abstain", "": "not_voting"}
LONGEST = 110  # letters of a title


class VotesError(ValueError):
    """What is wrong with a file: (row, column, value, what to do) each; a line for those that are alike."""

    def __init__(self, file, faults):
        rows = {}
        for row, *told in faults:
            rows.setdefault(tuple(told), []).append(row)
        super().__init__("\n".join(self._line(file, *told, found) for told, found in rows.items()))

    def _line(self, file, column, value, what, rows):
        more = "" if len(rows) == 1 else f" (and {len(rows) - 1} more row{'s' * (len(rows) > 2)})"
        where = f"row {rows[0]}: {column} is {value!r}; " if column else f"row {rows[0]}: " if rows[0] else ""
        return f"{file.name}: {where}{what}{more}"


def added(file: Path, source: str, folder: Path | None = None) -> str:
    """Add what is new in `file` to the tables of `folder`, with the key `source`; return what that was.

    Raises VotesError, before anything is written, with all that is wrong.
    """
    folder = folder or home()
    known, states = load("roll_calls", folder), set(load("states", folder)["iso3"])
    last, symbols, records = known["date"].max().date(), set(known["symbol"]), set(known["id"].astype(str))
    calls, faults, old = {}, [], 0
    for number, row in _rows(file):
        if wrong := _wrong_day(row["date"]):
            faults.append((number, "date", row["date"], wrong))
        elif date.fromisoformat(row["date"]) < last or row["resolution"] in symbols:
            old += 1
        else:
            calls.setdefault(row["undl_id"], []).append((number, row))
    first_of = {}
    for call in calls.values():
        faults += _wrong(call, states, records, first_of)
    new = sorted(calls.values(), key=lambda call: (call[0][1]["date"], call[0][0]))
    here, filled = {call[0][1]["resolution"]: call for call in new}, []
    have = set(load("votes", folder)["symbol"])
    for resolution in load("resolutions", folder).itertuples():
        if resolution.symbol in here and resolution.symbol not in have:
            filled.append(here[resolution.symbol])
            faults += _other_tally(here[resolution.symbol], resolution)
    if faults:
        raise VotesError(file, faults)
    _append(folder / "roll_calls.csv", [_roll_call(call, list(known.columns), source) for call in new])
    _append(folder / "votes.csv", [vote for call in filled for vote in _votes(call, source)])
    return (
        f"{file.name}: {len(new)} roll calls are new in data/roll_calls.csv, {len(filled)} in "
        f"data/votes.csv; {old} rows are of days or resolutions that the table has already"
    )


def _rows(file):
    """Return (number of the row, {column: cell}) for each row of a file that has the library's form."""
    as_it_is = "take the library's file as it is"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"it can't be read ({error.strerror}); name a file that can"
        raise VotesError(file, [(None, None, None, what)]) from None
    except UnicodeDecodeError:
        raise VotesError(file, [(None, None, None, f"it is not UTF-8; {as_it_is}")]) from None
    table = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [name for name in [*NEEDED, *TOTALS.values()] if name not in (table.fieldnames or [])]
    if lacking:
        raise VotesError(file, [(1, None, None, f"no column {', '.join(lacking)}; {as_it_is}")])
    rows, faults = [], []
    for row in table:
        if None in row or None in row.values():
            what = f"other columns than the {len(table.fieldnames)} of row 1; {as_it_is}"
            faults.append((table.line_num, None, None, what))
        else:
            rows.append((table.line_num, {name: cell.strip() for name, cell in row.items()}))
    if faults or not rows:
        raise VotesError(file, faults or [(None, None, None, f"it has no rows; {as_it_is}")])
    return rows


def _wrong_day(text):
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "write a day like 2025-12-18"
    return "this day has not come yet; correct it" if day > date.today() else None


def _wrong(call, states, records, first_of):
    """Yield what is wrong with a roll call, the rows of one record; `first_of`: {symbol: its first row}."""
    first, head = call[0]
    symbol, seen, count = head["resolution"], {}, dict.fromkeys(TOTALS, 0)
    if not re.fullmatch(r"[1-9]\d*", head["undl_id"]):
        yield first, "undl_id", head["undl_id"], "write the number of the library's record"
    elif head["undl_id"] in records:
        yield first, "undl_id", head["undl_id"], "data/roll_calls.csv has it for another symbol; correct one"
    if not re.fullmatch(r"A/RES/\S+", symbol):
        yield first, "resolution", symbol, "write a symbol like A/RES/80/223"
    elif symbol in first_of:
        what = f"row {first_of[symbol]} has it with another undl_id; delete one of the two roll calls"
        yield first, "resolution", symbol, what
    first_of.setdefault(symbol, first)
    for number, row in call:
        for column in ["date", "session", "resolution", "title", *TOTALS.values()]:
            if row[column] != head[column]:
                what = f"row {first} of the same record has {head[column]!r}; correct one of the two"
                yield number, column, row[column], what
        code, vote = row["ms_code"], _vote(row)
        if code not in states:
            yield number, "ms_code", code, "write the code of a state of data/states.csv"
        elif code in seen:
            yield number, "ms_code", code, f"row {seen[code]} has it too; delete one of the two"
        seen.setdefault(code, number)
        if vote in count:
            count[vote] += 1
        else:
            yield number, "ms_vote", row["ms_vote"], "write Y, N, A or X (or nothing, as X)"
    if missing := sorted(states - set(seen)):
        named = f"{', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}"
        what = f"{len(missing)} of {len(states)} states have no row ({named}); add them"
        yield first, "resolution", symbol, what
    for vote, column in TOTALS.items():
        if not re.fullmatch(r"\d+(\.0)?", head[column]) or float(head[column]) != count[vote]:
            what = f"its {len(call)} rows have {count[vote]}; correct the total or the votes"
            yield first, column, head[column], what


def _vote(row):
    return {"X": ""}.get(row["ms_vote"], row["ms_vote"])


def _other_tally(call, resolution):
    """Yield where the tally of the file is another than that in data/resolutions.csv."""
    first, head = call[0]
    for vote, column in TOTALS.items():
        said = getattr(resolution, WORDS[vote])
        if head[column].removesuffix(".0") != str(said):
            what = f"data/resolutions.csv has {said} for {WORDS[vote]} of {resolution.symbol}; correct one"
            yield first, column, head[column], what


def _roll_call(call, columns, source):
    """Return the row of a roll call for data/roll_calls.csv."""
    head, votes = call[0][1], {row["ms_code"]: _vote(row) for _, row in call}
    # a session begins in September; the emergency sessions meet within one
    year, month = map(int, head["date"].split("-")[:2])
    title = " ".join(head["title"].partition(" : resolution")[0].split())
    if len(title) > LONGEST:
        title = title[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,:;") + "…"
    told = {
        "id": head["undl_id"],
        "session": head["session"] if head["session"].isdigit() else str(year - 1945 - (month < 9)),
        "symbol": head["resolution"],
        "kind": "resolution",
        "title": title,
        "record": head["undl_id"],
        "source": source,
        "date": head["date"],
    }
    return [(told | votes).get(column, "") for column in columns]


def _votes(call, source):
    for _, row in sorted(call, key=lambda numbered: numbered[1]["ms_code"]):
        yield [row["resolution"], row["ms_code"], WORDS[_vote(row)], source, "1"]


def _append(path, rows):
    with path.open("a", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows)


def main(arguments):
    file, source = arguments
    references = (home().parent / "references.bib").read_text(encoding="utf-8")
    if not file:
        return "name the file and its source: make votes FILE=2026_ga_voting.csv SOURCE=undl-2026"
    if not re.search(rf"^@\w+{{{re.escape(source)},", references, re.MULTILINE):
        return f"SOURCE={source}: no such key in references.bib; add the file there, with its day"
    try:
        print(added(Path(file), source))
    except (TableError, VotesError) as error:
        return f"{error}\nNothing was written."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
