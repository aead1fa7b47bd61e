"""The days that notes name, held to the tables.

Two notes can't give one event two dates, since only one of them is in `events.csv`.
"""

import re
from datetime import date
from pathlib import Path

import pandas as pd
from sphinx.util import logging

from edition.tables import load, package

logger = logging.getLogger(__name__)
MONTHS = "January February March April May June July August September October November December".split()
DAY = re.compile(rf"(?:(\d{{1,2}})[–-])?(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")


def days(text):
    """Return each day that a text names in full, like 27 March 2014, and both ends of 11–12 February 2015.

    Raises ValueError on a day that no calendar has.
    """
    named = []
    for first, last, month, year in DAY.findall(" ".join(text.split())):
        named += [date(int(year), MONTHS.index(month) + 1, int(day)) for day in (first, last) if day]
    return named


def known(folder):
    """Return the days of the events (the last day, too, of one that lasted) and of the resolutions."""
    events = load("events", folder)
    columns = [events.loc[events["precision"] == "day", "date"], events["until"]]
    if "resolutions" in package(folder):
        columns.append(load("resolutions", folder)["date"])
    return set(pd.concat(columns).dropna().dt.date)


def check(app, env):
    """Report a day in a note that no table has: one of the two is wrong, or the event is missing."""
    folder = Path(app.srcdir, "data")
    if "events" not in package(folder):
        return
    in_tables = known(folder)
    for note in env.get_domain("edition").notes:
        try:
            faults = [
                f"names {day.day} {day:%B %Y}, a day without an event in data/events.csv; "
                "correct it, or add the event"
                for day in days(note.text)
                if day not in in_tables
            ]
        except ValueError as error:
            faults = [f"names a day that does not exist ({error}); correct it"]
        for fault in faults:
            logger.warning("note %s %s", note.id, fault, location=(note.docname, note.line))


def setup(app):
    app.connect("env-check-consistency", check)
