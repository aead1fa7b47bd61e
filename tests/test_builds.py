"""A build is the same wherever and whenever it is made.

What is shown is what a clean build shows, whatever happened before.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import ROOT, Book, weekly

from edition import build


def differing(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.fixture
def clean(once):
    """The files of a clean build of the same sources by the same engine, elsewhere."""

    def clean(book):
        def make(folder):
            shutil.copytree(book.root, folder, ignore=shutil.ignore_patterns("_build"))
            built(Book(folder, book.engine))

        folders = [book.root, book.engine]
        contents = [
            (path.relative_to(folder), path.read_bytes())
            for folder in folders
            for path in build.files(folder, ("_build",))
        ]
        return Book(once(build.digest(repr(contents).encode()), make)).files()

    return clean


def built(book, **environment):
    status, said = book.build(**environment)
    assert status == 0, said
    return book.files()


def until(book, process, words):
    """Wait until the builder says these words."""
    log = book.root / "_build" / "build.log"
    before = log.stat().st_mtime_ns if log.exists() else 0
    while process.poll() is None:
        if (
            log.exists()
            and log.stat().st_mtime_ns != before
            and words in log.read_text(encoding="utf-8", errors="replace")
        ):
            return
        time.sleep(0.002)


CHAPTER = "chapters/nation-and-field.md"


@pytest.fixture
def own_engine(built_miniature, tmp_path):
    """The miniature with an engine of its own, to be changed."""
    shutil.copytree(ROOT / "edition", tmp_path / "edition", ignore=shutil.ignore_patterns("__pycache__"))
    return built_miniature.copy(tmp_path / "a book", tmp_path / "edition")


def test_nothing_on_the_machine_reaches_a_page(built_miniature, tmp_path):
    elsewhere = built_miniature.copy(tmp_path / "another place")
    shutil.rmtree(elsewhere.root / "_build")
    machine = {
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Apia",
        "LANG": "C",
        "SOURCE_DATE_EPOCH": "0",
        "TMPDIR": "/nowhere",
        "NO_COLOR": "1",
        "SPHINXOPTS": "-E",
    }
    assert differing(built_miniature.files(), built(elsewhere, **machine)) == []


@pytest.mark.whole
def test_a_clean_build_of_the_whole_book_is_the_same(copy):
    assert differing(Book(ROOT).files(), built(copy, PYTHONHASHSEED="7", TZ="Pacific/Apia", LANG="C")) == []


def test_nothing_changed_nothing_is_done(miniature):
    before = {path: path.stat().st_mtime_ns for path in miniature.html.rglob("*")}
    status, said = miniature.build()
    assert (status, said) == (0, "Nothing has changed.\n")
    assert {path: path.stat().st_mtime_ns for path in miniature.html.rglob("*")} == before


def words(book):
    with open(book.root / CHAPTER, "a") as chapter:
        chapter.write("\nUnheardofword.\n")


def lemma(book):
    """It stands in other pages, too."""
    book.replace(CHAPTER, "forth … a new nation", "forth … a newer nation")


def title(book):
    book.replace(CHAPTER, "\n# ", "\n# Newly: ")
    book.cite()


def table(book):
    book.replace("data/events.csv", "Lincoln speaks", "Lincoln spoke")


def sources(book):
    book.replace("references.bib", "title = {", "title = {Newly: ")


def version(book):
    path = book.root / "CITATION.cff"
    path.write_text(re.sub(r"^version: .*$", 'version: "9.9.9"', path.read_text(), flags=re.M))
    book.cite()


def description(book):
    book.replace("data/datapackage.json", '"title": "', '"title": "Newly ')
    book.cite()


def new_chapter(book):
    (book.root / "chapters" / "another.md").write_text("# Another\n\nWords.\n")
    book.replace(
        "_toc.yml", "chapters/unfinished-work\n", "chapters/unfinished-work\n      - file: chapters/another\n"
    )
    book.cite()


def renamed_chapter(book):
    (book.root / CHAPTER).rename(book.root / "chapters" / "renamed.md")
    for path in [book.root / "_toc.yml", book.root / "index.md", *(book.root / "chapters").glob("*.md")]:
        path.write_text(path.read_text().replace("nation-and-field", "renamed"))
    book.cite()


def new_file(book):
    (book.root / "data" / "extra.csv").write_text("a\n")


def outlet(book):
    """Each note with a source of it says what it is."""
    book.replace("data/outlets.csv", "GBR,private press", "GBR,research")


def gist(book):
    """It stands in the list of statements and in other pages, too."""
    book.replace(
        CHAPTER, "quotes the Declaration of Independence word", "takes the Declaration of Independence word"
    )
    book.replace("data/statements.csv", "quotes the Declaration of", "takes the Declaration of")


def length(book):
    """The page says how long it takes, and so do the cover and another chapter of it."""
    with open(book.root / "chapters" / "unfinished-work.md", "a") as chapter:
        chapter.write(f"\n{'Word ' * 238}\n")


def passage(book):
    """It stands again on the page of all passages."""
    book.replace(CHAPTER, "our fathers brought forth", "our mothers brought forth")


CHANGES = weekly(passage, outlet, gist, lemma, title, sources, version, description, new_chapter, new_file)


@pytest.mark.parametrize("change", [words, table, length, *weekly(renamed_chapter), *CHANGES])
def test_after_a_change_all_is_as_a_clean_build(miniature, clean, change):
    words(miniature)  # the first build of a copy reads all anew, since it stands elsewhere
    before = built(miniature)
    change(miniature)
    after = built(miniature)
    assert change is new_file or differing(before, after) != []
    assert differing(clean(miniature), after) == []


@pytest.mark.parametrize("change", [table, *weekly(words, renamed_chapter), *CHANGES])
def test_after_a_change_and_its_undoing_all_is_as_before(miniature, change):
    before = miniature.files()
    sources = {
        path: path.read_bytes()
        for path in miniature.root.rglob("*")
        if path.is_file() and "_build" not in path.parts
    }
    change(miniature)
    assert change is new_file or differing(before, built(miniature)) != []
    for path in miniature.root.rglob("*"):
        if path.is_file() and "_build" not in path.parts and path not in sources:
            path.unlink()
    for path, content in sources.items():
        path.write_bytes(content)
        os.utime(path, (0, 0))  # older than anything that was built
    assert differing(before, built(miniature)) == []


# where a change must reach what is kept between builds: (file of the engine, old, new)
KEPT = [
    ("charts/palette.css", "#", "#0"),
    ("charts/places.py", "WIDE, NARROW = ", "WIDE, NARROW = 1 + "),
    ("charts/drawing.py", 'class="{place}"', 'class="{place} new"'),
    (
        "charts/vega_process.py",
        "json.dumps(answer)",
        'json.dumps(answer).replace("<svg ", "<svg data-new=\\\\\\"1\\\\\\" ")',
    ),
    ("web/theme/layout.html", "<title>", "<title>New "),
    ("web/theme/styles/passages.css", ".passage {", ".passage { top: 1px;"),
    ("web/theme/static/cite.js", "const", "const one = 1;\nconst"),
    ("apparatus/fences.py", '"""', '"""New. '),
]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    weekly(*KEPT),
    ids=lambda value: value if "." in value and len(value) < 25 else "",
)
def test_a_change_of_the_engine_reaches_every_page(own_engine, clean, name, old, new):
    before = built(own_engine)
    path = own_engine.engine / name
    text = path.read_text(encoding="utf-8")
    if name.endswith("palette.css"):
        new = re.sub(r"(--link: light-dark\()#\w+", r"\g<1>#123456", text)
        old = text
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    after = built(own_engine)
    assert name.endswith("fences.py") or differing(before, after) != []
    assert differing(clean(own_engine), after) == []


def test_every_file_of_the_book_is_an_input(miniature):
    """And so a change of it is noticed; what no page can depend on is named here."""
    inputs = build.inputs(miniature.root)
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "edition", "tests/miniature"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    names = {
        re.sub("^edition/", "engine: ", name).removeprefix("tests/miniature/") for name in listed if name
    }
    assert names - inputs.keys() == set()
    for name in sorted(names):
        path = (build.ENGINE if name.startswith("engine: ") else miniature.root) / name.removeprefix(
            "engine: "
        )
        assert inputs[name] == build.digest(path.read_bytes())
    outside = {
        name.split("/")[0]
        for name in subprocess.run(
            ["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True
        ).stdout.split()
    } - {name.split("/")[0] for name in build.inputs(ROOT)}
    assert outside == {".binder", ".ci", ".gitattributes", ".github", ".gitignore", "tests"}


@pytest.mark.parametrize(
    ("phase", "number"),
    [
        ("writing output", signal.SIGKILL),
        *weekly(
            ("writing output", signal.SIGINT),
            ("reading sources", signal.SIGKILL),
            ("reading sources", signal.SIGINT),
        ),
    ],
)
def test_an_interrupted_build_leaves_the_book_as_it_was_and_the_next_one_is_right(
    miniature, clean, phase, number
):
    before = miniature.files()
    lemma(miniature)
    process = miniature.start()
    until(miniature, process, phase)
    process.send_signal(number)
    said = process.communicate()[0]
    assert process.returncode != 0 and "Traceback" not in said
    assert said.splitlines()[1:] == (
        ["Interrupted; the book is as it was before."] if number == signal.SIGINT else []
    )
    assert differing(before, miniature.files()) == []
    assert differing(clean(miniature), built(miniature)) == []


def settles(look, done):
    """Look until it is done, or ten seconds have gone; return what is seen last."""
    for _ in range(100):
        if done(seen := look()):
            break
        time.sleep(0.1)
    return seen


def processes(root):
    """The processes that a build of this book has left."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    here = []
    for line in listed.splitlines():
        pid, stat, _ = line.split(None, 2)
        try:
            if not stat.startswith("Z") and Path(f"/proc/{pid}/cwd").resolve().is_relative_to(root):
                here.append(line)
        except OSError:
            continue
    return here


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, *weekly(signal.SIGINT, signal.SIGTERM)])
def test_no_process_outlives_an_interrupted_build(miniature, number):
    miniature.replace(CHAPTER, "import altair as alt", "import altair as alt, time\nprint(time.sleep(60))")
    process = miniature.start()
    until(miniature, process, "updating environment")
    begun = settles(lambda: processes(miniature.root), lambda begun: len(begun) >= 3)
    assert len(begun) >= 3, "builder, fork server, kernel"
    process.send_signal(number)
    process.communicate()
    assert settles(lambda: processes(miniature.root), lambda left: not left) == []


