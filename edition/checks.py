"""What must hold between the tables, whatever stands in them. Each fault is one line: where, what is wrong, what to do."""

import pandas as pd

from edition.tables import DATA, TableError, load, package
from edition.votes import tally

MEMBERS = 193


def faults(folder=DATA, passages=11):
    """Yield the faults of the tables in `folder` as (file, line, message); a table that can't be read hides the checks that need it."""
    tables = {}
    for name in package(folder):
        try:
            tables[name] = load(name, folder)
        except TableError as error:
            file, _, message = str(error).partition(": ")
            row, _, rest = message.partition(": ")
            yield (file, int(row[4:]), rest) if row.startswith("row ") else (file, None, message)
    for check, needs in [(_eras, ["eras"]), (_events, ["eras", "events"]), (_roll_calls, ["votes", "resolutions", "states"])]:
        if all(name in tables for name in needs):
            yield from check(*(tables[name] for name in needs))
    if "events" in tables:
        for row, number in tables["events"]["passage"].dropna().items():
            if not 1 <= number <= passages:
                yield "data/events.csv", row + 2, f"passage {number} is not one of 1 to {passages}; correct it or leave it empty"


def table_sources(folder=DATA):
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


def _eras(eras):
    for row in range(1, len(eras)):
        if eras["start"][row] != eras["end"][row - 1] + pd.Timedelta(days=1):
            yield "data/eras.csv", row + 2, f"{eras['era'][row]} must begin the day after {eras['era'][row - 1]} ends; correct one of the two dates"


def _events(eras, events):
    dates = events["date"]
    for row in range(1, len(events)):
        if dates[row] < dates[row - 1]:
            yield "data/events.csv", row + 2, f"{dates[row]:%Y-%m-%d} comes after {dates[row - 1]:%Y-%m-%d}; sort the rows by date"
    spans = {era.era: (era.start, era.end) for era in eras.itertuples()}
    for row, event in enumerate(events.itertuples()):
        start, end = spans[event.era]
        if event.date < start or event.date > end:
            right = [era for era, (first, last) in spans.items() if event.date >= first and not event.date > last]
            fix = f"write {right[0]}" if right else "correct the date, or the eras in data/eras.csv"
            yield "data/events.csv", row + 2, f"{event.date:%Y-%m-%d} is not in the era {event.era}; {fix}"


def _roll_calls(votes, resolutions, states):
    for row, vote in enumerate(votes.itertuples()):
        if vote.symbol not in set(resolutions["symbol"]):
            yield "data/votes.csv", row + 2, f"resolution {vote.symbol} is not in data/resolutions.csv; correct the symbol or add the resolution"
        if vote.iso3 not in set(states["iso3"]):
            yield "data/votes.csv", row + 2, f"state {vote.iso3} is not in data/states.csv; correct the code"
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
