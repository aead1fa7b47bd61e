"""Charts: what a cell's chart must have, and how it is drawn."""

import json
import re
import sys

import altair as alt
import pandas as pd
import pytest
from conftest import ROOT

from edition import blocks, colours, named_lines, number_tiles, on_phone, spread
from edition.charts.drawing import DrawingError, Drawings
from edition.charts.figure import as_csv, figure, missing
from edition.charts.palette import PALETTE, SHEETS
from edition.charts.places import NARROW, WIDE

DATA = pd.DataFrame(
    {"vote": ["yes", "no"], "states": [3, 4.5], "day": pd.to_datetime(["2022-10-12", "2014-03-27"])}
)


def chart(**properties):
    sound = {
        "name": "a-chart",
        "title": alt.Title("A finding", subtitle="What is shown"),
        "description": 'Two bars, "yes" and "no".',
        "width": "container",
        "height": 100,
        "usermeta": {"tables": ["votes"]},
    }
    kept = {key: value for key, value in (sound | properties).items() if value is not None}
    return (
        alt.Chart(DATA)
        .mark_bar()
        .encode(x="states:Q", y="vote:N", color=alt.Color("vote:N", scale=colours("vote")))
        .properties(**kept)
        .to_dict()
    )


def test_a_sound_chart_lacks_nothing():
    assert list(missing(chart())) == []


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ({"name": None}, "no name"),
        ({"name": "Not a name"}, "no name"),
        ({"title": None}, "no title"),
        ({"title": "A finding"}, "no title"),
        ({"title": alt.Title("A finding")}, "no subtitle"),
        ({"description": None}, "no description"),
        ({"width": 300}, "a width of its own"),
        ({"usermeta": None}, "no source"),
        ({"usermeta": {"tables": ["wishes"]}}, "names the table 'wishes'"),
        ({"usermeta": {"tables": ["votes"], "key": {"maybe": "vote-no"}}}, "the word 'maybe', which its"),
        ({"usermeta": {"tables": ["votes"], "key": {"shown": "mauve"}}}, "the colour 'mauve', which edition"),
    ],
)
def test_what_a_chart_lacks_is_told(lacking, told):
    assert any(told in fault for fault in missing(chart(**lacking)))


def over_years(mark="line", x="year:Q", **encoding):
    data = pd.DataFrame({"year": [2019, 2020], "strict": [0.6, 0.7], "part": ["before", "after"]})
    line = getattr(alt.Chart(), f"mark_{mark}")().encode(x=x, y="strict:Q", **encoding)
    return alt.layer(line, data=data).properties(usermeta={"tables": ["roll_calls"]}).to_dict()


@pytest.mark.parametrize(
    ("crosses", "lines"),
    [
        (True, [{}, {"mark": "area"}, {"x": "year:T"}, {"color": "strict:Q"}]),
        (False, [{"detail": "part"}, {"color": "part:N"}, {"mark": "point"}, {"x": "part:N"}]),
    ],
)
def test_a_line_across_a_break_of_its_table_is_told(crosses, lines):
    for line in lines:
        told = [fault for fault in missing(over_years(**line) | {"title": {}}) if "crosses a break" in fault]
        assert bool(told) == crosses, line


def test_a_line_across_a_break_is_told_in_a_facet():
    line = alt.layer(alt.Chart().mark_line().encode(x="year:Q", y="strict:Q"))
    spec = line.facet("part:N", data=pd.DataFrame({"year": [2019], "strict": [0.6], "part": ["before"]}))
    spec = spec.properties(usermeta={"tables": ["roll_calls"]}).to_dict()
    assert any("crosses a break of the table 'roll_calls'" in fault for fault in missing(spec))


def test_a_chart_without_rows_is_told():
    spec = chart()
    spec["datasets"] = {name: [] for name in spec["datasets"]}
    assert any("no rows" in fault for fault in missing(spec))


@pytest.fixture
def book_with_table(small_book, tmp_path):
    """The small book, with the table that its charts name."""
    data = tmp_path / "source" / "data"
    data.mkdir(parents=True)
    table = next(
        table
        for table in json.loads((ROOT / "data" / "datapackage.json").read_text())["resources"]
        if table["name"] == "votes"
    )
    table = {key: value for key, value in table.items() if key not in ("bytes", "hash", "rules")}
    table["schema"] = {
        "primaryKey": ["a"],
        "fields": [{"name": "a", "type": "integer", "description": "A number."}],
    }
    (data / "datapackage.json").write_text(json.dumps({"resources": [table]}))
    (data / "votes.csv").write_text("a\n1\n")
    return small_book


