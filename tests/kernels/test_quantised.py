import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitmass_viz.kernels import quantised, tiles
from bitmass_viz.kernels import settings as kernel_settings
from bitmass_viz.kernels.quantised_network import largest_weight
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import WEIGHT_BITS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.bop import Bop
from bitmass_viz.trainers.linear import BinaryLinear, Linear
from bitmass_viz.trainers.straight_through import StraightThrough
from tests import naive

FEW_BITS = tuple(bits for bits in WEIGHT_BITS if bits < 32)


def random_images(rng, n, inputs, classes):
    images = np.where(rng.random((n, 1, inputs)) < 0.5, 0, rng.integers(1, 256, (n, 1, inputs))).astype(np.uint8)
    return images, rng.integers(0, classes, n).astype(np.uint8)


def matrices(trainer, name):
    if name == "latent" and trainer.bits == 32:  # the weights themselves, in units of their scale
        return [w / scale for w, scale in zip(matrices(trainer, "w"), trainer.state["scales"], strict=True)]
    units = trainer.layers[0].units
    return tiles.rows_of(trainer.state[f"{name}0"], units), trainer.state[f"{name}1"].copy()


@given(st.sampled_from([1, 2, 4, 8]), st.lists(st.integers(-6000, 6000), min_size=1, max_size=20))
def test_levels_are_the_nearest_ones(bits, values):
    latent = np.array(values, np.float32) / np.float32(4096)
    w = np.empty_like(latent)
    quantised.quantise(latent, bits, np.float32(0.5), w)
    expected = [0.5 * naive.level(float(value), bits) for value in latent]
    np.testing.assert_allclose(w, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("bits", FEW_BITS)
def test_every_level_is_reached_and_comes_back_from_the_bits(bits):
    trainer = StraightThrough(Architecture(inputs=1 << min(bits, 8), hidden=1, classes=2), bits=bits)
    latent = np.linspace(-1, 1, trainer.state["latent0"].size, dtype=np.float32)
    trainer.state["latent0"][...] = np.random.default_rng(0).permutation(latent).reshape(trainer.state["w0"].shape)
    quantised.quantise(
        trainer.state["latent0"].reshape(-1), bits, trainer.state["scales"][0], trainer.state["w0"].reshape(-1)
    )
    levels = trainer.weights().w0.neurons
    assert (levels.min(), levels.max()) == (1 - (1 << bits), (1 << bits) - 1)
    assert len(np.unique(levels)) == min(1 << bits, levels.size)
    before = trainer.state["w0"].copy()
    trainer.put_weights(trainer.weights())
    np.testing.assert_allclose(trainer.state["w0"], before, rtol=1e-6)


@settings(max_examples=25)
@given(
    st.sampled_from([1, 5]),
    st.sampled_from(WEIGHT_BITS),
    st.sampled_from(["relu", "sign"]),
    st.sampled_from(["grey", "binary"]),
    st.sampled_from(["squared-error", "cross-entropy"]),
    st.integers(0, 2**32),
)
def test_the_gradient_is_the_naive_twins(hidden, bits, activation, pixels, loss, seed):
    rng = np.random.default_rng(seed)
    arch = Architecture(11, hidden, 4)
    trainer = StraightThrough(
        arch, seed % 1000, bits=bits, activation=activation, pixels=pixels, loss=loss, batch_size=100
    )
    images, labels = random_images(rng, 7, 11, 4)
    latents = matrices(trainer, "latent")
    twin = naive.NaiveQuantised(latents, bits, trainer.state["scales"].astype(float), activation, loss)
    for layer, (w, scale) in enumerate(zip(matrices(trainer, "w"), trainer.state["scales"], strict=True)):
        # A latent weight on the very border of two levels, as close as float32 can tell, may round to either.
        one_level = 2.0 * scale / ((1 << bits) - 1)
        assert np.abs(w - twin.w[layer]).max() <= 1.01 * one_level + 1e-6
        level = (latents[layer] + 1) * 2.0 ** (bits - 1)
        on_border = (bits < 32) & (np.abs(level - np.rint(level)) <= 2.0 ** (bits - 23))
        assert (np.isclose(w, twin.w[layer], rtol=1e-5, atol=1e-6) | on_border).all()
        twin.w[layer] = w.astype(np.float64)
    xs = trainer.settings.pixel_values.astype(float)[images.reshape(7, -1)]
    sums = np.array([twin.forward(x)[0] for x in xs])
    if min(np.abs(sums).min(), np.abs(np.abs(sums) - 1).min()) < 1e-5:
        return  # rounding may take either side of a kink
    trainer.learn(trainer.prepare(images), labels, np.arange(7), False)
    g0, g1 = twin.mean_gradients(xs, labels)
    np.testing.assert_allclose(matrices(trainer, "gradient")[0] / 7, g0, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(matrices(trainer, "gradient")[1] / 7, g1, rtol=1e-3, atol=1e-5)
    outputs = np.array([twin.forward(x)[2] for x in xs])
    clear = np.sort(outputs, axis=1)[:, -1] - np.sort(outputs, axis=1)[:, -2] > 1e-4
    answers = trainer.classify(trainer.prepare(images))
    np.testing.assert_array_equal(answers[clear], outputs.argmax(axis=1)[clear])


@pytest.mark.parametrize("bits", [1, 4, 32])
def test_a_step_moves_the_latents_and_rounds_them_anew(bits):
    rng = np.random.default_rng(5)
    trainer = StraightThrough(Architecture(9, 1, 3), bits=bits, batch_size=4, learning_rate=0.5)
    images, labels = random_images(rng, 4, 9, 3)
    latents = matrices(trainer, "latent")
    twin = naive.NaiveQuantised(latents, bits, trainer.state["scales"].astype(float), "relu", "squared-error")
    xs = trainer.settings.pixel_values.astype(float)[images.reshape(4, -1)]
    gradients = twin.mean_gradients(xs, labels)
    trainer.learn(trainer.prepare(images), labels, np.arange(4), False)
    rate = 0.5 / largest_weight(trainer.settings)
    for layer in (0, 1):
        # Adam's first step is the rate times the gradient's sign, where it has one.
        moved = latents[layer] - rate * gradients[layer] / (np.abs(gradients[layer]) + 1e-8)
        expected = moved if bits == 32 else np.clip(moved, -1, 1)
        sure = (np.abs(gradients[layer]) > 1e-5) | (gradients[layer] == 0)
        found = matrices(trainer, "latent")[layer]
        np.testing.assert_allclose(found[sure], expected[sure], rtol=1e-3, atol=1e-4)
    twin.latents = [np.array(la, float) for la in matrices(trainer, "latent")]
    twin.requantise()
    for found, expected in zip(matrices(trainer, "w"), twin.w, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_bop_flips_what_the_naive_twin_flips():
    rng = np.random.default_rng(2)
    trainer = Bop(Architecture(10, 1, 3), 1, batch_size=5, adaptivity=0.2, threshold=1e-3)
    flips = 0
    for _ in range(6):
        images, labels = random_images(rng, 5, 10, 3)
        w, mean = matrices(trainer, "w"), [trainer.state["first0"].reshape(10, -1).T, trainer.state["first1"]]
        twin = naive.NaiveQuantised(
            [np.sign(m) for m in w], 1, np.abs([w[0][0, 0], w[1][0, 0]]), "relu", "squared-error"
        )
        gradients = twin.mean_gradients(trainer.settings.pixel_values.astype(float)[images.reshape(5, -1)], labels)
        expected = [
            naive.bop(twin.w[k], mean[k].reshape(twin.w[k].shape).astype(float), gradients[k], 0.2, 1e-3)
            for k in (0, 1)
        ]
        trainer.learn(trainer.prepare(images), labels, np.arange(5), False)
        for k, found in enumerate(matrices(trainer, "w")):
            near = np.abs(np.abs(expected[k][1]) - 1e-3) < 1e-6
            np.testing.assert_allclose(found[~near], expected[k][0][~near], rtol=1e-5)
            flips += int((np.sign(found) != np.sign(w[k])).sum())
    assert flips > 20


@pytest.mark.parametrize("make", [Linear, BinaryLinear])
def test_a_linear_model_follows_its_gradient(make):
    rng = np.random.default_rng(0)
    trainer = make(Architecture(12, 0, 4), 3, batch_size=100)
    images, labels = random_images(rng, 6, 12, 4)
    w = trainer.state["w"].astype(float)
    trainer.learn(trainer.prepare(images), labels, np.arange(6), False)
    xs = images.reshape(6, -1) / 255
    expected = np.zeros_like(w)
    for x, label in zip(xs, labels, strict=True):
        error = 2 * (w.T @ x - np.where(np.arange(4) == label, 1, -1)) / 4
        expected += np.outer(x, error)
    np.testing.assert_allclose(trainer.state["gradient"], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(trainer.classify(trainer.prepare(images)), (xs @ w).argmax(axis=1))


CUT = [
    *(("straight-through", {"bits": bits}) for bits in WEIGHT_BITS),
    ("straight-through", {"bits": 1, "activation": "sign", "pixels": "binary"}),
    ("bop", {"adaptivity": 0.1, "threshold": 1e-3}),
    ("linear", {}),
    ("binary-linear", {}),
]


@settings(max_examples=40)
@given(
    st.sampled_from(CUT),
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.integers(0, 2**32),
)
def test_the_result_does_not_depend_on_how_the_examples_are_cut(case, cuts, seed):
    name, options = case
    rng = np.random.default_rng(seed)
    make = TRAINERS[name]
    arch = Architecture(10, 1 if make.HAS_HIDDEN_LAYER else 0, 3)
    n = sum(cuts)
    images, labels = random_images(rng, n, 10, 3)
    whole, pieces = (make(arch, 7, "tuned", batch_size=4, **options) for _ in range(2))
    whole.learn(whole.prepare(images), labels, np.arange(n), True)
    start = 0
    for cut in cuts:
        order = np.arange(start, start + cut)
        kept = pieces.snapshot()
        pieces.learn(pieces.prepare(images), labels, order, start + cut == n)
        pieces.restore(kept)
        pieces.learn(pieces.prepare(images), labels, order, start + cut == n)
        start += cut
    for key, array in whole.state.items():
        np.testing.assert_array_equal(array, pieces.state[key])


@pytest.mark.parametrize(("name", "options"), CUT)
def test_the_end_of_an_epoch_closes_the_minibatch_that_is_open(name, options):
    rng = np.random.default_rng(4)
    make = TRAINERS[name]
    trainer = make(Architecture(10, 1 if make.HAS_HIDDEN_LAYER else 0, 3), 7, "tuned", batch_size=4, **options)
    images, labels = random_images(rng, 6, 10, 3)
    trainer.learn(trainer.prepare(images), labels, np.arange(6), False)
    assert trainer.state["clock"].tolist() == [6, 2, 1]
    trainer.learn(trainer.prepare(images), labels, np.arange(3), True)
    assert trainer.state["clock"].tolist() == [9, 0, 3]
    assert all(not array.any() for key, array in trainer.state.items() if key.startswith("gradient"))


def test_a_sum_of_nought_counts_as_yes():
    sums = np.array([0.0, -0.0, 1e-9, -1e-9, 2.0, -2.0], np.float32)
    hidden = np.empty_like(sums)
    quantised.activate(kernel_settings.SIGN, sums, hidden)
    assert hidden.tolist() == [1, 1, 1, -1, 1, -1]
    quantised.activate(kernel_settings.RELU, sums, hidden)
    np.testing.assert_array_equal(hidden, np.maximum(sums, 0))


@pytest.mark.parametrize("bits", WEIGHT_BITS)
def test_equal_bits_whatever_their_number_a_weight(bits):
    weights = StraightThrough(Architecture(), bits=bits).weights()
    assert weights.bit_mass == 203_264
    assert weights.layers[0].units == 256 // bits


def test_a_rate_out_of_all_bounds_ends_in_chance_and_not_in_an_error(tiny):
    for name in ("straight-through", "linear", "sgd", "adam"):
        make = TRAINERS[name]
        trainer = make(make.default_architecture(), 0, "tuned", learning_rate=10.0)
        trainer.learn(trainer.prepare(tiny.train.images), tiny.train.labels, np.arange(len(tiny.train)), True)
        assert trainer.classify(trainer.prepare(tiny.test.images)).max() < 10


@pytest.mark.parametrize("value", [3, True, "1", 64])
def test_bits_that_do_not_fill_a_container_are_refused(value):
    with pytest.raises(ValueError, match="bits must be one of 1, 2, 4, 8, 16, 32"):
        StraightThrough(Architecture(), bits=value)
