"""What can be measured of a trained network. A measure gives one record or several; each becomes a row.

The test split is read here and nowhere else in an experiment, after all choices have been made.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import knife
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.network.formats import ONE_BIT
from bitmass_viz.network.layout import LayerLayout
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.ledger import account
from bitmass_viz.training.run import Run

Record = dict[str, Any]
FIRST_SEED = 1_000
"""Seed of the first network of each case: no choice was ever made with it or any after it."""


def validation(run: Run) -> list[Record]:
    """Accuracy on the validation split, for choices."""
    return [{"split": "validation", "accuracy": run.accuracy("validation")}]


def accuracy(run: Run) -> list[Record]:
    """Accuracy on the test split, and beside it on the validation split."""
    return [_accuracy(run)]


def _accuracy(run: Run) -> Record:
    return {"split": "test", "accuracy": run.accuracy("test"), "validation": run.accuracy("validation")}


def collapse(run: Run) -> list[Record]:
    """How far a BV32 network has collapsed.

    ``distinct_units`` counts the hidden units with weights of their own (see `count_distinct`), and
    ``confusion`` holds, as JSON, how often class i was taken for class j. The first seed also brings two sets
    of ten pictures, 784 bits each, as base64 of rows of 98 bytes: ``prototypes``, the signs of what was counted
    for each class, and ``unit_weights``, the first ten hidden units.
    """
    test = run.digits.test
    answers = run.predict(test.images)
    confusion = np.zeros((run.arch.classes, run.arch.classes), np.int64)
    np.add.at(confusion, (test.labels, answers), 1)
    record = _accuracy(run) | {
        "distinct_units": count_distinct(run.weights.w0.neurons),
        "commonest_answer": float(confusion.sum(axis=0).max() / len(test)),
        "confusion": json.dumps(confusion.tolist()),
    }
    if run.seed == FIRST_SEED:
        s = run.trainer.state
        counters = s["clock"][0] * s["class_sums"].astype(np.float64)
        if run.options["centring"]:
            counters -= np.outer(s["signal_sums"], s["input_sum"])
        record["prototypes"] = _pictures(counters > 0)
        record["unit_weights"] = _pictures(run.weights.w0.bits[: run.arch.classes] > 0)
    return [record]


def count_distinct(signs: NDArray[Any], same: float = 0.9) -> int:
    """Count units whose weights differ: one that nearly repeats or inverts an earlier one is none.

    Parameters
    ----------
    signs : int8 (units, features)
        ±1.
    same : float
        Share of the weights, 0 to 1.
    """
    values = signs.astype(np.float32)
    alike = np.abs(values @ values.T) >= (2 * same - 1) * signs.shape[1]
    kept: list[int] = []
    for unit in range(len(signs)):
        if not alike[unit, kept].any():
            kept.append(unit)
    return len(kept)


def _pictures(bits: NDArray[np.bool_]) -> str:
    return base64.b64encode(np.packbits(bits, axis=1, bitorder="little").tobytes()).decode()


def bit_knife(run: Run) -> list[Record]:
    """Accuracy with some weight bits cut off, rounded away, randomised or flipped (see `knife`).

    ``cut`` names what was done, ``bit`` how many bits were kept or which plane was hit, ``share`` the share of
    bits flipped, ``entropy0`` and ``entropy1`` the entropy of the plane in W0 and W1, in bits; ``coded_bits`` is
    the size of all quantised weights at the entropy of each layer's codes. Of a network of single bits the first
    record also says how many have nothing to learn from (``idle_bits``, see `constant_pixels`), and how many of
    those are as they were before training (``untouched_bits``).
    """
    records = [_accuracy(run) | {"cut": "none"} | (_idle(run) if run.weights.layers[0].format is ONE_BIT else {})]
    for weights, facts in knife.cuts(run.weights, np.random.default_rng([run.seed, 2])):
        records.append({"split": "test", "accuracy": run.accuracy("test", weights)} | facts)
    return records


def _idle(run: Run) -> Record:
    untrained = type(run.trainer)(run.arch, run.seed, run.recipe, **run.first_options).weights().w0.bits
    same = (run.weights.w0.bits == untrained)[:, constant_pixels(run.digits.train.images)]
    return {"idle_bits": same.size, "untouched_bits": int(same.sum())}


def constant_pixels(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which pixels are the same in every image, once made black or white: bool (pixels,)."""
    bright = images.reshape(len(images), -1) > PIXEL_THRESHOLD
    return np.asarray(bright.all(axis=0) | ~bright.any(axis=0))


def ledger(run: Run) -> list[Record]:
    """Bits by what they are for, and whether the three views agree on every weight bit."""
    weights = run.weights
    layers = [weights.w0, *([weights.w1] if len(weights.layers) > 1 else [])]
    disagreeing = sum(_disagreeing(weights, matrix.layout) for matrix in layers)
    return [_accuracy(run) | account(run.trainer).as_dict() | {"disagreeing_bits": disagreeing}]


def _disagreeing(weights: WeightMatrices, layout: LayerLayout) -> int:
    """Count the weight bits that are not the same in all three views, each read back by itself."""
    matrix = weights.w0 if layout.name == "W0" else weights.w1
    units, features, bits = layout.units, layout.features, layout.bits_per_weight
    from_bits = matrix.bits.reshape(units, bits, features)[:, ::-1].transpose(0, 2, 1)
    stored = np.unpackbits(np.ascontiguousarray(matrix.words, "<u4").view(np.uint8), axis=1, bitorder="little")
    from_words = stored[:, : layout.row_bits].reshape(units, features, bits)
    numbers = matrix.neurons
    codes = layout.format.encode(numbers)
    places = np.arange(bits, dtype=np.uint32)
    from_neurons = (codes.astype(np.uint32)[:, :, None] >> places) & np.uint32(1)
    return int(((from_bits != from_words) | (from_bits != from_neurons)).sum())


def memorised(run: Run) -> list[Record]:
    """How much a network remembers of patterns that are each once in the validation split.

    ``patterns`` is their number and ``memorised`` the bits, see `bits_memorised`.
    """
    accuracy, count = run.accuracy("validation"), len(run.digits.validation)
    bits = bits_memorised(count, accuracy, run.arch.classes)
    return [{"split": "training", "accuracy": accuracy, "patterns": count, "memorised": bits}]


def bits_memorised(count: int, accuracy: float, classes: int) -> float:
    """Return what right answers to random labels are worth, in bits: N (log2 K - H2(a) - (1 - a) log2(K - 1)).

    That is what each answer says of its label, where wrong answers are spread evenly over the other classes. No
    better than guessing is worth nothing.

    Parameters
    ----------
    count : int
        N, of patterns.
    accuracy : float
        a, 0 to 1.
    classes : int
        K.
    """
    wrong = 1.0 - accuracy
    if accuracy <= 1.0 / classes:
        return 0.0
    unsure = -sum(p * math.log2(p) for p in (accuracy, wrong) if p > 0.0)
    return count * (math.log2(classes) - unsure - wrong * math.log2(classes - 1))


SCORES = {"validation": "accuracy", "memorised": "memorised"}
"""Measures that a choice can be made by → what shall be as high as possible."""
MEASURES: dict[str, Callable[[Run], list[Record]]] = {
    "validation": validation,
    "accuracy": accuracy,
    "collapse": collapse,
    "bit-knife": bit_knife,
    "ledger": ledger,
    "memorised": memorised,
}
