"""The archive of a release: the same commit gives the same bytes, and it is what its tag says."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT


@pytest.fixture
def release(tmp_path):
    """Make a small repository with a built book.

    Returns a function that packs it and gives its folder, or what it said instead.
    """
    (tmp_path / "CITATION.cff").write_text("title: 'Closer to home: a test'\nversion: 1.2.3\n")
    (tmp_path / "requirements.txt").write_text(
        "# a list\naltair==6.3.0 \\\n    --hash=sha256:0\n    # via\n"
        "numpy==2.4.6 ; python_version < '3.12' \\\n    --hash=sha256:1\n"
    )
    (tmp_path / ".gitignore").write_text("_build/\n")
    for name in ("index.html", "chapters/b.html", "chapters/a.html", ".buildinfo"):
        path = tmp_path / "_build" / "html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    def git(*words):
        subprocess.run(
            ["git", "-C", tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.org", *words],
            check=True,
            capture_output=True,
        )

    def pack(**environment):
        clean = {
            name: value for name, value in os.environ.items() if name not in ("TAG", "SOURCE_DATE_EPOCH")
        }
        done = subprocess.run(
            [sys.executable, ROOT / ".ci" / "release.py"],
            cwd=tmp_path,
            env=clean | environment,
            capture_output=True,
            text=True,
        )
        return tmp_path / "_build" / "release" if done.returncode == 0 else done.stderr.splitlines()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "A book")
    pack.folder = tmp_path
    return pack


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_runs_give_the_same_bytes(release):
    first = contents(release())
    for path in (release.folder / "_build" / "html").rglob("*.html"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o600)
    assert contents(release()) == first
    assert contents(release(SOURCE_DATE_EPOCH="1000000000")) != first, (
        "the time of the files is the one that is asked for"
    )


def test_the_archive_is_what_the_manifest_says(release):
    folder = release(TAG="v1.2.3", SOURCE_DATE_EPOCH="0")
    assert sorted(contents(folder)) == ["SHA256SUMS", "closer-to-home-1.2.3.json", "closer-to-home-1.2.3.zip"]
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(folder).items()
        if name != "SHA256SUMS"
    }
    manifest = json.loads((folder / "closer-to-home-1.2.3.json").read_text())
    commit = subprocess.run(
        ["git", "-C", folder, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert (manifest["tag"], manifest["commit"]) == ("v1.2.3", commit)
    assert manifest["pins"] == ["altair==6.3.0", "numpy==2.4.6 ; python_version < '3.12'"]
    with zipfile.ZipFile(folder / "closer-to-home-1.2.3.zip") as packed:
        inside = [
            {
                "path": name.removeprefix("closer-to-home-1.2.3/"),
                "size": len(packed.read(name)),
                "sha256": hashlib.sha256(packed.read(name)).hexdigest(),
            }
            for name in packed.namelist()
        ]
    assert inside == manifest["files"] and [one["path"] for one in inside] == [
        ".buildinfo",
        "chapters/a.html",
        "chapters/b.html",
        "index.html",
    ]


def test_what_is_wrong_is_told(release):
    assert release(TAG="v1.3.0") == [
        "release: the tag is v1.3.0, the version 1.2.3; tag v1.2.3, or change the version in CITATION.cff"
    ]
    (release.folder / "CITATION.cff").write_text("version: 1.2.4\n")
    (release.folder / "_build" / "html" / "index.html").unlink()
    tag, commit, book = release(TAG="v1.2.3")
    assert (
        tag
        == "release: the tag is v1.2.3, the version 1.2.4; tag v1.2.4, or change the version in CITATION.cff"
    )
    assert commit == "release: what is built is no commit; commit or remove: CITATION.cff"
    assert book == "release: _build/html has no book; run: make book"
    (release.folder / ".git").rename(release.folder / "git")
    assert "release: this folder is no git repository of its own; a release is of a commit" in release(
        TAG="v1.2.3"
    )
