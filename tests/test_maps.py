"""Maps: whose a place is drawn as, that no state lacks, what hatching is, how heavy a map may be."""

import csv
import re
from collections import Counter

import pytest
from conftest import HTML, ROOT
from pybtex.database import parse_file

from edition.apparatus.outlets import outlet
from edition.charts import maps
from edition.charts.drawing import ALIKE, hundredths, shorter, united
from edition.tables.sources import sources

HEAVIEST = 40_000  # bytes of a drawing


def inside(point, ring):
    """Whether a point is in a ring: a ray from it to the east crosses it an odd number of times."""
    return sum(cut > point[0] for cut in maps._cuts(ring, point[1])) % 2 == 1


def drawn_as(name, point):
    """The states within whose shapes a point lies."""
    shapes = maps._topology(name)["objects"]["shapes"]["geometries"]
    ids = {shape["id"] for shape in shapes if shape["properties"]["kind"] == "state"}
    return {
        state
        for state in ids
        if any(sum(inside(point, ring) for ring in rings) % 2 for rings in maps._polygons(name, {state}))
    }


@pytest.mark.parametrize(
    ("place", "point", "state"),
    [
        ("Simferopol", (34.1, 45.0), "UKR"),
        ("Donetsk", (37.8, 48.0), "UKR"),
        ("Kherson", (32.9, 46.8), "UKR"),
        ("Sukhumi", (41.4, 43.0), "GEO"),
        ("Hargeisa", (44.1, 9.6), "SOM"),
        ("Pristina", (21.1, 42.6), "SRB"),
        ("Taichung's inland", (120.9, 23.7), "CHN"),
        ("Western Sahara", (-13.0, 26.0), "ESH"),
        ("Nuuk's inland", (-48.0, 65.0), "DNK"),
        ("Astana", (71.4, 51.2), "KAZ"),
    ],
)
def test_a_place_is_drawn_as_part_of_the_state_that_the_page_on_the_edition_says(place, point, state):
    assert drawn_as("world", point) == {state}


def test_crimea_is_ukraines_on_the_map_of_the_region_too():
    assert drawn_as("region", (34.1, 45.0)) == {"UKR"}
    assert drawn_as("region", (33.3, 35.3)) == {"CYP"}, "the north of the island"
    assert drawn_as("region", (38.0, 45.0)) == {"RUS"}, "there is a difference to be seen"


def points_of(name, kind):
    """The points of the lines of one kind, in degrees."""
    topology = maps._topology(name)
    arcs = [maps._degrees(arc, **topology["transform"]) for arc in topology["arcs"]]
    for shape in topology["objects"]["shapes"]["geometries"]:
        if shape["properties"]["kind"] == kind:
            lines = shape["arcs"] if shape["type"] == "MultiLineString" else [shape["arcs"]]
            for number in (number for line in lines for number in line):
                yield from arcs[number if number >= 0 else ~number]


@pytest.mark.parametrize("point", [(74.0, 34.5), (28.0, 9.5), (78.9, 33.3), (21.0, 42.3), (127.0, 38.0)])
def test_an_unsettled_boundary_is_drawn_as_such_and_only_so(point):
    def near(kind):
        return [p for p in points_of("world", kind) if abs(p[0] - point[0]) + abs(p[1] - point[1]) < 2.5]

    assert near("undetermined"), "the Line of Control, Sudan and South Sudan, …"
    assert not set(near("undetermined")) & set(points_of("world", "border")) - ends("world")


def ends(name):
    """Points in which lines meet: where three states do."""
    counted = Counter(point for kind in ("border", "undetermined") for point in points_of(name, kind))
    return {point for point, number in counted.items() if number > 1}


def test_each_member_of_the_united_nations_is_on_the_map_of_the_world():
    with (ROOT / "data" / "states.csv").open(encoding="utf-8") as file:
        members = {row["iso3"] for row in csv.DictReader(file)}
    shapes = maps._topology("world")["objects"]["shapes"]["geometries"]
    points = {shape["id"] for shape in shapes if shape["properties"]["kind"] == "point"}
    assert {state for state in members - points if area(state) < 0.4} == set(), "too small to be seen"


def area(state):
    """The area of the shapes of a state, in square degrees."""
    outlines = [rings[0] for rings in maps._polygons("world", {state})]
    return (
        sum(
            abs(
                sum(x * y_next - x_next * y for (x, y), (x_next, y_next) in zip(ring, ring[1:], strict=False))
            )
            for ring in outlines
        )
        / 2
    )


def test_the_shapes_say_where_they_come_from():
    for name in ("world", "region"):
        assert re.match(r"Natural Earth, .*public domain.*BSD-3-Clause", maps._topology(name)["source"])


@pytest.mark.whole
def test_hatching_lies_within_its_states():
    lines = maps.hatching("world", ["KAZ", "RUS"], 3).data.values["coordinates"]
    assert len(lines) > 20
    for (west, latitude), (east, _) in lines:
        middle = ((west + east) / 2 + 180) % 360 - 180, latitude
        assert east >= west and (east - west < 0.3 or drawn_as("world", middle) & {"KAZ", "RUS"}), middle
        assert middle[0] > 19 or middle[0] < -168, "not across the world from its one edge to the other"


