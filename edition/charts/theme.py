"""The look of every chart: the Altair theme, parts that charts share, and how a chart leaves a cell."""

import json
import os
from textwrap import wrap

import altair as alt
import pandas as pd

from edition.charts.palette import PALETTE, coloured
from edition.charts.places import MIME, NARROW, WIDE, placed
from edition.tables import load
from edition.tables.votes import breaks_of

# vote -> its name in the palette
VOTES = {"yes": "yes", "abstain": "abstain", "no": "no", "not_voting": "none"}
# for labelExpr of an axis or a legend
VOTE_WORDS = "{yes: 'yes', abstain: 'abstention', no: 'no', not_voting: 'not voting'}[datum.label]"
VOTE_LETTER = "{yes: 'Y', abstain: 'A', no: 'N', not_voting: '·'}[datum.vote]"


def colours(kind: str | list[str]) -> alt.Scale:
    """Return an Altair scale.

    Of the votes ("vote"), of letters on them ("on"), the eras ("era"), the states ("state", by ISO code), or
    a list of categories.
    """
    if isinstance(kind, list):
        names = [f"category-{number}" for number, _ in enumerate(kind, 1)]
        return alt.Scale(domain=kind, range=[PALETTE[name] for name in names])
    if kind in ("vote", "on"):
        return alt.Scale(domain=list(VOTES), range=[PALETTE[f"{kind}-{name}"] for name in VOTES.values()])
    names = [name.removeprefix(f"{kind}-") for name in PALETTE if name.startswith(f"{kind}-")]
    domain = [name.upper() if kind == "state" else name for name in names]
    return alt.Scale(domain=domain, range=[PALETTE[f"{kind}-{name}"] for name in names])


def key(kind: str | list[str]) -> dict[str, str]:
    """Return {word: name of its colour} for "key" in a chart's `usermeta`.

    These words of its subtitle have their colours, in place of a legend. `kind` is "vote", "letter" (of the
    votes, see `vote_tiles`), "era" or a list of categories.
    """
    if isinstance(kind, list):
        return {word: f"category-{number}" for number, word in enumerate(kind, 1)}
    if kind in ("vote", "letter"):
        words = {"Y yes": "yes", "A abstention": "abstain", "N no": "no", "· not voting": "none"}
        start = 0 if kind == "letter" else 2
        return {word[start:]: f"vote-{name}" for word, name in words.items()}
    return {row.name: f"era-{row.era}" for row in load("eras").itertuples(index=False)}


@alt.theme.register("edition", enable=True)
def theme() -> alt.theme.ThemeConfig:
    quiet, rule = PALETTE["quiet"], PALETTE["rule"]
    return alt.theme.ThemeConfig(
        config={
            "background": None,
            "font": "sans-serif",
            "view": {"stroke": None},
            "title": {
                "anchor": "start",
                "fontSize": 15,
                "subtitleFontSize": 13,
                "color": PALETTE["ink"],
                "subtitleColor": quiet,
            },
            "axis": {
                "labelColor": quiet,
                "titleColor": quiet,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "gridColor": rule,
                "domainColor": rule,
                "tickColor": rule,
                "labelLimit": 220,
            },
            "axisX": {"grid": False},
            "legend": {
                "orient": "top",
                "title": None,
                "labelColor": quiet,
                "labelFontSize": 12,
                "symbolType": "square",
                "offset": 6,
            },
            "header": {"labelColor": quiet, "labelFontSize": 12, "title": None},
            # what the pointer finds on a line: the line itself has a row for each of its points
            "line": {"strokeWidth": 2.25, "tooltip": None, "point": {"opacity": 0, "size": 100}},
            "text": {"fontSize": 12, "color": quiet, "tooltip": None},
            "mark": {"color": PALETTE["category-1"], "tooltip": True},
        }
    )


