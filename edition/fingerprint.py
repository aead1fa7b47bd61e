"""Recognises the passages of the commentary without holding its words: by hashes of what their letters are.

A word counts by its letters and digits alone, without case, accents, hyphens, quotes and spaces, so that line breaks, hyphenation, ligatures
and lost spaces change nothing. A shingle is the SHINGLE letters from the beginning of a word on.
"""

import hashlib
import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from edition.tables import DATA

FILE = DATA / "fingerprints.json"
SHINGLE = 32  # letters: five to seven words, too many to guess
DIGITS = 12  # hexadecimal digits of a shingle's hash that are kept


class Fingerprint(NamedTuple):
    passage: int
    words: int
    text: str  # hash of all its letters
    shingles: tuple  # a hash for each word that has enough letters behind it, in order
    tail: str  # hash of the last letters


def letters(text):
    """Return the letters and digits of a text, folded, and for each its place in the text."""
    found, places = [], []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if letter.isalnum():
                found.append(letter)
                places.append(place)
    return "".join(found), places


def words(text):
    """Return (beginning, end) of each word in a text: what stands between spaces and has a letter or digit."""
    return [(found.start(), found.end()) for found in re.finditer(r"\S+", text) if any(character.isalnum() for character in found[0])]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def shingle(text):
    return digest(text)[:DIGITS]


def fingerprint(number, text):
    """Return the fingerprint of a passage."""
    found, places = letters(text)
    begins = {start for start, _ in words(text)}
    first, marks = {}, []
    for index, place in enumerate(places):
        first.setdefault(place, index)
    for start in sorted(begins):
        index = next(first[place] for place in range(start, len(text)) if place in first)
        if index + SHINGLE <= len(found):
            marks.append(shingle(found[index:index + SHINGLE]))
    return Fingerprint(number, len(begins), digest(found), tuple(marks), shingle(found[-SHINGLE:]))


def known(path=None):
    """Return the fingerprints of the passages, in order."""
    return _read(path or FILE)


@cache
def _read(path):
    return [Fingerprint(**one | {"shingles": tuple(one["shingles"])}) for one in json.loads(path.read_text(encoding="utf-8"))]


def write(passages, path):
    """Write the fingerprints of passages ({number: text}) for the project."""
    found = [fingerprint(number, text)._asdict() for number, text in sorted(passages.items())]
    path.write_text("[\n" + ",\n".join(json.dumps(one) for one in found) + "\n]\n", encoding="utf-8")
