"""Faults planted one by one into copies of this book's tables: each is told with file, row and remedy.

Nobody reads five thousand rows again: what is wrong in one of them must be told, whatever its kind. In
NOTICED stands what the checks know to be wrong; in SEALED what may be true, and is told because nobody has
said so.
"""

import csv
import io
import json
from functools import cache

import pytest
from conftest import ROOT

from edition.tables import checks, package, read, seals

DATA = ROOT / "data"
TABLES = package(DATA)
NEEDS = {  # the tables that say something of one
    "eras": ["events"],
    "events": ["eras"],
    "flaws": ["statements"],
    "ideal_points": ["states"],
    "resolutions": ["states", "votes", "roll_calls"],
    "roll_calls": ["states", "resolutions", "votes"],
    "statements": ["flaws"],
    "votes": ["states", "resolutions", "roll_calls"],
}


def put(old, new):
    """Return a change of a row: other letters."""

    def change(lines, place):
        assert old in lines[place], lines[place]
        lines[place] = lines[place].replace(old, new, 1)

    return change


def cell(column, value):
    """Return a change of a row: another cell."""

    def change(lines, place):
        row = dict(zip(lines[0].split(","), next(csv.reader([lines[place]])), strict=True))
        assert row[column] != value
        lines[place] = line((row | {column: value}).values())

    return change


def again(**cells):
    """Return a change of a row: once more below, with other cells."""

    def change(lines, place):
        row = dict(zip(lines[0].split(","), next(csv.reader([lines[place]])), strict=True))
        lines.insert(place + 1, line((row | cells).values()))

    return change


def line(cells):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def gone(lines, place):
    del lines[place]


def lower(lines, place):
    lines[place : place + 2] = lines[place + 1], lines[place]


def above(text):
    return lambda lines, place: lines.insert(place, text)


def whole(change):
    """Return a change of the bytes of a file, which are given back as a text of as many letters."""

    def changed(lines, place):
        raw = change("\n".join(lines).encode())
        lines[:] = raw.decode("latin-1").split("\n")
        return "latin-1"

    return changed


KAZ = "A/RES/68/262,KAZ,"
KIEV = ("resolutions", "A/RES/68/262,")
OTHER = ("roll_calls", "A/RES/68/262,")
SOLE = "A/RES/79/184,FJI,"  # of this vote there is one record

