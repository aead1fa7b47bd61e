"""Each import is declared in its group of pyproject.toml.

The locks hold what they say; the book's environment is small.
"""

import ast
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT, tracked

UV = Path(sysconfig.get_path("scripts")) / "uv"
MEGABYTES = 500  # what `make book` may install
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"] | {"cells": PROJECT["project"]["dependencies"]}
# whose imports, and the groups that declare them: the first that fits
IMPORTS = [
    ("edition/__init__.py", ["cells"]),
    ("edition/tables/*.py", ["cells"]),
    ("edition/charts/[pt]*.py", ["cells"]),
    ("edition/prose.py", ["cells"]),
    ("edition/paper/*.py", ["book", "paper"]),
    ("edition/teaching/[hsw]*.py", ["book", "paper", "citations"]),
    ("edition/citing/formatting.py", ["book", "citations"]),
    ("edition/**/*.py", ["book"]),
    (".ci/*.py", ["book"]),
    ("tests/**/*.py", ["book", "tests"]),
    ("index.md", ["cells"]),
    ("chapters/*.md", ["cells"]),
    ("tests/miniature/**/*.md", ["cells"]),
]
LOCKS = {"requirements.txt": "book", ".binder/requirements.txt": "binder", "tests/requirements.txt": "tests"}
LOCAL = {"edition"} | {
    path.stem
    for folder in ("edition", "edition/execution", "tests", "tests/benchmarks")
    for path in (ROOT / folder).glob("*.py")
}
DISTRIBUTIONS = packages_distributions()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(group):
    names = set() if group == "cells" else declared("cells")  # the project's own, everywhere
    for one in GROUPS[group]:
        names |= (
            {normal(re.match(r"[\w.-]+", one)[0])} if isinstance(one, str) else declared(one["include-group"])
        )
    return names


def imported(text):
    """The packages that a module, or a chapter's cells, import.

    Others than Python's and the project's own.
    """
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    return names - LOCAL - sys.stdlib_module_names


def cells(text):
    return "\n".join(
        re.sub(r"^:.*$", "", cell, flags=re.M)
        for cell in re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text, re.M | re.S)
    )


def undeclared(text, groups):
    """The imports that no package of the groups brings."""
    names = set().union(*map(declared, groups))
    return {name for name in imported(text) if not names & set(map(normal, DISTRIBUTIONS.get(name, [])))}


def test_each_import_is_declared_where_it_belongs():
    faults, seen = {}, set()
    for pattern, groups in IMPORTS:
        for path in set(ROOT.glob(pattern)) - seen:
            seen.add(path)
            text = path.read_text(encoding="utf-8")
            if found := undeclared(cells(text) if path.suffix == ".md" else text, groups):
                faults[str(path.relative_to(ROOT))] = (found, groups)
    assert faults == {} and len(seen) > 100


def test_an_import_that_comes_along_by_chance_is_found():
    text = (
        "import os\nimport requests.sessions\nfrom sphinx import application\nfrom . import cells\ndef f():\n"
        "    import yaml, no_such_module"
    )
    assert undeclared(text, ["book"]) == {"requests", "no_such_module"}
    assert undeclared(text, ["cells"]) == {"requests", "no_such_module", "sphinx", "yaml"}
    assert imported(
        cells("text\n\n```{code-cell} ipython3\n:tags: [hide-input]\nimport altair\n```\n\nfrom here on")
    ) == {"altair"}


def pins(text):
    """What a lock holds: {name: {version}}; and what is wrong with it."""
    entries = re.split(r"^(?=[a-z0-9])", re.sub(r"^ *#.*\n?", "", text, flags=re.M), flags=re.M)[1:]
    found, faults = {}, []
    for entry in entries:
        name, version = re.match(r"([\w.-]+)(?:==(\S+))?", entry).groups()
        found.setdefault(name, set()).add(version)
        if not version or not re.fullmatch(r"[^\n]*?( \\\n    --hash=sha256:[0-9a-f]{64})+\n+", entry):
            faults.append(entry)
    return found, faults + re.findall(r"^-.*", text, re.M) + re.findall(r".*://.*", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_whole_and_has_hashes_but_no_address(lock):
    found, faults = pins((ROOT / lock).read_text(encoding="utf-8"))
    assert faults == [] and declared(LOCKS[lock]) <= found.keys()
    book, _ = pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert {name for name in found.keys() & book.keys() if found[name] != book[name]} == set()


def test_what_is_wrong_with_a_lock_is_found():
    sound = (
        "# made\na==1 ; os_name == 'nt' \\\n    --hash=sha256:"
        + 64 * "0"
        + "\n    # via b\nb==2 \\\n    --hash=sha256:"
        + 64 * "1"
        + "\n\n# left out: c\n"
    )
    assert pins(sound) == ({"a": {"1"}, "b": {"2"}}, [])
    assert pins(sound.replace(" \\\n    --hash=sha256:" + 64 * "1", ""))[1] == ["b==2\n\n"]
    assert pins("--index-url https://example.org/\n" + sound)[1] == ["--index-url https://example.org/"] * 2
    assert pins(sound.replace("==2", ">=2"))[1] and pins(sound.replace("sha256:1", "md5:1"))[1]


@pytest.mark.parametrize("folder", ["tests", "edition/web/vendor"])
def test_a_lock_of_npm_has_hashes_but_no_address(folder):
    text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert [
        name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")
    ] == []
    assert (
        '"resolved"' not in text
        and packages[""]["dependencies"]
        == json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    )


@pytest.mark.whole
def test_make_pins_would_change_nothing(tmp_path):
    """The locks are made from what is declared: none was changed by hand."""
    copy = tracked(tmp_path)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    done = subprocess.run(
        ["make", "-s", "--old-file=.venv/test", "pins"], cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for name in (*LOCKS, "tests/package-lock.json", "edition/web/vendor/package-lock.json"):
        assert (copy / name).read_bytes() == (ROOT / name).read_bytes(), name


@pytest.mark.whole
def test_the_environment_of_the_book_is_slim(tmp_path):
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    install = [
        UV,
        "pip",
        "install",
        "-q",
        "--python",
        python,
        "--require-hashes",
        "--no-deps",
        "--compile-bytecode",
        "-r",
        ROOT / "requirements.txt",
    ]
    subprocess.run(install, check=True)
    size = (
        sum(
            path.stat().st_blocks * 512
            for path in (tmp_path / "venv").rglob("*")
            if path.is_file() and not path.is_symlink()
        )
        / 2**20
    )
    print(f"{size:.0f} MB")
    assert size <= MEGABYTES
