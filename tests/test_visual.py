"""The visual difference of two sites: what it tells and what it leaves out."""

import pytest
import visual

pytestmark = pytest.mark.whole
PAGE = (
    "<!doctype html><meta charset=utf-8><style>p {{ font: 20px serif; transition: color 9s "
    "}}</style><p>{}</p>" + "<p>Nothing changes here.</p>" * 30
)


@pytest.fixture
def sites(tmp_path):
    """Make two sites from two tables of path and text; return their folders."""

    def make(*both):
        for name, site in zip(("before", "after"), both, strict=True):
            for path, text in site.items():
                (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name / path).write_text(PAGE.format(text), encoding="utf-8")
        return tmp_path / "before", tmp_path / "after"

    return make


def test_one_word_is_one_page(browser, sites, tmp_path):
    before = {
        "index.html": "Home",
        "chapters/votes.html": "Forty states abstained.",
        "_static/part.html": "The theme's",
    }
    after = before | {
        "chapters/votes.html": "Fifty states abstained.",
        "_static/part.html": "The theme's, another",
    }
    told = visual.compare(browser, *sites(before, after), tmp_path / "out")
    assert told == [
        "changed: chapters/votes.html (390 px light, 1280 px light, 1280 px dark)",
        "1 of 2 pages differ",
    ]
    assert (tmp_path / "out" / "summary.md").read_text() == "".join(f"- {line}\n" for line in told)
    tab = browser.new_page()
    tab.goto((tmp_path / "out" / "index.html").as_uri())
    sizes = tab.locator("img").evaluate_all(
        "pictures => Promise.all(pictures.map(async one => (await one.decode(), [one.naturalWidth, "
        "one.naturalHeight])))"
    )
    tab.close()
    assert len(sizes) == 9 and {width for width, _ in sizes} == {390, 1280}
    assert all(height < 200 for _, height in sizes), "only the rows that differ are shown"


def test_the_same_site_twice_has_no_difference(browser, sites, tmp_path):
    assert visual.compare(
        browser, *sites(*[{"index.html": "Home", "a.html": "Words"}] * 2), tmp_path / "out"
    ) == ["0 of 2 pages differ"]


def test_a_page_of_one_site_only_is_told(browser, sites, tmp_path):
    told = visual.compare(
        browser,
        *sites({"index.html": "Home", "old.html": "Old"}, {"index.html": "Home", "new.html": "New"}),
        tmp_path / "out",
    )
    assert told == ["added: new.html", "removed: old.html", "2 of 3 pages differ"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Home", 'Home<style media="(max-width: 500px)">p { color: red }</style>', " (390 px light)"),
        (
            "Home",
            'Home<style media="(prefers-color-scheme: dark)">p { color: red }</style>',
            " (1280 px dark)",
        ),
        ("Home", 'Home<div style="height: 50px">', " (390 px light, 1280 px light, 1280 px dark)"),
        ("Home<i>.</i>", 'Home<i style="color: #10101a">.</i>', ""),
    ],
)
def test_each_look_is_compared_with_a_tolerance(browser, sites, tmp_path, before, after, told):
    lines = visual.compare(browser, *sites({"index.html": before}, {"index.html": after}), tmp_path / "out")
    assert lines == (
        [f"changed: index.html{told}", "1 of 1 pages differ"] if told else ["0 of 1 pages differ"]
    )
