"""The drawings of the charts.

They are made beside the reading and writing of the pages, and kept while the chart stays the same.
"""

import html
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from edition.cache import Cache, key
from edition.charts import palette, places
from edition.charts.palette import coloured
from edition.charts.places import NARROW, WIDE, placed

VEGA = Path(__file__).with_name("vega_process.py")
PLACES = {"wide": WIDE, "narrow": NARROW}


class DrawingError(Exception):
    """What Vega says of a chart that it can't draw."""


class Drawings:
    """Draws charts, one after another, and keeps the drawings in `folder`."""

    def __init__(self, folder):
        self.cache = Cache(folder)
        # all but the chart that a drawing depends on
        files = (__file__, VEGA, palette.__file__, *palette.SHEETS, places.__file__)
        self.tools = [*(Path(file).read_bytes() for file in files), version("vl-convert-python")]
        self.process = None
        self.jobs = {}  # key: its Future
        self.queue = ThreadPoolExecutor(1)

    def begin(self, spec):
        """Have a chart drawn, if it is not drawn yet."""
        name = key(spec, *self.tools)
        if name not in self.jobs:
            self.jobs[name] = self.queue.submit(self._draw, spec, name)
        return self.jobs[name]

    def __call__(self, spec):
        """Return a chart's drawing for both places, and its script for `static/explore.js`.

        {"wide": SVG, "narrow": SVG, "script": text}; raises DrawingError.
        """
        return self.begin(spec).result()

    def _draw(self, spec, name):
        if drawing := self.cache.get(name):
            return drawing
        answer = self._ask({place: placed(spec, width) for place, width in PLACES.items()})
        if "error" in answer:
            raise DrawingError(answer["error"])
        drawing = {place: as_svg(svg, spec, place) for place, svg in answer["svg"].items()}
        drawing["script"] = as_script(answer["vega"], spec)
        self.cache.put(name, drawing)
        return drawing

    def _ask(self, places):
        if not self.process:
            self.process = subprocess.Popen(
                [sys.executable, VEGA], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        try:
            self.process.stdin.write(json.dumps(places) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, ValueError):
            raise DrawingError("the process that draws has ended") from None

    def end(self):
        """End the process that draws."""
        self.queue.shutdown(cancel_futures=True)
        if self.process:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.wait()
        self.cache.prune()


def as_svg(svg, spec, place):
    """Return a drawing that takes its colours and its type from the page."""
    svg = re.sub(r' font-family="[^"]*"', "", coloured(svg))
    svg = re.sub(r'<path [^>]* opacity="0"[^>]*/>', "", svg)  # what only a pointer finds
    # Vega labels each mark for screen readers; the description and the table do that better
    svg = re.sub(r' (?:aria-\w+|role|tabindex)="[^"]*"', "", svg)
    svg = re.sub(r'(class="mark-\w+ role-mark) [^"]+"', r'\1"', svg)  # Vega's own names of layers
    svg = re.sub(r'<path class="(?:back|fore)ground" d="[^"]*"(?: display="none")?/>', "", svg)  # unseen
    svg = re.sub(r' d="([MLZ][MLZ\d.,-]*)"', lambda path: f' d="{shorter(path[1])}"', svg)
    svg = re.sub(r' d="M[^"A-Z]*h[^"]*"', lambda tile: hundredths(tile[0]), svg)
    svg = svg.replace('<path transform="translate(0,0)" ', "<path ")
    svg = re.sub(r"translate\(([^)]+)\)", lambda at: f"translate({tenths(at[1])})", svg)
    svg = re.sub(ALIKE, lambda paths: united(paths[0], paths[1]), svg)
    label = html.escape(spec["description"], quote=True)
    begins = f'<svg class="{place}" role="img" aria-label="{label}" '
    return svg.replace(' class="marks"', "", 1).replace("<svg ", begins, 1)


# areas that follow one another and look alike: a map has many, and a table of tiles
AREA = r'<path d="[MLZlzhv\d., -]*Z"'
EDGE = r'(?: stroke="[^"]*" stroke-width="[^"]*")?'
ALIKE = rf'{AREA}( fill="[^"]*"(?: fill-opacity="[^"]*")?{EDGE})/>(?:{AREA}\1/>)+'


def united(paths, look):
    """Return one path for several that look alike."""
    drawn = "".join(re.findall(r' d="([^"]*)"', paths))
    return f'<path d="{drawn}"{look}/>'


def tenths(numbers):
    return ",".join(f"{round(float(number), 1):g}" for number in numbers.split(","))


def hundredths(tile):
    """Return a rectangle whose sides have no more digits than can be seen: a table of votes has many."""
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), tile)


def shorter(path):
    """Return a path of straight lines with each point told from the last, in tenths of a pixel.

    A map has thousands of them: so it is half as long.
    """
    parts, last, at = [], "", (0.0, 0.0)
    for command, place in re.findall(r"([MLZ])([^MLZ]*)", path):
        if command == "Z":
            parts.append("Z")
        else:
            point = tuple(round(float(number), 1) for number in place.split(","))
            step = [round(to - was, 1) for to, was in zip(point, at, strict=True)]
            if command == "M":
                parts.append(f"M{point[0]:g},{point[1]:g}")
            elif any(step) or last == "M":
                parts.append(("" if last == "L" else "l") + f"{step[0]:g},{step[1]:g}")
            else:
                continue  # too near to the last point to be seen
            at = point
            parts[-1] += " "
        last = command
    text = re.sub(r"(?<!\d)0\.", ".", "".join(parts))
    return re.sub(
        r" (?=[MlZ]|$)|[ ,](?=-)|(?<=\.\d)[ ,](?=\.)", "", text
    )  # a sign or a point begins a number


def as_script(vega, spec):
    body = coloured(json.dumps(vega, separators=(",", ":"), ensure_ascii=False))
    return f"(window.editionCharts ??= {{}})[{json.dumps(spec['name'])}] = {body};\n"
