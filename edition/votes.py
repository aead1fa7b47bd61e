"""What the chapters compute from votes: tallies, moves between two roll calls, agreement between two states."""

import pandas as pd

from edition.tables import load

CAST = ["yes", "abstain", "no"]


def tally(votes):
    """Return the number of states by vote: one row a resolution (`symbol`), columns yes, abstain, no, not_voting."""
    counted = pd.crosstab(votes["symbol"], votes["vote"])
    return counted.reindex(index=votes["symbol"].unique(), columns=votes["vote"].cat.categories, fill_value=0)


def result(symbol):
    """Return the tally of a resolution in words."""
    count = tally(load("votes")).loc[symbol]
    return f"{count.yes} in favour, {count.no} against, {count.abstain} abstaining and {count.not_voting} not voting"


def vote(state, symbol):
    """Return how a state (ISO code) voted on a resolution, in a word."""
    votes = load("votes")
    cast = votes.loc[(votes["iso3"] == state) & (votes["symbol"] == symbol), "vote"].item()
    return {"abstain": "abstention", "not_voting": "no vote cast"}.get(cast, cast)


def moves(votes, before, after):
    """Return how each state voted on two resolutions: columns iso3, before, after (one row a state)."""
    pair = [votes[votes["symbol"] == symbol].set_index("iso3")["vote"] for symbol in (before, after)]
    return pd.concat(pair, axis=1, keys=["before", "after"]).reset_index()


def ballots():
    """Return the roll calls of 1992 to 2019 in long form: columns id, date, session, symbol, kind, issues, iso3, vote.

    Only votes that were cast (yes, abstain, no) have a row.
    """
    wide = load("roll_calls")
    states = [column for column in wide.columns if len(column) == 3 and column.isupper()]
    long = wide.melt(["id", "date", "session", "symbol", "kind", "issues"], states, "iso3", "vote")
    long["vote"] = long["vote"].astype(str).map({"Y": "yes", "A": "abstain", "N": "no"})
    long["vote"] = pd.Categorical(long["vote"], CAST, ordered=True)
    return long.dropna(subset="vote")


def agreement(ballots, state, partners, by="year"):
    """Return how often `state` and each of `partners` (ISO codes) voted alike, by `by` (a column of `ballots`, or "year").

    Columns: `by`, partner, roll_calls (on which both cast a vote), strict (share of them on which the two votes are the same),
    half_credit (the same, an abstention against a yes or a no counting one half). The second measure is that of Voeten,
    "Data and Analyses of Voting in the United Nations General Assembly" (2013).
    """
    if by == "year":
        ballots = ballots.assign(year=ballots["date"].dt.year)
    position = ballots["vote"].map({"yes": 1.0, "abstain": 0.5, "no": 0.0}).astype(float)
    ballots = ballots.assign(position=position)
    own = ballots.loc[ballots["iso3"] == state, ["id", "position"]]
    theirs = ballots.loc[ballots["iso3"].isin(partners), ["id", "iso3", "position", by]]
    both = theirs.merge(own, on="id", suffixes=("", "_own"))
    distance = (both["position"] - both["position_own"]).abs()
    both = both.assign(strict=distance == 0, half_credit=1 - distance)
    shares = both.groupby([by, "iso3"], observed=True).agg(roll_calls=("id", "size"), strict=("strict", "mean"), half_credit=("half_credit", "mean"))
    return shares.reset_index().rename(columns={"iso3": "partner"})


def era_of(dates):
    """Return the era (ordered category) in which each date of a Series falls; none outside all eras."""
    eras = load("eras")
    found = pd.Series(pd.NA, index=dates.index, dtype="object")
    for era in eras.itertuples():
        found[(dates >= era.start) & (era.end is pd.NaT or (dates <= era.end))] = era.era
    return pd.Series(pd.Categorical(found, eras["era"].astype(str), ordered=True), index=dates.index)
