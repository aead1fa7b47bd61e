"""The address of the repository: from the environment, else from git, else left out."""

import subprocess

import pytest

from edition import extension


@pytest.mark.parametrize(("remote", "address"), [
    ("https://github.com/a-body/a-book.git", "https://github.com/a-body/a-book"),
    ("https://user:secret@github.com/a-body/a-book", "https://github.com/a-body/a-book"),
    ("git@github.com:a-body/a-book.git", "https://github.com/a-body/a-book"),
    ("ssh://git@codeberg.org:22/a-body/a-book.git", "https://codeberg.org/a-body/a-book"),
    ("../a-book", None),
    (None, None),
])
def test_the_address_comes_from_the_remote(tmp_path, monkeypatch, remote, address):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(extension, "ROOT", tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)
    assert extension.repository() == address


def test_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "a-body/a-book")
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    assert extension.repository() == "https://github.com/a-body/a-book"
