"""Live code: the cells of the built pages run by a real Jupyter server.

A small Binder on loopback hands it out.
"""

import gzip
import re

import pytest
from conftest import HEAVY, HTML, ROOT, faulty, pages
from servers import NOBODY

from edition.web import repository

LIVE = HTML / "_static" / "live"


@pytest.fixture
def visit(browser, site):
    opened = []

    def go(page, ref="abc", width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(context)
        tab = context.new_page()
        tab.asked, tab.broken = [], []
        tab.route(
            lambda url: not re.match(r"\w+://(localhost|127\.0\.0\.1):", url), lambda route: route.abort()
        )
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("pageerror", lambda error: tab.broken.append(str(error)))
        tab.goto(f"{site}/{page}?ref={ref}")
        return tab

    yield go
    for context in opened:
        context.close()


def begin(tab):
    """Click the control of the first cell, and wait until the code is live or has failed."""
    tab.locator(".live-run").first.click()
    settled(tab)


def settled(tab):
    tab.locator(".live-bar:is([data-state=ready], [data-state=failed])").wait_for(timeout=60_000)
    return tab.locator(".live-bar [role=status]").text_content()


def run(tab, number=0):
    """Run a cell, or with `None` all of them, and return what the status line says then."""
    button = (
        tab.get_by_role("button", name="Run all") if number is None else tab.locator(".live-run").nth(number)
    )
    button.click()
    return settled(tab)


STRAIGHT = str.maketrans("’‘“”", "''\"\"")
# areas of the book that look alike are one path with a beginning (M) each
MARKS = """svg => ['path', 'text', 'line'].map(name =>
    [...svg.querySelectorAll(`.role-mark ${name}, .role-mark.${name}`)]
        .filter(mark => mark.getAttribute('opacity') !== '0')
        .map(mark => name === 'path' ? (mark.getAttribute('d') ?? '').split('M').length - 1 : 1)
        .reduce((sum, one) => sum + one, 0))"""


def having_cells():
    return [page for page in pages() if 'class="cell ' in (HTML / page).read_text(encoding="utf-8")]


def drawn(figures, svg):
    """The charts as (title, how many marks they have)."""
    return [
        (
            figure.locator(".chart-title").text_content().translate(STRAIGHT),
            figure.locator(svg).evaluate(MARKS),
        )
        for figure in figures.all()
    ]


def printed(tables):
    return [re.sub(r"\s+", " ", table) for table in tables.all_text_contents()]


def differing(tab):
    """Run all cells of a page: what they show otherwise than the book does."""
    charts, tables = (
        drawn(tab.locator("figure.chart"), "svg.wide"),
        printed(tab.locator(".cell_output .text_html table")),
    )
    begin(tab)
    if not run(tab, None).startswith("Ready"):
        yield from tab.locator(".live-error").all_text_contents()
    live = drawn(tab.locator(".live-output figure.chart"), "svg")
    if not live or live != charts or min(sum(marks) for _, marks in live) <= 2:
        yield f"{charts} in the book, live {live}"
    if tables != printed(tab.locator(".live-output table")):
        yield "other tables"
    if tab.locator("figure.chart:not(.live-output *)").filter(visible=True).count():
        yield "drawings of the book are shown as well"
    tab.get_by_role("button", name="Close").click()
    tab.get_by_role("button", name="Run the code live").first.wait_for()
    if tab.locator(".live-bar").count():
        yield "the bar stays"
    yield from tab.broken


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(lambda: [HEAVY], id="one"),
        pytest.param(having_cells, id="all", marks=pytest.mark.whole),
    ],
)
def test_the_cells_of_a_page_run_and_show_what_the_book_shows(visit, chosen):
    assert faulty(lambda page: list(differing(visit(page))), chosen()) == {}


def test_before_the_click_nothing_is_loaded_and_no_other_host_is_asked(visit, site):
    tab = visit("chapters/votes.html")
    tab.locator(".live-run").first.wait_for()
    assert [url for url in tab.asked if not url.startswith(site)] == []
    assert [url for url in tab.asked if re.search(r"/live/|vega", url)] == []
    begin(tab)
    assert any("/live/thebe.js" in url for url in tab.asked), (
        "the same look sees what is loaded after the click"
    )


