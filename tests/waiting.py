"""How long a reader with a slow phone waits for a chapter.

Beside it stands a page written by hand with the same text and charts.

As a program, for `make bench`: beside that chapter of a default Jupyter Book as well, as a table in Markdown.
"""

import re
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import phone
import vl_convert
from books import build_default, default
from conftest import HTML, pages
from servers import published

from edition.charts.palette import SHEETS
from edition.paper.browser import chromium

RUNS = 7  # of each page, in turn; the median counts, so that what else the machine does is left out
WAITS = ["chart", "paint"]  # the first chart is visible; the largest part of the first screen is painted
STYLE = """
body { max-width: 40rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1.1rem/1.5 serif }
aside { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--rule); font-size: 0.9rem }
figure { margin: 2rem 0 }
figcaption span { display: block }
svg { max-width: 100%; height: auto }
table { border-collapse: collapse; font-size: 0.9rem }
td, th { padding: 0.2rem 0.5rem; border-bottom: 1px solid var(--rule); text-align: left }
pre, .chart-table { overflow: auto }
a { color: var(--link) }
"""


def chapters():
    """By weight: a chapter with a chart."""
    charts = sorted(
        (path.stat().st_size, page)
        for page in pages()
        if 'class="chart"' in (path := HTML / page).read_text(encoding="utf-8")
    )
    return {
        weight: charts[number][1]
        for weight, number in {"lightest": 0, "middle": len(charts) // 2, "heaviest": -1}.items()
    }


def write_bare(browser, page, folder):
    """Write a chapter as one would by hand.

    Its text and wide drawings, a dozen rules of style and its colours, no script and no font.
    """
    tab = browser.new_page()
    tab.goto(f"file://{HTML}/{page}")
    article = tab.evaluate("""() => {
        const article = document.querySelector("article");
        article.querySelectorAll("svg.narrow, script, style, link, button").forEach(one => one.remove());
        return article.outerHTML; }""")
    tab.close()
    colours = "".join(path.read_text(encoding="utf-8") for path in SHEETS)
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>A chapter</title><style>{colours}{STYLE}</style>'
    )
    (folder / page).parent.mkdir(parents=True, exist_ok=True)
    (folder / page).write_text(head + article, encoding="utf-8")


def build_plain(folder):
    """Build the default book, and return its pages' folder.

    What its charts load from elsewhere is put beside them: no machine of the tests reaches a CDN.
    """
    build_default(default(folder))
    html = folder / "_build" / "html"
    bundle = f"(() => {{{vl_convert.javascript_bundle()}}})()"  # all three, and its common names are its own
    for name, script in {"vega": bundle, "vega-lite": "", "vega-embed": ""}.items():
        (html / f"{name}.js").write_text(script, encoding="utf-8")
    for path in html.rglob("*.html"):
        path.write_text(
            re.sub(
                r"https://cdn\.jsdelivr\.net/npm/(vega[a-z-]*)@?[^\"]*",
                r"/\1.js",
                path.read_text(encoding="utf-8"),
            ),
            encoding="utf-8",
        )
    return html


def compare(browser, addresses):
    """Visit the addresses in turn.

    Returns for each the medians of its waits in milliseconds, and how much it asks for.
    """
    # a default book loads its charts after itself
    rounds = [
        [phone.visit(browser, address, until="networkidle") for address in addresses] for _ in range(RUNS)
    ]
    for visits in zip(*rounds, strict=True):
        requests = visits[0].requests
        yield {what: median(getattr(visit, what) for visit in visits) for what in WAITS} | {
            "requests": len(requests),
            "bytes": sum(size for *_, size in requests),
        }


def main():
    with TemporaryDirectory() as place, chromium() as browser:
        bare, plain = Path(place, "bare"), build_plain(Path(place, "default"))
        for page in chapters().values():
            write_bare(browser, page, bare)
        with published() as ours, published(bare) as by_hand, published(plain) as theirs:
            print(
                "| on a slow phone | first chart, s | largest paint, s | requests | kB |\n"
                "|---|---:|---:|---:|---:|"
            )
            for page in chapters().values():
                books = {"this edition": ours, "by hand": by_hand, "default": theirs}
                rows = compare(browser, [f"{address}/{page}" for address in books.values()])
                for name, row in zip(books, rows, strict=True):
                    print(
                        f"| {page}, {name} | {row['chart'] / 1000:.1f} | {row['paint'] / 1000:.1f} | "
                        f"{row['requests']} | {row['bytes'] / 1000:.0f} |"
                    )


if __name__ == "__main__":
    main()
