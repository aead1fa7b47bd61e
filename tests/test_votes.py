"""Tallies, moves and agreement."""

import numpy as np
import pandas as pd
import pytest

from edition import agreement, ballots, era_of, load, moves, neighbours, result, tally, vote


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
        (1, "2000-01-01", "AAA", "yes"),
        (1, "2000-01-01", "BBB", "yes"),
        (2, "2000-02-01", "AAA", "yes"),
        (2, "2000-02-01", "BBB", "abstain"),
        (3, "2000-03-01", "AAA", "yes"),
        (3, "2000-03-01", "BBB", "no"),
        (4, "2000-04-01", "AAA", "no"),  # BBB cast no vote: the roll call does not count
        (5, "2001-01-01", "AAA", "no"),
        (5, "2001-01-01", "BBB", "no"),
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
    assert (
        vote("KAZ", "A/RES/68/262") == "abstained"
        and vote("TKM", "A/RES/68/262") == "cast no vote"
        and vote("RUS", "A/RES/68/262") == "voted no"
    )
    assert result("A/RES/68/262") == "100 in favour, 11 against, 58 abstaining and 24 not voting"


def test_a_date_falls_into_its_era():
    dates = pd.Series(pd.to_datetime(["1990-12-31", "1999-12-31", "2000-01-01", "2019-03-19", "2019-03-20"]))
    assert era_of(dates).astype(object).where(lambda era: era.notna(), None).tolist() == [
        None,
        "nuclear",
        "golden",
        "consolidation",
        "home",
    ]


def test_ballots_hold_only_votes_that_were_cast():
    votes = ballots()
    assert (
        set(votes["vote"].unique()) == {"yes", "abstain", "no"}
        and votes["iso3"].nunique() == 18
        and votes["id"].nunique() == 2491
    )


def drawn_one_by_one(credit, resamples):
    """The bootstrap as the textbook has it.

    Roll calls are drawn with replacement, the share is counted each time.
    """
    drawn = np.random.default_rng(1).choice(credit, size=(resamples, len(credit)))
    return np.quantile((drawn == 1).mean(axis=1), [0.025, 0.975]), np.quantile(
        drawn.mean(axis=1), [0.025, 0.975]
    )


def test_the_interval_is_that_of_roll_calls_drawn_one_by_one():
    answers = ["yes"] * 120 + ["abstain"] * 50 + ["no"] * 30
    votes = toy(
        *((n, "2000-01-01", "AAA", "yes") for n in range(200)),
        *((n, "2000-01-01", "BBB", answer) for n, answer in enumerate(answers)),
    )
    found = agreement(votes, "AAA", ["BBB"], resamples=4000).iloc[0]
    strict, half = drawn_one_by_one(np.array([1.0] * 120 + [0.5] * 50 + [0.0] * 30), 4000)
    assert [found["strict_low"], found["strict_high"]] == pytest.approx(strict, abs=0.011)
    assert [found["half_credit_low"], found["half_credit_high"]] == pytest.approx(half, abs=0.011)
    assert found["strict_low"] < found["strict"] < found["strict_high"]


def test_the_interval_is_the_same_each_time_and_narrower_with_more_roll_calls():
    few = toy(
        *(
            (n, "2000-01-01", state, vote)
            for n in range(40)
            for state, vote in [("AAA", "yes"), ("BBB", "yes" if n % 2 else "no")]
        )
    )
    many = toy(
        *(
            (n, "2000-01-01", state, vote)
            for n in range(640)
            for state, vote in [("AAA", "yes"), ("BBB", "yes" if n % 2 else "no")]
        )
    )
    one, again, wide = (
        agreement(votes, "AAA", ["BBB"], resamples=2000).iloc[0] for votes in (many, many, few)
    )
    assert one.equals(again)
    assert (wide["strict_high"] - wide["strict_low"]) / (
        one["strict_high"] - one["strict_low"]
    ) == pytest.approx(4, rel=0.15)  # as the square root of 16


def test_a_roll_call_on_two_issues_counts_once_in_each():
    votes = toy(
        (1, "2000-01-01", "AAA", "yes"),
        (1, "2000-01-01", "BBB", "yes"),
        (2, "2000-01-01", "AAA", "yes"),
        (2, "2000-01-01", "BBB", "no"),
    )
    votes = votes.assign(issue=[["me", "hr"], ["me", "hr"], ["me"], ["me"]]).explode("issue")
    found = agreement(votes, "AAA", ["BBB"], by="issue").set_index("issue")
    assert found["roll_calls"].to_dict() == {"hr": 1, "me": 2} and found["strict"].to_dict() == {
        "hr": 1.0,
        "me": 0.5,
    }


def test_neighbours_by_hand():
    answers = {
        "AAA": "yes abstain not_voting",
        "BBB": "yes abstain not_voting",
        "CCC": "yes no yes",
        "DDD": "no no not_voting",
    }
    rows = [
        (symbol, state, vote)
        for state, votes in answers.items()
        for symbol, vote in zip("123", votes.split(), strict=True)
    ]
    found = neighbours(pd.DataFrame(rows, columns=["symbol", "iso3", "vote"]), "AAA").set_index("iso3")
    assert list(found.index) == ["BBB", "CCC", "DDD"]
    assert (
        found["same"].tolist() == [3, 1, 1]
        and found["roll_calls"].tolist() == [2, 2, 2]
        and found["strict"].tolist() == [1.0, 0.5, 0.0]
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda: result("A/RES/0/0"),
            "no vote on 'A/RES/0/0'; there are votes on A/RES/68/262, A/RES/71/205, ",
        ),
        (lambda: vote("KAZ", "A/RES/0/0"), "no vote on 'A/RES/0/0'; there are votes on A/RES/68/262, "),
        (
            lambda: vote("KZH", "A/RES/68/262"),
            "no state 'KZH' votes on A/RES/68/262; write a code of data/states.csv",
        ),
        (
            lambda: moves(load("votes"), "A/RES/68/262", "A/RES/0/0"),
            "no vote on 'A/RES/0/0'; there are votes on ",
        ),
        (
            lambda: agreement(ballots(), "KZH", ["RUS"]),
            "no ballots of 'KZH'; there are those of ARM, AZE, BLR, ",
        ),
    ],
)
def test_a_vote_that_there_is_not_is_told_with_what_there_is(asked, said):
    with pytest.raises(ValueError) as error:
        asked()
    assert str(error.value).startswith(said) and "\n" not in str(error.value)
