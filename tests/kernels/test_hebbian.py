import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitmass_viz.kernels import packing
from bitmass_viz.kernels import signs as sign_kernels
from bitmass_viz.kernels import sums as sum_kernels
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers.bv32 import Bv32Hebbian, Bv32Uncentred
from tests import naive

RULES = ("prototype", "error-driven", "delta")


def twins(arch, seed=0, cls=Bv32Hebbian, **options):
    """The trainer and its naive twin, starting from the same bits."""
    fast = cls(arch, seed, "published", **options)
    weights = fast.weights()
    slow = naive.NaiveBv32(
        weights.w0.bits,
        weights.w1.bits,
        fast.codebook,
        fast.options["rule"],
        round(fast.options["margin"] * arch.binary_hidden**0.5),
        np.exp(-fast.options["sharpness"] / arch.binary_hidden**0.5 * np.arange(arch.binary_hidden + 1)),
        fast.options["centring"],
        fast.options["batch_size"],
        fast.options["hidden_layer"] == "learned",
    )
    return fast, slow


def learn_both(fast, slow, images, labels, closes=True):
    fast.learn(fast.prepare(images), labels, np.arange(len(images)), closes)
    for i, image in enumerate(images):
        slow.learn(image.ravel() > 127, labels[i], last=closes and i == len(images) - 1)


def assert_same(fast, slow):
    weights = fast.weights()
    assert weights.w0.bits.tolist() == slow.w
    assert weights.w1.bits.tolist() == slow.v
    assert weights.thresholds.tolist() == slow.theta


def random_images(rng, n, inputs, classes):
    return rng.integers(0, 256, (n, 1, inputs), np.uint8), rng.integers(0, classes, n).astype(np.uint8)


@settings(max_examples=25)
@given(
    st.sampled_from(RULES),
    st.sampled_from(["learned", "random"]),
    st.booleans(),
    st.sampled_from([1, 10, 63, 64, 65, 97]),
    st.sampled_from([1, 2]),
    st.integers(2, 5),
    st.integers(0, 2**32),
)
def test_learning_is_the_naive_twins_to_the_bit(rule, hidden_layer, centring, inputs, hidden, classes, seed):
    rng = np.random.default_rng(seed)
    arch = Architecture(inputs, hidden, classes)
    options = {"rule": rule, "hidden_layer": hidden_layer, "centring": centring, "batch_size": 3, "margin": 0.5}
    fast, slow = twins(arch, seed % 1000, **options)
    images, labels = random_images(rng, 11, inputs, classes)
    learn_both(fast, slow, images, labels)
    assert_same(fast, slow)
    predicted = fast.classify(fast.prepare(images))
    assert predicted.tolist() == [slow.predict(image.ravel() > 127) for image in images]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("pixel", [0, 255])
def test_images_of_one_colour_are_ties_that_keep_the_old_bits(rule, pixel):
    arch = Architecture(70, 1, 3)
    fast, slow = twins(arch, rule=rule, batch_size=2)
    before = fast.weights().w0.bits
    images = np.full((5, 1, 70), pixel, np.uint8)
    labels = np.array([0, 1, 2, 0, 1], np.uint8)
    learn_both(fast, slow, images, labels)
    assert_same(fast, slow)
    # Every image equals the mean image, so every counter of the first layer is exactly 0.
    assert (fast.weights().w0.bits == before).all()


def test_an_open_minibatch_changes_sums_but_no_bits():
    arch = Architecture(40, 1, 3)
    fast, slow = twins(arch, batch_size=4)
    images, labels = random_images(np.random.default_rng(1), 3, 40, 3)
    before = fast.weights().tobytes()
    learn_both(fast, slow, images, labels, closes=False)
    assert fast.weights().tobytes() == before
    assert fast.state["class_sums"].tolist() == slow.S
    more, label = random_images(np.random.default_rng(2), 1, 40, 3)
    learn_both(fast, slow, more, label, closes=False)
    assert fast.weights().tobytes() != before
    assert_same(fast, slow)


