import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.data.digits import TRAIN
from bitmass_viz.data.patterns import MINUS, PLUS, random_patterns


def test_patterns_and_labels_are_those_of_the_seed():
    first, again, other = random_patterns(500, 3), random_patterns(500, 3), random_patterns(500, 4)
    for name in ("images", "labels"):
        assert (getattr(first.test, name) == getattr(again.test, name)).all()
        assert (getattr(first.test, name) != getattr(other.test, name)).any()
    assert first.sha256 == again.sha256 != other.sha256


def test_patterns_are_random():
    """Half of the inputs are +1, labels are spread evenly, and neither tells anything of the other."""
    patterns = random_patterns(20_000).test
    assert set(np.unique(patterns.images)) == {MINUS, PLUS}
    signs = patterns.images.reshape(len(patterns), -1) == PLUS
    assert np.abs(signs.mean(axis=0) - 0.5).max() < 0.02
    assert np.abs(patterns.per_class / len(patterns) - 0.1).max() < 0.01
    for label in range(10):
        assert np.abs(signs[patterns.labels == label].mean(axis=0) - 0.5).max() < 0.06


def test_an_epoch_shows_every_pattern_and_nothing_is_held_out():
    digits = random_patterns(700, inputs=20)
    assert len(digits.train) == TRAIN
    assert digits.train.images.shape[1:] == digits.train.shape == (1, 20)
    assert (digits.train.images.reshape(TRAIN, 20)[700:1400] == digits.test.images.reshape(700, 20)).all()
    assert (digits.train.labels[:700] == digits.test.labels).all()
    assert digits.validation is digits.test


@pytest.mark.parametrize(
    ("trainer", "options"), [("straight-through", {"pixels": "signed", "bits": 32}), ("bv32-hebbian", {})]
)
def test_trainers_read_the_patterns_as_signs(trainer, options):
    digits = random_patterns(30, inputs=36)
    run = bm.Run(trainer, digits, bm.Architecture(36, 1), **options)
    signs = np.where(digits.test.images.reshape(30, 36) == PLUS, 1.0, -1.0)
    w0 = run.weights.w0.neurons.astype(np.float64)
    sums = signs @ w0.T
    hidden = np.where(sums > 0, 1.0, -1.0) if trainer == "bv32-hebbian" else np.maximum(sums, 0.0)
    scores = hidden @ run.weights.w1.neurons.T.astype(np.float64)
    assert (run.predict(digits.test.images) == scores.argmax(axis=1)).all()


@pytest.mark.parametrize(("count", "inputs"), [(0, 128), (TRAIN + 1, 128), (10, 0), (10, 5_000)])
def test_sizes_out_of_range_are_refused(count, inputs):
    with pytest.raises(ValueError, match="must be a whole number between 1 and"):
        random_patterns(count, inputs=inputs)