# fault -> table, words of the row, change; what is told; and where that is in another table or row, with its
# words and how many rows below; other changes that belong to it
NOTICED = {
    # votes
    "a vote flipped": (
        "votes",
        KAZ,
        cell("vote", "yes"),
        "yes is 100, but data/votes.csv has 101",
        (*KIEV, 0),
    ),
    "a vote flipped with its tally": (
        "votes",
        KAZ,
        cell("vote", "yes"),
        "the vote of KAZ is abstain, but yes in data/votes.csv; correct one",
        (*OTHER, 0),
        [(*KIEV, put("100,11,58", "101,11,57"))],
    ),
    "two votes swapped": (
        "votes",
        KAZ,
        cell("vote", "no"),
        "the vote of KAZ is abstain, but no in data/votes.csv; correct one",
        (*OTHER, 0),
        [("votes", "A/RES/68/262,RUS,", cell("vote", "abstain"))],
    ),
    "a vote of the long series": (
        *OTHER,
        cell("USA", "N"),
        "the vote of USA is no, but yes in data/votes.csv",
    ),
    "a vote of the long series gone": (*OTHER, cell("DEU", ""), "the vote of DEU is not_voting, but yes"),
    "a letter that is no vote": (*OTHER, cell("KAZ", "X"), "it must be one of Y, A, N"),
    "the day of a resolution": (
        *KIEV,
        cell("date", "2014-03-28"),
        "has the day 2014-03-27, but 2014-03-28 in data/resolutions.csv; correct one",
        (*OTHER, 0),
    ),
    "a resolution before its time": (*KIEV, cell("date", "2013-03-27"), "must be from 2014-03-27 to"),
    "a resolution of tomorrow": ("resolutions", "A/RES/ES-11/8,", cell("date", "2205-02-24"), "must be from"),
    "a tally that is negative": (*KIEV, put(",11,", ",-11,"), "no is '-11'; it must be from 0 to 193"),
    "a tally of more states than there are": (*KIEV, put(",58,", ",85,"), "add up to 193 states; correct it"),
    "for and against swapped": (*KIEV, put("100,11", "11,100"), "more votes in favour than against; correct"),
    "a symbol in another form": (*KIEV, put("A/RES/68/262", "68/262"), "it must have the form A/RES/"),
    "a vote gone": (
        "votes",
        KAZ,
        gone,
        "A/RES/68/262 has 192 votes instead of 193; add or delete rows",
        ("votes", "A/RES/68/262,AFG,", 0),
    ),
    "a vote twice": ("votes", KAZ, again(), "is there twice; delete one", ("votes", KAZ, 1)),
    "a vote twice, not alike": ("votes", KAZ, again(vote="no"), "is there twice", ("votes", KAZ, 1)),
    "a vote that is none": (
        "votes",
        KAZ,
        cell("vote", "absent"),
        "it must be one of yes, abstain, no, not_voting",
    ),
    "a state that is none": ("votes", KAZ, cell("iso3", "KZH"), "KZH is not in data/states.csv; correct it"),
    "states out of order": (
        "votes",
        KAZ,
        lower,
        "KAZ stands after KEN of A/RES/68/262; sort",
        ("votes", KAZ, 1),
    ),
    "more records than there are": (
        "votes",
        KAZ,
        cell("named_by", "22"),
        "named_by is '22'; it must be from 1 to",
    ),
    "a session of another year": (
        *OTHER,
        cell("session", "78"),
        "a session begins in the year 1945 and its number",
    ),
    # figures
    "more by other ways than was exported": (
        "oil_exports",
        "2023,",
        cell("not_by_russian_ports", "73.00"),
        "a part is no more than the whole",
    ),
    "negative tonnes": ("corridor", "2021,", cell("thousand_tonnes", "-586"), "it must be from 100 to 20000"),
    "negative people": (
        "arrivals",
        "2022-10-04,Marat Akhmetzhanov,left",
        cell("people", "-147000"),
        "it must be from 1000 to",
    ),
    "a sum times a thousand": (
        "trade",
        "2004,China",
        cell("million_dollars", "1966911.0"),
        "it must be from 1 to",
    ),
    "a sum by a thousand": (
        "trade",
        "2004,China",
        cell("million_dollars", "1.967"),
        "of China is 1.967 after 1653.081, a jump by more than 4 times; correct one of the two",
    ),
    "a comma in the wrong place": (
        "oil",
        "2000,",
        cell("million_tonnes", "353.2"),
        "it must be from 10 to 120",
    ),
    "figures transposed": (
        "oil",
        "2000,",
        cell("million_tonnes", "53.32"),
        "after 30.13, a jump by more than 1.25",
    ),
    "a per cent as a fraction": (
        "growth",
        "2000,",
        cell("growth", "0.098"),
        "at most 1 digits behind the point",
    ),
    "a sign": (
        "growth",
        "2000,",
        cell("growth", "-9.8"),
        "is -9.8 after 2.7, a jump by more than 10; correct",
    ),
    "per cent as a whole": ("inflation", "2022-12-01,", cell("annual", "203"), "it must be from 0 to 30"),
    "the sign of an ideal point": (
        "ideal_points",
        "USA,1996,51,2020-04",
        put(",3.14783", ",-3.14783"),
        "is -3.14783 after 3.130082, a jump by more than 1.1; correct",
    ),
    "the sign of a small ideal point": (
        "ideal_points",
        "TUR,1992,47,2020-04",
        put(",0.7", ",-0.7"),
        "Germany and Türkiye have always been above 0; correct it",
    ),
    "an ideal point out of reach": (
        "ideal_points",
        "KAZ,1992,47,2020-04",
        put(",0.5", ",5.5"),
        "from -4 to 4",
    ),
    "a part larger than the whole": (
        "trade",
        "2004,EU",
        cell("million_dollars", "16902.571"),
        "World of 2004 is 20079.043, but its parts add up to 22",
        ("trade", "2004,World", 0),
    ),
    "the whole gone": (
        "trade",
        "2004,World",
        gone,
        "there is no World of 2004; add its row",
        ("trade", "2004,EU", -1),
    ),
    "more that left than entered": (
        "arrivals",
        "2022-10-04,Marat Akhmetzhanov,left",
        cell("people", "207000"),
        "entered of Marat Akhmetzhanov is 200000, but its parts add up to 207000",
        ("arrivals", "2022-10-04,Marat Akhmetzhanov,entered", 0),
    ),
    "ten times the dead": (
        "january_2022_toll",
        "2022-01-15",
        cell("deaths", "2250"),
        "it must be from 1 to 300",
    ),
    "infinity": ("oil", "2000,", cell("million_tonnes", "inf"), "it must be a number in plain digits"),
    "not a number": ("oil", "2000,", cell("million_tonnes", "nan"), "it must be a number in plain digits"),
    "1e3": ("corridor", "2021,", cell("thousand_tonnes", "1e3"), "it must be a whole number in plain digits"),
    "another minus": ("growth", "1992,", cell("growth", "\u22125.3"), "it must be a number in plain digits"),
    "another letter for a digit": ("growth", "2000,", put("2000", "2O00"), "it must be a whole number"),
    "a decimal comma": (
        "ideal_points",
        "CHN,1991",
        put("-0.302", "-0,302"),
        "8 cells instead of 7; write a number",
    ),
    "a decimal comma in quotation marks": (
        "oil",
        "2000,",
        put("35.32", '"35,32"'),
        "it must be a number in plain",
    ),
    "thousands parted by a comma": (
        "corridor",
        "2022,",
        put("1485", "1,485"),
        "4 cells instead of 3; write a number",
    ),
    "thousands parted by a space": ("corridor", "2022,", put("1485", "1 485"), "it must be a whole number"),
    "thousands parted by a point": (
        "arrivals",
        "2022-09-27,Aslan Atalykov,left",
        put("64234", "64.234"),
        "must be a whole number",
    ),
    # codes and keys
    "two codes swapped": (
        "states",
        "AUS,",
        cell("iso3", "AUT"),
        "AUS stands after AUT; sort the rows by iso3",
        ("states", "AUT,", 0),
        [("states", "AUT,Austria", cell("iso3", "AUS"))],
    ),
    "a code in small letters": ("states", "KAZ,", cell("iso3", "kaz"), "it must have the form [A-Z]{3}"),
    "a name twice": ("states", "AUT,", cell("name", "Australia"), "Australia is there twice; delete one"),
    "a state gone": (
        "states",
        "ZWE,",
        gone,
        "there are 192 rows instead of 193; add or delete rows",
        ("states", None, 0),
    ),
    "yes for true": ("states", "KAZ,", put("false,true", "no,true"), "it must be true or false"),
    "two letters for a country": (
        "outlets",
        "24.kg,",
        cell("country", "KG"),
        "it must have the form [A-Z]{3}",
    ),
    "an outlet twice": (
        "outlets",
        "24.kg,",
        again(kind="research"),
        "24.kg is there twice",
        ("outlets", "24.kg,", 1),
    ),
    "an address without its beginning": (
        "outlets",
        "Adilet,",
        put("https://", "www."),
        "it must have the form https?",
    ),
    "a source in capitals": (
        "oil",
        "2022,",
        put("astanatimes", "AstanaTimes"),
        "source is 'AstanaTimes-oil-2022'",
    ),
    "sources with a semicolon": (
        "oil",
        "2022,",
        put("-2022", "-2022; bp"),
        "it must have the form [a-z0-9]+",
    ),
    "a verdict that is none": (
        "statements",
        "1,The transfer of",
        put(",confirmed,", ",true,"),
        "it must be one of",
    ),
    "a finding twice": (
        "statements",
        "1,The transfer of",
        again(statement="Another.", note="another"),
        "is there twice; delete one of the two rows",
        ("statements", "1,The transfer of", 1),
    ),
    "a statement cut off": (
        "statements",
        "1,The transfer of",
        put("peace broker.,", "peace broker,"),
        r"it must have the form .*\.",
    ),
    "a flaw that nobody typed": (
        "flaws",
        "transfer-partial,",
        gone,
        "transfer-partial is refined, but has no row in data/flaws.csv; add it",
        ("statements", "1,In 2019 power", 0),
    ),
    "a verdict that finds a flaw": (
        "statements",
        "1,The transfer of",
        put(",confirmed,", ",disputed,"),
        "policy-continuity is disputed, but has no row in data/flaws.csv",
    ),
    "a flaw of what is confirmed": (
        "flaws",
        "transfer-partial,",
        cell("note", "three-decades"),
        "three-decades is confirmed in data/statements.csv; delete the row, or",
    ),
    "a flaw of what is open": (
        "statements",
        "9,Uzbekistan and Kazakhstan draw",
        put(",disputed,", ",open,"),
        "approach-began-earlier is open in data/statements.csv; delete",
        ("flaws", "approach-began-earlier,", 0),
    ),
    "a flaw of no statement": (
        "flaws",
        "transfer-partial,",
        cell("note", "transfer-in-part"),
        "transfer-in-part is not in data/statements.csv; correct it",
    ),
    "a flaw twice": (
        "flaws",
        "transfer-partial,",
        again(),
        "is there twice",
        ("flaws", "transfer-partial,", 1),
    ),
    "a flaw in another passage": (
        "flaws",
        "transfer-partial,",
        cell("passage", "2"),
        "is of passage 2, but of 1 in data/statements.csv; correct one",
    ),
    "a flaw of no kind": ("flaws", "transfer-partial,", cell("flaw", "where"), "it must be one of what, who"),
    "a flaw without a reason": ("flaws", "transfer-partial,", cell("why", ""), "it must be filled in"),
    # events
    "an event twice under another id": (
        "events",
        "oath-2019,",
        again(id="oath-again"),
        "is there twice; delete one of the two rows",
        ("events", "oath-2019,", 1),
    ),
    "an event twice in other words": (
        "events",
        "oath-2019,",
        again(id="oath-again", title="Tokayev takes his oath as the president"),
        "'Tokayev takes his oath as the president' is nearly what row",
        ("events", "oath-2019,", 1),
    ),
    "an event of 2202": (
        "events",
        "oath-2019,",
        put("2019-03-20", "2202-03-20"),
        "must be from 1990-01-01 to",
    ),
    "an event of 1019": (
        "events",
        "oath-2019,",
        put("2019-03-20", "1019-03-20"),
        "must be from 1990-01-01 to",
    ),
    "an event in another era": (
        "events",
        "oath-2019,",
        put(",home,", ",golden,"),
        "not in the era golden; write home",
    ),
    "an event out of order": (
        "events",
        "oath-2019,",
        put("2019-03-20", "2019-03-02"),
        "sort the rows by date",
    ),
    "a month with a day": (
        "events",
        "sapphire,",
        put("1994-11-01", "1994-11-21"),
        "a month or a year has its first day",
    ),
    "an end before the beginning": (
        "events",
        "expo,",
        put("2017-09-10", "2017-06-09"),
        "must be a later day than",
    ),
    "a passage that there is not": ("events", "oath-2019,", cell("passage", "15"), "it must be from 0 to 12"),
    "a kind that there is not": ("events", "oath-2019,", cell("kind", "Shift"), "it must be one of hosting"),
    "the thirtieth of February": (
        "events",
        "oath-2019,",
        put("2019-03-20", "2019-02-30"),
        "must be a date like",
    ),
    "a date of another form": (
        "events",
        "oath-2019,",
        put("2019-03-20", "20/03/2019"),
        "must be a date like",
    ),
    "an id with a space": (
        "events",
        "oath-2019,",
        put("oath-2019", "oath 2019"),
        "it must have the form [a-z0-9]+",
    ),
    "a title with a full stop": (
        "events",
        "oath-2019,",
        put("president,", "president.,"),
        "it must have the form .*[^",
    ),
    "an era without end": (
        "eras",
        "golden,",
        cell("end", "2011-01-01"),
        "must begin the day after golden ends",
        ("eras", "golden,", 1),
    ),
    "an era that ends before": (
        "eras",
        "golden,",
        cell("end", "1999-12-31"),
        "an era ends after it begins; correct",
    ),
    # people, memberships, a country
    "an office that ends before it begins": (
        "people",
        "Charles Michel,",
        cell("until", "2018"),
        "an office ends after it begins; correct",
    ),
    "an item of Wikidata twice": (
        "people",
        "Emmanuel Macron,",
        cell("wikidata", "Q15031"),
        "Q15031 is there twice; delete one",
    ),
    "an item without its letter": (
        "people",
        "Xi Jinping,",
        cell("wikidata", "15031"),
        "it must have the form Q",
    ),
    "a person of a group that there is not": (
        "people",
        "Wang Yi,",
        cell("group", "China"),
        "must be one of in the",
    ),
    "an office of 1919": ("people", "Boris Yeltsin,", cell("since", "1919"), "it must be from 1990 to 2022"),
    "a founder that observes": (
        "memberships",
        "EAEU,UZB,",
        cell("founder", "true"),
        "a founder is a member; correct",
    ),
    "a state that left before it came": (
        "memberships",
        "CSTO,UZB,member,false,",
        cell("until", "2005"),
        "it ends after it begins; correct",
    ),
    "a body of others": ("memberships", "OSCE,KAZ,", cell("body", "NATO"), "it must be one of CIS, CSTO"),
    "a month that there is not": (
        "memberships",
        "EAEU,KGZ,",
        cell("since", "2015-18"),
        "since is '2015-18'; it must have the form",
    ),
    "a share of more than all": (
        "country",
        "ethnic groups,Kazakhs,",
        cell("value", "704"),
        "a share is at most 100 per cent; correct",
    ),
    "a figure without a counter": ("country", "oil,", cell("by", ""), "by is ''; it must be filled in"),
    "another unit": ("country", "oil,", cell("unit", "%"), "it must be one of people, thousand people"),
    # series
    "a year gone": (
        "oil",
        "2000,",
        gone,
        "the year 2000 is missing; add a row for it, or",
        ("oil", "2001,", -1),
    ),
    "the last year gone": (
        "growth",
        "2023,",
        gone,
        "the year 2023 is missing; add a row",
        ("growth", "2022,", 0),
    ),
    "the first year gone": (
        "corridor",
        "2019,",
        gone,
        "the year 2019 is missing; add",
        ("corridor", "2020,", -1),
    ),
    "a partner's year gone": (
        "trade",
        "2004,China",
        gone,
        "the year 2004 of China is missing",
        ("trade", "2005,China", -1),
    ),
    "a session's estimate gone": (
        "ideal_points",
        "KAZ,1993,48,2020-04",
        gone,
        "the year 1993 of KAZ, 2020-04, all_votes is missing; add a row",
        ("ideal_points", "KAZ,1994,49,2020-04", -1),
    ),
    "a year twice": ("oil", "2000,", again(), "2000 is there twice; delete one", ("oil", "2000,", 1)),
    "years swapped": (
        "growth",
        "2000,",
        lower,
        "2000 stands after 2001; sort the rows by year",
        ("growth", "2000,", 1),
    ),
    "a year too late": ("oil", "2023,", cell("year", "2202"), "year is '2202'; it must be from 1990 to 2023"),
    "a month with another day": (
        "inflation",
        "2022-12-01",
        put("-01,", "-31,"),
        "a month has its first day; correct",
    ),
    "a step out of order": (
        "disarmament",
        "1992-05-23",
        lower,
        "sort the rows by date",
        ("disarmament", "1992-05-23", 1),
    ),
    "a day of another month": (
        "january_2022",
        "2022-01-19,state",
        put("01-19", "02-19"),
        "date is '2022-02-19'; it must be from 2022-01-01 to 2022-01-31",
    ),
    # texts and files
    "a required cell of a space": (
        "oil",
        "2000,",
        cell("source", " "),
        "source is ' '; it must be filled in",
    ),
    "a space before": (
        "oil",
        "2000,",
        put(",BP", ", BP"),
        "with a space before or after it; delete the space",
    ),
    "a space after": (
        "events",
        "oath-2019,",
        put("president,", "president ,"),
        "with a space before or after it",
    ),
    "two spaces": (
        "events",
        "oath-2019,",
        put("takes the", "takes  the"),
        "with a space behind another; delete",
    ),
    "a no-break space": (
        "events",
        "oath-2019,",
        put("takes the", "takes\u00a0the"),
        "a character that nobody sees",
    ),
    "a space of no width": (
        "events",
        "oath-2019,",
        put("takes", "ta\u200bkes"),
        "a character that nobody sees",
    ),
    "a tabulator": (
        "events",
        "oath-2019,",
        put("takes the", "takes\tthe"),
        "'\\t', after 'Tokayev takes'; delete it",
    ),
    "an accent of its own": (
        "trade",
        "2004,Türkiye",
        put("ü", "u\u0308"),
        "as two characters; write them as one",
    ),
    "=": (
        "events",
        "oath-2019,",
        put("Tokayev", "=1+1"),
        "which a spreadsheet takes for a formula; begin it",
    ),
    "+": ("events", "oath-2019,", put("Tokayev", "+1"), "which a spreadsheet takes for a formula; begin it"),
    "@": (
        "events",
        "oath-2019,",
        put("Tokayev", "@SUM"),
        "which a spreadsheet takes for a formula; begin it",
    ),
    "a surplus cell": ("oil", "2000,", put(",BP,", ",BP,BP,"), "5 cells instead of 4; write"),
    "a cell gone": ("oil", "2000,", put(",BP,", ","), "3 cells instead of 4; add what is missing"),
    "a quotation mark that is not closed": (
        "events",
        "oath-2019,",
        put("Tokayev", '"Tokayev'),
        "no counterpart; close",
    ),
    "an empty row": ("oil", "2000,", above(""), "the row is empty; delete it"),
    "a merge that git left": ("oil", "2000,", above("<<<<<<< HEAD"), "two versions of the table stand here"),
    "a byte order mark": (
        "oil",
        "year,",
        whole(lambda raw: b"\xef\xbb\xbf" + raw),
        "byte order mark; save it as UTF-8",
    ),
    "UTF-16": (
        "oil",
        "year,",
        whole(lambda raw: raw.decode().encode("utf-16")),
        "the file is UTF-16; save it as UTF-8",
    ),
    "Latin-1": (
        "trade",
        "1995,Türkiye",
        whole(lambda raw: raw.decode().encode("latin-1")),
        "byte 0xfc is not UTF-8; save the file as UTF-8",
    ),
    "a column renamed": (
        "oil",
        "year,",
        put("compiler", "source of it"),
        "no column compiler, an unknown column",
    ),
    "columns swapped": (
        "oil",
        "year,",
        put("year,million_tonnes", "million_tonnes,year"),
        "in another order",
    ),
    "nothing": ("oil", "year,", whole(lambda raw: b""), "the file is empty; restore it", ("oil", None, 0)),
}
SEALED = {  # fault -> table, words of the row, change, what is told; other changes
    "a vote that one record has, with its tally": (
        "votes",
        SOLE,
        cell("vote", "no"),
        "A/RES/79/184, FJI: vote was 'yes' and is 'no'",
        [("resolutions", "A/RES/79/184,", put("81,14", "80,15"))],
    ),
    "a toll": ("january_2022_toll", "2022-01-15", cell("deaths", "252"), "deaths was '225' and is '252'"),
    "an event a day off": (
        "events",
        "oath-2019,",
        put("03-20", "03-21"),
        "date was '2019-03-20' and is '2019-03-21'",
    ),
    "the key of another source": (
        "oil",
        "2022,",
        cell("source", "inform-oil-2023"),
        "2022: source was 'astanatimes",
    ),
    "a membership": ("states", "AUT,", put("true", "false"), "AUT: eu was 'true' and is 'false'"),
    "a place": ("events", "oath-2019,", cell("place", "Almaty"), "oath-2019: place was "),
    "a verdict": (
        "statements",
        "1,The transfer of",
        put(",confirmed,", ",open,"),
        "verdict was 'confirmed' and is",
    ),
    "an ideal point": ("ideal_points", "KAZ,1993,48,2020-04", put("0.536234", "0.356234"), "is '0.356234'"),
    "an event gone": ("events", "oath-2019,", gone, "gone: oath-2019; this"),
    "another event": ("events", "oath-2019,", again(id="a-lunch", title="Lunch"), "new: a-lunch; this"),
    "a row elsewhere": ("outlets", "24.kg,", lower, "stands at another place"),
    "lines that Windows ends": (
        "oil",
        "2000,",
        whole(lambda raw: raw.replace(b"\n", b"\r\n")),
        "end in CR LF",
    ),
    "a last line without end": ("oil", "2000,", whole(lambda raw: raw.rstrip()), "no cell has changed"),
}


