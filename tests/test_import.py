"""Importing a reader's copy: recognised in whatever form it has, kept whole or not at all; else refused."""

import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import zipfile
from types import SimpleNamespace

import own_copy
import pytest
from conftest import ROOT
from own_copy import FOOT, MENU, PASSAGES, TEXT

from edition import __main__ as command
from edition.witness import fingerprint, store

SAID = {number: " ".join(text.split()) for number, text in PASSAGES.items()}
OTHER = "Another article of the same society tells of the ferries. " * 20 + FOOT


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """An edition of the tests' own text: its fingerprints, and a place of its own for the reader's copy."""
    fingerprint.write(PASSAGES, tmp_path / "fingerprints.json")
    monkeypatch.setattr(fingerprint, "FILE", tmp_path / "fingerprints.json")
    monkeypatch.setattr(store, "FILE", tmp_path / "_copy" / "commentary.json")
    return tmp_path


@pytest.fixture(autouse=True)
def no_end():
    """What would never end is stopped, so that its test can fail; it is no measure of time."""

    def stop(*_):
        raise TimeoutError("held up")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def take(folder, content, name="copy.txt", *options):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    command.main(["import", str(path), *options])
    return store.load()


def told(*arguments):
    """Return the line with which a command is refused."""
    with pytest.raises(SystemExit) as stop:
        command.main(list(map(str, arguments)))
    line = stop.value.code
    assert isinstance(line, str) and "\n" not in line, "one line, and a status that is not 0"
    return line


def refused(folder, content, name="copy.txt"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return told("import", folder / name)


def given(monkeypatch, stream):
    """Give a stream of bytes as standard input, or None where that is closed."""
    monkeypatch.setattr(sys, "stdin", stream and SimpleNamespace(buffer=stream))


def pdf(*pages):
    """Return a PDF, in which each page is a list of lines."""
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"",
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>",
    ]
    kids = []
    for lines in pages:
        shown = b"".join(
            b"(%b) Tj T*\n" % re.sub(rb"[()\\]", rb"\\\g<0>", line.encode("cp1252")) for line in lines
        )
        stream = b"BT /F1 9 Tf 12 TL 40 780 Td\n%bET" % shown
        objects.append(b"<</Length %d>> stream\n%b\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources <</Font <</F1 3 0 R>>>>>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type /Pages /Count %d /Kids [%b]>>" % (len(kids), b" ".join(kids))
    whole = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(whole))
        whole += b"%d 0 obj %b endobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(places) + 1, b"".join(places))
    return (
        whole
        + table
        + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(whole))
    )


def lines(text):
    return [
        line
        for paragraph in text.split("\n\n")
        for line in textwrap.wrap(paragraph, 80, break_on_hyphens=False)
    ]


FORMS = {
    "text": TEXT,
    "Markdown": "# Islands\n\n"
    + "\n\n".join(
        f"**{text[:20]}**{text[20:]} [more](https://example.org/very/long_(address))"
        for text in PASSAGES.values()
    ),
    "wrapped at 40 columns": "\n".join(textwrap.wrap(TEXT, 40, break_on_hyphens=False)),
    "all upper case": TEXT.upper(),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without a mark": f"\n\n{TEXT}".encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "Windows-1252": TEXT.encode("cp1252"),
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "damaged UTF-8": TEXT.encode() + "’".encode()[:2],
    "NULs": TEXT.replace("\n", "\0\n"),
    "non-breaking spaces": TEXT.replace("the ", "the\N{NO-BREAK SPACE}"),
    "straight quotes": TEXT.replace("‘", "'").replace("’", "'"),
    "ligatures": TEXT.replace("fi", "ﬁ"),
    "soft hyphens": TEXT.replace("lighthouse", "light\N{SOFT HYPHEN}house"),
    "HTML with scripts": own_copy.html(),
    "HTML below empty lines": "\n" * 30_000 + own_copy.html(),
    "HTML without its frame": "".join(f"<div>{text}</div>" for text in PASSAGES.values()),
    "HTML with a large picture in it": own_copy.html().replace(
        "<h1>", f'<img src="data:{"A" * 2_000_000}"><h1>'
    ),
    "another order": "\n\n".join(reversed(PASSAGES.values())),
    "hyphens at the ends of lines": TEXT.replace("lighthouse", "light-\nhouse").replace(
        "permanent", "perma-\n  nent"
    ),
    "a quotation pulled out of its passage": TEXT.replace(
        PASSAGES[1], f"{PASSAGES[1]}\n\n{PASSAGES[1][150:220]}\n\n"
    ),
    "lost spaces": TEXT.replace("the ", "the").replace(" of ", " of"),
    "twice in one file": f"{TEXT}\n\n{TEXT}",
    "PDF": pdf(lines(TEXT)),
    "PDF below empty lines": b"\n\n" + pdf(lines(TEXT)),
}


