"""Reads a reader's copy of the commentary: plain text, Markdown, HTML saved from a browser, or PDF."""

import codecs
import re
import stat
import sys
from collections import Counter
from pathlib import Path

import pypdfium2
from lxml import etree

# The commentary has 10,000 characters on a few pages; a page saved with its pictures, some millions of bytes.
LIMIT = 10_000_000  # bytes of a file
TEXT_LIMIT = 1_000_000  # characters of its text
PAGE_LIMIT = 200  # pages of a PDF
DEPTH_LIMIT = 1000  # elements of a page within each other
CHUNK = 50_000  # characters that are read at once
EDGE = 2  # a running head or a page number is among the first or last lines of its page

TEXT_ONLY = "open it, and save it as plain text"
NOT_READ = {  # how a file begins that is neither text nor PDF: what it is, and what to do
    b"{\\rtf": f"RTF, of a word processor; {TEXT_ONLY}",
    b"PK\3\4": f"a ZIP, as .docx, .odt and .epub are; {TEXT_ONLY}",
    b"\xd0\xcf\x11\xe0": f"an old file of a word processor; {TEXT_ONLY}",
    b"bplist00": f"a web archive; {TEXT_ONLY}",
    b"From: <Saved by": f"a web archive; {TEXT_ONLY}",
    b"MIME-Version:": f"a web archive; {TEXT_ONLY}",
    b"\x1f\x8b": "packed (gzip); unpack it first",
    **dict.fromkeys(
        [b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*"],
        "a picture; the words must be there as text",
    ),
}
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CONTROL = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # no text has these: all but tabs and ends of lines
UNDECODED = "\N{REPLACEMENT CHARACTER}"
UNTEXTLIKE = 0.01  # share of a text that may be controls, or no character of its encoding
HTML = re.compile(r"<(?:!doctype html|html|head|body|article|div|span|p)\b", re.I)
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")  # of Markdown
BLOCKS = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "tr",
    "td",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
}
WITHOUT_WORDS = {"script", "style", "noscript", "template", "svg", "head", "iframe"}


class CopyError(Exception):
    """Why a file can't be taken: one line that says what is wrong and what to do."""


def title(name):
    return "standard input" if name == "-" else name


def read(name):
    """Return the text of a file, or of standard input where `name` is "-"."""
    return text(_bytes(name), title(name))


def _bytes(name):
    try:
        if name != "-":
            return _bytes_of_file(Path(name))
        if sys.stdin is None:
            raise CopyError("standard input is closed; name a file")
        content = sys.stdin.buffer.read(LIMIT + 1)
    except FileNotFoundError:
        raise CopyError(f"there is no file {name}; look at its name and folder") from None
    except OSError as error:
        reason = error.strerror
        raise CopyError(f"{title(name)} can't be read ({reason}); look whether you may open it") from None
    if len(content) > LIMIT:
        raise CopyError(f"standard input has more than {_limit()}; give the text of the page alone")
    return content


def _bytes_of_file(path):
    if path.is_dir():
        raise CopyError(f"{path} is a folder; name the file with the commentary")
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):  # a pipe or a device may have no end
        raise CopyError(
            f"{path} is no regular file; save it as one, or pipe it: .venv/bin/python -m edition import -"
        )
    size = about.st_size
    if size <= LIMIT:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)  # a file of the system may say that it has 0 bytes
        if (size := len(content)) <= LIMIT:
            return content
    too_much = f"{path} has {size // 1_000_000} MB"
    raise CopyError(f"{too_much}; save the text of the page alone, which has less than {_limit()}")


def _limit():
    return f"{LIMIT // 1_000_000} MB"


def text(content, name):
    """Return the text of a file's bytes."""
    begins = content.lstrip(b"\xef\xbb\xbf \t\r\n\f\v")
    if not begins:
        raise CopyError(f"{name} is empty; save the commentary again")
    for beginning, kind in NOT_READ.items():
        if begins.startswith(beginning):
            raise CopyError(f"{name} is {kind}")
    if begins.startswith(b"%PDF"):
        text = _pdf(begins, name)
    elif HTML.search((decoded := _decoded(content, name)).lstrip()[:20_000]):
        text = _html(decoded, name)
    else:
        text = _joined(LINK.sub(r"\1", _limited(decoded, name)))  # of a link its words, not its address
    return _limited(text, name)


def _limited(text, name):
    if len(text) > TEXT_LIMIT:
        raise CopyError(f"{name} has more than {TEXT_LIMIT:,} characters of text; give the commentary alone")
    return text


