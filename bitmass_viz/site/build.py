"""Build the static site's files from the article's notebook."""

from __future__ import annotations

import ast
import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import nbformat
from nbconvert.filters import markdown2html

from bitmass_viz.common.palette import PALETTE, as_css
from bitmass_viz.common.version import __version__
from bitmass_viz.data import Digits
from bitmass_viz.engine.build import FOLDER as ENGINE
from bitmass_viz.live.declared import declared
from bitmass_viz.site.pieces import cut
from bitmass_viz.site.widgets import Shown, accounts_part, shown
from bitmass_viz.widgets.traits import STATIC

TEMPLATE = Path(__file__).with_name("article.html")
STYLE_SHEETS = ("explorer", "evidence", "one_example", "counter")
LIVE = "https://mybinder.org/v2/gh/bitmass-viz/bitmass_viz/HEAD?urlpath=bitmass%2F"
"""Where a reader of the site finds the article with Python behind it, unless another address is given."""
ONLY_WITH_PYTHON = "only-with-python"
"""Tag of the notebook's cells that are true only where a kernel runs."""


@dataclass(frozen=True)
class Site:
    """The files of a site.

    Attributes
    ----------
    files : dict of bytes
        Content by path, relative to the site's folder.
    about : dict
        The package's version, the digits and the time.
    """

    files: dict[str, bytes] = field(repr=False)
    about: dict[str, Any]


def build(notebook: Path, live: str = LIVE, one_file: bool = False) -> Site:
    """Run the article's cells and assemble the page, its trainers and its digits.

    Parameters
    ----------
    notebook : Path
        The article. Its code cells are executed.
    live : str
        URL of the article with Python behind it; empty for none.
    one_file : bool
        Whether all of it goes into one HTML file.

    Returns
    -------
    Site

    Raises
    ------
    ValueError
        If `live` is not a URL.
    """
    check_address(live)
    body: list[str] = []
    widgets: dict[str, Any] = {}
    parts: dict[str, Any] = {"accounts": accounts_part()}
    names: dict[str, Any] = {}
    digits: Digits | None = None
    for cell in nbformat.read(notebook, as_version=4).cells:
        if ONLY_WITH_PYTHON in cell.metadata.get("tags", ()):
            continue
        if cell.cell_type == "markdown":
            body.append(f'<div class="prose">{markdown2html(cell.source)}</div>')
            continue
        widget = _run(cell.source, names)
        if widget is None:
            continue
        name = f"widget-{len(widgets)}"
        found = shown(widget)
        widgets[name] = found.content
        body.append(_place(name, found))
        if found.figure:
            parts[found.content["figure"]] = found.figure
        digits = digits or found.digits
        widget.close()
    assert digits is not None
    pieces = cut(digits)
    about = _about(digits)
    parts |= {"kernels": _packed((ENGINE / "kernels.wasm").read_bytes())}
    parts |= {"worker": _packed((STATIC / "worker.js").read_bytes())}
    page = {"palette": PALETTE, "declared": declared(), "digits": pieces.entry, "widgets": widgets}
    encoded = {name: base64.b64encode(content).decode() for name, content in pieces.files.items()}
    article = (STATIC / "article.js").read_bytes()
    if one_file:
        inside = parts | {piece["file"]: encoded[piece["file"]] for piece in pieces.entry["pieces"]}
        html = _page(body, page | {"one_file": True}, live, about, _inside(inside, article.decode()))
        return Site({"index.html": html.encode()}, about)
    files = {"index.html": _page(body, page, live, about, _BESIDE).encode(), "article.js": article}
    files |= {f"{name}.svg": parts[name].encode() for name in parts if name.startswith("figures/")}
    files |= {f"parts/{name}.js": _script(name, content) for name, content in (parts | encoded).items()}
    files |= pieces.files
    files["about.json"] = json.dumps(about, indent=1).encode()
    return Site(files, about)


