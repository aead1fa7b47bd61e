"""Recognises the passages of the commentary without holding its words: by hashes of what their letters are.

A word counts by its letters and digits alone, without case, accents, hyphens, quotes and spaces, so that line
breaks, hyphenation, ligatures and lost spaces change nothing. A shingle is SHINGLE letters from the beginning
of a word on. No two overlap: else who knows the words of one could find the next word by trying all of a
dictionary, and so on.
"""

import hashlib
import json
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from edition.tables import home

FILE = "fingerprints.json"  # beside the tables
SHINGLE = 32  # letters: five to seven words, too many to guess
DIGITS = 12  # hexadecimal digits of a shingle's hash that are kept


class Fingerprint(NamedTuple):
    passage: int
    words: int
    text: str  # hash of all its letters
    shingles: tuple  # (number of the word that it begins with, hash), in order
    tail: str  # hash of the last letters


class _Folded(dict):
    """What is left of a character (its number): its letters and digits, folded. Each is looked up once."""

    def __missing__(self, number):
        folded = unicodedata.normalize("NFKD", chr(number)).casefold()
        self[number] = "".join(letter for letter in folded if letter.isalnum())
        return self[number]


FOLDED = _Folded()


def folded(text):
    """Return the letters and digits of a text, folded."""
    return text.translate(FOLDED)


def letters(text):
    """Return the letters and digits of a text, folded, and for each its place in the text."""
    return folded(text), [place for place, character in enumerate(text) for _ in FOLDED[ord(character)]]


def words(text):
    """Return (beginning, end) of each word in a text: what is between spaces and has a letter or digit."""
    return [word.span() for word in re.finditer(r"\S+", text) if any(map(str.isalnum, word[0]))]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def shingle(text):
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def fingerprint(number, text):
    """Return the fingerprint of a passage."""
    spans, marks, free = words(text), [], 0
    whole = folded(text)
    for word, (start, _) in enumerate(spans):
        letter = len(folded(text[:start]))
        if free <= letter <= len(whole) - SHINGLE:
            marks.append((word, shingle(whole[letter : letter + SHINGLE])))
            free = letter + SHINGLE
    return Fingerprint(number, len(spans), digest(whole), tuple(marks), shingle(whole[-SHINGLE:]))


def known(path=None):
    """Return the fingerprints of the passages, in order."""
    return _read(path or home() / FILE)


@cache
def _read(path):
    stored = json.loads(path.read_text(encoding="utf-8"))
    return [Fingerprint(**row | {"shingles": tuple(map(tuple, row["shingles"]))}) for row in stored]


def write(passages, path):
    """Write the fingerprints of passages ({number: text}) for the project."""
    rows = [json.dumps(fingerprint(number, text)._asdict()) for number, text in sorted(passages.items())]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
