"""A slow phone: what a page asks for there, how long its reader waits, and what moves meanwhile."""

from typing import NamedTuple

# as Lighthouse has it: slow 4G, and a processor four times slower than this one
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PROCESSOR = {"rate": 4}
SIZE = (390, 844)
MEASURE = """{
  const measured = window.measured = {shift: 0};
  const observe = (type, see) => new PerformanceObserver(list => list.getEntries().forEach(see)).observe({type, buffered: true});
  observe("layout-shift", entry => measured.shift += entry.value);
  observe("largest-contentful-paint", entry => measured.paint = entry.startTime);
  // a drawing that has been read to its end, and one that a script made; in the next frame it has been painted
  const drawn = chart => (chart.nextSibling || document.readyState !== "loading") && chart.getBoundingClientRect().height;
  requestAnimationFrame(function look() {
    const seen = [...document.querySelectorAll("figure.chart svg, .vega-embed .marks")].some(drawn);
    requestAnimationFrame(seen ? () => measured.chart = performance.now() : look);
  });
}"""


class Visit(NamedTuple):
    requests: list  # (address, kind, bytes that were transferred)
    shift: float
    paint: float  # milliseconds until the largest contentful paint
    chart: float | None  # milliseconds until the first chart is visible


def visit(browser, address, size=SIZE):
    """Open a page, with nothing in the cache, and touch nothing until the network is idle."""
    context = browser.new_context(viewport=dict(zip(("width", "height"), size)))
    context.add_init_script(MEASURE)
    tab, requests = context.new_page(), []
    protocol = context.new_cdp_session(tab)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", NETWORK)
    protocol.send("Emulation.setCPUThrottlingRate", PROCESSOR)
    tab.on("request", lambda request: requests.append(request))
    tab.goto(address, wait_until="networkidle")
    if tab.locator("figure.chart, [id^=altair-viz]").count():
        tab.wait_for_function("measured.chart")  # of a default book: it is drawn after that
    seen = tab.evaluate("measured")
    asked = [(one.url, one.resource_type, _transferred(one)) for one in requests if not one.url.startswith("data:")]
    context.close()
    return Visit(asked, seen["shift"], seen["paint"], seen.get("chart"))


def _transferred(request):
    if not request.response():
        return 0
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