def squeezed(text):
    return fingerprint.folded(text)


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_is_recognised_in_every_form(edition, form):
    passages = take(edition, FORMS[form])
    assert {number: squeezed(text) for number, text in passages.items()} == {
        number: squeezed(text) for number, text in PASSAGES.items()
    }
    surroundings = (MENU[:10], FOOT[:10], "https", "document.title", "\0")
    assert not any(word in text for text in passages.values() for word in surroundings)


@pytest.mark.parametrize("form", ["text", "HTML with scripts", "PDF", "hyphens at the ends of lines", "NULs"])
def test_every_word_is_there_in_order(edition, form):
    assert take(edition, FORMS[form]) == SAID


def test_a_word_at_the_end_of_a_line_keeps_its_hyphen_if_the_copy_has_it_elsewhere(edition):
    text = TEXT.replace("non-permanent", "non-\npermanent")
    assert "elected" in take(edition, text)[2] and "nonpermanent" in store.load()[2]
    assert "non-permanent" in take(edition, f"{text}\n\nOf non-permanent keepers")[2]


def test_lines_at_the_edges_of_one_page_are_kept_though_only_their_numbers_differ(edition):
    """A running head is on several pages."""
    first, last = "Barrels in 1783: 40", "Barrels in 1794: 52"
    text = f"{first} {PASSAGES[1]} {last}"
    fingerprint.write({1: text}, edition / "numbers.json")
    fingerprint.FILE = edition / "numbers.json"
    assert take(edition, pdf([first, *lines(PASSAGES[1]), last])) == {1: text}


def test_running_heads_and_page_numbers_are_left_out_of_a_pdf(edition):
    half = PASSAGES[1].index("winter sea")
    parts = [PASSAGES[1][:half], PASSAGES[1][half:], PASSAGES[2]]
    pages = [[f"Islands Watch {number}", *lines(part)] for number, part in enumerate(parts, 12)]
    pages[0].append("– 12 –")
    assert take(edition, pdf(*pages)) == {number: SAID[number] for number in (1, 2)}


def test_standard_input_is_read(edition, monkeypatch):
    given(monkeypatch, io.BytesIO(TEXT.encode()))
    command.main(["import", "-"])
    assert store.load() == SAID


def test_standard_input_that_can_not_be_read_is_told(edition, monkeypatch):
    given(monkeypatch, None)
    assert told("import", "-") == "standard input is closed; name a file"
    with (edition / "only to write").open("wb") as file:
        given(monkeypatch, io.BufferedReader(io.FileIO(file.fileno(), "rb", closefd=False)))
        assert told("import", "-").startswith("standard input can't be read (Bad file descriptor)")


def test_a_terminal_without_the_letters_of_a_copy_shows_what_it_can(edition, monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    take(edition, TEXT.replace("carved staff", "карвен ставе"))
    terminal.flush()
    assert b"?????? ?????" in terminal.buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda text: text.replace("carved staff", "carven stave"), "carven stave"),
        (
            lambda text: text.replace("oil; a", "oil. Nobody offered to do so, and the winter was near. A"),
            "Nobody offered to do so",
        ),
        (
            lambda text: text.replace("Long before the harbour was built", "Ages before any harbour existed"),
            "Ages before any harbour existed",
        ),
    ],
)
def test_a_copy_that_differs_a_little_is_taken_and_the_difference_is_said(
    edition, capsys, change, difference
):
    passages = take(edition, change(TEXT))
    assert passages == {number: " ".join(change(text).split()) for number, text in PASSAGES.items()}
    assert difference in capsys.readouterr().out


def test_a_passage_that_is_missing_is_told(edition, capsys):
    assert set(take(edition, "\n\n".join([PASSAGES[1], PASSAGES[3]]))) == {1, 3}
    report = capsys.readouterr().out
    assert re.search(r"2 +– +not found", report) and "2 of 3 passages." in report


def test_a_copy_with_fewer_passages_replaces_another_only_if_it_is_asked_to(edition):
    take(edition, TEXT)
    assert "has 1 of 3 passages, and not 1, 3, which the copy here has" in refused(edition, PASSAGES[2])
    assert store.load() == SAID
    assert take(edition, PASSAGES[2], "copy.txt", "--replace") == {2: SAID[2]}
    assert take(edition, TEXT) == SAID


# --- What is refused --------------------------------------------------------------------------------------


def zipped(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, TEXT)
    return file.getvalue()


LOCKED = pdf(lines(TEXT)).replace(
    b"/Root",
    b"/Encrypt <</Filter /Standard /V 1 /R 2 /P -4 /O (%b) /U (%b)>>"
    b" /ID [(a) (a)] /Root" % (b"o" * 32, b"u" * 32),
)


