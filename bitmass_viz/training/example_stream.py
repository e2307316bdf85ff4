"""The training examples in the order that a seed gives them, epoch after epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.data import Split
from bitmass_viz.kernels.random_numbers import example_order
from bitmass_viz.trainers.base import Trainer


class ExampleStream:
    """The examples of a split, each epoch in another order; the trainer counts how many it has learned.

    Parameters
    ----------
    split : Split
    seed : int
        The order depends only on this and the epoch; it is the same for every trainer.
    """

    def __init__(self, split: Split, seed: int) -> None:
        self._split = split
        self._seed = seed
        self._latest: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def order(self, epoch: int) -> NDArray[np.int64]:
        """Return the indices of an epoch's examples."""
        known, order = self._latest
        if known != epoch:
            order = example_order(self._seed, epoch, len(self._split))
            self._latest = (epoch, order)
        return order

    def next_index(self, trainer: Trainer) -> int:
        """Return the index of the example that the trainer learns next."""
        epoch, done = divmod(trainer.examples, len(self._split))
        return int(self.order(epoch)[done])

    def left_in_epoch(self, trainer: Trainer) -> int:
        """Return the number of examples until the trainer's epoch ends."""
        return len(self._split) - trainer.examples % len(self._split)

    def learned(self, trainer: Trainer, examples: int) -> Trainer:
        """Return a copy of the trainer that has learned from the next examples."""
        split = self._split
        trainer = trainer.copy()
        prepared = trainer.prepared(split)
        while examples:
            epoch, done = divmod(trainer.examples, len(split))
            stop = min(len(split), done + examples)
            trainer.learn(prepared, split.labels, self.order(epoch)[done:stop], stop == len(split))
            examples -= stop - done
        return trainer
