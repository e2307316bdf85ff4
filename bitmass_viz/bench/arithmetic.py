"""Lower bounds for a task: operations that no implementation can avoid, and bytes that must be moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bitmass_viz.bench.inputs import HIDDEN, UNITS, Material

CLASSES = 10
UPDATE_OPERATIONS = {"sgd": 2, "adamw": 14}
"""Operations per weight and update. SGD: rate, step. AdamW: two running means (7 operations), correction of the
second, its root, epsilon, quotient, decay, rate, step."""
COUNT_BYTES = 4


class Least(NamedTuple):
    """The lower bound of a task."""

    kind: str
    """"binary" or "float"."""
    operations: float
    bytes_moved: float


def float_epoch(material: Material, optimiser: str, batch: int) -> Least:
    """Count an epoch of 784→8→10, with two operations per weight of a non-zero pixel and pass.

    The forward pass and the gradient each use every weight of a lit pixel once; the error of the hidden units uses
    every output weight once more. With a minibatch of one, SGD needs no stored gradient and updates only those
    weights. Exponentials are not counted.
    """
    inputs = material.pixels.shape[1]
    first, second = material.lit * HIDDEN, HIDDEN * CLASSES
    each = 2 * (2 * first + 3 * second)
    updates = 0 if optimiser == "sgd" and batch == 1 else -(-material.size // batch)
    update = UPDATE_OPERATIONS[optimiser] * (inputs * HIDDEN + second)
    return Least("float", each * material.size + update * updates, inputs * material.size)


def binary_epoch(material: Material) -> Least:
    """Count the forward passes of a BV32 epoch: an XNOR and an addition per bit pair. Learning is not counted."""
    inputs = material.pixels.shape[1]
    pairs = inputs * UNITS + UNITS * CLASSES
    return Least("binary", 2 * pairs * material.size, inputs / 8 * material.size)


def layer(material: Material) -> Least:
    """Count an XNOR-popcount layer: an XNOR and an addition per bit pair, and 32 bits written per count."""
    inputs = material.pixels.shape[1]
    moved = inputs / 8 + COUNT_BYTES * UNITS
    return Least("binary", 2 * inputs * UNITS * material.size, moved * material.size)


def limit(least: Least, peaks: Mapping[str, float]) -> tuple[float, str]:
    """Return the least seconds that a task takes, and what limits it: "arithmetic" or "memory".

    Parameters
    ----------
    least : Least
    peaks : mapping
        Operations per second of each kind, and bytes per second for "memory".
    """
    arithmetic, memory = least.operations / peaks[least.kind], least.bytes_moved / peaks["memory"]
    return max(arithmetic, memory), "arithmetic" if arithmetic >= memory else "memory"
