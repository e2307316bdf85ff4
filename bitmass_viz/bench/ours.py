"""Our side of every task, on one thread."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numba import njit

from bitmass_viz.bench.inputs import HIDDEN, Material
from bitmass_viz.bench.timing import OURS, Side
from bitmass_viz.data import Digits
from bitmass_viz.kernels.bits import binary_layer, xnor_popcount
from bitmass_viz.kernels.packing import byte_columns
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.run import Run


def rate(trainer: str, batch: int) -> float:
    """Return the learning rate for all sides: the tuned recipe's, or a tenth of it for a minibatch of one."""
    (option,) = (option for option in TRAINERS[trainer].OPTIONS if option.name == "learning_rate")
    tuned = float(option.default("tuned"))
    return tuned / 10 if batch == 1 else tuned


def ready(trainer: str, digits: Digits, batch: int = 64, hidden: int = HIDDEN) -> Run:
    """Return a run with the tuned recipe, its kernels compiled and its digits prepared."""
    options: dict[str, Any] = {"batch_size": batch}
    if trainer in ("sgd", "adamw"):
        options["learning_rate"] = rate(trainer, batch)
    run = Run(trainer, digits, Architecture(hidden=hidden), recipe="tuned", **options)
    run.warm_up()
    return run


def training(digits: Digits, trainer: str, batch: int) -> Side:
    """Return a side that trains one epoch."""
    size = len(digits.train)
    return Side(OURS, partial(ready(trainer, digits, batch).advance, size), size, size)


def three_epochs(digits: Digits) -> Side:
    """Return a side that trains the study's three epochs of SGD, one example at a time."""
    run, size = ready("sgd", digits, 1), len(digits.train)

    def train() -> None:
        for _ in range(3):
            run.advance(size)

    return Side("our SGD, batch 1, three epochs", train, 3 * size, 3 * size)


def counting(material: Material) -> Side:
    """Return a side that counts the agreeing bits of every image and unit."""
    images, weights = np.packbits(material.bits, axis=1, bitorder="little"), byte_columns(material.weight_bits)
    units, n_bits = material.weight_bits.shape
    counts = np.empty((material.size, weights.shape[1]), np.uint16)
    call = partial(layer, images, weights, n_bits, counts)
    return Side(OURS, call, material.size, material.size, 1, lambda: counts[:, :units].astype(np.int64))


@njit(cache=True, nogil=True)
def layer(images: Any, weights: Any, n_bits: int, counts: Any) -> None:
    """Count the bits in which every image agrees with every unit.

    Parameters
    ----------
    images : uint8 (n, bytes)
    weights : uint8 (bytes, padded)
        See `kernels.packing.byte_columns`.
    n_bits : int
    counts : uint16 (n, padded), written
    """
    prepared = binary_layer(weights, n_bits)
    for row in range(images.shape[0]):
        xnor_popcount(images, row, prepared, counts[row])
