"""The least that a task takes: operations that no implementation can leave out, and bytes that must be moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bitmass_viz.bench.material import HIDDEN, UNITS, Material

CLASSES = 10
UPDATE_OPERATIONS = {"sgd": 2, "adamw": 14}
"""For each weight and update. SGD: rate, step. AdamW: two running means (7 operations); the second corrected, its
root, epsilon, quotient, decay, rate, step."""
COUNT_BYTES = 4


class Least(NamedTuple):
    """What a task takes at least."""

    kind: str
    """"binary" or "float"."""
    operations: float
    bytes_moved: float


def float_epoch(material: Material, optimiser: str, batch: int) -> Least:
    """Count an epoch of 784→8→10: two operations for a weight and a pixel that is not 0.

    Forward and for the gradient each weight of a lit pixel is met once, and an output weight once more for the
    error of the hidden units. At a minibatch of one SGD steps without a gradient of its own, and updates only
    those. Exponentials are not counted.
    """
    inputs = material.pixels.shape[1]
    first, second = material.lit * HIDDEN, HIDDEN * CLASSES
    each = 2 * (2 * first + 3 * second)
    updates = 0 if optimiser == "sgd" and batch == 1 else -(-material.size // batch)
    update = UPDATE_OPERATIONS[optimiser] * (inputs * HIDDEN + second)
    return Least("float", each * material.size + update * updates, inputs * material.size)


def binary_epoch(material: Material) -> Least:
    """Count the forward passes of a BV32 epoch: an XNOR and a count for each bit pair. Learning is not counted."""
    inputs = material.pixels.shape[1]
    pairs = inputs * UNITS + UNITS * CLASSES
    return Least("binary", 2 * pairs * material.size, inputs / 8 * material.size)


def layer(material: Material) -> Least:
    """Count an XNOR-popcount layer: an XNOR and a count for each bit pair; 32 bits written for each count."""
    inputs = material.pixels.shape[1]
    moved = inputs / 8 + COUNT_BYTES * UNITS
    return Least("binary", 2 * inputs * UNITS * material.size, moved * material.size)


def limit(least: Least, peaks: Mapping[str, float]) -> tuple[float, str]:
    """Return the seconds that a task takes at least, and what decides: "arithmetic" or "memory".

    Parameters
    ----------
    least : Least
    peaks : mapping
        Operations a second for each kind, and bytes a second for "memory".
    """
    arithmetic, memory = least.operations / peaks[least.kind], least.bytes_moved / peaks["memory"]
    return max(arithmetic, memory), "arithmetic" if arithmetic >= memory else "memory"
