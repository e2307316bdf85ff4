"""The peers do the same as ours, and are named where they cannot."""

import sys

import numpy as np
import pytest

from bitmass_viz.bench import ours, tasks
from bitmass_viz.bench.inputs import SHARE, Material
from bitmass_viz.bench.peers import LeftOut, find, numpy_peer
from bitmass_viz.bench.timing import Side
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from tests.bench.conftest import without_compiler
from tests.conftest import needs_jit


@pytest.fixture(scope="module")
def material(strokes):
    return Material(strokes)


@needs_jit
def test_all_sides_count_the_same_bits(material):
    task, _ = tasks.layer(material)
    names = " ".join(side.name for side in task.sides)
    assert all(
        name in names for name in ("ours", "numpy.bitwise_count, one", "bitwise_count, word", "float32 BLAS")
    )
    for side in task.sides:
        side.call()
        agreeing = (material.bits[:20, None, :] == material.weight_bits[None]).sum(axis=2)
        assert np.array_equal(side.result()[:20], agreeing), side.name


def test_a_side_that_counts_otherwise_is_refused():
    right, wrong = np.arange(6), np.array([0, 1, 9, 3, 9, 5])
    sides = [Side(name, lambda: None, 1, 1, 1, lambda found=found: found) for name, found in
             (("ours", right), ("peer", wrong))]  # fmt: skip
    with pytest.raises(ValueError, match="peer must count what ours counts, got 2 other counts of 6"):
        tasks.check_equal(sides)
    with pytest.raises(ValueError, match="got another shape"):
        tasks.check_equal([sides[0], Side("peer", lambda: None, 1, 1, 1, lambda: right[:2])])


def minibatches(material, count=40, batch=16):
    order = np.random.default_rng(0).integers(0, material.size, (count, batch))
    return [(material.brightness[rows], material.labels[rows]) for rows in order], order.ravel(), batch


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_numpy_learns_what_ours_learns(name, material):
    pieces, order, batch = minibatches(material)
    rate = ours.rate(name, 64)
    trainer = TRAINERS[name](Architecture(), 1, "tuned", batch_size=batch, learning_rate=rate)
    start = trainer.weights()
    network = numpy_peer.Network(start.w0.neurons.copy(), start.w1.neurons.copy(), name, rate)
    for x, y in pieces:
        network.learn(x, y)
    trainer.learn(trainer.prepare(material.digits.train.images), material.digits.train.labels, order, False)
    moved = np.abs(network.w0 - start.w0.neurons).max()
    assert moved > 0.01
    assert np.abs(network.w0 - trainer.weights().w0.neurons).max() < 0.02 * moved


def test_at_a_minibatch_of_one_the_rate_is_a_tenth():
    assert ours.rate("sgd", 64) == TRAINERS["sgd"](Architecture(), recipe="tuned").options["learning_rate"]
    assert ours.rate("sgd", 1) == pytest.approx(ours.rate("sgd", 64) / 10)


def test_only_a_minibatch_of_one_is_measured_on_a_share(strokes, material):
    assert material.share(64) == material.share(1) == material.size < SHARE
    material = Material(strokes)
    material.size = 50_000
    assert (material.share(64), material.share(1)) == (50_000, SHARE)
    whole = Material(strokes, whole=True)
    whole.size = 50_000
    assert whole.share(1) == 50_000


@pytest.mark.parametrize(("module", "package"), [("torch_peer", "torch"), ("faiss_peer", "faiss")])
def test_what_is_not_installed_is_named_with_how_to_get_it(monkeypatch, module, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"bitmass_viz.bench.peers.{module}", raising=False)
    found = find(module)
    assert isinstance(found, LeftOut)
    assert found.why == f"{package} is not installed"
    assert "--extra bench" in found.how


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_pytorch_learns_what_numpy_learns(name, material, torch, monkeypatch):
    from bitmass_viz.bench.peers import torch_peer

    rate = ours.rate(name, 64)
    models = []
    sequential = torch.nn.Sequential
    monkeypatch.setattr(
        torch_peer.nn, "Sequential", lambda *parts: models.append(sequential(*parts)) or models[-1]
    )
    step = torch_peer.float_step(784, name, rate)
    matrices = [p.detach().numpy().copy() for p in models[0].parameters()]
    network = numpy_peer.Network(*matrices, name, rate)
    for x, y in minibatches(material)[0]:
        step(torch.from_numpy(x), torch.from_numpy(y))
        network.learn(x, y)
    for parameter, ours_is in zip(models[0].parameters(), (network.w0, network.w1), strict=True):
        assert np.allclose(parameter.detach().numpy(), ours_is, atol=1e-4)


def test_the_gradient_goes_straight_through_a_sign(torch):
    from bitmass_viz.bench.peers import torch_peer

    sums = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], requires_grad=True)
    torch_peer.signs(sums).sum().backward()
    assert torch_peer.signs(sums).tolist() == [-1, -1, 1, 1, 1]
    assert sums.grad.tolist() == [0, 1, 1, 1, 0]


def test_without_a_compiler_pytorch_takes_part_as_it_is(material, torch, monkeypatch):
    from bitmass_viz.bench.peers import torch_peer

    monkeypatch.setattr(torch, "compile", without_compiler)
    sides, left_out = torch_peer.training(material, "sgd", 64, 0.1)
    assert [side.name for side in sides] == ["PyTorch", "PyTorch, one thread"]
    assert [(entry.name, entry.why) for entry in left_out] == [("torch.compile (sgd, batch 64)", "no compiler")]
