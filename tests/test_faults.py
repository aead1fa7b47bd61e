"""Whatever a contributor gets wrong is told in one line.

Where, what, and what to do; the cause, and none of its consequences.

One book has a chapter for each fault, every one with a cell, and is built as `make book` builds it.
"""

import json
import re
import subprocess
import sys

import pytest
from conftest import BIB, FRONT, ROOT, resource

CONFIG = """
title: ""
execute: {execute_notebooks: cache, timeout: 20, stderr_output: error}
parse: {myst_enable_extensions: [deflist, attrs_inline, attrs_block, smartquotes]}
bibtex_bibfiles: [references.bib]
sphinx:
  config:
    extensions: [sphinx_comments, myst_nb, jupyter_book, sphinx_external_toc, sphinxcontrib.bibtex,
      edition.extension]
    html_theme: edition
    edition_passages: %d
    edition_last_day: 2022-11-30
"""
CELL = "```{code-cell} ipython3\nfrom edition import glue\nglue(known=1)\n```\n\n"
LEMMA, SOURCE = ":lemma: the words of the original\n", "A note {cite:p}`a-source`.\n"
GIST = ":gist: It is so in ID.\n"
CHECK = f"{LEMMA}:kind: check\n:verdict: refined\n{GIST}"
CONTEXT = f"{LEMMA}:kind: context\n{GIST}"


def note(options=CHECK, text=SOURCE, name="ID"):
    return f"```{{annotation}} {name}\n{options}{text}```\n\n"


PASSAGE = "```{passage} 1\nWords.{n}`ID`\n```\n\n"
SOUND = PASSAGE + note()

