"""What may not be published: found in whatever it is wrapped in; what can't be read is refused."""

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import quopri
import urllib.parse
import zipfile
import zlib

import pytest
from own_copy import FOOT, MENU, PASSAGES
from test_import import lines, pdf

from edition.witness import fingerprint, leak

WORDS = PASSAGES[2].split()
PRINTS = [fingerprint.fingerprint(number, text) for number, text in PASSAGES.items()]


def escaped(text):
    """Return a text as a program writes it that escapes every second letter."""
    return "".join(f"\\u{ord(letter):04x}" if place % 2 else letter for place, letter in enumerate(text))


def between(words, sign):
    """Return words with a sign behind every third."""
    return " ".join(
        word + sign.format(number) if number % 3 == 0 else word for number, word in enumerate(words, 1)
    )


def zipped(content, name="chapters/page.html"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return file.getvalue()


TEXT = f"{MENU}\n{PASSAGES[2]}\n{FOOT}"
CODED = base64.b64encode(TEXT.encode()).decode()
WRAPPED = {
    "plain text": TEXT,
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "Windows-1252": (TEXT + " ’é").encode("cp1252"),
    "Mac Roman": (TEXT + " ’é").encode("mac-roman"),
    "ZIP": zipped(TEXT),
    "ZIP in a ZIP": zipped(zipped(TEXT), "book.epub"),
    "gzip": gzip.compress(TEXT.encode(), mtime=0),
    "bzip2": bz2.compress(TEXT.encode()),
    "xz": lzma.compress(TEXT.encode()),
    "inventory": b"# Sphinx inventory version 2\n# Project: a\n# Version: 1\n# zlib\n"
    + zlib.compress(TEXT.encode()),
    "PDF": pdf(lines(TEXT)),
    "the description of a picture": b"\x89PNG\r\n\x1a\n\0\0\0\xfftEXt" + TEXT.encode(),
    "base64": f'<a href="data:text/plain;base64,{CODED}">',
    "base64 for addresses": CODED.replace("+", "-").replace("/", "_").rstrip("="),
    "base64 in lines": base64.encodebytes(TEXT.encode()),
    "base64 in JSON": json.dumps({"a": base64.encodebytes(TEXT.encode()).decode()}),
    "gzip in base64": f"const data = '{base64.b64encode(gzip.compress(TEXT.encode(), mtime=0)).decode()}';",
    "base64 of UTF-16": base64.b64encode(TEXT.encode("utf-16-le")),
    "JSON": json.dumps({"description": TEXT}),
    "JSON with letters escaped": f'"{escaped(TEXT)}"',
    "JSON in JSON": json.dumps(json.dumps(escaped(TEXT))),
    "a script": f"if (1 < 2) x = '{TEXT}'; if (3 > 2) y()",
    "hexadecimal escapes of a script": "'"
    + "".join(f"\\x{byte:02x}" for byte in PASSAGES[2].encode("latin-1"))
    + "'",
    "an address": f"https://example.org/?body={urllib.parse.quote(TEXT)}",
    "an address of the text alone": urllib.parse.quote_plus(PASSAGES[2]),
    "references of HTML": "".join(f"&#{ord(letter)};" if letter in "aeiou’" else letter for letter in TEXT),
    "hexadecimal references": "".join(f"&#x{ord(letter):x};" for letter in TEXT),
    "HTML in HTML": f'<iframe srcdoc="{html.escape(html.escape(between(WORDS, "<b>!</b>")))}">',
    "quoted-printable": quopri.encodestring((TEXT + "é").encode()),
    "HTML": f"<p>{TEXT}</p>",
    "tags between words": "<p>" + TEXT.replace(" ", " <i>") + "</p>",
    "each word an element": "".join(f"<span>{word}</span> " for word in WORDS),
    "tags within words": TEXT.replace("e", "<b>e</b>"),
    "a comment": f"<!-- {TEXT} -->",
    "an attribute": f'<meta content="{TEXT}">',
    "an attribute in single quotes": f"<meta content='{TEXT.replace(chr(39), '’')}'>",
    "attributes of a name": "".join(
        f'<b class="w" data-word="{word}" id="w{n}"></b>' for n, word in enumerate(WORDS)
    ),
    "attributes of several names": f'<b title="{" ".join(WORDS[:5])}" alt="{" ".join(WORDS[5:12])}"'
    f' aria-label="{" ".join(WORDS[12:])}">',
    "parts of a drawing": "<svg>"
    + "".join(f'<tspan x="{4 * n}">{word}</tspan>' for n, word in enumerate(WORDS))
    + "</svg>",
    "letters of a drawing": "<svg>"
    + "".join(f'<tspan x="{n}">{letter}</tspan>' for n, letter in enumerate(PASSAGES[2]))
    + "</svg>",
    "markers": between(WORDS, '<a class="marker" role="doc-noteref" href="#n">{}</a>'),
    "superscripts": between(WORDS, "<sup>[<a>{}</a>]</sup>"),
    "footnotes": between(WORDS, "[{}]"),
    "named footnotes": between(WORDS, "[^note-{}]"),
    "numbers behind words": between(WORDS, "{}"),
    "roles for notes": between(WORDS, "{{n}}`a-note-{}`"),
    "roles for terms": " ".join(f"{{term}}`{word}`" for word in WORDS),
    "a list in a script": json.dumps(WORDS),
    "a row of a table": "1783,2,3,4.5,6,7,8,9,10,11,12\n" + TEXT.replace(" ", ","),
}


def check(folder, content, name="page"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(str(path), why) for path, why in leak.check(folder, PRINTS)]


@pytest.mark.parametrize("kind", WRAPPED)
def test_a_passage_is_found_in_whatever_it_is_wrapped_in(tmp_path, kind):
    assert check(tmp_path, WRAPPED[kind]) == [("page", "has words of passage 2 of the commentary")]


def test_each_file_is_told_with_its_passages(tmp_path):
    (tmp_path / "chapters").mkdir()
    check(tmp_path, f"<p>{PASSAGES[3]}</p><p>{PASSAGES[1]}</p>", "chapters/both.html")
    assert check(tmp_path, FOOT, "other.html") == [
        ("chapters/both.html", "has words of passages 1, 3 of the commentary")
    ]


def test_a_quotation_is_no_leak_and_more_is():
    words = PASSAGES[1].split()
    assert not any(leak.leaked(" ".join(words[start : start + 8]), PRINTS) for start in range(len(words)))
    assert leak.leaked(f"{MENU} {' '.join(words[5:25])} {FOOT}", PRINTS) == {1}
    quotations = [" ".join(words[start : start + 8]) for start in range(0, 40, 9)]
    assert leak.leaked(" … ".join(quotations), PRINTS) == set()


def test_quotations_as_data_are_no_leak(tmp_path):
    """So the file of annotations has them, each with its note."""
    quoted = [
        {"value": FOOT, "exact": " ".join(WORDS[start : start + 8])} for start in range(0, len(WORDS), 8)
    ]
    assert check(tmp_path, json.dumps(quoted)) == []


UNREADABLE = {
    "a program": (bytes(range(256)) * 40, "of no kind that is known"),
    "Cyrillic in an encoding of its own": (
        "Далеко на севере, где строили гавань".encode("koi8-r"),
        "of no kind that is known",
    ),
    "a damaged ZIP": (zipped(TEXT)[:-30], "damaged or locked"),
    "a damaged gzip": (gzip.compress(TEXT.encode(), mtime=0)[:-9], "damaged or locked"),
    "a damaged PDF": (b"%PDF-1.7\nnothing", "damaged or locked"),
    "a damaged inventory": (b"# Sphinx inventory version 2", "damaged or locked"),
    "a database in a ZIP": (zipped(b"SQLite format 3\0" + bytes(range(32)) * 9), "of no kind that is known"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_can_not_be_read_is_refused_by_name(tmp_path, kind):
    content, why = UNREADABLE[kind]
    told = check(tmp_path, content, "index.bin")
    assert told == [
        ("index.bin", f"can't be read ({why}); delete it, or teach edition/witness/leak.py to read it")
    ]


def test_files_packed_in_files_without_end_are_refused(tmp_path):
    content = TEXT.encode()
    for _ in range(9):
        content = gzip.compress(content, mtime=0)
    ((_, why),) = check(tmp_path, content)
    assert "can't be read (files packed in files without end)" in why


@pytest.mark.parametrize(
    "content",
    [
        "",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        b"wOF2" + bytes(range(256)) * 9,
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
        b"\0\0\1\0" + bytes(range(256)) * 9,
        pdf([]),
        gzip.compress(b"", mtime=0),
        base64.b64encode(bytes(range(256)) * 9),
        "Далеко на севере",
    ],
)
def test_pictures_fonts_and_other_text_are_no_leak(tmp_path, content):
    assert check(tmp_path, content) == []


def test_a_tree_is_refused_in_lines(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fingerprint, "known", lambda: PRINTS)
    with pytest.raises(SystemExit, match="has no book; run: make book"):
        leak.main(tmp_path / "none")
    check(tmp_path, FOOT)
    leak.main(tmp_path)
    assert "contains nothing of the commentary but its quotations" in capsys.readouterr().out
    check(tmp_path, TEXT)
    with pytest.raises(
        SystemExit,
        match="page has words of passage 2 of the commentary\n"
        "This must not be published. If your copy is here",
    ):
        leak.main(tmp_path)


def test_a_shingle_can_not_be_guessed_from_the_one_before():
    """No two share a letter: who knows the words of one has still five or more to guess at once."""
    for one in PRINTS:
        text = PASSAGES[one.passage]
        beginnings = [fingerprint.words(text)[word][0] for word, _ in one.shingles]
        places = [len(fingerprint.folded(text[:beginning])) for beginning in beginnings]
        assert (
            all(
                other - place >= fingerprint.SHINGLE for place, other in zip(places, places[1:], strict=False)
            )
            and len(places) > 4
        )


def test_fingerprints_hold_no_word_of_the_text(tmp_path):
    fingerprint.write(PASSAGES, tmp_path / "prints.json")
    held = (tmp_path / "prints.json").read_text()
    for name in fingerprint.Fingerprint._fields:
        held = held.replace(name, "")
    assert not any(word.lower() in held for word in PASSAGES[1].split() if len(word) > 3)
