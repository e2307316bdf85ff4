"""Saved runs: what goes on from a file equals what was never interrupted."""

import os

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.trainers import RECIPES, TRAINERS
from bitmass_viz.training.loading import SavedRunError, load_run
from bitmass_viz.training.saving import content_hash
from tests.conftest import DIGITS, SIZE, make_digits, needs_jit
from tests.training.runs import CASES, ids, make, moment


def remembered(run):
    """Everything of a run that goes on or can be looked at."""
    frames = [
        (
            f.examples,
            f.epoch,
            f.weights.tobytes(),
            f.accuracy,
            f.accuracy_at,
            f.options,
            None if f.weights.thresholds is None else f.weights.thresholds.tobytes(),
        )
        for f in run.frames
    ]
    checkpoints = [
        (c.examples, c.options, {name: array.tobytes() for name, array in c.state.items()})
        for c in run.history.checkpoints
    ]
    return (
        moment(run),
        frames,
        checkpoints,
        run.history.stride,
        run.curve,
        run.changes,
        run.options,
        run.first_options,
    )


def again(run, folder):
    run.save(folder / "run")
    return load_run(folder / "run.npz", run.digits)


@pytest.mark.parametrize(("trainer", "recipe", "options"), CASES, ids=ids)
@pytest.mark.parametrize("pieces", [(), (5,), (SIZE,), (3, SIZE - 3, 17)], ids=str)
def test_training_goes_on_as_if_it_had_never_been_interrupted(trainer, recipe, options, pieces, tmp_path):
    run = make(trainer, recipe, **options)
    for piece in pieces:
        run.step(piece)
        run.validate()
    loaded = again(run, tmp_path)
    assert remembered(loaded) == remembered(run)
    assert (loaded.arch, loaded.seed, loaded.recipe) == (run.arch, run.seed, run.recipe)
    for each in (run, loaded):
        each.step(11)
        each.train(1, progress=False)
    assert remembered(loaded) == remembered(run)


@needs_jit
@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_trainer_can_be_saved(trainer, recipe, tmp_path):
    run = bm.Run(trainer, DIGITS, seed=2, recipe=recipe)
    run.step(100)
    loaded = again(run, tmp_path)
    for each in (run, loaded):
        each.step(SIZE)
    assert remembered(loaded) == remembered(run)


def test_switches_and_the_past_are_remembered(tmp_path):
    run = make("bv32-hebbian")
    for on in (False, True, False):
        run.step(13)
        run.set_option("centring", on)
    run.step(9)
    run.seek(2)
    loaded = again(run, tmp_path)
    assert remembered(loaded) == remembered(run)
    for frame in (-1, 0, 3):
        for each in (run, loaded):
            each.seek(frame)
        assert moment(loaded) == moment(run)
    for each in (run, loaded):
        each.seek(1)
        each.step(5)
    assert remembered(loaded) == remembered(run)


@needs_jit
def test_a_history_that_was_thinned_goes_on_being_thinned(tmp_path):
    run = make("sgd")
    for _ in range(700):
        run.step(3)
    loaded = again(run, tmp_path)
    for each in (run, loaded):
        for _ in range(400):
            each.step(2)
    assert remembered(loaded) == remembered(run)
    assert len(loaded.history.checkpoints) <= loaded.history.capacity + 1


def test_it_must_be_the_same_digits(tmp_path):
    run = make("sgd")
    run.save(tmp_path / "run.npz")
    others = make_digits(SIZE, len(DIGITS.validation), len(DIGITS.test), seed=1)
    assert content_hash(others) != content_hash(DIGITS)
    with pytest.raises(SavedRunError, match="learned 'random templates' with other pixels or labels"):
        load_run(tmp_path / "run.npz", others)
    with pytest.raises(SavedRunError, match="digits called 'tiny'; give them to load_run as digits"):
        load_run(tmp_path / "run.npz")


@needs_jit
def test_digits_that_have_a_name_are_found(mnist, tmp_path):
    run = bm.Run("bv32-hebbian", mnist)
    run.step(1000)
    run.save(tmp_path / "run.npz")
    loaded = bm.load_run(tmp_path / "run.npz")
    assert loaded.digits.name == "mnist"
    assert remembered(loaded) == remembered(run)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    run = make("sgd")
    run.save(tmp_path / "run.npz")
    before = (tmp_path / "run.npz").read_bytes()
    run.step(5)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        run.save(tmp_path / "run.npz")
    monkeypatch.undo()
    assert (tmp_path / "run.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        run.save(tmp_path / "nowhere" / "run.npz")


@pytest.mark.parametrize("seed", [0, 2**53 - 1, np.int64(7), np.uint8(255)])
def test_whatever_seed_a_run_takes_its_file_has(tmp_path, seed):
    run = make("sgd", seed=seed)
    run.step(20)
    run.save(tmp_path / "run.npz")
    loaded = load_run(tmp_path / "run.npz", DIGITS)
    assert loaded.seed == int(seed)
    assert loaded.weights.tobytes() == run.weights.tobytes()
    for refused in (-1, 2**53, 2**70, True, 1.0, "1"):
        with pytest.raises(ValueError, match="seed must be a whole number between 0 and"):
            make("sgd", seed=refused)
