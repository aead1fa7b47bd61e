"""The places that a chart is drawn for: wide, as the page is, and narrow, on a phone."""

import json

# Altair's own name lacks the '+', and notebooks take only '+json' as an object
MIME = "application/vnd.vegalite.v6+json"
# pixels of the drawings; shown larger: up to 960 on a wide page, 350 on a phone of 390 (styles/charts.css)
WIDE, NARROW = 800, 318
AXIS, GUTTER = 36, 22  # pixels that the axis of a facet, and the space between its panels, take


def placed(spec, width):
    """Return a copy of a chart's specification made for a place `width` pixels wide.

    It has no title and no descriptions of marks: the page has the title, and describes the chart.
    """
    spec = json.loads(json.dumps(spec))
    spec.pop("title", None)
    config = spec.setdefault("config", {})
    config["aria"] = False  # no label for each mark: the description and the table serve better
    if width == NARROW:
        spec.update(spec.get("usermeta", {}).get("narrow", {}))
        spec["config"].setdefault("legend", {}).setdefault("columns", 2)  # four in a row would be cut off
    _fit(spec, width)
    spec["padding"] = {"left": 1, "right": 4, "top": 4, "bottom": 2}
    return spec


def _fit(spec, width):
    """Make a chart `width` pixels wide: one view whose width is `container`, or the panels of a facet."""
    if spec.get("width") == "container":
        spec["width"] = width
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    elif "spec" in spec:
        columns = spec.get("columns", 1)
        spec["spec"]["width"] = (width - AXIS) // columns - GUTTER