def bands(last: str, by: str = "date") -> alt.Chart:
    """Return the eras, the open one to `last` (an ISO date), as faint bands behind a chart.

    Its x axis is in dates (`by="date"`) or in years (`by="year"`).
    """
    eras = load("eras").assign(end=lambda table: table["end"].fillna(pd.Timestamp(last)))
    eras = eras.assign(era=eras["era"].astype(str))[["era", "start", "end"]]
    kind = "T"
    if by == "year":
        eras["end"] = eras["start"].shift(-1).fillna(pd.Timestamp(last)).dt.year
        eras["start"] = eras["start"].dt.year
        kind = "Q"
    shade = alt.Color("era:N", scale=colours("era"), legend=None)
    x = alt.X(f"start:{kind}", scale=alt.Scale(zero=False, nice=False) if by == "year" else alt.Undefined)
    return alt.Chart(eras).mark_rect(opacity=0.11).encode(x=x, x2="end", color=shade)


def breaks(table: str) -> alt.Chart:
    """Return dashed rules where the series of `table` breaks, for a chart whose x axis is in years.

    They stand between the years; the lines on both sides are drawn apart by `detail="part"`.
    """
    days = pd.DataFrame({"year": [day.year - 0.5 for day in breaks_of(table)]})
    rule = alt.Chart(days).mark_rule(strokeDash=[2, 3], strokeWidth=1, color=PALETTE["quiet"])
    return rule.encode(x="year:Q")


def staircase(
    table: pd.DataFrame, label: str, colour: alt.Color | dict[str, str], first: str, last: str
) -> alt.LayerChart:
    """Return dated rows as a staircase: a point a row at its `date`, the text of column `label` beside it.

    `colour` is an Altair encoding; `first` and `last` (ISO dates) are the ends of the axis.
    """
    first, last = pd.Timestamp(first), pd.Timestamp(last)
    middle = first + (last - first) / 2
    span = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in (first, last)]
    title = None
    if (last - first).days < 200:
        axis = alt.Axis(tickCount=7, format="%-d %b")
        title = " to ".join(dict.fromkeys(str(day.year) for day in (first, last)))
    else:
        step = (last.year - first.year) // 6 or 1
        axis = alt.Axis(tickCount=alt.TimeIntervalStep(interval="year", step=step), format="%Y")
    base = (
        alt.Chart(table)
        .transform_window(step="row_number()", sort=[alt.SortField("date")])
        .encode(
            x=alt.X("date:T", title=title, scale=alt.Scale(domain=span), axis=axis),
            y=alt.Y("step:O", axis=None),
        )
    )
    tooltip = ["date:T", *table.columns.drop("date")]
    layers = [base.mark_point(filled=True, size=65, opacity=1).encode(color=colour, tooltip=tooltip)]
    for late, align, offset in [(False, "left", 9), (True, "right", -9)]:
        side = f"(toDate(datum.date) > {middle.value // 10**6}) == {str(late).lower()}"
        labels = base.transform_filter(side).mark_text(align=align, dx=offset, color=PALETTE["ink"])
        layers.append(labels.encode(text=label))
    return alt.layer(*layers)


def vote_tiles(
    table: pd.DataFrame, tooltip: list[str], text: str = VOTE_LETTER, lines: int = 1, **places: alt.X | alt.Y
) -> alt.LayerChart:
    """Return votes as tiles, whose colour and letter say what the vote is.

    A row of `table` is a tile; `vote` has its vote. Where there is a column `sources`, the tiles of "one
    source" are outlines. `text`, an expression, is what stands in a tile, in so many `lines`; `places` are
    the encodings x and y.
    """
    base = alt.Chart(table).encode(**places)
    by_one = "datum.sources === 'one source'"
    tile = {"stroke": PALETTE["paper"], "strokeWidth": 1.5}
    outline = {"fillOpacity": 0.12, "strokeWidth": 1.75, "width": {"band": 0.9}, "height": {"band": 0.88}}
    fill, stroke, on = (
        channel("vote:N", scale=colours(kind), legend=None)
        for channel, kind in [(alt.Fill, "vote"), (alt.Stroke, "vote"), (alt.Color, "on")]
    )
    alike = {"fill": fill, "tooltip": tooltip, "order": "vote:N"}  # one path for those of one vote
    filled = base.transform_filter(f"!({by_one})").mark_rect(**tile).encode(**alike)
    outlined = base.transform_filter(by_one).mark_rect(**outline)
    words = base.transform_calculate(words=text).mark_text(dy=-7 * (lines - 1))
    return alt.layer(
        filled,
        outlined.encode(stroke=stroke, **alike),
        words.encode(text="words:N", color=alt.condition(by_one, alt.value(PALETTE["ink"]), on)),
        data=table,
    )