@pytest.mark.parametrize("cut", [0.5, *weekly(0)])
def test_a_truncated_cache_is_as_good_as_none(miniature, clean, cut):
    for path in (miniature.root / "_build" / "cache").rglob("*.json"):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * cut)])
    lemma(miniature)
    assert differing(clean(miniature), built(miniature)) == []


@pytest.mark.parametrize(
    "name",
    [
        "html/index.html",
        ".doctrees/chapters/reference.doctree",
        *weekly("book.json", ".doctrees/environment.pickle", "html/search.html"),
    ],
)
def test_what_was_built_and_is_damaged_is_built_anew(miniature, name):
    before = miniature.files()
    (miniature.root / "_build" / name).write_bytes(b"{")
    if name.startswith("."):
        words(miniature)
        status, said = miniature.build()
        assert status == 0, said
        return
    assert differing(before, built(miniature)) == []


@pytest.mark.parametrize("phase", ["reading sources", *weekly("updating environment", "writing output")])
def test_a_table_saved_while_the_build_runs_is_in_the_book(miniature, clean, phase):
    lemma(miniature)
    process = miniature.start()
    until(miniature, process, phase)
    table(miniature)
    said = process.communicate()[0]
    assert process.returncode == 0 and "Saved meanwhile: data/events.csv; once more." in said
    assert differing(clean(miniature), miniature.files()) == []


