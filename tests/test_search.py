"""The search: everything in the book is in its index once, and a reader finds it and sees what it is."""

import functools
import gzip
import html
import json
import re

import pytest
from conftest import HTML, pages
from servers import Quiet, serve

from edition.web.search import KINDS

pytestmark = pytest.mark.usefixtures("book")
FILES = HTML / "_static" / "search"
# what a page holds, as its HTML has it
MARKUP = {
    "Passage": r'<section class="passage" id="([^"]+)"',
    "Note": r'<li class="annotation content" id="([^"]+)"[^>]*data-kind="(?!term)',
    "Term": r'(?:<li class="annotation content" |<dt )id="([^"]+)"(?![^>]*data-kind="(?!term))',
    "Event": r'<dt><span id="([^"]+)"',
    "Chart": r'<figure class="chart" id="([^"]+)"',
}
RESULTS = """[...document.querySelectorAll("#search-found li")].map((li) => ({
    label: li.querySelector(".found-label b").textContent.trim(),
    title: li.querySelector("h2").textContent,
    url: li.querySelector("a").getAttribute("href"),
    text: li.querySelector(".found-text").textContent,
    marks: [...li.querySelectorAll("mark")].map((mark) => mark.textContent)}))"""
# search as Enter does; that it is done, the address tells last
FIND = f"""async (words) => {{
    const form = document.querySelector(".book-search");
    form.elements.q.value = words;
    form.requestSubmit();
    const done = () => new URLSearchParams(location.search).get("q") === words.trim();
    for (let frame = 0; frame < 1000 && !done(); frame++) await new Promise(requestAnimationFrame);
    return {RESULTS};
}}"""


@functools.cache
def texts():
    """The pages that are searched, and that of the search."""
    return {
        page: (HTML / page).read_text(encoding="utf-8") for page in pages() if not page.startswith("cite/")
    }


def entries():
    """Every entry of the index as (kind, label, title, address, text)."""
    index = json.loads(
        (FILES / "entries.js").read_text(encoding="utf-8").removeprefix("const bookEntries = ")
    )
    return [
        (kind, f"{kind} {more}".strip(), title, page + place, text)
        for page, held in index.items()
        for kind, more, title, place, text in held
    ]


def of(kind):
    return [entry for entry in entries() if entry[0] == kind]


