"""A reader's own images, which a page sends in parts, because servers limit the size of a message."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from typing import Any

import numpy as np

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits
from bitmass_viz.data.idx import IMAGE_SIDE

MOST_IMAGES = 10_000
MOST_SETS = 8
"""Data sets that one session takes: their images stay in memory."""
PIXELS = IMAGE_SIDE**2
LONGEST_NAME = 100


class OwnImages:
    """Collects the parts of a data set.

    Parameters
    ----------
    taken : container of str
        Names of data sets that a new one must not have.
    """

    def __init__(self, taken: Container[str]) -> None:
        self._taken = taken
        self._sets = 0
        self._begin(0)

    def _begin(self, count: int) -> None:
        self._count = count
        self._images, self._labels = bytearray(), bytearray()

    def take(self, message: Any) -> Digits | None:
        """Take a part, and return the data set if it is the last one.

        Parameters
        ----------
        message
            As the protocol describes it, with the buffers; untrusted.

        Raises
        ------
        ValueError
            If the part or the whole is not as it should be; the message says what is allowed.
        """
        count = numeric.whole("The number of your own images", message.get("count"), 1, MOST_IMAGES)
        start = numeric.as_whole(message.get("start"))
        if start == 0:
            if self._sets == MOST_SETS:
                raise ValueError(f"This page takes {MOST_SETS} data sets of your own; reload it to begin again")
            self._begin(count)
        images, labels = _parts(message.get("buffers"))
        fits = len(labels) <= count - len(self._labels) and len(images) == PIXELS * len(labels)
        if (start, count) != (len(self._labels), self._count) or not fits:
            raise ValueError("Your own images did not arrive complete; choose them again")
        self._images += images
        self._labels += labels
        if len(self._labels) < count:
            return None
        # Most sessions do not need it.
        from bitmass_viz.data import own

        name = str(message.get("name"))[:LONGEST_NAME]
        arrays = {
            "images": np.frombuffer(self._images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE),
            "labels": np.frombuffer(self._labels, np.uint8),
        }
        if names := _names(message.get("class_names")):
            arrays["class_names"] = np.array(names)
        self._begin(0)
        digits = replace(own.from_arrays(name, arrays), name=self._name_for(name))
        self._sets += 1
        return digits

    def _name_for(self, name: str) -> str:
        """Return a name for the data set that fits a table and an address, and that no other has."""
        plain = "own-" + re.sub(r"[^A-Za-z0-9._-]+", "-", name)
        number = 1
        while (numbered := plain if number == 1 else f"{plain}-{number}") in self._taken:
            number += 1
        return numbered


def _parts(buffers: Any) -> tuple[bytes, bytes]:
    if not isinstance(buffers, list | tuple) or len(buffers) != 2:
        return b"", b"\0"  # of no length that fits
    images, labels = (bytes(each) if isinstance(each, bytes | memoryview) else b"" for each in buffers)
    return images, labels


def _names(given: Any) -> list[str]:
    """Return the names of the classes, or none if they go by their numbers."""
    return [str(name)[:LONGEST_NAME] for name in given] if isinstance(given, list) else []
