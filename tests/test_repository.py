"""Where the book comes from: the address of the repository and the commit, and what Binder makes of them."""

import subprocess
import sys

import pytest
from conftest import ROOT

from edition.extension import PARTS
from edition.web import repository


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a-body/a-book.git", "https://github.com/a-body/a-book"),
        ("https://user:secret@github.com/a-body/a-book", "https://github.com/a-body/a-book"),
        ("git@github.com:a-body/a-book.git", "https://github.com/a-body/a-book"),
        ("ssh://git@codeberg.org:22/a-body/a-book.git", "https://codeberg.org/a-body/a-book"),
        ("../a-book", None),
        (None, None),
    ],
)
def test_the_address_comes_from_the_remote(tmp_path, monkeypatch, remote, address):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)
    assert repository.repository(tmp_path) == address


def test_a_folder_within_another_repository_is_of_none(committed):
    """A ZIP that was unpacked there: the stranger's address and commit are not the book's."""
    subprocess.run(
        ["git", "-C", committed, "remote", "add", "origin", "https://github.com/a-stranger/a-book"],
        check=True,
    )
    (committed / "book").mkdir()
    assert (
        repository.repository(committed / "book"),
        repository.revision(committed / "book"),
        repository.changed(committed / "book"),
    ) == (None, None, False)
    assert repository.repository(committed) == "https://github.com/a-stranger/a-book"


def test_where_the_book_is_published_may_be_told_without_a_repository(monkeypatch):
    assert repository.site(None) is None
    monkeypatch.setenv("BOOK_ADDRESS", "https://example.org/book")
    assert repository.site(None) == "https://example.org/book/"


def test_the_environment_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_REPOSITORY", "a-body/a-book")
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    assert repository.repository(tmp_path) == "https://github.com/a-body/a-book"


@pytest.fixture
def committed(tmp_path, monkeypatch):
    """A repository with one commit of a file `a`."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    for command in [
        "init -q",
        "config user.name A",
        "config user.email a@example.org",
        "add a",
        "commit -q -m First",
    ]:
        (tmp_path / "a").write_text("1")
        subprocess.run(["git", "-C", tmp_path, *command.split()], check=True)
    return tmp_path


def test_the_revision_is_the_tag_else_the_commit(committed):
    commit = subprocess.run(
        ["git", "-C", committed, "rev-parse", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    assert repository.revision(committed) == commit
    subprocess.run(["git", "-C", committed, "tag", "v1.0.0"], check=True)
    assert repository.revision(committed) == "v1.0.0"


def test_changes_that_are_in_no_commit_are_noticed(committed):
    assert not repository.changed(committed)
    (committed / "a").write_text("2")
    assert repository.changed(committed)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/a-body/a-book", "gh/a-body/a-book"),
        ("https://gitlab.com/a-group/a-body/a-book", "gl/a-group/a-body/a-book"),
        ("https://codeberg.org/a-body/a-book", "git/https%3A%2F%2Fcodeberg.org%2Fa-body%2Fa-book"),
    ],
)
def test_binder_opens_the_chapter_as_a_notebook_at_that_revision(address, name):
    link = repository.binder_link(repository.binder(address, "v1.0.0"), "chapters/votes")
    assert link == f"https://mybinder.org/v2/{name}/v1.0.0?urlpath=lab/tree/chapters/votes.md"


def test_the_book_builds_without_what_only_its_tests_need():
    """A fresh `make book` installs neither a browser nor what reads the built pages.

    These must not be imported by the extension.
    """
    blocked = ["playwright", "pikepdf", "frictionless", "pyld", "bibtexparser", "PIL", "pypandoc"]
    parts = ", ".join(f"edition.{part}" for part in [*PARTS.split(), "__main__", "witness.leak"])
    code = f"import sys; sys.modules |= dict.fromkeys({blocked}); import {parts}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
