"""The site's HTML pages: the article, one instrument to embed, and the article as one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from bitmass_viz.common.article import opening_of, tags
from bitmass_viz.common.palette import as_css
from bitmass_viz.widgets.traits import STATIC

LIVE = "https://mybinder.org/v2/gh/bitmass-viz/bitmass_viz/HEAD?urlpath=bitmass%2F"
"""Where a reader of the site finds the article with Python behind it, unless another address is given."""
TEMPLATE = Path(__file__).with_name("article.html")
THEME = Path(__file__).with_name("theme.js").read_text(encoding="utf-8")
STYLE_SHEETS = ("page", "explorer", "evidence", "one_example", "counter", "opening", "predict")
HEADER = """<header id="theme" class="bar">
  <details><summary><span>Contents</span></summary><ol></ol></details>
  <label for="theme-choice">Theme</label>
  <select id="theme-choice" data-testid="theme">
    <option value="auto">Auto</option>
    <option value="light">Light</option>
    <option value="dark">Dark</option>
  </select>
  <div class="progress"></div>
</header>"""
BESIDE = '<script defer src="article.js"></script>'
FOR_EVER = "public, max-age=31536000, immutable"


class Pages:
    """The pages of a site.

    Parameters
    ----------
    body : sequence of str
        The article as HTML; the first part has the title, the first paragraph and the first section.
    content : mapping
        What ``src/article.js`` reads, JSON-ready.
    about : mapping
        The package's version, and the digits: "label" and "synthetic".
    url : str
        Address of the site's folder; empty if unknown.
    image : str
        Path of the picture that other pages show with a link to this one, relative to that folder; empty for none.
    """

    def __init__(
        self,
        body: Sequence[str],
        content: Mapping[str, Any],
        about: Mapping[str, Any],
        url: str = "",
        image: str = "",
    ) -> None:
        self._body = body
        self._content = content
        self._about = about
        self._url = url
        self._image = url + image if image else ""

    def article(self, live: str) -> bytes:
        """Return the article, with its script beside it and a link to a page with Python unless that is empty."""
        return self._page(self._article(live), self._content, BESIDE)

    def embedded(self) -> bytes:
        """Return a page that shows the one instrument that its address names."""
        place = '<div class="widget" data-embedded><noscript><p>This needs JavaScript.</p></noscript></div>'
        return self._page(place, self._content, BESIDE)

    def one_file(self, live: str, parts: Mapping[str, Any]) -> bytes:
        """Return the article with everything inside, for a disk."""
        inside = [
            f'<script type="application/json" id="part:{escape(name)}">{_safe(json.dumps(content))}</script>'
            for name, content in parts.items()
        ]
        code = (STATIC / "article.js").read_text(encoding="utf-8")
        code = re.sub("</(?=script)", r"<\\/", code, flags=re.I)
        scripts = "\n".join([*inside, f"<script>{code}</script>"])
        return self._page(self._article(live), {**self._content, "one_file": True}, scripts)

    def headers(self) -> bytes:
        """Return the headers that the site asks of hosts which read such a file (Netlify's format)."""
        digest = base64.b64encode(hashlib.sha256(THEME.encode()).digest()).decode()
        policy = {
            "default-src": "'none'",
            "script-src": f"'self' 'sha256-{digest}' 'wasm-unsafe-eval'",
            "worker-src": "blob:",
            "connect-src": "'self'",
            "img-src": "'self' data: blob:",
            "style-src": "'unsafe-inline'",
            "base-uri": "'none'",
            "form-action": "'none'",
        }
        said = "; ".join(f"{name} {value}" for name, value in policy.items())
        lines = ["/*", f"  Content-Security-Policy: {said}", "  X-Content-Type-Options: nosniff"]
        for folder in ("digits", "parts/digits"):
            lines += [f"/{folder}/*", f"  Cache-Control: {FOR_EVER}"]
        return ("\n".join(lines) + "\n").encode()

    def _article(self, live: str) -> str:
        body = "\n".join(self._body).replace("<h2", f"{self._edition(live)}<h2", 1)
        return "\n".join([HEADER, "<main>", body, "</main>"])

    def _edition(self, live: str) -> str:
        """Return a note about this edition of the article."""
        digits = "synthetic pen strokes, not MNIST" if self._about["synthetic"] else self._about["label"]
        link = ""
        if live:
            link = (
                f' <a data-testid="live" href="{escape(live)}" target="_blank" rel="noopener">A second page</a> '
                "runs every experiment in Python; it takes a minute or more to start."
            )
        return (
            '<aside class="edition" data-testid="edition"><p>Everything on this page trains in your browser, on '
            f"{escape(digits)}, and gives, bit for bit, the result of bitmass_viz "
            f"{escape(self._about['version'])} in Python."
            f"{link}</p></aside>"
        )

    def _page(self, body: str, content: Mapping[str, Any], scripts: str) -> bytes:
        title, description = opening_of(self._body[0])
        parts = {
            "title": escape(title),
            "tags": tags(title, description, self._url, self._image),
            "version": escape(self._about["version"]),
            "body": body,
            "colours": as_css(),
            "css": "\n".join(map(_style_sheet, STYLE_SHEETS)),
            "theme": THEME,
            "page": _safe(json.dumps(content, separators=(",", ":"))),
            "scripts": scripts,
        }
        return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts).encode()


def _style_sheet(name: str) -> str:
    """Return a widget's style sheet, on one line."""
    return re.sub(r"\s+", " ", (STATIC / f"{name}.css").read_text(encoding="utf-8"))


def _safe(content: str) -> str:
    """Return JSON without what could end a script."""
    return content.replace("<", "\\u003c")
