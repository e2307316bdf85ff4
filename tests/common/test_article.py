"""What the article says of itself, and its links to other sites."""

import pytest

from bitmass_viz.common.article import MAX_DESCRIPTION, opening_of, with_links_in_new_tabs


def test_the_opening_is_plain_text():
    title = '<h1 id="x">Bits &amp; <em>bytes</em><a class="anchor-link" href="#x">¶</a></h1>'
    assert opening_of(f"{title}<p>One\n<b>two</b>.</p><p>3</p>") == ("Bits & bytes", "One two.")
    assert opening_of("<h2>No title</h2>") == ("", "")


@pytest.mark.parametrize("sentence", ["A sentence of some words. ", "word "])
def test_a_long_paragraph_is_cut_where_a_sentence_ends(sentence):
    _, description = opening_of(f"<p>{80 * sentence}</p>")
    assert len(description) <= MAX_DESCRIPTION
    assert description.endswith("." if "." in sentence else "…")
    assert len(description) > MAX_DESCRIPTION / 2


def test_only_links_to_other_sites_open_in_a_new_tab():
    inside = '<a href="#5.-The-bug">there</a> <a class="x" href="notes.html">notes</a>'
    assert with_links_in_new_tabs(inside) == inside
    once = with_links_in_new_tabs('<a title="t" href="https://a.example/">a</a>')
    assert once == '<a target="_blank" rel="noopener" title="t" href="https://a.example/">a</a>'
    assert with_links_in_new_tabs(once) == once
