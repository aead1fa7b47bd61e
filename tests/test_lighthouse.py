"""Lighthouse's scores of each page on a phone, its slow connection and processor simulated."""

import json

import node
import pytest
from conftest import HTML, ROOT, faulty, free_port, pages
from servers import published

from edition.paper.browser import launch

BUDGET = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TRIES = 3  # the best one counts: what else it has to do can only lower the performance


def ask(browser, folder, paths):
    """Return for each page what Lighthouse says.

    {"scores": {category: score}, "faults": [audit: what is wrong]}
    """
    port = free_port()
    with published(folder) as address, launch(browser.browser_type, f"--remote-debugging-port={port}"):
        told = node.run(ROOT / "tests" / "lighthouse.cjs", port, *[f"{address}/{path}" for path in paths])
    return dict(zip(paths, map(json.loads, told.splitlines()), strict=True))


def missed(told):
    return {name: score for name, score in told["scores"].items() if score < BUDGET[name]}


def best_of(browser, chosen):
    """For each page what Lighthouse says, at its best."""
    best = ask(browser, HTML, chosen)
    for _ in range(TRIES - 1):
        if slow := [page for page in best if "performance" in missed(best[page])]:
            again = ask(browser, HTML, slow)
            best |= {
                page: max(best[page], again[page], key=lambda one: one["scores"]["performance"])
                for page in slow
            }
    return best


@pytest.mark.whole
@pytest.mark.measure
@pytest.mark.timeout(1200)  # each page, three times where the machine is busy
def test_lighthouse_is_content(browser):
    told = best_of(browser, pages())
    assert faulty(lambda page: missed(told[page]) and told[page], told) == {}


@pytest.mark.whole
@pytest.mark.measure
def test_lighthouse_finds_each_fault(browser, tmp_path):
    slow = "<script>for (const end = performance.now() + 1500; performance.now() < end;);</script>"
    (tmp_path / "faulty.html").write_text(
        f"<!doctype html><html><title>A page</title><p>Words</p><img src=missing.png>{slow}</html>"
    )
    told = ask(browser, tmp_path, ["faulty.html"])["faulty.html"]
    assert set(missed(told)) == set(BUDGET), told
    assert {"html-has-lang", "image-alt", "meta-description", "errors-in-console"} <= {
        fault.partition(":")[0] for fault in told["faults"]
    }
