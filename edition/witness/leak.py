"""Looks whether a built tree contains the commentary, before it is published: `make publish-check`.

What a site may hold is taken out of what it is wrapped in (packed files, encodings, escapes), and looked at
in several ways. What can't be read is refused, unless it is a picture or a font.
"""

import base64
import bz2
import gzip
import html
import io
import lzma
import re
import sys
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from functools import cache
from itertools import accumulate
from pathlib import Path

import pypdfium2

from edition.witness import fingerprint
from edition.witness.fingerprint import SHINGLE, shingle
from edition.witness.readers import MARKS

QUOTE = 2  # shingles in a row: ten words or more; a lemma has at most eight
DEPTH = 4  # files packed in files
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\0\0\1\0")
FONTS = (b"wOF2", b"wOFF", b"OTTO", b"\0\1\0\0")
PRINTABLE = bytes({*range(32, 127), *b"\t\n\r\f"})
LATIN = bytes(range(0x80, 0x100))  # the letters of an 8-bit encoding
UNPACK = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
    b"# Sphinx inventory version 2": lambda content: zlib.decompress(content.split(b"\n", 4)[4]),
}

ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,5})\}|x([0-9a-fA-F]{2})|(.))", re.S)
WORD = re.compile(r"[^\W_]+")
TAG = re.compile(r"<[!/?a-zA-Z][^>]*>")
# what may stand between two words though it is none of the text: an element as short as a marker, a role for
# a note, a footnote in brackets, a number right behind a word
SHORT_ELEMENT = re.compile(r"<(\w+)\b[^<>]*>[^<\w]*\w{1,3}[^<\w]*</\1>")
MARKER = re.compile(
    r"\{n\}`[^`]*`|\{\w+\}(?=`)|\[\^[^\]\s]+\]|\[\w{1,3}\]|[¹²³⁰⁴-⁹]+"
    r"|(?<=[^\s\d])\d{1,3}(?!\w)"
)
NUMBERS = re.compile(r"(?:\d[^\d<]{0,3}){16,}")  # of a table or a drawing
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{60,}")
DAMAGED = (
    pypdfium2.PdfiumError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    IndexError,
    RuntimeError,
)  # a locked ZIP


class Unreadable(Exception):
    """Why nobody can say what a file holds."""


def check(folder, fingerprints=None):
    """Yield (path, why) for each file of a built tree that must not be published."""
    search = Search(fingerprint.known() if fingerprints is None else fingerprints)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                passages = {passage for text in texts(path.read_bytes()) for passage in search.passages(text)}
            except (Unreadable, OSError) as error:
                reason = getattr(error, "strerror", None) or error
                why = f"can't be read ({reason}); delete it, or teach edition/witness/leak.py to read it"
                yield path.relative_to(folder), why
                continue
            if passages:
                numbers = ", ".join(map(str, sorted(passages)))
                several = "s" if len(passages) > 1 else ""
                yield path.relative_to(folder), f"has words of passage{several} {numbers} of the commentary"


def leaked(text, fingerprints):
    """Return the numbers of the passages of which a text has more than a quotation."""
    return Search(fingerprints).passages(text)


class Search:
    """Looks for the shingles of the passages where a word begins."""

    def __init__(self, fingerprints):
        known = {
            mark: (print_.passage, number)
            for print_ in fingerprints
            for number, (_, mark) in enumerate(print_.shingles)
        }
        self.known = cache(lambda letters: known.get(shingle(letters)))  # most are in several views or pages

    def passages(self, text):
        """Return the numbers of the passages of which a text has more than a quotation."""
        return {passage for view in views(text) for passage in self._in_a_row(view)}

    def _in_a_row(self, text):
        words = WORD.findall(unicodedata.normalize("NFKD", text).casefold())
        letters = "".join(words)
        rows = {}  # (passage, number of the shingle) -> (how many in a row end with it, where)
        for place in accumulate(map(len, words), initial=0):
            if hit := self.known(letters[place : place + SHINGLE]):
                passage, number = hit
                length, before = rows.get((passage, number - 1), (0, 0))
                rows[hit] = (length + 1 if place - before < 2 * SHINGLE else 1, place)
                if rows[hit][0] >= QUOTE:
                    yield passage