# what stands in the chapter (ID: the id of its note) and what is told of it
READING = {
    "no kind": (PASSAGE + note(LEMMA + GIST), "note ID: no kind; add ':kind:' with one of"),
    "unknown kind": (
        PASSAGE + note(CHECK.replace("check", "remark")),
        "note ID: unknown kind 'remark'; use one of",
    ),
    "no verdict": (
        PASSAGE + note(f"{LEMMA}:kind: check\n{GIST}"),
        "note ID: a check needs a verdict; add ':verdict:'",
    ),
    "unknown verdict": (
        PASSAGE + note(CHECK.replace("refined", "wrong")),
        "note ID: unknown verdict 'wrong'; use one of",
    ),
    "no lemma": (PASSAGE + note(f":kind: context\n{GIST}"), "note ID: no lemma; add ':lemma:'"),
    "empty lemma": (
        PASSAGE + note(f":lemma:\n:kind: context\n{GIST}"),
        "the option ':lemma:' is empty; write its value behind it",
    ),
    "long lemma": (
        PASSAGE + note(f":lemma: one two three four five … six seven eight nine\n:kind: context\n{GIST}"),
        "the lemma has 9 words; shorten it to at most 8",
    ),
    "no gist": (PASSAGE + note(LEMMA + ":kind: context\n"), "note ID: no gist; add ':gist:' with what is so"),
    "long gist": (
        PASSAGE + note(CHECK.replace("so in", "so" + " and so" * 11 + " in")),
        "the gist has 27 words; shorten it to at most 25",
    ),
    "gist without a verb": (
        PASSAGE + note(CHECK.replace("It is so in ID.", "Only the chair, not the membership.")),
        "the gist has no verb that is known ('Only the chair, not the membership.'); say what is so",
    ),
    "gist that is no sentence": (
        PASSAGE + note(CHECK.replace("so in ID.", "so in ID")),
        "the gist does not end as a sentence does; put a full stop",
    ),
    "gist with a source": (
        PASSAGE + note(CHECK.replace("so in ID.", "so {cite:p}`a-source`.")),
        "the gist holds markup; write plain words, and put sources and links into the evidence",
    ),
    "order of sources": (
        PASSAGE + note(text="They differ {cite:p}`a-source,another`; the second finds that it is not.\n"),
        "'the second': the order of sources is the style's; name who says it",
    ),
    "order of sources in the next sentence": (
        PASSAGE + note(text="They differ {cite:p}`a-source,another`. The second says that it is not.\n"),
        "'the second': the order of sources",
    ),
    "gist with a link": (
        PASSAGE + note(CHECK.replace("so in ID.", "so, as {note}`ID` says.")),
        "the gist holds markup",
    ),
    "link in a heading": (
        SOUND + "## As {note}`ID` says\n\nText.",
        "a heading holds {note}`",
    ),
    "what came later, with a source, in single backquotes": (
        PASSAGE + note(text="A note {cite:p}`a-source`. {later}`It ended {cite:p}`another`.`\n"),
        "{later} holds a role; put its words between two backquotes: {later}``…``",
    ),
    "order of sources in two citations": (
        PASSAGE + note(text="Two differ {cite:p}`a-source`, the latter more {cite:p}`another`.\n"),
        "'the latter': the order of sources",
    ),
    "office without a name": (
        PASSAGE + note(text=f"So said a migration official. {SOURCE}"),
        "'a migration official': who? Write the name, or 'unnamed' where the source has none",
    ),
    "office without a name in the gist": (
        PASSAGE + note(CHECK.replace("It is so in ID.", "The labour minister said so.")),
        "'The labour minister': who?",
    ),
    "what came later, not marked": (
        PASSAGE + note(text=f"In March 2023 it changed. {SOURCE}"),
        "'March 2023' is later than 2022-11-30; put what it tells in {later}`…`",
    ),
    "what came later, in a gist with a verdict": (
        PASSAGE + note(CHECK.replace("It is so in ID.", "It was so until it changed in 2024.")),
        "'2024' is later than 2022-11-30",
    ),
    "verdict of a note on context": (
        PASSAGE + note(CHECK.replace("check", "context")),
        "a context note judges nothing; delete ':verdict:', or change ':kind:'",
    ),
    "markers that touch": (
        PASSAGE.replace("{n}`ID`", "{n}`ID`{n}`ID-b`") + note() + note(name="ID-b"),
        "markers {n}`ID` and {n}`ID-b` touch; put words between them",
    ),
    "no text": (PASSAGE + note(text=""), "```{annotation} ID: no text; write it below the options"),
    "long text": (
        PASSAGE + note(text="word " * 61 + SOURCE),
        "the evidence has 63 words; shorten it to at most 60, or make a table of it",
    ),
    "long text within a link": (
        PASSAGE + note(text=f"{{ref}}`{'word ' * 400}<p1>` {SOURCE}"),
        "words; shorten it to at most 60",
    ),
    "long text in italics": (
        PASSAGE + note(text=f"*{'word ' * 400}* {SOURCE}"),
        "words; shorten it to at most 60",
    ),
    "verdict without a source": (PASSAGE + note(text="A note.\n"), "a verdict needs a source; cite one"),
    "term without a headword": (
        PASSAGE + note(CONTEXT.replace("context", "term")),
        "add ':term:' with the headword",
    ),
    "headword on another kind": (PASSAGE + note(CHECK + ":term: Word\n"), "to this kind only"),
    "bad id": (
        PASSAGE.replace("ID", "ID_x") + note(name="ID_x"),
        "an id has lower-case letters, digits and hyphens only; rename it",
    ),
    "no id": (PASSAGE + note(name=""), "```{annotation} has no name; write an id of its own behind it"),
    "option twice": (
        PASSAGE + note(CHECK + ":kind: context\n"),
        "the option ':kind:' stands twice; delete one",
    ),
    "options torn by an empty line": (
        PASSAGE + note(LEMMA + "\n:kind: context\n"),
        "the option ':kind:' stands apart; move it up",
    ),
    "options behind the text": (
        PASSAGE + note(LEMMA, text="A note.\n:kind: context\n"),
        "the option ':kind:' stands apart",
    ),
    "unknown option": (
        PASSAGE + note(CHECK + ":colour: red\n"),
        "unknown option ':colour:'; use :lemma:, :kind:",
    ),
    "option with a quotation mark that is not closed": (
        PASSAGE + note(CHECK.replace("the words", '"the words')),
        "the options can't be read",
    ),
    "option with a remark": (
        PASSAGE + note(CHECK.replace("the words", "the # words")),
        "an option holds ' #'",
    ),
    "tab in a note": (PASSAGE + note(text="\tA note.\n"), "a tab; write spaces"),
    "note that is never closed": (
        PASSAGE + note().removesuffix("```\n\n"),
        "```{annotation} ID is never closed; write ``` on a line of its own behind it",
    ),
    "passage that is never closed": (
        PASSAGE.removesuffix("```\n\n") + note(),
        r"```{passage} 1 is not closed before line 15, where another begins; write ``` on a line",
    ),
    "fence of colons": (
        PASSAGE + note().replace("```", ":::"),
        "a fence of colons is not read here; write ``` in place of the colons",
    ),
    "heading in a passage": (
        PASSAGE.replace("Words", "### A heading\n\nWords") + note(),
        "passage 1 holds a heading; write paragraphs alone",
    ),
    "list in a passage": (
        PASSAGE.replace("Words", "- Words") + note(),
        "passage 1 holds a part that is called bullet_list; write paragraphs alone",
    ),
    "heading in a note": (
        PASSAGE + note(text="### A heading\n\n" + SOURCE),
        "note ID holds a heading; write paragraphs",
    ),
    "HTML in a note": (
        PASSAGE + note(text="<script>alert(1)</script>\n\n" + SOURCE),
        "note ID holds raw HTML; write paragraphs",
    ),
    "HTML within a line of a note": (
        PASSAGE + note(text="A <b>bold</b> note {cite:p}`a-source`.\n"),
        "note ID holds raw HTML",
    ),
    "HTML in the text": (
        SOUND + "<script>alert(1)</script>",
        "HTML is not taken (<script>alert(1)</script>); write Markdown",
    ),
    "admonition in a note": (
        PASSAGE
        + note(text="````{note}\nWords\n````\n" + SOURCE)
        .replace("```{annotation}", "`````{annotation}")
        .replace(f"{SOURCE}```", f"{SOURCE}`````"),
        "note ID holds a part that is called note; write paragraphs",
    ),
    "note within a note": (
        PASSAGE
        + note(text=note(name="ID-b").strip() + "\n" + SOURCE)
        .replace("```{annotation} ID\n", "````{annotation} ID\n")
        .replace(f"```\n{SOURCE}```", f"```\n{SOURCE}````"),
        "note ID holds a note",
    ),
    "empty passage": ("```{passage} 1\n```\n\n", "```{passage} 1: no text; write it below"),
    "passage without a number": (
        "```{passage}\nWords.\n```\n\n",
        "```{passage} has no name; write the number of the passage behind it",
    ),
    "passage that is no number": (
        "```{passage} four\nWords.\n```\n\n",
        "passage 'four': the commentary has passages 1 to",
    ),
    "passage beyond the last": (
        "```{passage} 999\nWords.\n```\n\n",
        "passage '999': the commentary has passages 1 to",
    ),
    "note before its passage": (note() + PASSAGE, "note ID stands before passage 1; move it below"),
    "marker without a note": (
        PASSAGE,
        "marker {n}`ID` has no note of its own; write ```{annotation} ID``` below the passage",
    ),
    "note without a marker": (
        SOUND + note(name="ID-b"),
        "note ID-b has no marker; put {n}`ID-b` after the words",
    ),
    "marker outside a passage": (
        SOUND + "Text.{n}`other`",
        "marker {n}`other` stands outside a passage; move it into one",
    ),
    "marker in a heading": (SOUND + "## A heading {n}`other`", "marker {n}`other` stands outside a passage"),
    "two markers for one note": (
        PASSAGE.replace("Words", "Words{n}`ID`") + note(),
        "marker {n}`ID` has no note of its own",
    ),
    "note twice": (SOUND + note(), "note ID stands twice in this chapter; rename or delete one"),
    "unknown source": (
        SOUND + "{cite:p}`nobody`",
        "source nobody is not in references.bib; add it there or correct the key",
    ),
    "unknown source in a note": (
        PASSAGE + note(text="A note {cite:p}`a-source,nobody`.\n"),
        "source nobody is not in references.bib",
    ),
    "citation that is not closed": (
        SOUND + "Words {cite:p}`a-source and more.",
        "{cite:p}`a-source and more. has no end; write ` behind it",
    ),
    "citation in a note that is not closed": (
        PASSAGE + note(CONTEXT, text="A note {cite:p}`a-source.\n"),
        "{cite:p}`a-source. has no end",
    ),
    "unknown count": (
        SOUND + "{count}`remarks`",
        "nothing is counted as 'remarks'; use one of notes, sources",
    ),
    "minutes of an unknown page": (
        SOUND + "It takes {minutes}`no-such-chapter`.",
        "{minutes}: there is no page no-such-chapter; name a chapter by its file, without .md",
    ),
    "unknown role": (SOUND + "{bold}`word`", 'Unknown interpreted text role "bold"; correct its name'),
    "unknown directive": (
        SOUND + "```{picture}\nWords\n```",
        "Unknown directive type: 'picture'; correct its name",
    ),
    "words where a directive makes its own": (
        SOUND + "```{read-through}\nWords\n```",
        "'read-through': Has content, but none permitted; delete what stands in it, or behind its name",
    ),
    "cell that fails": (
        SOUND + "```{code-cell} ipython3\n1 / 0\n```\n",
        "this cell failed: ZeroDivisionError: division by zero; correct the cell, or the data that it reads",
    ),
    "cell that asks for an unknown table": (
        SOUND + "```{code-cell} ipython3\nfrom edition import load\nload('ovens')\n```\n",
        "no table 'ovens'; it has loaves",
    ),
    "cell that asks for an unknown column": (
        SOUND + "```{code-cell} ipython3\nimport pandas\npandas.DataFrame({'a': [1]})['b']\n```\n",
        "this cell failed: KeyError: 'b'",
    ),
    "cell that prints an error": (
        SOUND + "```{code-cell} ipython3\nimport sys; print('oh', file=sys.stderr)\n```\n",
        "stderr was found in the cell outputs of cell 4; mend what the cell complains of",
    ),
    "cell that reads what is not of the book": (
        SOUND + "```{code-cell} ipython3\nopen('ELSEWHERE').close()\n```\n",
        "which is no part of the book; put it into data/",
    ),
    "cell that starts a program": (
        SOUND + "```{code-cell} ipython3\n!true\n```\n",
        "its cells do what can't be followed",
    ),
    "chart without a name": (
        SOUND + "```{code-cell} ipython3\nimport altair as alt\nimport pandas\n"
        "alt.Chart(pandas.DataFrame({'a': [1]})).mark_bar().properties(title=alt.Title('It is so', "
        "subtitle='As shown'), description='A bar', width='container', usermeta={'tables': ['loaves']})\n"
        "```\n",
        "chart: no name; add .properties(name=",
    ),
    "unknown glue name": (
        SOUND + "{glue:text}`unheard`",
        "; give it in a cell of this chapter: glue(name=value)",
    ),
    "picture that is not there": (
        SOUND + "![words](nowhere.png)",
        "image file not readable: nowhere.png; add the file, or correct its name",
    ),
}
# what is resolved once all chapters are read
RESOLVING = {
    "unknown chapter": (
        SOUND + "{doc}`no-such-chapter`",
        "unknown document: 'no-such-chapter'; name a chapter by its file, without .md",
    ),
    "minutes of a page without prose": (
        SOUND + "It takes {minutes}`index`.",
        "{minutes}: index has no minute of prose to read; name another page, or none",
    ),
    "unknown part": (
        SOUND + "{ref}`no-such-part`",
        "undefined label: 'no-such-part'; correct it, or name the part",
    ),
    "link to no file": (SOUND + "[words](nowhere.md)", "not found: 'nowhere.md'; correct the address"),
    "link to no part": (SOUND + "[words](#nowhere)", "not found: 'nowhere'; correct the address"),
}


