"""Finds the passages of the commentary in a reader's copy, whatever stands around and between them."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from typing import NamedTuple

from edition.fingerprint import SHINGLE, digest, letters, shingle, words

ENOUGH = 0.5  # of a passage's shingles must be there for it to be recognised
WORD, REST = 8, 20  # letters: what most words have at most, and what may be left of one


class Found(NamedTuple):
    passage: int
    text: str  # the copy's own words, in order
    recognised: float  # share of the passage's shingles
    exact: bool  # all its letters are as they were when the fingerprint was taken
    strange: tuple  # the copy's words in which no shingle was recognised, in runs


def collate(text, fingerprints):
    """Return {number: Found} of the passages that are recognised in a text."""
    found, places = letters(text)
    wanted = {mark for one in fingerprints for mark in (one.tail, *(mark for _, mark in one.shingles))}
    there = defaultdict(list)  # hash of a shingle -> where it begins in the letters
    for index in range(len(found) - SHINGLE + 1):
        if (mark := shingle(found[index:index + SHINGLE])) in wanted:
            there[mark].append(index)
    spans = words(text)
    return {one.passage: match for one in fingerprints if (match := _match(one, text, places, there, spans))}


def _match(one, text, places, there, spans):
    """Return the passage in the place where most of it is, the first of several."""
    hits = sorted((index, word) for word, mark in one.shingles for index in there.get(mark, ()))
    reach = 2 * WORD * one.words
    left, best, seen = 0, (0, 0, 0, 0), Counter()  # number of different shingles, how short, how early, and to where
    for right, (index, word) in enumerate(hits):
        seen[word] += 1
        while index - hits[left][0] > reach or seen[hits[left][1]] > 1:
            seen[hits[left][1]] -= 1
            left += 1
        best = max(best, (sum(map(bool, seen.values())), hits[left][0] - index, -left, right))
    recognised = best[0] / len(one.shingles)
    if recognised < ENOUGH:
        return None
    hits = hits[-best[2]:best[3] + 1]
    starts = [start for start, _ in spans]

    def word_at(index):
        return bisect_right(starts, places[index]) - 1

    # the words before the first that was recognised, and behind the last, are as many as in the original, or end with their paragraph
    first = _edge(text, spans, word_at(hits[0][0]), -1, hits[0][1])
    tails = sorted((index for index in there.get(one.tail, ()) if hits[0][0] <= index <= hits[-1][0] + reach), key=lambda index: abs(index - hits[-1][0]))[:1]
    last = word_at(tails[0] + SHINGLE - 1) if tails else _edge(text, spans, word_at(hits[-1][0]), 1, one.words - 1 - hits[-1][1])
    marks = [*(index for index, _ in hits), *tails]
    covered = {places[letter] for index in marks for letter in range(index, index + SHINGLE)}
    for index, other in zip(marks, marks[1:]):  # between two shingles is the rest of a word, at most
        if other - index - SHINGLE <= REST:
            covered.update(places[index:other])
    passage = text[spans[first][0]:spans[last][1]]
    exact = digest(letters(passage)[0]) == one.text
    return Found(one.passage, " ".join(passage.split()), recognised, exact, () if exact else tuple(_strange(text, spans[first:last + 1], covered)))


def _strange(text, spans, covered):
    run = []
    for start, end in spans:
        if all(place in covered for place in range(start, end) if text[place].isalnum()):
            if run:
                yield " ".join(run)
            run = []
        else:
            run.append(text[start:end])
    if run:
        yield " ".join(run)


def _edge(text, spans, word, step, number):
    """Return the word that is `number` words away, or the last before the end of the paragraph where that is not much farther."""
    counted = word
    for away in range(2 * number + 5 if number else 0):
        other = word + step
        if not 0 <= other < len(spans) or re.search(r"\n[ \t\r]*\n", text[spans[min(word, other)][1]:spans[max(word, other)][0]]):
            return word
        if away == number:
            counted = word
        word = other
    return counted
