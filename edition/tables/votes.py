"""What the chapters compute from votes: tallies, moves between roll calls, agreement between states."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from edition.tables import load, package

CAST = ["yes", "abstain", "no"]
LETTERS = {"Y": "yes", "A": "abstain", "N": "no"}  # as `roll_calls` has them
SEED = 20221012  # of the resampling: the same figures wherever the book is built


def tally(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the number of states by vote.

    One row a resolution (`symbol`), columns yes, abstain, no, not_voting.
    """
    counted = pd.crosstab(votes["symbol"], votes["vote"])
    return counted.reindex(index=votes["symbol"].unique(), columns=votes["vote"].cat.categories, fill_value=0)


def result(symbol: str) -> str:
    """Return the tally of a resolution in words."""
    count = tally(_on(load("votes"), symbol)).loc[symbol]
    return (
        f"{count.yes} in favour, {count.no} against, {count.abstain} abstaining "
        f"and {count.not_voting} not voting"
    )


def vote(state: str, symbol: str) -> str:
    """Return what a state (ISO code) did on a resolution, as a verb: "abstained"."""
    votes = _on(load("votes"), symbol).set_index("iso3")["vote"]
    if state not in votes.index:
        raise ValueError(f"no state {state!r} votes on {symbol}; write a code of data/states.csv")
    return {"abstain": "abstained", "not_voting": "cast no vote"}.get(votes[state], f"voted {votes[state]}")


def _on(votes: pd.DataFrame, symbol: str) -> pd.DataFrame:
    """Return the rows of one resolution."""
    rows = votes[votes["symbol"] == symbol]
    if rows.empty:
        raise ValueError(f"no vote on {symbol!r}; there are votes on {', '.join(votes['symbol'].unique())}")
    return rows


