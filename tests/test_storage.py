"""Where a browser stores nothing, or what it has stored is damaged, no script stops.

What needs no storage works, and what needs it says so.
"""

import json

import pytest
from conftest import kinds

BESIDE = "chapters/read-it-beside.html"
PASSAGES = "chapters/war-and-two-abstentions.html"
BLOCKED = """Object.defineProperty(window, "localStorage", {configurable: true, get() {
  throw new DOMException("blocked", "SecurityError");
}})"""
STORE = "items => Object.entries(items).forEach(([name, value]) => localStorage.setItem(name, value))"
SANDBOX = '<!doctype html><iframe sandbox="allow-scripts allow-forms" width="1000" height="800"></iframe>'


class Blocked:
    """A page of a browser in which storage is blocked."""

    def __init__(self, tab, address):
        self.tab, self.address = tab, address
        tab.add_init_script(BLOCKED)

    def open(self, page):
        self.tab.goto(f"{self.address}/{page}")
        return self.tab


class Framed:
    """A page in a frame of a learning platform: without an origin of its own, so without storage."""

    def __init__(self, tab, address):
        self.tab, self.address = tab, address
        tab.route("**/platform", lambda route: route.fulfill(body=SANDBOX, content_type="text/html"))

    def open(self, page):
        self.tab.goto(f"{self.address}/platform")
        frame = self.tab.frames[1]
        frame.goto(f"{self.address}/{page}")
        return frame


@pytest.fixture
def tab(reader):
    """A tab whose `faults` are the exceptions of its scripts."""
    tab = reader()
    tab.faults = []
    tab.on("pageerror", lambda error: tab.faults.append(str(error)))
    return tab


@pytest.fixture(params=[Blocked, Framed])
def unstored(request, tab, address):
    return request.param(tab, address)


def test_no_script_stops(unstored):
    for page in [*kinds(), BESIDE]:
        unstored.open(page)
    assert unstored.tab.faults == []


def test_what_needs_no_storage_works(unstored):
    page = unstored.open(PASSAGES)
    schemes = []
    for _ in range(3):
        page.locator(".scheme-button").click()
        schemes.append(page.evaluate("document.documentElement.dataset.mode"))
    assert sorted(schemes) == ["auto", "dark", "light"]
    page.locator("a.term").first.focus()
    page.locator("#term-explained").wait_for()
    page.get_by_role("button", name="Explore").first.click()
    page.locator("figure[data-awake=yes]").wait_for()
    page = unstored.open("search.html")
    page.get_by_label("Words to find").fill("Astana")
    page.locator("#search-found li").first.wait_for()
    assert unstored.tab.faults == []


def test_reading_beside_says_that_nothing_is_stored(unstored):
    page = unstored.open(BESIDE)
    page.get_by_text("This browser stores nothing for this page").wait_for()
    assert not page.locator(".beside form").is_visible()


@pytest.mark.parametrize("copy", ["{", "null", '{"1": 5}'])
def test_a_damaged_copy_hurts_no_page(tab, address, copy):
    tab.goto(f"{address}/{BESIDE}")
    tab.evaluate(STORE, {"closer-to-home.copy": copy})
    tab.goto(f"{address}/{PASSAGES}")
    tab.goto(f"{address}/{BESIDE}")
    assert tab.faults == [] and tab.locator(".beside form").is_visible()


def test_a_damaged_choice_is_forgotten(tab, address):
    tab.goto(f"{address}/{BESIDE}")
    copy = json.dumps({"7": "Some words of an original.", "8": "More words."})
    tab.evaluate(STORE, {"mode": "purple", "closer-to-home.texts": "neither", "closer-to-home.copy": copy})
    tab.goto(f"{address}/{PASSAGES}")
    assert tab.evaluate("document.documentElement.dataset.mode") == "auto"
    assert tab.evaluate("document.documentElement.dataset.texts") == "both"
    assert tab.locator(".original").first.is_visible()
