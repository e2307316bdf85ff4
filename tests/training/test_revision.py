"""Runs saved with another revision of the numbers: what they hold is kept, and nothing else passes for it."""

import json
import warnings

import numpy as np
import pytest

from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.loading import load_run
from bitmass_viz.training.rebuilding import ReplayError
from tests.conftest import DIGITS, ROOT, needs_jit
from tests.training.runs import make, moment

OLD = ROOT / "tests" / "fixtures" / "revision_1" / "run.npz"
"""SGD with seed 7, saved by the last code of revision 1 after 70, 134 and 198 examples."""

pytestmark = needs_jit  # the file's digits are those of the JIT


def about(path):
    return json.loads(str(np.load(path)["about"]))


@pytest.fixture
def old():
    with pytest.warns(UserWarning, match=f"revision 1 of the numbers, and this .* revision {REVISION}") as caught:
        run = load_run(OLD, DIGITS)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    return run


@pytest.fixture
def other_numbers(monkeypatch):
    """Make SGD learn something else than the file's frames, as a later revision may."""
    learn = TRAINERS["sgd"].learn
    monkeypatch.setattr(
        TRAINERS["sgd"],
        "learn",
        lambda self, prepared, labels, order, closes: learn(self, prepared, labels, order[::-1].copy(), closes),
    )


def test_what_an_old_file_holds_is_unchanged(old):
    stored = np.load(OLD)
    assert "revision" not in about(OLD)
    assert old.revision == 1
    assert [frame.examples for frame in old.frames] == [0, 70, 134, 198]
    assert [frame.weights.tobytes() for frame in old.frames] == [row.tobytes() for row in stored["frames"]]
    assert old.weights.tobytes() == stored["frames"][-1].tobytes()


def test_a_run_names_the_revision_that_it_began_with(old, tmp_path):
    old.step(64)
    assert old.copy().revision == 1
    old.save(tmp_path / "old")
    assert about(tmp_path / "old.npz")["revision"] == 1
    with pytest.warns(UserWarning, match="revision 1 of the numbers"):
        assert load_run(tmp_path / "old.npz", DIGITS).revision == 1
    make("sgd").save(tmp_path / "new")
    assert about(tmp_path / "new.npz")["revision"] == REVISION
    with warnings.catch_warnings(action="error"):
        assert load_run(tmp_path / "new.npz", DIGITS).revision == REVISION


def test_a_frame_that_would_get_other_weights_is_refused(old, other_numbers):
    before = moment(old)
    for frame in (1, 2):
        expected = (
            rf"after {old.frames[frame].examples} examples cannot be rebuilt: training again from 0 examples "
            r"gives other weights \(the run began with revision 1 .* such as after 0 or 198 examples"
        )
        with pytest.raises(ReplayError, match=expected):
            old.seek(frame)
        assert moment(old) == before
    for frame in (0, 3):
        old.seek(frame)
        assert old.weights.equals(old.frames[frame].weights)


def test_frames_of_todays_numbers_can_be_rebuilt_in_an_old_run(old, other_numbers):
    newer = old.step(64)
    old.step(64)
    old.seek(newer)
    assert old.weights.equals(newer.weights)


def test_a_frame_that_is_not_rebuilt_for_another_reason_names_no_revision(monkeypatch):
    run = make("sgd")
    run.step(64)
    run.step(64)
    with monkeypatch.context() as patch:
        patch.setattr(TRAINERS["sgd"], "learn", lambda self, *_: self.state["clock"].__setitem__(0, 64))
        with pytest.raises(ReplayError, match=r"gives other weights; look"):
            run.seek(1)
    assert run.examples == 128
