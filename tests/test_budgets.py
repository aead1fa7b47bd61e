"""What a page may cost its reader.

Requests, bytes, scripts, movement and waiting, as a web host serves it to a slow phone.
"""

import functools
import random
import re
from urllib.parse import urlsplit

import phone
import pytest
import waiting
from conftest import HEAVY, HTML, by_kind, faulty, pages
from servers import Quiet, published, serve

from edition.web.policy import STATIC

REQUESTS, BYTES, SCRIPTS, OWN, SHIFT, WAIT = 14, 140_000, 44_000, 16_000, 0.01, 1.8
BYTES_OF_COMMENTARY = 130_000  # of a page that has passages
TRIES = 2  # what moves each time counts: a machine with much else to do may paint half a page first


@pytest.fixture(scope="module")
def asked(browser, address):
    """What a page asks for, with nothing in the cache: [(address, kind, bytes that were transferred)].

    In one tab and at full speed: as a slow phone does, and that loads less when it is told to.
    """
    context = browser.new_context(viewport=dict(zip(("width", "height"), phone.SIZE, strict=True)))
    tab, requests = context.new_page(), []
    protocol = context.new_cdp_session(tab)
    protocol.send("Network.enable")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tab.on("request", lambda request: requests.append(request))

    @functools.cache
    def asked(page):
        requests.clear()
        tab.goto(f"{address}/{page}")
        tab.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        return [phone.cost(request) for request in requests if not request.url.startswith("data:")]

    yield asked
    context.close()


def weight(requests, *kinds):
    return sum(transferred for _, kind, transferred in requests if kind in kinds or not kinds)


def test_a_visit_tells_what_a_page_costs(browser, tmp_path):
    with published(tmp_path) as address, published(tmp_path) as other:
        (tmp_path / "index.html").write_text(
            f'<!doctype html><script src="a.js"></script><script src="{other}/a.js"></script><link '
            'rel="icon" href="data:,"><p id="a">Words</p>'
            '<figure class="chart"><svg></svg></figure><script>addEventListener("load", () => setTimeout(() '
            '=> a.style.paddingTop = "400px"))</script>'
        )
        (tmp_path / "a.js").write_bytes(b"//" + random.Random(1).randbytes(20_000).hex().encode())
        seen = phone.visit(browser, f"{address}/index.html")
    assert [url.removeprefix(address) for url, *_ in seen.requests] == [
        "/index.html",
        "/a.js",
        f"{other}/a.js",
    ]
    assert 20_000 < seen.requests[1][2] < 25_000, "as it was sent, compressed"
    assert (
        seen.shift > 0.05
        and 300 < seen.paint < seen.chart + 100
        and weight(seen.requests, "script") == seen.requests[1][2] + seen.requests[2][2]
    )


@by_kind
def test_a_page_asks_for_nothing_elsewhere(asked, address, chosen):
    elsewhere = lambda page: [url for url, *_ in asked(page) if not url.startswith(f"{address}/")]  # noqa: E731
    assert faulty(elsewhere, chosen()) == {}


@by_kind
def test_a_page_asks_for_little(asked, chosen):
    costs = {
        page: (len(asked(page)), weight(asked(page)), weight(asked(page), "script")) for page in chosen()
    }

    def most(page):
        passages = 'class="passage"' in (HTML / page).read_text(encoding="utf-8")
        return REQUESTS, BYTES_OF_COMMENTARY if passages else BYTES, SCRIPTS

    assert {page: cost for page, cost in costs.items() if any(map(int.__gt__, cost, most(page)))} == {}
    assert all(requests > 5 and scripts > 1_000 for requests, _, scripts in costs.values()), (
        "there is something to count"
    )


def own_scripts(page, names):
    """The edition's scripts of a page as they are written, in letters.

    Those in files of the theme, and those within the page.
    """
    files = [STATIC / name for name in names if name]
    text = (HTML / page).read_text(encoding="utf-8")
    within = re.findall(r"<script(?![^>]*(?:\bsrc=|json))[^>]*>(.*?)</script>", text, re.S)
    return sum(path.stat().st_size for path in files if path.exists()) + sum(map(len, within))


