"""axe finds no violation on any page: on a phone, a tablet and a desktop, in the light and in the dark."""

import node
import pytest
from conftest import faulty, kinds, pages

# without rules it runs all that it has on by default: WCAG 2.2 at A and AA, and best practices
FAULTS = """async rules => {
    for (const one of document.querySelectorAll("details")) one.open = true;
    // these are like the rows before, and take half a minute
    for (const row of document.querySelectorAll(".chart-table tr:nth-child(n + 6)")) row.remove();
    for (const move of document.getAnimations()) move.cancel(); // what fades in is pale meanwhile
    const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
    return (await axe.run({resultTypes: ["violations"], ...only})).violations.flatMap(({id, help, nodes}) =>
        nodes.map(node => `${id}: ${help}: ${node.html.slice(0, 200)} (${node.target})`));
}"""
COLOURS = ["color-contrast"]  # all that the other scheme changes


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(path=node.MODULES / "axe-core" / "axe.min.js")
    yield context.new_page()
    context.close()


def faults(tab, scheme, rules=()):
    """What axe finds on the page in a scheme, with everything that can be opened open."""
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    return tab.evaluate(FAULTS, list(rules))


def all_pages(width):
    return pytest.param(pages, width, ["light", "dark"], marks=pytest.mark.whole)


@pytest.mark.parametrize(
    ("chosen", "width", "schemes"),
    [
        (kinds, 390, ["dark"]),
        (kinds, 1280, ["light"]),
        all_pages(390),
        all_pages(768),
        all_pages(1280),
    ],
)
def test_axe_finds_nothing(tab, address, chosen, width, schemes):
    tab.set_viewport_size({"width": width, "height": 900})

    def look(page):
        tab.goto(f"{address}/{page}")
        return [fault for scheme in schemes for fault in faults(tab, scheme)]

    assert faulty(look, chosen()) == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_window_of_a_citation(tab, address, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{address}/chapters/2000s-oil-pays-for-a-place.html")
    tab.locator(".passage a.cite").click()
    tab.get_by_role("dialog").wait_for()
    assert faults(tab, "light") + faults(tab, "dark", COLOURS) == []


@pytest.mark.parametrize(
    ("markup", "rule", "schemes"),
    [
        ("<p>Text</p>", None, ""),
        ('<img src="a.png">', "image-alt", "light dark"),
        ("<h4>Skips two levels</h4>", "heading-order", "light dark"),
        ('<p style="color: #999">Pale on white.</p>', "color-contrast", "light"),
        ('<p style="color: #333">Dark on black.</p>', "color-contrast", "dark"),
        ("</main><p>Outside</p>", "region", "light dark"),
        ('<details><summary>More</summary><img src="a.png"></details>', "image-alt", "light dark"),
    ],
)
def test_axe_finds_each_fault(tab, tmp_path, markup, rule, schemes):
    style = "<style>[data-theme=dark] body {background: #000; color: #fff}</style>"
    (tmp_path / "faulty.html").write_text(
        f"<!doctype html><html lang=en><title>A page</title>{style}<main><h1>A page</h1>{markup}</main>"
    )
    tab.goto((tmp_path / "faulty.html").as_uri())
    for scheme in ("light", "dark"):
        for rules in ([], COLOURS):
            expected = {rule} if scheme in schemes and rule in (rules or [rule]) else set()
            assert {fault.partition(":")[0] for fault in faults(tab, scheme, rules)} == expected
