"""The statements of the commentary that can be true or false.

The list of them is held to the notes, and the ledger shows how they fare.
"""

from collections import Counter
from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.notes import CALLED, VERDICTS
from edition.domain import depend_on_tables
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/statements.csv"
TYPES = {  # what a statement turns on: the column `type` of the list
    "what": "What happened, or what is",
    "who": "Who did it",
    "when": "When",
    "where": "Where",
    "how much": "How much, how many, how often",
    "why": "Why, and with what effect",
    "forecast": "What would come",
}


class ledger(nodes.container):
    """Statements as a table; `form`: all of them, by passage, with fields to filter them; else by type."""


class statement(nodes.Element):
    """One of them (`row` of the list), with its sources as children."""


def faults(table, notes):
    """Yield (row of the table or None, note or None, message) for each way in which list and notes disagree.

    Each note with a verdict judges one statement, in the order of the commentary; both name the same verdict
    and sources, and the finding is the gist of the note.
    """
    by_id, place = {note.id: note for note in notes}, (0, 0)
    for row in table.itertuples():
        note = by_id.get(row.note)
        for message in _faults_of_row(row, note, place):
            yield row.Index + 2, None, message
        if note and note.verdict:
            place = note.passage, note.number
            if note.sources and not note.sources_then and row.type != "forecast":
                what = f"note {note.id}: its verdict rests on what was known later"
                remedy = "cite a source of the time outside {later}, or take the verdict away"
                yield None, note, f"{what}; {remedy}"
    listed = set(table["note"])
    for note in notes:
        if note.verdict and note.id not in listed:
            what = f"note {note.id} has a verdict, but its statement is not in {FILE}"
            yield None, note, f"{what}; add it there"


def _faults_of_row(row, note, place):
    """Yield how a row and its note (or None) disagree; `place` is that of the note of the row before."""
    if note is None or not note.verdict:
        yield f"the statement has no note {row.note} with a verdict; write it, or delete the row"
        return
    if row.passage != note.passage:
        yield f"{row.note} is a note on passage {note.passage}, not {row.passage}; correct the row"
    if row.verdict != note.verdict:
        yield f"{row.note} is {row.verdict} here and {note.verdict} in its note; correct one of the two"
    if (cited := " ".join(note.sources)) and set(row.source.split()) != set(note.sources):
        yield f"{row.note} names other sources than its note; write {cited}"
    if row.finding != note.gist:
        yield f"the finding of {row.note} is not the gist of its note; write {note.gist}"
    if (note.passage, note.number) < place:
        what = f"note {note.passage}.{note.number} comes after {place[0]}.{place[1]}"
        yield f"{what}; sort the rows as the notes are"


def check(app, env):
    """Report where the list and the notes disagree; a book without the list has nothing to hold to."""
    folder = Path(app.srcdir, "data")
    if "statements" in package(folder):
        for row, note, message in faults(load("statements", folder), env.get_domain("edition").notes):
            place = (note.docname, note.line) if note else f"{Path(app.srcdir, FILE)}:{row}"
            logger.warning(message, location=place)


