"""The reader's own copy.

Recognised in whatever form it has, kept whole or not at all, shown to that reader, and never published.
"""

import json
import os
import re
import subprocess
import sys

import own_copy
import pytest
from conftest import HTML, faulty, pages
from own_copy import FOOT, PASSAGES, TEXT
from test_miniature import ADDRESS

from edition import __main__ as command
from edition.witness import fingerprint, leak, store

SAID = {number: " ".join(text.split()) for number, text in PASSAGES.items()}


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """An edition of the tests' own text: its fingerprints, and a place of its own for the reader's copy."""
    fingerprint.write(PASSAGES, tmp_path / "fingerprints.json")
    monkeypatch.setattr(fingerprint, "FILE", tmp_path / "fingerprints.json")
    monkeypatch.setattr(store, "FILE", tmp_path / "_copy" / "commentary.json")
    return tmp_path


def test_a_pdf_with_running_heads_and_hyphens_is_whole(edition, browser):
    own_copy.pdf(browser, edition / "copy.pdf")
    command.main(["import", str(edition / "copy.pdf")])
    assert store.load() == SAID


OTHER = "Another article of the same society tells of the ferries. " * 20 + FOOT


# --- What must not leak -------------------------------------------------------------------------------------


def prints():
    return [fingerprint.fingerprint(number, text) for number, text in PASSAGES.items()]


@pytest.mark.whole
def test_the_published_book_has_nothing_of_a_copy(book):
    """Of a change `make publish-check` asks the same."""
    assert list(leak.check(book)) == []


def test_no_published_page_shows_a_copy():
    def shown(page):
        text = re.sub(r"<script>.*?</script>", "", (HTML / page).read_text(encoding="utf-8"), flags=re.S)
        return [sign for sign in ('class="original"', "facing.js") if sign in text]

    assert faulty(shown, pages()) == {}


@pytest.fixture(scope="module")
def with_copy(copy):
    """The book built with a copy of the tests' own text in place of passages 1 to 3, and what the build said.

    The copy lacks some words: of one that is complete the build wants the lemmas of the notes.
    """
    fingerprints = copy.root / "data" / "fingerprints.json"
    before = fingerprints.read_text(encoding="utf-8")
    rest = [row for row in json.loads(before) if row["passage"] not in PASSAGES]
    own = [
        fingerprint.fingerprint(number, f"{text} So it is told.")._asdict()
        for number, text in PASSAGES.items()
    ]
    fingerprints.write_text(json.dumps(own + rest), encoding="utf-8")
    (copy.root / "copy.txt").write_text(TEXT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(copy.root)}

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=copy.root, env=environment, capture_output=True, text=True
        )

    copy.build()
    imported = run("edition", "import", "copy.txt")
    status, said = copy.build()
    yield copy, imported, status, said, run
    run("edition", "forget")
    fingerprints.write_text(before, encoding="utf-8")
    (copy.root / "copy.txt").unlink()
    copy.build()


PAGES = {1: "host-and-peace-broker", 2: "2022-the-guests-keep-coming", 3: "1990s-giving-up-the-bomb"}


@pytest.mark.whole
def test_a_build_shows_the_copy_word_for_word(with_copy):
    copy, imported, status, said, _ = with_copy
    assert imported.returncode == 0 and status == 0 and "must not be published" in said, (
        imported.stderr + said
    )
    for number, page in PAGES.items():
        text = (copy.html / "chapters" / f"{page}.html").read_text(encoding="utf-8")
        (shown,) = re.findall(r'<p class="original-text">([^<]*)</p>', text)
        assert __import__("html").unescape(shown) == SAID[number] and "_static/facing.js" in text


@pytest.mark.whole
def test_the_copy_is_in_nothing_but_the_pages_and_publishing_is_refused(with_copy):
    copy, *_, run = with_copy
    found = dict(leak.check(copy.html, prints()))
    assert {str(path) for path in found} == {f"chapters/{page}.html" for page in PAGES.values()}
    refusal = run("edition.witness.leak", "_build/html")
    assert (
        refusal.returncode != 0
        and "This must not be published. If your copy is here: .venv/bin/python -m edition forget && make "
        "book"
        in refusal.stderr
    )
    assert run("edition.paper.pdf").returncode == 0 and not {
        str(path) for path in dict(leak.check(copy.html, prints()))
    } & {"closer-to-home.pdf"}
    ignored = subprocess.run(
        ["git", "-C", copy.root, "check-ignore", "_copy/commentary.json"], capture_output=True, text=True
    )
    assert ignored.returncode == 0