def test_two_charts_of_one_name_are_told(book_with_table):
    cell = (
        "import altair as alt, pandas as pd; from edition import load\n"
        "alt.Chart(pd.DataFrame({'a': [1]})).mark_bar().encode(x='a').properties(name='a-chart', "
        "description='d', width='container',\n"
        "    title=alt.Title('A', subtitle='B'), usermeta={'tables': ['votes']})"
    )
    both = f"```{{code-cell}} ipython3\n{cell}\n```\n\n" * 2
    told, _ = book_with_table("```{passage} 1\nWords.\n```\n\n" + both + "{cite:p}`a-source`", execute=True)
    assert len(told) == 1 and "figure a-chart stands already in index, line" in told[0], told


def test_a_faulty_chart_stops_the_build_with_its_line(small_book):
    cell = (
        "```{code-cell} ipython3\nimport altair as alt, pandas as pd; from edition import load\n"
        "alt.Chart(pd.DataFrame({'a': [1]})).mark_bar().encode(x='a')\n```\n"
    )
    told, _ = small_book("```{passage} 1\nWords.\n```\n\n" + cell + "{cite:p}`a-source`", execute=True)
    assert any(re.match(r"index\.md:1[2-4]: WARNING: chart: no name; add", line) for line in told), told


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    drawings = Drawings(tmp_path_factory.mktemp("drawings"))
    yield drawings
    drawings.end()


def test_a_drawing_follows_the_page(draw):
    svg = draw(chart())["wide"]
    assert 'role="img" aria-label="Two bars, &quot;yes&quot; and &quot;no&quot;."' in svg
    assert not re.findall(r"#[0-9a-f]{6}\b", svg), "every colour is one of the page's"
    assert 'fill="var(--vote-yes)"' in svg and "font-family" not in svg


@pytest.mark.parametrize(("place", "width"), [("wide", WIDE), ("narrow", NARROW)])
def test_a_drawing_is_as_wide_as_its_place(draw, place, width):
    assert f'width="{width}"' in draw(chart())[place]


def test_a_facet_fits_its_place(draw):
    facet = (
        alt.Chart(DATA)
        .mark_bar()
        .encode(x="states:Q", y="vote:N")
        .facet("vote:N", columns=2)
        .properties(
            title=alt.Title("A", subtitle="B"),
            description="C",
            name="d",
            usermeta={"tables": ["votes"], "narrow": {"columns": 1}},
        )
        .to_dict()
    )
    for place, width in [("wide", WIDE), ("narrow", NARROW)]:
        drawn = float(re.search(r'width="([\d.]+)"', draw(facet)[place])[1])
        assert 0.8 * width < drawn <= width + 2


def test_a_subtitle_can_be_the_key_in_place_of_a_legend(draw):
    answers = {
        "title": alt.Title("A finding", subtitle="States by answer: yes, no"),
        "usermeta": {"tables": ["votes"], "key": {"yes": "vote-yes", "no": "vote-no"}},
    }
    keyed = chart(**answers)
    assert list(missing(keyed)) == []
    assert "role-legend" in draw(chart())["wide"] and "role-legend" not in draw(keyed)["wide"]
    html = figure(keyed, draw(keyed), "", 1, "{}".format)
    words = re.findall(r'<b class="chart-key" style="--c: var\(--([\w-]+)\)">(\w+)</b>', html)
    assert words == [("vote-yes", "yes"), ("vote-no", "no")]


def test_a_chart_can_be_another_on_a_phone(draw):
    bars, points = (
        alt.layer(mark.encode(x="states:Q", y="vote:N"), data=DATA)
        for mark in (alt.Chart(DATA).mark_bar(), alt.Chart(DATA).mark_point())
    )
    narrow = on_phone(points.properties(height=70))
    spec = bars.properties(
        width="container", usermeta={"narrow": narrow}, description="A", name="b"
    ).to_dict()
    drawn = draw(spec)
    assert ["mark-symbol" in drawn[place] for place in ("wide", "narrow")] == [False, True]


def test_a_drawing_is_made_once_and_again_when_its_chart_changes(tmp_path, monkeypatch):
    def drawn(*charts):
        drawings = Drawings(tmp_path)
        try:
            return [drawings(spec) for spec in charts]
        finally:
            drawings.end()

    one, other = chart(), chart(description="Another.")
    made = drawn(one, other)
    monkeypatch.setattr(sys, "executable", "/nowhere")  # from here on nothing can be drawn
    assert drawn(other, one) == made[::-1]
    with pytest.raises(OSError):
        drawn(chart(height=101))


def test_what_vega_says_of_a_chart_that_it_cannot_draw_is_told(draw, book_with_table):
    with pytest.raises(DrawingError, match=r"^Vega-Lite to Vega conversion failed: [^\n]*$"):
        draw(chart() | {"mark": "nonsense"})
    assert draw(chart(name="the-next"))["wide"], "and it draws the next one"
    cell = (
        "import altair as alt, pandas as pd; from edition import load\n"
        "alt.Chart(pd.DataFrame({'a': [1]})).mark_bar().encode(x='a').properties(name='a-chart', "
        "description='d', width='container', height=100,\n"
        "    title=alt.Title('A', subtitle='B'), usermeta={'tables': ['votes'], 'narrow': {'mark': "
        "'nonsense'}})"
    )
    told, _ = book_with_table(
        "```{passage} 1\nWords.\n```\n\n```{code-cell} ipython3\n" + cell + "\n```\n\n{cite:p}`a-source`",
        execute=True,
    )
    assert len(told) == 1 and re.match(
        r"index\.md:\d+: WARNING: chart a-chart can't be drawn: .*; correct it", told[0]
    ), told


