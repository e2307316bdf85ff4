"""Base of the trainers that skip black pixels: their images are lists of lit pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.trainers.family import FamilyTrainer

if TYPE_CHECKING:
    from bitmass_viz.kernels.pixels import LitPixels


class LitImages:
    """Images as lists of lit pixels; a slice shares memory with the whole.

    Parameters
    ----------
    pixels : LitPixels
    """

    def __init__(self, pixels: LitPixels) -> None:
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels.starts) - 1

    def __getitem__(self, which: slice) -> LitImages:
        first, stop, step = which.indices(len(self))
        if step != 1:
            raise ValueError(f"images can be sliced with a step of 1 only, got {step}")
        return LitImages(self.pixels._replace(starts=self.pixels.starts[first : max(first, stop) + 1]))


class LitTrainer(FamilyTrainer):
    """Base of the trainers that skip black pixels."""

    def prepare(self, images: NDArray[np.uint8]) -> LitImages:
        """List the pixels that are not black; the kernels convert their shades to numbers."""
        from bitmass_viz.kernels.pixels import lit_pixels

        return LitImages(lit_pixels(images.reshape(len(images), self.arch.inputs)))

    def images(self, prepared: LitImages) -> LitPixels:
        """See `FamilyTrainer.images`."""
        return prepared.pixels
