"""What a program can see of how a note is worded: sentences that are good, and those that are not."""

import re

import pytest

from edition.apparatus.wording import has_verb, nameless, order_words


def lines(text):
    return [line.strip() for line in text.strip().splitlines()]


SENTENCES = lines("""
    Kazakhstan abstains.
    The treaty binds both states.
    Moscow sees it otherwise.
    Oil prices matter.
    The law forbids it.
    The plan failed.
    The border shrank.
    The pipeline runs through Russia.
    Estimates vary.
    It isn't so.
    Kazakhstan owns half of it.
    In 2022 Tokayev tied neutrality abroad to peace at home.
""")
NONE = lines("""
    Only the chair, not the membership.
    The use of force.
    A point of order.
    Not the will of the people.
    The last of the Soviet states.
    No need for more.
    Armed forces and unarmed protesters.
    Kazakhstan as a state.
    Trade across the steppe.
    A landlocked state with long borders.
    The United Nations and its members.
""")
NAMED = lines("""
    The labour minister, Tamara Duysenova, gave 400,000.
    So said labour minister Tamara Duysenova.
    Galymzhan Pirmatov, governor of the central bank, said so.
    The governor of the central bank, Galymzhan Pirmatov, said so.
    An unnamed official said so.
    He was a career diplomat, and served in Geneva.
    The foreign minister offered a place for talks.
    According to an official statement it rained.
    Observers of the OSCE saw no change.
""")
NAMELESS = lines("""
    A migration official said so.
    A Kremlin official said so.
    So said a migration official.
    The Russian ambassador has said so.
    Kazakhstan's spokesman said so.
    Two officials told the agency.
    A spokesperson for the Foreign Ministry said so.
    The minister said that Vladimir Putin came.
    According to an official of the ministry, it rained.
""")
ORDERED = lines("""
    They differ; the second finds that it was so.
    One says so, the latter denies it.
    The first of these was signed.
    The second study is shorter.
""")
UNORDERED = lines("""
    It was the first summit for ten years.
    Kazakhstan was the first post-Soviet state to chair it.
    In the second half of 2010 it fell.
""")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_has_a_verb(sentence):
    assert has_verb(sentence)


@pytest.mark.parametrize("words", NONE)
def test_words_without_a_verb_are_seen(words):
    assert not has_verb(words)


@pytest.mark.parametrize("sentence", NAMED)
def test_an_office_with_its_name_is_good(sentence):
    assert list(nameless(sentence)) == []


@pytest.mark.parametrize("sentence", NAMELESS)
def test_an_office_without_a_name_is_seen(sentence):
    (office,) = nameless(sentence)
    assert re.search(r"official|ambassador|spokes|minister", office)


@pytest.mark.parametrize("sentence", ORDERED)
def test_an_order_of_sources_is_seen(sentence):
    assert order_words(sentence)


@pytest.mark.parametrize("sentence", UNORDERED)
def test_a_first_thing_is_no_order_of_sources(sentence):
    assert not order_words(sentence)