@pytest.mark.whole
def test_the_control_moves_nothing(visit):
    tab = visit("chapters/votes.html", width=390)
    tab.route("**/*.woff2", lambda route: route.abort())  # else the type may be there at one time only
    tab.reload()
    height = "document.documentElement.scrollHeight"
    with_control = tab.evaluate(height)
    tab.route("**/live.js", lambda route: route.abort())
    tab.reload()
    assert tab.locator(".live-run").count() == 0 and tab.evaluate(height) == with_control


@pytest.mark.whole
def test_an_edited_cell_shows_its_new_output_and_the_cells_above_are_run_first(visit):
    tab = visit("chapters/votes.html")
    begin(tab)  # the first cell alone has run
    cells = (ROOT / "chapters" / "votes.md").read_text().split("```{code-cell}")[1:]
    here = next(number for number, cell in enumerate(cells) if "Yes votes rose" in cell)
    editor = tab.locator(".live-editor").nth(here)
    tab.get_by_text("Show the code").nth(here).click()
    editor.fill(editor.input_value().replace("Yes votes rose", "Votes in favour rose") + "\n")
    editor.press("Shift+Enter")
    tab.locator(".live-output .chart-title", has_text="Votes in favour rose").wait_for()
    first = tab.locator(".live-editor").first
    renamed = "moved['group'].astype(str).replace('African', 'Africa')"
    first.fill(f"{first.input_value()}\nmoved = moved.assign(group={renamed})")
    assert run(tab, here).startswith("Ready")
    labels = " ".join(tab.locator(".live-output").nth(here).locator("svg text").all_text_contents())
    assert "Africa" in labels and "African" not in labels
    first.fill(first.input_value() + "\ntimes = globals().get('times', 0) + 1\nprint(times)")
    run(tab, here)
    assert run(tab, here).startswith("Ready") and tab.locator(".live-stdout").text_content() == "1\n", (
        "not run again as it has not changed"
    )


@pytest.mark.whole
def test_an_error_shows_its_traceback_and_the_drawing_stays(visit):
    tab = visit("chapters/votes.html")
    begin(tab)
    editor, drawing = tab.locator(".live-editor").first, tab.locator("#fig-moves")
    assert not drawing.is_visible()
    written = editor.input_value()
    editor.fill("print('so far')\nnumber = 1\nnumber / 0")
    assert "Cell 1 ended with an error: ZeroDivisionError" in run(tab)
    told = tab.locator(".live-output").first
    assert (
        "so far" in told.inner_text()
        and "----> 3 number / 0" in told.inner_text()
        and "\x1b" not in told.inner_text()
    )
    assert drawing.is_visible() and told.bounding_box()["y"] > drawing.bounding_box()["y"]
    editor.fill("input()")
    assert "StdinNotImplementedError" in run(tab), "a question does not hang"
    tab.get_by_role("button", name="Undo the changes").click()
    assert editor.input_value() == written
    assert run(tab).startswith("Ready") and not drawing.is_visible()


@pytest.mark.whole
def test_what_a_reader_may_print_is_shown(visit):
    tab = visit("chapters/votes.html")
    begin(tab)
    editor = tab.locator(".live-editor").first
    editor.fill("""import sys, os
print("one"); print("two", file=sys.stderr); print(os.path.basename(os.getcwd()))
display(pd.DataFrame({"a": [1]}),
    {"text/html": "<b onclick='1'>bold</b><script>document.title = 'ran'</script>"})
display({"text/html": "<b>bold</b><script>document.title = 'ran'</script>"}, raw=True)
display({"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "nGNgYPj/HwADAgH/eL9fiQAAAABJRU5ErkJggg==", "text/plain": "a picture"}, raw=True)
alt.Chart(pd.DataFrame({"a": [1, 2]})).mark_bar().encode(x="a:Q")""")
    assert run(tab).startswith("Ready")
    shown = tab.locator(".live-output").first
    assert (
        shown.locator(".live-stdout").all_text_contents() == ["one\nchapters\n"]
        and shown.locator(".live-stderr").text_content() == "two\n"
    )
    assert (
        shown.locator("table.dataframe td").text_content() == "1"
        and shown.locator("b", has_text="bold").is_visible()
        and tab.title() != "ran"
    )
    assert shown.get_by_alt_text("a picture").evaluate("picture => picture.naturalWidth") == 1
    assert sum(shown.locator("figure.chart svg").evaluate(MARKS)) >= 2, (
        "a chart without title or theme of its own"
    )
    editor.fill("from edition import glue\nglue(number=1)")
    run(tab)
    assert shown.inner_text() == "As it stands, this cell shows nothing."
    editor.fill(
        "alt.Chart(pd.DataFrame({'a': [1, 2]})).mark_line().encode(x='a:Q', y='a:Q')"
        ".transform_regression('a', 'a')"
    )
    run(tab)
    assert "This chart cannot be drawn in the page" in shown.inner_text()


