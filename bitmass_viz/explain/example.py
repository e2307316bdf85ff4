"""Explain one example: its forward pass through a trainer's network, and what the network would learn from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits, Split
from bitmass_viz.explain import binary, gradient
from bitmass_viz.explain.explanation import Explanation, Stage, learned
from bitmass_viz.explain.networks import Network, network_of
from bitmass_viz.explain.one_step import one_step
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.trainers import Trainer
from bitmass_viz.trainers.bv32 import Bv32Hebbian

Image = NDArray[np.uint8]


class RunExplanation(Explanation):
    """The explanation of one example in a run; `neuron` explains one hidden unit in detail."""

    def __init__(self, image: Image, network: Network | None, title: str, stages: list[Stage], note: str) -> None:
        super().__init__(title, stages, note)
        self.image = image
        self._network = network

    def neuron(self, unit: int = 0) -> Explanation:
        """Explain one unit of the first layer: its weights, how the image meets them, its output.

        Parameters
        ----------
        unit : int
            Index, from 0.

        Raises
        ------
        ValueError
            If there is no such unit.
        """
        units = len(self.weights)
        unit = numeric.whole("unit", unit, 0, units - 1)
        if self._network is None:
            return binary.neuron(self.x, self.weights[unit], int(self.thresholds[unit]), unit)
        return gradient.neuron(self._network, self.x, self.weights[unit], unit)


def explain(trainer: Trainer, digits: Digits, example: int | tuple[Image, int]) -> RunExplanation:
    """Follow one example through a network, and compute what it would learn from it as a minibatch of one.

    Parameters
    ----------
    trainer : Trainer
        Not changed.
    digits : Digits
        An index is looked up among its training images.
    example : int or (image, label)
        The index of a training example, or an image, uint8 (28, 28), with its label.

    Returns
    -------
    RunExplanation

    Raises
    ------
    ValueError
        If there is no such example, or the image or label is not valid.
    """
    which, image, label = _found(digits.train, trainer.arch.classes, example)
    pixels = image.ravel()
    network = None
    if isinstance(trainer, Bv32Hebbian):
        weights = trainer.weights()
        bits = (pixels > PIXEL_THRESHOLD).astype(np.uint8)
        thresholds = trainer.state["thresholds"].copy()
        forward = binary.forward_stages(bits, weights.w0.bits, thresholds, weights.w1.bits)
        update = binary.update_stages(trainer, forward, label)
    else:
        network = network_of(trainer)
        forward = gradient.forward_stages(network, network.pixel_values[pixels])
        update = gradient.update_stages(network, forward, label)
    step = one_step(trainer, image, label)
    flipped = step.after.flipped(step.before)
    update.append(learned("bits_flipped", "weight bits that change", flipped, f"Of {step.after.bit_mass:,}."))
    answer = forward[-1].value
    verdict = f"{digits.named(answer)}, which is right"
    if answer != label:
        verdict = f"{digits.named(answer)}, which is wrong, it is {digits.phrase(label)}"
    title = f"{trainer.LABEL} after {trainer.examples:,} examples, {which}: it answers {verdict}"
    stages = [Stage("label", "y", label, "The right class."), *forward, *update]
    return RunExplanation(image, network, title, stages, _note(trainer))


def _note(trainer: Trainer) -> str:
    open_examples = int(trainer.state["clock"][1])
    note = "The example counts as a minibatch of its own; the run itself has learned nothing from it."
    if open_examples and isinstance(trainer, Bv32Hebbian):
        note += f" The {open_examples} examples of the minibatch that is still open are counted in."
    elif open_examples:
        note += f" The {open_examples} examples of the minibatch that is still open are left out."
    return note


def _found(train: Split, classes: int, example: Any) -> tuple[str, Image, int]:
    """Return a name for an example, its image and its label."""
    if numeric.as_whole(example) is not None:
        index = numeric.whole("example", example, 0, len(train) - 1)
        return f"training example {index:,}", train.images[index], int(train.labels[index])
    if not isinstance(example, tuple) or len(example) != 2:
        raise ValueError(f"example must be an index or a pair (image, label), got {example!r:.80}")
    image, label = np.asarray(example[0]), example[1]
    if image.dtype != np.uint8 or image.shape != train.images.shape[1:]:
        wanted = "×".join(map(str, train.images.shape[1:]))
        raise ValueError(f"image must be uint8 of {wanted} pixels, got {image.dtype} {image.shape}")
    return "an image that was given", image, numeric.whole("label", label, 0, classes - 1)
