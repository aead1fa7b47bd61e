"""The built book in a browser: how its charts wake, and that its scripts run."""

import phone
import pytest
from conftest import HEAVY, HTML, by_kind, faulty, pages

from edition import load

pytestmark = pytest.mark.usefixtures("book")
CHAPTER = "chapters/2000s-oil-pays-for-a-place.html"
CHARTS = 'class="chart"'


def having(part):
    """The pages that have a part, as it is written in their HTML."""
    return [page for page in pages() if part in (HTML / page).read_text(encoding="utf-8")]


@pytest.fixture
def visit(reader):
    def visit(page, width, **options):
        tab = reader(width, **options)
        tab.goto((HTML / page).as_uri())
        return tab

    return visit


@pytest.mark.parametrize(("width", "drawing"), [(390, "narrow"), (1280, "wide")])
def test_a_chart_has_a_drawing_for_its_place(visit, width, drawing):
    shown = visit(CHAPTER, width).locator("figure.chart svg:is(.wide, .narrow)").filter(visible=True)
    assert [svg.get_attribute("class") for svg in shown.all()] == [
        drawing
    ] * shown.count() and shown.count() == 3


FEET = """(most) => [...document.querySelectorAll(".chart-foot")].filter(foot => foot.offsetHeight > most)
    .map(foot => foot.closest("figure").id)"""


def test_on_a_phone_the_foot_of_a_chart_is_one_line(visit):
    """The script adds a button to it: a second line would move all that is below."""
    assert faulty(lambda page: visit(page, 390).evaluate(FEET, 48), having(CHARTS)) == {}


LABELS = """(least) => [...document.querySelectorAll("figure.chart svg")].flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const size = text => parseFloat(getComputedStyle(text).fontSize) * scale;
    return [...svg.querySelectorAll("text")]
        .map(text => [svg.closest("figure").id, text.textContent, size(text)])
        .filter(([, words, size]) => scale && words && size < least); })"""


@pytest.mark.parametrize(("width", "least"), [(390, 12), (1280, 14)])
def test_the_labels_of_all_charts_can_be_read(visit, width, least):
    small = faulty(lambda page: visit(page, width).evaluate(LABELS, least), having(CHARTS))
    assert small == {}


def test_a_label_that_is_too_small_is_found(visit):
    tab = visit(CHAPTER, 390)
    tab.add_style_tag(content="figure.chart .narrow { width: 200px !important }")
    assert ["fig-oil-output", "2007"] in [label[:2] for label in tab.evaluate(LABELS, 12)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_follows_the_scheme(visit, scheme):
    tab = visit(HEAVY, 1280, color_scheme=scheme)
    colour = tab.evaluate("getComputedStyle(document.querySelector('#fig-inflation svg.wide text')).fill")
    quiet = tab.evaluate("""() => {
        const text = document.body.appendChild(document.createElement("p"));
        text.style.color = "var(--quiet)";
        return getComputedStyle(text).color; }""")
    assert colour == quiet == {"light": "rgb(89, 99, 110)", "dark": "rgb(163, 173, 183)"}[scheme]


def wake(figure):
    """Reach for a chart by keyboard: the pointer would wake the next one, that comes below it."""
    figure.locator(".chart-explore").press("Enter")
    figure.locator(".chart-stage svg .mark-group").first.wait_for()


def asleep(tab):
    """Wake each chart in turn.

    Returns those that have not come alive in the place of their drawing, and whether anything has moved.
    """
    tab.evaluate(phone.MEASURE)
    tab.evaluate(phone.SETTLED)
    tab.evaluate("measured.shift = 0")
    for figure in tab.locator("figure.chart").all():
        figure.evaluate("figure => figure.scrollIntoView()")  # what is without the window may move
        before = figure.bounding_box()["height"]
        wake(figure)
        drawn = figure.locator(".chart-stage svg")
        alive = figure.get_attribute("data-awake") == "yes" and drawn.get_attribute("aria-label")
        if (
            not alive
            or drawn.locator("path").count() <= 3
            or abs(figure.bounding_box()["height"] - before) >= 1
        ):
            yield figure.get_attribute("id")
    tab.evaluate(phone.SETTLED)
    if shift := tab.evaluate("measured.shift"):
        yield f"moves by {shift}"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(lambda: [HEAVY], id="heavy"),
        pytest.param(lambda: having(CHARTS), id="all", marks=pytest.mark.whole),
    ],
)
def test_charts_wake_in_place(visit, chosen, width):
    assert faulty(lambda page: list(asleep(visit(page, width))), chosen()) == {}


