"""The binary network step by step: XNOR, popcount, vote, and the counters that learn. Works for any size.

The formulas are those of ``kernels/hebbian.py``, in NumPy, one line each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bitmass_viz.explain.explanation import Explanation, Stage, learned
from bitmass_viz.kernels.settings import DELTA_ONE
from bitmass_viz.trainers.bv32 import Bv32Hebbian


def xnor_popcount(x: ArrayLike, w: ArrayLike) -> int:
    """Count the positions where two rows of bits agree: popcount(XNOR(x, w)).

    Parameters
    ----------
    x, w : (n,)
        Zeros and ones.

    Raises
    ------
    ValueError
        If they are not bits, or differ in length.
    """
    first, second = as_bits("x", x, 1), as_bits("w", w, 1)
    _same_length("w", second.shape, first.shape)
    return int((first == second).sum())


def binary_forward(x: ArrayLike, w0: ArrayLike, thresholds: ArrayLike, w1: ArrayLike) -> Explanation:
    """Follow one image through a binary network of any size.

    Parameters
    ----------
    x : (inputs,)
        Zeros and ones; a 0 stands for −1.
    w0 : (units, inputs)
        Zeros and ones.
    thresholds : (units,)
        Integers: a unit's output is 1 if its popcount is greater.
    w1 : (classes, units)
        Zeros and ones.

    Returns
    -------
    Explanation
        With the stages x, weights, agreements, popcounts, thresholds, hidden, scores and answer.

    Raises
    ------
    ValueError
        If an argument has values other than 0 and 1, or the shapes do not fit.
    """
    pixels, first, second = as_bits("x", x, 1), as_bits("w0", w0, 2), as_bits("w1", w1, 2)
    limits = np.asarray(thresholds)
    _same_length("w0", first.shape[1:], pixels.shape)
    _same_length("thresholds", limits.shape, first.shape[:1])
    _same_length("w1", second.shape[1:], first.shape[:1])
    title = f"A binary network: {len(pixels):,} pixels, {len(first):,} hidden units, {len(second)} classes"
    return Explanation(title, forward_stages(pixels, first, limits, second))


def forward_stages(
    x: NDArray[np.uint8], w0: NDArray[np.uint8], thresholds: NDArray[Any], w1: NDArray[np.uint8]
) -> list[Stage]:
    """Return the stages of `binary_forward`, from bits."""
    agreements = (w0 == x).astype(np.uint8)
    popcounts = agreements.sum(axis=1, dtype=np.int64)
    hidden = (popcounts > thresholds).astype(np.uint8)
    scores = (w1 == hidden).sum(axis=1, dtype=np.int64)
    return [
        Stage("x", "x_i = [pixel_i > 127]", x, "The image as bits: 1 stands for +1, and 0 for −1.", kind="image"),
        Stage("weights", "w_ji", w0, "A row of bits for each hidden unit.", kind="images"),
        Stage(
            "agreements", "XNOR(x, w_j)", agreements, "1 where a pixel and a unit’s weight agree.", kind="images"
        ),
        Stage("popcounts", "a_j = popcount(XNOR(x, w_j))", popcounts, "How many pixels agree, for each unit."),
        Stage("thresholds", "θ_j", thresholds, "How many must be exceeded: a unit’s mean count so far."),
        Stage(
            "hidden", "h_j = [a_j > θ_j]", hidden, "What each hidden unit answers: 1 stands for +1, and 0 for −1."
        ),
        Stage("scores", "s_k = popcount(XNOR(h, v_k))", scores, "How many hidden units vote as class k expects."),
        Stage(
            "answer",
            "argmax_k s_k",
            int(np.argmax(scores)),
            "The class with the highest score; the lowest on a tie.",
        ),
    ]


def neuron(x: NDArray[np.uint8], weights: NDArray[np.uint8], threshold: int, unit: int) -> Explanation:
    """Explain one hidden unit: its weights, where they agree with the image, and its output."""
    agreement = (weights == x).astype(np.uint8)
    count = int(agreement.sum())
    stages = [
        Stage("x", "x_i = [pixel_i > 127]", x, "The image as bits.", kind="image"),
        Stage("weights", "w_i", weights, "The unit’s weights, a bit for each pixel.", kind="image"),
        Stage("agreement", "XNOR(x, w)", agreement, "1 where both are 1 or both are 0.", kind="image"),
        Stage("popcount", "a = popcount(XNOR(x, w))", count, "How many pixels agree."),
        Stage("threshold", "θ", int(threshold), "How many must be exceeded."),
        Stage("answer", "[a > θ]", int(count > threshold), "1 stands for +1, and 0 for −1."),
    ]
    return Explanation(f"Hidden unit {unit}", stages)


def hebbian_counters(images: ArrayLike, signals: ArrayLike, centring: bool = True) -> Explanation:
    """Train one binary hidden unit by counting, on images of any size.

    C = Σ t (x − x̄), where x̄ is the mean image; without centring C = Σ t x. The weights are the signs.

    Parameters
    ----------
    images : (n, inputs)
        Zeros and ones, which stand for −1 and +1.
    signals : (n,)
        Target output of the unit for each image, +1 or −1.
    centring : bool

    Returns
    -------
    Explanation
        With the stages images, signals, class_sum, signal_sum, mean, counters and weights.

    Raises
    ------
    ValueError
        If the images are not bits, the signals not ±1, or the shapes do not fit.

    Notes
    -----
    The update of the study's "Hebbian prototype, no BP, sign(W) + centering", as we reconstruct it.
    """
    bits = as_bits("images", images, 2)
    t = np.asarray(signals)
    _same_length("signals", t.shape, bits.shape[:1])
    if not np.isin(t, (-1, 1)).all():
        raise ValueError(f"signals must be +1 or −1, got {t.tolist()!r:.80}")
    x = 2 * bits.astype(np.int64) - 1
    class_sum, signal_sum, mean = t @ x, int(t.sum()), x.mean(axis=0)
    counters = class_sum - signal_sum * mean if centring else class_sum.astype(np.float64)
    formula = "C = S − n x̄" if centring else "C = S"
    stages = [
        learned("images", "x", x, "The images, +1 where there is ink and −1 elsewhere.", "images"),
        learned("signals", "t", t, "What the unit should answer to each."),
        learned("class_sum", "S = Σ t x", class_sum, "Images added up, or taken away where it should answer −1."),
        learned("signal_sum", "n = Σ t", signal_sum, "How much more often it should answer +1 than −1."),
        learned("mean", "x̄", mean, "The mean image: ink where there is ink in most.", "image"),
        learned("counters", formula, counters, "What the weights are the signs of."),
        learned("weights", "w = sign(C)", np.sign(counters).astype(np.int64), "0: the weight keeps its old bit."),
    ]
    return Explanation(
        f"One binary unit taught by {len(x)} images, {'centred' if centring else 'not centred'}", stages
    )


def update_stages(trainer: Bv32Hebbian, stages: list[Stage], label: int) -> list[Stage]:
    """Return the stages of a BV32 network's update by one example.

    Parameters
    ----------
    trainer : Bv32Hebbian
        The trainer before the example; not changed.
    stages : list of Stage
        Stages of the forward pass.
    label : int
    """
    found = {stage.name: stage.value for stage in stages}
    state = trainer.state
    rule, centring = trainer.options["rule"], bool(trainer.options["centring"])
    unit = DELTA_ONE if rule == "delta" else 1
    x, h = 2 * found["x"].astype(np.int64) - 1, 2 * found["hidden"].astype(np.int64) - 1
    codes = 2 * trainer.codebook.astype(np.int64) - 1
    e = _teaching_signal(trainer, found["scores"], label)
    n = int(state["clock"][0]) + 1
    signal_sums = state["signal_sums"] + e
    inputs, hiddens = state["input_sum"] + x, state["hidden_sum"] + h
    parts = n * (state["class_sums"] + np.outer(e, x))
    outputs = n * (state["hidden_sums"] + np.outer(e, h))
    if centring:
        parts = parts - np.outer(signal_sums, inputs)
        outputs = outputs - np.outer(signal_sums, hiddens)
    # Multiplied by N, the counters are integers, so their signs are exact.
    counters = codes.T @ parts
    learns = trainer.options["hidden_layer"] == "learned"
    weights = _signs(counters, found["weights"]) if learns else found["weights"]
    w1 = _signs(outputs, trainer.weights().w1.bits)
    mean = inputs / n if centring else np.zeros(len(x))
    means = "x̄ = M / N" if centring else "x̄ = 0, for centring is off"
    with_mean = "C_j = Σ_k b_kj (S_k − n_k x̄)" if centring else "C_j = Σ_k b_kj S_k"
    return [
        learned("signal", "e_k", e / unit, _SIGNALS[rule]),
        learned(
            "unit_signal",
            "t_j = Σ_k e_k b_kj",
            e @ codes / unit,
            "What that says to each hidden unit, through its code.",
        ),
        learned("mean", means, mean, "The mean image so far, this one included.", "image"),
        learned("counters", with_mean, counters / (n * unit), "The counters with this example in them.", "images"),
        learned(
            "new_weights",
            "w_j = sign(C_j)" if learns else "w_j",
            weights,
            "The hidden weights afterwards; a counter at 0 keeps the old bit."
            if learns
            else "The hidden weights, which stay random whatever is counted.",
            "images",
        ),
        learned(
            "flipped", "bits of W0 that changed", int((weights != found["weights"]).sum()), f"Of {weights.size:,}."
        ),
        learned(
            "output_counters",
            "U_k = R_k − n_k h̄" if centring else "U_k = R_k",
            outputs / (n * unit),
            "The same for the classes’ weights, from the hidden answers.",
        ),
        learned("new_output_weights", "v_k = sign(U_k)", w1, "The classes’ weights afterwards."),
        learned(
            "new_thresholds",
            "θ_j = mean of a_j",
            _thresholds(weights, inputs, n, centring),
            "The popcount each unit would have had on average, rounded down.",
        ),
    ]


_SIGNALS = {
    "prototype": "Which class learns: the right one, from every example.",
    "error-driven": "Which classes learn: the right one and its rival, if the lead was too small; else none.",
    "delta": "How much each class learns: what is missing to certainty.",
}


def _teaching_signal(trainer: Bv32Hebbian, scores: NDArray[np.int64], label: int) -> NDArray[np.int64]:
    """Return e_k of one example; multiplied by DELTA_ONE for the delta rule."""
    classes, spread = len(scores), np.sqrt(trainer.arch.binary_hidden)
    e = np.zeros(classes, np.int64)
    if trainer.options["rule"] == "prototype":
        e[label] = 1
    elif trainer.options["rule"] == "error-driven":
        rival = int(np.argmax(np.where(np.arange(classes) == label, -1, scores)))
        if scores[label] - scores[rival] <= round(trainer.options["margin"] * float(spread)):
            e[label], e[rival] = 1, -1
    else:
        power = trainer.settings.powers[scores.max() - scores]
        # Summed in the kernel's order, so that rounding is the same.
        share = power / sum(power.tolist())
        e = np.rint(((np.arange(classes) == label) - share) * DELTA_ONE).astype(np.int64)
    return e


def _signs(counters: NDArray[np.int64], old: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(counters == 0, old, counters > 0).astype(np.uint8)


def _thresholds(
    weights: NDArray[np.uint8], inputs: NDArray[np.int64], n: int, centring: bool
) -> NDArray[np.int64]:
    pixels = weights.shape[1]
    if not centring:
        return np.full(len(weights), pixels // 2)
    return (n * pixels + (2 * weights.astype(np.int64) - 1) @ inputs) // (2 * n)


def as_bits(name: str, values: ArrayLike, dimensions: int) -> NDArray[np.uint8]:
    """Return zeros and ones as uint8.

    Raises
    ------
    ValueError
        If there are other values, or the number of dimensions is not `dimensions`.
    """
    array = np.asarray(values)
    if array.ndim != dimensions or array.size == 0:
        shape = "a row" if dimensions == 1 else "rows and columns"
        raise ValueError(f"{name} must be {shape} of zeros and ones, got an array of shape {array.shape}")
    if not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} must be zeros and ones, got {np.unique(array)[:5].tolist()}")
    return array.astype(np.uint8)


def _same_length(name: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    if found != wanted:
        raise ValueError(
            f"{name} must have a length of {wanted[0]:,}, got {' × '.join(map(str, found)) or 'a number'}"
        )
