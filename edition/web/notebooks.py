"""Each chapter with cells as a plain notebook to download, for any Jupyter."""

import json
import re
import shutil
from pathlib import Path

import nbformat
from sphinx.util import docname_join

from edition.apparatus.counts import count
from edition.apparatus.links import targets
from edition.apparatus.notes import says
from edition.apparatus.reading import named, together
from edition.apparatus.sources import short
from edition.web import repository
from edition.web.running import has_cells


class Plain:
    """Makes a chapter's Markdown such that any Jupyter can show it: without the edition's own markup."""

    def __init__(self, env, docname, glued):
        self.env, self.docname = env, docname
        self.notes = {note.id: note for note in env.get_domain("edition").notes}
        self.sources = env.get_domain("cite").bibdata.data.entries
        self.counts, self.targets = count(env), targets(env)
        self.glued = {name: output["data"]["text/plain"] for name, output in glued.items()}

    def __call__(self, text):
        text = re.sub(r"^```\{([\w-]+)\} *([^\n]*)\n(.*?)^```$", self.directive, text, flags=re.M | re.S)
        text = re.sub(r"^\{[.#][\w. #-]+\}\n", "", text, flags=re.M)
        text = re.sub(r"\{later\}``(.+?)``", r"Later: \1", text, flags=re.S)
        return re.sub(r"\{([\w:]+)\}`([^`]+)`", self.role, text).strip()

    def directive(self, match):
        name, argument, body = match.groups()
        if name == "passage":
            return f"**Passage {argument}.** {body.strip()}"
        if name == "annotation":
            note = self.notes[argument]
            text = re.sub(r"^:\w+: .*\n", "", body, flags=re.M).strip()
            text, called = text.replace("\n", "\n> "), says(note.kind, note.verdict)
            head = f"**{note.passage}.{note.number}** *{called}* '{note.lemma}' **{note.gist}**"
            return f"> {head}\n>\n> {text}"
        if name == "question":
            return "1. " + re.sub(r"^:\w+: .*\n", "", body, flags=re.M).strip()
        return ""  # the picture of the eras

    def role(self, match):
        name, content = match.groups()
        match name:
            case "n":
                return f"<sup>{self.notes[content].number}</sup>"
            case "cite:p" | "cite:t":
                return f"({'; '.join(short(self.sources[key.strip()]) for key in content.split(','))})"
            case "glue:text":
                name, _, form = content.partition(":")
                return format(float(self.glued[name]), form) if form else self.glued[name]
            case "note" | "figure":
                return self.targets[name, content][2]
            case "later":
                return f"Later: {content}"
            case "count":
                return str(self.counts[content])
            case "minutes":
                return together(self.env, named(self.docname, content))
            case "doc":
                text, _, target = content.rstrip(">").rpartition("<")
                return f"*{text.strip() or self.env.titles[docname_join(self.docname, target)].astext()}*"
            case "math":
                return f"${content}$"
        return content.partition("<")[0].strip() or content


def notebook(app, docname):
    """Return a chapter as a plain notebook without outputs.

    Its first cell installs the package that the others import.
    """
    # MyST-NB leaves both while it reads the chapter
    executed = Path(app.env.mystnb_config.output_folder, f"{docname}.ipynb")
    glued = executed.with_suffix(".glue.json")
    plain = Plain(app.env, docname, json.loads(glued.read_text(encoding="utf-8")) if glued.exists() else {})
    executed = nbformat.read(executed, as_version=4)
    if launch := app.config.edition_launch:
        package = f"edition @ git+{repository.repository(app.srcdir)}@{launch['ref']}"
        first = nbformat.v4.new_code_cell(f'%pip install --quiet "{package}"')
    else:
        first = nbformat.v4.new_markdown_cell(
            "The cells need the package of this edition: run `pip install .` in the folder of its sources."
        )
    cells = [first]
    for cell in executed.cells:
        if cell.cell_type == "code":
            cells.append(nbformat.v4.new_code_cell(cell.source))
        else:
            cells.append(nbformat.v4.new_markdown_cell(plain(cell.source)))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # a new one would be random
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": executed.metadata.kernelspec})


def write(app, error):
    """Write the notebooks to download."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir, "notebooks")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for docname in sorted(app.env.found_docs):
        if has_cells(app.env.get_doctree(docname)):
            nbformat.write(notebook(app, docname), folder / f"{Path(docname).name}.ipynb")


def setup(app):
    app.connect("build-finished", write)
