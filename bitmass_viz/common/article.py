"""The article's HTML, whichever host shows it: what it says of itself, and its links to other sites."""

from __future__ import annotations

import re
import zlib
from html import escape, unescape
from pathlib import Path

from bitmass_viz.common.references import REFERENCES, Reference

TITLE = "Do the bits decide?"
PREVIEW = Path(__file__).parents[1] / "figures" / "preview.png"
"""The picture that other pages show with a link to this one; `figures.preview` makes it."""
PREVIEW_SIZE = (1200, 630)
"""What social networks and chats show uncropped."""
ALTERNATIVE = (
    f"{TITLE} The hidden units of a binary network as little pictures: noise before training, digits after it."
)
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


def as_shown(html: str) -> str:
    """Return a cell's HTML as both hosts show it: with side notes, links in new tabs, and what citations cite."""
    return with_citations(with_links_in_new_tabs(with_side_notes(html)))


def with_side_notes(html: str) -> str:
    """Return HTML in which each ``<details class="note">`` comes a second time, as a note for a wide margin.

    The style sheet shows one of the two: the note on wide screens and on paper, the other elsewhere. Whatever else
    shows the notebook has the other.
    """
    return re.sub(
        r'<details class="note">\s*<summary>(.*?)</summary>(.*?)</details>',
        r'<div class="note" role="note"><div><p><b>\1</b></p>\2</div></div>\g<0>',
        html,
        flags=re.S,
    )


def with_citations(html: str) -> str:
    """Return HTML in which each link to one of `REFERENCES` is followed by its hidden description.

    The description is the link's own for screen readers, and the page's script shows it as a card.
    """
    cell = f"{zlib.crc32(html.encode()):08x}"

    def cited(link: re.Match[str]) -> str:
        reference = REFERENCES.get(unescape(link["address"]))
        # A heading's link to itself cites nothing.
        if reference is None or 'class="anchor-link"' in link[0]:
            return link[0]
        name = f"cite-{cell}-{link.start()}"
        return (
            f'<a class="cite" aria-describedby="{name}"{link[0][2:]}'
            f'<span class="cite-card" id="{name}" hidden>{_described(reference)}</span>'
        )

    return re.sub(r'<a [^>]*?href="(?P<address>[^"]+)"[^>]*>.*?</a>', cited, html, flags=re.S)


def with_links_in_new_tabs(html: str) -> str:
    """Return HTML whose links to other sites open in a new tab: in its place they would end what it trains."""
    return re.sub(r'<a (?=[^>]*href="https?://)(?![^>]*target=)', '<a target="_blank" rel="noopener" ', html)


def tags(title: str, description: str, url: str = "", image: str = "") -> str:
    """Return the tags by which other pages show a link to a page.

    Parameters
    ----------
    title, description : str
    url : str
        The page's own address; empty if unknown.
    image : str
        Address of the picture; empty for none.
    """
    named = {"og:type": "article", "og:title": title, "og:description": description}
    if url:
        named["og:url"] = url
    if image:
        width, height = map(str, PREVIEW_SIZE)
        named |= {"og:image": image, "og:image:type": "image/png", "og:image:alt": ALTERNATIVE}
        named |= {"og:image:width": width, "og:image:height": height}
    cards = {
        "description": description,
        "twitter:card": "summary_large_image" if image else "summary",
        "twitter:title": title,
        "twitter:description": description,
    }
    if image:
        cards |= {"twitter:image": image, "twitter:image:alt": ALTERNATIVE}
    lines = [f'<meta property="{name}" content="{escape(content)}">' for name, content in named.items()]
    return "\n".join(
        lines + [f'<meta name="{name}" content="{escape(content)}">' for name, content in cards.items()]
    )


def _described(reference: Reference) -> str:
    authors = f"{reference.authors} ({reference.year})" if reference.year else reference.authors
    title = f" <cite>{escape(reference.title)}.</cite>" if reference.title else ""
    note = f" <em>{escape(reference.note)}</em>" if reference.note else ""
    return f"<b>{escape(authors)}.</b>{title} {escape(reference.published)}.{note}"


def _plain(found: re.Match[str] | None) -> str:
    return "" if found is None else " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())
