"""The books that are timed.

A copy of this edition, a default Jupyter Book of the same chapters, and books that grow.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from measure import run

from edition import load
from edition.apparatus.chronology import ChronologyDirective
from edition.apparatus.dictionary import DataDictionaryDirective
from edition.apparatus.sources import keys

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
BLOCK = re.compile(r"^```\{([\w-]+)\} ?([^\n]*)\n(.*?)^```$", re.M | re.S)
CONFIG = (
    "title: Closer to home\nauthor: The contributors to the edition\nbibtex_bibfiles: [references.bib]\n"
    "exclude_patterns: [edition]\n"
)


def build_edition(folder):
    """Build a copy of the edition as its readers do, in the environment that is there."""
    return run(["make", "book", f"BIN={BIN}", "--old-file=.venv/book"], folder)


def build_default(folder, *options):
    return run([BIN / "jupyter-book", "build", ".", *options], folder)


def copy(folder, *only):
    """Copy the project's files, or `only` some of them, to `folder`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *only], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    for name in listed.split("\0")[:-1]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def default(folder):
    """Make a default Jupyter Book of the same text, cells and data."""
    copy(folder, "_toc.yml", "references.bib", "data", "edition", "chapters")
    (folder / "_config.yml").write_text(CONFIG)
    for name, text in default_pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    chart = (
        folder / "edition" / "charts" / "theme.py"
    )  # its charts leave a cell as Altair itself has them leave
    text, changed = re.subn(
        r"^alt\.renderers\.enable\(.*\n", "", chart.read_text(encoding="utf-8"), flags=re.M
    )
    assert changed == 1
    chart.write_text(text, encoding="utf-8")
    # a distribution `edition` without entry points hides the installed one:
    # MyST-NB would load the edition's figures
    (folder / "edition-0.dist-info").mkdir()
    (folder / "edition-0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: edition\nVersion: 0\n"
    )
    return folder


def default_pages():
    """Return the pages (path: text) in the words of a default Jupyter Book.

    What the edition adds is plain MyST.
    """
    pages = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    }
    notes = [
        _note(block[3]) for block in BLOCK.finditer("\n".join(pages.values())) if block[1] == "annotation"
    ]
    terms = sorted(
        (f"{note['term']}\n: {note['gist']} {note['text']}" for note in notes if "term" in note),
        key=str.casefold,
    )
    counts = Counter(note[name] for note in notes for name in ("kind", "verdict") if name in note)
    counts |= {"notes": len(notes), "sources": len(keys(ROOT / "references.bib"))}

    def plain(block):
        match block[1]:
            case "passage":
                return f"(p{block[2]})=\n" + re.sub(r"^", "> ", block[3].strip(), flags=re.M)
            case "annotation":
                note = _note(block[3])
                return (
                    f"```{{margin}} {note['kind'].capitalize()} {note.get('verdict', '')}\n"
                    f"*{note['lemma']}*\n\n{note['gist']}\n\n{note['text']}```"
                )
            case "era":
                return (
                    "*"
                    + ", ".join(era.name for era in load("eras").itertuples() if block[2] in (era.era, "all"))
                    + "*"
                )
            case "ledger":
                return "\n\n".join(
                    f"{row.passage}: {row.statement} {row.verdict}. {row.finding}"
                    for row in load("statements").itertuples()
                )
            case "question":
                return _note(block[3])["text"]
            case "citation" | "beside" | "tally" | "era-contents" | "read-through":
                return ""  # a default book has none of these
            case "people" | "country" | "handouts" | "cartridge":
                return ""
            case "glossary-of-notes":
                return "\n".join(terms)
            case (
                "chronology" | "data-dictionary" as name
            ):  # the text that these make from the tables is plain MyST already
                directive = {"chronology": ChronologyDirective, "data-dictionary": DataDictionaryDirective}[
                    name
                ]
                env = SimpleNamespace(note_dependency=lambda path: None, docname="", metadata={"": {}})
                return directive.run(
                    SimpleNamespace(
                        parse_text_to_nodes=lambda text, **_: text,
                        env=env,
                        config=SimpleNamespace(edition_citation=None),
                    )
                )
        return block[0]

    for name, text in pages.items():
        text = BLOCK.sub(plain, text)
        text = re.sub(r"\{(?:n|entry|reference|authors|minutes)\}`[^`]+`", "", text)
        text = re.sub(r"\{later\}(`+)(.+?)\1(?!`)", r"Later: \2", text, flags=re.S)
        text = re.sub(r"\{(note|figure)\}`([^`]+)`", r"\1 \2", text)
        text = re.sub(r"\{count\}`([^`]+)`", lambda found: str(counts[found[1]]), text)
        text = re.sub(r"^\{\..*\}\n", "", text, flags=re.M)  # a class for the edition's style sheet
        pages[name] = re.sub(
            r"^(.+)\n: ", r"**\1**\n\n", text, flags=re.M
        )  # definition lists are off by default
    return pages


def _note(text):
    """Return the options of an annotation or a question, and its `text`."""
    note = {name: value.strip('"') for name, value in re.findall(r"^:(\w+): (.*)$", text, re.M)}
    return note | {"text": re.sub(r"^:\w+: .*\n", "", text, flags=re.M)}


TABLE = """{"resources": [{"name": "numbers", "path": "numbers.csv", "title": "Numbers",
"description": "A value a year.", "sources": [{"title": "none"}],
"licenses": [{"title": "none", "path": "none"}],
"schema": {"fields": [{"name": "year", "type": "integer", "description": "Year."},
{"name": "value", "type": "number", "description": "Value."}]}}]}"""


def grown(folder, chapters):
    """Make a book with the edition's extension and `chapters` chapters like `chapter.md`.

    No two of their cells are the same.
    """
    copy(folder)
    numbers, template = range(1, chapters + 1), Path(__file__).with_name("chapter.md").read_text()
    for name in ("chapters", "data"):
        shutil.rmtree(folder / name)
        (folder / name).mkdir()
    for name, text in {
        **{f"chapters/{number}.md": template.replace("NUMBER", str(number)) for number in numbers},
        "_config.yml": re.sub(
            r"    edition_(passages|paratexts|citation|commentary|readers_words):.*\n(      .*\n)*",
            "",
            (folder / "_config.yml").read_text(),
        ),
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n"
        + "".join(f"  - file: chapters/{number}\n" for number in numbers),
        "index.md": "# A book that grows\n",
        "references.bib": "",
        "data/datapackage.json": TABLE,
        "data/numbers.csv": "year,value\n"
        + "".join(f"{year},{year * 7 % 31}\n" for year in range(1990, 2030)),
    }.items():
        (folder / name).write_text(text)
    return folder
