"""The rooms of the engine know only those below them: `[tool.importlinter]` in pyproject.toml."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from conftest import ROOT


def lint(folder):
    command = [Path(sysconfig.get_path("scripts")) / "lint-imports", "--no-cache", "--no-logo"]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_a_room_knows_only_those_below_it():
    code, told = lint(ROOT)
    assert code == 0, told


def test_an_import_of_a_room_above_is_found(tmp_path):
    shutil.copytree(
        ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    with open(tmp_path / "edition" / "tables" / "votes.py", "a") as votes:
        votes.write("\nfrom edition.web import search\n")
    code, told = lint(tmp_path)
    assert code != 0 and "edition.tables.votes -> edition.web.search" in told, told
