"""The eras as a picture: above a chapter's title where it stands; on the cover with all chapters below it."""

from datetime import date

import pandas as pd
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.elements import make
from edition.tables import home, load

logger = logging.getLogger(__name__)
NUMBERS = "one two three four five six seven eight nine ten".split()
PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def number(count):
    """Return a number of eras as one writes it: in words up to ten."""
    return NUMBERS[count - 1] if count <= len(NUMBERS) else str(count)


class era_bar(nodes.General, nodes.Element):
    """The eras, with the one of a chapter (`era`) marked, or all of them."""


class era_contents(nodes.General, nodes.Element):
    """The eras by year and name, and the chapters with passages, each with its era."""


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
        self.env.metadata[self.env.docname]["era"] = era
        return [era_bar(era=era)]


class EraContentsDirective(SphinxDirective):
    """What the cover has for contents."""

    def run(self):
        self.env.note_dependency(str(home() / "eras.csv"))
        return [era_contents()]


def lay_out(app, doctree, docname):
    """Put the picture above the chapter's title, and fill in the contents."""
    last = app.config.edition_last_day
    for bar in list(doctree.findall(era_bar)):
        bar.parent.remove(bar)
        next(doctree.findall(nodes.section))[:0] = [picture(last, bar["era"]), place(bar["era"])]
    for contents in list(doctree.findall(era_contents)):
        parts = picture(last), make("ol", *entries(app, docname))
        contents.replace_self(make("nav", *parts, class_="era-contents", aria_label="Chapters by era"))


def picture(last, here=None):
    """Return the eras as bars, as long as their years: the one that is `here` marked, or all named."""
    bars = []
    for era in load("eras").itertuples():
        open_end = era.start if last == date.max else last  # the picture ends with the text
        end = open_end if pd.isna(era.end) else era.end
        words = [] if here else [make("b", str(era.start.year)), f" {era.name}"]
        class_ = f"era-{era.era}{' here' if here in (era.era, 'all', None) else ''}"
        bars.append(make("span", *words, class_=class_, style=f"flex:{end.year - era.start.year + 1}"))
    return make("div", *bars, class_="eras" if here else "eras named", aria_hidden="true" if here else None)


def place(here):
    """Return the years of an era, and which of all it is."""
    eras = load("eras")
    count, (_, years) = number(len(eras)), called(here)
    if here == "all":
        return make("p", f"{years} · all {count} eras", class_="where")
    place = eras[eras["era"] == here].index[0]
    which = f"the {PLACES[place]}" if place < len(PLACES) else f"number {place + 1}"
    return make("p", f"{years} · {which} of {count} eras", class_=f"where era-{here}")


def called(here):
    """Return what an era is called, or all of them, and its years."""
    eras = load("eras")
    if here == "all":
        return f"All {number(len(eras))} eras", f"Since {eras['start'][0].year}"
    era = eras[eras["era"] == here].iloc[0]
    years = f"Since {era.start.year}" if pd.isna(era.end) else f"{era.start.year} to {era.end.year}"
    return era["name"], years


def entries(app, docname):
    """Yield each chapter that has passages, in the order of the book, as an entry of the contents."""
    env = app.env
    for chapter in env.collect_relations():
        numbers = [one.id for one in env.get_domain("edition").passages if one.docname == chapter]
        if numbers := sorted(set(numbers) & set(range(1, app.config.edition_passages + 1))):
            link = make(
                "a", env.titles[chapter].astext(), href=app.builder.get_relative_uri(docname, chapter)
            )
            which = f"passage{'s' * (len(numbers) > 1)} {' and '.join(map(str, numbers))}"
            era = env.metadata[chapter].get("era", "all")
            yield make("li", link, " ", make("span", which), class_=None if era == "all" else f"era-{era}")


def setup(app):
    app.add_directive("era", EraDirective)
    app.add_directive("era-contents", EraContentsDirective)
    app.connect("doctree-resolved", lay_out)
