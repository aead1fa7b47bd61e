"""The search: all of the book is in its index once, questions lead to it, and a result says what is so."""

import functools
import gzip
import html
import json
import re

import pytest
from conftest import HTML, pages, weekly
from servers import Quiet, serve

from edition.web.search import KINDS, READERS_WORDS

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
PEOPLE = re.compile(r'<dl class="[^"]*\bpeople\b.*?</dl>', re.S)  # found by the notes that name them
RESULTS = """[...document.querySelectorAll("#search-found li")].map((li) => ({
    label: li.querySelector(".found-label b").textContent.trim(),
    title: li.querySelector("h2").textContent,
    url: li.querySelector("a").getAttribute("href"),
    text: li.querySelector(".found-text").textContent,
    marks: [...li.querySelectorAll("mark")].map((mark) => mark.textContent)}))"""
VOTE_2022, VOTE_2014 = "#note-kazakhstan-vote", "#note-just-as-2014"
WRONG = "#note-first-to-chair", "#note-security-council-election"
DEATHS = "#note-death-toll", "#event-toll-list", "#how-many-died", "#fig-death-toll"
# what students ask, as they type it -> the ends of the addresses that answer it
QUESTIONS = {
    "how did Kazakhstan vote in October 2022": [VOTE_2022],
    "who abstained in October 2022": [VOTE_2022],
    "Crimea vote": [VOTE_2014],
    "27 March 2014": [VOTE_2014],
    "ES-11/4": [VOTE_2022, "#event-vote-es-11-4"],
    "which countries vote like Kazakhstan": ["#fig-nearest-on-ukraine"],
    "human rights votes": ["#fig-kazakhstan-on-ukraine", "#fig-no-on-human-rights"],
    "what is an abstention": ["#term-abstention"],
    "did Kazakhstan recognise Crimea": ["#note-crimea-2014"],
    "recognition of Donetsk and Luhansk": ["#note-september-who"],
    "did Tokayev condemn the war": ["#note-firm-disagreement"],
    "what is wrong in the text": WRONG,
    "mistakes": WRONG,
    "errors in the article": WRONG,
    "inaccurate": WRONG,
    "was Kazakhstan the first post-Soviet state in the OSCE": [WRONG[0]],
    "when was Kazakhstan elected to the Security Council": [WRONG[1], "#event-unsc-election"],
    "what does not exact mean": ["#term-verdict"],
    "how many died in January 2022": DEATHS,
    "how many people were killed in the protests": DEATHS,
    "deaths January 2022": DEATHS,
    "CSTO troops how many countries": ["#note-csto-not-only-russian"],
    "who is Tileuberdi": ["#note-september-who", "#note-border-later"],
    "who is Tokayev": ["#note-resignation-march-2019", "#note-career-diplomat"],
    "Tokaev UN career": ["#note-career-diplomat"],
    "when did Nazarbayev resign": ["#note-resignation-march-2019"],
    "who is the author": ["#note-research-fellow", "#p12"],
    "who paid for the commentary": ["#note-funder"],
    "what is CICA": ["#note-cica"],
    "what is the OSCE": ["#note-osce"],
    "what does CSTO mean": ["#note-csto-term"],
    "what is the Middle Corridor": ["#note-middle-corridor"],
    "multivector foreign policy": ["#note-multi-vector-policy"],
    "Nursultan": ["#term-nur-sultan", "#term-astana-akmola-nur-sultan"],
    "why is the capital called Astana again": ["#note-nur-sultan"],
    "Qazaqstan last nuclear weapon": ["#note-denuclearisation", "#event-last-nuclear-weapon"],
    "when did the last nuclear weapon leave": ["#event-last-nuclear-weapon"],
    "Kazakstan Nazarbaev Karabach": ["#p3", "#note-first-attempts"],
    "how many Russians came to Kazakhstan": ["#note-influx-numbers", "#fig-arrivals"],
    "did Russians cause the inflation": ["#note-inflation-growth"],
    "oil pipeline through Russia": ["#note-oil-through-russia"],
    "GDP growth 2000s": ["#fig-growth"],
    "visit of Xi Jinping": ["#event-xi-visit-2022", "#note-xi-month"],
    "result of the 2022 presidential election": ["#note-election-observers", "#event-snap-election"],
    "note 8.12": [VOTE_2022],
    "how do I cite a note": ["how-to-cite.html", "how-to-cite.html#a-note"],
    "did Kazakhstan vote against Russia": ["#fig-kazakhstan-on-ukraine"],
    "how many died": ["#fig-death-toll"],
}
FIRST = "did Kazakhstan vote against Russia", "how many died"  # no other result stands above these
# search as Enter does; that it is done, the address tells last
FIND = f"""async (words) => {{
    const form = document.querySelector(".book-search");
    form.elements.q.value = words;
    form.requestSubmit();
    const done = () => new URLSearchParams(location.search).get("q") === words.trim();
    for (let turn = 0; turn < 1000 && !done(); turn++) await new Promise((next) => setTimeout(next));
    return {RESULTS};
}}"""


