"""Tallies, moves and agreement."""

import pandas as pd
import pytest

from edition import agreement, ballots, era_of, load, moves, result, tally, vote


def test_each_tally_is_the_count_of_the_votes():
    counted = tally(load("votes"))
    said = load("resolutions").set_index("symbol")[["yes", "abstain", "no", "not_voting"]]
    assert len(counted) == 24 and (counted.sum(axis=1) == 193).all()
    assert list(counted.index) == list(said.index) and (counted.to_numpy() == said.to_numpy()).all()


@pytest.mark.parametrize(("state", "partner", "published"), [("CHN", "IND", 0.8681), ("CHN", "DEU", 0.6143)])
def test_half_credit_agreement_is_as_published_for_session_70(state, partner, published):
    shares = agreement(ballots(), state, [partner], by="session").set_index("session")
    assert shares.at[70, "half_credit"] == pytest.approx(published, abs=0.00005)


def toy(*rows):
    table = pd.DataFrame(rows, columns=["id", "date", "iso3", "vote"])
    table["date"] = pd.to_datetime(table["date"])
    table["vote"] = pd.Categorical(table["vote"], ["yes", "abstain", "no"], ordered=True)
    return table


def test_agreement_by_hand():
    votes = toy(
        (1, "2000-01-01", "AAA", "yes"), (1, "2000-01-01", "BBB", "yes"),
        (2, "2000-02-01", "AAA", "yes"), (2, "2000-02-01", "BBB", "abstain"),
        (3, "2000-03-01", "AAA", "yes"), (3, "2000-03-01", "BBB", "no"),
        (4, "2000-04-01", "AAA", "no"),  # BBB cast no vote: the roll call does not count
        (5, "2001-01-01", "AAA", "no"), (5, "2001-01-01", "BBB", "no"),
    )
    found = agreement(votes, "AAA", ["BBB"]).set_index("year")
    assert list(found["roll_calls"]) == [3, 1]
    assert found["strict"].tolist() == pytest.approx([1 / 3, 1])
    assert found["half_credit"].tolist() == pytest.approx([0.5, 1])


def test_moves_keep_every_state():
    moved = moves(load("votes"), "A/RES/68/262", "A/RES/ES-11/4").set_index("iso3")
    assert len(moved) == 193
    assert tuple(moved.loc["KAZ"]) == ("abstain", "abstain")
    assert tuple(moved.loc["ARM"]) == ("no", "abstain")


def test_a_vote_and_a_result_in_words():
    assert vote("KAZ", "A/RES/68/262") == "abstention" and vote("TKM", "A/RES/68/262") == "no vote cast" and vote("RUS", "A/RES/68/262") == "no"
    assert result("A/RES/68/262") == "100 in favour, 11 against, 58 abstaining and 24 not voting"


def test_a_date_falls_into_its_era():
    dates = pd.Series(pd.to_datetime(["1990-12-31", "1999-12-31", "2000-01-01", "2019-03-19", "2019-03-20"]))
    assert era_of(dates).astype(object).where(lambda era: era.notna(), None).tolist() == [None, "nuclear", "golden", "consolidation", "home"]


def test_ballots_hold_only_votes_that_were_cast():
    votes = ballots()
    assert set(votes["vote"].unique()) == {"yes", "abstain", "no"} and votes["iso3"].nunique() == 18 and votes["id"].nunique() == 2491
