"""PyTorch on the CPU: the same networks, eager and compiled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from bitmass_viz.bench.inputs import HIDDEN, UNITS, Material
from bitmass_viz.bench.peers import LeftOut, one_line
from bitmass_viz.bench.timing import DEFAULT_THREADS, Side

# A compiled step would warn that it omits the optimiser's own profiling.
logging.getLogger("torch._dynamo").setLevel(logging.ERROR)

CLASSES = 10
LATENT_RATE = 0.001
OPTIMISERS: dict[str, Callable[[Any, float], torch.optim.Optimizer]] = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "adamw": lambda parameters, rate: torch.optim.AdamW(parameters, lr=rate, weight_decay=1e-4),
}

Step = Callable[[torch.Tensor, torch.Tensor], None]


def training(material: Material, optimiser: str, batch: int, rate: float) -> tuple[list[Side], list[LeftOut]]:
    """Return sides that train one epoch of 784→8→10, or a share of it for a minibatch of one."""
    x = torch.from_numpy(material.brightness)

    def make() -> Step:
        return float_step(x.shape[1], optimiser, rate)

    return _sides(f"{optimiser}, batch {batch}", make, x, material, batch)


def binary_training(material: Material, batch: int) -> tuple[list[Side], list[LeftOut]]:
    """Return sides that train one epoch of 784→256→10 with weights, inputs and hidden units of ±1."""
    x = torch.from_numpy(material.signs)
    return _sides(f"binary, batch {batch}", lambda: binary_step(x.shape[1]), x, material, batch)


def float_step(inputs: int, optimiser: str, rate: float) -> Step:
    """Return a function that learns from one minibatch: ReLU, softmax cross-entropy, no biases."""
    model = nn.Sequential(nn.Linear(inputs, HIDDEN, bias=False), nn.ReLU(), nn.Linear(HIDDEN, CLASSES, bias=False))
    update = OPTIMISERS[optimiser](model.parameters(), rate)

    def step(x: torch.Tensor, y: torch.Tensor) -> None:
        update.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        update.step()

    return step


def signs(sums: torch.Tensor) -> torch.Tensor:
    """Return ±1, with the gradient of the identity between −1 and 1: the straight-through estimator."""
    clipped = functional.hardtanh(sums)
    return clipped + (torch.where(sums >= 0, 1.0, -1.0) - clipped).detach()


def binary_step(inputs: int) -> Step:
    """Return a function that updates the latent weights of binary ones (Courbariaux et al., arXiv 1602.02830)."""
    w0 = nn.Parameter(torch.empty(UNITS, inputs).uniform_(-1, 1))
    w1 = nn.Parameter(torch.empty(CLASSES, UNITS).uniform_(-1, 1))
    update = torch.optim.Adam([w0, w1], lr=LATENT_RATE)

    def step(x: torch.Tensor, y: torch.Tensor) -> None:
        update.zero_grad()
        hidden = signs(functional.linear(x, signs(w0)) / inputs**0.5)
        functional.cross_entropy(functional.linear(hidden, signs(w1)) / UNITS**0.5, y).backward()
        update.step()
        with torch.no_grad():
            w0.clamp_(-1, 1)
            w1.clamp_(-1, 1)

    return step


def _sides(
    task: str, make: Callable[[], Step], x: torch.Tensor, material: Material, batch: int
) -> tuple[list[Side], list[LeftOut]]:
    torch.manual_seed(0)
    share, size = material.share(batch), material.size
    y = torch.from_numpy(material.labels)

    def epoch_of(step: Step) -> Callable[[], None]:
        def epoch() -> None:
            for rows in torch.randperm(size)[:share].split(batch):
                step(x[rows], y[rows])

        return epoch

    sides = [Side("PyTorch", epoch_of(make()), share, size, DEFAULT_THREADS)]
    if batch > 1:
        sides.append(Side("PyTorch, one thread", _alone(epoch_of(make())), share, size, 1))
    step = torch.compile(make(), dynamic=False)
    try:
        for rows in {min(batch, share), share % batch or batch}:
            step(x[:rows], y[:rows])
    except Exception as error:  # compilers raise many kinds of error; each means that compiling does not work
        return sides, [LeftOut(f"torch.compile ({task})", one_line(error), "a C++ compiler, such as g++")]
    return [*sides, Side("torch.compile", epoch_of(step), share, size, DEFAULT_THREADS)], []


def _alone(call: Callable[[], None]) -> Callable[[], None]:
    """Wrap a call to run on a single thread."""

    def alone() -> None:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            call()
        finally:
            torch.set_num_threads(threads)

    return alone