@cache
def text(table):
    return (DATA / TABLES[table]["path"]).read_bytes().decode()


def row(lines, words):
    """Return the place of the first line with these words at its beginning or after its first comma."""
    return next(n for n, line in enumerate(lines) if line.startswith(words) or f",{words}" in line)


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Return a function that plants changes, (table, words of the row, change), and returns the folder."""
    known = {}

    def once(resource, folder):  # a table is read once: most of the time would go there
        key = resource["name"], (folder / resource["path"]).read_bytes()
        if key not in KNOWN:
            KNOWN[key] = read(resource, folder)
        return KNOWN[key]

    def plant(*changes):
        known.update({name: text(name) for name, *_ in changes})
        for name in [*known]:
            known.update({other: text(other) for other in NEEDS.get(name, ()) if other not in known})
        encoding = dict.fromkeys(known, "utf-8")
        for name, words, change in changes:
            lines = known[name].split("\n")
            encoding[name] = change(lines, row(lines, words)) or "utf-8"
            known[name] = "\n".join(lines)
        for name, changed in known.items():
            (tmp_path / TABLES[name]["path"]).write_bytes(changed.encode(encoding[name]))
        resources = [TABLES[name] for name in TABLES if name in known]
        (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
        return tmp_path

    monkeypatch.setattr(checks, "read", once)
    return plant


KNOWN = {}


def test_there_are_many_of_all_kinds():
    assert len(NOTICED) + len(SEALED) > 120 and len({fault[0] for fault in NOTICED.values()}) >= 18


@pytest.mark.parametrize("fault", NOTICED)
def test_a_planted_fault_is_told(planted, fault):
    table, words, change, expected, *more = NOTICED[fault]
    place, words_there, below = more[0] if more else (table, words, 0)
    told = list(checks.faults(range(13), planted((table, words, change), *(more[1] if more[1:] else ()))))
    lines = text(place).split("\n")
    where = f"data/{TABLES[place]['path']}", row(lines, words_there) + below + 1 if words_there else None
    found = [message for *there, message in told if tuple(there) == where]
    assert any(expected in message and "; " in message for message in found), told
    assert all("\n" not in message for *_, message in told)


@pytest.mark.parametrize("fault", SEALED)
def test_what_may_be_true_is_told_by_the_seal(planted, fault):
    table, words, change, expected, *more = SEALED[fault]
    folder = planted((table, words, change), *(more[0] if more else ()))
    assert list(checks.faults(range(13), folder)) == []
    told = {
        file: (place, message) for file, place, message in seals.broken(folder, lambda path: text(path.stem))
    }
    place, message = told[f"data/{TABLES[table]['path']}"]
    assert expected in message and message.endswith("; if the change is meant, run: make data")
    if " was " in expected or expected.startswith("gone"):
        assert place == row(text(table).split("\n"), words) + 1
