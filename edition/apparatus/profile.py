"""A country in figures: the rows of `data/country.csv`, by topic."""

from datetime import date

from sphinx.util.docutils import SphinxDirective

from edition.apparatus.chronology import escaped
from edition.domain import depend_on_tables
from edition.tables import load


class CountryDirective(SphinxDirective):
    """The figures by topic, each with its unit; those of one counter and time have one source."""

    def run(self):
        depend_on_tables(self.env)
        lines = []
        for topic, rows in load("country").groupby("topic", observed=True):
            lines += ["{.entries}", f"**{topic[0].upper()}{topic[1:]}**"]
            for number, (key, alike) in enumerate(rows.groupby(["by", "date", "source"], sort=False)):
                by, day, source = key
                told = [
                    f"**{row.value:,.12g} {row.unit}** {escaped(row.measure)}" for row in alike.itertuples()
                ]
                cited = f"{{cite:p}}`{','.join(source.split())}`"
                start = " " if number else ":"
                lines.append(f"{start} - {', '.join(told)}: {escaped(by)}, {when(day)} {cited}")
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
