import fcntl
import io
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from edition import tables
from edition.paper.browser import chromium
from edition.witness import store

pytest_plugins = ["servers"]  # its fixtures
signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # a shell that runs the tests in the background has it ignored, by all that they start, too
ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
KINDS = [
    "index.html",
    HEAVY := "chapters/war-and-two-abstentions.html",
    "chapters/read-it-through.html",  # all passages
    "chapters/a-necessity.html",
    "chapters/votes.html",  # evidence
    "chapters/thirty-years-of-votes.html",
    "chapters/is-it-so.html",  # the ledger
    "chapters/bibliography.html",
    "chapters/data-dictionary.html",
    "search.html",
    "cite/war-and-two-abstentions.html",
]
FRONT = (
    "---\njupytext: {text_representation: {extension: .md, format_name: myst}}\n"
    "kernelspec: {name: python3, display_name: Python 3}\n---\n\n"
)
BIB = (
    "@misc{a-source,\n  author = {{A Body}},\n  title = {A title},\n  year = {2020},\n"
    "  url = {https://example.org/},\n  urldate = {2026-11-23},\n  keywords = {official},\n}\n"
)


def resource(name, **columns):
    """Return the description of a table with these columns ({name: type}) for `datapackage.json`."""
    fields = [{"name": column, "type": kind, "description": "A column."} for column, kind in columns.items()]
    licence = {"title": "CC0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": "A table",
        "description": "Rows.",
        "sources": [{"title": "A source"}],
        "licenses": [licence],
        "schema": {"fields": fields},
    }


def pytest_configure():
    if store.FILE.exists():
        pytest.exit(
            "There is a copy of the commentary here, which the book of the tests must not show. Run: "
            ".venv/bin/python -m edition forget",
            1,
        )


def pytest_collection_modifyitems(items):
    """Spread the walks, by far the longest.

    Each of the processes that test begins with an equal share of the list.
    """
    walks = [item for item in items if "test_a_walk" in item.name]
    for number, walk in enumerate(walks):
        items.remove(walk)
        items.insert(number * len(items) // len(walks), walk)


@pytest.fixture
def small_book(tmp_path):
    """Build a book of one chapter; return (list of warnings, HTML of the chapter).

    Where nothing was built, there is None in place of the HTML.
    """

    def build(text, passages=1, bib=BIB, execute=False, **config):
        source = tmp_path / "source"
        if not (source / "data").exists():
            (source / "data").mkdir(parents=True)
            (source / "data" / "datapackage.json").write_text('{"resources": []}')
        (source / "references.bib").write_text(bib)
        (source / "index.md").write_text(
            (FRONT if execute else "") + "# A chapter\n\n" + text + "\n\n```{bibliography}\n```\n"
        )
        warnings = io.StringIO()
        config = {
            "extensions": ["myst_nb", "sphinxcontrib.bibtex", "edition.extension"],
            "root_doc": "index",
            "html_theme": "edition",
            "nb_execution_mode": "cache" if execute else "off",
            "nb_execution_cache_path": str(tmp_path / "handed"),
            "bibtex_bibfiles": ["references.bib"],
            "edition_passages": passages,
            "edition_last_day": date(2022, 11, 30),
        } | config
        with patch_docutils(), docutils_namespace():
            with suppress(SystemExit):  # there are faults
                Sphinx(
                    source,
                    None,
                    tmp_path / "html",
                    tmp_path / "doctrees",
                    "html",
                    config,
                    warning=warnings,
                    status=None,
                    freshenv=True,
                ).build()
        told = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).replace(str(source) + "/", "")
        page = tmp_path / "html" / "index.html"
        return told.splitlines(), page.read_text() if page.exists() else None

    yield build
    tables.use(None)


