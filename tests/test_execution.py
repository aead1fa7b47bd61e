"""How the cells are run.

Each chapter in a clean kernel, once, and again only when something that it read has changed.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import nbformat
import pytest
from conftest import FRONT, ROOT, Book, weekly
from myst_nb.core.read import read_myst_markdown_notebook
from nbclient import NotebookClient

from edition.execution import cells

STAMP = "import time\nprint('ran at', time.time_ns())\n"  # shows whether the cells ran again


def chapter(code, prose="Words."):
    return f"```{{passage}} 1\n{prose}\n```\n\n```{{code-cell}} ipython3\n{code}```\n\n{{cite:p}}`a-source`"


def ran(built):
    told, page = built
    assert told == []
    return re.search(r"ran at.*?(\d{15,})", page)[1]


def test_the_same_cells_are_not_run_again(small_book):
    first = ran(small_book(chapter(STAMP), execute=True))
    assert ran(small_book(chapter(STAMP, prose="Other words."), execute=True)) == first


def test_changed_cells_are_run_again(small_book):
    first = ran(small_book(chapter(STAMP), execute=True))
    assert ran(small_book(chapter(STAMP + "1 + 1\n"), execute=True)) != first


@pytest.mark.parametrize(
    "read",
    [
        "import pandas\npandas.read_csv('data/one.csv')",
        *weekly("print(open('data/one.csv').read())", "import helper"),
    ],
)
def test_cells_are_run_again_when_what_they_read_changes_and_only_then(small_book, tmp_path, read):
    data = tmp_path / "source" / "data"
    data.mkdir(parents=True)
    (data / "datapackage.json").write_text('{"resources": []}')
    helper = data.parent / "helper.py"
    for path in (data / "one.csv", data / "two.csv", helper):
        path.write_text("a = 1\n")
    first = ran(small_book(chapter(STAMP + read + "\n"), execute=True))
    (data / "two.csv").write_text("a = 2\n")
    assert ran(small_book(chapter(STAMP + read + "\n"), execute=True)) == first
    (helper if "helper" in read else data / "one.csv").write_text("a = 2\n")
    assert ran(small_book(chapter(STAMP + read + "\n"), execute=True)) != first


def test_cells_are_run_again_with_other_versions(small_book, monkeypatch, tmp_path):
    """Of what is installed, not of what the list of pins says."""
    first = ran(small_book(chapter(STAMP), execute=True))
    assert ran(small_book(chapter(STAMP), execute=True)) == first
    packages = Path(sysconfig.get_path("purelib"))
    (tmp_path / "packages").mkdir()
    for entry in packages.iterdir():
        (tmp_path / "packages" / entry.name).symlink_to(entry)
    (tmp_path / "packages" / "tomorrow-1.0.dist-info").mkdir()
    get = sysconfig.get_path
    monkeypatch.setattr(
        sysconfig, "get_path", lambda name: str(tmp_path / "packages") if name == "purelib" else get(name)
    )
    assert ran(small_book(chapter(STAMP), execute=True)) != first


@pytest.mark.parametrize(
    "look",
    [
        "pathlib.Path('data/new.csv').exists()",
        *weekly("open('data/new.csv')", "glob.glob('data/new.*')", "os.listdir('data')"),
    ],
)
def test_cells_are_run_again_when_a_file_appears(small_book, tmp_path, look):
    code = f"{STAMP}import glob, os, pathlib\ntry:\n    {look}\nexcept OSError:\n    pass\n"
    first = ran(small_book(chapter(code), execute=True))
    assert ran(small_book(chapter(code), execute=True)) == first
    (tmp_path / "source" / "data" / "new.csv").write_text("a = 1\n")
    assert ran(small_book(chapter(code), execute=True)) != first


@pytest.mark.whole
def test_cells_of_one_wording_in_two_folders_are_two(miniature):
    """Each shows what it reads in its own folder, also when its outputs are those of an earlier reading."""
    cell = "```{code-cell} ipython3\nimport os\nprint('cell of', os.path.basename(os.getcwd()))\n```\n"
    for folder in ("chapters", "more"):
        (miniature.root / folder).mkdir(exist_ok=True)
        (miniature.root / folder / f"new-{folder}.md").write_text(f"{FRONT}# New\n\n{cell}")
    miniature.replace(
        "_toc.yml",
        "chapters/unfinished-work\n",
        "chapters/unfinished-work\n      - file: chapters/new-chapters\n      - file: more/new-more\n",
    )
    miniature.cite()
    status, said = miniature.build()
    assert status == 0, said
    for folder in ("chapters", "more"):
        assert f"cell of {folder}" in (miniature.html / folder / f"new-{folder}.html").read_text()


def test_cells_are_run_again_when_a_tag_changes(small_book):
    """One may skip a cell, or let it fail."""
    skipped = chapter(STAMP).replace("ipython3\n", "ipython3\n:tags: [skip-execution]\n")
    assert "ran at" not in re.sub(
        r"(?s)<div class=\"cell_input.*?</div>\s*</div>", "", small_book(skipped, execute=True)[1]
    )
    ran(small_book(chapter(STAMP), execute=True))


def test_a_failing_function_of_another_cell_is_told_where_it_was_called(small_book):
    code = "def one():\n    a = 1\n    b = 1\n    return 1 / 0\n```\n\n```{code-cell} ipython3\none()\n"
    told, _ = small_book(chapter(code), execute=True)
    assert told[0].startswith("index.md:20: WARNING: this cell failed: ZeroDivisionError"), told


def test_no_variable_of_the_machine_reaches_a_cell(miniature):
    miniature.replace(
        "chapters/nation-and-field.md",
        "import altair as alt",
        "import os\nimport altair as alt\nprint('secret' if os.environ.get('SECRET') else 'nothing')",
    )
    status, said = miniature.build(SECRET="1")
    assert status == 0, said
    assert "nothing\n" in (miniature.html / "chapters" / "nation-and-field.html").read_text()


def test_a_kernel_that_ends_before_it_has_begun_is_told_at_once(miniature, tmp_path):
    shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(miniature.root / "_build" / "cache")
    (tmp_path / "edition" / "execution" / "kernel.py").write_text(
        "import os\n\n\ndef run(*_):\n    os._exit(1)\n"
    )
    status, said = Book(miniature.root, tmp_path / "edition").build()
    assert (
        status == 1
        and "nation-and-field.md: its cells could not be run: the kernel ended before it had begun" in said
    )


def test_a_kernel_that_does_not_begin_is_tried_once_more(miniature, tmp_path):
    """As where its port has just become another's."""
    shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(miniature.root / "_build" / "cache")
    with open(tmp_path / "edition" / "execution" / "kernel.py", "a") as kernel:
        kernel.write(
            f"\n\nbegin, tried = run, {str(tmp_path / 'tried')!r}\n\n\ndef run(*arguments):\n    import os\n"
            "    if not os.path.exists(tried):\n        os.mkdir(tried)\n        os._exit(1)\n"
            "    begin(*arguments)\n"
        )
    status, said = Book(miniature.root, tmp_path / "edition").build()
    assert status == 0 and (tmp_path / "tried").exists(), said


