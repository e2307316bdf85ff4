"""Networks without a hidden layer, beside float64 twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitmass_viz.kernels import linear
from bitmass_viz.kernels.pixels import lit_pixels
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers.linear import BinaryLinear, Linear
from tests import naive


def random_images(rng, n, inputs):
    return np.where(rng.random((n, 1, inputs)) < 0.5, 0, rng.integers(1, 256, (n, 1, inputs))).astype(np.uint8)


@settings(max_examples=20)
@given(
    st.sampled_from([Linear, BinaryLinear]),
    st.sampled_from(["squared-error", "cross-entropy"]),
    st.integers(1, 12),
    st.integers(2, 5),
    st.integers(0, 2**32),
)
def test_the_gradient_is_the_slope_of_the_loss(make, loss, inputs, classes, seed):
    rng = np.random.default_rng(seed)
    trainer = make(Architecture(inputs, 0, classes), seed % 1000, batch_size=100, loss=loss)
    images, labels = random_images(rng, 5, inputs), rng.integers(0, classes, 5).astype(np.uint8)
    xs = images.reshape(5, -1) / 255
    w = trainer.state["w"].T.astype(float)
    step = 1e-5
    slopes = np.empty_like(w)
    for index in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[index] += step
        down[index] -= step
        slopes[index] = (naive.linear_loss(up, xs, labels, loss) - naive.linear_loss(down, xs, labels, loss)) / (
            2 * step
        )
    trainer.learn(trainer.prepare(images), labels, np.arange(5), False)
    np.testing.assert_allclose(trainer.state["gradient"].T, slopes, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("make", [Linear, BinaryLinear])
def test_training_follows_the_naive_twin_for_many_minibatches(make, loss):
    rng = np.random.default_rng(8)
    inputs, classes, batch, batches, rate = 9, 3, 4, 25, 0.02
    trainer = make(Architecture(inputs, 0, classes), 2, batch_size=batch, learning_rate=rate, loss=loss)
    images, labels = random_images(rng, 40, inputs), rng.integers(0, classes, 40).astype(np.uint8)
    order = rng.integers(0, 40, batch * batches)
    binary = make is BinaryLinear
    start = trainer.state["latent" if binary else "w"].T.copy()
    expected = naive.linear_training(
        start,
        float(trainer.state["scale"][0]) if binary else None,
        [(images[rows].reshape(batch, -1) / 255, labels[rows]) for rows in order.reshape(batches, batch)],
        loss,
        rate,
    )
    trainer.learn(trainer.prepare(images), labels, order, True)
    found = trainer.state["latent" if binary else "w"].T
    assert np.abs(expected - start).mean() > 3 * rate
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    if binary:
        signs = np.where(found >= 0, 1, -1)
        np.testing.assert_array_equal(trainer.weights().w0.neurons, signs)
        np.testing.assert_array_equal(trainer.state["w"].T, signs * trainer.state["scale"][0])
    else:
        np.testing.assert_array_equal(trainer.weights().w0.neurons, found)


def test_a_tie_goes_to_the_lowest_class():
    w = np.ones((4, 3), np.float32)
    labels = np.full(2, 9, np.uint8)
    images = np.array([[0, 0, 0, 0], [255, 0, 3, 9]], np.uint8)
    trainer = Linear(Architecture(4, 0, 3))
    trainer.state["w"][...] = w
    linear.classify(lit_pixels(images), trainer.settings, trainer.arrays, labels)
    assert labels.tolist() == [0, 0]


@pytest.mark.parametrize(("make", "bit_mass"), [(Linear, 250_880), (BinaryLinear, 7_840)])
def test_what_a_linear_model_counts_as(make, bit_mass):
    trainer = make(make.default_architecture())
    weights = trainer.weights()
    assert weights.bit_mass == bit_mass
    assert [(layer.units, layer.features) for layer in weights.layers] == [(10, 784)]
    assert trainer.state.keys() == make.ROLES.keys()


@pytest.mark.parametrize("make", [Linear, BinaryLinear])
def test_weights_put_back_are_the_weights_taken(make):
    trainer, other = make(make.default_architecture(), 1), make(make.default_architecture(), 2)
    other.put_weights(trainer.weights())
    np.testing.assert_array_equal(other.state["w"], trainer.state["w"])
    with pytest.raises(ValueError, match="cannot take the weights of another network"):
        other.put_weights(make(Architecture(783, 0)).weights())


@pytest.mark.parametrize("make", [Linear, BinaryLinear])
def test_a_hidden_layer_is_refused(make):
    with pytest.raises(ValueError, match="must be 0, for it has no hidden layer, got 8"):
        make(Architecture())
