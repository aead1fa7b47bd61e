"""What the description of a table demands of its rows together: the list `rules` of a resource.

Table Schema knows constraints of a cell, and keys. These rules are this engine's own: other programs pass
them over. A rule with `within`, a list of columns, holds for each group of rows that are alike in them.

    {"rule": "order", "columns": ["date"]}                    the rows stand in the order of these columns
    {"rule": "series", "column": "year", "from": 1990, "to": 2023, "without": [2010]}    no other is missing
    {"rule": "jump", "column": "tonnes", "factor": 3}         at most three times the row before, or a third
    {"rule": "jump", "column": "growth", "step": 10}          at most ten more than the row before, or less
    {"rule": "whole", "column": "partner", "value": "World", "amount": "dollars", "within": ["year"]}
                                                              the others' sum is not more than the whole
    {"rule": "alike", "column": "title", "day": "date", "days": 1, "share": 0.8}
                                                              no two rows say nearly the same of the same day
    {"rule": "formula", "formula": "session == year - 1945", "words": "a session is 46 in 1991"}
    {"rule": "formula", "formula": "session == year - 1945", "words": "session 46 is that of 1991"}
                                                              value of the formula; else the words are told
"""

import re
from difflib import SequenceMatcher
from itertools import combinations

import pandas as pd

from edition.tables.description import FILE, TableError
from edition.tables.loading import first

ELSE = "or change the rule in datapackage.json"


def broken(resource, table):
    """Yield a TableError for each rule that a table breaks: its first row, and how many more there are."""
    file, rules = f"data/{resource['path']}", resource.get("rules", [])
    if rules and table.empty:
        yield TableError(file, "there are no rows; add them")
        return
    for number, rule in enumerate(rules, 1):
        within, wrong = rule.get("within"), {}
        for key, rows in table.groupby(within, observed=True, sort=False) if within else [((), table)]:
            of = f" of {', '.join(map(_shown, key))}" if key else ""
            try:
                wrong |= {index + 2: what for index, what in RULES[rule["rule"]](rows, rule, of)}
            except FormulaError as error:
                what = f"rule {number} can't be computed ({error}); correct its formula"
                yield TableError(FILE, f"table {resource['name']}: {what}")
                break
        if wrong:
            yield first(file, wrong)


class FormulaError(ValueError):
    """A formula that is none, or none of this table."""


def _shown(value):
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _order(rows, rule, of):
    columns = rule["columns"]
    ranks = rows[columns].apply(lambda column: column.rank(method="dense"))
    keys = list(map(tuple, ranks.to_numpy()))
    for place, (before, here) in enumerate(zip(keys, keys[1:], strict=False), 1):
        if here < before:
            this, that = (", ".join(map(_shown, rows.iloc[n][columns])) for n in (place, place - 1))
            remedy = f"sort the rows by {', '.join(columns)}"
            yield rows.index[place], f"{this} stands after {that}{of}; {remedy}"


def _series(rows, rule, of):
    column, name = rows[rule["column"]].dropna(), rule["column"]
    if column.empty:
        return
    start, end = rule.get("from", column.min()), rule.get("to", column.max())
    for index, value in column[~column.between(start, end)].items():
        yield index, f"{name} is {value}, but the series{of} goes from {start} to {end}; correct it, {ELSE}"
    for value in sorted({*range(start, end + 1)} - {*column, *rule.get("without", [])}):
        later = column.index[column > value]
        index = later[0] if len(later) else rows.index[-1]
        yield index, f"the {name} {value}{of} is missing; add a row for it, {ELSE} (without)"


def _jump(rows, rule, of):
    column, name = rows[rule["column"]].dropna(), rule["column"]
    for index, before, here in zip(column.index[1:], column, column[1:], strict=False):
        low, high = sorted([before, here])
        if "step" in rule:
            far, most = high - low > rule["step"], f"{rule['step']}"
        else:
            far, most = low <= 0 or high > low * rule["factor"], f"{rule['factor']} times"
        if far:
            jump = f"{name}{of} is {_shown(here)} after {_shown(before)}, a jump by more than {most}"
            yield index, f"{jump}; correct one of the two, {ELSE}"


def _whole(rows, rule, of):
    is_whole, amount = rows[rule["column"]].astype(str) == rule["value"], rows[rule["amount"]]
    if not is_whole.any():
        yield rows.index[0], f"there is no {rule['value']}{of}; add its row"
    elif (parts := amount[~is_whole].sum()) > (whole := amount[is_whole].sum()):
        more = f"its parts add up to {_shown(parts)}"
        yield is_whole.idxmax(), f"{rule['value']}{of} is {_shown(whole)}, but {more}; correct one of them"


def _alike(rows, rule, of):
    rows = rows.dropna(subset=rule["day"])
    days, texts = rows[rule["day"]].map(pd.Timestamp.toordinal), rows[rule["column"]].str.casefold()
    for (one, day, text), (other, later, words) in combinations(zip(rows.index, days, texts, strict=True), 2):
        if abs(later - day) <= rule["days"] and SequenceMatcher(None, text, words).ratio() >= rule["share"]:
            what = f"{rows[rule['column']][other]!r} is nearly what row {one + 2} says of the same time"
            yield other, f"{what}; delete one of the two"


def _formula(rows, rule, of):
    named = [name for name in rows.columns if re.search(rf"\b{re.escape(name)}\b", rule["formula"])]
    try:
        holds = rows.eval(rule["formula"], engine="python")
    except Exception as error:  # pandas has many
        raise FormulaError(error) from None
    if not isinstance(holds, pd.Series) or not pd.api.types.is_bool_dtype(holds):
        raise FormulaError("it is neither true nor false of a row")
    holds = holds.fillna(True).astype(bool)
    for index in rows.index[~(holds | rows[named].isna().any(axis=1))]:
        shown = ", ".join(f"{name} is {_shown(rows[name][index])}" for name in named)
        yield index, f"{shown}, but {rule['words']}; correct it"


RULES = {
    "order": _order,
    "series": _series,
    "jump": _jump,
    "whole": _whole,
    "alike": _alike,
    "formula": _formula,
}
