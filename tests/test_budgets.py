"""What a page may cost its reader: requests, bytes, scripts, movement and waiting, as a web host serves it to a slow phone."""

import functools
import random
import re
from urllib.parse import urlsplit

import phone
import pytest
import waiting
from conftest import HTML, ROOT, pages
from servers import Quiet, address, published, serve  # noqa: F401 (address is a fixture)

REQUESTS, BYTES, SCRIPTS, OWN, SHIFT, WAIT = 14, 160_000, 60_000, 12_000, 0.01, 1.8
SIZES = [phone.SIZE, (1280, 900)]
CHARTS = [page for page in pages() if 'class="chart"' in (HTML / page).read_text(encoding="utf-8")]


@pytest.fixture(scope="module")
def visited(browser, address):
    """Visit each page once at each size."""
    return functools.cache(lambda page, size: phone.visit(browser, f"{address}/{page}", size))


def test_a_visit_tells_what_a_page_costs(browser, tmp_path):
    with published(tmp_path) as address, published(tmp_path) as other:
        (tmp_path / "index.html").write_text(
            f'<!doctype html><script src="a.js"></script><script src="{other}/a.js"></script><link rel="icon" href="data:,"><p id="a">Words</p>'
            '<figure class="chart"><svg></svg></figure><script>setTimeout(() => a.style.paddingTop = "400px", 300)</script>')
        (tmp_path / "a.js").write_bytes(b"//" + random.Random(1).randbytes(20_000).hex().encode())
        seen = phone.visit(browser, f"{address}/index.html")
    assert [url.removeprefix(address) for url, *_ in seen.requests] == ["/index.html", "/a.js", f"{other}/a.js"]
    assert 20_000 < seen.requests[1][2] < 25_000, "as it was sent, compressed"
    assert seen.shift > 0.05 and 300 < seen.paint < seen.chart + 100


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("size", SIZES)
def test_a_page_asks_for_little_and_for_nothing_elsewhere(visited, address, page, size):
    requests = visited(page, size).requests
    assert [url for url, *_ in requests if not url.startswith(f"{address}/")] == []
    assert len(requests) <= REQUESTS and sum(transferred for *_, transferred in requests) <= BYTES, requests
    scripts = [(url, transferred) for url, kind, transferred in requests if kind == "script"]
    assert sum(transferred for _, transferred in scripts) <= SCRIPTS, scripts


@pytest.mark.parametrize("page", pages())
def test_the_edition_adds_few_scripts(visited, page):
    """As they are written: those in files of `edition/static`, and those within the page."""
    names = [urlsplit(url).path.partition("/_static/")[2] for url, kind, _ in visited(page, phone.SIZE).requests if kind == "script"]
    own = {name: (ROOT / "edition" / "static" / name).stat().st_size for name in names if name and (ROOT / "edition" / "static" / name).exists()}
    within = re.findall(r"<script(?![^>]*(?:\bsrc=|json))[^>]*>(.*?)</script>", (HTML / page).read_text(encoding="utf-8"), re.S)
    assert sum(own.values()) + sum(map(len, within)) <= OWN, (own, within)


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_while_a_page_loads(visited, page, size):
    assert visited(page, size).shift <= SHIFT


@pytest.mark.parametrize("page", CHARTS)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_a_chart_wakes(browser, address, page, width):
    context = browser.new_context(viewport={"width": width, "height": 2500})  # only what is within the window counts, so that much more than the chart is
    context.add_init_script(phone.MEASURE)
    tab = context.new_page()
    tab.goto(f"{address}/{page}", wait_until="networkidle")
    tab.evaluate("measured.shift = 0")
    for figure in tab.locator("figure.chart").all():
        figure.evaluate("figure => figure.scrollIntoView()")
        figure.locator(".chart-explore").press("Enter")  # the pointer would wake the next one that comes below it
        figure.and_(tab.locator("[data-awake=yes]")).wait_for()
        tab.wait_for_timeout(100)  # what moved is told after the frame
    assert tab.evaluate("measured.shift") == 0
    context.close()


@pytest.mark.measure
@pytest.mark.parametrize("page", waiting.chapters())
def test_a_reader_waits_not_much_longer_than_for_a_page_written_by_hand(browser, address, tmp_path, page):
    waiting.write_bare(browser, page, tmp_path)
    with published(tmp_path) as by_hand:
        ours, bare = waiting.compare(browser, [f"{address}/{page}", f"{by_hand}/{page}"])
    assert {what: ours[what] / bare[what] for what in waiting.WAITS if ours[what] > WAIT * bare[what]} == {}, (ours, bare)


# in a task of its own: what a test evaluates itself may evaluate more
REACH = """other => new Promise(done => setTimeout(async () => {
    const made = (name, attributes) => new Promise(done =>
        document.body.append(Object.assign(document.createElement(name), attributes, {onload: done, onerror: done})));
    await Promise.all([
        made("script", {src: `${other}/script`}), made("img", {src: `${other}/img`}), made("link", {rel: "stylesheet", href: `${other}/link`}),
        made("iframe", {src: `${other}/iframe`}), made("object", {data: `${other}/object`}), made("video", {src: `${other}/video`}),
        new FontFace("other", `url(${other}/font)`).load().catch(() => {}), fetch(`${other}/fetch`, {mode: "no-cors"}).catch(() => {})]);
    try { new Function(""); done(["eval"]); } catch { done([]); }
}))"""


@pytest.fixture(scope="module")
def reached(browser):
    """Tell what a page's scripts can do: evaluate text, or ask another host with each of these elements and calls."""

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
        assert reached(f"{address}/index.html") == {"eval", "script", "img", "link", "iframe", "object", "video", "font", "fetch"}


@pytest.mark.parametrize("page", pages())
def test_a_policy_keeps_a_page_from_eval_and_other_hosts(reached, address, page):
    assert reached(f"{address}/{page}") == set()
