"""Whatever happened before, what is shown is what a clean build shows.

A walk at random through changes, imports, forgettings and interruptions.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, Book
from test_builds import CHAPTER, built, differing, until

COPY = {"1": "Words that must not stay, wherever they were shown."}
SECRET = COPY["1"][10:]
WRITING = "interrupted while writing"
STEPS = (
    [WRITING] * 8
    + ["prose"] * 4
    + ["table"] * 3
    + ["interrupted"] * 3
    + ["import"] * 2
    + ["forget"] * 2
    + ["new chapter", "renamed chapter", "deleted chapter"]
    + [
        "damaged cache",
        "damaged page",
        "older file",
        "other address",
        "saved meanwhile",
        "two at once",
        "engine",
    ]
)
SECONDS = 120


class Walk:
    def __init__(self, book, seed):
        self.book, self.random, self.number = book, random.Random(seed), 0
        self.clean, self.environment, self.interrupted = {}, {}, 0

    def path(self, name):
        return self.book.root / name

    def chapters(self):
        return sorted(self.path("chapters").glob("new-*.md"))

    def toc(self):
        names = "".join(f"\n      - file: chapters/{path.stem}" for path in self.chapters())
        text = re.sub(r"\n      - file: chapters/new-[\w-]+", "", self.path("_toc.yml").read_text())
        self.path("_toc.yml").write_text(
            text.replace("- file: chapters/unfinished-work", "- file: chapters/unfinished-work" + names)
        )

    def change(self, what):
        self.number += 1
        match what:
            case "prose":
                chapter = self.path(CHAPTER)
                words = re.sub(r"\n:lemma: .*", f"\n:lemma: word {self.number}", chapter.read_text(), count=1)
                chapter.write_text(words)  # it stands in other pages, too
            case "table":
                events = self.path("data/events.csv")
                events.write_text(re.sub(r"Lincoln \w+", f"Lincoln spoke{self.number}", events.read_text()))
            case "new chapter":
                self.path(f"chapters/new-{self.number}.md").write_text(f"# New {self.number}\n\nWords.\n")
                self.toc()
                self.book.cite()
            case "renamed chapter":
                for path in self.chapters()[:1]:
                    path.rename(path.with_name(f"new-name-{self.number}.md"))
                self.toc()
                self.book.cite()
            case "deleted chapter":
                for path in self.chapters()[:1]:
                    path.unlink()
                self.toc()
            case "import":
                self.path("_copy").mkdir(exist_ok=True)
                self.path("_copy/commentary.json").write_text(json.dumps(COPY))
            case "forget":
                code = (
                    "import sys, edition.__main__ as command; from edition.witness import store; from "
                    "pathlib import Path; store.FILE = Path(sys.argv[1], '_copy', 'commentary.json'); "
                    "command.forget()"
                )
                subprocess.run(
                    [sys.executable, "-c", code, self.book.root],
                    env=os.environ | {"PYTHONPATH": str(self.book.engine.parent)},
                    check=True,
                    capture_output=True,
                )
            case "damaged cache":
                for path in self.path("_build/cache").rglob("*.json"):
                    path.write_bytes(path.read_bytes()[: self.random.randrange(200)])
            case "damaged page":
                page = self.random.choice(sorted(self.book.html.rglob("*.html")))
                page.write_text("damaged")
            case "older file":
                self.change("prose")
                os.utime(self.path(CHAPTER), (0, 0))
            case "other address":
                self.environment = {} if self.environment else {"BOOK_ADDRESS": "https://example.org/"}
            case "engine":
                style = self.book.engine / "web" / "theme" / "styles" / "passages.css"
                style.write_text(
                    style.read_text().replace(".passage {", f".passage {{ top: {self.number}px;", 1)
                )

    def interrupt(self, phase):
        self.change(self.random.choice(["prose", "prose", "table", "forget"]))
        process = self.book.start(**self.environment)
        until(self.book, process, phase)
        if process.poll() is None:
            self.interrupted += phase == "writing output"
            process.send_signal(self.random.choice([signal.SIGINT, signal.SIGKILL]))
        process.communicate(timeout=SECONDS)

    def step(self, what):
        if what == WRITING:
            self.interrupt("writing output")
        elif what == "interrupted":
            self.interrupt(
                self.random.choice(
                    [
                        "Running Jupyter-Book",
                        "updating environment",
                        "reading sources",
                        "dumping object inventory",
                        "build succeeded",
                    ]
                )
            )
        elif what == "saved meanwhile":
            self.change("prose")
            process = self.book.start(**self.environment)
            until(
                self.book,
                process,
                self.random.choice(["updating environment", "reading sources", "writing output"]),
            )
            self.change("table")
            process.communicate(timeout=SECONDS)
        elif what == "two at once":
            self.change("prose")
            for process in [self.book.start(**self.environment) for _ in range(2)]:
                process.communicate(timeout=SECONDS)
        else:
            self.change(what)

    def shows(self, words):
        """Does anything that was built show these words?"""
        return any(
            words.encode() in path.read_bytes() for path in self.path("_build").rglob("*") if path.is_file()
        )

    def check(self, elsewhere):
        built(self.book, **self.environment)
        shutil.rmtree(elsewhere, ignore_errors=True)
        shutil.copytree(self.book.root, elsewhere, ignore=shutil.ignore_patterns("_build"))
        assert (
            differing(built(Book(elsewhere, self.book.engine), **self.environment), self.book.files()) == []
        )
        if not self.path("_copy").exists():
            assert not self.shows(SECRET)


@pytest.fixture
def walk(built_miniature, tmp_path):
    """Begin a walk with a seed."""

    def walk(seed):
        shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
        return Walk(built_miniature.copy(tmp_path / "a book", tmp_path / "edition"), seed)

    return walk


@pytest.mark.whole
@pytest.mark.timeout(2700)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_walk_ends_each_time_in_a_clean_build(walk, tmp_path, seed):
    assert len(STEPS) == 32
    walk = walk(seed)
    for number, what in enumerate(walk.random.sample(STEPS, len(STEPS)), 1):
        walk.step(what)
        try:
            walk.check(tmp_path / "clean")
        except AssertionError as error:
            raise AssertionError(f"after '{what}', step {number} of seed {seed}") from error
    assert walk.interrupted >= 4, "while writing"


def test_what_is_forgotten_is_gone_even_when_the_next_build_is_interrupted(walk, tmp_path):
    walk = walk(0)
    walk.change("import")
    built(walk.book)
    assert walk.shows(SECRET)
    walk.interrupt("writing output")  # seed 0 forgets first, and kills
    assert walk.interrupted == 1 and not walk.path("_copy").exists() and not walk.shows(SECRET)
    walk.check(tmp_path / "clean")
