"""What the benchmarks rest on.

A default book that is the same book, and a measure of memory that sees every process. No time is asserted.
"""

import os
import re
import subprocess
import sys
from importlib import import_module
from unittest.mock import MagicMock

import pytest
from books import default_pages
from conftest import ROOT

from edition import extension
from edition.tables import load

pytestmark = pytest.mark.whole
CELLS = re.compile(r"```\{code-cell\}.*?\n```", re.S)
WORDS = re.compile(r"(?<![{`])\b[a-z]{4,}\b")


def test_the_default_book_has_nothing_of_the_edition():
    app = MagicMock()
    for part in extension.PARTS.split():
        import_module(f"edition.{part}").setup(app)
    names = [
        call.args[0] for register in (app.add_directive, app.add_role) for call in register.call_args_list
    ]
    assert {"passage", "annotation", "n", "count"} <= set(names)
    for page, text in default_pages().items():
        left = [name for name in names if re.search(rf"```\{{{name}\}}|\{{{name}\}}`", text)] + re.findall(
            r"^\{\..*\}$|^: .*", text, re.M
        )
        assert left == [], page


def test_the_default_book_has_each_cell_and_each_word_of_text():
    pages = default_pages()
    for page, text in pages.items():
        source = (ROOT / page).read_text(encoding="utf-8")
        assert CELLS.findall(text) == CELLS.findall(source), page
        prose = re.sub(
            r"^(:\w+|```\{[\w-]+\}).*$|\{\w+\}`[^`]*`|^\{\..*\}$", "", CELLS.sub("", source), flags=re.M
        )
        assert set(WORDS.findall(prose)) <= set(WORDS.findall(text)), page
    assert all(title in pages["chapters/chronology.md"] for title in load("events")["title"])


def test_memory_that_processes_share_counts_once_and_a_daemon_counts_too(tmp_path):
    """100 MB, shared by three forks, and 100 more of a process that left its parent.

    Measured by a process of its own: the one that runs the tests may have other children.
    """
    lonely = "import time; held = b'x' * 100_000_000; time.sleep(2)"
    program = (
        f"import os, subprocess, sys, time; subprocess.Popen(['sh', '-c', '{sys.executable} -c \"$0\" &', "
        f"{lonely!r}], start_new_session=True)\n"
        "held = b'x' * 100_000_000\nfor _ in range(3): os.fork() or (time.sleep(2), os._exit(0))\n"
        "time.sleep(2)"
    )
    measured = (
        f"from pathlib import Path\nfrom measure import run\n"
        f"print(run({[sys.executable, '-c', program]!r}, Path({str(tmp_path)!r})).megabytes)"
    )
    beside = {"PYTHONPATH": str(ROOT / "tests" / "benchmarks")}
    done = subprocess.run(
        [sys.executable, "-c", measured], env=os.environ | beside, capture_output=True, text=True, check=True
    )
    assert 200 < float(done.stdout) < 270
