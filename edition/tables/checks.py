"""What must hold within and between the tables. Each fault is one line: where, what is wrong, what to do."""

from itertools import chain

import pandas as pd

from edition.tables import TableError, description, home, load, package, read, rules
from edition.tables.votes import LETTERS, tally


def faults(passages, folder=None):
    """Yield the faults of the tables in `folder` as (file, row or None, message).

    `passages`: their numbers, or None where they are not known. A table that is not sound hides the checks
    that need it.
    """
    folder, tables = folder or home(), {}
    resources, wrong = description.described(folder)
    for name, resource in resources.items():
        table, faults_of_table = read(resource, folder)
        wrong += faults_of_table
        if not faults_of_table:
            tables[name] = table
    wrong += chain.from_iterable(rules.broken(resources[name], table) for name, table in tables.items())
    for fault in wrong:
        yield fault.file, fault.row, fault.message
    for name, table in tables.items():
        resource = resources[name]
        for row, message in chain(_keys(resource, resources, tables), _passages(table, passages)):
            yield f"data/{resource['path']}", row, message
    for check, needs in NEEDS.items():
        if all(name in tables and needs[name].items() <= _types(resources[name]).items() for name in needs):
            yield from check(*map(tables.get, needs))


def table_sources(folder=None):
    """Yield (file, row, key) for each source that a row names; a cell names several with spaces between.

    Not of a table whose sources are addresses.
    """
    for name, resource in package(folder).items():
        if any(field["name"] == "source" and field.get("format") != "uri" for field in fields(resource)):
            try:
                column = load(name, folder)["source"]
            except TableError:  # told by `faults`
                continue
            for row, cell in column.drop_duplicates().items():
                for key in str(cell).split():
                    yield f"data/{resource['path']}", row + 2, key


def fields(resource):
    return resource["schema"]["fields"]


def _types(resource):
    return {field["name"]: field["type"] for field in fields(resource)}


def _keys(resource, resources, tables):
    """What a foreign key names must be in the table that it refers to; each name is told once."""
    for key in description.listed(resource["schema"].get("foreignKeys", [])):
        columns, reference = description.listed(key["fields"]), key["reference"]
        other = reference.get("resource") or resource["name"]
        if other in tables:
            known = set(_values(tables[other], description.listed(reference["fields"])))
            values = _values(tables[resource["name"]], columns).drop_duplicates()
            for row, value in values[~values.isin(known)].items():
                what = f"{', '.join(columns)} {value} is not in data/{resources[other]['path']}"
                yield row + 2, f"{what}; correct it here or add it there"


def _values(table, columns):
    """Return what stands in `columns` of each row, as a text; without the rows where one of them is empty."""
    texts = table[columns].astype(str)[table[columns].notna().all(axis=1)]
    first, *others = (texts[column] for column in columns)
    return first.str.cat(others, sep=", ")[(texts != "").all(axis=1)] if others else first[first != ""]


def _passages(table, passages):
    if passages is not None and "passage" in table.select_dtypes("integer"):
        for row, number in table["passage"].dropna().items():
            if number not in passages:
                known = (
                    f"{passages[0]} to {passages[-1]}" if passages else "those of the book, which has none"
                )
                yield row + 2, f"passage {number} is not one of {known}; correct it or leave it empty"


def _eras(eras):
    for row in range(1, len(eras)):
        if eras["start"][row] != eras["end"][row - 1] + pd.Timedelta(days=1):
            what = f"{eras['era'][row]} must begin the day after {eras['era'][row - 1]} ends"
            yield "data/eras.csv", row + 2, f"{what}; correct one of the two dates"


def _events(eras, events):
    eras = list(eras.itertuples())
    for event in events.dropna(subset="date").itertuples():
        day, row = f"{event.date:%Y-%m-%d}", event.Index + 2
        if pd.notna(event.until) and (event.until <= event.date or event.precision != "day"):
            what = f"until {event.until:%Y-%m-%d} must be a later day than the date {day}"
            yield "data/events.csv", row, f"{what}; correct it, or leave it empty"
        inside = [e.era for e in eras if e.start <= event.date and not e.end < event.date]
        if event.era not in inside:
            fix = f"write {inside[0]}" if inside else "correct the date, or the eras in data/eras.csv"
            yield "data/events.csv", row, f"{day} is not in the era {event.era}; {fix}"


