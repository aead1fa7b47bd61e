"""The chapters' cells are read by students: ruff finds no fault in them.

They have the format of the rest.
"""

import json
import re
import subprocess
import sys

import pytest
from conftest import ROOT

FENCE = re.compile(r"^```\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)^```$", re.M | re.S)
# the cells of a chapter are one module, in which imports stand where they are first needed and the last
# expression of a cell is what it shows; a name that is imported for a later cell, or comes from an
# earlier one, is no fault
NO_FAULTS = "E402,F401,F821,B018"
RUFF = [sys.executable, "-m", "ruff"]
LINES = 31  # a screen


def chapters():
    folders = [ROOT, ROOT / "tests" / "miniature"]
    paths = [folder / "index.md" for folder in folders]
    paths += [path for folder in folders for path in sorted((folder / "chapters").glob("*.md"))]
    return [path for path in paths if FENCE.search(path.read_text(encoding="utf-8"))]


def cells(text):
    """The cells of a chapter: (line of the chapter on which the code begins, code)."""
    return [(text.count("\n", 0, cell.start(2)) + 1, cell[2]) for cell in FENCE.finditer(text)]


def ruff(command, *options, text):
    """Let ruff read a text by the rules of pyproject.toml, as a chapter beside it would be read."""
    return subprocess.run(
        [*RUFF, command, *options, "--no-cache", "--stdin-filename", "cell.py", "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def faults(text):
    """Yield what is wrong with the cells of a chapter: the line of the chapter, and what ruff says of it."""
    found = cells(text)
    module = [""] * (text.count("\n") + 1)  # the code on the lines that it has in the chapter
    for line, code in found:
        module[line - 1 : line - 1 + code.count("\n")] = code.split("\n")[:-1]
    told = ruff("check", "--output-format=json", "--ignore", NO_FAULTS, text="\n".join(module) + "\n")
    for fault in json.loads(told.stdout):
        yield fault["location"]["row"], f"{fault['code']} {fault['message']}"
    for number, (line, code) in enumerate(found, 1):
        if (lines := code.count("\n")) > LINES:
            yield line, f"cell {number} has {lines} lines, more than a screen; make two of it"
        done = ruff("format", "--diff", text=code)
        if done.returncode:
            yield line, f"cell {number} is not formatted; make this of it:\n{done.stdout or done.stderr}"


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_cells_are_formatted_and_without_fault(path):
    found = list(faults(path.read_text(encoding="utf-8")))
    assert not found, "\n".join(f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in found)


def test_a_cell_longer_than_a_screen_is_told():
    cell = "```{code-cell} ipython3\n" + "print()\n" * (LINES + 1) + "```\n"
    ((line, told),) = faults(cell)
    assert line == 2 and told == "cell 1 has 32 lines, more than a screen; make two of it"


def test_a_fault_is_told_with_its_line():
    first = "```{code-cell} ipython3\n:tags: [hide-input]\nimport os\n\none = {'a':1}\n```\n"
    second = (
        "```{code-cell} ipython3\nprint(os.sep, one)\nfor a, b in zip([1], [2]):\n    print(a)\none\n```\n"
    )
    (unused, unstrict, unformatted) = sorted(faults(f"# A chapter\n\n{first}\nWords.\n\n{second}"), key=str)
    assert (
        unformatted[0] == 5
        and "cell 1 is not formatted" in unformatted[1]
        and '+one = {"a": 1}' in unformatted[1]
    )
    assert (
        {unused[0], unstrict[0]} == {14}
        and "B905" in unused[1] + unstrict[1]
        and "B007" in unused[1] + unstrict[1]
    )
