"""NumPy: back-propagation with matrix products, and bit counts with `numpy.bitwise_count`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.bench.inputs import HIDDEN, Material
from bitmass_viz.bench.peers import LeftOut, find
from bitmass_viz.bench.timing import DEFAULT_THREADS, Side
from bitmass_viz.kernels.packing import pack_bits

CLASSES = 10
BLOCK = 512
"""Images per block, chosen so that intermediate results stay in the cache: the fastest of 8 to 1,000."""
EXPRESSION = 500
"""Images per single expression, whose intermediate results take 13 MB."""

Update = Callable[[NDArray[np.float32], NDArray[np.float32]], None]


def sgd(rate: float) -> Update:
    """Plain gradient descent."""

    def update(weights: NDArray[np.float32], gradient: NDArray[np.float32]) -> None:
        weights -= np.float32(rate) * gradient

    return update


def adamw(rate: float, decay: float = 1e-4, beta1: float = 0.9, beta2: float = 0.999) -> Update:
    """AdamW for one matrix, with PyTorch's formula."""
    steps = 0
    first: Any = np.float32(0)
    second: Any = np.float32(0)

    def update(weights: NDArray[np.float32], gradient: NDArray[np.float32]) -> None:
        nonlocal steps, first, second
        steps += 1
        first = np.float32(beta1) * first + np.float32(1 - beta1) * gradient
        second = np.float32(beta2) * second + np.float32(1 - beta2) * (gradient * gradient)
        weights *= np.float32(1 - rate * decay)
        size = np.sqrt(second / np.float32(1 - beta2**steps)) + np.float32(1e-8)
        weights -= np.float32(rate / (1 - beta1**steps)) * first / size

    return update


OPTIMISERS: dict[str, Callable[[float], Update]] = {"sgd": sgd, "adamw": adamw}


class Network:
    """784→8→10 without biases: ReLU, softmax cross-entropy, one gradient per minibatch."""

    def __init__(self, w0: NDArray[np.float32], w1: NDArray[np.float32], optimiser: str, rate: float) -> None:
        self.w0, self.w1 = w0, w1
        self._update0, self._update1 = OPTIMISERS[optimiser](rate), OPTIMISERS[optimiser](rate)

    def learn(self, x: NDArray[np.float32], y: NDArray[np.int64]) -> None:
        """Learn from one minibatch, x (m, 784) and labels y (m,)."""
        hidden = np.maximum(x @ self.w0.T, 0)
        output = hidden @ self.w1.T
        output -= output.max(axis=1, keepdims=True)
        error = np.exp(output)
        error /= error.sum(axis=1, keepdims=True)
        error[np.arange(len(y)), y] -= 1
        error /= np.float32(len(y))
        delta = (error @ self.w1) * (hidden > 0)
        self._update1(self.w1, error.T @ hidden)
        self._update0(self.w0, delta.T @ x)


def training(material: Material, optimiser: str, batch: int, rate: float) -> tuple[list[Side], list[LeftOut]]:
    """Return sides that train one epoch of 784→8→10, or a share of it for a minibatch of one."""
    rng = np.random.default_rng(0)
    inputs = material.pixels.shape[1]
    w0 = rng.normal(0, np.sqrt(2 / inputs), (HIDDEN, inputs)).astype(np.float32)
    w1 = rng.normal(0, np.sqrt(2 / HIDDEN), (CLASSES, HIDDEN)).astype(np.float32)
    network = Network(w0, w1, optimiser, rate)
    x, y, share = material.brightness, material.labels, material.share(batch)

    def epoch() -> None:
        order = rng.permutation(len(x))[:share]
        for start in range(0, share, batch):
            rows = order[start : start + batch]
            network.learn(x[rows], y[rows])

    side = Side("NumPy", epoch, share, material.size, DEFAULT_THREADS)
    return ([side], []) if batch == 1 else _with_one_thread(side)


def layer(material: Material) -> tuple[list[Side], list[LeftOut]]:
    """Return sides that count agreeing bits: with bitwise_count, and as a product of ±1 float32 matrices."""
    product = np.empty((material.size, len(material.weight_bits)), np.float32)
    signs, weights = material.signs, material.weight_bits.astype(np.float32) * 2 - 1

    def multiply() -> None:
        np.matmul(signs, weights.T, out=product)

    def agreeing() -> NDArray[np.int64]:
        return ((product.astype(np.int64) + signs.shape[1]) >> 1).astype(np.int64)

    size = material.size
    blas, left_out = _with_one_thread(Side("float32 BLAS", multiply, size, size, DEFAULT_THREADS, agreeing))
    return [_counted(material), _counted_at_once(material), *blas], left_out


def _with_one_thread(side: Side) -> tuple[list[Side], list[LeftOut]]:
    """Return a side, and a copy whose matrix products use a single thread."""
    control = find("threadpoolctl")
    if isinstance(control, LeftOut):
        return [side], [control]
    pools = control.ThreadpoolController()

    def alone() -> None:
        with pools.limit(limits=1, user_api="blas"):
            side.call()

    return [side, replace(side, name=f"{side.name}, one thread", threads=1, call=alone)], []


def _counted(material: Material) -> Side:
    images, by_word = material.packed, np.ascontiguousarray(pack_bits(material.weight_bits).T)
    counts = np.empty((material.size, by_word.shape[1]), np.uint16)
    differ = np.empty((BLOCK, by_word.shape[1]), np.uint64)
    ones = np.empty(differ.shape, np.uint8)

    def count() -> None:
        for start in range(0, len(images), BLOCK):
            block, total = images[start : start + BLOCK], counts[start : start + BLOCK]
            here, found = differ[: len(block)], ones[: len(block)]
            total[...] = material.pixels.shape[1]
            for word, weights in enumerate(by_word):
                np.bitwise_xor(block[:, word, None], weights, out=here)
                np.bitwise_count(here, out=found)
                total -= found

    return Side(
        "numpy.bitwise_count, word by word in the cache",
        count,
        len(images),
        len(images),
        1,
        lambda: counts.astype(np.int64),
    )


def _counted_at_once(material: Material) -> Side:
    """Count in the obvious way: a single expression for many images and all units."""
    images, by_unit = material.packed, pack_bits(material.weight_bits)
    padding = 64 * by_unit.shape[1] - material.pixels.shape[1]
    counts = np.empty((material.size, len(by_unit)), np.uint16)

    def count() -> None:
        for start in range(0, len(images), EXPRESSION):
            block = images[start : start + EXPRESSION]
            agreeing = np.bitwise_count(~(block[:, None, :] ^ by_unit)).sum(axis=-1, dtype=np.uint16)
            counts[start : start + EXPRESSION] = agreeing - padding

    return Side(
        "numpy.bitwise_count, one expression", count, len(images), len(images), 1, lambda: counts.astype(np.int64)
    )
