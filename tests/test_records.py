"""This book's tables, held to records that others made, and to one another where two say the same."""

import csv

import pytest
from babel import Locale
from babel.core import get_global
from conftest import ROOT

from edition import ballots, load

NAMES, CODES = Locale("en").territories, get_global("territory_aliases")  # of Unicode's CLDR, with ISO 3166
HERE = {  # where this book has another name for a state than CLDR, beyond "&", "St." and accents
    "COD": "DR Congo",
    "COG": "Congo",
    "CPV": "Cabo Verde",
    "MMR": "Myanmar",
    "STP": "Sao Tome and Principe",
    "VCT": "Saint Vincent and the Grenadines",
    "VNM": "Viet Nam",
}
# members in 2022; each list was read at the address
MEMBERS = {
    "eu": (
        "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK "
        "SVN SWE",
        "https://dataprivacymanager.net/glossary/eu-member-states/",
    ),
    "cis": (
        "ARM AZE BLR KAZ KGZ MDA RUS TJK UZB",
        "https://relief.unboundmedicine.com/relief/view/The-World-Factbook/563540/all/"
        "Commonwealth_of_Independent_States__CIS_",
    ),
    "csto": ("ARM BLR KAZ KGZ RUS TJK", "https://wikimili.com/en/Collective_Security_Treaty_Organization"),
    "eaeu": ("ARM BLR KAZ KGZ RUS", "https://www.chathamhouse.org/2022/07/what-eurasian-economic-union"),
    "sco": (
        "CHN IND KAZ KGZ PAK RUS TJK UZB",
        "https://en.wikipedia.org/wiki/Shanghai_Cooperation_Organisation",
    ),
}
STEPS = {  # a row of disarmament or january_2022 (label), and the event that is the same
    "Test site closed": "semipalatinsk-closed",
    "Lisbon Protocol": "lisbon-protocol",
    "START approved": "start-ratified",
    "Uzbekistan proposes a zone": "karimov-zone",
    "NPT ratified": "npt-parliament",
    "Joins the NPT": "npt-accession",
    "Project Sapphire": "sapphire",
    "Budapest memorandum": "budapest-memorandum",
    "Last nuclear weapon leaves": "last-nuclear-weapon",
    "Almaty Declaration": "almaty-declaration",
    "Last known tunnel closed": "last-test-tunnel",
    "Zone treaty signed": "zone-signed",
    "Zone treaty in force": "zone-in-force",
    "Test site secured": "semipalatinsk-secured",
    "Protests in Zhanaozen": "january-unrest",
    "Government resigns": "government-resigns",
    "Tokayev heads Security Council": "security-council-2022",
    "Appeal to the CSTO": "csto-appeal",
    "First CSTO units": "csto-troops",
    "Order to shoot": "without-warning",
    "New prime minister": "smailov",
}


def test_an_iso_code_is_that_of_the_state_that_is_named():
    others = {"&": "and", "St.": "Saint", "’": "'"}
    for state in load("states").itertuples():
        name = NAMES[CODES[state.iso3][0]]
        for theirs, ours in others.items():
            name = name.replace(theirs, ours)
        assert state.name == HERE.get(state.iso3, name), f"row {state.Index + 2} of states.csv: {state.iso3}"


def test_the_country_of_an_outlet_is_one():
    known = {code for code in CODES if len(code) == 3 and code.isupper()}
    outlets = load("outlets")
    assert outlets[~outlets["country"].isin(["", *known])].empty


@pytest.mark.parametrize("body", MEMBERS)
def test_the_members_of_a_body_are_those_of_another_list(body):
    states = load("states")
    assert set(states["iso3"][states[body]]) == set(MEMBERS[body][0].split()), MEMBERS[body][1]


def test_a_vote_is_that_of_the_second_record_that_names_it():
    """`records/votes.csv`: what press lists and another project say; of two resolutions all votes."""
    votes = load("votes").set_index(["symbol", "iso3"])
    named = 0
    with (ROOT / "tests" / "records" / "votes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for state in row["states"].split():
                here = votes.loc[row["symbol"], state]
                assert (here["vote"], here["named_by"] >= 2) == (row["vote"], True), (row["symbol"], state)
                named += 1
    assert named > 540


def test_a_symbol_of_the_long_series_has_the_number_of_its_session():
    votes = load("roll_calls")
    session = votes["symbol"].str.extract(r"^A/\w+/(\d+)/")[0].astype("float")
    wrong = votes[session.notna() & (session != votes["session"])]
    assert wrong["symbol"].tolist() in (
        [],
        ["A/RES/677/46"],
    )  # so in the source; it is 46/77 of another session


def test_the_same_step_has_the_same_day_in_two_tables():
    events = load("events").set_index("id")["date"]
    steps = {
        row.label: row.date for name in ("disarmament", "january_2022") for row in load(name).itertuples()
    }
    both = {label: id for label, id in STEPS.items() if label in steps and id in events}
    assert {label: steps[label] for label in both} == {label: events[id] for label, id in both.items()}
    assert len(both) >= 15


def test_an_event_that_names_a_resolution_has_its_day():
    days = {
        symbol.removeprefix("A/RES/"): day for symbol, day in load("resolutions")[["symbol", "date"]].values
    }
    events = load("events")
    symbols = events["id"].str.extract(r"((?:es-)?\d+-\d+)$")[0].str.upper()
    found = {
        s: d for s, d in zip(symbols.str.replace(r"-(\d+)$", r"/\1", regex=True), events["date"], strict=True)
    }
    named = {symbol: day for symbol, day in found.items() if symbol in days}
    assert len(named) >= 5 and named == {symbol: days[symbol] for symbol in named}


def test_a_figure_in_words_is_that_of_the_table():
    """What an event says in its title, and the table of the same thing."""
    said = load("events").set_index("id")["title"]
    toll = load("january_2022_toll").set_index("source")["deaths"]
    assert f"{toll['rferl-238-2022']} dead" in said["toll-list"]


def test_an_era_begins_with_the_event_that_the_table_names():
    eras, events = load("eras").set_index("era"), load("events").set_index("id")
    assert eras["end"]["consolidation"] == events["date"]["resignation-2019"]
    assert eras["start"]["home"] == events["date"]["oath-2019"]
    assert eras["end"]["golden"].year == events["date"]["osce-chair"].year


def test_ideal_points_of_two_counts_of_one_release_go_together():
    """A sign or a row that was swapped in one of them parts them."""
    points = load("ideal_points").query("release == '2025-07'")
    both = points.pivot(index=["iso3", "year"], columns="votes_counted", values="ideal_point").dropna()
    assert len(both) > 200 and (both["all_votes"] - both["final_passage"]).abs().max() < 1
    for state, rows in both.groupby("iso3"):
        assert rows["all_votes"].corr(rows["final_passage"]) > 0.3, state


def test_a_ballot_counts_for_the_roll_calls_of_its_year():
    """No session of the long series lacks its votes: Kazakhstan cast one in most roll calls."""
    own = ballots().query("iso3 == 'KAZ'").groupby("session").size()
    share = own / load("roll_calls").groupby("session").size()
    assert share.loc[48:].min() > 0.5
