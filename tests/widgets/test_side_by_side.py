"""The kernel's side of networks side by side, spoken to as the browser would. The page itself: tests/browser."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.common.numeric import MAX_SEED
from bitmass_viz.data import Split
from tests.conftest import DIGITS, make_digits
from tests.widgets.conversation import acknowledge, idle, tell, until
from tests.widgets.conversation import converse_side_by_side as converse

pytestmark = pytest.mark.usefixtures("no_errors")
LANE = "The lane must be a whole number between 0 and 2"


def test_it_waits_until_the_reader_comes_near():
    async def scenario():
        widget = bm.SideBySide(DIGITS)
        tell(widget, "hello")
        await idle(widget)
        assert widget.status["state"] == "preparing"
        assert widget.status["lanes"][0]["accuracy"] is None
        widget.close()

    asyncio.run(scenario())


def test_lanes_learn_in_step_and_their_frames_lie_one_behind_the_other():
    async def scenario(widget):
        acknowledge(widget)
        tell(widget, "play")
        await until(lambda: widget.status["examples"] > 300)
        tell(widget, "pause")
        await idle(widget)

    widget = converse(scenario)
    assert len({run.examples for run in widget.runs}) == 1
    assert widget.status["examples"] == widget.runs[0].examples
    assert widget.frame == np.concatenate([run.weights.buffer for run in widget.runs]).tobytes()
    assert [lane["bytes"] for lane in widget.network["lanes"]] == [25_408] * 3
    assert len(widget.status["example"]["predictions"]) == 3
    assert [curve["points"][-1][0] for curve in widget.curves] == [widget.status["examples"]] * 3


def test_the_switch_of_one_lane_leaves_the_others_alone():
    async def scenario(widget):
        tell(widget, "step", examples=64)
        tell(widget, "set", lane=1, name="centring", value=False)
        tell(widget, "step", examples=64)
        await idle(widget)

    widget = converse(scenario, lambda: bm.SideBySide.with_a_switch(DIGITS))
    assert [lane["label"] for lane in widget.network["lanes"]] == ["Untouched", "With a switch"]
    assert [[control["name"] for control in lane] for lane in widget.lane_controls] == [[], ["centring"]]
    assert [lane["centring"] for lane in widget.lanes] == [True, False]
    assert widget.runs[0].options["centring"]
    assert not widget.runs[1].options["centring"]
    assert widget.runs[0].weights.tobytes() != widget.runs[1].weights.tobytes()
    assert widget.status["examples"] == 128


def test_another_trainer_recipe_or_seed_begins_all_lanes_anew():
    async def scenario(widget):
        for message in (
            {"lane": 0, "name": "trainer", "value": "bop"},
            {"name": "recipe", "value": "tuned"},
            {"name": "seed", "value": 7},
            {"name": "hidden", "value": 2},
        ):
            tell(widget, "step", examples=64)
            tell(widget, "set", **message)
            await idle(widget)
            assert widget.status["examples"] == 0

    widget = converse(scenario)
    assert [run.trainer.NAME for run in widget.runs] == ["bop", "sgd", "bv32-hebbian"]
    assert {(run.recipe, run.seed, run.arch.hidden) for run in widget.runs} == {("tuned", 7, 2)}
    assert widget.lanes[2]["rule"] == "delta", "the rule of the tuned recipe"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            {"lane": 3, "name": "trainer", "value": "sgd"},
            f"{LANE}, got 3.",
        ),
        (
            {"lane": True, "name": "trainer", "value": "sgd"},
            f"{LANE}, got True.",
        ),
        ({"lane": 0, "name": "centring", "value": True}, "AdamW has no setting 'centring'."),
        ({"lane": 0, "name": [], "value": 1}, "AdamW has no setting []."),
        ({"lane": 0, "name": "trainer", "value": "x"}, "Trainer must be one of SGD, "),
        (
            {"name": "seed", "value": -1},
            f"Seed must be a whole number between 0 and {MAX_SEED:,}, got -1.",
        ),
        (
            {"name": "rule", "value": "delta"},
            "The setting must be one of recipe, seed, hidden, speed, got 'rule'.",
        ),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence(message, said):
    async def scenario(widget):
        tell(widget, "set", **message)
        await idle(widget)

    widget = converse(scenario)
    assert widget.notice["text"].startswith(said)
    assert widget.status["examples"] == 0


async def use(explorer, digits):
    explorer.session.runs.add(digits)
    tell(explorer, "set", name="data", value=digits.name)
    explorer._wake()
    await idle(explorer)


def test_it_follows_the_explorers_digits_until_something_was_trained():
    others = replace(make_digits(seed=3), name="others")

    async def scenario():
        explorer = bm.Explorer(bm.Run("sgd", DIGITS))
        widget = bm.SideBySide(explorer)
        trained = bm.SideBySide(explorer)
        tell(trained, "step", examples=64)
        await idle(trained)
        await use(explorer, others)
        await idle(widget)
        assert [run.digits for run in widget.runs] == [others] * 3
        assert [run.digits for run in trained.runs] == [DIGITS] * 3
        widget.close()
        await use(explorer, DIGITS)
        await idle(widget)
        assert [run.digits for run in widget.runs] == [others] * 3, "what is closed follows no longer"
        for each in (explorer, widget, trained):
            each.close()

    asyncio.run(scenario())


def test_bad_arguments_are_refused():
    with pytest.raises(TypeError, match="needs an Explorer or Digits"):
        bm.SideBySide("mnist")
    with pytest.raises(ValueError, match="2 to 4 trainers, got 1"):
        bm.SideBySide(DIGITS, ["sgd"])
    with pytest.raises(ValueError, match="AdamW has no setting 'centring'"):
        bm.SideBySide(DIGITS, ["sgd", {"trainer": "adamw", "centring": True}])
    with pytest.raises(ValueError, match="Trainer must be one of"):
        bm.SideBySide(DIGITS, ["sgd", "perceptron"])
    with pytest.raises(ValueError, match=r"controls of all lanes must be among recipe, .*, got 'centring'"):
        bm.SideBySide(DIGITS, controls=["centring"])
    with pytest.raises(ValueError, match=r"controls of a lane must be among trainer, .*, got 'speed'"):
        bm.SideBySide(DIGITS, ["sgd", {"trainer": "sgd", "controls": ["speed"]}])


def test_a_network_whose_steps_are_too_large_for_the_data_says_so():
    bright = replace(DIGITS, train=Split(255 - DIGITS.train.images // 4, DIGITS.train.labels))

    async def scenario(widget):
        tell(widget, "step", examples=640)
        await idle(widget)
        assert widget.notice["text"].startswith("SGD: its weights have overflowed")

    converse(scenario, lambda: bm.SideBySide(bright))
