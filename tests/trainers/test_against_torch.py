"""The optimisers beside PyTorch's own, where that is installed: the same network, the same minibatches."""

import numpy as np
import pytest

from bitmass_viz.architecture import Architecture
from bitmass_viz.trainers import TRAINERS

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

STEPS, BATCH = 100, 16
OPTIMISERS = {
    "sgd": lambda p, rate: torch.optim.SGD(p, lr=rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, lr=rate, alpha=0.99, eps=1e-8),
    "adam": lambda p, rate: torch.optim.Adam(p, lr=rate),
    "adamw": lambda p, rate: torch.optim.AdamW(p, lr=rate, weight_decay=1e-4),
    "linear": lambda p, rate: torch.optim.Adam(p, lr=rate),
}


@pytest.mark.parametrize("recipe", ["published", "tuned"])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_weights_stay_with_pytorchs(name, recipe, tiny):
    make = TRAINERS[name]
    extra = {"schedule": "constant", "clip_norm": 0.0} if name == "adamw" else {}
    rate = min(TRAINERS[name](make.default_architecture(), 1, recipe).options["learning_rate"], 0.1)
    trainer = make(make.default_architecture(), 1, recipe, batch_size=BATCH, learning_rate=rate, **extra)
    start = trainer.weights()
    linear = not make.HAS_HIDDEN_LAYER
    matrices = [start.w0.neurons] if linear else [start.w0.neurons, start.w1.neurons]
    parameters = [torch.nn.Parameter(torch.tensor(m.astype(np.float32))) for m in matrices]
    optimiser = OPTIMISERS[name](parameters, rate)
    x = torch.tensor(tiny.train.images.reshape(len(tiny.train), -1) / 255, dtype=torch.float32)
    y = torch.tensor(tiny.train.labels.astype(np.int64))
    order = np.random.default_rng(0).integers(0, len(tiny.train), STEPS * BATCH)
    slope = 0.05 if recipe == "published" else 0.0
    for step in range(STEPS):
        rows = order[step * BATCH : (step + 1) * BATCH]
        out = x[rows] @ parameters[0].T
        if not linear:
            out = torch.nn.functional.leaky_relu(out, slope) @ parameters[1].T
        if recipe == "published":
            target = 2 * torch.nn.functional.one_hot(y[rows], 10).float() - 1
            loss = ((out - target) ** 2).mean(dim=1).mean()
        else:
            loss = torch.nn.functional.cross_entropy(out, y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    trainer.learn(trainer.prepare(tiny.train.images), tiny.train.labels, order, False)
    for found, expected, first in zip(
        [trainer.weights().w0] if linear else [trainer.weights().w0, trainer.weights().w1],
        parameters,
        matrices,
        strict=True,
    ):
        expected = expected.detach().numpy()
        moved = np.abs(expected - first).max()
        assert moved > 0.01
        # Single precision and another order of summing leave a little; a wrong formula leaves a lot.
        assert np.abs(found.neurons - expected).max() < 0.02 * moved


def test_an_architecture_without_hidden_layer_is_refused_by_the_others():
    with pytest.raises(ValueError, match="hidden of sgd must be 1 to 256, got 0"):
        TRAINERS["sgd"](Architecture(hidden=0))
