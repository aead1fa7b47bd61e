"""What a reader can take along from a chapter: its notebook, its source, the tables behind its figures, the print edition."""

import shutil
from pathlib import Path

from edition.launch import has_cells
from edition.tables import package


def offer(app, page, template, context, doctree):
    """Put the list at the end of a chapter."""
    if doctree is None or page == app.config.root_doc or not app.config.edition_citation:
        return
    up, name = "../" * page.count("/"), Path(page).name
    tables = sorted({table for one in app.env.get_domain("edition").figures if one.docname == page for table in one.spec["usermeta"]["tables"]})
    ways = [f'<a href="{up}sources/{name}.md" download>its source (MyST Markdown)</a>',
            f'<a href="{up}{app.edition_name}.pdf">the print edition (PDF)</a>']
    if has_cells(doctree):
        ways.insert(0, f'<a href="{up}notebooks/{name}.ipynb" download>this chapter as a notebook</a>')
    if tables:
        links = ", ".join(f'<a href="{up}data/{package()[table]["path"]}" download>{table}</a>' for table in tables)
        ways.insert(-1, f"the tables behind its figures: {links}")
    context["body"] += f'<p class="downloads">To take along: {"; ".join(ways)}.</p>'


def write(app, error):
    """Copy the tables and the sources of the chapters beside the pages, under addresses that stay."""
    if error or app.builder.format != "html" or not app.config.edition_citation:
        return
    if not app.env.dlfiles:
        shutil.rmtree(Path(app.outdir, "_downloads"), ignore_errors=True)  # of an earlier build
    data = Path(app.srcdir, "data")
    tables = [data / name for name in ("datapackage.json", *(table["path"] for table in package(data).values()))]
    for folder, files in [("data", tables), ("sources", (Path(app.env.doc2path(name)) for name in app.env.found_docs))]:
        place = Path(app.outdir, folder)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for file in files:
            shutil.copyfile(file, place / file.name)


def setup(app):
    app.connect("html-page-context", offer, priority=600)  # below what `launch` adds to a cover
    app.connect("build-finished", write)
