"""One training step on one example: the network before and after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.numeric import whole
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Trainer
from bitmass_viz.trainers.bv32 import Bv32Hebbian


@dataclass(frozen=True)
class OneStep:
    """A network before and after learning from one example.

    Attributes
    ----------
    before, after : WeightMatrices
    counters_before, counters_after : float64 (hidden units, inputs) or None
        BV32's counters C, whose signs are the weights; None for other trainers.
    signal : int8 (hidden units,) or None
        BV32's prototype rule: the codebook's target for each hidden unit, +1 or −1; None otherwise.
    """

    before: WeightMatrices
    after: WeightMatrices
    counters_before: NDArray[np.float64] | None
    counters_after: NDArray[np.float64] | None
    signal: NDArray[np.int8] | None


def one_step(trainer: Trainer, image: NDArray[np.uint8], label: int) -> OneStep:
    """Train a copy of a network on one example, as a minibatch of one; the trainer itself does not change.

    Parameters
    ----------
    trainer : Trainer
        Gradients from an incomplete minibatch are dropped; BV32's counters already include its examples.
    image : uint8 (28, 28)
    label : int

    Returns
    -------
    OneStep

    Raises
    ------
    ValueError
        If the label is not one of the classes.
    """
    label = whole("label", label, 0, trainer.arch.classes - 1)
    copy = trainer.copy()
    _close_minibatch(copy)
    before, counters = copy.weights(), counters_of(copy)
    prepared = copy.prepare(np.ascontiguousarray(image[None]))
    copy.learn(prepared, np.array([label], np.uint8), np.zeros(1, np.int64), True)
    signal = None
    if isinstance(copy, Bv32Hebbian) and copy.options["rule"] == "prototype":
        signal = np.where(copy.codebook[label], 1, -1).astype(np.int8)
    return OneStep(before, copy.weights(), counters, counters_of(copy), signal)


def _close_minibatch(trainer: Trainer) -> None:
    """Drop the gradients accumulated since the last update."""
    for name, array in trainer.state.items():
        if name.startswith("gradient"):
            array[...] = 0
    trainer.state["clock"][1] = 0


def counters_of(trainer: Trainer) -> NDArray[np.float64] | None:
    """Return BV32's counters of the first layer: C_j = Σ_k b_kj (S_k − n_k M/N), see ``kernels/hebbian.py``.

    Returns
    -------
    float64 (hidden units, inputs), or None
        None for other trainers. A weight is the sign of its counter; at 0 it keeps its old bit.
    """
    if not isinstance(trainer, Bv32Hebbian):
        return None
    state = trainer.state
    parts = state["class_sums"].astype(np.float64)
    seen = int(state["clock"][0])
    if trainer.options["centring"] and seen > 0:
        parts -= np.outer(state["signal_sums"], state["input_sum"]) / seen
    signs = np.where(trainer.codebook, 1.0, -1.0)
    return signs.T @ parts
