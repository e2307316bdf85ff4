"""What a data set of digits is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bitmass_viz import pretty
from bitmass_viz.data.idx import CLASSES, IMAGE_SIDE

Source = Literal["auto", "mnist", "strokes"]
Progress = bool | Callable[[float], object]

PICTURES = 12
"""Images that are drawn when digits show themselves in a notebook."""
TRAIN = 50_000
VALIDATION = 10_000
TEST = 10_000


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 28, 28), C-contiguous, read-only
        Pixels from 0 (background) to 255 (ink).
    labels : ndarray of uint8, shape (n,), read-only
        0 to 9.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE) or self.labels.shape != (n,):
            raise ValueError(
                f"images must be (n, 28, 28) with labels (n,), got {self.images.shape} and {self.labels.shape}"
            )
        for array in (self.images, self.labels):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        fewest, most = self.per_class.min(), self.per_class.max()
        return f"<Split: {len(self):,} images of {IMAGE_SIDE}×{IMAGE_SIDE}, {fewest:,} to {most:,} a class>"

    def as_pictures(self, most: int = PICTURES) -> str:
        """Return HTML that draws the first images."""
        shown = zip(self.images[:most], self.labels[:most], strict=True)
        return "".join(pretty.picture(image, 48, f"a {label}") for image, label in shown)

    def _repr_html_(self) -> str:
        return pretty.card(repr(self)[1:-1], self.as_pictures())

    @property
    def per_class(self) -> NDArray[np.int64]:
        """Number of images of each class, shape (10,)."""
        return np.bincount(self.labels, minlength=CLASSES)


@dataclass(frozen=True, eq=False)
class Digits:
    """A data set of handwritten digits in three splits.

    Attributes
    ----------
    name
        "mnist" or "strokes".
    label
        The name a reader sees; it says so when the digits are synthetic.
    synthetic
        True when the digits were drawn by a program: accuracies on them must not stand beside MNIST figures
        without that remark.
    sha256
        Name of each part → SHA-256 of its bytes, so that a result can say which data it comes from.
    train, validation, test
        50,000, 10,000 and 10,000 images. Choices are made on validation only.
    """

    name: str
    label: str
    synthetic: bool
    sha256: Mapping[str, str] = field(repr=False)
    train: Split
    validation: Split
    test: Split

    def __repr__(self) -> str:
        sizes = f"{len(self.train):,} train, {len(self.validation):,} validation, {len(self.test):,} test"
        return f"<Digits {self.name!r}, {self.label}: {sizes}>"

    def _repr_html_(self) -> str:
        rows = [
            (f"<code>.{name}</code>", f"{len(split):,} images", what)
            for name, split, what in (
                ("train", self.train, "to learn from"),
                ("validation", self.validation, "to make choices with"),
                ("test", self.test, "for the figure at the end"),
            )
        ]
        return pretty.card(f"Digits: {self.label}", pretty.table(rows), self.train.as_pictures())


def split_digits(
    name: str,
    label: str,
    *,
    synthetic: bool,
    sha256: Mapping[str, str],
    learning: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    test: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> Digits:
    """Split the images to learn from into training and validation; the splits are views, nothing is copied."""
    images, labels = learning
    train = Split(images[:-VALIDATION], labels[:-VALIDATION])
    validation = Split(images[-VALIDATION:], labels[-VALIDATION:])
    return Digits(name, label, synthetic, sha256, train, validation, Split(*test))
