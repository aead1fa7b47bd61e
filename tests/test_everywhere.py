"""A page reads well everywhere.

At any width, with large text, without scripts, by keyboard alone, in forced colours, with reduced motion.
"""

import re

import pytest
from conftest import HTML, by_kind, faulty

LOOKS = [
    (320, 16),
    (390, 16),
    (768, 16),
    (1280, 16),
    (1920, 16),
    (1280, 32),
]  # width and size of text: 16 is the browser's own, 32 a reader's 200 %
CHAPTER = "chapters/2000s-oil-pays-for-a-place.html"
# of passages, notes and drawings: what is missing, cut off or lies on another
FAULTS = """() => {
  for (const move of document.getAnimations()) move.cancel(); // a change of width is over at once
  const faults = [], tell = (part, what) => faults.push(`${part.closest("[id]").id}: ${what}`);
  if (document.documentElement.scrollWidth > innerWidth)
    faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const figure of document.querySelectorAll("figure.chart")) {
    const shown = [...figure.querySelectorAll("svg.wide, svg.narrow")]
      .filter(svg => svg.checkVisibility()).length;
    if (shown !== 1) tell(figure, `shows ${shown} drawings`);
  }
  const parts = [...document.querySelectorAll(".passage, .annotation, figure.chart svg")]
    .filter(part => part.localName !== "svg" || part.checkVisibility());
  const boxes = parts.map(part => {
    const box = part.getBoundingClientRect();
    if (!part.checkVisibility({opacityProperty: true, visibilityProperty: true}) || !box.width || !box.height)
      tell(part, "is not visible");
    const edges = [{left: 0, right: innerWidth, top: -Infinity, bottom: Infinity}];
    for (let around = part; around !== document.body; around = around.parentElement)
      if (getComputedStyle(around).overflow !== "visible") edges.push(around.getBoundingClientRect());
    const words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), range = document.createRange();
    const cut = ({left, right, top, bottom}) =>
      edges.some(edge => left < edge.left - 3 || right > edge.right + 3
        || top < edge.top - 3 || bottom > edge.bottom + 3);
    if (cut(box)) tell(part, "is cut off");
    while (words.nextNode()) {
      range.selectNodeContents(words.currentNode);
      if ([...range.getClientRects()].some(cut)) tell(part, `is cut off: ${words.currentNode.data.trim()}`);
    }
    for (const label of part.querySelectorAll("text")) {
      const height = label.getBoundingClientRect().height;
      if (height && height < 8) tell(part, `is too small: ${label.textContent}`);
    }
    return box;
  });
  const overlap = (one, two) =>
    Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1
    && Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 1;
  for (const [number, one] of boxes.entries())
    for (const [other, two] of boxes.entries())
      if (other > number && overlap(one, two))
        tell(parts[other], `lies on ${parts[number].closest("[id]").id}`);
  const folds = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folds) fold.open = true;
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth && !faults.length) faults.push(`with its folds open the page is ${wide} px wide`);
  for (const fold of folds) fold.open = false;
  return faults;
}"""


