"""What a reader can take along from a chapter.

Its notebook, its source, the tables behind its figures, the print edition; and each chart as a package.
"""

import shutil
from pathlib import Path

from edition.charts.figure import chart
from edition.elements import between, make
from edition.tables import package
from edition.web.running import has_cells


def offer(app, doctree, docname):
    """Put the list at the end of a chapter."""
    if docname == app.config.root_doc or not app.config.edition_citation:
        return
    up, name = "../" * docname.count("/"), Path(docname).name
    ways = []
    if has_cells(doctree):
        file = f"{up}notebooks/{name}.ipynb"
        ways.append([make("a", "this chapter as a notebook", href=file, download=True)])
    ways.append([make("a", "its source (MyST Markdown)", href=f"{up}sources/{name}.md", download=True)])
    figures = (figure for figure in app.env.get_domain("edition").figures if figure.docname == docname)
    if tables := sorted({table for figure in figures for table in figure.spec["usermeta"]["tables"]}):
        paths = {table: f"{up}data/{package()[table]['path']}" for table in tables}
        files = [make("a", table, href=path, download=True) for table, path in paths.items()]
        ways.append(["the tables behind its figures: ", *between(files, ", ")])
    ways.append([make("a", "the print edition (PDF)", href=f"{up}{app.edition_name}.pdf")])
    parts = [part for way in between(ways, ["; "]) for part in way]
    doctree += make("p", "To take along: ", *parts, ".", class_="downloads")


def pack(app, doctree, docname):
    """Link each chart to its package, which `edition/paper/packages.py` makes beside its CSV."""
    if app.config.edition_citation:
        for node in doctree.findall(chart):
            file = f"{'../' * docname.count('/')}figures/{node['spec']['name']}.zip"
            node.insert(0, make("a", "All (ZIP)", href=file, download=True))


def write(app, error):
    """Copy the tables and the sources of the chapters beside the pages, under addresses that stay."""
    if error or app.builder.format != "html" or not app.config.edition_citation:
        return
    if not app.env.dlfiles:
        shutil.rmtree(Path(app.outdir, "_downloads"), ignore_errors=True)  # of an earlier build
    data = Path(app.srcdir, "data")
    tables = [data / "datapackage.json", *(data / table["path"] for table in package(data).values())]
    sources = [Path(app.env.doc2path(name)) for name in app.env.found_docs]
    for folder, files in [("data", tables), ("sources", sources)]:
        place = Path(app.outdir, folder)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for file in files:
            shutil.copyfile(file, place / file.name)


def setup(app):
    app.connect("doctree-resolved", offer, priority=700)
    app.connect("doctree-resolved", pack, priority=700)  # before *cite*, which stands at the end
    app.connect("build-finished", write)
