"""The article's HTML, whichever host shows it: what it says of itself, and its links to other sites."""

from __future__ import annotations

import re
from html import unescape

MAX_DESCRIPTION = 300
"""Characters; what shows a link to a page cuts longer descriptions off anywhere."""


def opening_of(html: str) -> tuple[str, str]:
    """Return the title and the first paragraph of an article as plain text, each empty if there is none.

    The paragraph ends with a sentence, before it is too long to be shown with a link.
    """
    title = re.search(r"<h1[^>]*>(.*?)(?:<a |</h1>)", html, re.S)
    paragraph = re.search(r"<p>(.*?)</p>", html, re.S)
    whole = _plain(paragraph)
    if len(whole) > MAX_DESCRIPTION:
        ends = [found.end() for found in re.finditer(r"[.?!](?= )", whole[:MAX_DESCRIPTION])]
        whole = whole[: ends[-1]] if ends else f"{whole[: MAX_DESCRIPTION - 1]}…"
    return _plain(title), whole


def with_links_in_new_tabs(html: str) -> str:
    """Return HTML whose links to other sites open in a new tab: in its place they would end what it trains."""
    return re.sub(r'<a (?=[^>]*href="https?://)(?![^>]*target=)', '<a target="_blank" rel="noopener" ', html)


def _plain(found: re.Match[str] | None) -> str:
    return "" if found is None else " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())