def test_the_timeline_can_be_filtered_by_kind(visit):
    tab = visit("chapters/eras.html", 1280)
    figure = tab.locator("#fig-timeline")
    wake(figure)
    bright = """() => [...document.querySelectorAll("#fig-timeline .chart-stage svg path")]
        .filter(mark => mark.getAttribute("opacity") === "0.8").length"""
    assert tab.evaluate(bright) == len(load("events"))
    figure.locator("select").select_option(label="chairing")
    tab.wait_for_function(
        f"number => ({bright})() === number", arg=len(load("events").query("kind == 'chairing'"))
    )


def test_a_chart_goes_back_to_its_drawing(visit):
    figure = visit("chapters/eras.html", 1280).locator("#fig-timeline")
    wake(figure)
    button = figure.get_by_role("button", name="Back to drawing")
    button.press("Enter")
    assert figure.locator("svg.wide").is_visible() and not figure.locator("select").is_visible()
    figure.get_by_role("button", name="Explore").press("Enter")
    assert figure.locator(".chart-stage").is_visible() and figure.locator("select").is_visible()


def test_a_finger_sees_what_a_mark_is(visit):
    tab = visit(CHAPTER, 390, has_touch=True)
    figure = tab.locator("#fig-oil-output")
    wake(figure)
    figure.locator(".chart-stage .mark-rect path").first.tap()
    assert tab.locator(".tip:not(#term-explained)").inner_text().startswith("year 1991")
    tab.evaluate("scrollBy(0, 100)")
    tab.locator(".tip:not(#term-explained)").wait_for(state="hidden")


def test_a_chart_whose_script_is_missing_stays_a_drawing(visit):
    tab = visit("chapters/eras.html", 1280)
    tab.evaluate(
        "document.querySelector('#fig-timeline').id = 'fig-nowhere'"
    )  # there is no figures/nowhere.js
    figure = tab.locator("#fig-nowhere")
    figure.locator(".chart-explore").click()
    figure.and_(tab.locator("[data-awake=failed]")).wait_for()
    assert figure.locator("svg.wide").is_visible()


def test_the_menu_opens_on_a_phone(visit):
    tab = visit("index.html", 390)
    tab.locator(".contents-button").click()
    assert tab.evaluate("document.activeElement.matches('nav a')"), "in a field a phone opens its keyboard"
    tab.locator("#drawer").get_by_role("link", name="Chronology").click()
    tab.wait_for_url("**/chronology.html")


def broken(tab, addresses):
    """What the scripts of each page throw."""
    thrown = []
    tab.on("pageerror", lambda error: thrown.append(str(error)))

    def look(address):
        thrown.clear()
        tab.goto(address)
        return thrown.copy()

    return faulty(look, addresses)


@by_kind
def test_the_scripts_of_a_page_run(reader, chosen):
    assert broken(reader(), [(HTML / page).as_uri() for page in chosen()]) == {}


def test_a_script_that_fails_is_found(reader, tmp_path):
    page = tmp_path / "faulty.html"
    page.write_text("<!doctype html><script>nowhere()</script>")
    assert broken(reader(), [page.as_uri()]) == {page.as_uri(): ["nowhere is not defined"]}
