"""Networks trained by gradient, step by step: forward pass, error, gradient, and the optimiser's step.

The formulas are those of ``kernels/floatnet.py``, ``quantised.py`` and ``optimiser.py``, in NumPy and float64.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.explain.explanation import Explanation, Stage, learned
from bitmass_viz.explain.networks import Layer, Network
from bitmass_viz.kernels.settings import Optimiser

Array = NDArray[np.float64]


def forward_stages(network: Network, x: Array) -> list[Stage]:
    """Return the stages of the forward pass from an image's numbers to a class."""
    stages = [
        Stage("x", network.pixel_formula, x, "The image as numbers.", kind="image"),
        Stage("weights", "w_ji", network.layers[0].weights, "A row of weights for each unit.", kind="images"),
    ]
    if len(network.layers) == 2:
        z = network.layers[0].weights @ x
        a = network.activate(z)
        stages += [
            Stage("sums", "z = W0 x", z, "Each hidden unit’s weighted sum of the pixels."),
            Stage("hidden", network.activation_formula, a, "What each hidden unit answers."),
            Stage("outputs", "o = W1 a", network.layers[1].weights @ a, "A number for each class."),
        ]
    else:
        stages.append(Stage("outputs", "o = W x", network.layers[0].weights @ x, "A number for each class."))
    outputs = stages[-1].value
    if network.loss == "cross-entropy":
        stages.append(Stage("probabilities", "p = softmax(o)", softmax(outputs), "The same as shares of 1."))
    answer = int(np.argmax(outputs))
    stages.append(
        Stage("answer", "argmax_k o_k", answer, "The class with the highest number; the lowest on a tie.")
    )
    return stages


def neuron(network: Network, x: Array, weights: Array, unit: int) -> Explanation:
    """Explain one unit of the first layer: its weights, their products with the pixels, and the sum."""
    products = weights * x
    stages = [
        Stage("x", network.pixel_formula, x, "The image as numbers.", kind="image"),
        Stage("weights", "w_i", weights, "The unit’s weights, one for each pixel.", kind="image"),
        Stage("products", "w_i x_i", products, "What each pixel contributes.", kind="image"),
        Stage("sum", "z = Σ_i w_i x_i", float(products.sum()), "All contributions together."),
    ]
    hidden = len(network.layers) == 2
    if hidden:
        answer = float(network.activate(products.sum()))
        stages.append(Stage("answer", network.activation_formula, answer, "What the unit answers."))
    return Explanation(f"{'Hidden unit' if hidden else 'Class'} {unit}", stages)


def update_stages(network: Network, stages: list[Stage], label: int) -> list[Stage]:
    """Return the stages of the update by one example: error, gradients, and each layer's step."""
    found = {stage.name: stage.value for stage in stages}
    x, outputs = found["x"], found["outputs"]
    target = np.where(np.arange(len(outputs)) == label, 1.0, -1.0)
    if network.loss == "squared-error":
        loss, formula = float(np.mean((outputs - target) ** 2)), "L = mean_k (o_k − t_k)², t = ±1"
        error, error_formula = 2 * (outputs - target) / len(outputs), "dL/do = 2 (o − t) / classes"
    else:
        p = found["probabilities"]
        loss, formula = float(-np.log(p[label])), "L = −log p_y"
        error, error_formula = p - (target > 0), "dL/do = p − [k = y]"
    listed = [
        learned("loss", formula, loss, "How wrong the outputs are, in one number."),
        learned("output_error", error_formula, error, "How the loss changes with each output."),
    ]
    if len(network.layers) == 2:
        back = network.layers[1].weights.T @ error
        delta = back * network.slope(found["sums"])
        gradients = [np.outer(delta, x), np.outer(error, found["hidden"])]
        listed += [
            learned("hidden_error", network.slope_formula, delta, "The error, carried back to the hidden units."),
            learned(
                "gradient0", "dL/dW0 = dL/dz xᵀ", gradients[0], "How the loss changes with each weight.", "images"
            ),
            learned("gradient1", "dL/dW1 = dL/do aᵀ", gradients[1], "The same for the second layer."),
        ]
    else:
        gradients = [np.outer(error, x)]
        listed.append(
            learned(
                "gradient0", "dL/dW = dL/do xᵀ", gradients[0], "How the loss changes with each weight.", "images"
            )
        )
    return listed + _step_stages(network, gradients)


