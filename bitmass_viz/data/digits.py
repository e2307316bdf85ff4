"""Data sets of digits, or of other images in up to ten classes, in three splits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import html
from bitmass_viz.common.numeric import shortened
from bitmass_viz.data.idx import CLASSES, IMAGE_SIDE

Source = Literal["auto", "mnist", "strokes"]
Progress = bool | Callable[[float], object]

DIGIT_NAMES = tuple("0123456789")
PICTURES = 12
"""Number of images drawn when digits are displayed in a notebook."""
TRAIN = 50_000
VALIDATION = 10_000
TEST = 10_000


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels. Immutable, because trainers cache their preparation of the images.

    Writable arrays are copied; read-only ones, such as memory-mapped files, are shared.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 28, 28), C-contiguous, read-only
        Pixels from 0 (background) to 255 (ink); at least one image.
    labels : ndarray of uint8, shape (n,), read-only
        0 to 9.
    shape : (int, int)
        Height and width of an image.

    Raises
    ------
    ValueError
        If an array has another type or shape, or other values; the message says how to convert it.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    shape: tuple[int, int] = (IMAGE_SIDE, IMAGE_SIDE)

    def __post_init__(self) -> None:
        _check_images(self.images, self.shape)
        _check_labels(self.labels, len(self.images))
        for name in ("images", "labels"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        fewest, most = self.per_class.min(), self.per_class.max()
        height, width = self.shape
        return f"<Split: {len(self):,} images of {height}×{width}, {fewest:,} to {most:,} a class>"

    def as_pictures(self, most: int = PICTURES, phrase: Callable[[int], str] = "a {}".format) -> str:
        """Return HTML with pictures of the first images; `phrase` says what a label stands for."""
        shown = zip(self.images[:most], self.labels[:most], strict=True)
        return "".join(html.picture(image, 48, phrase(int(label))) for image, label in shown)

    def _repr_html_(self) -> str:
        return html.card(repr(self)[1:-1], self.as_pictures())

    @property
    def per_class(self) -> NDArray[np.int64]:
        """Number of images of each class, shape (10,)."""
        return np.bincount(self.labels, minlength=CLASSES)


@dataclass(frozen=True, eq=False)
class Digits:
    """A data set of handwritten digits, or of other images in up to ten classes, in three splits.

    Attributes
    ----------
    name
        "mnist", "strokes", "fashion-mnist", or a name of the reader's own.
    label
        The name shown to readers, which says if the digits are synthetic.
    synthetic
        Whether the digits were drawn by a program. Accuracies on them must not be compared with MNIST figures
        without saying so.
    sha256
        Name of each part → SHA-256 of its bytes, so that results can name their data.
    train, validation, test
        50,000, 10,000 and 10,000 images, if published. Choices are made on validation only.
    class_names
        What readers call the classes, one for each of the labels from 0.
    """

    name: str
    label: str
    synthetic: bool
    sha256: Mapping[str, str] = field(repr=False)
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...] = DIGIT_NAMES

    def __post_init__(self) -> None:
        for name in ("train", "validation", "test"):
            if not isinstance(split := getattr(self, name), Split):
                raise ValueError(
                    f"{name} must be a Split, got {shortened(split)}; make one: Split(images, labels)"
                )
            if (largest := int(split.labels.max())) >= len(self.class_names):
                raise ValueError(
                    f"class_names must name every class, got {len(self.class_names)} names and the label {largest}"
                )

    def named(self, label: int) -> str:
        """Return what readers call a class: its name, or its number if it has none."""
        return self.class_names[label] if label < len(self.class_names) else str(label)

    def phrase(self, label: int) -> str:
        """Return a class as the end of a sentence: "a 3", or "“ankle boot”"."""
        return f"a {label}" if self.class_names == DIGIT_NAMES else f"“{self.named(label)}”"

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
        return html.card(
            f"{'Digits' if self.class_names == DIGIT_NAMES else 'Images'}: {self.label}",
            html.table(rows),
            self.train.as_pictures(phrase=self.phrase),
        )


def _check_images(images: object, shape: tuple[int, int]) -> None:
    height, width = shape
    allowed = f"images must be an array of uint8, shape (n, {height}, {width}), 0 (background) to 255 (ink)"
    if not isinstance(images, np.ndarray):
        raise ValueError(f"{allowed}, got a {type(images).__name__}; convert it: np.array(images, np.uint8)")
    if images.dtype != np.uint8:
        raise ValueError(f"{allowed}, got {_described(images)}; {_image_conversion(images)}")
    if images.ndim != 3 or images.shape[1:] != shape:
        fits = images.ndim > 1 and images[:1].size == height * width
        convert = f"; convert them: images.reshape(-1, {height}, {width})" if fits else ""
        raise ValueError(f"{allowed}, got the shape {images.shape}{convert}")
    if len(images) == 0:
        raise ValueError("a split must hold at least one image, got none")


def _image_conversion(images: NDArray[Any]) -> str:
    """Return a clause that says how to convert pixels of another type to bytes."""
    if images.dtype == np.bool_:
        return "convert them: 255 * images.astype(np.uint8)"
    if images.size == 0 or not _is_real(images):
        return "convert them: images.astype(np.uint8)"
    if not np.isfinite(images).all():
        return "NaN and infinity are no pixels: replace them first, for example by np.nan_to_num(images)"
    low, high = images.min(), images.max()
    if np.issubdtype(images.dtype, np.floating) and low >= -1 and high <= 1:
        scaled = "255 * images" if low >= 0 else "127.5 * (images + 1)"
        return f"convert them: np.rint({scaled}).astype(np.uint8)"
    if low >= 0 and high <= 255:
        return "convert them: np.rint(images).astype(np.uint8)"
    return "scale them to 0 to 255, then: np.rint(images).astype(np.uint8)"


def _check_labels(labels: object, count: int) -> None:
    allowed = f"labels must be an array of uint8, shape ({count},), one an image, 0 to {CLASSES - 1}"
    if not isinstance(labels, np.ndarray):
        raise ValueError(f"{allowed}, got a {type(labels).__name__}; convert it: np.array(labels, np.uint8)")
    if labels.shape == (count, CLASSES):
        raise ValueError(
            f"{allowed}, got the shape {labels.shape}; if they are one-hot, convert them: "
            "labels.argmax(axis=1).astype(np.uint8)"
        )
    if labels.shape != (count,):
        convert = "; convert them: labels.ravel()" if labels.size == count else ""
        raise ValueError(f"{allowed}, got the shape {labels.shape}{convert}")
    if labels.dtype == np.bool_ or not (_is_real(labels) or labels.dtype.kind in "OSU"):
        raise ValueError(f"{allowed}, got {_described(labels)}")
    if _is_real(labels):
        wrong = ~((labels >= 0) & (labels < CLASSES) & (labels == np.floor(labels)))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(f"{allowed}, got {labels[at]} at position {at:,}")
    if labels.dtype != np.uint8:
        raise ValueError(f"{allowed}, got {_described(labels)}; convert them: labels.astype(np.uint8)")


def _is_real(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "iuf"


def _described(array: NDArray[Any]) -> str:
    """Return an array's type and range as text."""
    if not _is_real(array) or array.size == 0:
        return str(array.dtype)
    if not np.isfinite(array).all():
        return f"{array.dtype} with NaN or infinity"
    return f"{array.dtype} from {array.min():g} to {array.max():g}"


def _read_only(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the array read-only and C-contiguous, copied if its memory is writable."""
    kept = np.ascontiguousarray(array).view(np.ndarray)
    if _is_writable(array):
        kept = kept.copy()
    kept.flags.writeable = False
    return kept


def _is_writable(memory: object) -> bool:
    """Return whether an array, or anything that it is a view of, is writable."""
    while isinstance(memory, np.ndarray):
        if memory.flags.writeable:
            return True
        memory = memory.base
    try:
        return memory is not None and not memoryview(memory).readonly  # type: ignore[arg-type]
    except TypeError:
        return True


def split_digits(
    name: str,
    label: str,
    *,
    synthetic: bool,
    sha256: Mapping[str, str],
    learning: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    test: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    class_names: tuple[str, ...] = DIGIT_NAMES,
) -> Digits:
    """Split `learning` into training and validation; read-only arrays are shared, not copied."""
    images, labels = learning
    train = Split(images[:-VALIDATION], labels[:-VALIDATION])
    validation = Split(images[-VALIDATION:], labels[-VALIDATION:])
    return Digits(name, label, synthetic, sha256, train, validation, Split(*test), class_names)
