"""The statements of the commentary that can be true or false.

The list of them is held to the notes, and the ledger shows how they fare.
"""

from collections import Counter
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.passages import KINDS, VERDICTS
from edition.domain import depend_on_tables
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/statements.csv"


class ledger(nodes.container):
    """The statements as a table; `form`: with fields to filter it by verdict and kind."""


class statement(nodes.Element):
    """One of them, with its sources as children.

    `note` is the id of its note, which gives it its place and its kind.
    """


def faults(table, notes):
    """Yield (row of the table or None, note or None, message) for each way in which list and notes disagree.

    Each note with a verdict checks one statement, in the order of the commentary, and both name the same
    verdict and sources.
    """
    by_id, place = {note.id: note for note in notes}, (0, 0)
    for row in table.itertuples():
        note = by_id.get(row.note)
        for message in _faults_of_row(row, note, place):
            yield row.Index + 2, None, message
        if note and note.verdict:
            place = note.passage, note.number
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
    if (row.verdict == "confirmed") == bool(row.finding):
        say = "say in the finding, in a line, what the sources say instead"
        yield f"{row.note} is {row.verdict}: {'delete the finding' if row.finding else say}"
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
    """Every statement with its verdict, by passage.

    Or, with a verdict as argument, those that have it, without the fields to filter them.
    """

    optional_arguments = 1

    def run(self):
        verdict = directives.choice(self.arguments[0], VERDICTS) if self.arguments else None
        depend_on_tables(self.env)
        table = load("statements")
        table_node = ledger(form=not verdict)
        for row in (table[table["verdict"] == verdict] if verdict else table).itertuples():
            sources = self.parse_inline(f"{{cite:p}}`{','.join(row.source.split())}`")[0]
            names = {"note": row.note, "text": row.statement, "verdict": row.verdict}
            table_node += statement("", *sources, **names, finding=row.finding, passage=row.passage)
        return [table_node]


# --- HTML ---


def checkbox(value, number):
    return f'<label><input type="checkbox" value="{value}" checked>{value} <span>{number}</span></label>'


def visit_ledger(self, node):
    notes = {note.id: note for note in self.builder.env.get_domain("edition").notes}
    rows = [row for row in node.children if row["note"] in notes]  # `check` tells of the others
    node.children = rows
    before = None
    for row in rows:
        row["annotation"] = notes[row["note"]]
        row["first"], before = row["passage"] != before, row["passage"]
        # a page may show the list in parts, too: one address for each
        row["name"] = f' id="statement-{row["note"]}"' if node["form"] else ""
    if node["form"]:
        verdicts = Counter(row["verdict"] for row in rows)
        kinds = Counter(row["annotation"].kind for row in rows)
        self.body.append('<div class="ledger"><div class="ledger-filter" role="group" aria-label="Show">')
        for legend, order, counts in [("Verdict", VERDICTS, verdicts), ("Kind of note", KINDS, kinds)]:
            boxes = "".join(checkbox(value, counts[value]) for value in order if counts[value])
            self.body.append(f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>")
        self.body.append("</div>")
    else:
        self.body.append('<div class="ledger">')
    self.body.append(
        '<table class="statements"><thead><tr><th scope="col">Note</th>'
        '<th scope="col">What the author states</th>'
        '<th scope="col">Verdict</th><th scope="col">Sources</th></tr></thead>'
    )


def depart_ledger(self, node):
    end = "</tbody>" if node.children else ""
    counter = '<p class="ledger-shown" aria-hidden="true"></p>' if node["form"] else ""
    self.body.append(f"{end}</table>{counter}</div>")


def visit_statement(self, node):
    note = node["annotation"]
    page = self.builder.get_relative_uri(self.builder.current_docname, note.docname)
    if node["first"]:
        self.body.append("</tbody>" if node.previous_sibling() else "")
        self.body.append(
            '<tbody><tr class="ledger-passage"><th colspan="4" scope="rowgroup">'
            f'<a href="{page}#p{note.passage}">Passage {note.passage}</a></th></tr>'
        )
    texts = node["text"], note.lemma, node["finding"]
    text, lemma, finding = (self.encode(smartyPants(text, "q")) for text in texts)
    finding = f'<span class="finding">{finding}</span>' if finding else ""
    number = f"{note.passage}.{note.number}"
    self.body.append(
        f'<tr{node["name"]} data-verdict="{note.verdict}" data-kind="{note.kind}">'
        f'<th scope="row"><a href="{page}#note-{note.id}" aria-label="Note {number}">{number}</a></th>'
        f'<td>{text} <q class="lemma">{lemma}</q></td>'
        f'<td><span class="verdict">{note.verdict}</span> <span class="kind">{note.kind}</span>{finding}</td>'
        '<td class="cited">'
    )


def depart_statement(self, node):
    self.body.append("</td></tr>")


def setup(app):
    app.add_directive("ledger", LedgerDirective)
    app.add_node(ledger, html=(visit_ledger, depart_ledger))
    app.add_node(statement, html=(visit_statement, depart_statement))
    app.connect("env-check-consistency", check)