def _tallies(states, votes, resolutions):
    """Each state has a row for each resolution, and the tallies are those of the rows."""
    counted = tally(votes)
    for resolution in resolutions.itertuples():
        symbol, row = resolution.symbol, resolution.Index + 2
        if symbol not in counted.index:
            what = f"{symbol} has no votes in data/votes.csv"
            yield "data/resolutions.csv", row, f"{what}; add its {len(states)} rows"
            continue
        if (total := counted.loc[symbol].sum()) != len(states):
            first = (votes["symbol"] == symbol).idxmax() + 2
            what = f"{symbol} has {total} votes instead of {len(states)}"
            yield "data/votes.csv", first, f"{what}; add or delete rows"
        for vote, number in counted.loc[symbol].items():
            if number != (stated := getattr(resolution, vote)):
                what = f"{symbol}: {vote} is {stated}, but data/votes.csv has {number}"
                yield "data/resolutions.csv", row, f"{what}; correct one of the two"


def _same_votes(resolutions, votes, roll_calls):
    """A roll call that stands in the table of many, too, is the same in both."""
    days = resolutions.set_index("symbol")["date"]
    answers = votes.set_index(["symbol", "iso3"])["vote"].astype(str).to_dict()
    both = roll_calls[(roll_calls["kind"] == "resolution") & roll_calls["symbol"].isin(days.index)]
    for row, call in zip(both.index + 2, both.to_dict("records"), strict=True):
        symbol = call["symbol"]
        if call["date"] != days[symbol]:
            what = f"{symbol} has the day {call['date']:%Y-%m-%d}, but {days[symbol]:%Y-%m-%d}"
            yield "data/roll_calls.csv", row, f"{what} in data/resolutions.csv; correct one of the two"
        for state, letter in call.items():
            vote = answers.get((symbol, state))
            if vote and vote != (here := LETTERS.get(letter, "not_voting")):
                what = f"{symbol}: the vote of {state} is {here}, but {vote} in data/votes.csv"
                yield "data/roll_calls.csv", row, f"{what}; correct one of the two"


FLAWED = ("refined", "disputed", "corrected")


def _flaws(statements, flaws):
    """What is at fault is said of each statement that is not exact, disputed or wrong, and of no other."""
    verdicts = statements.set_index("note")["verdict"].astype(str)
    passages, said = statements.set_index("note")["passage"], set(flaws["note"])
    for row, (note, verdict) in enumerate(verdicts.items(), 2):
        if verdict in FLAWED and note not in said:
            what = f"{note} is {verdict}, but has no row in data/flaws.csv"
            yield "data/statements.csv", row, f"{what}; add it there"
    for flaw in flaws[flaws["note"].isin(verdicts.index)].itertuples():
        note, row = flaw.note, flaw.Index + 2
        if verdicts[note] not in FLAWED:
            what = f"{note} is {verdicts[note]} in data/statements.csv"
            yield "data/flaws.csv", row, f"{what}; delete the row, or correct the verdict"
        elif flaw.passage != passages[note]:
            what = f"{note} is of passage {flaw.passage}, but of {passages[note]} in data/statements.csv"
            yield "data/flaws.csv", row, f"{what}; correct one of the two"


NEEDS = {  # check -> the tables and columns of which it speaks: where a book has no such, it says nothing
    _eras: {"eras": {"era": "string", "start": "date", "end": "date"}},
    _events: {
        "eras": {"era": "string", "start": "date", "end": "date"},
        "events": {"date": "date", "until": "date", "precision": "string", "era": "string"},
    },
    _tallies: {
        "states": {"iso3": "string"},
        "votes": {"symbol": "string", "vote": "string"},
        "resolutions": dict.fromkeys(["yes", "abstain", "no", "not_voting"], "integer"),
    },
    _same_votes: {
        "resolutions": {"symbol": "string", "date": "date"},
        "votes": {"symbol": "string", "iso3": "string", "vote": "string"},
        "roll_calls": {"symbol": "string", "kind": "string", "date": "date"},
    },
    _flaws: {
        "statements": {"note": "string", "passage": "integer", "verdict": "string"},
        "flaws": {"note": "string", "passage": "integer"},
    },
}