def test_a_figure_is_complete_without_a_script(draw):
    html = figure(chart(), draw(chart()), "../", 7, "chapters/data-dictionary.html#table-{}".format)
    for part in [
        "Figure 7",
        "A finding",
        "What is shown",
        'id="fig-a-chart"',
        'href="../figures/a-chart.csv"',
        "<th>states</th>",
        "<td>4.5</td>",
        "<td>2022-10-12</td>",
        "Source: United Nations Digital Library",
    ]:
        assert part in html
    assert "<script" not in html


def test_the_csv_has_the_rows_of_the_chart():
    assert as_csv(chart()) == "vote,states,day\nyes,3.0,2022-10-12\nno,4.5,2014-03-27\n"


def test_labels_are_spread_apart_in_their_order():
    values = pd.Series([1.0, 0.0, 0.05, 0.1], index=["d", "a", "b", "c"])
    placed = spread(values, 0.2)
    assert list(placed.index) == ["d", "a", "b", "c"] and placed["d"] == 1.0
    assert placed["b"] - placed["a"] > 0.19 and placed["c"] - placed["b"] > 0.19


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_and_marks_stand_out(scheme):
    found = re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)",
        "".join(path.read_text() for path in SHEETS),
    )
    palette = {name: values[scheme] for name, *values in found}
    assert set(palette) == set(PALETTE), "both schemes have the same colours"
    for ground in ("paper", "wash"):
        for name in (
            "ink",
            "quiet",
            "link",
            "era-nuclear",
            "era-golden",
            "era-consolidation",
            "era-home",
            "vote-no",
        ):
            assert contrast(palette[name], palette[ground]) >= 4.5, (name, ground)
        for name in (
            name for name in palette if name.startswith(("state-", "category-")) and name != "state-other"
        ):
            assert contrast(palette[name], palette[ground]) >= 3, (name, ground)
    for vote in ("yes", "abstain", "no", "none"):
        assert contrast(palette[f"vote-{vote}"], palette["paper"]) >= 3, vote
        assert contrast(palette[f"on-{vote}"], palette[f"vote-{vote}"]) >= 4.5, vote


def test_no_two_colours_are_the_same():
    assert len(set(PALETTE.values())) == len(PALETTE), "a drawing tells its colours apart by their value"


def rows_of(spec, column):
    """The rows of the data sets of a chart that have a column."""
    return [row for rows in spec["datasets"].values() for row in rows if column in row]


def test_a_bar_in_blocks_is_as_long_as_its_rows():
    table = pd.DataFrame({"who": ["a", "a", "b"], "number": [1, 2, 4], "_inside": "", "_above": "head"})
    spec = blocks(table, "who", "number", alt.Color("who:N"), ["a", "b"]).to_dict()
    assert [(row["_start"], row["_end"]) for row in rows_of(spec, "_end")] == [(0, 1), (1, 3), (0, 4)]


def test_the_names_at_the_ends_of_lines_stand_apart():
    table = pd.DataFrame({"year": [2000, 2001] * 2, "state": list("aabb"), "share": [0.1, 0.5, 0.2, 0.51]})
    lines = named_lines(table, alt.Y("share:Q"), {"a": "ink"}, [2000], 0.2).to_dict()
    places = [row["_place"] for row in rows_of(lines, "_place")]
    assert len(places) == 2 and places[1] - places[0] == pytest.approx(0.2)


def test_tiles_have_a_frame_where_they_are_to_have_one():
    table = pd.DataFrame({"x": ["a", "b"], "y": "c", "number": [1, 2]})
    plain, framed = (
        number_tiles(table, "number", "quiet", alt.X("x:N"), alt.Y("y:N"), framed=test).to_dict()
        for test in ("", "datum.x === 'a'")
    )
    assert [len(spec["layer"]) for spec in (plain, framed)] == [2, 3]


def test_a_tile_of_nought_can_be_without_a_figure():
    table = pd.DataFrame({"x": ["a", "b"], "y": "c", "number": [0, 2]})
    axes = alt.X("x:N"), alt.Y("y:N")
    all_of_them, some = (
        number_tiles(table, "number", "quiet", *axes, zeros=zeros).to_dict()["layer"][-1]
        for zeros in (True, False)
    )
    assert "transform" not in all_of_them and some["transform"] == [{"filter": "datum.number !== 0"}]
