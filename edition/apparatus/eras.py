"""The small picture above a chapter's title: where in the eras it stands."""

from datetime import date

import pandas as pd
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.tables import home, load

logger = logging.getLogger(__name__)
NUMBERS = "one two three four five six seven eight nine ten".split()
PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def number(count):
    """Return a number of eras as one writes it: in words up to ten."""
    return NUMBERS[count - 1] if count <= len(NUMBERS) else str(count)


class era_bar(nodes.General, nodes.Element):
    """The eras, with the one of a chapter (`era`) marked, or all of them."""


class EraDirective(SphinxDirective):
    """The era of a chapter by its short name in `data/eras.csv`, or `all`."""

    required_arguments = 1

    def run(self):
        self.env.note_dependency(str(home() / "eras.csv"))
        era, names = self.arguments[0], ["all", *load("eras")["era"]]
        if era not in names:
            message = f"unknown era {era!r}; use one of {', '.join(names)}"
            logger.warning(message, location=self.get_location())
            return []
        return [era_bar(era=era)]


def raise_bar(app, doctree, docname):
    """Put the picture above the chapter's title."""
    for bar in list(doctree.findall(era_bar)):
        bar.parent.remove(bar)
        next(doctree.findall(nodes.section)).insert(0, bar)


def visit_bar(self, node):
    eras, last = load("eras"), self.builder.config.edition_last_day
    spans = ""
    for era in eras.itertuples():
        open_end = era.start if last == date.max else last  # the picture ends with the text
        end = open_end if pd.isna(era.end) else era.end
        years = end.year - era.start.year + 1
        here = " here" if node["era"] in (era.era, "all") else ""
        spans += f'<span class="era-{era.era}{here}" style="flex:{years}"></span>'
    count = number(len(eras))
    if node["era"] == "all":
        where, colour = f"Since {eras['start'][0].year} · all {count} eras", ""
    else:
        era = eras[eras["era"] == node["era"]].iloc[0]
        years = f"Since {era.start.year}" if pd.isna(era.end) else f"{era.start.year} to {era.end.year}"
        place = f"the {PLACES[era.name]}" if era.name < len(PLACES) else f"number {era.name + 1}"
        where, colour = f"{years} · {place} of {count} eras", f" era-{node['era']}"
    self.body.append(
        f'<div class="eras" aria-hidden="true">{spans}</div><p class="where{colour}">{where}</p>'
    )
    raise nodes.SkipNode


def setup(app):
    app.add_node(era_bar, html=(visit_bar, None))
    app.add_directive("era", EraDirective)
    app.connect("doctree-resolved", raise_bar)