class LedgerDirective(SphinxDirective):
    """Every statement with its verdict, by passage, with fields to filter them.

    Or, with verdicts as argument, those that have one of these, by type.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        verdicts = self.arguments[0].split() if self.arguments else ()
        for verdict in set(verdicts) - set(VERDICTS):
            message = f"unknown verdict {verdict!r}; use some of {', '.join(VERDICTS)}"
            logger.warning(message, location=self.get_location())
        depend_on_tables(self.env)
        table, node = load("statements"), ledger(form=not verdicts)
        if verdicts:
            table = table[table["verdict"].isin(verdicts)]
            table = table.sort_values("type", key=lambda types: types.map(list(TYPES).index), kind="stable")
        for row in table.itertuples():
            sources = self.parse_inline(f"{{cite:p}}`{','.join(row.source.split())}`")[0]
            node += statement("", *sources, row=row._asdict())
        return [node]


# --- HTML ---


def checkbox(value, called, number):
    box = f'<input type="checkbox" value="{value}" checked>'
    return f"<label>{box}{called} <span>{number}</span></label>"


def visit_ledger(self, node):
    domain = self.builder.env.get_domain("edition")
    notes = {note.id: note for note in domain.notes}
    # `check` tells of those without
    node.children = [child for child in node.children if child["row"]["note"] in notes]
    self.body.append('<div class="ledger">')
    if node["form"]:
        self.body.append('<div class="ledger-filter" role="group" aria-label="Show">')
        for legend, column, order in [("Verdict", "verdict", VERDICTS), ("Turns on", "type", TYPES)]:
            counts = Counter(child["row"][column] for child in node.children)
            boxes = "".join(checkbox(v, CALLED.get(v, v), counts[v]) for v in order if counts[v])
            self.body.append(f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>")
        self.body.append("</div>")
    self.body.append(
        '<table class="statements"><thead><tr><th scope="col">Note</th>'
        '<th scope="col">What the author states</th>'
        '<th scope="col">Verdict</th><th scope="col">Sources</th></tr></thead>'
    )
    for group, rows in groupby(
        node.children, lambda child: child["row"]["passage" if node["form"] else "type"]
    ):
        rows = list(rows)
        for child in rows:
            child.attributes.update(annotation=notes[child["row"]["note"]], named=node["form"])
        rows[0]["head"] = passage_head(self, rows[0]["annotation"]) if node["form"] else TYPES[group]
        rows[-1]["foot"] = without_verdict(self, domain.notes, group) if node["form"] else ""


def passage_head(self, note):
    page = self.builder.get_relative_uri(self.builder.current_docname, note.docname)
    return f'<a href="{page}#p{note.passage}">Passage {note.passage}</a>'


def without_verdict(self, notes, passage):
    """Return the row with the notes on what is explained in a passage, or judged by the author.

    And with the addresses of statements that other notes without a verdict have taken in.
    """
    links, others = [], ""
    for note in (note for note in notes if note.passage == passage and not note.verdict):
        if note.kind != "context":
            others += older(note)
            continue
        page = self.builder.get_relative_uri(self.builder.current_docname, note.docname)
        lemma = self.encode(smartyPants(note.lemma, "q"))
        called = f'{note.passage}.{note.number} <q class="lemma">{lemma}</q>'
        links.append(f'{older(note)}<a id="statement-{note.id}" href="{page}#note-{note.id}">{called}</a>')
    if not links and not others:
        return ""
    text = f"Explained or judged, without a verdict: {'; '.join(links)}" if links else ""
    return f'<tr class="without-verdict"><td colspan="4">{others}{text}</td></tr>'


def older(note):
    """Return the addresses of the statements whose notes a note replaced."""
    return "".join(f'<span id="statement-{old}"></span>' for old, _ in note.was)


def depart_ledger(self, node):
    counter = '<p class="ledger-shown" aria-hidden="true"></p>' if node["form"] else ""
    self.body.append(f"</table>{counter}</div>")


def visit_statement(self, node):
    note, row = node["annotation"], node["row"]
    page = self.builder.get_relative_uri(self.builder.current_docname, note.docname)
    if head := node.get("head"):
        self.body.append(f'<tbody><tr class="ledger-group"><th colspan="4" scope="rowgroup">{head}</th></tr>')
    texts = row["statement"], note.lemma, note.gist if note.verdict != "confirmed" else ""
    text, lemma, gist = (self.encode(smartyPants(text, "q")) for text in texts)
    finding = f'<span class="finding">{gist}</span>' if gist else ""
    number = f"{note.passage}.{note.number}"
    # a page may show the list in parts, too: one address for each
    name = f' id="statement-{note.id}"' if node["named"] else ""
    self.body.append(
        f'<tr{name} data-verdict="{note.verdict}" data-type="{row["type"]}">'
        f'<th scope="row">{older(note) if node["named"] else ""}'
        f'<a href="{page}#note-{note.id}" aria-label="Note {number}">{number}</a></th>'
        f'<td>{text} <q class="lemma">{lemma}</q></td>'
        f'<td><span class="verdict">{CALLED.get(note.verdict, note.verdict)}</span>{finding}</td>'
        '<td class="cited">'
    )


def depart_statement(self, node):
    self.body.append("</td></tr>")
    if (foot := node.get("foot")) is not None:
        self.body.append(f"{foot}</tbody>")


def setup(app):
    app.add_directive("ledger", LedgerDirective)
    app.add_node(ledger, html=(visit_ledger, depart_ledger))
    app.add_node(statement, html=(visit_statement, depart_statement))
    app.connect("env-check-consistency", check)
