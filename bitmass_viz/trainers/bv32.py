"""BV32-Hebbian: binary weights, XNOR and popcount, and counters that learn without a gradient."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import bv32_network, packing
from bitmass_viz.network.layout import LayerLayout, bv32_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.family import FamilyTrainer
from bitmass_viz.trainers.options import BATCH_SIZE, Option

RULE = Option(
    "rule",
    "What teaches: every example (prototype), mistakes only (error-driven), or the size of the error (delta).",
    published="prototype",
    tuned="delta",
    kind="choice",
    choices=("prototype", "error-driven", "delta"),
)
HIDDEN_LAYER = Option(
    "hidden_layer",
    "Whether the hidden units’ weights learn, or stay random, so that only the second layer is counted.",
    published="learned",
    tuned="learned",
    kind="choice",
    choices=("learned", "random"),
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


class Bv32Hebbian(FamilyTrainer):
    """A binary network 784 → 32·H → 10, stored as 784 → H → 10 words of 32 bits, that learns by counting.

    The forward pass is XNOR and popcount. A random codebook has one ±1 code per class: the target outputs of the
    hidden units. Counters accumulate how pixels agree with these targets, and the weights are the counters' signs
    (in formulas: docs/methods.md). The prototype rule is closest to the study's "Hebbian prototype, no BP,
    sign(W) + centering"; the other rules are ours. With a random hidden layer only the
    second is counted, as in the study's public Hebbian trainer.
    """

    NAME = "bv32-hebbian"
    LABEL = "BV32-Hebbian"
    SUMMARY = "Single bits, XNOR and popcount; counters that learn without any gradient."
    OPTIONS: ClassVar[tuple[Option, ...]] = (RULE, HIDDEN_LAYER, centring(True), BATCH_SIZE, MARGIN, SHARPNESS)
    NETWORK: ClassVar[ModuleType] = bv32_network
    KERNELS = "hebbian"
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

    choose = staticmethod(bv32_network.choose)

    @property
    def codebook(self) -> NDArray[np.uint8]:
        """One bit for each class and hidden unit, uint8 (classes, units)."""
        return (self._chosen.codes >> np.arange(self.arch.classes)[:, None] & 1).astype(np.uint8)

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One bit per weight: pixels × 32·H hidden units, and hidden units × classes."""
        return bv32_layouts(self.arch)

    def prepare(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Pack images into uint8 (n, bytes), one bit per pixel, each row padded to whole 64-bit words."""
        from bitmass_viz.kernels.bits import pack_images

        return pack_images(images.reshape(len(images), self.arch.inputs))

    def set_option(self, name: str, value: Any) -> None:
        """See `Trainer.set_option`. Centring takes effect at once: all counters derive from the same sums."""
        super().set_option(name, value)
        self.kernels.refresh(self.settings, self.arrays)

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

    def taught(self) -> list[int]:
        """See `Trainer.taught`: a unit's column of the codebook."""
        codes: list[int] = self._chosen.codes.tolist()
        return codes


class Bv32Uncentred(Bv32Hebbian):
    """BV32-Hebbian without centring: our reconstruction of the bug that cost 65 percentage points."""

    NAME = "bv32-uncentred"
    LABEL = "BV32, uncentred (the bug)"
    SUMMARY = "The same network with the centring left out of its update, as we reconstruct the study’s bug."
    OPTIONS: ClassVar[tuple[Option, ...]] = (RULE, HIDDEN_LAYER, centring(False), BATCH_SIZE, MARGIN, SHARPNESS)
