"""What must hold between the tables, whatever stands in them. Each fault is one line: where, what is wrong, what to do."""

import pandas as pd

from edition.tables import TableError, load, package
from edition.votes import tally

MEMBERS = 193


def faults(passages, folder=None):
    """Yield the faults of the tables in `folder` as (file, line or None, message), for a commentary of `passages` passages.

    A table that can't be read is one fault and hides the checks that need it.
    """
    tables = {}
    for name in package(folder):
        try:
            tables[name] = load(name, folder)
        except TableError as error:
            file, _, message = str(error).partition(": ")
            row, _, rest = message.partition(": ")
            yield (file, int(row[4:]), rest) if row.startswith("row ") else (file, None, message)
    for name, table in tables.items():
        yield from _keys(name, table, tables, folder)
        yield from _order(name, table)
        if "passage" in table:
            for row, number in table["passage"].dropna().items():
                if not 1 <= number <= passages:
                    yield f"data/{name}.csv", row + 2, f"passage {number} is not one of 1 to {passages}; correct it or leave it empty"
    for check, needs in [(_eras, ["eras"]), (_events, ["eras", "events"]), (_states, ["states"]), (_tallies, ["votes", "resolutions"])]:
        if all(name in tables for name in needs):
            yield from check(*(tables[name] for name in needs))


def table_sources(folder=None):
    """Yield (file, row, key) for each source that a row of a table names; a cell may name several, with spaces between."""
    for name, resource in package(folder).items():
        if any(field["name"] == "source" for field in resource["schema"]["fields"]):
            try:
                column = load(name, folder)["source"]
            except TableError:  # told by `faults`
                continue
            for row, cell in column.drop_duplicates().items():
                for key in str(cell).split():
                    yield f"data/{resource['path']}", row + 2, key


def _keys(name, table, tables, folder):
    """A value of a foreign key must be in the table that it refers to; each is told once, at its first row."""
    for key in package(folder)[name]["schema"].get("foreignKeys", []):
        (field,), other = key["fields"], key["reference"]["resource"]
        if other not in tables:
            continue
        known = set(tables[other][key["reference"]["fields"][0]].astype(str))
        for row, value in table[field].astype(str).drop_duplicates().items():
            if value not in known:
                yield f"data/{name}.csv", row + 2, f"{field} {value} is not in data/{other}.csv; correct it here or add it there"


def _order(name, table):
    """Rows stand in the order of their date or month."""
    for field in {"date", "month"} & set(table.columns):
        dates = table[field]
        for row in dates.index[1:]:
            if dates[row] < dates[row - 1]:
                yield f"data/{name}.csv", row + 2, f"{dates[row]:%Y-%m-%d} comes after {dates[row - 1]:%Y-%m-%d}; sort the rows by {field}"


def _eras(eras):
    for row in range(1, len(eras)):
        if eras["start"][row] != eras["end"][row - 1] + pd.Timedelta(days=1):
            yield "data/eras.csv", row + 2, f"{eras['era'][row]} must begin the day after {eras['era'][row - 1]} ends; correct one of the two dates"


def _events(eras, events):
    for row, event in enumerate(events.itertuples()):
        if pd.notna(event.until) and (event.until <= event.date or event.precision != "day"):
            yield "data/events.csv", row + 2, f"until {event.until:%Y-%m-%d} must be a later day than the date {event.date:%Y-%m-%d}; correct it, or leave it empty"
        inside = [era.era for era in eras.itertuples() if era.start <= event.date and not event.date > era.end]
        if event.era not in inside:
            fix = f"write {inside[0]}" if inside else "correct the date, or the eras in data/eras.csv"
            yield "data/events.csv", row + 2, f"{event.date:%Y-%m-%d} is not in the era {event.era}; {fix}"


def _states(states):
    if len(states) != MEMBERS:
        yield "data/states.csv", None, f"there are {len(states)} states instead of {MEMBERS}; add or delete rows"


def _tallies(votes, resolutions):
    counted = tally(votes)
    for row, resolution in enumerate(resolutions.itertuples()):
        if resolution.symbol not in counted.index:
            yield "data/resolutions.csv", row + 2, f"{resolution.symbol} has no votes in data/votes.csv; add its {MEMBERS} rows"
            continue
        if (total := counted.loc[resolution.symbol].sum()) != MEMBERS:
            yield "data/votes.csv", None, f"{resolution.symbol} has {total} votes instead of {MEMBERS}; add or delete rows"
        for vote, number in counted.loc[resolution.symbol].items():
            if number != (said := getattr(resolution, vote)):
                yield "data/resolutions.csv", row + 2, f"{resolution.symbol}: {vote} is {said}, but data/votes.csv has {number}; correct one of the two"