@pytest.fixture(scope="module")
def tab(browser):
    """A tab in which no script of a page runs; what a test evaluates does."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def faults(tab, address, looks):
    """What is wrong at each look, without scripts."""
    told = {}
    tab.goto(address)
    protocol = tab.context.new_cdp_session(tab)
    for width, size in looks:
        tab.set_viewport_size({"width": width, "height": 900})
        protocol.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}})
        if wrong := tab.evaluate(FAULTS):
            told[width, size] = wrong
    protocol.detach()
    return told


@by_kind
def test_all_of_a_page_is_visible_and_nothing_is_cut_off(tab, chosen):
    assert faulty(lambda page: faults(tab, (HTML / page).as_uri(), LOOKS), chosen()) == {}


PART = (
    '<section class="passage" id="p1">Words</section><div {}><div class="annotation" id="note-a" '
    "{}>Note</div></div>"
)
CHART = (
    '<figure class="chart" id="fig-a" style="margin: 0"><svg class="wide" width="{}"><text '
    'y="60">Label</text></svg><svg class="narrow" display="{}"></svg></figure>'
)


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        (PART.format("", "") + CHART.format(200, "none"), None),
        (PART.format("", 'style="width: 2000px"'), "the page is 2008 px wide"),
        (
            PART.format("", "") + '<details><p style="width: 2000px">Table</p></details>',
            "with its folds open the page is 2008 px wide",
        ),
        (PART.format("", "hidden"), "note-a: is not visible"),
        (PART.format('style="overflow: hidden; height: 9px"', ""), "note-a: is cut off"),
        (PART.format("", 'style="position: relative; left: -20px"'), "note-a: is cut off"),
        (PART.format("", 'style="width: 1rem; overflow: hidden"'), "note-a: is cut off: Note"),
        (PART.format("", 'style="margin-top: -9px"'), "note-a: lies on p1"),
        (CHART.format(200, "inline"), "fig-a: shows 2 drawings"),
        (CHART.format(20, "none"), "fig-a: is cut off: Label"),
        (CHART.format(200, "none").replace("<text", '<text font-size="5"'), "fig-a: is too small: Label"),
    ],
)
def test_each_fault_is_found(tab, tmp_path, markup, told):
    (tmp_path / "faulty.html").write_text(
        f'<!doctype html><meta name="viewport" content="width=device-width">{markup}'
    )
    found = faults(tab, (tmp_path / "faulty.html").as_uri(), LOOKS)
    assert found == {} if told is None else all(told in found.get(look, []) for look in LOOKS), found


REST = (
    "() => window.shadows = new Map([...document.querySelectorAll('*')].map(one => [one, "
    "getComputedStyle(one).boxShadow]))"
)
# what has the focus: what it is called, whether that is seen,
# and whether it comes after what had the focus before
FOCUS = r"""() => {
  for (const move of document.getAnimations()) move.cancel();
  const now = document.activeElement, before = window.focused;
  window.focused = now;
  if (now === document.body) return null;
  const {outlineStyle, outlineWidth, outlineColor, boxShadow} = getComputedStyle(now);
  const box = now.getBoundingClientRect();
  return {
    tag: now.localName, class: now.className, href: now.getAttribute("href") ?? "",
    name: now.getAttribute("aria-label") ?? (now.textContent.trim() || now.title || now.placeholder),
    marked: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && !/, 0\)$/.test(outlineColor)
      || boxShadow !== window.shadows.get(now),
    shown: now.checkVisibility({opacityProperty: true, visibilityProperty: true})
      && box.width > 1 && box.height > 1
      && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    next: !before?.isConnected || before === document.body
      || !!(before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


def walk(tab, stop=lambda focus: False):
    """Press Tab until the end of the page, or a stop: what had the focus, in turn."""
    tab.evaluate(REST)
    stops = []
    while len(stops) < 2000:
        tab.keyboard.press("Tab")
        focus = tab.evaluate(FOCUS)
        if focus is None or stop(focus):
            return stops + [focus] * (focus is not None)
        stops.append(focus)
    raise AssertionError(f"Tab never leaves: {stops[-3:]}")


def called(pattern):
    return lambda focus: re.search(pattern, focus["name"], re.I)


SEARCH, SCHEME = called("search"), called("colou?r|theme|scheme|dark")


@pytest.mark.parametrize(
    "page",
    [
        "index.html",
        "chapters/a-necessity.html",
        "search.html?q=tenge",
        *(
            pytest.param(page, marks=pytest.mark.whole) for page in (CHAPTER, "chapters/votes.html")
        ),  # hundreds of stops
    ],
)
def test_tab_reaches_everything_in_order_and_it_is_seen_where(reader, address, page):
    tab = reader(reduced_motion="reduce")
    tab.goto(f"{address}/{page}")
    stops = walk(tab)
    assert stops[0]["href"].startswith("#"), "the first stop skips to the text"
    assert [stop for stop in stops if not stop["next"]] == [], "in the order of the page"
    assert [stop for stop in stops if not (stop["marked"] and stop["shown"])] == []
    counts = {selector: tab.locator(selector).count() for selector in (".marker", ".chart-explore")}
    assert {
        selector: sum(selector[1:] in stop["class"].split() for stop in stops) for selector in counts
    } == counts
    assert sum(stop["href"].startswith("#marker-") for stop in stops) == counts[".marker"], (
        "and each way back"
    )
    assert any("contents-button" in stop["class"] for stop in stops)
    assert any(SEARCH(stop) for stop in stops) and any(SCHEME(stop) for stop in stops)


@pytest.mark.parametrize(
    ("style", "told"),
    [("", None), ("#a { outline: none }", "marked"), ("#a { position: fixed; left: -99px }", "shown")],
)
def test_a_focus_that_is_not_seen_is_found(reader, tmp_path, style, told):
    (tmp_path / "faulty.html").write_text(
        f'<!doctype html><style>{style}</style><a id="a" href="#a">one</a><a href="#b">two</a>'
    )
    tab = reader()
    tab.goto((tmp_path / "faulty.html").as_uri())
    assert [name for name in ("marked", "shown", "next") if not all(stop[name] for stop in walk(tab))] == [
        told
    ] * (told is not None)


def test_an_order_other_than_that_of_the_page_is_found(reader, tmp_path):
    (tmp_path / "faulty.html").write_text(
        '<!doctype html><a href="#a">one</a><a href="#b" tabindex="1">two</a>'
    )
    tab = reader()
    tab.goto((tmp_path / "faulty.html").as_uri())
    assert [(stop["name"], stop["next"]) for stop in walk(tab)] == [("two", True), ("one", False)]


def test_the_first_stop_skips_to_the_text(reader, address):
    tab = reader()
    tab.goto(f"{address}/{CHAPTER}")
    first = walk(tab, lambda focus: True)
    tab.keyboard.press("Enter")
    second = walk(tab, lambda focus: True)
    assert tab.locator(first[0]["href"]).count() == 1 and tab.evaluate(
        "!!document.activeElement.closest('main') && !document.activeElement.closest('nav')"
    ), second


def test_a_chart_is_explored_and_left(reader, address):
    tab = reader()
    tab.goto(f"{address}/chapters/eras.html")
    walk(tab, lambda focus: focus["class"] == "chart-explore")
    tab.keyboard.press("Enter")
    tab.locator("figure.chart[data-awake=yes]").wait_for()
    assert tab.evaluate(
        "document.activeElement.closest('figure.chart') === document.querySelector('figure.chart')"
    ), "the focus is not lost"
    left = walk(
        tab,
        lambda focus: tab.evaluate(
            "document.activeElement.closest('figure.chart') !== document.querySelector('figure.chart')"
        ),
    )
    assert left[-1]["next"] and tab.evaluate("document.activeElement.closest('main') !== null")


def test_the_search_is_opened_and_takes_words(reader, address):
    tab = reader()
    tab.goto(f"{address}/{CHAPTER}")
    *_, control = walk(tab, SEARCH)
    if control["tag"] != "input":
        tab.keyboard.press("Enter")
    tab.locator("input:focus").wait_for()
    tab.keyboard.type("Astana")
    assert tab.locator("input:focus").input_value() == "Astana"


PAPER = "getComputedStyle(document.body).backgroundColor"


def test_the_chosen_scheme_survives_a_reload_and_holds_on_the_next_page(reader, address):
    tab = reader(color_scheme="light")
    tab.goto(f"{address}/{CHAPTER}")
    light = tab.evaluate(PAPER)
    walk(tab, SCHEME)
    for _ in range(3):  # as many as there are: light, dark, as the system has it
        if tab.evaluate("document.documentElement.dataset.theme") != "dark":
            tab.keyboard.press("Enter")
    dark = tab.evaluate(PAPER)
    assert dark != light
    for go in (tab.reload, lambda: tab.goto(f"{address}/index.html")):
        go()
        assert (
            tab.evaluate("document.documentElement.dataset.theme") == "dark" and tab.evaluate(PAPER) == dark
        )


@pytest.mark.parametrize("width", [390, 1280])
def test_the_reading_position_survives_a_reload(reader, address, width):
    tab = reader(width)
    tab.route("**/*.woff2", lambda route: route.abort())  # else the type may be there at one time only
    tab.goto(f"{address}/{CHAPTER}")
    tab.mouse.move(width / 2, 450)
    tab.mouse.wheel(0, 1500)
    tab.wait_for_function("scrollY > 1400")
    top = tab.locator("#note-first-to-chair").bounding_box()["y"]
    tab.reload()
    tab.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert abs(tab.locator("#note-first-to-chair").bounding_box()["y"] - top) < 5


# of passages and notes: those whose text has the colour of what it stands on
COLOURS = """() => [...document.querySelectorAll(".passage > p, .annotation, .annotation *")].filter(part => {
  let ground = part;
  while (ground && /, 0\\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  return ground && getComputedStyle(part).color === getComputedStyle(ground).backgroundColor;
}).map(part => part.outerHTML)"""


@by_kind
def test_forced_colours_leave_everything_visible(reader, chosen):
    tab = reader(forced_colors="active")

    def look(page):
        tab.goto((HTML / page).as_uri())
        return tab.evaluate(FAULTS) + tab.evaluate(COLOURS)

    assert faulty(look, chosen()) == {} and tab.evaluate("matchMedia('(forced-colors: active)').matches")


# what would move, and whatever moves already
MOTION = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const long = times => times.split(", ").some(time => parseFloat(time) > 0.001);
  return [...document.querySelectorAll("*")]
    .flatMap(part => ["", "::before", "::after"]
      .map(pseudo => [part, pseudo, getComputedStyle(part, pseudo)]))
    .filter(([, , style]) => style.scrollBehavior === "smooth" || long(style.transitionDuration)
      || style.animationName !== "none" && long(style.animationDuration))
    .map(([part, pseudo]) => `${part.localName}.${part.className}${pseudo}`);
}"""


@by_kind
def test_nothing_moves_for_a_reader_who_wants_less_motion(reader, chosen):
    tab = reader(reduced_motion="reduce")

    def look(page):
        tab.goto((HTML / page).as_uri())
        return tab.evaluate(MOTION)

    assert faulty(look, chosen()) == {}


@pytest.mark.parametrize(
    ("style", "look", "told"),
    [
        ("", COLOURS, 0),
        (".annotation { color: #abc; background: #abc; forced-color-adjust: none }", COLOURS, 1),
        ("", MOTION, 0),
        (".annotation { transition: color 1s }", MOTION, 1),
        (".annotation::before { animation: move 1s }", MOTION, 1),
        ("html { scroll-behavior: smooth }", MOTION, 1),
    ],
)
def test_what_is_not_visible_or_moves_is_found(reader, tmp_path, style, look, told):
    (tmp_path / "faulty.html").write_text(f"<!doctype html><style>{style}</style>{PART.format('', '')}")
    tab = reader(forced_colors="active", reduced_motion="reduce")
    tab.goto((tmp_path / "faulty.html").as_uri())
    assert len(tab.evaluate(look)) == told