REFUSED = {
    "empty": (b"", "is empty; save the commentary again"),
    "spaces": (b"  \n ", "is empty"),
    "a program": (bytes(range(256)) * 40, "is no text; save the commentary as text, HTML or PDF"),
    "other text": (
        OTHER,
        "is not the commentary: none of its 3 passages was recognised; what was imported before is as it was",
    ),
    "another page": (own_copy.html({1: OTHER}), "is not the commentary"),
    "a quotation": (PASSAGES[1][:120], "is not the commentary"),
    "an empty page": ("<!doctype html>", "is not the commentary"),
    "a damaged PDF": (b"%PDF-1.7\nnothing", "is a PDF that can't be opened"),
    "a locked PDF": (LOCKED, "is a PDF that can't be opened (damaged, or locked with a password)"),
    "a PDF without text": (pdf([]), "is a PDF of pictures without text"),
    "RTF": (
        "{\\rtf1\\ansi " + TEXT.replace("\n", "\\par\n") + "}",
        "is RTF, of a word processor; open it, and save it as plain text",
    ),
    ".docx": (
        zipped("word/document.xml"),
        "is a ZIP, as .docx, .odt and .epub are; open it, and save it as plain text",
    ),
    ".doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + TEXT.encode("cp1252"), "an old file of a word processor"),
    "gzip": (gzip.compress(TEXT.encode()), "is packed (gzip); unpack it first"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + TEXT.encode("cp1252"), "is a picture"),
    "a web archive": (
        f"From: <Saved by Blink>\nMIME-Version: 1.0\n\n{own_copy.html()}",
        "is a web archive; open it",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_something_else_is_refused_and_what_was_there_stays(edition, kind):
    content, why = REFUSED[kind]
    take(edition, TEXT)
    before = store.FILE.read_bytes()
    assert why in refused(edition, content, "other")
    assert store.FILE.read_bytes() == before and [path.name for path in store.FILE.parent.iterdir()] == [
        "commentary.json"
    ]


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(edition):
    huge = edition / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    (edition / "round").symlink_to("round")
    for name, why in [
        (edition / "none.txt", "there is no file"),
        (edition, "is a folder; name the file"),
        (huge, "has 200 MB; save the text of the page alone"),
        (edition / "round", "can't be read"),
        (huge / "file", "can't be read"),
        (edition / ("long" * 100), "can't be read"),
    ]:
        assert why in told("import", name)
    assert store.load() == {}


def test_what_may_have_no_end_is_refused_at_once(edition):
    os.mkfifo(edition / "pipe")
    terminal, device = os.openpty()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(edition / "socket"))
        for name in (edition / "pipe", edition / "socket", os.ttyname(device)):
            assert "is no regular file; save it as one" in told("import", name)
    os.close(device)
    os.close(terminal)


class Endless:
    """A stream that has no end, of which not more may be asked for than the limit."""

    def read(self, size=-1):
        assert 0 <= size < 20_000_000
        return bytes(size)


def test_of_standard_input_no_more_is_read_than_the_limit(edition, monkeypatch):
    given(monkeypatch, Endless())
    assert "standard input has more than 10 MB" in told("import", "-")


HOLDUPS = {
    "much text": ("a few words " * 800_000, "has more than 1,000,000 characters of text"),
    "a million paragraphs": ("<html>" + "<p>" * 1_000_000, "is not the commentary"),
    "elements within each other": ("<html>" + "<div>" * 10_000 + TEXT, "has 1000 elements in one another"),
    "elements that end out of order": (
        "<html>" + "<div><b></i>" * 80_000,
        "has 1000 elements in one another",
    ),
    "hyphens": ("few wo-\n" * 100_000, "is not the commentary"),
    "different hyphens": (
        "".join(f"w{number}-\nx{number} " for number in range(50_000)),
        "is not the commentary",
    ),
    "brackets": ("[" * 900_000, "is not the commentary"),
    "brackets of links": ("[](" * 300_000, "is not the commentary"),
    "comments without an end": ("<p>" + "<!--" * 1_000_000, "is not the commentary"),
    "tags without an end": ("<p>" + '<a b="' * 1_000_000, "is not the commentary"),
    "many pages": (pdf(*[[]] * 300), "has 300 pages; give those of the commentary alone"),
    "empty lines": ("a\n" + "\n" * 900_000, "is not the commentary"),
    "one word": ("a" * 200_000, "is not the commentary"),
    "one passage": (PASSAGES[1][:150] * 1000, "is not the commentary"),
}


@pytest.mark.parametrize("kind", HOLDUPS)
def test_nothing_holds_it_up(edition, kind):
    content, why = HOLDUPS[kind]
    assert why in refused(edition, content)


# --- The place where it is kept ---------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_disk_that_is_full_or_an_import_that_is_interrupted_leaves_what_was_there(
    edition, monkeypatch, step
):
    take(edition, TEXT)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    assert "can't be written (No space left on device); what was there is as it was" in refused(
        edition, TEXT.upper()
    )

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        take(edition, TEXT.upper())
    monkeypatch.undo()
    kept = json.loads((edition / "_copy" / "commentary.json").read_text())
    assert kept == {str(number): text for number, text in SAID.items()}
    assert len(list((edition / "_copy").iterdir())) == 1