@pytest.mark.whole
def test_a_live_chart_has_its_tooltips_controls_and_the_scheme_of_the_page(visit):
    tab = visit("chapters/eras.html", scheme="dark")
    begin(tab)
    assert run(tab, None).startswith("Ready")
    figure = tab.locator(".live-output figure.chart", has=tab.locator("select"))
    figure.locator("select").select_option(label="chairing")
    bright = figure.locator(".role-mark path[opacity='0.8']")
    bright.first.wait_for()
    assert 0 < bright.count() < figure.locator(".role-mark path").count()
    bright.first.scroll_into_view_if_needed()
    tab.wait_for_timeout(200)  # scrolling puts a tooltip away
    bright.first.hover()
    tab.locator(".tip:not(#term-explained)").wait_for()
    colour = figure.locator("svg text").first.evaluate("text => getComputedStyle(text).fill")
    assert colour == "rgb(163, 173, 183)", "the dark scheme's quiet"


@pytest.mark.whole
def test_one_click_below_the_title_runs_the_chapter(visit):
    tab = visit("chapters/votes.html")
    tab.get_by_role("button", name="in the page").click()
    assert settled(tab).startswith("Ready")
    assert tab.locator(".cell_output:not(.live-output)").filter(visible=True).count() == 0
    showing = tab.locator("div.cell", has=tab.locator(".cell_output:not(.live-output)"))
    assert 1 < showing.count() == showing.locator(".live-output").filter(visible=True).count()
    cells = (ROOT / "chapters" / "votes.md").read_text().count("```{code-cell}")
    assert cells == tab.locator("div.cell").count() == tab.locator(".live-output").count()


@pytest.mark.whole
def test_restart_forgets_and_brings_the_drawings_back(visit):
    tab = visit("chapters/votes.html")
    begin(tab)
    editor = tab.locator(".live-editor").first
    editor.fill("known = 1\nwhile True: pass")
    tab.locator(".live-run").first.click()
    tab.locator(".live-bar[data-state=running]").wait_for()
    tab.get_by_role("button", name="Restart").click()
    assert settled(tab).startswith("Ready") and tab.locator("#fig-moves").is_visible()
    editor.fill("known")
    assert "NameError" in run(tab)
    tab.get_by_role("button", name="Undo the changes").click()
    run(tab)
    tab.get_by_role("button", name="Restart").click()
    settled(tab)
    assert run(tab, 1).startswith("Ready"), "the first cell is run again for the second"


@pytest.mark.whole
def test_a_page_that_is_loaded_again_begins_anew(visit):
    tab = visit("chapters/votes.html")
    begin(tab)
    tab.locator(".live-editor").first.fill("left_over = 1")
    run(tab)
    tab.reload()
    begin(tab)
    tab.locator(".live-editor").first.fill("left_over")
    assert "NameError" in run(tab)