def test_switching_centring_takes_the_means_out_and_puts_them_back():
    arch = Architecture(50, 1, 4)
    images, labels = random_images(np.random.default_rng(3), 24, 50, 4)
    fast, slow = twins(arch, batch_size=8)
    learn_both(fast, slow, images, labels)
    centred = fast.weights().tobytes()
    fast.set_option("centring", False)
    slow.centring = False
    slow.refresh()
    assert_same(fast, slow)
    assert fast.weights().tobytes() != centred
    assert set(fast.weights().thresholds.tolist()) == {25}


def test_thresholds_are_the_mean_popcounts_of_the_examples_seen():
    arch = Architecture(60, 1, 3)
    trainer = Bv32Hebbian(arch, batch_size=10)
    images, labels = random_images(np.random.default_rng(4), 20, 60, 3)
    trainer.learn(trainer.prepare(images), labels, np.arange(20), True)
    weights = trainer.weights()
    x = images.reshape(20, 60) > 127
    popcounts = (x[:, None, :] == weights.w0.bits[None].astype(bool)).sum(2)
    assert weights.thresholds.tolist() == np.floor(popcounts.mean(0)).astype(int).tolist()


def test_the_uncentred_trainer_is_the_hebbian_one_without_centring():
    arch = Architecture(30, 1, 3)
    images, labels = random_images(np.random.default_rng(5), 12, 30, 3)
    results = []
    for cls, options in ((Bv32Uncentred, {}), (Bv32Hebbian, {"centring": False})):
        trainer = cls(arch, 7, "published", batch_size=4, **options)
        trainer.learn(trainer.prepare(images), labels, np.arange(12), True)
        results.append(trainer.weights().tobytes())
    assert results[0] == results[1]


def test_stored_words_and_kernel_bytes_hold_the_same_bits():
    trainer = Bv32Hebbian(Architecture(784, 1, 10))
    rows = trainer.weights().w0.bits
    assert (trainer.state["weights"] == packing.byte_columns(rows)).all()


@settings(max_examples=30)
@given(
    st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=70),
    st.integers(1, 40),
    st.integers(0, 2**32),
)
def test_sums_over_ones_are_exact_whatever_their_size(values, units, seed):
    rows = np.random.default_rng(seed).integers(0, 2, (units, len(values)), np.uint8)
    columns = packing.byte_columns(rows)
    sums = np.empty(columns.shape[1], np.int64)
    largest = sum(abs(value) for value in values)
    sign_kernels.sums_over_ones(columns, np.array(values, np.float64), largest, sums)
    assert sums[:units].tolist() == [sum(v for v, bit in zip(values, row, strict=True) if bit) for row in rows]


@settings(max_examples=40)
@given(st.integers(2, 16), st.integers(1, 4), st.integers(0, 2**32))
def test_signs_that_int16_cannot_tell_are_found_in_whole_numbers(classes, closeness, seed):
    """Counters that are far smaller than what they are added up from, or 0."""
    rng = np.random.default_rng(seed)
    inputs, units, examples = 24, 32, 1000
    codebook = rng.integers(0, 2, (units, classes))
    sums = rng.integers(-(2**36), 2**36, (classes, inputs))
    # A unit's counter comes out as a small number of units of 1.
    signs = 2 * codebook[0] - 1
    sums[-1] -= signs[-1] * (signs @ sums) + rng.integers(-closeness, closeness + 1, inputs)
    old = rng.integers(0, 2, (units, inputs), np.uint8)
    columns = packing.byte_columns(old)
    together = sum_kernels.spread(sums, np.zeros(inputs, np.int64))
    codes = codebook @ (1 << np.arange(classes))
    layer_sums = sign_kernels.LayerSums(together, np.zeros(classes), inputs, examples)
    sign_kernels.refresh_signs(columns, layer_sums, codes)
    counters = (2 * codebook - 1) @ sums
    expected = np.where(counters == 0, old, counters > 0)
    assert (naive.unpack(columns.T[:units], inputs) == expected).all()