def test_what_a_killed_import_leaves_is_told_and_forgotten(edition, capsys):
    code = """
import json, os, signal, sys
from pathlib import Path
from edition.witness import store
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
store.save(json.load(sys.stdin), Path(sys.argv[1]))
"""
    run = [sys.executable, "-c", code, store.FILE]
    assert subprocess.run(run, input=json.dumps(SAID), text=True, cwd=ROOT).returncode == -signal.SIGKILL
    (rest,) = store.FILE.parent.iterdir()
    assert "parliament of gulls" in rest.read_text(encoding="utf-8")
    command.main(["status"])
    assert f"left words of the commentary in {rest}." in capsys.readouterr().out
    command.main(["forget"])
    assert "The copy is deleted." in capsys.readouterr().out and not store.FILE.parent.exists()


def test_a_place_that_can_not_be_written_is_told(edition):
    (edition / "_copy").mkdir()
    (edition / "_copy" / "commentary.json").mkdir()
    assert "is no file" in refused(edition, TEXT)
    assert "can't be written" in told("import", edition / "copy.txt", "--replace")
    assert [path.name for path in (edition / "_copy").iterdir()] == ["commentary.json"]


@pytest.mark.parametrize("asked", [["status"], ["forget"], ["import", "copy.txt"]])
def test_what_is_not_the_editions_is_told_and_left(edition, monkeypatch, asked):
    monkeypatch.chdir(edition)
    (edition / "copy.txt").write_text(TEXT)
    folder = edition / "_copy"
    folder.write_text("a file where the folder should be")
    assert told(*asked).startswith(f"{folder} is no folder") and folder.is_file()
    folder.unlink()
    (folder / "commentary.json").mkdir(parents=True)
    assert (
        told(*asked).startswith(f"{folder / 'commentary.json'} is no file")
        and (folder / "commentary.json").is_dir()
    )


def test_what_can_not_be_deleted_is_told(edition):
    take(edition, TEXT)
    (store.FILE.parent / "folder.new").mkdir()
    assert "folder.new can't be deleted" in told("forget")


def test_a_folder_that_holds_other_things_is_left(edition):
    take(edition, TEXT)
    (store.FILE.parent / "mine.txt").write_text("mine")
    command.main(["forget"])
    assert [path.name for path in store.FILE.parent.iterdir()] == ["mine.txt"]


def test_two_imports_at_once_leave_one_whole_copy(edition):
    copies = [SAID, {number: text.upper() for number, text in SAID.items()}]
    threads = [
        threading.Thread(target=lambda copy=copy: [store.save(copy) for _ in range(40)]) for copy in copies
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert store.load() in ({}, *copies)
    assert store.load() in copies and len(list(store.FILE.parent.iterdir())) == 1


@pytest.mark.parametrize("content", ["{", "[1]", '{"1": 2}', '{"a": "b"}', "[" * 100_000, b"\xff\xfe\0"])
def test_a_damaged_store_is_told_and_can_be_replaced(edition, content):
    take(edition, TEXT)
    store.FILE.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert "is damaged; delete it (.venv/bin/python -m edition forget), and import your copy anew" in told(
        "status"
    )
    command.main(["forget"])
    assert take(edition, TEXT) == SAID


def test_status_and_forget(edition, capsys):
    command.main(["status"])
    take(edition, TEXT)
    command.main(["status"])
    command.main(["forget"])
    command.main(["forget"])
    said = capsys.readouterr().out
    assert said.count("There is no copy of the commentary here.") == 2 and said.count("3 of 3 passages.") == 2
    assert "The copy is deleted." in said and not store.FILE.parent.exists()


def test_a_lemma_that_is_not_in_its_passage_is_named():
    lemmas = {"there": "‘so they say’", "gone": "gulls fell silent", "upper": "CARVED  STAFF"}
    lemmas |= {"parts": "The … say … held", "parts out of order": "held … say", "part gone": "The … gulls"}
    lost = ["gone", "parts out of order", "part gone"]
    assert command.missing("The carved staff – “so they say” – was held.", lemmas) == lost
    notes = command.lemmas()
    assert set(notes) == set(range(13)) and all(notes.values())
