"""Each chart as a package, for slides, papers and spreadsheets: pictures, data, and what they are.

One ZIP a chart, beside its CSV, to which the chart links: an SVG with title, key and source, which on the
page stand around the drawing; that picture twice as PNG; the data; a README. Made of the built pages, by
`make pdf`.
"""

import html
import re
import sys
from functools import cache
from textwrap import wrap

from bs4 import BeautifulSoup
from playwright.sync_api import Error

from edition import build
from edition.charts.palette import PALETTE, resolved
from edition.citing import cff
from edition.paper.browser import chromium
from edition.paper.zipped import archive
from edition.tables import home, package

ROOT = home().parent  # the book at hand
HTML = ROOT / "_build" / "html"
# Without it Excel takes a file that is opened by a double click to be in the machine's own encoding. Between
# values stands a comma, which all but Excel expect; Excel takes the sign that the machine's region has for
# lists: a semicolon where the comma is the decimal sign. With semicolons an English Excel would fail, and the
# other would still misread 0.5. So no sign is right everywhere, and the README says how to open it.
MARK = b"\xef\xbb\xbf"
FONTS = "'Source Sans 3', 'Source Sans Pro', Arial, sans-serif"
MARGIN, SCALE = 24, 2  # pixels of the SVG; of a PNG to one of them
# size in pixels, height of a line, letters in a line of 800 pixels, also in the wider Arial
TITLE, SUBTITLE, SOURCE = (20, 26, 72), (15, 21, 105), (12, 17, 130)
FIGURE = re.compile(r'<figure class="chart" id="fig-([\w-]+)">(.*?)</figure>', re.S)
DRAWING = re.compile(
    r'<svg class="wide" role="img" aria-label="([^"]*)"[^>]*? width="(\d+)" height="(\d+)"[^>]*>(.*?)</svg>',
    re.S,
)
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
README = """{chart.title}
{chart.subtitle}

{chart.number} of {edition}{address}

Files
  {chart.name}.svg              the chart, for any size; its type is Source Sans 3, else Arial
  {chart.name}-white.png        on white, {width} x {height} pixels
  {chart.name}-transparent.png  without a ground, for light slides
  {chart.name}.csv              what it shows

Alternative text
{chart.description}

{chart.source}

Licence
The chart and these words: {license}, {license_url}
{tables}

Cite it
{citations}

To open the CSV
It is UTF-8 with a byte order mark; commas stand between values, points before decimals. A double click opens
it in Excel where the computer's region writes 0.5. Where it writes 0,5, import it (Data, From Text/CSV), and
say that the delimiter is a comma and the decimal sign a point.
"""


class PackageError(Exception):
    """What a chart lacks, in one line."""


@cache
def read(path):
    return BeautifulSoup(path.read_text(encoding="utf-8") if path.is_file() else "", "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def places(named):
    """Return the titles of sources or licences, each with its address where it has one."""
    return "; ".join(", ".join(filter(None, (one["title"], one.get("path")))) for one in named)


class Chart:
    """A chart as a built page has it."""

    def __init__(self, folder, page, name, text):
        self.folder, self.name, self.page = folder, name, page
        drawing, figure = DRAWING.search(text), BeautifulSoup(text, "html.parser")
        if not drawing:
            raise PackageError(f"{self} has no drawing")
        description, width, height, self.drawn = drawing.groups()
        self.description, self.size = html.unescape(description), (int(width), int(height))
        head = (figure.select_one(f".chart-{part}") for part in ("number", "title", "subtitle", "source"))
        self.number, self.title, self.subtitle, self.source = map(words, head)
        self.key = {
            words(b): PALETTE[re.search(r"--([\w-]+)\)", b["style"])[1]] for b in figure.select(".chart-key")
        }
        self.tables = [link.get_text() for link in figure.select(".chart-source a")]
        self.data = self._csv()
        self.citations = self._citations(figure.select_one("a.cite")["href"])
        site = CANONICAL.search(page.read_text(encoding="utf-8"))
        self.address = f"{html.unescape(site[1])}#fig-{name}" if site else ""

    def __str__(self):
        return f"{self.page.relative_to(self.folder)}: the chart {self.name}"

    def _csv(self):
        try:
            return MARK + (self.folder / "figures" / f"{self.name}.csv").read_bytes()
        except FileNotFoundError:
            raise PackageError(f"{self} has no figures/{self.name}.csv") from None

    def _citations(self, link):
        """Return the lines that cite it, of the page to which its link *cite* leads."""
        path, _, anchor = link.partition("#")
        if not (section := read(self.page.parent / path).find(id=anchor)):
            raise PackageError(f"{self} has no citation at {link}")
        names, entries, references = (section.select(part) for part in ("dt", ".entry", ".in-text"))
        return [
            f"{words(name)}: {words(entry)} In the text: {words(reference)}"
            for name, entry, reference in zip(names, entries, references, strict=True)
        ]

    def svg(self, credit):
        """Return the chart as a picture that stands alone, in the light scheme's colours."""
        width, height = self.size
        title, below = lines(self.title, MARGIN - 8, TITLE, f'fill="{PALETTE["ink"]}" font-weight="600"')
        quiet = f'fill="{PALETTE["quiet"]}"'
        subtitle, top = lines(self.subtitle, below, SUBTITLE, quiet, self.key)
        source, foot = lines(self.source, top + 12 + height + 10, SOURCE, quiet)
        credited, end = lines(credit, foot, SOURCE, quiet)
        outer = width + 2 * MARGIN, end + MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{outer[0]}" height="{outer[1]}" viewBox="0 0 {outer[0]} {outer[1]}" role="img" '
            f'aria-label="{html.escape(self.description)}" font-family="{FONTS}">\n'
            f"<title>{html.escape(self.title)}</title>\n{title}{subtitle}"
            f'<g transform="translate({MARGIN},{top + 12})">{resolved(self.drawn)}</g>\n'
            f"{source}{credited}</svg>\n"
        )

    def readme(self, picture, cited):
        width, height = (SCALE * size for size in measures(picture))
        tables = [
            f"The table {name}: {places(table['licenses'])}; from {places(table['sources'])}"
            for name, table in ((name, package()[name]) for name in self.tables)
        ]
        return README.format(
            chart=self,
            edition=f"{cited['title']}, version {cited['version']}",
            address=f"\n{self.address}" if self.address else "",
            width=width,
            height=height,
            license=cited["license"],
            license_url=cited["license-url"],
            tables="\n".join(tables),
            citations="\n".join(self.citations),
        )


