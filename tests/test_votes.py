"""Tallies, moves and agreement."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from edition import agreement, ballots, era_of, load, moves, neighbours, part_of, result, sides, tally, vote
from edition.tables.checks import faults


def test_each_tally_is_the_count_of_the_votes():
    counted = tally(load("votes"))
    said = load("resolutions").set_index("symbol")[["yes", "abstain", "no", "not_voting"]]
    assert len(counted) == 28 and (counted.sum(axis=1) == 193).all()
    assert list(counted.index) == list(said.index) and (counted.to_numpy() == said.to_numpy()).all()


LETTERS = {"Y": "yes", "A": "abstain", "N": "no"}


def other_in_the_second_record(votes, roll_calls):
    """The votes on Ukraine that stand otherwise in the table of all roll calls: (symbol, state)."""
    whole = roll_calls[(roll_calls["kind"] == "resolution") & roll_calls["symbol"].isin(votes["symbol"])]
    states = [column for column in whole.columns if len(column) == 3 and column.isupper()]
    second = whole.melt("symbol", states, "iso3", "second")
    second["second"] = second["second"].astype(object).map(LETTERS).fillna("not_voting")
    both = votes.merge(second, on=["symbol", "iso3"])
    assert len(both) == votes["symbol"].nunique() * 18
    differ = both[both["vote"].astype(str) != both["second"]]
    return list(zip(differ["symbol"], differ["iso3"], strict=True))


def test_each_vote_on_ukraine_is_that_of_the_long_series():
    assert other_in_the_second_record(load("votes"), load("roll_calls")) == []


@pytest.mark.parametrize("symbol", ["A/RES/79/284", "A/RES/ES-11/9", "A/RES/80/111", "A/RES/80/223"])
def test_a_new_vote_that_is_changed_by_hand_is_noticed(tmp_path, symbol):
    folder = shutil.copytree(ROOT / "data", tmp_path / "data")
    rows = (folder / "votes.csv").read_text().splitlines()
    at = next(number for number, row in enumerate(rows) if row.startswith(f"{symbol},KAZ,"))
    rows[at] = re.sub(r",(yes|abstain),", ",no,", rows[at])
    (folder / "votes.csv").write_text("\n".join([*rows, ""]))
    told = [message for _, _, message in faults(range(1, 12), folder)]
    assert any(message.startswith(f"{symbol}: no is ") for message in told), told
    # and where the tally is changed with it
    assert other_in_the_second_record(load("votes", folder), load("roll_calls")) == [(symbol, "KAZ")]


def test_day_and_record_of_a_resolution_are_those_of_its_roll_call():
    calls = load("roll_calls").query("kind == 'resolution'")
    both = load("resolutions").merge(
        calls[["symbol", "date", "record"]], on="symbol", suffixes=("", "_second")
    )
    assert len(both) == 28 and (both["date"] == both["date_second"]).all()
    known = both.dropna(subset=["record", "record_second"])
    assert len(known) >= 21 and (known["record"] == known["record_second"]).all()


def test_the_long_series_is_as_it_was_read():
    """How often Kazakhstan said yes, abstained and said no, by year, and what all eighteen states did."""
    votes = ballots().query("date >= '2020-01-01'")
    own = votes[votes["iso3"] == "KAZ"]
    counted = pd.crosstab(own["date"].dt.year, own["vote"])
    assert counted.to_numpy().tolist() == [
        [88, 6, 2],
        [74, 8, 2],
        [67, 12, 3],
        [73, 8, 0],
        [81, 9, 0],
        [177, 10, 0],
    ]
    of_all = pd.crosstab(votes["part"], votes["vote"]).loc[["2020 to 2024", "2025"]]
    assert of_all.to_numpy().tolist() == [[5356, 1204, 1186], [2614, 301, 368]]


def test_each_roll_call_says_from_which_record_it_is():
    calls = load("roll_calls")
    library = calls["source"].str.contains("undl")
    assert calls.loc[library, "record"].notna().all() and calls.loc[~library, "record"].isna().all()
    only = calls["source"] == "undl-2025"
    assert (calls.loc[only, "id"] == calls.loc[only, "record"]).all() and only.sum() == 669
    assert calls["date"].max() == pd.Timestamp("2025-12-18")


def test_what_was_a_motion_is_no_resolution():
    """The president put a motion to the vote, which the source gives as the vote on the text."""
    calls = load("roll_calls")
    spoken = calls["title"].str.contains("to the ?vote ?the motion|decision on the motion")
    assert spoken.sum() == 11 and set(calls.loc[spoken, "kind"].astype(str)) == {"motion"}


def test_the_series_has_three_parts_and_nothing_is_counted_across():
    votes = ballots()
    assert list(votes["part"].cat.categories) == ["1992 to 2019", "2020 to 2024", "2025"]
    assert set(votes[votes["part"] != "1992 to 2019"]["kind"]) == {"resolution"}
    days = pd.to_datetime(pd.Series(["2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01"]))
    assert list(part_of(days, "roll_calls")) == ["2019", "2020 to 2024", "2020 to 2024", "2025"]
    home = agreement(votes.assign(era=era_of(votes["date"])), "KAZ", ["CHN"], by="era").query("era == 'home'")
    assert list(home["part"].astype(str)) == ["1992 to 2019", "2020 to 2024", "2025"]
    whole = votes.drop(columns="part").assign(all="all")
    counted = agreement(whole, "KAZ", ["CHN"], by="all")["roll_calls"].item()
    assert agreement(votes, "KAZ", ["CHN"], by="part")["roll_calls"].sum() == counted


def test_until_2024_kazakhstan_voted_more_like_russia_and_china_than_like_germany_or_america():
    """So says the lead of the chapter on votes; of 2025 it says nothing."""
    shares = agreement(ballots(), "KAZ", ["RUS", "CHN", "DEU", "USA"], by="part")
    shares = shares.pivot(index="part", columns="partner", values="strict")
    for part in ("1992 to 2019", "2020 to 2024"):
        assert shares.loc[part, ["RUS", "CHN"]].min() > shares.loc[part, ["DEU", "USA"]].max()


def test_a_table_without_breaks_has_one_part():
    days = pd.to_datetime(pd.Series(["2001-01-01", "2003-01-01"]))
    assert list(part_of(days, "votes")) == ["2001 to 2003", "2001 to 2003"]


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
        and votes["id"].nunique() == 3160
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


def test_in_2025_twice_as_many_texts_were_put_to_the_vote():
    """So say the chapter on votes and the dictionary."""
    calls = load("roll_calls").query("kind == 'resolution' and date >= '2020-01-01'")
    number = calls["date"].dt.year.value_counts().sort_index().to_dict()
    # with one of January 2020, which the other source has
    assert number == {2020: 97, 2021: 86, 2022: 89, 2023: 88, 2024: 95, 2025: 192}


def test_whose_side_is_taken_where_two_are_opposed():
    """Counted by hand: opposed on four of six roll calls, on one of which it cast no vote."""
    said = {"AAA": "YYYNYA", "BBB": "NNYYNN", "OWN": "YNYA·Y"}
    words = {"Y": "yes", "A": "abstain", "N": "no"}
    table = pd.DataFrame(
        [
            (number, state, words[letter], "all")
            for state, letters in said.items()
            for number, letter in enumerate(letters)
            if letter in words
        ],
        columns=["id", "iso3", "vote", "all"],
    )
    found = sides(table, "OWN", "AAA", "BBB", by="all").set_index("side")
    assert found["roll_calls"].to_dict() == {"AAA": 1, "BBB": 1, "abstain": 1}
    assert found["share"].sum() == pytest.approx(1)


def test_whose_side_kazakhstan_took_is_counted_again_from_the_table():
    """Where Russia and Germany were opposed, row by row, for the title of the chart."""
    calls = load("roll_calls").query("kind == 'resolution'")
    own = {"abstain": 0, "RUS": 0, "DEU": 0}
    for row in calls.query("'2020-01-01' <= date < '2025-01-01'").itertuples():
        if {row.RUS, row.DEU} == {"Y", "N"} and row.KAZ in ("Y", "N", "A"):
            own["abstain" if row.KAZ == "A" else "RUS" if row.KAZ == row.RUS else "DEU"] += 1
    whole = ballots().query("kind == 'resolution'")
    found = sides(whole, "KAZ", "RUS", "DEU").query("part == '2020 to 2024'").set_index("side")["roll_calls"]
    assert found.to_dict() == own
    page = (ROOT / "_build" / "html" / "chapters" / "thirty-years-of-votes.html").read_text(encoding="utf-8")
    title = re.search(r'id="fig-whose-side".*?chart-title">(.*?)<', page, re.S)[1]
    assert f"{100 * own['abstain'] / sum(own.values()):.0f}% of those of 2020 to 2024" in title
