"""The ways to run a chapter: its link to Binder, and its notebook to download."""

import re
import subprocess
import sys

import nbformat
import pytest
from conftest import HTML, ROOT, faulty, pages
from nbclient import NotebookClient


def with_cells():
    return [page for page in pages() if 'class="cell_input' in (HTML / page).read_text(encoding="utf-8")]


def notebook_of(page):
    return nbformat.read(HTML / "notebooks" / page.split("/")[-1].replace(".html", ".ipynb"), as_version=4)


@pytest.fixture(scope="module")
def known(copy):
    """The book, built where the address of its repository is known."""
    status, said = copy.build(GITHUB_REPOSITORY="a-body/a-book", GITHUB_SERVER_URL="https://github.com")
    assert status == 0, said
    return copy


@pytest.mark.whole
def test_each_chapter_with_cells_leads_to_binder_and_to_its_notebook(known):
    head = subprocess.run(
        ["git", "-C", known.root, "rev-parse", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    tag = subprocess.run(
        ["git", "-C", known.root, "tag", "--points-at", "HEAD"], capture_output=True, text=True
    ).stdout.split()
    assert len(with_cells()) >= 13
    for page in pages():
        text = (known.html / page).read_text(encoding="utf-8")
        chapter = page.removesuffix(".html")
        link = f"https://mybinder.org/v2/gh/a-body/a-book/{(tag or [head])[0]}?urlpath=lab/tree/{chapter}.md"
        assert (f'href="{link}"' in text) == (page in with_cells()), page


def lost(page):
    """What is not plain in a chapter's notebook, or not there: markup, passages, notes, cells."""
    notebook = notebook_of(page)
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    yield from re.findall(r"^```.*|\{[\w:]+\}`.*", prose, re.M)
    text = (HTML / page).read_text(encoding="utf-8")
    passages = [
        f"**Passage {passage}.**" for passage in re.findall(r'<section class="passage" id="p(\d+)"', text)
    ]
    notes = [f"> **{number}** *" for number in re.findall(r'role="note" aria-label="Note ([\d.]+)"', text)]
    yield from (part for part in passages + notes if part not in prose)
    source = (ROOT / page.replace(".html", ".md")).read_text(encoding="utf-8")
    written = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", source, re.M | re.S)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code" and "%pip" not in cell.source]
    if cells != [re.sub(r"^(:[\w-]+:.*\n)+\n*", "", code).strip("\n") for code in written]:
        yield "its cells"


def test_a_notebook_is_plain_and_has_all_of_its_chapter():
    assert faulty(lambda page: list(lost(page)), with_cells()) == {}


@pytest.mark.whole
def test_a_notebook_runs_anywhere_once_the_package_is_installed_as_it_says(known, tmp_path, monkeypatch):
    path = known.html / "notebooks" / "votes.ipynb"
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells.pop(0).source
    assert re.fullmatch(r'%pip install --quiet "edition @ git\+https://github\.com/a-body/a-book@\S+"', first)
    packages = tmp_path / "packages"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            packages,
            f"edition @ {known.root.as_uri()}",
        ],
        check=True,
    )
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.delenv("EDITION_BOOK", raising=False)
    notebook.cells.append(
        nbformat.v4.new_code_cell(
            "import edition, edition.tables; edition.__file__, str(edition.tables.home())"
        )
    )
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[-1].outputs[0]["data"]["text/plain"].count(str(packages)) == 2
    charts = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.vegalite.v5+json" in output.get("data", {})
    ]
    assert len(charts) == (HTML / "chapters" / "votes.html").read_text(encoding="utf-8").count(
        '<figure class="chart"'
    )


@pytest.mark.whole
def test_where_the_repository_is_not_known_no_page_leads_to_binder_and_the_build_says_so(copy):
    status, said = copy.build(GITHUB_REPOSITORY="")
    assert (
        status == 0
        and "The repository's address is not known (GITHUB_REPOSITORY, git remote): links to it, and the "
        "addresses in citations, are left out."
        in said
    )
    assert not any("mybinder" in (copy.html / page).read_text(encoding="utf-8") for page in pages())


def test_what_a_chapter_may_hold_is_in_its_notebook(small_book, tmp_path):
    words = "{doc}`/index`, {doc}`a title <index>`, {math}`a^2`, {sup}`2`, {glue:text}`half:.2f`"
    told, _ = small_book(
        "```{passage} 1\n{cite:p}`a-source`\n```\n\n```{code-cell} ipython3\n"
        f"from edition import glue\nglue(half=0.5)\n```\n\n{words}",
        execute=True,
    )
    assert told == []
    assert (
        "*A chapter*, *a title*, $a^2$, 2, 0.50"
        in (tmp_path / "html" / "notebooks" / "index.ipynb").read_text()
    )