def views(text):
    """Yield a text in the ways in which a passage may be in it: in one of them nothing interrupts it."""
    text = NUMBERS.sub(" ", text)
    outside = TAG.sub(" ", text)
    yield outside
    if (without_markers := MARKER.sub("", TAG.sub("", SHORT_ELEMENT.sub("", text)))) != outside:
        yield without_markers
    tags = TAG.findall(text)
    yield " ".join(tag for tag in tags if "=" not in tag)  # comments, and what a script compares
    yield from values(" ".join(tag for tag in tags if "=" in tag))


def values(tags):
    """Yield the values of the attributes of each name, and of all."""
    named = defaultdict(list)
    text = re.sub(r"""=\s*'([^'"<>]*)'""", r'="\1"', tags)
    before, *parts = text.split('="')
    for part in parts:
        value, _, after = part.partition('"')
        name = re.split(r'[\s"{,<]', before[-40:])[-1]
        named[name].append(value)
        named["all"].append(value)
        before = after
    return map(" ".join, named.values())


def unescaped(text):
    """Return a text without the escapes of HTML, scripts, addresses and mail, also those in one another."""
    for _ in range(3):
        before, text = text, html.unescape(text)
        text = ESCAPE.sub(_character, text)
        text = re.sub(r"(?:%[0-9a-fA-F]{2})+", _bytes, text)
        text = re.sub(r"(?:=[0-9A-F]{2})+", _bytes, re.sub(r"=\r?\n", "", text))
        if text == before:
            break
    return text


def _character(escape):
    if code := escape[1] or escape[2] or escape[3]:
        return chr(int(code, 16))
    return "\n" if escape[4] in "nrtfbv" else escape[4]


def _bytes(escape):
    return bytes.fromhex(re.sub("[%=]", "", escape[0])).decode("utf-8", "replace")


def texts(content, depth=0):
    """Yield the texts in the bytes of a file, and in those of files that are packed in it."""
    if depth > DEPTH:
        raise Unreadable("files packed in files without end")
    if content.startswith(FONTS):
        return
    if content.startswith(PICTURES):
        yield content.decode("latin-1")  # a picture may have a description
        return
    try:
        if content.startswith(b"%PDF"):
            with pypdfium2.PdfDocument(content) as pdf:
                yield "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
            return
        if content.startswith((b"PK\3\4", b"PK\5\6")):
            packed = zipfile.ZipFile(io.BytesIO(content))
            members = [packed.read(name) for name in packed.namelist()]
        else:
            members = [unpack(content) for mark, unpack in UNPACK.items() if content.startswith(mark)]
    except DAMAGED:
        raise Unreadable("damaged or locked") from None
    for member in members:
        yield from texts(member, depth + 1)
    if members:
        return
    text = unescaped(decoded(content))
    yield text
    for run in BASE64.findall(re.sub(r"\s(?<=[A-Za-z0-9+/]{60}\s)\s*", "", text)):
        try:
            yield from texts(base64.b64decode(run.translate({45: 43, 95: 47}) + "=="), depth + 1)
        except (Unreadable, ValueError):
            pass  # it is something else that is as long


def decoded(content):
    """Return the text of bytes in whatever encoding."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    content = content.replace(b"\0", b"")  # what is left of English in UTF-16 without a mark is nearly ASCII
    try:
        text, foreign = content.decode("utf-8"), 0
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
        foreign = len(content) - len(content.translate(None, LATIN))
    controls = len(content.translate(None, PRINTABLE + LATIN))
    if controls > len(content) / 100 or foreign > len(content) / 3:
        raise Unreadable("of no kind that is known")
    return text


def main(folder=Path("_build/html")):
    if not folder.is_dir():
        sys.exit(f"{folder} has no book; run: make book")
    if faults := [f"{path} {why}" for path, why in check(folder)]:
        advice = (
            "This must not be published. If your copy is here: "
            ".venv/bin/python -m edition forget && make book; else shorten what a chapter quotes"
        )
        sys.exit("\n".join([*faults, advice]))
    print(f"{folder} contains nothing of the commentary but its quotations.")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