def _decoded(content, name):
    encoding = next((encoding for mark, encoding in MARKS.items() if content.startswith(mark)), None)
    if not encoding and content.count(0) > len(content) / 4:  # every other byte of English in UTF-16
        encoding = "utf-16-le" if content[1:1000:2].count(0) > content[:1000:2].count(0) else "utf-16-be"
    decoded = content.decode(encoding or "utf-8-sig", "replace")
    undecoded = decoded.count(UNDECODED)
    if not encoding and undecoded > len(re.findall(r"[^\0-\x7f]", decoded)) / 2:  # few letters of UTF-8
        decoded = content.decode("cp1252", "replace")
        undecoded = decoded.count(UNDECODED)
    if undecoded + len(CONTROL.findall(decoded)) > len(decoded) * UNTEXTLIKE:
        raise CopyError(f"{name} is no text; save the commentary as text, HTML or PDF")
    return CONTROL.sub("", decoded)


class _Words:
    """Collects the words of a page while lxml reads it, which neither runs nor loads anything."""

    def __init__(self, name):
        self.name, self.words, self.depth, self.without = name, [], 0, 0

    def start(self, tag, attributes):
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise CopyError(f"{self.name} has {DEPTH_LIMIT} elements in one another; save it as plain text")
        self.without += tag in WITHOUT_WORDS
        self._end_of_line(tag)

    def end(self, tag):
        self._end_of_line(tag)
        self.depth -= 1
        self.without -= tag in WITHOUT_WORDS

    def _end_of_line(self, tag):
        if tag in BLOCKS:
            self.words.append("\n")

    def data(self, data):
        if not self.without:
            self.words.append(data)

    def close(self):
        return "".join(self.words).replace("\N{SOFT HYPHEN}", "")


def _html(markup, name):
    """Return the words of a page without what is no text of it."""
    # `huge_tree`: a picture may be an attribute
    parser = etree.HTMLParser(target=_Words(name), encoding="utf-8", huge_tree=True)
    for start in range(0, len(markup), CHUNK):  # lxml stops for an error when a part has ended
        parser.feed(markup[start : start + CHUNK].encode())
    return re.sub(r"\n\s*\n", "\n\n", parser.close())


def _pdf(content, name):
    """Return the text of a PDF without what repeats at the edges of its pages."""
    pages = []
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            if len(pdf) > PAGE_LIMIT:
                raise CopyError(f"{name} has {len(pdf)} pages; give those of the commentary alone")
            for page in pdf:
                text = page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\x02", "-\n")
                pages.append(text.strip().split("\n"))
    except pypdfium2.PdfiumError:
        raise CopyError(
            f"{name} is a PDF that can't be opened (damaged, or locked with a password); "
            "save the page as HTML instead"
        ) from None
    if not any(any(line.strip() for line in page) for page in pages):
        raise CopyError(f"{name} is a PDF of pictures without text; save the page as HTML instead")
    return _joined(CONTROL.sub("", "\n".join("\n".join(page) for page in without_running_heads(pages))))


def without_running_heads(pages):
    """Return pages, lists of lines, without page numbers, and without lines at the edges that others have."""
    edges = ({_shape(line) for line in page[:EDGE] + page[-EDGE:]} for page in pages)
    pages_with = Counter(shape for shapes in edges for shape in shapes)

    def is_text(line):
        return pages_with[_shape(line)] == 1 and _shape(line).strip("#–-|/ ")

    def body(page):
        for number, line in enumerate(page):
            at_edge = number < EDGE or number >= len(page) - EDGE
            if not at_edge or is_text(line):
                yield line

    return [list(body(page)) for page in pages]


def _shape(line):
    """Return a line as it is on each page: with the same sign for all numbers."""
    return re.sub(r"\d+", "#", line.strip())


def _joined(text):
    """Return a text in which no line ends within a word.

    Of such a word the hyphen is left out, unless the copy has the word with it elsewhere.
    """
    text = text.replace("\N{SOFT HYPHEN}", "").replace("\N{HYPHEN}", "-")
    compounds = {compound.casefold() for compound in re.findall(r"\b(?=(\w+-\w+))", text)}

    def join(parts):
        compound = f"{parts[1]}-{parts[2]}"
        keeps_hyphen = compound.casefold() in compounds or not parts[2][0].islower()
        return compound if keeps_hyphen else f"{parts[1]}{parts[2]}"

    return re.sub(r"\b(\w+)-[ \t]*\r?\n[ \t]*(\w+)", join, text)
