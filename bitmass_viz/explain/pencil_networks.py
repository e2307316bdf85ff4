"""Networks small enough for pencil and paper, used in lessons 03 and 05."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import html
from bitmass_viz.explain.binary import binary_forward
from bitmass_viz.explain.explanation import Explanation
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD

Bits = NDArray[np.uint8]


def _rows(*texts: str) -> Bits:
    """Parse rows of bits from text, ignoring spaces."""
    return np.array([[int(bit) for bit in text.replace(" ", "")] for text in texts], np.uint8)


@dataclass(frozen=True, eq=False)
class PaperNetwork:
    """A binary network of 16 pixels, 4 hidden units and 3 classes.

    Attributes
    ----------
    images : uint8 (n, 4, 4)
        Shades, 0 to 255.
    w0 : uint8 (4, 16)
        Zeros and ones; 0 stands for −1.
    thresholds : int64 (4,)
    w1 : uint8 (3, 4)
    classes : tuple of str
    """

    images: NDArray[np.uint8]
    w0: Bits
    thresholds: NDArray[np.int64]
    w1: Bits
    classes: tuple[str, ...]

    def bits(self, image: int = 0) -> Bits:
        """Return an image as bits: 1 where a pixel is brighter than 127."""
        return (self.images[image].ravel() > PIXEL_THRESHOLD).astype(np.uint8)

    def explain(self, image: int = 0) -> Explanation:
        """Follow one image through the network."""
        return binary_forward(self.bits(image), self.w0, self.thresholds, self.w1)

    def _repr_html_(self) -> str:
        pixels = html.table([[f"{pixel}" for pixel in row] for row in self.images[0]])
        weights = [
            (f"unit {j}", " ".join("".join(map(str, row)) for row in unit.reshape(4, 4)), f"{limit}")
            for j, (unit, limit) in enumerate(zip(self.w0, self.thresholds, strict=True))
        ]
        votes = [(name, "".join(map(str, row))) for name, row in zip(self.classes, self.w1, strict=True)]
        return html.card(
            "A network for pencil and paper",
            f"<p>The first image, 4 × 4 shades:</p>{pixels}",
            html.table(weights, ("hidden unit", "weights, row by row", "threshold θ")),
            html.table(votes, ("class", "weights, one for each hidden unit")),
        )


FORWARD = PaperNetwork(
    images=np.array(
        [
            [[12, 200, 30, 0], [0, 231, 14, 0], [25, 188, 0, 40], [0, 255, 90, 7]],
            [[0, 9, 0, 0], [160, 255, 203, 128], [31, 127, 80, 0], [0, 0, 0, 5]],
        ],
        np.uint8,
    ),
    w0=_rows("0100 0110 0100 0101", "0000 1111 0000 0000", "1011 0011 1011 0011", "1000 0100 0010 0001"),
    thresholds=np.array([11, 12, 4, 10]),
    w1=_rows("1001", "0111", "0001"),
    classes=("upright", "lying", "slanting"),
)
"""The network of lesson 3, small enough to evaluate with pencil and paper."""


@dataclass(frozen=True, eq=False)
class PaperLesson:
    """Five images of six pixels, one per class, and the codes of two hidden units.

    Attributes
    ----------
    images : uint8 (5, 6)
        Bits, two rows of three pixels each.
    codes : int64 (2, 5)
        Target output of each unit for each class: +1 or −1.
    classes : tuple of str
    """

    images: Bits
    codes: NDArray[np.int64]
    classes: tuple[str, ...]

    def _repr_html_(self) -> str:
        rows = [
            (
                name,
                html.picture(image.reshape(2, 3), 36, name),
                *(f"{code:+d}".replace("-", "−") for code in codes),
            )
            for name, image, codes in zip(self.classes, self.images, self.codes.T, strict=True)
        ]
        head = ("class", "its image", *(f"unit {j} should answer" for j in range(len(self.codes))))
        return html.card("Five images and two hidden units, for pencil and paper", html.table(rows, head))


LEARNING = PaperLesson(
    images=_rows("100 000", "010 000", "001 000", "000 100", "000 010"),
    codes=np.array([[1, 1, 1, 1, -1], [1, 1, -1, 1, 1]]),
    classes=("A", "B", "C", "D", "E"),
)
"""The images and codes of lesson 5, small enough to count with pencil and paper."""
