"""The optimisers beside PyTorch's own, where that is installed: the same network, the same minibatches."""

import numpy as np
import pytest

from bitmass_viz.kernels import tiles
from bitmass_viz.kernels.quantised_network import largest_weight
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.straight_through import StraightThrough

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
torch.set_num_threads(1)  # with matrices this small, threads mostly wait for one another

STEPS, BATCH = 100, 16
SHARE = 0.02
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


def rounded(latent, bits, scale):
    """A weight of few bits whose gradient goes straight through to its latent."""
    if bits == 1:
        level = torch.where(latent >= 0, 1.0, -1.0)
    else:
        top = (1 << bits) - 1
        level = (2 * torch.floor((latent + 1) / 2 * (top + 1)).clamp(0, top) - top) / top
    return (scale * level).detach() + (latent - latent.detach())


def signs(sums):
    """+1 or -1, with the gradient of the identity between -1 and 1."""
    clipped = torch.nn.functional.hardtanh(sums)
    return clipped + (torch.where(sums >= 0, 1.0, -1.0) - clipped).detach()


@pytest.mark.parametrize(
    ("bits", "activation", "steps"),
    [
        (1, "relu", 200),
        (1, "sign", 25),  # a single sum that rounds the other way soon moves the others
        (2, "relu", 200),
        (4, "relu", 200),
        (8, "sign", 200),
        (16, "relu", 200),
    ],
)
def test_latent_weights_stay_with_pytorchs(bits, activation, steps, tiny):
    rate = 0.005
    trainer = StraightThrough(
        Architecture(), 1, "tuned", bits=bits, batch_size=BATCH, learning_rate=rate, activation=activation
    )
    s = trainer.state
    units = trainer.layers[0].units
    starts = [tiles.rows_of(s["latent0"], units), s["latent1"].copy()]
    scales = [float(scale) for scale in s["scales"]]
    parameters = [torch.nn.Parameter(torch.tensor(latent)) for latent in starts]
    optimiser = torch.optim.Adam(parameters, lr=rate / largest_weight(trainer.settings))
    answer = signs if activation == "sign" else torch.relu
    x = torch.tensor(tiny.train.images.reshape(len(tiny.train), -1) / 255, dtype=torch.float32)
    y = torch.tensor(tiny.train.labels.astype(np.int64))
    order = np.random.default_rng(0).integers(0, len(tiny.train), steps * BATCH)
    for rows in order.reshape(steps, BATCH):
        w0, w1 = (rounded(p, bits, scale) for p, scale in zip(parameters, scales, strict=True))
        loss = torch.nn.functional.cross_entropy(answer(x[rows] @ w0.T) @ w1.T, y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            for p in parameters:
                p.clamp_(-1, 1)
    trainer.learn(trainer.prepare(tiny.train.images), tiny.train.labels, order, False)
    for found, expected, start in zip(
        [tiles.rows_of(s["latent0"], units), s["latent1"]], parameters, starts, strict=True
    ):
        moved = np.abs(found - start)
        assert moved.mean() > 5 * rate / largest_weight(trainer.settings)
        # A latent weight at the edge between two levels may round the other way, and its like follow it.
        assert np.abs(found - expected.detach().numpy()).mean() < SHARE * moved.mean()


def test_floats_that_nothing_rounds_stay_with_pytorchs(tiny):
    steps, rate = 300, 0.02
    trainer = StraightThrough(Architecture(), 1, "tuned", bits=32, batch_size=BATCH, learning_rate=rate)
    start = trainer.weights()
    parameters = [torch.nn.Parameter(torch.tensor(m.neurons.copy())) for m in (start.w0, start.w1)]
    # The rate is in units of He's standard deviation, which differs between the layers.
    groups = [{"params": [p], "lr": rate * np.sqrt(2 / p.shape[1])} for p in parameters]
    optimiser = torch.optim.Adam(groups)
    x = torch.tensor(tiny.train.images.reshape(len(tiny.train), -1) / 255, dtype=torch.float32)
    y = torch.tensor(tiny.train.labels.astype(np.int64))
    order = np.random.default_rng(0).integers(0, len(tiny.train), steps * BATCH)
    for rows in order.reshape(steps, BATCH):
        loss = torch.nn.functional.cross_entropy(torch.relu(x[rows] @ parameters[0].T) @ parameters[1].T, y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    trainer.learn(trainer.prepare(tiny.train.images), tiny.train.labels, order, False)
    end = trainer.weights()
    for found, expected, first in zip((end.w0, end.w1), parameters, (start.w0, start.w1), strict=True):
        moved = np.abs(expected.detach().numpy() - first.neurons).max()
        assert moved > 0.05
        assert np.abs(found.neurons - expected.detach().numpy()).max() < 0.02 * moved


def test_an_architecture_without_hidden_layer_is_refused_by_the_others():
    with pytest.raises(ValueError, match="hidden of sgd must be 1 to 256, got 0"):
        TRAINERS["sgd"](Architecture(hidden=0))
