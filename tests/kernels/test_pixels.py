import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitmass_viz.kernels.pixels import lit_pixels
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers.sgd import Sgd


def images_of(seed, n, inputs):
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n, inputs)) < rng.random(), 0, rng.integers(0, 256, (n, inputs))).astype(np.uint8)


@given(st.integers(0, 5), st.integers(1, 40), st.integers(0, 2**32))
def test_the_lit_pixels_are_all_that_are_not_black(n, inputs, seed):
    images = images_of(seed, n, inputs)
    lit = lit_pixels(images)
    again = np.zeros_like(images)
    for row in range(n):
        here = slice(int(lit.starts[row]), int(lit.starts[row + 1]))
        again[row, lit.positions[here]] = lit.values[here]
        assert lit.positions[here].tolist() == np.flatnonzero(images[row]).tolist()
    assert (again == images).all()


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
