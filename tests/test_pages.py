"""The built book in a browser: where the notes stand, and that nothing is cut off."""

import pytest
from conftest import HTML, pages

from edition import load

COMMENTARY = [page for page in pages() if 'class="passage"' in (HTML / page).read_text()]
BOXES = """(selector) => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect())
           .map(r => ({left: r.left, right: r.right, top: r.top, bottom: r.bottom, width: r.width, height: r.height}))"""


@pytest.fixture
def visit(browser):
    opened = []

    def go(page, width, scheme="light", scripts=True, height=900):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts)
        opened.append(context)
        tab = context.new_page()
        tab.goto(f"file://{HTML}/{page}")
        return tab

    yield go
    for context in opened:
        context.close()


def boxes(tab, selector):
    return tab.evaluate(BOXES, selector)


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(visit, page, width):
    tab = visit(page, width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_there_are_chapters_with_passages():
    assert len(COMMENTARY) == 10


@pytest.mark.parametrize("page", COMMENTARY)
def test_notes_stand_in_the_margin_beside_their_passage_where_there_is_room(visit, page):
    tab = visit(page, 1280)
    passages, groups, notes = (boxes(tab, selector) for selector in (".passage", ".apparatus", ".annotation"))
    assert abs(groups[0]["top"] - passages[0]["top"]) < 24, "the notes begin beside the passage"
    for passage, group in zip(passages, groups):
        assert group["left"] >= passage["right"] and group["right"] <= 1280
    for above, below in zip(notes, notes[1:]):
        assert below["top"] >= above["bottom"], "no note lies on another"
    for block in boxes(tab, "article figure.chart, article p:not(.annotation p), article h2, article table:not(.chart-table table)"):
        if block["left"] < groups[0]["left"]:
            assert block["right"] <= groups[0]["left"] + 1, "nothing of the text runs under the notes"


@pytest.mark.parametrize("page", COMMENTARY)
def test_notes_follow_their_passage_on_a_phone(visit, page):
    tab = visit(page, 390)
    for passage, group in zip(boxes(tab, ".passage"), boxes(tab, ".apparatus")):
        assert group["top"] >= passage["bottom"] and group["left"] >= 0 and group["right"] <= 390
        assert group["width"] > 300, "the notes have the full width"


@pytest.mark.parametrize("page", [page for page in pages() if 'class="chart"' in (HTML / page).read_text()])
@pytest.mark.parametrize(("width", "drawing"), [(390, "narrow"), (1280, "wide")])
def test_charts_are_whole_and_legible_without_scripts(visit, page, width, drawing):
    # Playwright measures from outside the page, so it works where the page's own scripts don't
    tab = visit(page, width, scripts=False)
    for figure in tab.locator("figure.chart").all():
        frame = figure.bounding_box()
        svg = figure.locator(f"svg.{drawing}")
        assert svg.is_visible() and not figure.locator("svg." + {"narrow": "wide", "wide": "narrow"}[drawing]).is_visible()
        inside = svg.bounding_box()
        assert frame["x"] <= inside["x"] and inside["x"] + inside["width"] <= frame["x"] + frame["width"] + 1
    tab = visit(page, width)
    cut = tab.evaluate("""(drawing) => [...document.querySelectorAll(`svg.${drawing} text`)].filter(t => {
        const svg = t.ownerSVGElement.getBoundingClientRect(), r = t.getBoundingClientRect();
        return r.width && (r.left < svg.left - 3 || r.right > svg.right + 3 || r.height < 8); }).map(t => t.textContent)""", drawing)
    assert cut == [], "text that is cut off or too small"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_follows_the_scheme(visit, scheme):
    tab = visit("chapters/war-and-two-abstentions.html", 1280, scheme)
    colour = tab.evaluate("getComputedStyle(document.querySelector('#fig-inflation svg.wide text')).fill")
    quiet = tab.evaluate("""() => { const p = document.createElement('p'); p.style.color = 'var(--quiet)'; document.body.append(p); return getComputedStyle(p).color; }""")
    assert colour == quiet and quiet == {"light": "rgb(89, 99, 110)", "dark": "rgb(163, 173, 183)"}[scheme]


@pytest.mark.parametrize("page", ["index.html", "chapters/eras.html", "chapters/votes.html"])
@pytest.mark.parametrize("width", [390, 1280])
def test_charts_wake_in_place_without_moving_anything(visit, page, width):
    tab = visit(page, width)
    for figure in tab.locator("figure.chart").all():
        before = figure.bounding_box()["height"]
        figure.locator(".chart-explore").click()
        figure.locator(".chart-stage svg text").first.wait_for()
        assert figure.get_attribute("data-awake") == "yes"
        assert abs(figure.bounding_box()["height"] - before) < 1
        drawn = figure.locator(".chart-stage svg")
        assert drawn.get_attribute("aria-label") and drawn.locator("path").count() > 3


def test_the_timeline_can_be_filtered_by_kind(visit):
    tab = visit("chapters/eras.html", 1280)
    figure = tab.locator("#fig-timeline")
    figure.locator(".chart-explore").click()
    bright = "svg => [...svg.querySelectorAll('path')].filter(mark => mark.getAttribute('opacity') === '0.8').length"
    figure.locator(".chart-stage svg text").first.wait_for()
    everything = figure.locator(".chart-stage svg").evaluate(bright)
    figure.locator("select").select_option(label="chairing")
    tab.wait_for_timeout(300)
    chairing = len(load("events").query("kind == 'chairing'"))
    assert everything == len(load("events")) and figure.locator(".chart-stage svg").evaluate(bright) == chairing


def test_a_chart_whose_script_is_missing_stays_a_drawing(visit):
    tab = visit("chapters/eras.html", 1280)
    tab.evaluate("document.querySelector('#fig-timeline').id = 'fig-nowhere'")  # there is no figures/nowhere.js
    figure = tab.locator("#fig-nowhere")
    figure.locator(".chart-explore").click()
    tab.wait_for_function("document.querySelector('#fig-nowhere').dataset.awake == 'failed'")
    assert figure.locator("svg.wide").is_visible()


def test_the_menu_opens_on_a_phone(visit):
    tab = visit("chapters/votes.html", 390)
    tab.locator(".bd-header-article .primary-toggle").click()
    tab.get_by_role("link", name="Chronology").first.wait_for()
    tab.get_by_role("link", name="Chronology").first.click()
    assert tab.url.endswith("chronology.html")


def test_a_marker_leads_to_its_note_and_back_by_keyboard(visit):
    tab = visit("chapters/2000s-oil-pays-for-a-place.html", 390)
    tab.locator("#marker-first-to-chair").press("Enter")
    assert tab.url.endswith("#note-first-to-chair")
    assert 0 <= tab.locator("#note-first-to-chair").bounding_box()["y"] < 900
    tab.locator("#note-first-to-chair .note-number").press("Enter")
    assert tab.url.endswith("#marker-first-to-chair")


@pytest.mark.parametrize("page", pages())
def test_a_page_asks_no_other_host_and_its_scripts_run(browser, page):
    context = browser.new_context()
    asked, broken = [], []
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.on("pageerror", lambda error: broken.append(str(error)))
    tab.goto(f"file://{HTML}/{page}", wait_until="load")
    context.close()
    assert [url for url in asked if not url.startswith("file://")] == [] and broken == []


def test_paper_keeps_the_notes(visit):
    tab = visit("chapters/2000s-oil-pays-for-a-place.html", 794)
    tab.emulate_media(media="print")
    notes = tab.locator(".annotation")
    assert notes.count() >= 10 and all(note.is_visible() for note in notes.all())