@pytest.fixture
def opened(browser):
    """Open the page of the search, with what stands behind it in the address."""
    contexts = []

    def go(behind="", width=1280, page=f"file://{HTML}/search.html", **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        tab = contexts[-1].new_page()
        tab.goto(page + behind)
        return tab

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def searcher(browser):
    """A tab with the page of the search, for those who only search."""
    tab = browser.new_page()
    tab.goto(f"file://{HTML}/search.html")
    yield tab
    tab.close()


def find(tab, words):
    """Search as Enter does, and return the results."""
    return tab.evaluate(FIND, words)


def status(tab):
    return tab.locator("#search-status").text_content()


# --- The index ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MARKUP)
def test_everything_is_in_the_index_once(kind):
    there = [f"{page}#{name}" for page, text in texts().items() for name in re.findall(MARKUP[kind], text)]
    notes = {url.partition("#note-")[2] for url in there}
    there = [
        url for url in there if url.partition("#term-")[2] not in notes - {""}
    ]  # the glossary repeats notes
    assert there and sorted(there) == sorted(url for _, _, _, url, _ in of(kind))


def test_every_address_exists_and_none_stands_twice():
    urls = [url for _, _, _, url, _ in entries()]
    assert len(urls) == len(set(urls))
    for page, _, place in (url.partition("#") for url in urls):
        assert f'id="{place}"' in texts()[page] if place else page in texts(), (page, place)


def test_every_paragraph_is_in_the_index():
    """Paragraphs, items of lists and cells of tables, compared without the markers and without spaces."""
    held = re.sub(r"\s", "", " ".join(text for *_, text in entries()))
    for page, text in texts().items() - {("search.html", texts()["search.html"])}:
        article = re.search(r'<article class="page".*?</article>', text, re.S)[0]
        article = re.sub(
            r'<div class="(cell |toctree)[^>]*>.*?(?=<h2|<p>|</section>|</article>)|<a '
            r'class="(marker|headerlink)".*?</a>',
            "",
            article,
            flags=re.S,
        )
        # what the source is, which stands at each
        article = re.sub('<span class="witness-kind">.*?</span>', "", article)
        article = re.sub(
            '<table class="statements">.*?</table>', "", article, flags=re.S
        )  # each stands with its note
        if "how-to-cite" in page:
            article = re.sub("<blockquote>.*?</blockquote>", "", article, flags=re.S)  # examples of citations
        if "bibliography" in page:
            article = article.partition('<div class="docutils container"')[0]
        paragraphs = re.findall(r"<(?:p|td|li)(?: class=\"lead\")?>([^<].*?)</(?:p|td|li)>", article, re.S)
        assert paragraphs, page
        for paragraph in paragraphs:
            plain = re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", paragraph)))
            assert plain in held, (page, paragraph)


def test_index_and_library_are_light_and_loaded_by_their_page_alone():
    assert (
        sum(len(gzip.compress((FILES / name).read_bytes())) for name in ("entries.js", "minisearch.js"))
        <= 90_000
    )
    assert [
        page
        for page, text in texts().items()
        if re.search(r"_static/search|searchindex|searchtools|language_data", text)
    ] == ["search.html"]


# --- What a reader finds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "rank"), [("Note", 3), ("Term", 3), ("Chart", 1), ("Chapter", 5)])
def test_by_its_title_or_lemma_each_is_among_the_first(searcher, kind, rank):
    for _, label, title, url, _ in of(kind):
        results = find(searcher, title)[:rank]
        assert (label, title, url) in [
            (result["label"], result["title"], result["url"]) for result in results
        ], title


def test_each_passage_is_found_by_its_number_and_by_its_words(searcher):
    for _, label, _, url, text in of("Passage"):
        assert find(searcher, label)[0]["url"] == url
        first = find(searcher, " ".join(text.split()[:12]))[0]
        assert (first["label"], first["url"]) == (label, url)


def test_each_note_is_found_by_its_number(searcher):
    for _, label, _, url, _ in [*of("Note"), *(entry for entry in of("Term") if "note" in entry[1])]:
        assert url in [
            result["url"] for result in find(searcher, re.search(r"note [\d.]+", label, re.I)[0])[:2]
        ], label


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("erdogan", "Erdoğan"),
        ("ERDOĞAN", "Erdoğan"),
        ("érdôgàn", "Erdoğan"),
        ("turkiye", "Türkiye"),
        ("FRANÇOIS", "François"),  # accents
        ("demarc", "demarcating"),  # the beginning of a word
        ("abstension", "abstention"),
        ("nazarbaev", "Nazarbayev"),  # a slip
    ],
)
def test_accents_beginnings_and_slips_do_not_matter(searcher, typed, marked):
    assert marked in {mark for result in find(searcher, typed) for mark in result["marks"]}


def test_a_number_is_never_another_one(searcher):
    assert find(searcher, "7,591") and find(searcher, "7,592") == []


def test_what_matches_is_marked_and_shown(searcher):
    for result in find(searcher, "semipalatinsk closed"):
        assert {"semip", "close"} <= {mark.lower()[:5] for mark in result["marks"]}
        assert len(result["text"]) < 400


def test_where_no_entry_has_all_words_some_are_enough(searcher):
    results = find(searcher, "demarcation xyzzyx")
    assert (
        status(searcher).startswith("Nothing has all the words of “demarcation xyzzyx”. Some of them: ")
        and results[0]["marks"]
    )


def test_before_a_query_the_page_says_nothing(opened):
    assert status(opened()) == ""