@pytest.mark.whole
def test_a_release_of_it_is_refused(with_copy):
    copy, *_ = with_copy
    done = subprocess.run(
        [sys.executable, ".ci/release.py"],
        cwd=copy.root,
        env=os.environ | {"PYTHONPATH": str(copy.root)},
        capture_output=True,
        text=True,
    )
    assert (
        done.returncode != 0
        and "release: chapters/host-and-peace-broker.html has words of passage 1 of the commentary"
        in done.stderr
    )


@pytest.mark.whole
def test_the_reader_chooses_between_the_texts_and_notes_show_their_words(with_copy, browser):
    copy, *_ = with_copy
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto((copy.html / "chapters" / f"{PAGES[1]}.html").as_uri())
    original, restatement = tab.locator(".original"), tab.locator(".restatement")
    assert original.is_visible() and restatement.is_visible()
    one, other = original.bounding_box(), restatement.bounding_box()
    assert one["x"] + one["width"] <= other["x"], "side by side"
    tab.get_by_label("both texts").focus()
    tab.keyboard.press("ArrowLeft")
    assert restatement.is_visible() and not original.is_visible()
    tab.reload()
    assert restatement.is_visible() and not original.is_visible(), "the choice is remembered"
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.get_by_label("both texts").check()
    one, other = original.bounding_box(), restatement.bounding_box()
    assert one["y"] + one["height"] <= other["y"], "one below the other"
    tab.close()


# --- In the browser -----------------------------------------------------------------------------------------


@pytest.fixture
def reader(browser, address):
    """A reader at the page where a copy is given, whose browser knows the tests' own text.

    As passages 1 to 3, with lemmas of it.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = "/chapters/read-it-beside.html"
    real = (HTML / page.strip("/")).read_text(encoding="utf-8")
    own = json.dumps([one._asdict() for one in prints()])
    faked = re.sub(
        r'(<script type="application/json" id="fingerprints">).*?(</script>)',
        lambda found: found[1] + own + found[2],
        real,
        flags=re.S,
    )
    context.route(f"**{page}", lambda route: route.fulfill(body=faked, content_type="text/html"))
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.goto(address + page)
    yield tab, asked
    context.close()


def test_a_pasted_copy_is_shown_on_the_passages_and_removed_again(reader, address):
    tab, asked = reader
    tab.get_by_label("Or paste the text:").fill(TEXT)
    tab.get_by_role("button", name="Recognise it").click()
    tab.get_by_text("3 of 3 passages were recognised.").wait_for()
    kept = json.loads(tab.evaluate("localStorage.getItem('closer-to-home.copy')"))
    assert {int(number): text for number, text in kept.items()} == SAID
    tab.goto(f"{address}/chapters/{PAGES[1]}.html")
    assert tab.locator("#p1 .original-text").text_content() == SAID[1]
    tab.goto(f"{address}/chapters/read-it-beside.html")
    tab.get_by_role("button", name="Remove my copy from this browser").click()
    assert tab.evaluate("localStorage.getItem('closer-to-home.copy')") is None
    tab.goto(f"{address}/chapters/{PAGES[1]}.html")
    assert tab.locator(".original").count() == 0
    assert all(url.startswith((address, "blob:", "data:")) for url in asked)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("copy.txt", TEXT.encode("utf-16")),
        ("copy.html", own_copy.html().encode()),
        ("old.txt", TEXT.encode("cp1252")),
    ],
)
def test_a_file_is_read_and_nothing_in_it_runs(reader, name, content):
    tab, asked = reader
    title = tab.title()
    tab.locator("#beside-file").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    tab.get_by_text("3 of 3 passages were recognised.").wait_for()
    assert {
        int(number): text
        for number, text in json.loads(tab.evaluate("localStorage.getItem('closer-to-home.copy')")).items()
    } == SAID
    assert (
        tab.title() == title
        and not any("example.org" in url for url in asked)
        and tab.evaluate("document.body.dataset.ran") is None
    )


def test_a_dropped_page_is_read(reader):
    tab, _ = reader
    tab.evaluate(
        """(page) => { const data = new DataTransfer(); data.setData("text/html", page);
      document.querySelector(".beside").dispatchEvent(
        new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})); }""",
        own_copy.html(),
    )
    tab.get_by_text("3 of 3 passages were recognised.").wait_for()


@pytest.mark.parametrize(
    ("content", "told"), [(OTHER, "This is not the commentary"), (" ", "This is empty.")]
)
def test_something_else_is_refused_in_the_browser_and_what_was_there_stays(reader, content, told):
    tab, _ = reader
    tab.evaluate("localStorage.setItem('closer-to-home.copy', '{\"1\": \"kept\"}')")
    tab.get_by_label("Or paste the text:").fill(content)
    tab.get_by_role("button", name="Recognise it").click()
    tab.get_by_text(told).wait_for()
    assert tab.evaluate("localStorage.getItem('closer-to-home.copy')") == '{"1": "kept"}'


def test_the_browser_and_the_command_recognise_alike(edition, reader):
    tab, _ = reader
    differing = (
        TEXT.replace("lighthouse", "light-\nhouse")
        .replace("carved staff", "carven staff")
        .replace("Long before the harbour was built", "Ages before any harbour existed")
    )
    tab.get_by_label("Or paste the text:").fill(differing)
    tab.get_by_role("button", name="Recognise it").click()
    tab.get_by_text("3 of 3 passages were recognised.").wait_for()
    in_browser = {
        int(number): text
        for number, text in json.loads(tab.evaluate("localStorage.getItem('closer-to-home.copy')")).items()
    }
    (edition / "copy.txt").write_text(differing, encoding="utf-8")
    command.main(["import", str(edition / "copy.txt")])
    assert in_browser == store.load()


@pytest.mark.parametrize(("end", "status"), [("", 1), (" A word more.", 0)], ids=["complete", "another"])
def test_a_lemma_is_held_to_a_copy_that_is_complete(miniature, end, status):
    """Of another copy it may be the reader's text that is wrong."""
    number = json.loads((miniature.root / "data" / "fingerprints.json").read_text())[0]["words"]
    (miniature.root / "_copy").mkdir()
    (miniature.root / "_copy" / "commentary.json").write_text(
        json.dumps({"1": " ".join(ADDRESS.split()[:number]) + end})
    )
    miniature.replace("chapters/nation-and-field.md", ":lemma: Four score", ":lemma: Five score")
    told = miniature.build()
    assert (
        told[0],
        "note four-score: its lemma is not in your copy of passage 1; quote the original's own words"
        in told[1],
    ) == (status, status == 1)


