"""What the files of the book say of one another: its passages, notes and figures."""

from dataclasses import dataclass

from sphinx.domains import Domain
from sphinx.util import logging

from edition.tables import home, package

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Passage:
    docname: str
    line: int
    id: int


@dataclass(frozen=True)
class Note:
    docname: str
    line: int
    id: str
    passage: int
    number: int
    kind: str
    verdict: str
    lemma: str
    gist: str
    term: str
    was: tuple  # (id, its page or "") of each note that it replaced
    sources: tuple  # their keys
    sources_then: tuple  # of those, what is not told as later than the commentary
    text: str


@dataclass(frozen=True)
class Figure:
    docname: str
    line: int
    id: str
    spec: dict


@dataclass(frozen=True)
class Term:
    docname: str
    line: int
    id: str
    headword: str
    text: str


@dataclass(frozen=True)
class Link:
    """From a text to a note or a figure: `kind` of it and its id."""

    docname: str
    line: int
    kind: str
    id: str


class EditionDomain(Domain):
    """Lists of Passage, Note, Figure, Term and Link; what stands twice is told once all files are read."""

    name = "edition"
    label = "Edition"
    data_version = 4
    UNIQUE = ("passages", "notes", "figures", "terms")
    initial_data = {"passages": [], "notes": [], "figures": [], "terms": [], "links": []}

    @property
    def passages(self):
        return self.data["passages"]

    @property
    def notes(self):
        return self.data["notes"]

    @property
    def figures(self):
        return self.data["figures"]

    @property
    def terms(self):
        return self.data["terms"]

    @property
    def links(self):
        return self.data["links"]

    def clear_doc(self, docname):
        for kind in self.initial_data:
            self.data[kind] = [item for item in self.data[kind] if item.docname != docname]

    def merge_domaindata(self, docnames, otherdata):
        for kind in self.initial_data:
            self.data[kind] += [item for item in otherdata[kind] if item.docname in docnames]

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []  # passages and notes are targets of the standard domain

    def check(self):
        """Report what stands twice, and a passage that is missing or out of order."""
        for kind in self.UNIQUE:
            for name in dict.fromkeys(item.id for item in self.data[kind]):
                first, *others = (item for item in self.data[kind] if item.id == name)
                what = f"{kind[:-1]} {name} stands already in {first.docname}, line {first.line}"
                for other in others:
                    place = other.docname, other.line
                    logger.warning("%s; rename or delete one of the two", what, location=place)
        order = list(self.env.collect_relations())
        places = {p.id: (p.docname, p.line) for p in self.passages if p.docname in order}
        for number in passage_numbers(self.env.config):
            if number not in places:
                message = "passage %d is in no chapter of _toc.yml; add ```{passage} %d```"
                logger.warning(message, number, number)
            elif number - 1 in places:
                (page, line), (page_before, line_before) = places[number], places[number - 1]
                if (order.index(page), line) < (order.index(page_before), line_before):
                    message = "passage %d stands before passage %d; put them in the order of the commentary"
                    logger.warning(message, number, number - 1, location=places[number])


def passage_numbers(config):
    """Return the numbers of the passages, with those of what stands before and behind them."""
    return sorted({*range(1, config.edition_passages + 1), *config.edition_paratexts})


def figure_numbers(env):
    """Return {id: number} of the figures, in the order of the book."""
    order = list(env.collect_relations())
    figures = [figure for figure in env.get_domain("edition").figures if figure.docname in order]
    figures.sort(key=lambda figure: (order.index(figure.docname), figure.line))
    return {figure.id: number for number, figure in enumerate(figures, 1)}


def page_with(env, part):
    """Return the page with a part that others lead to (glossary, chronology, citations), or None."""
    return next((page for page, parts in env.metadata.items() if part in parts), None)


def table_place(builder, table):
    """Return where the book describes a table, below its address: else the file of the table."""
    page, anchor = builder.env.get_domain("std").anonlabels.get(f"table-{table}", ("", ""))
    return f"{builder.get_target_uri(page)}#{anchor}" if page else f"data/{package()[table]['path']}"


def depend_on_tables(env):
    """Have the page that is being read read again when a table changes."""
    for path in home().iterdir():
        env.note_dependency(str(path))


def setup(app):
    app.add_config_value("edition_passages", 0, "env", [int])
    # what stands around them: number, one less than the first or one more than the last -> what it is
    app.add_config_value("edition_paratexts", {}, "env", [dict])
    app.add_domain(EditionDomain)
    # an event: so that faults of reading come first
    app.connect("env-check-consistency", lambda app, env: env.get_domain("edition").check())
