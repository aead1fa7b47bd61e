"""The oldest browsers that are promised (edition/web/stylesheet.py).

Nothing asks for what they don't know.
"""

import json
import re

import lightningcss
import node
import pytest
from conftest import ROOT

from edition.charts.palette import SHEETS
from edition.web.policy import STATIC, THEME
from edition.web.stylesheet import BROWSERS, STYLES

LIVE = STATIC / "live"
EARLY = THEME / "early.js"
SCRIPTS = [*STATIC.glob("*.js"), LIVE / "cells.js", LIVE / "outputs.js", EARLY]
SHEET = LIVE / "live.css"  # which is given as it is written
HARMLESS = {
    # lines break, letters stand and colours are as they would be without it
    "text-wrap",
    "text-wrap: balance",
    "text-wrap: pretty",
    "text-wrap: wrap",
    "hyphens",
    "hanging-punctuation",
    "hanging-punctuation: first",
    "hanging-punctuation: last",
    "text-decoration: dotted",
    "size-adjust",
    "ascent-override",
    "descent-override",
    "line-gap-override",
    "orphans",
    "widows",
    "break-after: avoid",
    "@page",
    "size",
    "@media (forced-colors)",
    "forced-color-adjust",
    "forced-color-adjust: none",
    "forced-color-adjust: auto",
    "@media (scripting)",  # without scripts the type of the page is another one
    "print-color-adjust",
    "print-color-adjust: exact",  # with a prefix beside it
    "autocapitalize",  # of an on-screen keyboard
    "connection",  # asked for with `?.`
    "user-select",  # with a prefix beside it
    "overscroll-behavior",  # at the end of a note the page scrolls on
    "overscroll-behavior: contain",
    "provider",
    "draw",  # names of our own
}


def unknown(*files):
    """What the oldest browsers don't know in files, as lines `file: name is not in …`."""
    return node.run(ROOT / "tests" / "compat.cjs", json.dumps(BROWSERS), *files).splitlines()


def name(line):
    return line.split(": ", 1)[1].split(" is not in ")[0]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is unknown in the scripts and the style sheets of the edition, as a browser is given them."""
    folder = tmp_path_factory.mktemp("sheets")
    lowered = []
    for path in [*SHEETS, *STYLES, *STATIC.glob("*.css")]:  # as the build does
        text = path.read_text(encoding="utf-8")
        sheet = lightningcss.process_stylesheet(text, filename=path.name, browsers_list=BROWSERS)
        lowered.append(folder / f"{path.parent.name}-{path.name}")
        lowered[-1].write_text(sheet, encoding="utf-8")
    return unknown(*SCRIPTS, SHEET, *lowered)


def test_no_script_or_style_asks_for_what_the_oldest_browsers_do_not_know(told):
    assert [line for line in told if name(line) not in HARMLESS] == []


def test_what_is_called_harmless_is_used(told):
    assert HARMLESS - {name(line) for line in told} == set()


def test_what_is_too_new_is_told(tmp_path):
    samples = {
        "has.js": ("cell.querySelectorAll('div:has(p)')", [":has"]),
        "method.js": ("svg.checkVisibility()", ["checkVisibility"]),
        "property.js": ("tip.role = 'tooltip'", ["role"]),
        "assign.js": ("Object.assign(tip, {ariaLabel: 'x'})", ["ariaLabel"]),
        "lookbehind.js": ("text.replace(/(?<!a)b/, '')", ["(?<="]),
        "static.js": ("AbortSignal.any([])", ["AbortSignal.any"]),
        "block.js": ("class A { static { B } }", ["static {}"]),
        "has.css": ("p:has(a) { top: 0 }", [":has"]),
        "asked-first.css": ("@supports selector(:has(*)) { p:has(a) { top: 0 } }", []),
        "function.css": ("p { color: color-mix(in srgb, red, blue) }", ["color-mix()"]),
        "rule.css": ("@container (width > 1px) { p { top: 0 } }", ["@container"]),
        "nesting.css": ("p { & a { top: 0 } }", ["&"]),
        "unit.css": ("p { height: 1lh }", ["1lh"]),
        "keyword.css": ("p { text-wrap: balance }", ["text-wrap", "text-wrap: balance"]),
    }
    for file, (text, _) in samples.items():
        (tmp_path / file).write_text(text)
    told = unknown(*(tmp_path / file for file in samples))
    for file, (_, names) in samples.items():
        assert [name(line) for line in told if f"/{file}: " in line] == names, file


@pytest.fixture
def older(reader):
    """A tab of a browser for which :has() is a fault, as it is for Firefox before 121."""
    tab = reader()
    tab.add_init_script("""const {supports} = CSS;
        CSS.supports = (what) => supports(what.replace(":has(", ":unheard-of("));""")

    def without(route):
        answer = route.fetch()
        style = r"(?s)<style>.*?</style>" if ".html" in route.request.url else r"(?s).*"
        text = re.sub(style, lambda sheet: sheet[0].replace(":has(", ":unheard-of("), answer.text())
        route.fulfill(response=answer, body=text)

    tab.route(re.compile(r"\.(html|css)$"), without)
    return tab


def test_the_article_alone_is_printed_without_has(older, address):
    older.emulate_media(media="print")
    older.goto(f"{address}/chapters/war-and-two-abstentions.html")
    around = "#contents, .bar, .imprint, .ways-on"
    assert not older.locator(f":is({around}, details:not(.note-sources), figure svg.narrow):visible").count()
    assert older.locator(":is(h1, .passage, .annotation, figure svg.wide):visible").count() > 4
