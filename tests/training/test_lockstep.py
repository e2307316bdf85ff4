"""Several runs in step are each what they would be alone."""

import pytest

import bitmass_viz as bm
from bitmass_viz.training.lockstep import Lockstep
from tests.conftest import DIGITS
from tests.training.runs import SMALL


def make(name, **options):
    return bm.Run(name, DIGITS, bm.Architecture(**SMALL), **options)


def test_each_learns_what_it_would_learn_alone():
    names = ("adamw", "sgd", "bv32-hebbian")
    together = Lockstep([make(name) for name in names])
    for examples in (1, 63, 100):
        together.advance(examples)
    frames = together.record()
    assert together.examples == 164
    for name, frame in zip(names, frames, strict=True):
        alone = make(name)
        alone.advance(164)
        assert frame.weights.tobytes() == alone.weights.tobytes()
    index, label, answers = together.upcoming()
    assert (index, label, answers[0]) == together.runs[0].upcoming()
    assert len(answers) == 3
    assert together.validate() == tuple(run.accuracy() for run in together.runs)
    assert together.validate(stop=lambda: True) is None


def test_only_what_meets_the_same_examples_goes_in_step():
    with pytest.raises(ValueError, match="the same seed"):
        Lockstep([make("sgd"), make("adamw", seed=1)])
    ahead = make("sgd")
    ahead.advance(1)
    with pytest.raises(ValueError, match="the same number of examples"):
        Lockstep([ahead, make("adamw")])
    with pytest.raises(ValueError, match="1 to 4 runs can go in step, got 0"):
        Lockstep([])


def test_a_run_that_an_interrupt_left_behind_catches_up(monkeypatch):
    runs = [make("sgd"), make("adamw")]
    together = Lockstep(runs)
    together.advance(10)
    with monkeypatch.context() as patch:
        patch.setattr(runs[1], "advance", lambda examples: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            together.advance(30)
    assert [run.examples for run in runs] == [40, 10]
    together.advance(20)
    together.advance(20)
    assert [run.examples for run in runs] == [50, 50]