def named_lines(
    table: pd.DataFrame, y: alt.Y, told: dict[str, str], ticks: list[int], gap: float
) -> alt.LayerChart:
    """Return lines by `year`, one a `state`, each with its name at its end.

    `told` gives the lines that are coloured ({state: name of its colour}, the first one thick), `ticks` the
    years of the axis, `gap` how far apart names must stand, in units of `y`.
    """
    first, last = table["year"].min(), table["year"].max()
    wide, narrow = (last + round((last - first) * part) for part in (0.16, 0.35))  # room for the names
    room = alt.ExprRef(f"width < 400 ? {narrow} : {wide}")
    span = alt.Scale(domainMin=int(first), domainMax=room, nice=False)
    scale = alt.Scale(domain=list(told), range=[PALETTE[name] for name in told.values()])
    coloured = alt.when(alt.FieldOneOfPredicate("state", list(told)))
    colour = coloured.then(alt.Color("state:N", scale=scale, legend=None))
    colour = colour.otherwise(alt.value(PALETTE["quiet"]))
    x = alt.X("year:Q", title=None, scale=span, axis=alt.Axis(format="d", values=ticks))
    base = alt.Chart(table).encode(x=x, y=y, color=colour, detail="state")
    thick = f"datum.state === '{next(iter(told))}'"
    pale = coloured.then(alt.value(1)).otherwise(alt.value(0.7))
    lines = base.transform_filter(f"!({thick})").mark_line(strokeWidth=1.25).encode(strokeOpacity=pale)
    ends = table[table["year"] == last]
    value = y.shorthand.partition(":")[0]
    names = alt.Chart(ends.assign(_place=spread(ends[value], gap))).mark_text(align="left", dx=5)
    names = names.encode(x=x, y="_place:Q", text="state", color=colour)
    return alt.layer(lines, base.transform_filter(thick).mark_line(strokeWidth=2.5), names, data=table)


def blocks(
    table: pd.DataFrame, group: str, count: str, colour: alt.Color, order: list[str], on: dict | None = None
) -> alt.LayerChart:
    """Return bars in blocks: a bar for each `group`, as long as its rows have `count`, a block for each row.

    The column `_inside` has what stands in a block, `_above` what stands above the bar; the rows are in the
    order of the blocks. `order` is that of the bars, `on` the colour of the words in a block.
    """
    table = table.assign(_end=table.groupby(group)[count].cumsum())
    table["_start"] = table["_end"] - table[count]
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False)
    across = alt.X("_start:Q", title=None, axis=bare, scale=alt.Scale(domain=[0, int(table["_end"].max())]))
    base = alt.Chart(table).encode(y=alt.Y(f"{group}:O", title=None, sort=order, axis=None))
    shown = [column for column in table.columns if not column.startswith("_")]
    bars = base.mark_bar(stroke=PALETTE["paper"], strokeWidth=1, height=20, yOffset=8)
    bars = bars.encode(x=across, x2="_end:Q", color=colour, tooltip=shown)
    inside = base.transform_calculate(middle="(datum._start + datum._end) / 2")
    inside = inside.mark_text(yOffset=8, fontSize=alt.ExprRef("width < 400 ? 11 : 12"))
    inside = inside.encode(x="middle:Q", text="_inside", color=on or alt.value(PALETTE["on-yes"]))
    above = base.transform_filter("datum._start == 0")
    above = above.mark_text(align="left", yOffset=-11, color=PALETTE["ink"])
    return alt.layer(bars, inside, above.encode(x=alt.value(0), text="_above"), data=table)


