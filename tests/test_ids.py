"""What has been cited stays where it is."""

import ids


def test_nothing_that_can_be_cited_has_vanished(book):
    gone = ids.published() - ids.built()
    assert not gone, "readers cite these: give them back their names"


def test_all_that_can_be_cited_is_in_the_list(book):
    assert not ids.built() - ids.published(), "new ones: run python tests/ids.py"


def test_a_renamed_note_is_found(tmp_path):
    page = tmp_path / "chapters" / "a.html"
    page.parent.mkdir()
    page.write_text(
        '<section class="passage" id="p1"></section><li class="annotation content" id="note-new"></li>'
        '<figure class="chart" id="fig-a"></figure>'
    )
    (tmp_path / "index.html").write_text('<h2 id="where-to-start">Start</h2>')
    assert ids.built(tmp_path) == {"chapters/a.html#p1", "chapters/a.html#note-new", "chapters/a.html#fig-a"}
    assert "chapters/a-necessity.html#p11" in ids.published() - ids.built(tmp_path)
