"""HTML for displaying objects in notebooks: small tables and pictures that work in light and dark themes."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.palette import PALETTE

LINE = "1px solid rgba(128,128,128,.35)"
CELL = f"text-align:left;vertical-align:top;padding:.3em .9em .3em 0;border-bottom:{LINE};background:none"
INK = (104, 118, 138)
"""A grey that is visible on white and on black."""
MAX_NUMBERS = 10
"""Most numbers of an array that are written out; the rest are summarised."""


def number(value: Any) -> str:
    """Format a number: integers with commas, others with four significant digits, and a real minus sign."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        text = f"{int(value):,}"
    elif value == 0 or 1e-4 <= abs(value) < 1e5:
        digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
        text = f"{float(value) + 0.0:,.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{float(value):.2e}"
    return text.replace("-", "−")


def numbers(values: NDArray[Any], most: int = MAX_NUMBERS) -> str:
    """Format the first numbers of an array, with the count and range of all if there are more."""
    flat = np.asarray(values).ravel()
    written = " ".join(number(value) for value in flat[:most])
    if len(flat) <= most:
        return written
    return f"{written} … ({len(flat):,} numbers, {number(flat.min())} to {number(flat.max())})"


def picture(values: NDArray[Any], size: int = 84, label: str = "", beside: NDArray[Any] | None = None) -> str:
    """Return an ``img`` element that draws a matrix: shades of ink, or two colours if there are negative numbers.

    Parameters
    ----------
    values : (height, width)
        Non-negative numbers are inked in proportion; otherwise positive and negative numbers have a colour each,
        and 0 is transparent.
    size : int
        Height on the screen, in pixels.
    label : str
        Alternative text.
    beside : ndarray, optional
        All numbers drawn side by side, to share colours and scale.
    """
    from PIL import Image

    grid = np.asarray(values, np.float64)
    everything = grid if beside is None else np.asarray(beside)
    largest = float(np.abs(everything).max(initial=0.0))
    pixels = np.zeros((*grid.shape, 4), np.uint8)
    if (everything < 0).any():
        pixels[grid > 0, :3] = _rgb("positive")
        pixels[grid < 0, :3] = _rgb("negative")
    else:
        pixels[..., :3] = INK
    pixels[..., 3] = np.rint(255 * np.abs(grid) / largest) if largest else 0
    held = BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    data = base64.b64encode(held.getvalue()).decode()
    return (
        f'<img alt="{escape(label)}" title="{escape(label)}" src="data:image/png;base64,{data}" '
        f'style="display:inline-block;height:{size}px;width:auto;max-width:none;image-rendering:pixelated;'
        f'margin:2px 6px 2px 0;border:{LINE}">'
    )


def squared(values: NDArray[Any]) -> NDArray[Any]:
    """Reshape numbers to a square if their count is a square number, otherwise to one row."""
    side = math.isqrt(len(values))
    return values.reshape(side, side) if side * side == len(values) else values.reshape(1, -1)


def pictures(rows: NDArray[Any], names: Sequence[str], size: int = 56) -> str:
    """Return pictures of rows of numbers side by side, each laid out as a square if possible."""
    return "".join(picture(squared(row), size, name, rows) for row, name in zip(rows, names, strict=False))


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Return a table of HTML cells."""
    top = "".join(f'<th scope="col" style="{CELL};font-weight:600">{cell}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:.4em 0;font-size:.95em">'
        + (f"<thead><tr>{top}</tr></thead>" if head else "")
        + f"<tbody>{body}</tbody></table></div>"
    )


def card(title: str, *parts: str, note: str = "") -> str:
    """Return HTML parts between a title and a note, which are plain text."""
    under = f'<p style="margin:.3em 0;opacity:.75">{escape(note)}</p>' if note else ""
    top = f'<p style="margin:0 0 .3em"><b>{escape(title)}</b></p>'
    return f'<div style="margin:.3em 0">{top}{"".join(parts)}{under}</div>'


def curve(points: Sequence[tuple[float, float]], width: int = 240, height: int = 60) -> str:
    """Return an SVG line chart of accuracy, 0 to 1, over examples."""
    last = max(x for x, _ in points) or 1
    places = " ".join(f"{4 + (width - 8) * x / last:.1f},{height - 4 - (height - 8) * y:.1f}" for x, y in points)
    return (
        f'<svg role="img" aria-label="validation accuracy, from 0 to 100 %" width="{width}" height="{height}" '
        f'style="border:{LINE}"><polyline points="{places}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        + "".join(
            f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="2.5" fill="currentColor"/>'
            for p in places.split()
        )
        + "</svg>"
    )


def _rgb(name: str) -> tuple[int, int, int]:
    colour = PALETTE["light"][name]
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
