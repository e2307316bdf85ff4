"""Constants and option structs for the kernels; importable without numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.elementary import cospi

LANES = 8
"""float32 in one 256-bit register."""
CLASS_LANES = 16
"""Lanes for the outputs of the largest number of classes, in whole vectors."""
PIXELS = 4
"""Pixels in a block."""
PIXEL_VALUES = (np.arange(256) / 255).astype(np.float32)
"""x/255 for every pixel value."""

SQUARED_ERROR, CROSS_ENTROPY = 0, 1
PROTOTYPE, ERROR_DRIVEN, DELTA = 0, 1, 2
LEARNED, RANDOM = 0, 1
DELTA_ONE = 1 << 14
"""1.0 in the fixed-point format of the delta rule's errors, which keeps their sums exact."""
STRAIGHT_THROUGH, BOP = 0, 1
RELU, SIGN = 0, 1
GREY, BINARY, SIGNED = 0, 1, 2
CONSTANT, COSINE = 0, 1
FLOAT_BITS = 32
"""Bits per weight at which nothing is rounded."""
CONTAINER_BITS = 32
"""Bits per *container*, the study's term for one 32-bit hidden neuron or 32 one-bit ones."""
PIXEL_THRESHOLD = 127
"""A pixel brighter than this is +1 to a binary network, any other -1."""
EPOCH_EXAMPLES = 50_000
"""Examples in an epoch of the study, which its learning-rate schedule counts in."""


class Sizes(NamedTuple):
    """The numbers of a `network.architecture.Architecture`."""

    inputs: int
    hidden: int
    classes: int


class Examples(NamedTuple):
    """Examples to learn from, one after the other."""

    images: Any
    """All images, as the trainer's `prepare` makes them."""
    labels: NDArray[np.uint8]
    """(images,)"""
    order: NDArray[np.int64]
    """Indices of the examples, (m,)."""
    closes_batch: bool
    """Whether the last example ends its minibatch even if that is not full (the end of an epoch)."""


class Model(NamedTuple):
    """The settings of a float network that its recipe fixes."""

    loss: int
    """SQUARED_ERROR against +-1 targets, or CROSS_ENTROPY."""
    slope: np.float32
    """Slope of the hidden activation below 0: 0 is ReLU."""
    chain_rule: bool
    """False leaves the activation's derivative out of the hidden error."""


class Optimiser(NamedTuple):
    """The optimiser ladder as one formula; each rung switches a term on (see `optimiser.update`)."""

    rate: float
    first_decay: float
    """beta_1, 0 for no momentum."""
    second_decay: float
    """beta_2, 0 for no adaptive rate."""
    dampening: bool
    """Whether the new gradient enters the momentum with weight 1 - beta_1 (Adam) or 1 (SGD)."""
    bias_correction: bool
    epsilon: float
    weight_decay: float
    """Decoupled weight decay, as in AdamW."""
    clip_norm: float
    """Largest norm of the whole gradient; 0 for no limit."""
    cosine_epochs: int
    """Epochs of the study after which a cosine schedule has brought the rate to 0; 0 for a constant rate."""


def descent(
    rate: float,
    first_decay: float = 0.0,
    second_decay: float = 0.0,
    dampening: bool = False,
    bias_correction: bool = False,
    epsilon: float = 0.0,
    weight_decay: float = 0.0,
    clip_norm: float = 0.0,
    cosine_epochs: int = 0,
) -> Optimiser:
    """Return plain gradient descent but for what is given; numba ignores a named tuple's defaults."""
    return Optimiser(
        rate,
        first_decay,
        second_decay,
        dampening,
        bias_correction,
        epsilon,
        weight_decay,
        clip_norm,
        cosine_epochs,
    )


def adam(rate: float, weight_decay: float = 0.0, clip_norm: float = 0.0, cosine_epochs: int = 0) -> Optimiser:
    """Return the settings of Adam, with its authors' defaults."""
    return descent(rate, 0.9, 0.999, True, True, 1e-8, weight_decay, clip_norm, cosine_epochs)


def cosine_steps(optimiser: Optimiser, batch_size: int) -> int:
    """Return the number of updates until a cosine schedule ends; 0 for a constant rate."""
    return optimiser.cosine_epochs * -(-EPOCH_EXAMPLES // batch_size)


def learning_rate(optimiser: Optimiser, batch_size: int, step: int) -> float:
    """Return the rate of update `step`, from 0: constant, or rate (1 + cos(pi step / steps)) / 2 down to 0."""
    steps = cosine_steps(optimiser, batch_size)
    if steps == 0:
        return optimiser.rate
    return optimiser.rate * 0.5 * (1.0 + cospi(min(1.0, step / steps)))
