"""Looks whether a built tree contains the commentary, before it is published: `make publish-check`."""

import html
import re
import sys
from pathlib import Path

import pypdfium2

from edition import fingerprint
from edition.fingerprint import SHINGLE, letters, shingle

QUOTE = 2  # shingles in a row: ten words or more; a lemma has at most eight


def leaked(text, fingerprints):
    """Return the numbers of the passages of which a text has more than a quotation."""
    known = {mark: (one.passage, number) for one in fingerprints for number, (_, mark) in enumerate(one.shingles)}
    found = letters(text)[0]
    rows, told = {}, set()  # (passage, shingle) -> how many in a row end with it, and where
    for place in range(len(found) - SHINGLE + 1):
        if hit := known.get(shingle(found[place:place + SHINGLE])):
            passage, number = hit
            length, before = rows.get((passage, number - 1), (0, 0))
            rows[hit] = (length + 1 if place - before < 2 * SHINGLE else 1, place)
            if rows[hit][0] >= QUOTE:
                told.add(passage)
    return told


def words(path):
    """Return the text of a file of a built tree, or None where it has none to look into."""
    content = path.read_bytes()
    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    try:
        text = html.unescape(content.decode().replace("\\n", " "))
    except UnicodeDecodeError:
        return None
    return f"{text}\n{re.sub('<[^>]*>', ' ', text)}" if "<" in text else text  # words within tags, and words that tags interrupt


def check(folder, fingerprints=None):
    """Yield (path, passages) for each file of a built tree that contains the commentary."""
    fingerprints = fingerprint.known() if fingerprints is None else fingerprints
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (text := words(path)) and (passages := leaked(text, fingerprints)):
            yield path.relative_to(folder), sorted(passages)


def main(folder=Path("_build/html")):
    if not folder.is_dir():
        sys.exit(f"{folder} has no book; run: make book")
    if found := list(check(folder)):
        lines = [f"{path} has words of passage{'s' if len(passages) > 1 else ''} {', '.join(map(str, passages))} of the commentary" for path, passages in found]
        sys.exit("\n".join([*lines, "This must not be published. Run: python -m edition forget && make book"]))
    print(f"{folder} contains nothing of the commentary but its quotations.")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