@pytest.mark.parametrize("name", ["charts/vega_process.py", *weekly("execution/forkserver.py")])
def test_a_helper_of_the_build_that_dies_is_told_in_one_line(miniature, tmp_path, name):
    shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(miniature.root / "_build" / "cache")
    (tmp_path / "edition" / name).write_text("raise SystemExit('no')")
    status, said = Book(miniature.root, tmp_path / "edition").build()
    assert status == 1 and "Traceback" not in said and len(said.splitlines()) <= 4, said
    assert any(
        words in said
        for words in ("the process that starts the kernels has ended", "the process that draws has ended")
    ), said


def test_kernels_that_end_at_the_same_time_end_nothing_else(tmp_path):
    """One more may end while the fork server still hears that another has."""
    (tmp_path / "execution").mkdir()
    for name in ("execution/forkserver.py", "build.py"):
        shutil.copy(ROOT / "edition" / name, tmp_path / name)
    (tmp_path / "execution" / "kernel.py").write_text("import os\n\n\ndef run(*_):\n    os._exit(0)\n")
    order = json.dumps({"arguments": [], "connection": "none", "folder": "/"})
    server = subprocess.Popen(
        [sys.executable, tmp_path / "execution" / "forkserver.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.stdin.write(f"{order}\n")
    server.stdin.flush()
    server.stdout.readline()

    def hear_of_more():
        while server.poll() is None:
            server.send_signal(signal.SIGCHLD)
            time.sleep(0.0002)

    threading.Thread(target=hear_of_more, daemon=True).start()
    said, complaints = server.communicate(f"{order}\n" * 150)
    assert (len(said.split()), server.returncode, complaints) == (150, 0, "")


def test_a_failing_cell_stops_the_build_with_its_line_and_traceback(small_book):
    told, page = small_book(chapter("one = 1\none / 0\n"), execute=True)
    assert page is None
    assert (
        told[0]
        == "index.md:14: WARNING: this cell failed: ZeroDivisionError: division by zero; correct the cell, "
        "or the data that it reads"
    )
    assert any("----> 2 one / 0" in line for line in told), told


def test_a_slow_cell_stops_the_build(small_book):
    told, page = small_book(chapter("while True:\n    pass\n"), execute=True, nb_execution_timeout=1)
    assert page is None
    assert re.match(r"index\.md:13: WARNING: this cell ran longer than the time-out", told[0])


def test_a_kernel_that_dies_stops_the_build(small_book):
    told, page = small_book(chapter("import os\nos._exit(1)\n"), execute=True)
    assert page is None and re.match(r"index\.md:\d+: WARNING: this cell failed: the kernel died", told[0])


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_chapters_share_nothing(tmp_path):
    before = notebook("import builtins, pandas, altair\nbuiltins.left = pandas.left = altair.left = 1")
    after = notebook(
        "import builtins, pandas, altair, sys\n[hasattr(module, 'left') for module in (builtins, pandas, "
        "altair)], {'edition', 'sphinx', 'pytest'} & set(sys.modules)"
    )
    with cells.forked_kernels():
        for one in (before, after):
            cells.run(one, tmp_path, 60)
    assert after.cells[0].outputs[0]["data"]["text/plain"] == "([False, False, False], set())"


@pytest.mark.parametrize("forks", [cells.FORKS, *weekly(False)])
def test_the_outputs_are_those_of_a_normal_kernel(monkeypatch, forks):
    monkeypatch.setattr(cells, "FORKS", forks)
    monkeypatch.setenv("EDITION_BOOK", "1")
    text = (ROOT / "chapters" / "votes.md").read_text(encoding="utf-8")
    ours, normal = (read_myst_markdown_notebook(text) for _ in range(2))
    with cells.forked_kernels():
        cells.run(ours, ROOT / "chapters", 60)
    NotebookClient(
        normal, record_timing=False, resources={"metadata": {"path": str(ROOT / "chapters")}}
    ).execute()
    assert sum(len(cell.get("outputs", [])) for cell in normal.cells) > 5
    ours, normal = (
        re.sub(r" at 0x\w+", "", str([cell.get("outputs") for cell in one.cells])) for one in (ours, normal)
    )
    assert ours == normal


@pytest.mark.skipif(not cells.FORKS, reason="kernels are forked on Linux alone")
def test_the_fork_server_and_its_kernels_end_with_the_build():
    code = (
        "from edition.execution.cells import ForkServer; import tempfile, time; z = ForkServer(); file = "
        "tempfile.mktemp(); print(z.process.pid, z.fork(arguments=['-f', file], connection=file, "
        "folder='/').pid, flush=True); time.sleep(60)"
    )
    builder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in builder.stdout.readline().split()]
    builder.send_signal(signal.SIGKILL)
    for _ in range(100):
        left = [
            pid
            for pid in pids
            if Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
        ]
        if not left:
            return
        time.sleep(0.1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    pytest.fail(f"processes that outlive the build: {left}")