def _step_stages(network: Network, gradients: list[Array]) -> list[Stage]:
    listed = []
    optimiser = network.optimiser
    if network.flips is None:
        listed.append(learned("learning_rate", "η", network.rate, "Size of a step at this moment."))
    if optimiser.clip_norm > 0:
        norm = float(np.sqrt(sum(float((g**2).sum()) for g in gradients)))
        listed.append(learned("gradient_norm", "‖dL/dW‖", norm, "Length of the whole gradient."))
        if norm > optimiser.clip_norm:
            gradients = [g * (optimiser.clip_norm / norm) for g in gradients]
            listed.append(
                learned(
                    "clipped",
                    "g = dL/dW · limit / ‖dL/dW‖",
                    optimiser.clip_norm,
                    "It is shortened to this length.",
                )
            )
    for number, (layer, gradient) in enumerate(zip(network.layers, gradients, strict=True)):
        listed += (
            _descent_stages(network, layer, gradient, number)
            if network.flips is None
            else _flip_stages(network.flips, layer, gradient, number)
        )
    return listed


class Move(NamedTuple):
    """One step of a layer's weights."""

    first: Array
    second: Array
    change: Array


def move(w: Any, g: Any, m: Any, v: Any, optimiser: Optimiser, rate: float, step: int) -> Move:
    """Return the optimiser's new running means and the change of the weights (see `kernels.optimiser.update`).

    Parameters
    ----------
    w, g : float64 (units, inputs)
        Weights and gradient.
    m, v : float64 (units, inputs)
        Running means of the gradient and of its square; ignored if the optimiser has none.
    optimiser : Optimiser
    rate : float
    step : int
        Number of updates before this one.
    """
    one, two = optimiser.first_decay, optimiser.second_decay
    first = one * m + (1 - one if optimiser.dampening else 1) * g if one else g
    second = two * v + (1 - two) * g**2 if two else np.ones_like(g)
    corrects = optimiser.bias_correction
    unbiased1 = first / (1 - one ** (step + 1)) if one and corrects else first
    unbiased2 = second / (1 - two ** (step + 1)) if two and corrects else second
    divisor = np.sqrt(unbiased2) + optimiser.epsilon if two else 1.0
    return Move(first, second, -rate * (optimiser.weight_decay * w + unbiased1 / divisor))


def _descent_stages(network: Network, layer: Layer, gradient: Array, number: int) -> list[Stage]:
    optimiser = network.optimiser
    rate = network.rate * layer.rate_scale
    moved = move(layer.moving, gradient, layer.first, layer.second, optimiser, rate, network.updates)
    listed = []
    kind: Any = "images" if number == 0 else "numbers"
    if optimiser.first_decay:
        formula = "m ← β₁ m + (1 − β₁) g" if optimiser.dampening else "m ← β₁ m + g"
        listed.append(
            learned(
                f"momentum{number}", formula, moved.first, f"W{number}: the running mean of the gradient.", kind
            )
        )
    if optimiser.second_decay:
        listed.append(
            learned(
                f"squares{number}",
                "v ← β₂ v + (1 − β₂) g²",
                moved.second,
                f"W{number}: the running mean of its square.",
                kind,
            )
        )
    listed.append(
        learned(
            f"change{number}", _change_formula(optimiser), moved.change, f"By how much {layer.says} changes.", kind
        )
    )
    if layer.latent is not None:
        latent = np.clip(layer.latent + moved.change, -1, 1)
        listed.append(
            learned(
                f"latent{number}",
                "l ← l + Δ, within ±1",
                latent,
                f"The hidden floats that W{number} is rounded from.",
                kind,
            )
        )
    return listed


def _change_formula(optimiser: Optimiser) -> str:
    step = "m̂ / (√v̂ + ε)" if optimiser.second_decay and optimiser.first_decay else "g / (√v̂ + ε)"
    if not optimiser.second_decay:
        step = "m" if optimiser.first_decay else "g"
    return f"Δ = −η ({step} + λ w)" if optimiser.weight_decay else f"Δ = −η {step}"


def _flip_stages(flips: tuple[float, float], layer: Layer, gradient: Array, number: int) -> list[Stage]:
    adaptivity, threshold = flips
    mean = (1 - adaptivity) * layer.first + adaptivity * gradient
    turned = ((mean > threshold) & (layer.weights > 0)) | ((mean < -threshold) & (layer.weights < 0))
    kind: Any = "images" if number == 0 else "numbers"
    return [
        learned(
            f"momentum{number}", "m ← (1 − γ) m + γ g", mean, f"W{number}: the running mean of the gradient.", kind
        ),
        learned(
            f"turned{number}",
            "|m| > τ and sign(m) = sign(w)",
            turned.astype(np.uint8),
            f"Bits of W{number} that flip.",
            kind,
        ),
    ]


def softmax(outputs: Array) -> Array:
    """exp(o_k) / Σ exp(o)."""
    powers = np.exp(outputs - outputs.max())
    return powers / powers.sum()
