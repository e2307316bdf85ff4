"""The compared tasks: training and the XNOR-popcount layer, each with its sides prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bitmass_viz.bench import arithmetic, ours
from bitmass_viz.bench.inputs import UNITS, Material, Noise
from bitmass_viz.bench.peers import LeftOut, find, node_peer, numpy_peer
from bitmass_viz.bench.timing import Side, Task

BATCH = 64
LABELS = {"sgd": "SGD", "adamw": "AdamW"}
Found = tuple[list[Side], list[LeftOut]]
"""A peer's sides, and what it had to leave out."""
Gathered = tuple[Task, list[LeftOut]]


def float_training(material: Material, optimiser: str, batch: int) -> Gathered:
    """One epoch of 784→8→10 in float32: ours, PyTorch, NumPy, and ours in WebAssembly."""
    asked = (material, optimiser, batch, ours.rate(optimiser, batch))
    options = {"batch_size": batch, "learning_rate": ours.rate(optimiser, batch)}
    peers = (
        _ask("torch_peer", "training", *asked),
        numpy_peer.training(*asked),
        node_peer.training(material.digits, optimiser, options),
    )
    what = f"{LABELS[optimiser]}, batch {batch}"
    least = arithmetic.float_epoch(material, optimiser, batch)
    return _gather(f"{optimiser}-{batch}", what, least, ours.training(material.digits, optimiser, batch), *peers)


def binary_training(material: Material) -> Gathered:
    """One epoch of 784→256→10 in bits: our delta rule, PyTorch's straight-through estimator, and our own SGD."""
    own_sgd: Found = ([ours.three_epochs(material.digits)], [])
    in_node = node_peer.training(material.digits, "bv32-hebbian", {"batch_size": BATCH})
    peers = (_ask("torch_peer", "binary_training", material, BATCH), own_sgd, in_node)
    what = f"BV32-Hebbian, delta rule, batch {BATCH}"
    least = arithmetic.binary_epoch(material)
    return _gather(f"bv32-{BATCH}", what, least, ours.training(material.digits, "bv32-hebbian", BATCH), *peers)


def layer(material: Material, name: str = "xnor-layer", of: str = "digits") -> Gathered:
    """Count the agreeing bits of all images and all units of a layer.

    Raises
    ------
    ValueError
        If a side's counts differ from ours.
    """
    peers = (_ask("faiss_peer", "layer", material), numpy_peer.layer(material))
    what = f"XNOR-popcount of {of}, {material.size:,} × {material.pixels.shape[1]} → {UNITS}"
    task, left_out = _gather(name, what, arithmetic.layer(material), ours.counting(material), *peers)
    check_equal(task.sides)
    return task, left_out


def _ask(module: str, function: str, *how: object) -> Found:
    """Return a peer's sides, or that it is not installed."""
    peer = find(module)
    if isinstance(peer, LeftOut):
        return [], [peer]
    found: Found = getattr(peer, function)(*how)
    return found


def _gather(name: str, what: str, least: arithmetic.Least, own: Side, *peers: Found) -> Gathered:
    """Combine our side, which comes first, with the peers' sides, and collect what they leave out."""
    sides = (own, *(side for found, _ in peers for side in found))
    return Task(name, what, sides, least), [entry for _, missing in peers for entry in missing]


TASKS: tuple[Callable[[Material], Gathered], ...] = (
    lambda material: float_training(material, "sgd", 1),
    lambda material: float_training(material, "sgd", BATCH),
    lambda material: float_training(material, "adamw", 1),
    lambda material: float_training(material, "adamw", BATCH),
    binary_training,
    layer,
    lambda material: layer(Noise(material.digits), "xnor-layer-noise", "random bits"),
)
"""The layers come last, because checking them briefly needs much memory."""


def check_equal(sides: Sequence[Side]) -> None:
    """Do the task once on each side, and compare the results with the first side's.

    Raises
    ------
    ValueError
        If one differs.
    """
    first = None
    for side in sides:
        assert side.result is not None, "only tasks with a result can be checked"
        side.call()
        found = side.result()
        if first is None:
            first = found
        elif not np.array_equal(first, found):
            places = "another shape" if first.shape != found.shape else f"{(first != found).sum():,} other counts"
            raise ValueError(f"{side.name} must count what {sides[0].name} counts, got {places} of {first.size:,}")
