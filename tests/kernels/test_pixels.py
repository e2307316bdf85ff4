import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitmass_viz.kernels.pixels import list_pixels, lit_pixels, place_of
from bitmass_viz.kernels.settings import PIXELS
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers.sgd import Sgd


def images_of(seed, n, inputs):
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n, inputs)) < rng.random(), 0, rng.integers(0, 256, (n, inputs))).astype(np.uint8)


@given(st.integers(0, 5), st.integers(1, 40), st.integers(0, 2**32))
def test_the_lit_pixels_are_all_that_are_not_black(n, inputs, seed):
    images = images_of(seed, n, inputs)
    lit = lit_pixels(images)
    again = np.zeros((n, -(-inputs // PIXELS), PIXELS), np.uint8)
    for row in range(n):
        count, number, shade = place_of(lit, row)
        numbers = lit.numbers[number : number + count]
        again[row, numbers] = lit.shades[shade : shade + PIXELS * count].reshape(count, PIXELS)
        assert (np.diff(numbers.astype(int)) > 0).all()
        assert again[row, numbers].any(1).all(), "a black block is not listed"
    again = again.reshape(n, again.shape[1] * PIXELS)
    assert (again[:, :inputs] == images).all()
    assert not again[:, inputs:].any()


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_the_pixels_with_an_input_are_listed_one_by_one(inputs, seed):
    images = images_of(seed, 3, inputs)
    values = (np.arange(256) > 100).astype(np.float32) / 3
    where, found = np.empty(inputs + PIXELS, np.int64), np.empty(inputs + PIXELS, np.float32)
    for row, image in enumerate(images):
        count = list_pixels(lit_pixels(images), row, values, where, found)
        assert where[:count].tolist() == np.flatnonzero(image > 100).tolist()
        assert (found[:count] == values[255]).all()


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**32))
def test_a_slice_of_images_is_classified_like_those_images_alone(first, stop, seed):
    images = images_of(seed, 6, 12).reshape(6, 1, 12)
    trainer = Sgd(Architecture(12, 3, 4))
    part = trainer.prepare(images)[first:stop]
    assert len(part) == len(images[first:stop])
    assert trainer.classify(part).tolist() == trainer.classify(trainer.prepare(images[first:stop])).tolist()


def test_images_cannot_be_skipped():
    prepared = Sgd(Architecture(12, 3, 4)).prepare(images_of(0, 6, 12).reshape(6, 1, 12))
    with pytest.raises(ValueError, match="step of 1 only, got 2"):
        prepared[::2]