@by_kind
def test_the_edition_adds_few_scripts(asked, chosen):
    scripts = {
        page: [
            urlsplit(url).path.partition("/_static/")[2] for url, kind, _ in asked(page) if kind == "script"
        ]
        for page in chosen()
    }
    sizes = {page: own_scripts(page, names) for page, names in scripts.items()}
    assert {page: size for page, size in sizes.items() if not 1_000 < size <= OWN} == {}


@pytest.mark.parametrize(
    ("size", "chosen"),
    [
        pytest.param(phone.SIZE, lambda: [HEAVY, "chapters/is-it-so.html"], id="phone"),
        pytest.param((1280, 900), lambda: ["index.html", HEAVY], id="desktop"),
        pytest.param(phone.SIZE, pages, id="phone all", marks=pytest.mark.whole),
        pytest.param((1280, 900), pages, id="desktop all", marks=pytest.mark.whole),
    ],
)
def test_nothing_moves_while_a_page_loads_slowly(browser, address, asked, chosen, size):
    def look(page):
        for _ in range(TRIES):
            visit = phone.visit(browser, f"{address}/{page}", size)
            assert weight(visit.requests) <= weight(asked(page)), (
                "a slow phone asks for no more than is counted"
            )
            if visit.shift <= SHIFT:
                return None
        return visit.shift, visit.moved

    assert faulty(look, chosen()) == {}


@pytest.mark.whole
@pytest.mark.measure
@pytest.mark.parametrize("which", ["lightest", "middle", "heaviest"])
def test_a_reader_waits_not_much_longer_than_for_a_page_written_by_hand(browser, address, tmp_path, which):
    page = waiting.chapters()[which]
    waiting.write_bare(browser, page, tmp_path)
    with published(tmp_path) as by_hand:
        ours, bare = waiting.compare(browser, [f"{address}/{page}", f"{by_hand}/{page}"])
    assert {
        what: ours[what] / bare[what] for what in waiting.WAITS if ours[what] > WAIT * bare[what]
    } == {}, (ours, bare)


# in a task of its own: what a test evaluates itself may evaluate more
REACH = """other => new Promise(done => setTimeout(async () => {
    const made = (name, attributes) => new Promise(done =>
        document.body.append(Object.assign(
            document.createElement(name), attributes, {onload: done, onerror: done})));
    await Promise.all([
        made("script", {src: `${other}/script`}), made("img", {src: `${other}/img`}),
        made("link", {rel: "stylesheet", href: `${other}/link`}),
        made("iframe", {src: `${other}/iframe`}), made("object", {data: `${other}/object`}),
        made("video", {src: `${other}/video`}),
        new FontFace("other", `url(${other}/font)`).load().catch(() => {}),
        fetch(`${other}/fetch`, {mode: "no-cors"}).catch(() => {})]);
    try { new Function(""); done(["eval"]); } catch { done([]); }
}))"""


@pytest.fixture(scope="module")
def reached(browser):
    """Tell what a page's scripts can do.

    Evaluate text, or ask another host with each of these elements and calls.
    """

    class Other(Quiet):
        def do_GET(self):
            asked.add(self.path[1:])
            self.send_error(404)

    def reached(address):
        asked.clear()
        tab = browser.new_page()
        tab.goto(address)
        evaluated = tab.evaluate(REACH, other)
        tab.close()
        return asked.union(evaluated)

    asked, (server, other) = set(), serve(Other)
    yield reached
    server.shutdown()


def test_without_a_policy_a_page_reaches_everything(reached, tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html><title>A page</title>")
    with published(tmp_path) as address:
        assert reached(f"{address}/index.html") == {
            "eval",
            "script",
            "img",
            "link",
            "iframe",
            "object",
            "video",
            "font",
            "fetch",
        }


def test_the_policy_keeps_a_page_from_eval_and_other_hosts(reached, address):
    """One page is enough: each has the same policy (test_stylesheet.py)."""
    assert reached(f"{address}/{HEAVY}") == set()
