"""Maps: the shapes that `make vendor` made for a book (`data/shapes-NAME.json`), as layers of a chart.

They are in degrees; the chart that a cell makes of them gives the projection. With `precision=0` its lines
are straight between their points: at the size of a page nobody sees more.
"""

import json
from functools import cache

import altair as alt

from edition.charts.palette import PALETTE
from edition.tables import home


def shapes(name: str, kind: str) -> alt.Chart:
    """Return the shapes of a map that are of one kind, to be marked and encoded by the cell.

    Kinds: "state" and "point" (a state too small to be drawn; with columns `longitude` and `latitude`), by
    their ISO code in `id`; "border"; "undetermined" (a border that is to be drawn as such).
    """
    values = {part: value for part, value in _topology(name).items() if part != "source"}
    data = alt.InlineData(values=values, format=alt.TopoDataFormat(feature="shapes", type="topojson"))
    chart = alt.Chart(data).transform_filter(f"datum.properties.kind === '{kind}'")
    if kind == "point":
        place = "datum.geometry.coordinates"
        chart = chart.transform_calculate(longitude=f"{place}[0]", latitude=f"{place}[1]")
    return chart


def borders(name: str) -> alt.LayerChart:
    """Return the borders of a map: lines of the colour of the paper, those that are undetermined dotted."""
    solid = shapes(name, "border").mark_geoshape(filled=False, stroke=PALETTE["paper"], strokeWidth=0.8)
    dots = {"stroke": PALETTE["ink"], "strokeWidth": 1.2, "strokeDash": [1.2, 2]}
    return alt.layer(solid, shapes(name, "undetermined").mark_geoshape(filled=False, **dots))


def hatching(name: str, ids: list[str], step: float) -> alt.Chart:
    """Return lines of latitude across the states `ids`, `step` degrees apart, to be marked by the cell.

    They tell these states from others without a colour, in whatever program draws them.
    """
    lines = []
    for rings in _polygons(name, set(ids)):
        latitudes = [latitude for ring in rings for _, latitude in ring]
        for number in range(round(min(latitudes) // step) + 1, round(max(latitudes) // step) + 1):
            level = (number + 0.01) * step  # not on a point
            cuts = sorted(cut for ring in rings for cut in _cuts(ring, level))
            ends = zip(cuts[::2], cuts[1::2], strict=True)
            lines += [[[round(x, 1), round(level, 2)] for x in end] for end in ends]
    return alt.Chart(alt.InlineData(values={"type": "MultiLineString", "coordinates": lines}))


def _cuts(ring, level):
    """Yield the longitudes at which a ring crosses a line of latitude."""
    for (x, y), (x_next, y_next) in zip(ring, ring[1:], strict=False):
        if (y > level) != (y_next > level):
            yield x + (level - y) / (y_next - y) * (x_next - x)


@cache
def _topology(name):
    return json.loads((home() / f"shapes-{name}.json").read_text(encoding="utf-8"))


def _polygons(name, ids):
    """Yield the polygons of the states `ids`, each a list of rings of points in degrees."""
    topology = _topology(name)
    arcs = [_degrees(arc, **topology["transform"]) for arc in topology["arcs"]]
    for shape in topology["objects"]["shapes"]["geometries"]:
        if shape.get("id") in ids and shape["properties"]["kind"] == "state":
            polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            for polygon in polygons:
                yield [_ring([arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]) for ring in polygon]


def _ring(runs):
    """Return the points of a ring; across the edge of the world its longitudes go on beyond 180."""
    points, turns = [], 0
    for x, y in (point for run in runs for point in run):
        if points:
            turns -= round((x + 360 * turns - points[-1][0]) / 360)
        points.append((x + 360 * turns, y))
    return points


def _degrees(arc, scale, translate):
    """Return the points of an arc of TopoJSON, in which each is told by its distance from the last."""
    points, x, y = [], 0, 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
    return points