def test_the_lemmas_of_the_notes_are_marked_in_the_copy(browser, address):
    """On a page whose notes hang on words of the tests' own text.

    Underlined, with the marker behind, which opens the note.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = f"/chapters/{PAGES[1]}.html"
    text = (HTML / page.strip("/")).read_text(encoding="utf-8")
    names = re.findall(r'<li class="annotation content" id="note-([\w-]+)"[^>]*data-passage="1"', text)[:2]
    for name, lemma in zip(names, ["‘parliament of gulls’", "a carved staff until the speech"], strict=True):
        text = re.sub(
            rf'(id="note-{name}".*?<q class="lemma">)[^<]*', rf"\g<1>{lemma}", text, count=1, flags=re.S
        )
    context.route(f"**{page}", lambda route: route.fulfill(body=text, content_type="text/html"))
    tab = context.new_page()
    tab.goto(f"{address}/index.html")
    tab.evaluate("copy => localStorage.setItem('closer-to-home.copy', JSON.stringify(copy))", SAID)
    tab.goto(address + page)
    marked = tab.locator(".original .lemma-at")
    assert sorted(marked.all_text_contents()) == ["a carved staff until the speech", "parliament of gulls"]
    assert tab.evaluate(
        "[...document.querySelectorAll('.original .lemma-at')].every(words => "
        "words.nextElementSibling.matches('.marker'))"
    )
    plain = tab.evaluate(
        "(() => { const copy = document.querySelector('.original-text').cloneNode(true); "
        "copy.querySelectorAll('.marker').forEach(sign => sign.remove()); return copy.textContent; })()"
    )
    assert plain == SAID[1], "nothing lost, nothing added"
    tab.locator(f".original .marker[href='#note-{names[1]}']").click()
    assert tab.locator(".original .marker.opened").get_attribute("href") == f"#note-{names[1]}"
    assert "a carved staff" in tab.locator(".note-open").text_content()
    tab.keyboard.press("Escape")
    tab.locator(".note-open").wait_for(state="detached")
    assert not tab.locator(".opened").count()
    context.close()