@functools.cache
def texts():
    """The pages that are searched, and that of the search."""
    return {
        page: PEOPLE.sub("", (HTML / page).read_text(encoding="utf-8"))
        for page in pages()
        if not page.startswith("cite/")
    }


def entries():
    """Every entry of the index as (kind, label, title, address, text, lemma)."""
    script = (FILES / "entries.js").read_text(encoding="utf-8")
    index, _ = json.JSONDecoder().raw_decode(script.removeprefix("const bookEntries = "))
    return [
        (kind, f"{kind} {more}".strip(), title, page + place, text, lemma)
        for page, held in index.items()
        for kind, more, title, place, text, lemma in held
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
    assert there and sorted(there) == sorted(url for _, _, _, url, *_ in of(kind))


def test_every_address_exists_and_none_stands_twice():
    urls = [url for _, _, _, url, *_ in entries()]
    assert len(urls) == len(set(urls))
    for page, _, place in (url.partition("#") for url in urls):
        assert f'id="{place}"' in texts()[page] if place else page in texts(), (page, place)


def test_every_paragraph_is_in_the_index():
    """Paragraphs, items of lists and cells of tables, compared without the markers and without spaces."""
    held = re.sub(r"\s", "", " ".join(f"{title} {text}" for _, _, title, _, text, _ in entries()))
    for page, text in texts().items() - {("search.html", texts()["search.html"])}:
        article = re.search(r'<article class="page".*?</article>', text, re.S)[0]
        article = re.sub(
            r'<div class="(cell |toctree)[^>]*>.*?(?=<h2|<p>|</section>|</article>)|<a '
            r'class="(marker|headerlink)".*?</a>',
            "",
            article,
            flags=re.S,
        )
        article = re.sub(r'<ol class="questions">.*?</ol>', "", article, flags=re.S)  # hints are folded
        article = re.sub('<details class="note-sources">.*?</details>', "", article, flags=re.S)
        # what the source is, which stands at each
        article = re.sub('<span class="outlet-kind">.*?</span>', "", article)
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


def test_no_hint_of_a_question_is_in_the_index():
    hint = "Every adjective is a risk."
    assert hint in texts()["chapters/january-2022.html"]
    assert all(hint not in text for *_, text, _ in entries())


def test_index_and_library_are_light_and_loaded_by_their_page_alone():
    assert (
        sum(len(gzip.compress((FILES / name).read_bytes())) for name in ("entries.js", "minisearch.js"))
        <= 118_000
    )
    assert (FILES / "entries.js").stat().st_size <= 400_000
    assert [
        page
        for page, text in texts().items()
        if re.search(r"_static/search|searchindex|searchtools|language_data", text)
    ] == ["search.html"]


# --- What a reader finds ------------------------------------------------------------------------------------


def test_a_question_has_its_answer_in_the_first_three_results(searcher):
    missed = {}
    for question, answers in QUESTIONS.items():
        first = [result["url"] for result in find(searcher, question)[:3]]
        if not any(url.endswith(tuple(answers)) for url in first):
            missed[question] = first
    assert missed == {}


@pytest.mark.parametrize("question", FIRST)
def test_the_chart_that_answers_comes_first(searcher, question):
    assert find(searcher, question)[0]["url"].endswith(tuple(QUESTIONS[question]))


def test_a_word_of_readers_leads_to_those_of_an_edition(searcher):
    for typed, meant in READERS_WORDS.items():
        for word in typed.replace("*", "").split(", "):
            marks = {mark.lower() for result in find(searcher, word) for mark in result["marks"]}
            assert marks & set(meant.split(", ")[0].split()), word


def test_the_words_of_a_question_that_ask_do_not_count(searcher):
    asked, bare = find(searcher, "what is said about the tenge?"), find(searcher, "said tenge")
    assert asked == bare != []
    assert find(searcher, "who is it"), "where there are no others, they do"


def test_a_result_says_what_is_so(searcher):
    first = find(searcher, "4.15")[0]
    assert first["label"] == "Note 4.15 · wrong"
    assert first["title"] == next(title for _, label, title, *_ in of("Note") if label == first["label"])
    assert first["title"].startswith("Kazakhstan was the first post-Soviet state to chair the OSCE")
    assert first["text"].startswith("first post-Soviet state to participate")
    assert find(searcher, "passage 4")[0]["title"].endswith(".")
    event = find(searcher, "2 March 1992")[0]
    assert (event["label"], event["title"]) == (
        "Event · 2 March 1992, New York · joining",
        "Kazakhstan joins the United Nations",
    )


def test_a_row_of_a_table_keeps_the_heads_of_its_columns(searcher):
    """Of a note, in the text around what was found; and of what a cell shows."""
    text = find(searcher, "Tileuberdi 22 February")[0]["text"]
    assert re.search(r"Who: Mukhtar Tileuberdi, foreign minister; \w+: There is no question", text)
    assert any(result["url"].endswith("votes.html#by-name") for result in find(searcher, "Mauritania"))


@pytest.mark.parametrize(("kind", "rank"), [*weekly(("Note", 3), ("Term", 3)), ("Chart", 1), ("Chapter", 5)])
def test_by_its_title_each_is_among_the_first(searcher, kind, rank):
    for _, label, title, url, *_ in of(kind):
        results = find(searcher, title)[:rank]
        assert (label, title, url) in [
            (result["label"], result["title"], result["url"]) for result in results
        ], title


@pytest.mark.whole
def test_by_the_words_that_it_is_about_each_note_is_among_the_first_ten(searcher):
    for *_, url, _, lemma in of("Note"):
        if len(lemma.split()) > 3:  # 'to Astana' tells nothing
            assert url in [result["url"] for result in find(searcher, lemma)[:10]], lemma


def test_each_passage_is_found_by_its_number_and_by_its_words(searcher):
    for _, label, title, url, text, _ in of("Passage"):
        assert find(searcher, label)[0]["url"] == url
        first = find(searcher, " ".join(f"{title} {text}".split()[:12]))[:2]
        assert (label, url) in [(result["label"], result["url"]) for result in first]


@pytest.mark.whole
def test_each_note_is_found_by_its_number(searcher):
    for _, label, _, url, *_ in [*of("Note"), *(entry for entry in of("Term") if "note" in entry[1])]:
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


def test_what_the_title_says_is_not_looked_for_once_more(searcher):
    """Below it the text begins at its beginning, with what else is told: how all voted, for example."""
    first = find(searcher, "how did Kazakhstan vote in October 2022")[0]
    assert re.search(r"abstained ?The result on resolution ES-11/4 was \d+ in favour", first["text"])


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
    number = len([entry for entry in of("Note") if "osce" in " ".join(entry).lower()])
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


def test_readers_words_that_lead_nowhere_are_told(miniature):
    """In one line each: what is malformed, and what the book does not say."""
    miniature.replace("_config.yml", "87, eighty*: four score", "war: [battle]\n      eighty*: four scores")
    status, said = miniature.build()
    place = "_config.yml: edition_readers_words:"
    assert status and said.splitlines()[-3:] == [
        f"{place} 'war': write what stands in the book for it as words, with commas",
        f"{place} 'eighty*': scores stands nowhere in the book; correct it, or delete the line",
        "2 faults. Nothing was built; the book is as it was before.",
    ]


# --- How it is used -----------------------------------------------------------------------------------------


def test_by_keyboard_alone_from_typing_to_the_note(opened):
    tab = opened()
    tab.get_by_label("Words to find").focus()
    tab.keyboard.type("demarcating the immense border")
    tab.wait_for_url("**+border")  # it has searched for all of it
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


def test_the_field_is_ready_where_nothing_is_asked_yet(opened):
    """On a phone, too; results are not covered by a keyboard, and nothing jumps."""
    tab = opened(width=390, has_touch=True)
    tab.locator("#search-words:focus").wait_for()
    assert tab.evaluate("scrollY") == 0
    tab = opened("?q=osce", width=390, has_touch=True)
    tab.locator("#search-found li").first.wait_for()
    assert tab.evaluate("[document.activeElement.id, scrollY]") == ["", 0]


def test_the_field_in_the_contents_leads_there(opened):
    tab = opened(page=f"file://{HTML}/chapters/votes.html")
    tab.get_by_role("button", name="Contents").click()
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
    heights = tab.locator(".book-search fieldset label:not([hidden])").evaluate_all(
        "all => all.map(label => label.getBoundingClientRect().height)"
    )
    assert len(heights) > 4 and min(heights) >= 44, "large enough for a finger"
