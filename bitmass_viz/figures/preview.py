"""The picture that other pages show with a link to this one.

``python -m bitmass_viz.figures.preview`` makes it again: a binary network's hidden units before and after it has
learned MNIST, drawn as the page's neuron view draws them.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bitmass_viz.common.article import PREVIEW, PREVIEW_SIZE, TITLE
from bitmass_viz.common.atomic_file import write_atomically
from bitmass_viz.common.palette import PALETTE
from bitmass_viz.data import load_digits
from bitmass_viz.training.run import Run

ROWS, COLUMNS = 5, 7
UNITS = ROWS * COLUMNS
SIDE = 28
SCALE = 2
"""Pixels of the picture for each weight."""
PITCH = SCALE * SIDE + 6
TOP = 228
LEFT = 60
RIGHT = PREVIEW_SIZE[0] - LEFT - COLUMNS * PITCH + 6
MIDDLE = PREVIEW_SIZE[0] // 2


def units() -> tuple[list[NDArray[np.int8]], list[float]]:
    """Return the first hidden units' signs, int8 (units, 28, 28), and the accuracy, before and after training.

    Raises
    ------
    FetchError
        If MNIST cannot be had.
    """
    run = Run("bv32-hebbian", load_digits("mnist"))
    signs, accuracies = [], []
    for is_trained in (False, True):
        if is_trained:
            run.train(1, progress=False)
        signs.append(run.weights.w0.neurons[:UNITS].reshape(UNITS, SIDE, SIDE).astype(np.int8))
        accuracies.append(run.accuracy("test"))
    return signs, accuracies


def make() -> bytes:
    """Train the network and return the picture as PNG.

    Raises
    ------
    FetchError
        If MNIST cannot be had.
    """
    (before, after), (first, last) = units()
    colours = PALETTE["light"]
    picture = Image.new("RGB", PREVIEW_SIZE, colours["background"])
    draw = ImageDraw.Draw(picture)
    draw.text((LEFT, 44), TITLE, colours["ink"], _font(72, bold=True))
    draw.text((LEFT, 140), "The same 203,264 bits: 8 fine neurons or 256 crude ones?", colours["muted"], _font(32))
    for x, signs in ((LEFT, before), (RIGHT, after)):
        for number, unit in enumerate(signs):
            picture.paste(_tile(unit), place(number, x))
    bottom = TOP + ROWS * PITCH + 14
    draw.text((LEFT, bottom), f"untrained: {100 * first:.0f} % right", colours["ink"], _font(28))
    draw.text((RIGHT, bottom), f"after 50,000 digits: {100 * last:.0f} % right", colours["ink"], _font(28))
    _arrow(draw, TOP + ROWS * PITCH // 2, colours["accent"])
    draw.text((MIDDLE, TOP + ROWS * PITCH // 2 - 62), "it learns", colours["accent"], _font(28), anchor="mm")
    content = io.BytesIO()
    picture.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def place(number: int, x: int) -> tuple[int, int]:
    """Return the corner of a unit's picture in the grid that begins at `x`."""
    row, column = divmod(number, COLUMNS)
    return x + column * PITCH, TOP + row * PITCH


def _tile(signs: NDArray[np.int8]) -> Image.Image:
    """Return a unit's picture: the page's colours for the bits 1 and 0."""
    one, nought = (
        np.frombuffer(bytes.fromhex(PALETTE["light"][name][1:]), np.uint8) for name in ("one", "nought")
    )
    pixels = np.where(signs[..., None] > 0, one, nought)
    return Image.fromarray(pixels).resize((SCALE * SIDE, SCALE * SIDE), Image.Resampling.NEAREST)


def _arrow(draw: ImageDraw.ImageDraw, y: int, colour: str) -> None:
    draw.line((MIDDLE - 60, y - 24, MIDDLE + 46, y - 24), colour, 8)
    draw.polygon([(MIDDLE + 70, y - 24), (MIDDLE + 38, y - 44), (MIDDLE + 38, y - 4)], colour)


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return matplotlib's own font, which is the same on every machine."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(get_data_path(), "fonts", "ttf", name), size)


if __name__ == "__main__":
    write_atomically(PREVIEW, make())
