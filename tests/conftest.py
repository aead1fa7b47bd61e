import io
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
FRONT = "---\njupytext: {text_representation: {extension: .md, format_name: myst}}\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"
BIB = "@misc{a-source,\n  author = {{A Body}},\n  title = {A title},\n  year = {2020},\n  url = {https://example.org/},\n  urldate = {2026-11-23},\n}\n"


@pytest.fixture
def small_book(tmp_path):
    """Build a book of one chapter and return (list of warnings, HTML of the chapter)."""

    def build(text, passages=1, bib=BIB, execute=False, **config):
        source = tmp_path / "source"
        if not (source / "data").exists():
            (source / "data").mkdir(parents=True)
            (source / "data" / "datapackage.json").write_text('{"resources": []}')
        (source / "references.bib").write_text(bib)
        (source / "index.md").write_text((FRONT if execute else "") + "# A chapter\n\n" + text + "\n\n```{bibliography}\n```\n")
        warnings = io.StringIO()
        with patch_docutils(), docutils_namespace():
            Sphinx(
                source, None, tmp_path / "html", tmp_path / "doctrees", "html", warning=warnings, status=None, freshenv=True,
                confoverrides={
                    "extensions": ["myst_nb", "sphinxcontrib.bibtex", "edition.extension"], "root_doc": "index", "html_theme": "basic",
                    "nb_execution_mode": "force" if execute else "off", "nb_output_stderr": "remove", "bibtex_bibfiles": ["references.bib"], "bibtex_default_style": "edition",
                    "bibtex_reference_style": "edition", "edition_passages": passages, "suppress_warnings": ["bibtex.key_not_found"], **config,
                },
            ).build()
        told = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).replace(str(source) + "/", "")
        return told.splitlines(), (tmp_path / "html" / "index.html").read_text()

    return build


@pytest.fixture(scope="session")
def browser():
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    path = next(filter(None, map(shutil.which, names)), None)  # without one, Playwright's own
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


def pages():
    """Every page of the built book, as paths below its root."""
    assert HTML.is_dir(), "the book is not built; run: make book"
    return sorted(str(path.relative_to(HTML)) for path in [HTML / "index.html", *(HTML / "chapters").glob("*.html")])
