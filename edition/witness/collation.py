"""Finds the passages of the commentary in a reader's copy, whatever stands around and between them."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from itertools import pairwise
from typing import NamedTuple

from edition.witness.fingerprint import SHINGLE, digest, folded, letters, shingle, words

ENOUGH = 0.5  # of a passage's shingles must be there for it to be recognised
WORD, REST = 8, 20  # letters: what most words have at most, and what may be left of one


class Match(NamedTuple):
    """A passage as it stands in the copy."""

    passage: int
    text: str  # the copy's own words, in order
    recognised: float  # share of the passage's shingles
    exact: bool  # all its letters are as they were when the fingerprint was taken
    strange: tuple  # the copy's words in which no shingle was recognised, in runs


class Copy(NamedTuple):
    """A text, and where in it things are."""

    text: str
    places: list  # of each letter in the text
    occurrences: dict  # hash of a shingle -> the letters with which it begins
    words: list  # (beginning, end) of each in the text
    beginnings: list  # of the words alone

    def word_at(self, letter):
        return bisect_right(self.beginnings, self.places[letter]) - 1


class Hit(NamedTuple):
    """A shingle of a passage where the copy has it."""

    letter: int  # of the copy, with which it begins
    word: int  # of the passage, with which it begins


def collate(text, fingerprints):
    """Return {number: Match} of the passages that are recognised in a text."""
    known = {fingerprint.tail for fingerprint in fingerprints}
    known.update(mark for fingerprint in fingerprints for _, mark in fingerprint.shingles)
    copy_letters, places = letters(text)
    occurrences = defaultdict(list)
    for letter in range(len(copy_letters) - SHINGLE + 1):
        if (mark := shingle(copy_letters[letter : letter + SHINGLE])) in known:
            occurrences[mark].append(letter)
    spans = words(text)
    copy = Copy(text, places, occurrences, spans, [start for start, _ in spans])
    matches = {fingerprint.passage: _match(fingerprint, copy) for fingerprint in fingerprints}
    return {number: match for number, match in matches.items() if match}


def _match(fingerprint, copy):
    """Return the passage in the place where most of it is, or None where too little is."""
    reach = 2 * WORD * fingerprint.words
    occurrences = [(word, copy.occurrences.get(mark, ())) for word, mark in fingerprint.shingles]
    hits = _densest(sorted(Hit(letter, word) for word, places in occurrences for letter in places), reach)
    recognised = len({hit.word for hit in hits}) / len(fingerprint.shingles)
    if recognised < ENOUGH:
        return None
    tail = _tail(fingerprint, copy, hits, reach)
    first, last = _ends(fingerprint, copy, hits, tail)
    passage = copy.text[copy.words[first][0] : copy.words[last][1]]
    exact = digest(folded(passage)) == fingerprint.text
    known = [hit.letter for hit in hits] + ([] if tail is None else [tail])
    strange = () if exact else tuple(_strange(copy, copy.words[first : last + 1], _covered(copy, known)))
    return Match(fingerprint.passage, " ".join(passage.split()), recognised, exact, strange)


def _densest(hits, reach):
    """Return the hits within `reach` letters that have most different shingles: the shortest, then the first.

    A window slides over them: the oldest leaves it when it is too far away, or its shingle is there again.
    """
    window, shingles = deque(), Counter()
    best, best_rank = [], (0, 0)
    for hit in hits:
        window.append(hit)
        shingles[hit.word] += 1
        while hit.letter - window[0].letter > reach or shingles[window[0].word] > 1:
            shingles[window.popleft().word] -= 1
        different = sum(number > 0 for number in shingles.values())
        rank = different, window[0].letter - hit.letter
        if rank > best_rank:
            best, best_rank = list(window), rank
    return best


def _tail(fingerprint, copy, hits, reach):
    """Return the letter with which the passage's last shingle begins, nearest to the last hit, or None."""
    first, last = hits[0].letter, hits[-1].letter
    tails = copy.occurrences.get(fingerprint.tail, ())
    tails = [letter for letter in tails if first <= letter <= last + reach]
    return min(tails, key=lambda letter: abs(letter - last), default=None)


def _ends(fingerprint, copy, hits, tail):
    """Return the first and the last word of the passage.

    Before the first hit and behind the last are as many words as in the original, or those of the paragraph.
    """
    first = _edge(copy, copy.word_at(hits[0].letter), -1, hits[0].word)
    if tail is not None:
        return first, copy.word_at(tail + SHINGLE - 1)
    return first, _edge(copy, copy.word_at(hits[-1].letter), 1, fingerprint.words - 1 - hits[-1].word)


def _edge(copy, word, step, number):
    """Return the word that is `number` words away, or the paragraph's last where that is not much farther."""
    counted = word
    for away in range(2 * number + 5 if number else 0):
        other = word + step
        if not 0 <= other < len(copy.words) or _paragraph_ends(copy, min(word, other)):
            return word
        if away == number:
            counted = word
        word = other
    return counted


def _paragraph_ends(copy, word):
    """Is an empty line between a word and the next?"""
    return re.search(r"\n[ \t\r]*\n", copy.text[copy.words[word][1] : copy.words[word + 1][0]])


def _covered(copy, known):
    """Return the places of the known shingles, and of the rest of a word that may be between two of them."""
    covered = {copy.places[letter] for start in known for letter in range(start, start + SHINGLE)}
    for start, following in pairwise(known):
        if following - start - SHINGLE <= REST:
            covered.update(copy.places[start:following])
    return covered


def _strange(copy, spans, covered):
    """Yield the runs of words that are not covered."""
    run = []
    for start, end in spans:
        if all(place in covered for place in range(start, end) if copy.text[place].isalnum()):
            if run:
                yield " ".join(run)
            run = []
        else:
            run.append(copy.text[start:end])
    if run:
        yield " ".join(run)
