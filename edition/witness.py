"""Reads a reader's copy of the commentary, as readers have it: plain text, Markdown, HTML saved from a browser, or PDF."""

import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pypdfium2
from bs4 import BeautifulSoup

LIMIT = 20_000_000  # bytes: the commentary has 10,000, a saved page with pictures in it a few millions
BLOCKS = ["p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "td", "blockquote", "section", "article", "header", "footer"]


class CopyError(Exception):
    """Why a file can't be taken: one line that says what is wrong and what to do."""


def read(name):
    """Return the text of a file, or of standard input where `name` is "-"."""
    return text(_bytes(name), "standard input" if name == "-" else name)


def _bytes(name):
    if name == "-":
        content = sys.stdin.buffer.read(LIMIT + 1)
    else:
        path = Path(name)
        try:
            if path.is_dir():
                raise CopyError(f"{name} is a folder; name the file with the commentary")
            if path.stat().st_size > LIMIT:
                raise CopyError(f"{name} has {path.stat().st_size // 1_000_000} MB; save the text of the page alone, which has less than {LIMIT // 1_000_000}")
            content = path.read_bytes()
        except FileNotFoundError:
            raise CopyError(f"there is no file {name}; look at its name and folder") from None
        except OSError as error:
            raise CopyError(f"{name} can't be read ({error.strerror}); look whether you may open it") from None
    if len(content) > LIMIT:
        raise CopyError(f"this has more than {LIMIT // 1_000_000} MB; give the text of the page alone")
    return content


def text(content, name):
    """Return the text of a file's bytes."""
    if not content.strip():
        raise CopyError(f"{name} is empty; save the commentary again")
    if content.startswith(b"%PDF"):
        return _pdf(content, name)
    decoded = _decoded(content, name)
    if re.search(r"<(?:!doctype html|html|body|article|p)\b", decoded[:20_000], re.I):
        return _html(decoded)
    return _joined(re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", decoded))  # Markdown's links: their words, not their addresses


def _decoded(content, name):
    for mark, encoding in [(b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")]:
        if content.startswith(mark):
            try:
                decoded = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if sum(unicodedata.category(character) == "Cc" and character not in "\t\n\r\f" for character in decoded[:10_000]) < len(decoded[:10_000]) / 100:
                return decoded
    raise CopyError(f"{name} is no text; save the commentary as text, HTML or PDF")


def _html(markup):
    """Return the words of a page; nothing in it is run, and what is no text of it is left out."""
    page = BeautifulSoup(markup, "html.parser")
    for part in page(["script", "style", "noscript", "template", "svg", "head", "iframe"]):
        part.decompose()
    for block in page(BLOCKS):
        block.insert_before("\n")
        block.append("\n")
    return page.get_text().replace("\N{SOFT HYPHEN}", "")


def _pdf(content, name):
    """Return the text of a PDF without what repeats at the edges of its pages."""
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            pages = [page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\x02", "-\n").strip().split("\n") for page in pdf]
    except pypdfium2.PdfiumError:
        raise CopyError(f"{name} is a PDF that can't be opened (damaged, or locked with a password); save the page as HTML instead") from None
    if not any(any(line.strip() for line in page) for page in pages):
        raise CopyError(f"{name} is a PDF of pictures without text; save the page as HTML instead")

    def shape(line):
        return re.sub(r"\d+", "#", line.strip())

    edges = Counter(shape(line) for page in pages for line in {*page[:2], *page[-2:]})
    kept = [[line for number, line in enumerate(page) if not (number in (0, 1, len(page) - 1, len(page) - 2) and (edges[shape(line)] > 1 or not shape(line).strip("#–-|/ ")))] for page in pages]
    return _joined("\n".join("\n".join(page) for page in kept))


def _joined(text):
    """Return a text whose words are whole again where a line ended within them: without the hyphen, unless the copy has the word with one elsewhere."""
    text = text.replace("\N{SOFT HYPHEN}", "").replace("\N{HYPHEN}", "-")
    flat = text.casefold()

    def join(found):
        with_hyphen = f"{found[1]}-{found[2]}"
        return with_hyphen if with_hyphen.casefold() in flat or not found[2][0].islower() else f"{found[1]}{found[2]}"

    return re.sub(r"\b(\w+)-[ \t]*\r?\n[ \t]*(\w+)", join, text)
