"""What the article says of itself, and its links to other sites."""

import json
import re

import pytest

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.common.article import (
    MAX_DESCRIPTION,
    as_shown,
    opening_of,
    with_citations,
    with_links_in_new_tabs,
)
from bitmass_viz.common.references import REFERENCES


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


def test_a_citation_is_described_beside_it():
    cell = '<p><a href="https://arxiv.org/abs/1902.08153">LSQ</a> and <a href="https://a.example/">other</a></p>'
    shown = as_shown(cell)
    name, description = re.search(
        r'aria-describedby="([^"]+)".*<span [^>]*id="\1" hidden>(.*)</span>', shown
    ).groups()
    assert re.sub("<[^>]+>", "", description) == (
        "Esser, McKinstry, Bablani, Appuswamy and Modha (2020). Learned Step Size Quantization. "
        "ICLR 2020; arXiv 1902.08153. The figures quoted here are the authors’ own, not ours."
    )
    assert shown.count("aria-describedby") == 1
    assert name not in as_shown(cell + " "), "names differ from cell to cell"
    assert with_citations("<a>no link</a>") == "<a>no link</a>"
    own = next(address for address in REFERENCES if address.startswith("#"))
    heading = f'<h2>How to cite<a class="anchor-link" href="{own}">¶</a></h2>'
    assert as_shown(heading) == heading, "a heading's link to itself cites nothing"


def test_every_work_that_the_article_cites_is_described_and_no_other():
    cells = json.loads(explainer_notebook().read_text("utf-8"))["cells"]
    text = "".join(line for cell in cells if cell["cell_type"] == "markdown" for line in cell["source"])
    assert set(re.findall(r"\]\(([^)]+)\)", text)) == set(REFERENCES)


def test_a_folded_note_comes_a_second_time_for_the_margin():
    other = "<details><summary>Other</summary><p>stays</p></details>"
    shown = as_shown(f'<p>Text</p><details class="note">\n<summary>Why?</summary>\n<p>So.</p></details>{other}')
    margin, folded = shown.split("<details class", 1)
    assert margin == '<p>Text</p><div class="note" role="note"><div><p><b>Why?</b></p>\n<p>So.</p></div></div>'
    assert folded == f'="note">\n<summary>Why?</summary>\n<p>So.</p></details>{other}'
