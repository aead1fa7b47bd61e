"""A country in figures: the rows of `data/country.csv`, by topic."""

from datetime import date

from sphinx.util.docutils import SphinxDirective

from edition.apparatus.chronology import escaped
from edition.domain import depend_on_tables
from edition.tables import load


class CountryDirective(SphinxDirective):
    """The figures by topic, each with its unit, its time and its source."""

    def run(self):
        depend_on_tables(self.env)
        lines = []
        for topic, rows in load("country").groupby("topic", observed=True):
            lines += ["{.people}", f"**{topic[0].upper()}{topic[1:]}**"]
            for number, row in enumerate(rows.itertuples()):
                value = f"**{row.value:,.12g} {row.unit}**"
                cited = ",".join(row.source.split())
                what = f"{value}: {escaped(row.measure)} ({when(row.date)}) {{cite:p}}`{cited}`"
                lines.append(f"{' ' if number else ':'} - {what}")
            lines.append("")
        return self.parse_text_to_nodes("\n".join(lines))


def when(day):
    """Return a day, a month or a year as one says it, of an ISO date, or the beginning of one."""
    year, *rest = map(int, day.split("-"))
    if not rest:
        return str(year)
    month = f"{date(year, rest[0], 1):%B} {year}"
    return f"{rest[1]} {month}" if len(rest) > 1 else month


def setup(app):
    app.add_directive("country", CountryDirective)
