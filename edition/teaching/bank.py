"""The ledger as a question bank for learning platforms: is it so?

GIFT for Moodle, QTI 1.2 for Canvas (and others): neither reads the other's. Each statement that is not
trivial is a question with the verdicts as answers; the feedback is what is so, with a link to the note where
the book's address is known. The trivial are all confirmed: they would teach to answer so.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes

from edition.apparatus.notes import VERDICTS, called
from edition.citing.cff import moment
from edition.elements import make
from edition.paper.zipped import archive
from edition.tables import load, package

FOLDER = "teaching"  # below the pages: what a build makes for learning platforms
GIFT, QTI = "questions.gift.txt", "questions-qti.zip"
MEANS = {  # as the ledger says it
    "confirmed": "the sources say the same",
    "refined": "true at its core, but a date, a number, a person, a place or an extent is different",
    "disputed": "sound sources contradict one another, or figures contradict the cause or effect",
    "corrected": "false as it stands",
    "open": "nothing that was found settles it",
}
ASK = (
    "Is this statement of the commentary, in this edition’s words, "
    "confirmed, not exact, disputed, wrong or open?"
)


@dataclass(frozen=True)
class Question:
    """A statement to be judged; `address` is that of its note, or "" where the book's is not known."""

    id: str
    number: str  # of its note
    passage: int
    chapter: str  # its title
    statement: str
    verdict: str
    gist: str
    address: str

    @property
    def text(self):
        place = f"Passage {self.passage}, in ‘{html.escape(self.chapter, quote=False)}’. {ASK}"
        return f"<p>{place}</p><blockquote><p>{html.escape(self.statement, quote=False)}</p></blockquote>"

    @property
    def feedback(self):
        note = f"note {self.number}"
        if self.address:
            note = f'<a href="{html.escape(self.address)}">{note}</a>'
        else:
            note += f", in ‘{html.escape(self.chapter, quote=False)}’"
        said = called(self.verdict).capitalize()
        return f"<p>{said}. {html.escape(self.gist, quote=False)} The evidence stands in {note}.</p>"


def answers(question):
    """Yield (verdict, how it is called and what it means, whether it is right)."""
    for verdict in VERDICTS:
        yield verdict, f"{called(verdict).capitalize()}: {MEANS[verdict]}", verdict == question.verdict


def gathered(app):
    """Return the questions of a book that is being built, in the order of its ledger."""
    notes, found = {note.id: note for note in app.env.get_domain("edition").notes}, []
    for row in load("statements").query("weight != 'trivial'").itertuples():
        note = notes[row.note]
        place = f"{app.builder.get_target_uri(note.docname)}#note-{note.id}"
        address = f"{app.config.html_baseurl}{place}" if app.config.html_baseurl else ""
        number = f"{note.passage}.{note.number}"
        chapter = app.env.titles[note.docname].astext()
        words = note.passage, chapter, row.statement, note.verdict, note.gist, address
        found.append(Question(note.id, number, *words))
    return found


# --- GIFT: https://docs.moodle.org/en/GIFT_format ---


def escaped(text):
    """Let no letter of a text be a sign of the format."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", " ".join(text.split()))


def gift(title, questions):
    """Return the questions as GIFT, a category for each passage."""
    lines, passage = [f"// {title}"], None
    for question in questions:
        if question.passage != passage:
            passage = question.passage
            lines += ["", f"$CATEGORY: $course$/top/{title}/Passage {passage:02}", ""]
        lines.append(f"::{escaped(question.number)} {question.id}::[html]{escaped(question.text)}{{")
        lines += [f"\t{'=' if right else '~'}{escaped(text)}" for _, text, right in answers(question)]
        lines += [f"\t####{escaped(question.feedback)}", "}", ""]
    return "\n".join(lines)


# --- QTI 1.2: https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html ---

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
MANIFEST = (
    '{xml}<manifest identifier="edition-questions" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">\n'
    "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata>\n"
    '<organizations/>\n<resources><resource identifier="questions" type="imsqti_xmlv1p2">'
    '<file href="questions.xml"/></resource></resources>\n</manifest>\n'
)
ITEM = """<item ident="{question.id}" title="{title}"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel>
<fieldentry>multiple_choice_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>1</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">{text}</mattext></material>
<response_lid ident="verdict" rcardinality="Single"><render_choice>
{choices}</render_choice></response_lid></presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>
<respcondition continue="Yes"><conditionvar><other/></conditionvar>
<displayfeedback feedbacktype="Response" linkrefid="general_fb"/></respcondition>
<respcondition continue="No"><conditionvar><varequal respident="verdict">{question.verdict}</varequal>
</conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition>
</resprocessing>
<itemfeedback ident="general_fb"><flow_mat><material><mattext texttype="text/html">{feedback}</mattext>
</material></flow_mat></itemfeedback>
</item>
"""
CHOICE = (
    '<response_label ident="{verdict}"><material><mattext texttype="text/plain">{text}</mattext></material>'
    "</response_label>\n"
)


def qti(title, questions):
    """Return the questions as QTI: an assessment of one section."""
    items = ""
    for question in questions:
        choices = "".join(
            CHOICE.format(verdict=verdict, text=html.escape(text)) for verdict, text, _ in answers(question)
        )
        items += ITEM.format(
            question=question,
            title=html.escape(f"{question.number} {question.id}"),
            text=html.escape(question.text),
            feedback=html.escape(question.feedback),
            choices=choices,
        )
    return (
        f'{XML}<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">\n'
        f'<assessment ident="edition" title="{html.escape(title)}"><section ident="root_section">\n'
        f"{items}</section></assessment>\n</questestinterop>\n"
    )


def write(app, error):
    """Write the bank beside the pages, and delete what an earlier build made for learning platforms."""
    if error or app.builder.format != "html" or not app.config.edition_citation:
        return
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    if "statements" in package():
        cited, questions = app.edition_cff, gathered(app)
        title = f"{cited['title'].partition(':')[0]}: is it so?"
        (folder / GIFT).write_text(gift(title.replace(":", ","), questions), encoding="utf-8")
        files = {"imsmanifest.xml": MANIFEST.format(xml=XML), "questions.xml": qti(title, questions)}
        archive(folder / QTI, {name: text.encode() for name, text in files.items()}, "", moment(cited))


def to_save(app, doctree, docname):
    """Let a browser save the files of the bank that a page links to, in place of showing them."""
    for link in list(doctree.findall(nodes.reference)):
        if (place := link.get("refuri", "")).endswith((GIFT, QTI)):
            link.replace_self(make("a", link.astext(), href=place, download=True))


def setup(app):
    app.connect("doctree-resolved", to_save)
    app.connect("build-finished", write)
