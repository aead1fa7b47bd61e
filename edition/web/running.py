"""How a reader runs a chapter: in the page or in JupyterLab, on Binder, or from a notebook to download."""

import json
import re
import shutil
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util import docname_join

from edition.apparatus.counts import count
from edition.citing.pages import link
from edition.apparatus.sources import short
from edition.elements import make
from edition.web import repository

# for static/live.js
OFFER = make("span", make("button", "in the page", type="button", class_="chart-explore"), " · ", class_="live-offer")


def has_cells(doctree):
    return doctree is not None and any("cell" in node["classes"] for node in doctree.findall(nodes.container))


def offer(app, doctree, docname):
    """Put below the title of a chapter the ways to run it, where it has cells, and the link to its citation."""
    line, cover = make("p", class_="run"), docname == app.config.root_doc
    if has_cells(doctree):
        line += nodes.Text("Run this page: ")
        if app.config.edition_launch:
            there = repository.binder_link(app.config.edition_launch, docname)
            line += [OFFER.deepcopy(), make("a", "in JupyterLab, on Binder", href=there), nodes.Text(" · ")]
        line += make("a", "as a notebook", href=f"{'../' * docname.count('/')}notebooks/{Path(docname).name}.ipynb", download=True)
    if app.config.edition_citation:
        what = "this edition" if cover else "this chapter"
        line += [*([nodes.Text(". ")] if len(line) else []), link(docname, "chapter", what, f"Cite {what}")]
    if len(line):
        if cover:
            doctree += line  # a cover has its title to itself
        elif title := next(doctree.findall(nodes.title), None):
            title.parent.insert(title.parent.index(title) + 1, line)


class Plain:
    """Makes a chapter's Markdown such that any Jupyter can show it: without the edition's own markup."""

    def __init__(self, env, docname, glued):
        self.env, self.docname = env, docname
        self.notes = {note.id: note for note in env.get_domain("edition").notes}
        self.sources = env.get_domain("cite").bibdata.data.entries
        self.counts = count(env)
        self.glued = {name: output["data"]["text/plain"] for name, output in glued.items()}

    def __call__(self, text):
        text = re.sub(r"^```\{([\w-]+)\} *([^\n]*)\n(.*?)^```$", self.directive, text, flags=re.M | re.S)
        text = re.sub(r"^\{[.#][\w. #-]+\}\n", "", text, flags=re.M)
        return re.sub(r"\{([\w:]+)\}`([^`]+)`", self.role, text).strip()

    def directive(self, found):
        name, argument, body = found.groups()
        if name == "passage":
            return f"**Passage {argument}.** {body.strip()}"
        if name == "annotation":
            note = self.notes[argument]
            text = re.sub(r"^:\w+: .*\n", "", body, flags=re.M).strip().replace("\n", "\n> ")
            return f"> **{note.passage}.{note.number}** *{', '.join(filter(None, [note.kind, note.verdict]))}* '{note.lemma}' {text}"
        return ""  # the picture of the eras

    def role(self, found):
        name, content = found.groups()
        match name:
            case "n":
                return f"<sup>{self.notes[content].number}</sup>"
            case "cite:p" | "cite:t":
                return f"({'; '.join(short(self.sources[key.strip()]) for key in content.split(','))})"
            case "glue:text":
                name, _, form = content.partition(":")
                return format(float(self.glued[name]), form) if form else self.glued[name]
            case "count":
                return str(self.counts[content])
            case "doc":
                text, _, target = content.rstrip(">").rpartition("<")
                return f"*{text.strip() or self.env.titles[docname_join(self.docname, target)].astext()}*"
            case "math":
                return f"${content}$"
        return content.partition("<")[0].strip() or content


def notebook(app, docname):
    """Return a chapter as a plain notebook without outputs; the package that its cells import is installed by the first cell."""
    # MyST-NB leaves both while it reads the chapter
    executed = Path(app.env.mystnb_config.output_folder, f"{docname}.ipynb")
    glued = executed.with_suffix(".glue.json")
    plain = Plain(app.env, docname, json.loads(glued.read_text(encoding="utf-8")) if glued.exists() else {})
    executed = nbformat.read(executed, as_version=4)
    if launch := app.config.edition_launch:
        first = nbformat.v4.new_code_cell(f'%pip install --quiet "edition @ git+{repository.repository(app.srcdir)}@{launch["ref"]}"')
    else:
        first = nbformat.v4.new_markdown_cell("The cells need the package of this edition: run `pip install .` in the folder of its sources.")
    cells = [first]
    for cell in executed.cells:
        code = cell.cell_type == "code"
        cells.append(nbformat.v4.new_code_cell(cell.source) if code else nbformat.v4.new_markdown_cell(plain(cell.source)))
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
    app.add_config_value("edition_launch", None, "html")  # what `repository.binder` returns, where the repository is known
    app.connect("doctree-resolved", offer, priority=600)
    app.connect("build-finished", write)
