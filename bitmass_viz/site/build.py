"""Build the static site's files from the article's notebook."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import nbformat
from nbconvert.filters import markdown2html

from bitmass_viz.common.numeric import whole
from bitmass_viz.common.palette import PALETTE, as_css
from bitmass_viz.common.version import __version__
from bitmass_viz.data import Digits
from bitmass_viz.recording.page import LIVE, check_address, style_sheet
from bitmass_viz.site.parts import Part
from bitmass_viz.site.recordings import EPOCHS, Recorder
from bitmass_viz.site.widgets import Shown, shown
from bitmass_viz.site.wording import reworded
from bitmass_viz.widgets.traits import STATIC

TEMPLATE = Path(__file__).with_name("article.html")
STYLE_SHEETS = ("explorer", "evidence", "one_example", "counter")
MAX_SEEDS = 20


@dataclass(frozen=True)
class Site:
    """The files of a site.

    Attributes
    ----------
    files : dict of bytes
        Content by path, relative to the site's folder.
    about : dict
        The recordings, the package's version, the digits and the time.
    """

    files: dict[str, bytes] = field(repr=False)
    about: dict[str, Any]


def build(notebook: Path, seeds: int = 3, live: str = LIVE, progress: bool = True) -> Site:
    """Run the article's cells, record its networks, and assemble the page.

    Parameters
    ----------
    notebook : Path
        The article. Its code cells are executed.
    seeds : int
        Number of seeds recorded for the networks side by side: 1 to 20.
    live : str
        URL of the live page; empty for none.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Site

    Raises
    ------
    ValueError
        If `seeds` is out of range, `live` is not a URL, or the notebook no longer matches `wording`.
    """
    seeds = whole("seeds", seeds, 1, MAX_SEEDS)
    check_address(live)
    cells = nbformat.read(notebook, as_version=4).cells
    prose = reworded([cell.source for cell in cells if cell.cell_type == "markdown"])
    coming = iter(prose)
    recorder = Recorder(progress)
    body: list[str] = []
    widgets: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    names: dict[str, Any] = {}
    digits: Digits | None = None
    for cell in cells:
        if cell.cell_type == "markdown":
            body.append(f'<div class="prose">{markdown2html(next(coming))}</div>')
            continue
        widget = _run(cell.source, names)
        if widget is None:
            continue
        name = f"widget-{len(widgets)}"
        found = shown(widget, recorder, seeds)
        widgets[name] = found.content
        body.append(_place(name, found, live))
        if found.figure:
            files[f"figures/{found.name}.svg"] = found.figure.encode()
            recorder.put(Part(found.content["figure"], found.figure))
        digits = digits or found.digits
        widget.close()
    recorder.close()
    assert digits is not None
    about = _about(recorder, digits)
    files["index.html"] = _page(prose[0], body, widgets, live, about).encode()
    files["article.js"] = (STATIC / "article.js").read_bytes()
    files |= {f"parts/{part.name}.js": part.script() for part in recorder.parts.values()}
    files["about.json"] = json.dumps(about, indent=1).encode()
    return Site(files, about)


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


def _place(name: str, found: Shown, live: str) -> str:
    """Return a widget's placeholder, with its fallback without JavaScript and a note on the live page's extras."""
    instead = "<p>This part is interactive: it needs JavaScript.</p>"
    if found.figure:
        instead = f'<img src="figures/{found.name}.svg" alt="{escape(found.alternative)}">'
    more = ""
    if found.only_live:
        link = f' <a href="{escape(live)}" target="_blank" rel="noopener">Go live</a>' if live else ""
        more = f'<p class="only-live">{escape(found.only_live)}{link}</p>'
    return f'<div class="widget" data-widget="{name}"><noscript>{instead}</noscript></div>{more}'


def _about(recorder: Recorder, digits: Digits) -> dict[str, Any]:
    return {
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "digits": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "sha256": dict(digits.sha256),
        "epochs": EPOCHS,
        "recordings": recorder.made,
    }


def _page(opening: str, body: list[str], widgets: dict[str, Any], live: str, about: dict[str, Any]) -> str:
    content = json.dumps({"palette": PALETTE, "each": widgets}, separators=(",", ":"))
    title, description = _opening(opening)
    parts = {
        "title": escape(title),
        "description": escape(description),
        "version": escape(about["version"]),
        "body": "\n".join(_with_edition(body, about, live)),
        "first": escape(next(_first_parts(widgets))),
        "colours": as_css(),
        "css": "\n".join(style_sheet(name) for name in STYLE_SHEETS),
        "widgets": content.replace("<", "\\u003c"),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)


def _with_edition(body: list[str], about: dict[str, Any], live: str) -> list[str]:
    """Insert a note about the recorded edition before the first section."""
    kind = "synthetic pen strokes, not MNIST," if about["synthetic"] else about["label"]
    link = ""
    if live:
        link = (
            f' <a data-testid="live" href="{escape(live)}" target="_blank" rel="noopener">Go live</a>'
            " has them trained on the spot. It opens in a new tab and may take minutes to wake: read on meanwhile."
        )
    note = (
        '<aside class="edition" data-testid="edition"><p>This is the recorded edition. Its networks learned '
        f"{escape(kind)} on {about['made'].partition('T')[0]}, with bitmass_viz {escape(about['version'])}, "
        f"and play here without a server.{link}</p></aside>"
    )
    return [body[0].replace("<h2", f"{note}<h2", 1), *body[1:]]


def _first_parts(widgets: dict[str, Any]) -> Iterator[str]:
    """Yield the recordings that the page shows before the reader chooses anything."""
    for content in widgets.values():
        if content["kind"] == "explorer":
            yield content["recordings"][content["first"]]


def _opening(prose: str) -> tuple[str, str]:
    """Return the article's title, and its first paragraph without Markdown."""
    title, paragraph = prose.split("\n\n")[:2]
    return title.lstrip("# ").strip(), re.sub(r"[*_`]", "", " ".join(paragraph.split()))