def make(folder, chapters):
    """Build a book with a chapter for each text, and keep what is told."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "datapackage.json").write_text(
        json.dumps({"resources": [resource("loaves", day="date")]})
    )
    (folder / "data" / "loaves.csv").write_text("day\n2020-01-01\n")
    another = BIB.replace("a-source", "another").replace("A title", "Another title")
    cited = any("another`" in text for text, _ in chapters.values())
    (folder / "references.bib").write_text(BIB + another * cited)
    (folder / "_config.yml").write_text(CONFIG % len(chapters))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n"
        + "".join(f"- file: c{number}\n" for number, _ in enumerate(chapters, 1))
    )
    (folder / "index.md").write_text("# A book\n\n```{bibliography}\n```\n")
    (folder.parent / "outside.csv").write_text("a\n")
    for number, (text, _) in enumerate(chapters.values(), 1):
        text = (
            re.sub(r"\{passage\} 1$", f"{{passage}} {number}", text, flags=re.M)
            .replace("ELSEWHERE", str(folder.parent / "outside.csv"))
            .replace("ID", f"note-{number}")
        )
        (folder / f"c{number}.md").write_text(f"{FRONT}# Chapter {number}\n\n{CELL}{text}\n")
    done = subprocess.run(
        [sys.executable, "-P", ROOT / "edition" / "build.py", folder], capture_output=True, text=True
    )
    assert done.returncode == 1, done.stdout
    (folder / "told").write_text(done.stderr)


@pytest.fixture(scope="session")
def told(once):
    """Build a book with a chapter for each text of a table.

    Returns ({name: the lines that tell of it}, all lines but the last, the last line).
    """

    def told(table):
        kind = "reading" if table is READING else "resolving"
        folder = once(kind, lambda folder: make(folder, table))
        *lines, last = (folder / "told").read_text().splitlines()
        return (
            {
                name: [line for line in lines if re.match(rf"c{number}\.md\b", line)]
                for number, name in enumerate(table, 1)
            },
            lines,
            last,
        )

    return told


def check(told, table, name):
    number = list(table).index(name) + 1
    (line,) = told(table)[0][name]
    expected = (
        table[name][1]
        .replace("ID", f"note-{number}")
        .replace("passage 1", f"passage {number}")
        .replace("{passage} 1", f"{{passage}} {number}")
    )
    assert expected in line
    assert re.match(r"c\d+\.md(:\d+)?: ", line) and "Traceback" not in line


@pytest.mark.parametrize("name", READING)
def test_a_fault_of_reading_is_one_line(told, name):
    check(told, READING, name)


@pytest.mark.parametrize("name", RESOLVING)
def test_a_fault_of_resolving_is_one_line(told, name):
    check(told, RESOLVING, name)


@pytest.mark.parametrize("table", [READING, RESOLVING], ids=["reading", "resolving"])
def test_the_faults_stand_last_and_are_counted(told, table):
    per_chapter, lines, last = told(table)
    assert last == f"{len(lines)} faults. Nothing was built; the book is as it was before."
    assert sorted(line for lines in per_chapter.values() for line in lines) == sorted(lines), (
        "nothing else is told"
    )
