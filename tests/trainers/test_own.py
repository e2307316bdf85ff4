"""A trainer that is not one of the package's can be run, sought, saved, loaded and counted."""

import pytest

import bitmass_viz as bm
from bitmass_viz.training.loading import SavedRunError
from tests.conftest import DIGITS
from tests.trainers.own import RandomFeatures

ARCH = bm.Architecture(hidden=4)


def test_it_learns_and_goes_back():
    run = bm.Run(RandomFeatures, DIGITS, ARCH)
    run.train(2, progress=False)
    assert run.accuracy() > 0.3
    ahead = run.weights.tobytes()
    run.seek(0)
    run.train(2, progress=False)
    assert run.weights.tobytes() == ahead


def test_a_file_needs_its_class(tmp_path):
    run = bm.Run(RandomFeatures, DIGITS, ARCH)
    run.step(100)
    run.save(tmp_path / "own.npz")
    with pytest.raises(SavedRunError, match=r"its trainer is 'own', .* give load_run the class of that name"):
        bm.load_run(tmp_path / "own.npz", DIGITS)
    back = bm.load_run(tmp_path / "own.npz", DIGITS, RandomFeatures)
    run.step(50), back.step(50)
    assert back.weights.tobytes() == run.weights.tobytes()


def test_what_cannot_be_explained_is_said():
    with pytest.raises(TypeError, match=r"only this package's trainers and classes made from them .* got own"):
        bm.Run(RandomFeatures, DIGITS, ARCH).explain()


def test_a_class_made_from_one_of_ours_is_explained():
    class Mine(bm.TRAINERS["sgd"]):
        NAME = "mine"

    run = bm.Run(Mine, DIGITS, ARCH)
    run.step(64)
    assert run.explain().outputs.shape == (10,)


def test_a_name_that_is_taken_is_refused():
    class Sgd(RandomFeatures):
        NAME = "sgd"

    with pytest.raises(ValueError, match="NAME of the trainer Sgd must be a text that no other trainer has"):
        bm.Run(Sgd, DIGITS, ARCH)