def number_tiles(
    table: pd.DataFrame,
    number: str,
    colour: str,
    x: alt.X,
    y: alt.Y,
    per_cent: bool = False,
    framed: str = "",
    zeros: bool = True,
) -> alt.LayerChart:
    """Return a table of tiles: the figure in each, the column `number`, is told by its strength, too.

    With `per_cent` it is a share of one. `framed` is an expression: which tiles have a frame. Without `zeros`
    a tile of nought has no figure.
    """
    base = alt.Chart(table).encode(x=x, y=y)
    scale = alt.Scale(domain=[0, 1], range=[0.02, 0.42]) if per_cent else alt.Scale(range=[0.02, 0.5])
    tiles = base.mark_rect(stroke=PALETTE["paper"], strokeWidth=2, fill=PALETTE[colour]).encode(
        fillOpacity=alt.FillOpacity(f"{number}:Q", scale=scale, legend=None),
        tooltip=[column for column in table.columns if not column.startswith("_")],
    )
    text = alt.Text(f"{number}:Q", format=".0%" if per_cent else "d")
    told = base if zeros else base.transform_filter(f"datum.{number} !== 0")
    layers = [tiles, told.mark_text(color=PALETTE["ink"]).encode(text=text)]
    if framed:
        frame = {"fill": None, "stroke": PALETTE["ink"], "strokeWidth": 1.5}
        band = {"width": {"band": 0.97}, "height": {"band": 0.9}}
        layers.insert(1, base.transform_filter(framed).mark_rect(**frame, **band))
    return alt.layer(*layers, data=table)


def on_phone(chart: alt.LayerChart) -> dict:
    """Return a chart as what another chart of the same rows is on a phone, for "narrow" in its `usermeta`."""
    spec = chart.to_dict()
    return {part: spec[part] for part in ("layer", "height") if part in spec}


def spread(values: pd.Series, gap: float) -> pd.Series:
    """Return the numbers of a Series moved apart to at least `gap`, in the same order.

    They are places for labels that would overlap.
    """
    order = values.sort_values()
    moved = order.copy()
    for _ in range(len(order)):  # each round pushes every pair that is too close apart by half of what lacks
        for low, high in zip(order.index[:-1], order.index[1:], strict=True):
            lack = gap - (moved[high] - moved[low])
            if lack > 0:
                moved[low] -= lack / 2
                moved[high] += lack / 2
    return moved.reindex(values.index)


def _book(spec, **_):
    """A figure of the book, see `figure.py`."""
    if rows := spec.get("datasets", {}).get(spec.get("data", {}).get("name")):
        # a notebook that is saved sorts the names in its JSON
        spec.setdefault("usermeta", {})["columns"] = list(rows[0])
    return {MIME: spec, "text/plain": spec.get("description", "")}


def _notebook(spec, **_):
    """A chart in JupyterLab, drawn by what Lab itself brings, without a network.

    It knows Vega-Lite up to 5, in which these charts are valid, too.
    """
    spec = spec | {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white"}
    if spec.get("width") == "container":
        spec["width"] = 600  # a notebook's output has no width before it has content
    title = spec.get("title", {})
    if isinstance(title, dict):
        parts = [part for part in ("text", "subtitle") if isinstance(title.get(part), str)]
        spec["title"] = title | {part: wrap(title[part], 100) for part in parts}
    return {"application/vnd.vegalite.v5+json": spec, "text/plain": spec.get("description", "")}


def _live(spec, narrow=False, **_):
    """For cells that run in the page: `static/live/outputs.js` shows the title, and draws the rest."""
    shown = placed(spec, NARROW if narrow else WIDE) | {"title": spec.get("title")}
    return {MIME: json.loads(coloured(json.dumps(shown))), "text/plain": spec.get("description", "")}


alt.renderers.register("book", _book)
alt.renderers.register("notebook", _notebook)
alt.renderers.register("live", _live)
alt.renderers.enable("book" if os.environ.get("EDITION_BOOK") else "notebook")  # the build sets EDITION_BOOK
