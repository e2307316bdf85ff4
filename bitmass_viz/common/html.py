"""HTML that objects show themselves with in a notebook: small tables and pictures, on light and on dark alike."""

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
"""Grey that stands out from white and from black."""
MAX_NUMBERS = 10
"""Numbers of an array that are written out; of the others it is said how many there are."""


def number(value: Any) -> str:
    """Write a number as a reader expects it: whole numbers with commas, others with four digits, a true minus."""
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
    """Write the first numbers of an array, and say what the others are like."""
    flat = np.asarray(values).ravel()
    written = " ".join(number(value) for value in flat[:most])
    if len(flat) <= most:
        return written
    return f"{written} … ({len(flat):,} numbers, {number(flat.min())} to {number(flat.max())})"


def picture(values: NDArray[Any], size: int = 84, label: str = "", beside: NDArray[Any] | None = None) -> str:
    """Draw numbers in rows and columns as an image: shades of ink, or two colours where some are negative.

    Parameters
    ----------
    values : (height, width)
        Bits or pixels from 0 on are inked in proportion; otherwise positive and negative have a colour each, and 0
        is clear.
    size : int
        Height on the screen, in pixels.
    label : str
        What it shows, for those who cannot see it.
    beside : ndarray, optional
        All numbers that are drawn beside it, for the same colours and the same scale.
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
    """Lay a row of numbers out as a square, as pixels are, if their number is one; else as one row."""
    side = math.isqrt(len(values))
    return values.reshape(side, side) if side * side == len(values) else values.reshape(1, -1)


def pictures(rows: NDArray[Any], names: Sequence[str], size: int = 56) -> str:
    """Draw rows of numbers, each as a square, side by side."""
    return "".join(picture(squared(row), size, name, rows) for row, name in zip(rows, names, strict=False))


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Put cells of HTML into a table."""
    top = "".join(f'<th scope="col" style="{CELL};font-weight:600">{cell}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:.4em 0;font-size:.95em">'
        + (f"<thead><tr>{top}</tr></thead>" if head else "")
        + f"<tbody>{body}</tbody></table></div>"
    )


def card(title: str, *parts: str, note: str = "") -> str:
    """Put a title over parts of HTML, and a note under them; title and note are plain text."""
    under = f'<p style="margin:.3em 0;opacity:.75">{escape(note)}</p>' if note else ""
    top = f'<p style="margin:0 0 .3em"><b>{escape(title)}</b></p>'
    return f'<div style="margin:.3em 0">{top}{"".join(parts)}{under}</div>'


def curve(points: Sequence[tuple[float, float]], width: int = 240, height: int = 60) -> str:
    """Draw accuracies, 0 to 1, over examples as a line."""
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