def test_nothing_found_says_what_to_try(opened):
    tab = opened()
    assert not tab.locator("#search-elsewhere").is_visible()
    assert (
        find(tab, "xyzzyx") == []
        and status(tab) == "Nothing was found for “xyzzyx”. Try another spelling, or another word for it."
    )
    assert tab.locator("#search-elsewhere").get_by_role("link", name="glossary").is_visible()


@pytest.mark.parametrize(
    "typed", ["<img src=x onerror=document.title='hacked'>", "\"><script>document.title='hacked'</script>"]
)
def test_markup_in_a_query_is_text(opened, typed):
    tab = opened()
    find(tab, typed)
    assert f"“{typed}”" in status(tab)
    tab.reload()
    assert f"“{typed}”" in status(tab) and tab.title() != "hacked"
    assert tab.locator("main :is(img, script)").count() == 0


def test_the_kinds_are_told_apart_and_can_be_chosen(opened):
    tab = opened("?q=osce")
    everything = tab.evaluate(RESULTS)
    assert {result["label"].split()[0] for result in everything} <= set(KINDS) and len(
        {result["label"].split()[0] for result in everything}
    ) > 2
    tab.get_by_role("radio", name="Notes").check()
    notes = tab.evaluate(RESULTS)
    number = len([text for _, label, title, _, text in of("Note") if "osce" in f"{title} {text}".lower()])
    assert {result["label"].split()[0] for result in notes} == {"Note"} and status(tab) == f"{number} results"
    tab.reload()
    assert tab.evaluate(RESULTS) == notes and tab.url.endswith("?q=osce&kind=Note"), (
        "the address keeps the query and the kind"
    )


def test_many_results_are_counted_and_the_best_shown(opened):
    tab = opened("?q=kazakhstan")
    assert (
        re.fullmatch(r"[1-9]\d\d results, of which you see the best 50", status(tab))
        and tab.locator("#search-found li").count() == 50
    )


# --- How it is used -----------------------------------------------------------------------------------------


def test_by_keyboard_alone_from_typing_to_the_note(opened):
    tab = opened()
    tab.get_by_label("Words to find").focus()
    tab.keyboard.type("demarcating the immense border")
    tab.locator("#search-found mark").first.wait_for()
    assert tab.locator("#search-status").get_attribute("role") == "status"
    for _ in range(9):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.closest('#search-found') !== null"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/2000s-oil-pays-for-a-place.html#note-border-demarcation")
    assert tab.locator("#note-border-demarcation").is_visible()
    tab.go_back()
    assert tab.locator("#search-found li").first.is_visible(), "the results are still there"


def test_the_field_beside_a_chapter_leads_there(opened):
    tab = opened(page=f"file://{HTML}/chapters/votes.html")
    tab.get_by_label("Search this book").fill("Budapest memorandum")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=Budapest+memorandum")
    assert tab.locator("#search-found h2").first.text_content() == "Budapest memorandum"


def test_without_scripts_the_page_says_so_and_leads_elsewhere(opened):
    tab = opened(java_script_enabled=False)
    assert (
        tab.get_by_text("The search needs JavaScript.").is_visible()
        and not tab.locator(".book-search").is_visible()
    )
    for name in ("glossary", "chronology", "bibliography", "cover"):
        assert tab.locator("#search-elsewhere").get_by_role("link", name=name).is_visible()


def test_it_runs_under_a_strict_policy(opened):
    class Strict(Quiet):
        def end_headers(self):
            self.send_header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' "
                "data:",
            )
            super().end_headers()

    server, address = serve(functools.partial(Strict, directory=HTML))
    tab = opened("?q=budapest", page=f"{address}/search.html")
    assert "Budapest" in tab.locator("#search-found mark").first.text_content() and status(tab)
    server.shutdown()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_off(opened, width):
    tab = opened("?q=organization+security", width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    edges = tab.locator(
        "#search-found :is(li, mark), .book-search :is(input[type=search], label)"
    ).evaluate_all(
        "all => all.map(part => part.getBoundingClientRect()).map(({left, right}) => [left, right])"
    )
    assert len(edges) > 50 and min(edges)[0] >= 0 and max(right for _, right in edges) <= width
