"""What is counted: the kinds of the events, the censuses, and the counts in the titles of their charts.

The tables are read here without the edition's own code, and each count is made a second time.
"""

import csv
import json
import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from conftest import HTML, ROOT


def rows(name):
    with open(ROOT / "data" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(name):
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    return next(table for table in package["resources"] if table["name"] == name)


def kappa(one, other):
    """Cohen's kappa of two codings of the same events."""
    both = len(one)
    same = sum(a == b for a, b in zip(one, other, strict=True)) / both
    shares = Counter(one), Counter(other)
    chance = sum(shares[0][kind] * shares[1][kind] for kind in shares[0]) / both**2
    return (same - chance) / (1 - chance)


def test_kappa_is_that_of_the_textbook():
    one, other = ["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert round(kappa(one, other), 4) == 0.4


def test_the_dictionary_has_the_agreement_of_the_codings():
    codings = rows("codings")
    old = [row for row in codings if row["before"]]
    twice = [(row["first"], row["second"]) for row in codings]
    since = [(row["before"], row["first"]) for row in old]
    other = [first for before, first in since if before != first]
    for said in [
        f"agree on {sum(a == b for a, b in twice)} of {len(twice)} events",
        f"chance would bring, is {kappa(*zip(*twice, strict=True)):.2f}",
        f"on the {len(old)} events",
        f"agrees with them on {len(old) - len(other)}, ",
        f"with a kappa of {kappa(*zip(*since, strict=True)):.2f}",
        f"{other.count('statement')} of the {len(other)} others are statements",
    ]:
        assert said in described("codings")["description"], said


def test_the_kinds_are_those_of_the_codings():
    settled = re.findall(r"'([\w-]+)'", described("codings")["description"])
    events = {event["id"]: event["kind"] for event in rows("events")}
    codings = {row["event"]: row for row in rows("codings")}
    assert codings.keys() == events.keys()
    assert sorted(settled) == sorted(i for i, row in codings.items() if row["first"] != row["second"])
    for event, kind in events.items():
        both = {codings[event]["first"], codings[event]["second"]}
        assert kind in both, f"{event} is {kind}, but was coded {both}"


def test_each_kind_has_a_rule():
    kind = next(field for field in described("events")["schema"]["fields"] if field["name"] == "kind")
    assert sorted(kind["coding"]) == sorted(kind["constraints"]["enum"])
    for value, rule in kind["coding"].items():
        assert re.fullmatch(r"In: .+ Out: .+ Border: .+", rule), value
    page = (HTML / "chapters" / "data-dictionary.html").read_text(encoding="utf-8")
    events = page.partition("data/events.csv")[2].partition("</section>")[0]
    shown = re.findall(r'<span class="pre">(\w+)</span></code></dt><dd><p>In: ', events)
    assert shown == list(kind["coding"]), "the dictionary shows each"


def test_an_event_of_voting_says_how_kazakhstan_voted():
    votes = {
        row["symbol"].removeprefix("A/RES/"): row["vote"] for row in rows("votes") if row["iso3"] == "KAZ"
    }
    said = {"abstains": "abstain", "votes no": "no", "votes yes": "yes", "casts no vote": "not_voting"}
    told = [row["title"] for row in rows("events") if row["kind"] == "voting"]
    assert len(told) > 5
    for title in told:
        how = re.match(rf"Kazakhstan ({'|'.join(said)}) (?:on|in) ", title)
        assert how, f"{title!r} does not say how"
        if symbol := re.search(r"resolution ([\w-]+/\d+)", title):
            assert votes[symbol[1]] == said[how[1]], title


def test_the_rounds_on_syria_are_whole():
    numbers = [re.match(r"(\d+)\w\w International Meeting", row["meeting"]) for row in rows("talks")]
    held = [int(number[1]) for number in numbers if number]
    assert held == [number for number in range(1, 23) if number not in (10, 15)]  # these two in Sochi


def test_no_body_has_two_terms_at_once():
    for body in {row["body"] for row in rows("chairs")}:
        for term, later in pairwise(row for row in rows("chairs") if row["body"] == body):
            assert term["until"] < later["date"], (body, term["date"], later["date"])


def counts(name, *tests):
    """How many rows there are, and how many of those with each of some properties."""
    table = rows(name)
    return [len(table), *(sum(map(test, table)) for test in tests)]


def eras_of(name):
    """In how many eras rows lie."""
    starts = [era["start"] for era in rows("eras")]
    return len({sum(start <= row["date"] for start in starts) for row in rows(name)})


def in_2010s(row):
    return "2011-01-01" <= row["date"] <= "2019-03-19"


def numbers_of(title):
    """The numbers of a title, without years, days and the rank of a decade."""
    words = {word: str(number) for number, word in enumerate(["one", "two", "three", "four"], 1)}
    text = re.sub(r"\b(one|two|three|four)\b", lambda word: words[word[0]], title.lower())
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\b(19|20)\d\ds?\b", "", text))]


def autumn():
    """Summits of October 2022 among the events, the days that they took, and those with a chair."""
    held = [row for row in rows("summits") if row["date"].startswith("2022-10")]
    chairs = [row["body"] for row in rows("chairs") if row["date"] <= "2022-10-12" < row["until"]]
    said = [
        row
        for row in rows("events")
        if row["date"].startswith("2022-10")
        and row["kind"] == "hosting"
        and re.search("summit|heads of state meet", row["title"])
    ]
    days = [int(day[-2:]) for row in said for day in (row["date"], row["until"]) if day]
    return [len(said), max(days) - min(days) + 1, sum(row["body"] in chairs for row in held)]


def by_decade(*names):
    """Of each table the rows of the 1990s, then all."""
    return [number for name in names for number in counts(name, lambda row: row["date"] < "2000")[::-1]]


def answers():
    """{state: {resolution: vote}}."""
    given = {}
    for row in rows("votes"):
        given.setdefault(row["iso3"], {})[row["symbol"].removeprefix("A/RES/")] = row["vote"]
    return given


def how_often(vote, *states):
    """How often each of some states gave an answer."""
    return [list(answers()[state].values()).count(vote) for state in states]


def as_kazakhstan(state):
    """On how many resolutions a state answered as Kazakhstan did."""
    own = answers()["KAZ"]
    return sum(vote == own[symbol] for symbol, vote in answers()[state].items())


def twice():
    """States that abstained on both resolutions, and that came from abstention to yes."""
    pairs = [(votes["68/262"], votes["ES-11/4"]) for votes in answers().values()]
    return [pairs.count(("abstain", "abstain")), pairs.count(("abstain", "yes"))]


def by_group(*groups):
    """Of each group the states that said yes in 2014, those that did in 2022, and all."""
    group = {row["iso3"]: row["group"] for row in rows("states")}
    for one in groups:
        given = [votes for state, votes in answers().items() if group[state] == one]
        yield from (sum(votes[text] == "yes" for votes in given) for text in ("68/262", "ES-11/4"))
        yield len(given)


def left_the_no():
    """States that said no on human rights in 2025, of those that did so with Kazakhstan in 2021 and 2022."""
    given = [votes for state, votes in answers().items() if state != "KAZ"]
    stayed = [votes for votes in given if votes["76/179"] == votes["77/229"] == "no"]
    return [sum(votes["80/223"] == "no" for votes in stayed), len(stayed)]


def arrived():
    """Officials with a day, departures in per cent of entries by them, and by the one without."""
    people = {(row["official"], row["measure"]): int(row["people"]) for row in rows("arrivals")}
    share = {one: round(100 * people[one, "left"] / people[one, "entered"]) for one, _ in people}
    dated = {row["official"] for row in rows("arrivals") if row["date"]}
    (later,) = share.keys() - dated
    return [len(dated), min(share[one] for one in dated), max(share[one] for one in dated), share[later]]


def own_votes():
    """Resolutions; how often Kazakhstan abstained, said no, yes, and nothing; Russia said no throughout."""
    assert set(answers()["RUS"].values()) == {"no"}
    return [28, *(how_often(vote, "KAZ")[0] for vote in ("abstain", "no", "yes", "not_voting"))]


def tolls():
    """Dead by the prosecutors in January, its day, the least and most later, and by the ombudswoman."""
    said = [(row["date"], int(row["deaths"]), row["body"].split()[0]) for row in rows("january_2022_toll")]
    first, *later = [dead for _, dead, body in said if body == "Prosecutor"]
    return [first, 15, min(later), max(later), *(dead for _, dead, body in said if body == "Ombudswoman")]


def held(column):
    """{value of a column: (confirmed, all, open)} of the statements that are not trivial."""
    found = {}
    for row in rows("statements"):
        if row["weight"] == "substantial":
            found.setdefault(row[column], []).append(row["verdict"])
    return {value: (said.count("confirmed"), len(said), said.count("open")) for value, said in found.items()}


def by_passage():
    """Statements of the passage that holds whole; those confirmed, all, and passage where least holds."""
    share = {passage: sure / count for passage, (sure, count, _) in held("passage").items()}
    ((best, whole),) = [(p, held("passage")[p][1]) for p in share if share[p] == 1]
    least = sorted(int(p) for p in share if share[p] == min(share.values()))
    return [whole, int(best), *(n for p in least for n in (*held("passage")[str(p)][:2], p))]


def by_type():
    """Confirmed and all of the best question, confirmed, all and open of the worst; five or more each."""
    share = sorted((sure / count, sure, count, o) for sure, count, o in held("type").values() if count >= 5)
    return [*share[-1][1:3], *share[0][1:]]


def at_fault():
    """Statements with the commonest fault, all, the passages with most, theirs of all, passages without any.

    Which statements have a fault `statements` says, what it is `flaws`.
    """
    faulty = [row for row in rows("statements") if row["verdict"] not in ("confirmed", "open")]
    kinds = Counter(row["flaw"] for row in rows("flaws"))
    of = Counter(int(row["passage"]) for row in faulty)
    most = sorted(passage for passage, _ in of.most_common(2))
    none = [passage for passage in range(1, 12) if not of[passage]]
    return [max(kinds.values()), len(faulty), *most, sum(map(of.get, most)), len(faulty), *none]


def to_the_argument():
    """Statements that support their point less when put right, all, those on how much, those on when."""
    effects = [(row["flaw"], row["argument"] == "weaker") for row in rows("flaws")]
    assert ("how much", False) not in effects and ("when", True) not in effects  # "all", "none"
    kinds = Counter(flaw for flaw, _ in effects)
    return [sum(weaker for _, weaker in effects), len(effects), kinds["how much"], kinds["when"]]


def other_ways():
    """Per cent of the oil exported each year that used no Russian port."""
    return [
        round(100 * float(row["not_by_russian_ports"]) / float(row["million_tonnes"]))
        for row in rows("oil_exports")
    ]


def by_year(name, column):
    return {int(row["year"]): float(row[column]) for row in rows(name)}


def share(year, partner):
    """The share of a partner in a year's exports, in per cent."""
    goods = {
        row["partner"]: float(row["million_dollars"]) for row in rows("trade") if row["year"] == str(year)
    }
    return round(100 * goods[partner] / goods["World"])


def oil_output():
    """How many times that of 2000 the output of 2010 was; how many per cent above it the best year later."""
    tonnes = by_year("oil", "million_tonnes")
    best = max(tonnes[year] for year in range(2011, 2024))
    return [round(tonnes[2010] / tonnes[2000], 1), round(100 * best / tonnes[2010]) - 100]


def growth():
    yearly = by_year("growth", "growth")
    return [
        round(sum(yearly[year] for year in years) / len(years), 1)
        for years in (range(2000, 2008), range(2008, 2011))
    ]


def freight():
    """The least and the most of the years before the war, then the last two, in million tonnes."""
    of = {year: round(tonnes / 1000, 1) for year, tonnes in by_year("corridor", "thousand_tonnes").items()}
    before = [of[year] for year in (2019, 2020, 2021)]
    return [min(before), max(before), of[2024], of[2025]]


def prices():
    annual = {row["month"]: float(row["annual"]) for row in rows("inflation")}
    return [annual[f"2022-{month}-01"] for month in ("02", "09", "12")]


def days_of_january():
    """Days from the first protest to the appeal, and from the troops' coming to their end."""
    day = {row["label"]: date.fromisoformat(row["date"]) for row in rows("january_2022")}
    asked = day["Appeal to the CSTO"] - day["Protests in Zhanaozen"]
    return [asked.days, (day["Withdrawal ends"] - day["First CSTO units"]).days]


THE_2000S, THE_2010S, SINCE_2020 = (
    ("2000", "2010-12-31"),
    ("2011", "2019-03-19"),
    ("2020", "2024-12-31"),
)


def alike(who, era):
    """In how many of the roll calls of an era in which both cast a vote it was the same, in per cent."""
    start, end = era
    cast = [
        row["KAZ"] == row[who]
        for row in rows("roll_calls")
        if start <= row["date"] <= end and row["KAZ"] and row[who]
        if row["kind"] == "resolution"
    ]
    return 100 * sum(cast) / len(cast)


def less_alike():
    """Agreement with Russia in two eras; the least and the most by which that with four fell after 2019."""
    fell = [alike(who, THE_2010S) - alike(who, SINCE_2020) for who in ("RUS", "TUR", "DEU", "CHN")]
    return [
        round(number)
        for number in (*(alike("RUS", era) for era in (THE_2000S, THE_2010S)), min(fell), max(fell))
    ]


def between_two():
    """Kazakhstan's abstentions where Russia and Germany were opposed, in two eras, in per cent."""
    shares = []
    for start, end in (THE_2000S, SINCE_2020):
        own = [
            row["KAZ"]
            for row in rows("roll_calls")
            if start <= row["date"] <= end and row["kind"] == "resolution" and row["KAZ"]
            if {row["RUS"], row["DEU"]} == {"Y", "N"}
        ]
        shares.append(round(100 * own.count("A") / len(own)))
    return shares


def moved():
    """States without a yes in 2014, those of them with one in 2022, and those that left it."""
    was, now = (
        {row["iso3"]: row["vote"] == "yes" for row in rows("votes") if row["symbol"] == f"A/RES/{symbol}"}
        for symbol in ("68/262", "ES-11/4")
    )
    came = sum(now.get(state, False) for state, yes in was.items() if not yes)
    left = sum(not now.get(state, True) for state, yes in was.items() if yes)
    return [sum(not yes for yes in was.values()), came, left]


TITLES = {  # figure -> (its chapter, the numbers of its title)
    "three-roles": (
        "host-and-peace-broker",
        lambda: [
            eras_of("summits"),
            *counts("talks", lambda row: row["date"] >= "2013")[::-1],
            counts("talks", lambda row: row["date"] >= "2013" and row["conflict"] == "Syria")[1],
        ],
    ),
    "decade-of-meetings": (
        "2010s-from-venue-to-broker",
        lambda: [
            counts("summits", in_2010s)[1],
            *counts("talks", in_2010s, lambda row: in_2010s(row) and row["conflict"] == "Syria")[1:],
        ],
    ),
    "mixture-of-events": (
        "a-necessity",
        lambda: counts(
            "talks",
            lambda row: row["conflict"] == "Syria",
            lambda row: "Iran" in row["conflict"],
            lambda row: row["region"] != "Middle East",
        ),
    ),
    "timeline": ("eras", lambda: counts("events", lambda row: row["date"].startswith("2022"))),
    "kinds-by-era": ("eras", lambda: by_decade("summits", "chairs", "talks")),
    "autumn-2022": ("2022-the-guests-keep-coming", autumn),
    "moves": ("votes", twice),
    "moves-by-region": ("votes", lambda: [*by_group("Latin American and Caribbean", "Asia-Pacific")]),
    "nearest-on-ukraine": (
        "votes",
        lambda: [as_kazakhstan("IND"), 28, *map(as_kazakhstan, ("CHN", "RUS", "USA"))],
    ),
    "roll-calls-on-ukraine": (
        "votes",
        lambda: [28, *(28 - silent for silent in how_often("not_voting", "AZE", "UZB", "KAZ"))],
    ),
    "five-neighbours": (
        "threats-and-openings",
        lambda: [*how_often("not_voting", "TKM"), 28, *how_often("not_voting", "UZB")],
    ),
    "kazakhstan-on-ukraine": ("war-and-two-abstentions", own_votes),
    "no-on-human-rights": ("war-and-two-abstentions", left_the_no),
    "arrivals": ("war-and-two-abstentions", arrived),
    "corridor-and-oil": ("threats-and-openings", other_ways),
    "death-toll": ("january-2022", tolls),
    "verdicts": ("is-it-so", by_passage),
    "verdicts-by-type": ("is-it-so", by_type),
    "flaws": ("what-the-checking-found", at_fault),
    "flaws-and-argument": ("what-the-checking-found", to_the_argument),
    "oil-output": ("2000s-oil-pays-for-a-place", oil_output),
    "growth": ("2000s-oil-pays-for-a-place", growth),
    "export-shares": (
        "2000s-oil-pays-for-a-place",
        lambda: [share(year, who) for who in ("EU", "China", "Russia") for year in (2004, 2009)],
    ),
    "exports-since-the-war": (
        "threats-and-openings",
        lambda: [
            *(share(year, "EU") for year in (2021, 2025, 2024)),
            *(share(year, "Russia") for year in (2021, 2025, 2023)),
        ],
    ),
    "corridor-freight": ("threats-and-openings", freight),
    "inflation": ("war-and-two-abstentions", prices),
    "january-days": ("january-2022", days_of_january),
    "moves-map": ("votes", moved),
    "agreement-2010s": (
        "2010s-from-venue-to-broker",
        lambda: [round(alike(who, THE_2010S)) for who in ("UZB", "CHN", "RUS", "TUR")],
    ),
    "agreement-by-era": ("thirty-years-of-votes", less_alike),
    "whose-side": ("thirty-years-of-votes", between_two),
}


@pytest.mark.parametrize("name", TITLES)
def test_the_counts_in_a_title_are_those_of_the_table(name):
    chapter, counted = TITLES[name]
    page = (HTML / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")
    title = re.search(rf'id="fig-{name}".*?class="chart-title"[^>]*>(.*?)</', page, re.S)[1]
    assert numbers_of(title) == counted(), title


def test_the_conclusion_has_the_counts_of_the_tables():
    """The lead of the page on what the checking found, and its sums, from the tables alone."""
    page = (HTML / "chapters" / "what-the-checking-found.html").read_text(encoding="utf-8")
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    verdicts = Counter(row["verdict"] for row in rows("statements"))
    several = sum(row["several"] == "true" for row in rows("flaws"))
    assert f"In {several} of the {len(rows('flaws'))} statements that need a correction" in words
    assert f"Of {verdicts.total()} statements {verdicts['confirmed']} are confirmed" in words
    assert f"settles {verdicts['open']}, for or against" in words
    inexact = f"or not exact ({verdicts['refined']}), that is"
    assert f"wrong ({verdicts['corrected']}), disputed ({verdicts['disputed']}) {inexact}" in words
    for effect, said in {
        "as strong": "In {} cases the point",
        "stronger": "In {} it gains",
        "weaker": "In {} it loses",
    }.items():
        assert said.format(sum(row["argument"] == effect for row in rows("flaws"))) in words


def test_each_kind_of_fault_has_a_rule():
    fields = {field["name"]: field for field in described("flaws")["schema"]["fields"]}
    for name in ("flaw", "argument"):
        assert list(fields[name]["coding"]) == fields[name]["constraints"]["enum"]
        assert all(rule.startswith("In: ") and "Border: " in rule for rule in fields[name]["coding"].values())


def test_the_edition_counts_its_sources():
    """What it says of itself, by the lines of the bibliography: titles, dates, other sites, languages."""
    lines = [line.strip() for line in (ROOT / "references.bib").read_text(encoding="utf-8").splitlines()]

    def beginning(words):
        return sum(line.startswith(words) for line in lines)

    page = (HTML / "chapters" / "about.html").read_text(encoding="utf-8")
    told = " ".join(re.sub(r"<[^>]+>", "", page).split())
    for said in [
        f"against {beginning('@')} sources",
        f"are ours: {beginning('title = {[')} sources have one",
        f"{beginning('year = {n.d.')} sources have no date",
        f"{beginning('via = ')} sources were read at another site than their own",
        f"{beginning('@') - beginning('langid = ')} sources are in English, ",
        f", {beginning('langid = {russian}')} in Russian, {beginning('langid = {kazakh}')} in Kazakh.",
    ]:
        assert said in told, said
