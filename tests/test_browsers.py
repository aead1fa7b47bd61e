"""What a reader does most, in each of the three engines: Chromium, Firefox, and WebKit, which is Safari's."""

import functools
import re
from urllib.parse import urlsplit

import drivers
import pytest
from conftest import HTML, KINDS
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from servers import Quiet, serve

CHAPTER, LEDGER = "chapters/war-and-two-abstentions.html", "chapters/is-it-so.html"
WATCH = b"""const {dataset} = document.documentElement;
const note = ({type, message, reason, blockedURI}) => {
  dataset.faults = `${dataset.faults ?? ""}${type}: ${message ?? reason ?? blockedURI}; `;
};
["error", "unhandledrejection", "securitypolicyviolation"].forEach((kind) => addEventListener(kind, note));"""
# a frame, since not every browser makes its window that narrow
PHONE = '<!doctype html><title>A phone</title><iframe width="390" height="844" src="{}"></iframe>'
ENGINES = ["chromium", *(pytest.param(name, marks=pytest.mark.whole) for name in ("firefox", "webkit"))]


class Watched(Quiet):
    """The built book, with a script in each page that notes what goes wrong.

    `/phone?PAGE` is a page on a phone.
    """

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/watch.js":
            return self.answer(WATCH, "text/javascript")
        if path == "/phone":
            return self.answer(PHONE.format(urlsplit(self.path).query).encode(), "text/html")
        if path.endswith(".html"):
            page = (HTML / path[1:]).read_bytes()
            watched = page.replace(b"<head>", b'<head><script src="/watch.js"></script>', 1)
            return self.answer(watched, "text/html; charset=utf-8")
        super().do_GET()

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def site():
    server, address = serve(functools.partial(Watched, directory=HTML))
    yield address
    server.shutdown()


@pytest.fixture(scope="module", params=ENGINES)
def driver(request):
    with getattr(drivers, request.param)() as driver:
        yield driver


@pytest.fixture
def visit(driver, site):
    """Open a page in a window of some width; give the driver."""

    def visit(page, width=1280):
        driver.set_window_rect(width=width, height=900)
        driver.get(f"{site}/{page}")
        return driver

    return visit


def the(driver, selector):
    return driver.find_element("css selector", selector)


def click(driver, selector):
    # WebKit's driver does not always bring it into sight
    driver.execute_script(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")
    the(driver, selector).click()


def until(driver, condition):
    """Wait for what a script says of the page; in it `$` finds an element, `$$` all."""
    script = f"""const $ = (what) => document.querySelector(what);
        const $$ = (what) => [...document.querySelectorAll(what)];
        return {condition}"""
    return WebDriverWait(driver, 30).until(lambda _: driver.execute_script(script), condition)


def in_sight(selector):
    return f"(({{top, bottom}}) => top < innerHeight && bottom > 0)($('{selector}').getBoundingClientRect())"


def test_pages_load_without_fault_and_without_sideways_scroll(visit):
    seen = """(({document: {documentElement: {dataset, scrollWidth}}, innerWidth}) =>
        [dataset.faults, scrollWidth <= innerWidth])"""
    for page in KINDS:
        assert until(visit(page), f"{seen}(window)") == [None, True], page
        assert until(visit(f"phone?{page}"), f"{seen}(frames[0])") == [None, True], page


def test_a_marker_opens_its_note_beside_it_and_the_way_back_closes_it(visit):
    driver = visit(CHAPTER)
    click(driver, "#marker-mobilisation-motive")
    until(driver, in_sight(".note-open"))
    until(driver, in_sight("#marker-mobilisation-motive"))
    driver.back()
    until(driver, "!$('.note-open')")
    until(driver, in_sight("#marker-mobilisation-motive"))


def test_a_term_explains_itself(visit):
    driver = visit("chapters/votes.html")
    driver.execute_script("document.querySelector('a.term').focus()")
    until(driver, "$('[role=tooltip]:not([hidden])')?.textContent === $('a.term').dataset.explained")
    driver.execute_script("document.querySelector('a.term').blur()")
    until(driver, "$('[role=tooltip]').hidden")


def test_a_chart_wakes(visit):
    driver = visit(CHAPTER)
    click(driver, "figure.chart .chart-explore")
    until(driver, "$('figure.chart').dataset.awake === 'yes'")
    until(driver, "$('figure.chart .chart-stage svg').getBoundingClientRect().height > 100")


def test_a_citation_opens_in_a_window_that_escape_closes(visit):
    driver = visit(CHAPTER)
    the(driver, ".passage a.cite").send_keys(Keys.ENTER)
    until(driver, "$('dialog.citation-window[open] dd')?.textContent.length > 50")
    the(driver, "dialog.citation-window button").send_keys(Keys.ESCAPE)
    until(driver, "!$('dialog.citation-window') && document.activeElement.matches('.passage a.cite')")


def test_a_statement_that_is_the_address_is_unfolded(visit):
    name = re.findall(r'<tr id="(statement-[\w-]+)"', (HTML / LEDGER).read_text(encoding="utf-8"))[-1]
    driver = visit(f"{LEDGER}#{name}")
    until(driver, f"$('#{name}').closest('.fold[open]')")
    until(driver, f"$('#{name}').getBoundingClientRect().top < innerHeight")


def test_the_search_finds(visit):
    driver = visit("search.html")
    the(driver, "#search-words").send_keys("Astana")
    until(driver, "$$('#search-found mark').length > 3")
    click(driver, "#search-found a")
    until(driver, "!$('#search-words') && document.body.textContent.includes('Astana')")


def test_the_scheme_is_switched_and_stays(visit):
    driver = visit(CHAPTER)
    paper = "getComputedStyle(document.body).backgroundColor"
    seen = {}
    for _ in range(3):
        click(driver, ".scheme-button")
        mode, colour = until(driver, f"[document.documentElement.dataset.mode, {paper}]")
        seen[mode] = colour
    assert set(seen) == {"auto", "light", "dark"} and seen["light"] != seen["dark"]
    while until(driver, "document.documentElement.dataset.mode") != "dark":
        click(driver, ".scheme-button")
    driver = visit("chapters/votes.html")
    until(driver, f"{paper} === '{seen['dark']}'")


def test_the_contents_open_on_a_phone_and_escape_closes_them(visit):
    driver = visit(CHAPTER, width=500)
    the(driver, ".contents-button").send_keys(Keys.ENTER)
    until(driver, "$('dialog[open] .chapters a')?.getClientRects().length")
    the(driver, "dialog[open] .chapters a").send_keys(Keys.ESCAPE)
    until(driver, "!$('dialog[open]') && document.activeElement.matches('.contents-button')")


def test_a_text_that_is_not_the_commentary_is_refused_politely(visit):
    driver = visit("chapters/read-it-beside.html")
    the(driver, "#beside-text").send_keys("It was a dark and stormy night, and the rain fell in torrents.")
    click(driver, ".beside form button")
    until(driver, "$('#beside-status').textContent.startsWith('This is not the commentary')")
