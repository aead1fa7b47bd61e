"""What must hold between the tables, whatever stands in them. Each fault is one line: where, what is wrong, what to do."""

import pandas as pd

from edition import description
from edition.tables import TableError, home, load, package, read
from edition.votes import tally

MEMBERS = 193


def faults(passages, folder=None):
    """Yield the faults of the tables in `folder` as (file, row or None, message), for a commentary of `passages` passages.

    A table that is not sound hides the checks that need it.
    """
    folder, tables = folder or home(), {}
    resources, wrong = description.described(folder)
    for name, resource in resources.items():
        table, faults_of_table = read(resource, folder)
        wrong += faults_of_table
        if not faults_of_table:
            tables[name] = table
    for fault in wrong:
        yield fault.file, fault.row, fault.message
    for name, table in tables.items():
        resource = resources[name]
        for row, message in (*_keys(resource, resources, tables), *_order(table), *_gaps(resource, table), *_passages(table, passages)):
            yield f"data/{resource['path']}", row, message
    for check, needs in NEEDS.items():
        if all(name in tables and columns.items() <= _types(resources[name]).items() for name, columns in needs.items()):
            yield from check(*(tables[name] for name in needs))


def table_sources(folder=None):
    """Yield (file, row, key) for each source that a row of a table names; a cell may name several, with spaces between."""
    for name, resource in package(folder).items():
        if "source" in description.names(resource):
            try:
                column = load(name, folder)["source"]
            except TableError:  # told by `faults`
                continue
            for row, cell in column.drop_duplicates().items():
                for key in str(cell).split():
                    yield f"data/{resource['path']}", row + 2, key


def _types(resource):
    return {field["name"]: field["type"] for field in resource["schema"]["fields"]}


def _keys(resource, resources, tables):
    """What a foreign key names must be in the table that it refers to; each name is told once, at its first row."""
    for key in description.listed(resource["schema"].get("foreignKeys", [])):
        columns, reference = description.listed(key["fields"]), key["reference"]
        other = reference["resource"] or resource["name"]
        if other in tables:
            known = set(_values(tables[other], description.listed(reference["fields"])))
            values = _values(tables[resource["name"]], columns).drop_duplicates()
            for row, value in values[~values.isin(known)].items():
                where = f"data/{resources[other]['path']}"
                yield row + 2, f"{', '.join(columns)} {value} is not in {where}; correct it here or add it there"


def _values(table, columns):
    """Return what stands in `columns` of each row, as a text; without the rows where one of them is empty."""
    texts = table[columns].astype(str)[table[columns].notna().all(axis=1)]
    return texts[(texts != "").all(axis=1)].agg(", ".join, axis=1)


def _order(table):
    """Rows stand in the order of their date or month."""
    for column in {"date", "month"} & set(table.select_dtypes("datetime")):
        dates = table[column]
        for row in dates.index[1:]:
            if dates[row] < dates[row - 1]:
                yield row + 2, f"{dates[row]:%Y-%m-%d} comes after {dates[row - 1]:%Y-%m-%d}; sort the rows by {column}"


def _gaps(resource, table):
    """A table that has a row a year has one for each year: the cells of the chapters ask for any of them."""
    if resource["schema"].get("primaryKey") not in ("year", ["year"]) or table["year"].dtype != "int64":
        return
    steps = table["year"].diff()
    if (steps == 1).sum() > len(table) / 2:
        for row in steps.index[steps > 1]:
            after, before = table["year"][row - 1], table["year"][row]
            years = f"the year {after + 1} is" if before - after == 2 else f"the years {after + 1} to {before - 1} are"
            yield row + 2, f"{years} missing before {before}; add a row a year, with empty cells where no source has a figure"


def _passages(table, passages):
    if "passage" in table.select_dtypes("integer"):
        for row, number in table["passage"].dropna().items():
            if not 1 <= number <= passages:
                yield row + 2, f"passage {number} is not one of 1 to {passages}; correct it or leave it empty"


def _eras(eras):
    for row in range(1, len(eras)):
        if eras["start"][row] != eras["end"][row - 1] + pd.Timedelta(days=1):
            era, before = eras["era"][row], eras["era"][row - 1]
            yield "data/eras.csv", row + 2, f"{era} must begin the day after {before} ends; correct one of the two dates"


def _events(eras, events):
    for event in events.dropna(subset="date").itertuples():
        day, row = f"{event.date:%Y-%m-%d}", event.Index + 2
        if pd.notna(event.until) and (event.until <= event.date or event.precision != "day"):
            until = f"until {event.until:%Y-%m-%d}"
            yield "data/events.csv", row, f"{until} must be a later day than the date {day}; correct it, or leave it empty"
        inside = [era.era for era in eras.itertuples() if era.start <= event.date and not event.date > era.end]
        if event.era not in inside:
            fix = f"write {inside[0]}" if inside else "correct the date, or the eras in data/eras.csv"
            yield "data/events.csv", row, f"{day} is not in the era {event.era}; {fix}"


def _states(states):
    if len(states) != MEMBERS:
        yield "data/states.csv", None, f"there are {len(states)} states instead of {MEMBERS}; add or delete rows"


def _tallies(votes, resolutions):
    counted = tally(votes)
    for resolution in resolutions.itertuples():
        symbol, row = resolution.symbol, resolution.Index + 2
        if symbol not in counted.index:
            yield "data/resolutions.csv", row, f"{symbol} has no votes in data/votes.csv; add its {MEMBERS} rows"
            continue
        if (total := counted.loc[symbol].sum()) != MEMBERS:
            first = (votes["symbol"] == symbol).idxmax() + 2
            yield "data/votes.csv", first, f"{symbol} has {total} votes instead of {MEMBERS}; add or delete rows"
        for vote, number in counted.loc[symbol].items():
            if number != (said := getattr(resolution, vote)):
                what = f"{symbol}: {vote} is {said}, but data/votes.csv has {number}"
                yield "data/resolutions.csv", row, f"{what}; correct one of the two"


NEEDS = {  # check -> the tables and columns of which it speaks: where a book has no such, it says nothing
    _eras: {"eras": {"era": "string", "start": "date", "end": "date"}},
    _events: {"eras": {"era": "string", "start": "date", "end": "date"},
              "events": {"date": "date", "until": "date", "precision": "string", "era": "string"}},
    _states: {"states": {"iso3": "string", "eu": "boolean", "cis": "boolean"}},
    _tallies: {"votes": {"symbol": "string", "vote": "string"},
               "resolutions": {"symbol": "string"} | dict.fromkeys(["yes", "abstain", "no", "not_voting"], "integer")},
}
