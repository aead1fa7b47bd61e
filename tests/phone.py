"""A slow phone: what a page asks for there, how long its reader waits, and what moves meanwhile."""

from typing import NamedTuple

# as Lighthouse has it: slow 4G, and a processor four times slower than this one
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PROCESSOR = {"rate": 4}
SIZE = (390, 844)
MEASURE = """{
  const measured = window.measured = {shift: 0, moved: []};
  const observe = (type, see) =>
    new PerformanceObserver(list => list.getEntries().forEach(see)).observe({type, buffered: true});
  observe("layout-shift", entry => {
    measured.shift += entry.value;
    for (const {node, previousRect, currentRect} of entry.sources)
      measured.moved.push(`${node?.nodeName}: ${node?.textContent.trim().slice(0, 40)}: `
        + `${previousRect.y} to ${currentRect.y}`);
  });
  observe("largest-contentful-paint", entry => measured.paint = entry.startTime);
  // a drawing that has been read to its end, and one that a script made;
  // in the next frame it has been painted
  const drawn = chart =>
    (chart.nextSibling || document.readyState !== "loading") && chart.getBoundingClientRect().height;
  requestAnimationFrame(function look() {
    const seen = [...document.querySelectorAll("figure.chart svg, .vega-embed .marks")].some(drawn);
    requestAnimationFrame(seen ? () => measured.chart = performance.now() : look);
  });
}"""


# nothing is left to do, as far as the browser says so: one at rest may never call;
# what moved is told after the frame
SETTLED = """document.fonts.ready.then(() => new Promise(done =>
    requestIdleCallback(() => setTimeout(done, 100), {timeout: 1000})))"""


class Visit(NamedTuple):
    requests: list  # (address, kind, bytes that were transferred)
    shift: float
    moved: list  # what did: its name, the first of its words, from where to where
    paint: float  # milliseconds until the largest contentful paint
    chart: float | None  # milliseconds until the first chart is visible


def visit(browser, address, size=SIZE, until="load"):
    """Open a page, with nothing in the cache, and touch nothing until it has settled."""
    context = browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
    context.add_init_script(MEASURE)
    tab, requests = context.new_page(), []
    protocol = context.new_cdp_session(tab)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", NETWORK)
    protocol.send("Emulation.setCPUThrottlingRate", PROCESSOR)
    tab.on("request", lambda request: requests.append(request))
    tab.goto(address, wait_until=until)
    tab.wait_for_function(
        "measured.paint && (measured.chart || !document.querySelector('figure.chart, [id^=altair-viz]'))"
    )
    tab.evaluate(SETTLED)
    seen = tab.evaluate("measured")
    told = [cost(request) for request in requests if not request.url.startswith("data:")]
    context.close()
    return Visit(told, seen["shift"], seen["moved"], seen["paint"], seen.get("chart"))


def cost(request):
    """A request as (address, kind, bytes that were transferred)."""
    sizes = request.sizes() if request.response() else {"responseHeadersSize": 0, "responseBodySize": 0}
    return request.url, request.resource_type, sizes["responseHeadersSize"] + sizes["responseBodySize"]
