"""The chronology: every event of `data/events.csv`."""

import re

import pandas as pd
from sphinx.util.docutils import SphinxDirective

from edition.domain import depend_on_tables
from edition.tables import load


def escaped(text):
    """Return the text of a table's cell as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<&])", r"\\\1", text)


def span(event):
    """Return the day or days of an event as one says them.

    Like 29 May 2014, 1–2 December 2010, 30 April – 2 May 2013, May 2014.
    """
    first, last = event.date, event.until
    days = {"day": f"{first.day} {first:%B %Y}", "month": f"{first:%B %Y}", "year": f"{first.year}"}
    day = days[event.precision]
    if pd.isna(last):
        return day
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    return f"{f'{first.day} {first:%B}' if first.year == last.year else day} – {last.day} {last:%B %Y}"


class ChronologyDirective(SphinxDirective):
    """Every event of `data/events.csv`, by era, with its passage and source."""

    def run(self):
        depend_on_tables(self.env)
        self.env.metadata[self.env.docname]["chronology"] = True
        events, lines = load("events"), []
        for era in load("eras").itertuples():
            lines += [f"{{.chronology-era .era-{era.era}}}", f"## {era.name}", ""]
            for event in events[events["era"] == era.era].itertuples():
                day = span(event)
                where = f", {escaped(event.place)}" if event.place else ""
                see = f" ([passage {event.passage}](#p{event.passage}))" if pd.notna(event.passage) else ""
                cite = ",".join(event.source.split())
                lines += [
                    f"[**{day}**]{{#event-{event.id}}}{where} · *{event.kind}*",
                    f": {escaped(event.title)}{see} {{cite:p}}`{cite}`",
                    "",
                ]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app):
    app.add_directive("chronology", ChronologyDirective)
