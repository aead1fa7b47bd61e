"""What the files of the book say of one another: its passages, notes and figures."""

from collections import Counter
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
    term: str
    sources: tuple  # their keys
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


class EditionDomain(Domain):
    """Lists of Passage, Note, Figure and Term; what stands twice is told once all files are read."""

    name = "edition"
    label = "Edition"
    data_version = 3
    KINDS = ("passages", "notes", "figures", "terms")
    initial_data = {"passages": [], "notes": [], "figures": [], "terms": []}

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

    def clear_doc(self, docname):
        for kind in self.KINDS:
            self.data[kind] = [item for item in self.data[kind] if item.docname != docname]

    def merge_domaindata(self, docnames, otherdata):
        for kind in self.KINDS:
            self.data[kind] += [item for item in otherdata[kind] if item.docname in docnames]

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []  # passages and notes are targets of the standard domain

    def check(self):
        """Report what stands twice, and a passage that is missing or out of order."""
        for kind in self.KINDS:
            for name, number in Counter(item.id for item in self.data[kind]).items():
                first, *others = (item for item in self.data[kind] if item.id == name)
                for other in others:
                    logger.warning(
                        "%s %s stands already in %s, line %s; rename or delete one of the two",
                        kind[:-1],
                        name,
                        first.docname,
                        first.line,
                        location=(other.docname, other.line),
                    )
        order = list(self.env.collect_relations())
        place = {p.id: (order.index(p.docname), p.line, p) for p in self.passages if p.docname in order}
        for number in range(1, self.env.config.edition_passages + 1):
            if number not in place:
                logger.warning(
                    "passage %d is in no chapter of _toc.yml; add ```{passage} %d```", number, number
                )
            elif number - 1 in place and place[number][:2] < place[number - 1][:2]:
                passage = place[number][2]
                logger.warning(
                    "passage %d stands before passage %d; put them in the order of the commentary",
                    number,
                    number - 1,
                    location=(passage.docname, passage.line),
                )


def figure_numbers(env):
    """Return {id: number} of the figures, in the order of the book."""
    order = list(env.collect_relations())
    placed = sorted(
        (one for one in env.get_domain("edition").figures if one.docname in order),
        key=lambda one: (order.index(one.docname), one.line),
    )
    return {one.id: number for number, one in enumerate(placed, 1)}


def page_with(env, part):
    """Return the page that has a part of the book that others lead to (glossary, chronology, citations), or None."""
    return next((page for page, told in env.metadata.items() if part in told), None)


def described(builder, table):
    """Return where the book describes a table, below its address: else the file of the table."""
    page, anchor = builder.env.get_domain("std").anonlabels.get(f"table-{table}", ("", ""))
    return f"{builder.get_target_uri(page)}#{anchor}" if page else f"data/{package()[table]['path']}"


def depend_on_tables(env):
    """Have the page that is being read read again when a table changes."""
    for path in home().iterdir():
        env.note_dependency(str(path))


def setup(app):
    app.add_config_value("edition_passages", 0, "env", [int])
    app.add_domain(EditionDomain)
    app.connect(
        "env-check-consistency", lambda app, env: env.get_domain("edition").check()
    )  # an event: so that faults of reading come first
