"""Finds the passages of the commentary in a reader's copy, whatever stands around and between them."""

import re
from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

from edition.fingerprint import SHINGLE, digest, letters, shingle, words

ENOUGH = 0.5  # of a passage's shingles must be there for it to be recognised


class Found(NamedTuple):
    passage: int
    text: str  # the copy's own words, in order
    recognised: float  # share of the passage's shingles
    exact: bool  # all its letters are as they were when the fingerprint was taken
    strange: tuple  # the copy's words that were not recognised, in runs


def collate(text, fingerprints):
    """Return {number: Found} of the passages that are recognised in a text."""
    found, places = letters(text)
    there = defaultdict(list)  # hash of a shingle -> where it begins in the letters
    for index in range(len(found) - SHINGLE + 1):
        there[shingle(found[index:index + SHINGLE])].append(index)
    spans = words(text)
    starts = [start for start, _ in spans]
    return {one.passage: match for one in fingerprints if (match := _match(one, text, found, places, there, spans, starts))}


def _match(one, text, found, places, there, spans, starts):
    """Return the passage in the place where most of it is, the first of several."""
    hits = sorted((index, number) for number, mark in enumerate(one.shingles) for index in there.get(mark, ()))
    if not hits:
        return None
    reach = 2 * 8 * one.words  # letters: twice what so many words have
    left, best = 0, (0, 0, 0)
    for right in range(len(hits)):
        while hits[right][0] - hits[left][0] > reach or (left < right and len({number for _, number in hits[left:right]} & {hits[right][1]})):
            left += 1
        best = max(best, (right - left + 1, -left, right))
    count, left, right = best[0], -best[1], best[2]
    recognised = count / len(one.shingles)
    if recognised < ENOUGH:
        return None
    hits = hits[left:right + 1]

    def word_at(index):
        return max(0, bisect_left(starts, places[index] + 1) - 1)

    begin, last = word_at(hits[0][0]), word_at(hits[-1][0])
    # the words before the first that was recognised, and behind the last, are as many as in the original, or end with their paragraph
    first = _edge(text, spans, begin, -1, hits[0][1])
    tails = [index for index in there.get(one.tail, ()) if hits[0][0] <= index <= hits[-1][0] + reach]
    if tails:
        last = word_at(min(tails, key=lambda index: abs(index - hits[-1][0])) + SHINGLE - 1)
    else:
        last = _edge(text, spans, last, 1, one.words - 1 - hits[-1][1])
    covered = set()
    for index, _ in hits + [(index, None) for index in tails[:1]]:
        covered.update(range(places[index], places[min(index + SHINGLE, len(places)) - 1] + 1))
    strange, run = [], []
    for start, end in spans[first:last + 1]:
        if not all(place in covered for place in range(start, end) if text[place].isalnum()):
            run.append(text[start:end])
        elif run:
            strange, run = [*strange, " ".join(run)], []
    strange += [" ".join(run)] if run else []
    passage = text[spans[first][0]:spans[last][1]]
    return Found(one.passage, " ".join(passage.split()), recognised, digest(letters(passage)[0]) == one.text, tuple(strange))


def _edge(text, spans, word, step, number):
    """Return the word that is `number` words away, or the last before the end of the paragraph where that is not much farther."""
    for away in range(2 * number + 5 if number else 0):
        other = word + step
        if not 0 <= other < len(spans):
            return word
        between = text[spans[min(word, other)][1]:spans[max(word, other)][0]]
        if re.search(r"\n[ \t\r]*\n", between):
            return word
        if away == number:
            counted = word
        word = other
    return counted if number else word
