"""Exercises on gradient descent (lesson 04)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bitmass_viz.check.exercise import Exercise, Mistake
from bitmass_viz.explain import gradient
from bitmass_viz.kernels.settings import descent


def _targets(outputs: Any, label: int, low: float = -1.0) -> np.ndarray:
    return np.where(np.arange(len(outputs)) == label, 1.0, low)


def _output_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([0.5, -0.5]), 0
    yield np.array([0.0, 0.0, 0.0, 0.0]), 2
    for classes in (2, 3, 10, 10, 10):
        for _ in range(6):
            yield rng.normal(0, 1, classes), int(rng.integers(0, classes))


OUTPUT_ERROR = Exercise(
    name="output_error",
    task="Say how the loss changes with each output: the derivative of L = mean over k of (o_k − t_k)², where the "
    "target t_k is +1 for the label and −1 for every other class.",
    arguments=("outputs", "label"),
    right=lambda o, y: 2 * (o - _targets(o, y)) / len(o),
    cases=_output_cases,
    mistakes=(
        Mistake(
            lambda o, y: o - _targets(o, y),
            "the derivative of a square has a factor in front, and the mean another one.",
        ),
        Mistake(
            lambda o, y: 2 * (o - _targets(o, y)),
            "that is the derivative of the sum. The loss is the mean over the classes.",
        ),
        Mistake(
            lambda o, y: (o - _targets(o, y)) / len(o),
            "the derivative of (o − t)² with respect to o has a factor that is missing here.",
        ),
        Mistake(
            lambda o, y: 2 * (_targets(o, y) - o) / len(o),
            "the sign is the wrong way round. An output above its target makes the loss grow when it grows.",
        ),
        Mistake(
            lambda o, y: 2 * (o - _targets(o, y, 0.0)) / len(o),
            "the target of the other classes is −1, not 0.",
        ),
        Mistake(
            lambda o, y: (o - _targets(o, y)) ** 2 / len(o),
            "that is each output's part of the loss itself, not yet its derivative.",
        ),
        Mistake(
            lambda o, y: gradient.softmax(o) - _targets(o, y, 0.0),
            "that belongs to another loss, the cross-entropy. Here it is the squared distance to ±1.",
        ),
        Mistake(
            lambda o, y: np.where(np.arange(len(o)) == y, 2 * (o - 1) / len(o), 0.0),
            "every output has a target, also those of the other classes.",
        ),
    ),
    hint="write L out for two classes, and differentiate it by o_0.",
    returns="a row of numbers, one for each output",
)


def _step_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.1, 0.9
    yield np.array([1.0]), np.array([2.0]), np.array([10.0]), 0.1, 0.9
    for _ in range(30):
        w, g, v = rng.normal(0, 1, (3, 4))
        yield w, g, v, float(rng.choice([0.01, 0.05, 0.5])), float(rng.choice([0.5, 0.9, 0.99]))


def _momentum(w: Any, g: Any, v: Any, rate: float, beta: float) -> tuple[Any, Any]:
    moved = gradient.move(w, g, v, v, descent(rate=rate, first_decay=beta), rate, 0)
    return w + moved.change, moved.first


MOMENTUM_STEP = Exercise(
    name="momentum_step",
    task="Take one step of SGD with momentum: the velocity becomes beta · velocity + gradient, and the weights "
    "move against the new velocity, times the rate.",
    arguments=("w", "gradient", "velocity", "rate", "beta"),
    right=_momentum,
    cases=_step_cases,
    mistakes=(
        Mistake(
            lambda w, g, v, r, b: (w - r * g, v),
            "that is plain SGD: the velocity neither changes nor moves the weights.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - r * g, b * v + g),
            "the new velocity is right, but the weights still follow the bare gradient.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w + r * (b * v + g), b * v + g),
            "the weights move uphill: the loss grows along the gradient.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - r * v, b * v + g),
            "the weights move with the old velocity. Update it first.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - r * (b * v + (1 - b) * g), b * v + (1 - b) * g),
            "that is the running mean that Adam uses. Here the new gradient counts in full.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - r * (b * v + r * g), b * v + r * g),
            "the rate is applied twice: once in the velocity, once in the step.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - (b * v + r * g), b * v + r * g),
            "you keep the rate inside the velocity. In this form it is applied when the weights move.",
        ),
        Mistake(
            lambda w, g, v, r, b: (w - r * (v + g), v + g),
            "nothing is forgotten: the old velocity is to shrink by beta first.",
        ),
        Mistake(
            lambda w, g, v, r, b: (b * v + g, w - r * (b * v + g)),
            "the weights come first and the velocity second.",
        ),
    ),
    hint="start with a velocity of 0: the step should be that of plain SGD. Then do a second step with the same "
    "gradient.",
    returns="two rows of numbers: the new weights, and the new velocity",
)


def _adam_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([1.0]), np.array([2.0]), np.array([0.0]), np.array([0.0]), 0, 0.1
    yield np.array([1.0]), np.array([2.0]), np.array([0.5]), np.array([0.3]), 1, 0.1
    for step in (0, 0, 1, 2, 5, 20, 100):
        for _ in range(4):
            w, g, m = rng.normal(0, 1, (3, 4))
            yield w, g, m * min(step, 1), rng.random(4) * min(step, 1), step, float(rng.choice([0.001, 0.01]))


def _adam(
    w: Any, g: Any, m: Any, v: Any, step: int, rate: float, one: float = 0.9, two: float = 0.999
) -> tuple[Any, Any, Any]:
    adam = descent(rate, one, two, dampening=True, bias_correction=True, epsilon=1e-8)
    moved = gradient.move(w, g, m, v, adam, rate, step)
    return w + moved.change, moved.first, moved.second


def _means(g: Any, m: Any, v: Any) -> tuple[Any, Any]:
    return 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2


def _from_means(
    w: Any, m: Any, v: Any, rate: float, one: float, two: float, root: bool = True, inside: bool = False
) -> tuple[Any, Any, Any]:
    """Return an Adam step from given means; `one` and `two` are the divisors of the bias correction."""
    spread = v / two
    divisor = np.sqrt(spread + 1e-8) if inside else (np.sqrt(spread) if root else spread) + 1e-8
    return w - rate * (m / one) / divisor, m, v


def _bias_corrections(step: int) -> tuple[float, float]:
    return 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)


ADAM_STEP = Exercise(
    name="adam_step",
    task="Take one step of Adam, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8. step is how many steps came before, 0 at "
    "first; m and v are the running means of the gradient and of its square.",
    arguments=("w", "gradient", "m", "v", "step", "rate"),
    right=_adam,
    cases=_adam_cases,
    mistakes=(
        Mistake(
            lambda w, g, m, v, s, r: _from_means(w, *_means(g, m, v), r, 1.0, 1.0),
            "the means begin at 0 and are too small at first: correct them for that.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(
                w, *_means(g, m, v), r, *(_bias_corrections(s - 1) if s else (np.nan, np.nan))
            ),
            "in the very first step, step is 0, and the correction is 1 − β to the power of 1.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(w, *_means(g, m, v), r, *_bias_corrections(s), root=False),
            "v is a mean of squares: take its root before you divide.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(w, *_means(g, m, v), r, *_bias_corrections(s), inside=True),
            "ε is added after the root, not under it.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: (2 * w - _adam(w, g, m, v, s, r)[0], *_means(g, m, v)),
            "the weights move uphill: the loss grows along the gradient.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(w, 0.9 * m + g, 0.999 * v + g**2, r, *_bias_corrections(s)),
            "a running mean takes only a share of the new value: 1 − β of it.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(
                w, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g, r, *_bias_corrections(s)
            ),
            "v is the running mean of the gradient's square.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: _from_means(
                w, 0.1 * m + 0.9 * g, 0.001 * v + 0.999 * g**2, r, *_bias_corrections(s)
            ),
            "β is how much of the old mean is kept, and 1 − β how much of the new value enters.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: (w - r * g, *_means(g, m, v)),
            "the means are right, but the weights still follow the bare gradient.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: (_adam(w, g, m, v, s, r)[0], m, v),
            "the weights are right, but the old m and v are returned: the next step needs the new ones.",
        ),
        Mistake(
            lambda w, g, m, v, s, r: (
                _adam(w, g, m, v, s, r)[0],
                *(mean / divisor for mean, divisor in zip(_means(g, m, v), _bias_corrections(s), strict=True)),
            ),
            "give m and v back as they are, uncorrected: the correction is for this step alone.",
        ),
    ),
    hint="in the very first step all corrections cancel: whatever the gradient, each weight moves by the rate.",
    returns="three rows of numbers: the new weights, m and v",
)