def check_address(live: str) -> None:
    """Check that `live` is an address or empty.

    Raises
    ------
    ValueError
        If it is not.
    """
    if live and not re.match(r"https?://\S+$", live):
        raise ValueError(f"live must be an address that begins with http:// or https://, or empty, got {live!r}")


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        last = None
    else:
        tree.body.pop()
    exec(compile(tree, "<article>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<article>", "eval"), names) if last else None


def _place(name: str, found: Shown) -> str:
    """Return a widget's placeholder, with what there is without JavaScript."""
    instead = "<p>This part is interactive: it needs JavaScript.</p>"
    if found.figure:
        instead = f'<img src="{found.content["figure"]}.svg" alt="{escape(found.alternative)}">'
    return f'<div class="widget" data-widget="{name}"><noscript>{instead}</noscript></div>'


def _packed(content: bytes) -> str:
    """Return content compressed, as text; the same content gives the same text."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _script(name: str, content: Any) -> bytes:
    """Return a part's file; ``src/parts.js`` reads it."""
    given = ",".join(json.dumps(each, separators=(",", ":")) for each in (name, content))
    return f"bitmassPart({given})\n".encode("ascii")


_BESIDE = '<script defer src="article.js"></script>'


def _inside(parts: Mapping[str, Any], article: str) -> str:
    """Return the scripts of a page that is one file."""
    scripts = [
        f'<script type="application/json" id="part:{escape(name)}">{_safe(json.dumps(content))}</script>'
        for name, content in parts.items()
    ]
    code = re.sub("</(?=script)", r"<\\/", article, flags=re.I)
    return "\n".join([*scripts, f"<script>{code}</script>"])


def _safe(content: str) -> str:
    """Return JSON without what could end a script."""
    return content.replace("<", "\\u003c")


def _about(digits: Digits) -> dict[str, Any]:
    return {
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "digits": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "sha256": dict(digits.sha256),
    }


def _page(body: list[str], page: Mapping[str, Any], live: str, about: Mapping[str, Any], scripts: str) -> str:
    title, description = _opening(body[0])
    parts = {
        "title": title,
        "description": description,
        "version": escape(about["version"]),
        "body": "\n".join(_with_edition(body, about, live)),
        "colours": as_css(),
        "css": "\n".join(map(style_sheet, STYLE_SHEETS)),
        "page": _safe(json.dumps(page, separators=(",", ":"))),
        "scripts": scripts,
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)


def style_sheet(name: str) -> str:
    """Return a widget's style sheet, on one line."""
    return re.sub(r"\s+", " ", (STATIC / f"{name}.css").read_text(encoding="utf-8"))


def _with_edition(body: list[str], about: Mapping[str, Any], live: str) -> Iterator[str]:
    """Insert a note about this edition before the first section."""
    kind = "synthetic pen strokes, not MNIST" if about["synthetic"] else about["label"]
    link = ""
    if live:
        link = (
            f' The <a data-testid="live" href="{escape(live)}" target="_blank" rel="noopener">page with Python'
            "</a> runs every experiment, and takes a minute or more to wake."
        )
    note = (
        '<aside class="edition" data-testid="edition"><p>Everything on this page trains in your browser, on '
        f"{escape(kind)}, to the same bits as bitmass_viz {escape(about['version'])} in Python.{link}</p></aside>"
    )
    yield body[0].replace("<h2", f"{note}<h2", 1)
    yield from body[1:]


def _opening(html: str) -> tuple[str, str]:
    """Return the article's title and its first paragraph, as text for attributes."""
    title = re.search(r"<h1[^>]*>(.*?)(?:<a |</h1>)", html, re.S)
    paragraph = re.search(r"<p>(.*?)</p>", html, re.S)
    assert title is not None
    assert paragraph is not None

    def plain(found: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", "", found).split()).replace('"', "&quot;")

    return plain(title[1]), plain(paragraph[1])
