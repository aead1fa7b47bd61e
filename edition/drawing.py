"""The drawings of the charts: made beside the reading and writing of the pages, and kept while the chart stays the same."""

import hashlib
import html
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from edition.chart import NARROW, PALETTE_CSS, WIDE, coloured, placed

ROOT = Path(__file__).resolve().parent.parent
PLACES = {"wide": WIDE, "narrow": NARROW}


class DrawingError(Exception):
    """What Vega says of a chart that it can't draw."""


class Drawings:
    """Draws charts, one after another, into files in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        self.jobs = {}  # file: its Future
        self.queue = ThreadPoolExecutor(1)

    def begin(self, spec):
        """Have a chart drawn, if it is not drawn yet."""
        path = self.folder / f"{key(spec)}.json"
        if path not in self.jobs:
            self.jobs[path] = self.queue.submit(self._draw, spec, path)
        return self.jobs[path]

    def __call__(self, spec):
        """Return a chart's drawing for both places, and its script for `static/explore.js`: {"wide": SVG, "narrow": SVG, "script": text}."""
        return self.begin(spec).result()

    def _draw(self, spec, path):
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        if not self.process:
            script = Path(__file__).with_name("vega.py")
            self.process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps({place: placed(spec, width) for place, width in PLACES.items()}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise DrawingError(answer["error"])
        drawing = {place: as_svg(svg, spec, place) for place, svg in answer["svg"].items()} | {"script": as_script(answer["vega"], spec)}
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(drawing), encoding="utf-8")
        return drawing

    def end(self, keep=True):
        """End the process that draws; unless `keep`, delete what no chart asked for."""
        self.queue.shutdown()
        if self.process:
            self.process.stdin.close()
            self.process.wait()
        for path in [] if keep else set(self.folder.glob("*.json")) - set(self.jobs):
            path.unlink()


@cache
def code():
    """Return the digest of all but the chart that a drawing depends on."""
    files = [Path(__file__), Path(__file__).with_name("vega.py"), Path(__file__).with_name("chart.py"), PALETTE_CSS, ROOT / "requirements.txt"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def key(spec):
    return hashlib.sha256((code() + json.dumps(spec, sort_keys=True)).encode()).hexdigest()


def as_svg(svg, spec, place):
    """Return a drawing that takes its colours and its type from the page."""
    svg = re.sub(r' font-family="[^"]*"', "", coloured(svg))
    # Vega labels each mark for screen readers; the description and the table do that better
    svg = re.sub(r' (?:aria-\w+|role|tabindex)="[^"]*"', "", svg)
    return svg.replace(' class="marks"', "", 1).replace("<svg ", f'<svg class="{place}" role="img" aria-label="{html.escape(spec["description"], quote=True)}" ', 1)


def as_script(vega, spec):
    body = coloured(json.dumps(vega, separators=(",", ":"), ensure_ascii=False))
    return f"(window.editionCharts ??= {{}})[{json.dumps(spec['name'])}] = {body};\n"
