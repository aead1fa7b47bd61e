"""A build is the same wherever and whenever it is made, and what it shows is never stale."""

import re
import shutil

from conftest import HTML


def files(html):
    return {str(path.relative_to(html)): path.read_bytes() for path in html.rglob("*") if path.is_file() and path.suffix != ".pdf"}  # test_paper.py compares that


def differing(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def executed(copy):
    """The executed notebooks in the cache, each with the moment of its execution."""
    return {path: path.stat().st_mtime_ns for path in (copy.root / "_build" / ".jupyter_cache" / "executed").glob("*/base.ipynb")}


def test_a_clean_build_elsewhere_is_the_same_byte_for_byte(copy):
    status, said = copy.build(PYTHONHASHSEED="7", TZ="Pacific/Apia", LANG="C")
    assert status == 0, said
    assert differing(files(HTML), files(copy.html)) == []


def test_a_changed_vote_changes_the_charts_that_show_it(copy):
    copy.build()
    clean, cells = files(copy.html), executed(copy)
    copy.replace("data/votes.csv", "A/RES/ES-11/4,KAZ,abstain", "A/RES/ES-11/4,KAZ,yes")
    status, said = copy.build()
    assert status != 0 and re.search(r"data/.*ES-11/4", said), "a vote without its tally is a fault"
    assert files(copy.html) == clean
    row = re.search(r"A/RES/ES-11/4,.*", (copy.root / "data" / "resolutions.csv").read_text())[0]
    changed = row.replace(",143,5,35,10,", ",144,5,34,10,")
    copy.replace("data/resolutions.csv", row, changed)
    status, said = copy.build()
    assert status == 0, said
    charts = [name for name in differing(clean, files(copy.html)) if name.startswith("figures/")]
    assert "figures/roll-calls-on-ukraine.csv" in charts and "figures/roll-calls-on-ukraine.js" in charts
    assert "figures/oil-output.csv" not in charts
    assert 0 < sum(executed(copy).get(path) != moment for path, moment in cells.items()) < len(cells), "only the cells that read the votes ran"
    copy.replace("data/votes.csv", "A/RES/ES-11/4,KAZ,yes", "A/RES/ES-11/4,KAZ,abstain")
    copy.replace("data/resolutions.csv", changed, row)
    copy.build()
    assert differing(clean, files(copy.html)) == [], "as a clean build"


def test_changed_prose_runs_no_cell_and_a_new_note_is_numbered_everywhere(copy):
    copy.build()
    clean, cells = files(copy.html), executed(copy)
    path = "chapters/2000s-oil-pays-for-a-place.md"
    text = (copy.root / path).read_text(encoding="utf-8")
    first = re.search(r"\{n\}`[\w-]+`", text)[0]
    note = "\n\n```{annotation} a-new-note\n:lemma: words\n:kind: term\n:term: A new term\nA text.\n```\n"
    (copy.root / path).write_text(text.replace(first, "{n}`a-new-note`" + first, 1) + note, encoding="utf-8")
    status, said = copy.build()
    assert status == 0, said
    assert executed(copy) == cells
    assert "A new term" in files(copy.html)["chapters/glossary.html"].decode()
    incremental = files(copy.html)
    for folder in (".doctrees", "html"):
        shutil.rmtree(copy.root / "_build" / folder)
    (copy.root / "_build" / "book").unlink()
    copy.build()
    assert differing(incremental, files(copy.html)) == [], "as a clean build"
    (copy.root / path).write_text(text, encoding="utf-8")
    copy.build()
    assert differing(clean, files(copy.html)) == []


def test_only_the_pages_that_a_change_reaches_are_written(copy):
    """What is written then is compared with a clean build in the test above; here, that it is few pages, and that none is forgotten."""
    copy.build()
    clean = files(copy.html)
    page = "chapters/2000s-oil-pays-for-a-place"

    def moments():
        return {str(path.relative_to(copy.html)): path.stat().st_mtime_ns for path in copy.html.glob("**/*.html")}

    before = moments()
    copy.replace(f"{page}.md", "\n# ", "\n% a remark moves all lines\n\n# ")
    copy.replace(f"{page}.md", "\n\n```{passage}", "\n\nUnheardofword.\n\n```{passage}")
    assert copy.build()[0] == 0
    written = {name for name, moment in moments().items() if moment != before[name]}
    assert written == {f"{page}.html", "chapters/glossary.html", "index.html", "search.html"}
    assert b"Unheardofword" in files(copy.html)["_static/search/entries.js"]
    copy.replace(f"{page}.md", "\n\nUnheardofword.", "")
    copy.replace(f"{page}.md", "\n% a remark moves all lines\n\n# ", "\n# ")
    copy.build()
    assert differing(clean, files(copy.html)) == [], "the search has forgotten the word, too"
    for path, old, new, elsewhere in [
        ("chapters/2010s-from-venue-to-broker.md", "\n# ", "\n# Newly: ", f"{page}.html"),  # it names the next chapter
        ("references.bib", "title = {", "title = {Newly: ", "chapters/bibliography-press.html"),
        ("edition/static/edition.css", ".passage {", ".passage { top: 1px;", f"{page}.html"),  # a page has its style in itself
    ]:
        copy.replace(path, old, new)
        assert copy.build()[0] == 0
        assert files(copy.html)[elsewhere] != clean[elsewhere], path
        copy.replace(path, new, old)
    copy.build()
    assert differing(clean, files(copy.html)) == []


def test_after_an_interrupted_build_nothing_is_forgotten(copy):
    copy.build()
    clean = files(copy.html)
    for name in ("search.json", "annotations.json"):
        (copy.root / "_build" / ".doctrees" / name).unlink()
    copy.replace("chapters/about.md", "\n## ", "\n% a remark\n\n## ")
    status, said = copy.build()
    copy.replace("chapters/about.md", "\n% a remark\n\n## ", "\n## ")
    assert status == 0, said
    for name, sign in (("_static/search/entries.js", b'["Note",'), ("annotations.jsonld", b'"type": "Annotation"')):
        assert files(copy.html)[name].count(sign) == clean[name].count(sign) > 100


def test_nothing_changed_nothing_is_done(copy):
    copy.build()
    before = {path: path.stat().st_mtime_ns for path in copy.html.rglob("*")}
    status, said = copy.build()
    assert status == 0 and "sphinx" not in said.lower() and said.count("\n") <= 3, said
    assert {path: path.stat().st_mtime_ns for path in copy.html.rglob("*")} == before


def test_a_fault_stays_a_fault_until_it_is_mended(copy):
    copy.replace("index.md", "# ", "{doc}`no-such-chapter`\n\n# ")
    for _ in range(2):
        status, said = copy.build()
        assert status != 0 and "no-such-chapter" in said
    copy.replace("index.md", "{doc}`no-such-chapter`\n\n# ", "# ")
    assert copy.build()[0] == 0