@pytest.mark.whole
def test_a_kernel_that_dies_is_told_and_started_again(visit):
    tab = visit("chapters/votes.html")
    begin(tab)
    editor = tab.locator(".live-editor").first
    editor.fill("import os; os._exit(1)")
    assert "Python has ended unexpectedly" in run(tab)
    editor.fill("print(1 + 1)")
    tab.get_by_role("button", name="Try again").click()
    assert settled(tab).startswith("Ready") and tab.locator(".live-stdout").text_content() == "2\n"


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("unreachable", "Binder could not be reached, or it refused."),
        ("broken", "Binder could not start the code: no such commit"),
    ],
)
def test_a_binder_that_fails_is_told_and_the_drawing_stays(visit, ref, told):
    tab = visit("chapters/votes.html", ref=ref)
    begin(tab)
    assert tab.locator(".live-bar [role=status]").text_content().startswith(told)
    assert tab.locator("#fig-moves").is_visible()
    tab.get_by_role("button", name="Try again").click()
    settled(tab)
    assert tab.broken == []


@pytest.mark.whole
def test_a_connection_that_ends_during_the_build_is_taken_up_again(visit):
    tab = visit("chapters/votes.html", ref="shaky")
    begin(tab)
    assert tab.locator(".live-bar [role=status]").text_content().startswith("Ready")
    assert sum("/build/" in url for url in tab.asked) == 2


@pytest.mark.whole
def test_the_next_chapter_takes_the_same_server(visit, site):
    tab = visit("chapters/votes.html")
    begin(tab)
    tab.goto(f"{site}/chapters/eras.html?ref=abc")
    begin(tab)
    assert tab.locator(".live-bar [role=status]").text_content().startswith("Ready")
    assert sum("/build/" in url for url in tab.asked) == 1


@pytest.mark.whole
def test_a_server_of_the_readers_own_does_as_well(visit, jupyter):
    tab = visit("chapters/votes.html", ref="unreachable")
    begin(tab)
    tab.get_by_text("Use my own Jupyter server").click()
    for address, token, told in [
        (NOBODY, "x", f"No server lets this page in at {NOBODY}"),
        (jupyter[0], "wrong", f"No server lets this page in at {jupyter[0]}"),
        (*jupyter, "Ready"),
    ]:
        tab.get_by_label("Address").fill(address)
        tab.get_by_label("Token").fill(token)
        tab.get_by_role("button", name="Connect").click()
        tab.locator(".live-bar [role=status]", has_text=told).wait_for()
    assert tab.locator(".live-output figure.chart").count() == 1
    assert jupyter[1] not in tab.evaluate("JSON.stringify(localStorage)"), "its token is not kept"


@pytest.mark.whole
def test_it_works_by_keyboard_and_fits_a_phone(visit):
    tab = visit("chapters/votes.html", width=390)
    tab.locator(".live-run").first.press("Enter")
    assert settled(tab).startswith("Ready")
    assert tab.evaluate("document.activeElement.className").endswith("live-run")
    editor = tab.locator(".live-editor").first
    editor.focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Run", "the Tab key leaves the editor"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    box = tab.locator(".live-bar").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] < 130
    assert tab.locator(".live-output svg").first.evaluate("svg => svg.viewBox.baseVal.width") < 330, (
        "the narrow chart"
    )


def test_the_extension_offers_it_where_the_repository_is_known(small_book):
    cell = "```{passage} 1\nWords. {cite:p}`a-source`\n```\n\n```{code-cell} ipython3\n1\n```\n"
    _, without = small_book(cell, execute=True)
    _, known = small_book(
        cell, execute=True, edition_launch=repository.binder("https://github.com/a-body/a-book", "abc")
    )
    assert "live.js" not in without and "in the page" not in without and ">in the page</button>" in known
    tag = re.search(r"<script[^>]*live\.js[^>]*>", known)[0]
    for attribute in [
        'data-binder="https://mybinder.org"',
        'data-provider="github"',
        'data-repo="a-body/a-book"',
        'data-ref="abc"',
        'data-path="index"',
        "defer",
    ]:
        assert attribute in tag


def weight(*paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_it_weighs_little_before_the_click_and_not_much_after(book):
    static = HTML / "_static"
    assert weight(static / "live.js") < 1_000
    assert weight(*LIVE.glob("*.js"), LIVE / "live.css", static / "vega" / "vega-lite.js") < 150_000
