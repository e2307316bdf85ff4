"""The inputs of all sides: the same digits, prepared beforehand in the form that suits each tool best."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.data import Digits
from bitmass_viz.kernels.packing import pack_bits
from bitmass_viz.kernels.settings import CONTAINER_BITS, PIXEL_THRESHOLD

HIDDEN = 8
UNITS = HIDDEN * CONTAINER_BITS
"""Binary hidden units of the default network."""
SHARE = 2_500
"""Examples of an epoch that are timed if a peer processes them one by one."""


class Material:
    """The training split, in every form that is needed.

    Parameters
    ----------
    digits : Digits
    whole : bool
        Whether every side does all of every task, however long it takes.
    """

    def __init__(self, digits: Digits, whole: bool = False) -> None:
        self.digits = digits
        self.size = len(digits.train)
        self._whole = whole

    def share(self, batch: int) -> int:
        """Return the number of examples of an epoch to time a peer on, for a minibatch size."""
        return self.size if self._whole or batch > 1 else min(self.size, SHARE)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Unchanged pixels, uint8 (n, 784)."""
        return self.digits.train.images.reshape(self.size, -1)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Labels in the peers' type, (n,)."""
        return self.digits.train.labels.astype(np.int64)

    @cached_property
    def brightness(self) -> NDArray[np.float32]:
        """Pixels from 0 to 1, (n, 784)."""
        return self.pixels.astype(np.float32) / np.float32(255)

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """Pixels as 0 or 1, (n, 784)."""
        return (self.pixels > PIXEL_THRESHOLD).astype(np.uint8)

    @cached_property
    def signs(self) -> NDArray[np.float32]:
        """Pixels as -1 or 1, (n, 784)."""
        return self.bits.astype(np.float32) * 2 - 1

    @cached_property
    def packed(self) -> NDArray[np.uint64]:
        """`bits`, 64 per word, (n, 13)."""
        return pack_bits(self.bits)

    @cached_property
    def weight_bits(self) -> NDArray[np.uint8]:
        """Weights of a layer as 0 or 1, (256, 784)."""
        return np.random.default_rng(0).integers(0, 2, (UNITS, self.pixels.shape[1]), np.uint8)

    @cached_property
    def lit(self) -> float:
        """Mean number of non-zero pixels per image."""
        return float(np.count_nonzero(self.pixels) / self.size)


class Noise(Material):
    """The same with random bits as pixels, half of them 1, so that nothing can be skipped."""

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """Random bits as 0 or 1, (n, 784)."""
        return np.random.default_rng(1).integers(0, 2, self.pixels.shape, np.uint8)