def test_two_builds_at_once_are_made_one_after_another(miniature, clean):
    lemma(miniature)
    processes = [miniature.start() for _ in range(2)]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("waiting for its end" in one and "Nothing has changed." in one for one in said) == 1
    assert differing(clean(miniature), miniature.files()) == []


def test_the_address_of_the_book_is_heard(miniature):
    before = miniature.files()
    after = built(miniature, BOOK_ADDRESS="https://example.org/book")
    assert 'href="https://example.org/book/' in after["chapters/reference.html"].decode()
    assert differing(before, built(miniature)) == []


@pytest.mark.whole
def test_the_year_is_that_of_the_version(miniature):
    """Neither that of the last commit nor, where there is no git, 1970."""
    miniature.replace("CITATION.cff", "date-released: 2026", "date-released: 2019")
    miniature.cite()
    assert "© 2019" in built(miniature)["index.html"].decode()


def test_a_fault_stays_a_fault_until_it_is_mended_and_the_book_stays_as_it_was(miniature):
    before = miniature.files()
    miniature.replace("index.md", "# ", "{doc}`no-such-chapter`\n\n# ")
    for _ in range(2):
        status, said = miniature.build()
        assert status == 1 and re.sub(r"md:\d+", "md", said).splitlines()[-2:] == [
            "index.md: unknown document: 'no-such-chapter'; name a chapter by its file, without .md",
            "1 fault. Nothing was built; the book is as it was before.",
        ], said
        assert differing(before, miniature.files()) == []
    miniature.replace("index.md", "{doc}`no-such-chapter`\n\n# ", "# ")
    assert differing(before, built(miniature)) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("_toc.yml", "format: jb-book\nroot: [", "_toc.yml"),
        (
            "_toc.yml",
            (ROOT / "tests/miniature/_toc.yml").read_text() + "      - file: chapters/nowhere\n",
            "nowhere",
        ),
        ("_config.yml", "title: [", ""),
        ("_config.yml", None, "is no book: it has no _config.yml"),
        ("CITATION.cff", "title: [", "CITATION.cff"),
        ("data/datapackage.json", "{", "data/datapackage.json:1"),
        ("references.bib", "@misc{a,\n title = {A", "references.bib"),
        ("chapters/reference.md", b"\xff\xfe\x00", "chapters/reference"),
    ],
)
def test_what_keeps_a_build_from_beginning_is_told_without_a_traceback(miniature, name, content, message):
    path = miniature.root / name
    path.unlink() if content is None else path.write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    status, said = miniature.build()
    lines = [line for line in said.splitlines() if line != "Building the book …"]
    assert status == 1 and message in lines[0] and len(lines) <= 3 and "Traceback" not in said, said


def test_two_chapters_of_one_file_name_are_told(miniature):
    (miniature.root / "more").mkdir()
    (miniature.root / "more" / "unfinished-work.md").write_text("# Another\n\nWords.\n")
    miniature.replace(
        "_toc.yml",
        "chapters/unfinished-work\n",
        "chapters/unfinished-work\n      - file: more/unfinished-work\n",
    )
    status, said = miniature.build()
    assert (
        status == 1
        and "more/unfinished-work.md: there is a chapter unfinished-work in another folder, too: "
        "chapters/unfinished-work; rename one of the two files"
        in said
    )
