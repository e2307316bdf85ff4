"""One real weight, update by update: its gradient, the running means an optimiser keeps, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bitmass_viz.common.numeric import whole
from bitmass_viz.explain.networks import Array, Layer, network_of
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.style import INK, SMALL, style, trainer_colour
from bitmass_viz.training.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_UPDATES = 500


def draw_weight(run: Run, unit: int = 0, feature: int = 406, updates: int = 60) -> Figure:
    """Draw one of a network's first layer's weights with each update that comes next.

    Parameters
    ----------
    run : Run
        Of a trainer by gradient. It stays as it is: a copy learns on from where it stands, a minibatch of its own
        batch size for every update.
    unit, feature : int
        Which weight, as in ``weights.w0.neurons[unit, feature]``.
    updates : int
        1 to 500.

    Raises
    ------
    ValueError
        If the trainer has no gradient, there is no such weight, or too many updates are asked for.
    """
    if not hasattr(run.explain(), "change0"):
        raise ValueError(f"{run.trainer.NAME} moves no weight by its gradient; sgd, momentum, adamw and so on do")
    units, features = run.weights.w0.neurons.shape
    unit, feature = whole("unit", unit, 0, units - 1), whole("feature", feature, 0, features - 1)
    updates = whole("updates", updates, 1, MOST_UPDATES)
    run = run.copy()
    weights, gradients, means = [_layer(run).weights[unit, feature]], [], []
    for _ in range(updates):
        left = _until_update(run)
        if left > 1:
            run.advance(left - 1)
        summed = _layer(run).gradient + run.explain().gradient0
        gradients.append(summed[unit, feature] / (int(run.trainer.state["clock"][1]) + 1))
        run.advance(1)
        weights.append(_layer(run).weights[unit, feature])
        means.append(_layer(run).first[unit, feature])
    with style("weight"):
        return settle(_drawn(run, (unit, feature), np.array(weights), np.array(gradients), np.array(means)))


def _layer(run: Run) -> Layer:
    return network_of(run.trainer).layers[0]


def _until_update(run: Run) -> int:
    """Return how many examples are left until the weights change: the minibatch's rest, or the epoch's."""
    done = run.examples % len(run.digits.train)
    return min(int(run.options["batch_size"]) - int(run.trainer.state["clock"][1]), len(run.digits.train) - done)


def _drawn(run: Run, which: tuple[int, int], weights: Array, gradients: Array, means: Array) -> Figure:
    figure = new("one_weight_and_its_gradient", 3.6)
    above, below = figure.subplots(2, 1, sharex=True)
    colour = trainer_colour(run.trainer.NAME)
    steps = np.arange(len(gradients))
    above.bar(steps, gradients, color=INK["muted"], width=0.6, label="gradient of the minibatch")
    if run.trainer.state["first0"].size:
        above.plot(steps, means, color=colour, label="m, the running mean that moves it")
    above.legend(loc="best")
    above.set_title(f"{run.trainer.LABEL}: weight of unit {which[0]} to pixel {which[1]}", fontsize=SMALL + 1)
    below.plot(np.arange(len(weights)), weights, color=colour)
    below.set_ylabel("weight")
    below.set_xlabel(f"updates, {run.options['batch_size']} examples each")
    return figure
