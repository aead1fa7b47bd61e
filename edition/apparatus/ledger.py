"""The statements of the commentary that can be true or false.

The list of them is held to the notes; the ledger shows how each fares, the tally how many fare how.
"""

from collections import Counter
from pathlib import Path

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from edition.apparatus.counts import of_statements
from edition.apparatus.notes import VERDICTS, called
from edition.apparatus.sources import folded
from edition.domain import depend_on_tables, page_with
from edition.elements import between, make
from edition.tables import load, package

logger = logging.getLogger(__name__)
FILE = "data/statements.csv"
NOT_CONFIRMED = ("corrected", "disputed", "refined", "open")  # in the order of the ledger


class ledger(nodes.container):
    """The statements: its children, until `lay_out` makes tables of them."""


class statement(nodes.Element):
    """One of them (`row` of the list), with its sources in a fold."""


class tally(nodes.General, nodes.Element):
    """How many statements have which verdict, in words and as tiles."""


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
    """Every statement with what is so: what is not confirmed by verdict, the others folded by passage."""

    def run(self):
        depend_on_tables(self.env)
        self.env.metadata[self.env.docname]["ledger"] = True
        node = ledger()
        for row in load("statements").itertuples():
            keys = row.source.split()
            cited = [make("li", *self.parse_inline(f"{{cite:t}}`{key}`")[0]) for key in keys]
            node += statement("", folded(cited, "cited"), row=row._asdict())
        return [node]


class TallyDirective(SphinxDirective):
    """How many statements have which verdict, with links to the ledger."""

    def run(self):
        return [tally()]


def lay_out(app, doctree, docname):
    """Make the ledgers and tallies of a page, now that all notes are known."""
    env = app.env
    notes = {note.id: note for note in env.get_domain("edition").notes}
    for place in list(doctree.findall(ledger)):
        statements = [child for child in place if child["row"]["note"] in notes]  # `check` tells of others
        place[:] = tables(statements, notes, app, docname)
    for place in list(doctree.findall(tally)):
        page = page_with(env, "ledger")
        address = page and app.builder.get_relative_uri(docname, page)
        counts = Counter(note.verdict for note in notes.values() if note.verdict)
        trivial = of_statements()["trivial"]
        place.replace_self(tallied(counts, trivial, address, next(iter(place["ids"]), None)))


def tables(statements, notes, app, docname):
    """Return the table of what is not confirmed, and for each passage a fold with the rest."""
    verdicts = Counter(child["row"]["verdict"] for child in statements)

    def rows(**wanted):
        chosen = (child for child in statements if wanted.items() <= child["row"].items())
        return [statement_row(child, notes[child["row"]["note"]], address) for child in chosen]

    def address(note):
        return f"{app.builder.get_relative_uri(docname, note.docname)}#note-{note.id}"

    groups = []
    for verdict in NOT_CONFIRMED:
        if group := rows(verdict=verdict):
            title = f"{called(verdict).capitalize()}: {verdicts[verdict]}"
            cell = make("th", title, colspan="3", scope="rowgroup")
            head = make("tr", cell, class_="ledger-group", id=f"verdict-{verdict}")
            groups.append(make("tbody", head, *group))
    laid = [table(*groups)] if groups else []
    title = f"Confirmed: {verdicts['confirmed']}"
    laid.append(make("p", title, class_="ledger-group", id="verdict-confirmed"))
    for passage in dict.fromkeys(child["row"]["passage"] for child in statements):
        confirmed = rows(passage=passage, verdict="confirmed")
        others = without_verdict([note for note in notes.values() if note.passage == passage], address)
        if confirmed or others:
            summary = make("summary", f"Passage {passage}: {len(confirmed)} confirmed")
            laid.append(make("details", summary, table(make("tbody", *confirmed, *others)), class_="fold"))
    return laid


def table(*bodies):
    names = ("Note", "What the author states", "What is so")
    head = make("thead", make("tr", *(make("th", name, scope="col") for name in names)))
    return make("table", head, *bodies, class_="statements")


def statement_row(child, note, address):
    number = f"{note.passage}.{note.number}"
    link = make("a", number, href=address(note), aria_label=f"Note {number}")
    word = make("span", f"{called(note.verdict).capitalize()}.", class_="verdict")
    return make(
        "tr",
        make("th", *older(note), link, scope="row"),
        make("td", quoted(child["row"]["statement"])),
        make("td", word, f" {quoted(note.gist)} ", *child.children),
        id=f"statement-{note.id}",
        data_verdict=note.verdict,
    )


def without_verdict(notes, address):
    """Return a row with the notes on what is explained in a passage, or judged by the author.

    And with the addresses of statements that other notes without a verdict have taken in.
    """
    links, others = [], []
    for note in (note for note in notes if not note.verdict):
        others += older(note)
        if note.kind == "context":
            lemma = make("q", quoted(note.lemma), class_="lemma")
            number = f"{note.passage}.{note.number} "
            links.append(make("a", number, lemma, id=f"statement-{note.id}", href=address(note)))
    text = ["Explained or judged, without a verdict: ", *between(links, "; ")] if links else []
    cell = make("td", *others, *text, colspan="3")
    return [make("tr", cell, class_="without-verdict")] if links or others else []


def older(note):
    """Return the addresses of the statements whose notes a note replaced."""
    return [make("span", id=f"statement-{old}") for old, _ in note.was]


def quoted(text):
    return smartyPants(text, "q")


def tallied(counts, trivial, address, name):
    """Return the tally; what counts a verdict leads to its group in the ledger at `address`, if any."""
    plain = {"confirmed": f", {trivial} of them trivial"} if trivial else {}

    def part(verdict, *children, **attributes):
        if address is None:
            return make("span", *children, **attributes)
        return make("a", *children, href=f"{address}#verdict-{verdict}", **attributes)

    words, tiles = [], []
    for verdict in (verdict for verdict in VERDICTS if counts[verdict]):
        text = f"{counts[verdict]} {called(verdict)}{plain.get(verdict, '')}"
        words.append(part(verdict, text, class_="verdict", data_verdict=verdict))
        squares = [make("span", data_verdict=verdict) for _ in range(counts[verdict])]
        tiles.append(part(verdict, *squares, tabindex="-1"))  # a second way there
    told = make("p", make("b", f"{counts.total()} statements"), ": ", *between(words, "; "))
    return make("div", told, make("div", *tiles, class_="tiles", aria_hidden="true"), class_="tally", id=name)


def visit_ledger(self, node):
    self.body.append('<div class="ledger">')


def depart_ledger(self, node):
    self.body.append("</div>")


def add_script(app, page, template, context, doctree):
    if "ledger" in app.env.metadata.get(page, ()):
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app):
    app.add_directive("ledger", LedgerDirective)
    app.add_directive("tally", TallyDirective)
    app.add_node(ledger, html=(visit_ledger, depart_ledger))
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", lay_out, priority=440)  # before `outlets` says who speaks in a source
    app.connect("html-page-context", add_script)
