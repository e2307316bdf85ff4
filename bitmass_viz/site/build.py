"""Build the static site's files from the article's notebook."""

from __future__ import annotations

import ast
import base64
import gzip
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.filters import markdown2html

from bitmass_viz.common.article import PREVIEW, as_shown
from bitmass_viz.common.palette import PALETTE
from bitmass_viz.common.version import __version__
from bitmass_viz.data import PUBLISHED, Digits, FetchError
from bitmass_viz.data.load import load_published
from bitmass_viz.data.pieces import cut
from bitmass_viz.engine.build import FOLDER as ENGINE
from bitmass_viz.experiments import Finding
from bitmass_viz.live.declared import declared
from bitmass_viz.site.pages import LIVE, Pages
from bitmass_viz.site.widgets import Shown, accounts_part, shown
from bitmass_viz.widgets.traits import STATIC

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
        The package's version, the digits that the page begins with, the other data sets and the time.
    """

    files: dict[str, bytes] = field(repr=False)
    about: dict[str, Any]


def build(notebook: Path, live: str = LIVE, one_file: bool = False, url: str = "") -> Site:
    """Run the article's cells and assemble the page, its trainers and its digits.

    Parameters
    ----------
    notebook : Path
        The article. Its code cells are executed.
    live : str
        URL of the article with Python behind it; empty for none.
    one_file : bool
        Whether all of it goes into one HTML file.
    url : str
        Address at which the site will be; empty if unknown. Only with it do other pages find the picture that they
        show with a link: the address of that picture must be absolute.

    Returns
    -------
    Site

    Raises
    ------
    ValueError
        If `live` or `url` is not a URL.
    """
    check_address(live, "live")
    check_address(url, "url")
    body: list[str] = []
    widgets: dict[str, Any] = {}
    parts = {"accounts": _packed(json.dumps(accounts_part()).encode())}
    figures: dict[str, bytes] = {}
    names: dict[str, Any] = {}
    digits: Digits | None = None
    for cell in nbformat.read(notebook, as_version=4).cells:
        if ONLY_WITH_PYTHON in cell.metadata.get("tags", ()):
            continue
        if cell.cell_type == "markdown":
            body.append(f'<div class="prose">{as_shown(markdown2html(cell.source))}</div>')
            continue
        widget = _run(cell.source, names)
        if widget is None:
            continue
        if isinstance(widget, Finding):
            body.append(f'<div class="prose">{markdown2html(widget.text)}</div>')
            continue
        found = shown(widget)
        widgets[found.name] = found.content
        body.append(_place(found))
        if found.figure:
            figures[found.content["figure"]] = found.figure.encode()
        digits = digits or found.digits
        widget.close()
    assert digits is not None
    others = [] if one_file else _others(digits)
    every = [cut(digits), *(cut(each, bits=(8,)) for each in others)]
    pieces = {name: content for each in every for name, content in each.files.items()}
    parts |= {name: _packed(figure) for name, figure in figures.items()}
    parts["kernels"] = _packed((ENGINE / "kernels.wasm").read_bytes())
    parts["worker"] = _packed((STATIC / "worker.js").read_bytes())
    encoded = {name: base64.b64encode(content).decode() for name, content in pieces.items()}
    about = _about(digits, others)
    entries = [each.entry for each in every]
    content = {"palette": PALETTE, "declared": declared(), "data": entries, "widgets": widgets}
    image = "" if one_file else PREVIEW.name
    pages = Pages(body, content, about, url and url.rstrip("/") + "/", image)
    if one_file:
        used = [piece["file"] for name in ("pieces", "test_pieces") for piece in entries[0][name]]
        return Site({"index.html": pages.one_file(live, parts | {file: encoded[file] for file in used})}, about)
    files = {
        "index.html": pages.article(live),
        "embed.html": pages.embedded(),
        "_headers": pages.headers(),
        "article.js": (STATIC / "article.js").read_bytes(),
        PREVIEW.name: PREVIEW.read_bytes(),
        "about.json": json.dumps(about, indent=1).encode(),
        **{f"{name}.svg": figure for name, figure in figures.items()},
        **{f"parts/{name}.js": _script(name, part) for name, part in (parts | encoded).items()},
    }
    return Site(files | pieces, about)


def check_address(address: str, name: str) -> None:
    """Check that an argument is an address or empty.

    Raises
    ------
    ValueError
        If it is not.
    """
    if address and not re.match(r"https?://[^\s/]\S*$", address):
        raise ValueError(
            f"{name} must be an address that begins with http:// or https://, or empty, got {address!r}"
        )


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


def _place(found: Shown) -> str:
    """Return a widget's placeholder, with what there is without JavaScript."""
    instead = "<p>This part is interactive: it needs JavaScript.</p>"
    if found.figure:
        instead = f'<img src="{found.content["figure"]}.svg" alt="{escape(found.alternative)}">'
    return f'<div class="widget" data-widget="{found.name}"><noscript>{instead}</noscript></div>'


def _packed(content: bytes) -> str:
    """Return content compressed, as text; the same content gives the same text."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _script(name: str, content: str) -> bytes:
    """Return a part's file; ``src/parts.js`` reads it."""
    given = ",".join(json.dumps(each, separators=(",", ":")) for each in (name, content))
    return f"bitmassPart({given})\n".encode("ascii")


def _others(digits: Digits) -> list[Digits]:
    """Return the other published data sets that are on this machine, for the page's choice of data."""
    found = []
    for name, published in PUBLISHED.items():
        try:
            if name != digits.name:
                found.append(load_published(published, download=False))
        except FetchError:
            continue
    return found


def _about(digits: Digits, others: list[Digits]) -> dict[str, Any]:
    return {
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "digits": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "sha256": dict(digits.sha256),
        "others": {each.name: dict(each.sha256) for each in others},
    }