def moves(votes: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Return how each state voted on two resolutions: columns iso3, before, after (one row a state)."""
    pair = [_on(votes, symbol).set_index("iso3")["vote"] for symbol in (before, after)]
    return pd.concat(pair, axis=1, keys=["before", "after"]).reset_index()


def ballots() -> pd.DataFrame:
    """Return the roll calls of the table `roll_calls` in long form.

    Columns: id, date, session, symbol, kind, issues, title, part (see `part_of`), iso3, vote. Only votes that
    were cast (yes, abstain, no) have a row.
    """
    wide = load("roll_calls").assign(part=lambda table: part_of(table["date"], "roll_calls"))
    states = [column for column in wide.columns if len(column) == 3 and column.isupper()]
    told = ["id", "date", "session", "symbol", "kind", "issues", "title", "part"]
    long = wide.melt(told, states, "iso3", "vote")
    long["vote"] = long["vote"].astype(str).map(LETTERS)
    long["vote"] = pd.Categorical(long["vote"], CAST, ordered=True)
    return long.dropna(subset="vote")


def breaks_of(table: str) -> list[pd.Timestamp]:
    """Return the days from which the figures of a table can't be compared with those before.

    They stand as "breaks" in its description, with the reason.
    """
    return sorted({pd.Timestamp(one["from"]) for one in package()[table].get("breaks", [])})


def part_of(dates: pd.Series, table: str) -> pd.Series:
    """Return the part of a series, from one break of `table` to the next, in which each date falls.

    An ordered category, by the years of the dates: "1992 to 2019". A line is drawn for each part
    (`detail="part"`), so that none crosses a break.
    """
    number = pd.Series(0, index=dates.index)
    for day in breaks_of(table):
        number += dates >= day
    years = dates.dt.year.groupby(number).agg(["min", "max"])
    words = {row.Index: f"{row.min} to {row.max}".replace(f"{row.max} to ", "") for row in years.itertuples()}
    return pd.Series(pd.Categorical(number.map(words), [*words.values()], ordered=True), index=dates.index)


def agreement(
    ballots: pd.DataFrame, state: str, partners: Iterable[str], by: str = "year", resamples: int = 0
) -> pd.DataFrame:
    """Return how often `state` and each of `partners` (ISO codes) voted alike.

    `by` is a column of `ballots`, or "year". Columns: `by`, part (where the ballots have it: what lies on
    both sides of a break is never counted together, but has a row for each side), partner, roll_calls (on
    which both cast a vote), strict (share of them on which the two votes are the same), half_credit (the
    same, an abstention against a yes or a no counting one half). The second measure is that of Voeten, "Data
    and Analyses of Voting in the United Nations General Assembly" (2013). With `resamples`, also the ends of
    the 95 per cent interval of each: strict_low, strict_high, half_credit_low, half_credit_high, by the
    percentile method over that many bootstrap samples of the roll calls (Efron and Tibshirani, "An
    Introduction to the Bootstrap", 1993, chapter 13).
    """
    if by == "year":
        ballots = ballots.assign(year=ballots["date"].dt.year)
    keys = list(dict.fromkeys([by, *(["part"] if "part" in ballots else [])]))
    position = ballots["vote"].map({"yes": 1.0, "abstain": 0.5, "no": 0.0}).astype(float)
    ballots = ballots.assign(position=position)
    own = ballots.loc[ballots["iso3"] == state, ["id", "position"]]
    own = own.drop_duplicates("id")  # a roll call on two issues may stand there twice
    if own.empty:
        states = ", ".join(sorted(ballots["iso3"].unique()))
        raise ValueError(f"no ballots of {state!r}; there are those of {states}")
    theirs = ballots.loc[ballots["iso3"].isin(partners), ["id", "iso3", "position", *keys]]
    both = theirs.merge(own, on="id", suffixes=("", "_own"))
    distance = (both["position"] - both["position_own"]).abs()
    both = both.assign(strict=distance == 0, half_credit=1 - distance)
    groups = both.groupby([*keys, "iso3"], observed=True)
    means = {measure: (measure, "mean") for measure in ("strict", "half_credit")}
    shares = groups.agg(roll_calls=("id", "size"), **means)
    if resamples:
        ends = {group: _interval(credit, resamples) for group, credit in groups["half_credit"]}
        shares = shares.join(pd.DataFrame(ends).T.rename_axis(shares.index.names))
    return shares.reset_index().rename(columns={"iso3": "partner"})


def _interval(credit: pd.Series, resamples: int) -> pd.Series:
    """Return the ends of the 95 per cent intervals of both measures.

    `credit` is 0, one half or 1 for each roll call. How many of the roll calls drawn with replacement have
    each credit follows a multinomial distribution: drawn at once, not one by one.
    """
    shares = [(credit == value).mean() for value in (0, 0.5, 1)]
    drawn = np.random.default_rng(SEED).multinomial(len(credit), shares, size=resamples) / len(credit)
    ends = {}
    for name, sample in [("strict", drawn[:, 2]), ("half_credit", drawn[:, 2] + drawn[:, 1] / 2)]:
        ends[f"{name}_low"], ends[f"{name}_high"] = np.quantile(sample, (0.025, 0.975))
    return pd.Series(ends)


def sides(ballots: pd.DataFrame, state: str, one: str, other: str, by: str = "part") -> pd.DataFrame:
    """Return whose side `state` took where `one` and `other` (ISO codes) said yes and no to the same text.

    `by` is a column of `ballots`. Columns: `by`, part (see `agreement`), side (the code of the one with
    which it voted, or "abstain"), roll_calls, share of those on which all three cast a vote.
    """
    keys = list(dict.fromkeys([by, *(["part"] if "part" in ballots else [])]))
    votes = ballots.drop_duplicates(["id", "iso3"]).pivot(index="id", columns="iso3", values="vote")
    votes = votes[[state, one, other]].astype(object).dropna()
    votes = votes[votes[[one, other]].isin(["yes", "no"]).all(axis=1) & (votes[one] != votes[other])]
    with_one, with_other = votes[state] == votes[one], votes[state] == votes[other]
    side = with_one.map({True: one, False: "abstain"}).mask(with_other, other).rename("side")
    told = ballots.drop_duplicates("id").set_index("id")[keys].join(side, how="inner")
    counted = told.groupby([*keys, "side"], observed=True).size().rename("roll_calls").reset_index()
    total = counted.groupby(keys, observed=True)["roll_calls"].transform("sum")
    return counted.assign(share=counted["roll_calls"] / total)


def neighbours(votes: pd.DataFrame, state: str) -> pd.DataFrame:
    """Return how often each other state answered as `state` did, the most often first.

    Columns: iso3, same (number of resolutions with the same answer; not voting is an answer, too), roll_calls
    (on which both cast a vote), strict (share of them on which the two votes are the same).
    """
    votes = votes.assign(vote=votes["vote"].astype(str))
    answers = votes.pivot(index="iso3", columns="symbol", values="vote")
    alike, cast = answers == answers.loc[state], answers.isin(CAST) & answers.loc[state].isin(CAST)
    counted = pd.DataFrame({"same": alike.sum(axis=1), "roll_calls": cast.sum(axis=1)})
    counted["strict"] = (alike & cast).sum(axis=1) / counted["roll_calls"]
    return counted.drop(state).sort_values(["same", "strict"], ascending=False, kind="stable").reset_index()


def era_of(dates: pd.Series) -> pd.Series:
    """Return the era (ordered category) in which each date of a Series falls; none outside all eras."""
    eras = load("eras")
    names = pd.Series(pd.NA, index=dates.index, dtype="object")
    for era in eras.itertuples():
        names[(dates >= era.start) & (era.end is pd.NaT or (dates <= era.end))] = era.era
    return pd.Series(pd.Categorical(names, eras["era"].astype(str), ordered=True), index=dates.index)