def test_a_path_keeps_its_points_to_a_tenth_of_a_pixel():
    assert shorter("M10,20L10.5,20.04L30.26,19L30.27,19.01Z") == "M10,20l.5,0 19.8-1Z"
    assert shorter("M1.23,4.56L1.2,9M3,3L4,2Z") == "M1.2,4.6l0,4.4M3,3l1-1Z"
    assert shorter("M0,0L0,0") == "M0,0l0,0", "a line without length may have round ends"


def test_a_tile_has_no_digits_that_nobody_sees():
    assert hundredths("M0,96h25.107142857142858v24h-25.107142857142858Z") == "M0,96h25.11v24h-25.11Z"


def test_a_sign_or_a_point_begins_a_number():
    assert shorter("M1.5,0.5L1.7,0.8L1.2,0.5") == "M1.5.5l.2.3-.5-.3"


def test_areas_that_look_alike_are_one_path():
    look = ' fill="var(--rule)"'
    two = f'<path d="M0,0l1,0 0,1Z"{look}/><path d="M5,5l1,0 0,1Z"{look}/>'
    assert united(two, look) == f'<path d="M0,0l1,0 0,1ZM5,5l1,0 0,1Z"{look}/>'


def test_tiles_that_look_alike_are_one_path():
    look = ' fill="var(--vote-no)" stroke="var(--paper)" stroke-width="1.5"'
    two = f'<path d="M0,96h25v24h-25Z"{look}/><path d="M0,0h25v24h-25Z"{look}/>'
    assert re.fullmatch(ALIKE, two)[1] == look
    assert united(two, look) == f'<path d="M0,96h25v24h-25ZM0,0h25v24h-25Z"{look}/>'


@pytest.mark.parametrize(("page", "name"), [("votes", "moves-map"), ("threats-and-openings", "country-map")])
def test_a_map_is_light_and_whole_without_a_script(page, name):
    text = (HTML / "chapters" / f"{page}.html").read_text(encoding="utf-8")
    figure = text[text.index(f'id="fig-{name}"') :].partition("</figure>")[0]
    drawings = re.findall(r"<svg .*?</svg>", figure, re.S)
    assert len(drawings) == 2 and all(5_000 < len(svg.encode()) <= HEAVIEST for svg in drawings)
    assert "<table" in figure
    assert not re.search(r'role-mark [^"]|"background"', figure), "nothing that nobody sees"


def test_who_moved_is_counted_again_from_the_votes():
    with (ROOT / "data" / "votes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    before, after = (
        {row["iso3"]: row["vote"] for row in rows if row["symbol"] == symbol}
        for symbol in ("A/RES/68/262", "A/RES/ES-11/4")
    )
    came = {state for state in after if after[state] == "yes" != before[state]}
    text = (HTML / "chapters" / "votes.html").read_text(encoding="utf-8")
    title = re.search(r'id="fig-moves-map".*?chart-title">(.*?)<', text, re.S)[1]
    assert re.findall(r"\d+", title) == [
        str(number)
        for number in (
            sum(vote != "yes" for vote in before.values()),
            2014,
            len(came),
            2022,
            sum(before[state] == "yes" != after[state] for state in after),
        )
    ]
    assert ("none of" in title) == (not came & {"CHN", "KGZ", "RUS", "TKM", "UZB"})


def test_where_the_pipelines_end_is_counted_again():
    tables = {}
    for name in ("places", "routes"):
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8") as file:
            tables[name] = list(csv.DictReader(file))
    country = {row["place"]: row["country"] for row in tables["places"]}
    pipes = {}
    for row in tables["routes"]:
        if row["kind"] == "oil":
            pipes.setdefault(row["route"], []).append((int(row["step"]), country[row["place"]]))
    ways = [[state for _, state in sorted(steps)] for steps in pipes.values()]
    out = [way[-1] for way in ways if way[0] == "KAZ"]
    text = (HTML / "chapters" / "threats-and-openings.html").read_text(encoding="utf-8")
    title = re.search(r'id="fig-country-map".*?chart-title">(.*?)<', text, re.S)[1]
    assert title.startswith(f"{out.count('RUS')} of the {len(out)} oil pipelines")


def test_each_step_of_a_route_follows_the_one_before():
    with (ROOT / "data" / "routes.csv").open(encoding="utf-8") as file:
        steps = {}
        for row in csv.DictReader(file):
            steps.setdefault(row["route"], []).append(int(row["step"]))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in steps.values())


def test_cells_read_the_same_outlets_as_the_build():
    entries = parse_file(ROOT / "references.bib").entries
    read = sources().set_index("key")
    assert {key: outlet(entry) for key, entry in entries.items()} == read["outlet"].to_dict()
    assert read["kind"].notna().all()