def lines(text, top, measure, look, key=()):
    """Return (lines of text below `top`, where they end); the words of a chart's key have their colours."""
    size, height, letters = measure
    if key:  # such a word is not broken, and stands between two signs that no text has
        keyed = rf"(?<!\w)({'|'.join(map(re.escape, key))})\b"
        text = re.sub(keyed, lambda word: "\2" + word[0].replace(" ", "\xa0") + "\3", text)

    def swatch(word):
        colour, lower = key[html.unescape(word[1]).replace("\xa0", " ")], size // 3
        return (
            f'<tspan fill="{colour}" font-size="{2 * size}" dy="{lower}">•</tspan>'
            f'<tspan fill="{PALETTE["ink"]}" font-weight="600" dy="-{lower}">\xa0{word[1]}</tspan>'
        )

    drawn = ""
    for line in wrap(text, letters, break_long_words=False, break_on_hyphens=False):
        top += height
        line = re.sub("\2(.*?)\3", swatch, html.escape(line, quote=False))
        drawn += f'<text x="{MARGIN}" y="{top}" font-size="{size}" {look}>{line}</text>\n'
    return drawn, top


def measures(picture):
    """Return the width and the height of an SVG."""
    return [int(size) for size in re.search(r'width="(\d+)" height="(\d+)"', picture).groups()]


def charts(folder):
    """Yield the charts of a built book; raises PackageError for one of which there are the data alone."""
    found = set()
    for page in sorted(folder.rglob("*.html")):
        for name, text in FIGURE.findall(page.read_text(encoding="utf-8")):
            found.add(name)
            yield Chart(folder, page, name, text)
    for file in sorted(folder.glob("figures/*.csv")):
        if file.stem not in found:
            raise PackageError(f"figures/{file.name}: no page has the chart {file.stem}")


def faces(folder):
    """Return the rules for the book's own type."""
    sheet = (folder / "_static" / "print.css").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"@font-face\s*{[^}]*}", sheet))


def photograph(tab, drawn, rules, picture):
    """Return two PNG of an SVG, on white and without a ground."""
    drawn.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><base href="../_static/"><style>{rules}\n'
        f"body {{ margin: 0 }} svg {{ display: block }}</style>{picture}",
        encoding="utf-8",
    )
    width, height = measures(picture)
    tab.set_viewport_size({"width": width, "height": height})
    tab.goto(drawn.as_uri())
    tab.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
    return tab.screenshot(), tab.screenshot(omit_background=True)


def write(folder, cited):
    """Write the packages of a built book; return how many. Raises PackageError and Playwright's Error."""
    for old in folder.glob("figures/*.zip"):
        old.unlink()
    if not (found := list(charts(folder))):
        return 0
    drawn, rules = folder / "figures" / "drawn.html", faces(folder)
    try:
        with chromium() as browser:
            tab = browser.new_page(device_scale_factor=SCALE, color_scheme="light")
            for chart in found:
                credit = f"{chart.number} of {cited['title']}, version {cited['version']}, {cited['license']}"
                picture = chart.svg(f"{credit}. {chart.address}" if chart.address else credit)
                files = {"README.txt": chart.readme(picture, cited).encode()}
                files |= {f"{chart.name}.csv": chart.data, f"{chart.name}.svg": picture.encode()}
                white, transparent = photograph(tab, drawn, rules, picture)
                files |= {f"{chart.name}-white.png": white, f"{chart.name}-transparent.png": transparent}
                archive(folder / "figures" / f"{chart.name}.zip", files, chart.name, cff.moment(cited))
    finally:
        drawn.unlink(missing_ok=True)
    return len(found)


def main():
    try:
        count = write(HTML, cff.read(ROOT / "CITATION.cff"))
    except PackageError as error:
        sys.exit(f"packages: {error}; run: make book")
    except cff.CitationError as error:
        sys.exit(f"packages: {error}")
    except Error as error:
        why = error.message.splitlines()[0]
        sys.exit(f"packages: the browser did not draw ({why}); run: sh tests/browser.sh")
    if count:
        print(f"Charts packed: {count}")


if __name__ == "__main__":
    with build.alone(ROOT / "_build"):  # else a build that ends meanwhile would be given the charts before
        main()
