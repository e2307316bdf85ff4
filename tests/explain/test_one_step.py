"""One training step, looked at: it is the step that the trainer itself would take."""

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.explain.one_step import counters_of, one_step
from tests.conftest import DIGITS
from tests.training.runs import SMALL


def make(name, **options):
    return bm.Run(name, DIGITS, bm.Architecture(**SMALL), **options)


@pytest.mark.parametrize("centring", [True, False])
@pytest.mark.parametrize("rule", ["prototype", "error-driven"])
def test_the_weights_are_the_signs_of_the_counters(rule, centring):
    run = make("bv32-hebbian", rule=rule, centring=centring, batch_size=8)
    run.advance(32)
    counters = counters_of(run.trainer)
    assert counters.shape == run.weights.w0.neurons.shape
    clear = np.abs(counters) > 1e-6
    assert clear.mean() > 0.5
    assert (np.sign(counters) == run.weights.w0.neurons)[clear].all()


@pytest.mark.parametrize("name", ["sgd", "adamw", "bv32-hebbian"])
def test_it_is_the_step_that_the_trainer_takes_and_leaves_the_run_alone(name):
    run = make(name, batch_size=1)
    run.advance(20)
    index, label, _ = run.upcoming()
    was = run.weights.tobytes()
    step = one_step(run.trainer, DIGITS.train.images[index], label)
    assert run.weights.tobytes() == was == step.before.tobytes()
    run.advance(1)
    assert step.after.tobytes() == run.weights.tobytes()
    assert (step.counters_after is None) == (name != "bv32-hebbian")


def test_the_prototype_rule_moves_counters_towards_or_away_from_the_example():
    run = make("bv32-hebbian", batch_size=4)
    run.advance(36)
    image = DIGITS.validation.images[0]
    step = one_step(run.trainer, image, 3)
    bright = np.where(image.ravel() > 127, 1.0, -1.0)
    moved = step.counters_after - step.counters_before
    towards = step.signal[:, None] * bright
    assert (moved * towards).sum() > 0
    assert set(np.unique(step.signal)) <= {-1, 1}


def test_a_label_that_is_no_class_is_refused():
    with pytest.raises(ValueError, match="label must be a whole number between 0 and 9, got 10"):
        one_step(make("sgd").trainer, DIGITS.train.images[0], 10)
