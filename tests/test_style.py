"""The code has the format of ruff, 110 columns, and no fault that it knows; the cells: test_cells.py."""

import subprocess
import sys

import pytest
from conftest import ROOT

CODE = ["edition", "tests", ".ci"]


def ruff(*command, text=None):
    """Run ruff by the rules of pyproject.toml; return (exit status, what it says)."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command], cwd=ROOT, input=text, capture_output=True, text=True
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("command", [("check", "--output-format=concise"), ("format", "--check")])
def test_ruff_finds_nothing(command):
    status, findings = ruff(*command, *CODE)
    assert status == 0, findings


def test_ruff_reads_by_our_rules():
    long = f"here = {'1 + ' * 30}1\n"
    assert ruff("check", "-", text=long)[0] == ruff("format", "--check", "-", text=long)[0] == 1
    assert ruff("check", "-", text="import sys\n")[0] == 1
    assert ruff("check", "-", text="here = 1\n")[0] == 0
