"""BV32-Hebbian: binary weights, XNOR and popcount, and counters that learn without a gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import packing, settings
from bitmass_viz.network.layout import LayerLayout, bv32_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role, Trainer
from bitmass_viz.trainers.options import BATCH_SIZE, Option

RULES = {
    "prototype": settings.PROTOTYPE,
    "error-driven": settings.ERROR_DRIVEN,
    "delta": settings.DELTA,
}
PIXEL_THRESHOLD = 127
"""A pixel brighter than this is +1, any other −1."""

RULE = Option(
    "rule",
    "What teaches: every example (prototype), mistakes only (error-driven), or the size of the error (delta).",
    published="prototype",
    tuned="delta",
    kind="choice",
    choices=tuple(RULES),
)
MARGIN = Option(
    "margin",
    "Error-driven: learn unless the right class leads by this much, in units of √(hidden units).",
    published=0.0,
    tuned=2.0,
    low=0.0,
    high=64.0,
)
SHARPNESS = Option(
    "sharpness",
    "Delta: how steeply a lead in score turns into probability, in units of 1/√(hidden units).",
    published=1.6,
    tuned=1.6,
    low=0.01,
    high=100.0,
)


def centring(on: bool) -> Option:
    """Declare the centring switch with the given default."""
    return Option(
        "centring",
        "Compare every pixel and every hidden unit with its own mean. Off: the bug, as we reconstruct it.",
        published=on,
        tuned=on,
        kind="switch",
        live=True,
    )


class Bv32Hebbian(Trainer):
    """A binary network 784 → 32·H → 10, stored as 784 → H → 10 words of 32 bits, that learns by counting.

    The forward pass is XNOR and popcount. A random codebook has one ±1 code per class: the target outputs of the
    hidden units. Counters accumulate how pixels agree with these targets, and the weights are the counters' signs
    (formulas in kernels/hebbian.py). The prototype rule is closest to the study's "Hebbian prototype, no BP,
    sign(W) + centering"; the other rules are ours.
    """

    NAME = "bv32-hebbian"
    LABEL = "BV32-Hebbian"
    SUMMARY = "Single bits, XNOR and popcount; counters that learn without any gradient."
    OPTIONS: ClassVar[tuple[Option, ...]] = (RULE, centring(True), BATCH_SIZE, MARGIN, SHARPNESS)
    ROLES: ClassVar[Mapping[str, Role]] = {
        "weights": "weights",
        "thresholds": "constants",
        "output_weights": "weights",
        "class_sums": "training",
        "hidden_sums": "training",
        "signal_sums": "training",
        "input_sum": "training",
        "hidden_sum": "training",
        "clock": "scratch",
    }

    def _start(self, rng: np.random.Generator) -> None:
        inputs, classes, units = self.arch.inputs, self.arch.classes, self.arch.binary_hidden
        weights = packing.byte_columns(rng.integers(0, 2, (units, inputs), np.uint8))
        output_weights = packing.pack_bits(rng.integers(0, 2, (classes, units), np.uint8))
        self.codebook = rng.integers(0, 2, (classes, units), np.uint8)
        self._codes = _as_numbers(self.codebook)
        spread = np.sqrt(units)
        self._margin = round(self.options["margin"] * float(spread))
        self._decay = np.exp(-self.options["sharpness"] / spread * np.arange(units + 1))
        self.state = {
            "weights": weights,
            "thresholds": np.full(units, inputs // 2, np.int64),
            "output_weights": output_weights,
            "class_sums": np.zeros((classes, inputs), np.int64),
            "hidden_sums": np.zeros((classes, units), np.int64),
            "signal_sums": np.zeros(classes, np.int64),
            "input_sum": np.zeros(inputs, np.int64),
            "hidden_sum": np.zeros(units, np.int64),
            "clock": np.zeros(2, np.int64),
        }

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One bit per weight: pixels × 32·H hidden units, and hidden units × classes."""
        return bv32_layouts(self.arch)

    def prepare(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Pack images into uint8 (n, bytes), one bit per pixel, each row padded to whole 64-bit words."""
        from bitmass_viz.kernels import bits

        rows = images.reshape(len(images), self.arch.inputs)
        packed = np.empty((len(rows), packing.words_for(self.arch.inputs)), np.uint64)
        bits.pack_rows(rows, PIXEL_THRESHOLD, packed)
        return packed.view(np.uint8)

    def _sums(self) -> tuple[NDArray[np.int64], ...]:
        s = self.state
        return (s["class_sums"], s["hidden_sums"], s["signal_sums"], s["input_sum"], s["hidden_sum"])

    def learn(
        self, prepared: Any, labels: NDArray[np.uint8], order: NDArray[np.int64], closes_batch: bool
    ) -> None:
        """See `Trainer.learn`."""
        from bitmass_viz.kernels import hebbian

        s = self.state
        hebbian.train(
            prepared,
            labels,
            order,
            self.arch.inputs,
            s["weights"],
            s["thresholds"],
            s["output_weights"],
            self._sums(),
            s["clock"],
            self._codes,
            RULES[self.options["rule"]],
            self._margin,
            self._decay,
            self.options["centring"],
            self.options["batch_size"],
            closes_batch,
        )

    def set_option(self, name: str, value: Any) -> None:
        """See `Trainer.set_option`. Centring takes effect at once: all counters derive from the same sums."""
        from bitmass_viz.kernels import signs

        super().set_option(name, value)
        s = self.state
        if s["clock"][0] > 0:
            signs.refresh_from(
                s["weights"],
                s["thresholds"],
                s["output_weights"],
                self._sums(),
                s["clock"][0],
                self._codes,
                self.options["centring"],
            )

    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """See `Trainer.classify`."""
        from bitmass_viz.kernels import hebbian

        s = self.state
        labels = np.empty(len(prepared), np.uint8)
        hebbian.predict(prepared, s["weights"], s["thresholds"], s["output_weights"], self.arch.inputs, labels)
        return labels

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`. The thresholds do not change."""
        self._check_layers(weights)
        s = self.state
        s["weights"][...] = packing.byte_columns(weights.w0.bits)
        s["output_weights"][...] = packing.pack_bits(weights.w1.bits)

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the thresholds, one per hidden unit, as `weights` has them."""
        return {"thresholds": self.state["thresholds"].astype(np.int32)}

    def teaching(self) -> dict[str, NDArray[Any]]:
        """Return the codebook, one bit for each class and hidden unit."""
        return {"codebook": packing.pack_bits(self.codebook)}

    def weights(self) -> WeightMatrices:
        """See `Trainer.weights`; includes the thresholds, which are integers because popcounts are."""
        s = self.state
        units, inputs = self.arch.binary_hidden, self.arch.inputs
        stream = np.concatenate(
            [
                packing.join_rows(s["weights"].T[:units], inputs),
                packing.join_rows(s["output_weights"].view(np.uint8), units),
            ]
        )
        return WeightMatrices(stream, self.layers, s["thresholds"].astype(np.int32))


class Bv32Uncentred(Bv32Hebbian):
    """BV32-Hebbian without centring: our reconstruction of the bug that cost 65 percentage points."""

    NAME = "bv32-uncentred"
    LABEL = "BV32, uncentred (the bug)"
    SUMMARY = "The same network with the centring left out of its update, as we reconstruct the study's bug."
    OPTIONS: ClassVar[tuple[Option, ...]] = (RULE, centring(False), BATCH_SIZE, MARGIN, SHARPNESS)


def _as_numbers(bit_rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return each column of bits as an integer, with the first row as the lowest bit."""
    return bit_rows.astype(np.int64).T @ (1 << np.arange(len(bit_rows), dtype=np.int64))