class Book:
    """A book at a place of its own, and the engine that builds it."""

    def __init__(self, root, engine=ROOT / "edition"):
        self.root, self.engine, self.html = root, engine, root / "_build" / "html"

    def start(self, **environment):
        """Begin to build, as `make book` does."""
        origin = ("BOOK_ADDRESS", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL")
        variables = {name: value for name, value in os.environ.items() if name not in origin} | environment
        command = [sys.executable, "-P", self.engine / "build.py", self.root]
        return subprocess.Popen(
            command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def build(self, **environment):
        """Build, and return (exit status, what was said)."""
        process = self.start(**environment)
        said = process.communicate()[0]
        return process.returncode, said

    def try_to_cite(self):
        """Have it formatted how it is cited, as `make citations` does.

        Returns (exit status, what was said).
        """
        command = [sys.executable, "-P", "-m", "edition.citing.formatting", self.root]
        variables = os.environ | {"PYTHONPATH": str(self.engine.parent)}
        done = subprocess.run(
            command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

    def cite(self):
        """Do so after a change of what it is cited by: titles, names of chapters, the version."""
        status, said = self.try_to_cite()
        assert status == 0, said

    def replace(self, name, old, new):
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def files(self):
        """Return {path: bytes} of the built book, without what other commands add."""
        paths = (
            path
            for path in self.html.rglob("*")
            if path.is_file()
            and path.suffix not in (".pdf", ".zip", ".docx")
            and path.parent.name != "pictures"
        )
        return {str(path.relative_to(self.html)): path.read_bytes() for path in paths}

    def copy(self, root, engine=None):
        """Return the same book at another place, as far as it is built here."""
        shutil.copytree(self.root, root)
        return Book(root, engine or self.engine)


def tracked(root):
    """Copy the project's files, without what is built of them."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    return root


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """This book, with an engine of its own: whole builds take a while."""
    root = tracked(tmp_path_factory.mktemp("elsewhere") / "copy of the book")
    shutil.copytree(ROOT / ".git", root / ".git")
    subprocess.run(
        ["git", "-C", root, "remote", "remove", "origin"], capture_output=True
    )  # of a clone: its address is told where a test wants one
    (root / ".venv").symlink_to(ROOT / ".venv")
    return Book(root, root / "edition")


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Have a folder made by whichever of the processes that test comes first.

    The others wait, and take it as it is.
    """
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def once(name, make):
        made = place / "once" / name
        made.parent.mkdir(exist_ok=True)
        with open(made.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                making = made.with_suffix(".making")
                shutil.rmtree(making, ignore_errors=True)
                make(making)
                making.rename(made)
        return made

    return once


@pytest.fixture(scope="session")
def built_miniature(once):
    """The miniature, built once."""

    def make(folder):
        shutil.copytree(
            ROOT / "tests" / "miniature", folder, ignore=shutil.ignore_patterns("_build", "_copy")
        )
        status, said = Book(folder).build()
        assert status == 0, said

    return Book(once("miniature", make))


@pytest.fixture
def miniature(built_miniature, tmp_path):
    """The miniature, built, to be changed at will."""
    return built_miniature.copy(tmp_path / "a book")


@pytest.fixture(scope="session")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture
def reader(browser):
    """A reader with a window of some width, and whatever else is said: a tab."""
    contexts = []

    def reader(width=1280, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        return contexts[-1].new_page()

    yield reader
    for context in contexts:
        context.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """What repo2docker makes of `.binder/`, without the container.

    A copy of the book, and an environment for it alone.

    Returns (folder of the environment, folder of the book, environment variables).
    """
    place = tmp_path_factory.mktemp("binder")
    repository = tracked(place / "repository")
    uv = Path(sysconfig.get_path("scripts")) / "uv"  # as pip would, in a tenth of the time
    subprocess.run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, place / "venv"], check=True)
    outside = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "EDITION_BOOK", "VIRTUAL_ENV", "TZ")
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in outside and not name.startswith("JUPYTER")
    }
    variables |= {"PATH": f"{place}/venv/bin:{os.environ['PATH']}", "HOME": str(place)}
    install = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        place / "venv",
        "--only-binary",
        ":all:",
        "--require-hashes",
        "-r",
        ".binder/requirements.txt",
    ]
    subprocess.run(install, cwd=repository, check=True)
    subprocess.run(["./.binder/postBuild"], cwd=repository, env=variables, check=True)
    return place / "venv", repository, variables


def start(command, variables, log, address):
    """Start a server, and return it once it answers at `address`."""
    with open(log, "w") as output:
        server = subprocess.Popen(command, env=variables, stdout=output, stderr=output)
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def jupyter(environment):
    """A JupyterLab as Binder starts one: returns (address, token).

    It is at the root of the repository, with a token, open to any page.
    """
    venv, repository, variables = environment
    port, token = free_port(), secrets.token_hex(16)
    address = f"http://127.0.0.1:{port}/"
    command = [
        venv / "bin" / "jupyter-lab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        "--ServerApp.allow_origin=*",
        f"--ServerApp.root_dir={repository}",
        "--LabApp.expose_app_in_browser=True",
    ]
    server = start(command, variables, repository.parent / "lab.log", f"{address}api/status?token={token}")
    yield address, token
    server.terminate()
    server.wait()


def pages():
    """Every page of the built book, as paths below its root."""
    if not HTML.is_dir():
        pytest.fail("the book is not built; run: make book", pytrace=False)
    paths = [path.relative_to(HTML) for path in HTML.rglob("*.html")]
    return sorted(str(path) for path in paths if path.parts[0] != "_static")  # in there: parts of the theme


@pytest.fixture(scope="session")
def book():
    """The folder of the built book, for a test that reads a file of it."""
    pages()
    return HTML


def kinds():
    """A page of each kind: by its template, and by what it weighs."""
    assert set(KINDS) <= set(pages()), (
        f"not in the book: {set(KINDS) - set(pages())}; name others in conftest.KINDS"
    )
    return KINDS


def others():
    return [page for page in pages() if page not in kinds()]


def weekly(*values):
    """What `make test-all` tries besides."""
    return [
        pytest.param(*value if isinstance(value, tuple) else (value,), marks=pytest.mark.whole)
        for value in values
    ]


# On a change a test looks at a page of each kind; before a tag, and each week, at the others as well.
by_kind = pytest.mark.parametrize("chosen", [kinds, *weekly(others)])


def faulty(look, chosen):
    """What a look finds wrong with each of the pages, of those that have something."""
    return {page: told for page in chosen if (told := look(page))}
