import json
from dataclasses import replace

import pytest

import bitmass_viz as bm
from bitmass_viz.live.controls import CONTROLS, Choice
from bitmass_viz.live.runs import MAX_CURVES, MAX_RUNS, Runs
from tests.conftest import DIGITS
from tests.live.host import at_once


def session(trainer="bv32-hebbian", **options):
    return Runs(bm.Run(trainer, DIGITS, bm.Architecture(hidden=1), **options))


def choose(reader, name, value):
    at_once(reader.set(*reader.check(name, value)))


def test_settings_begin_with_those_of_the_run():
    reader = session("bv32-hebbian", seed=7, rule="delta", centring=False)
    settings = reader.settings
    assert settings.pop("learning_rate") == CONTROLS["learning_rate"].default, "it has none of its own"
    assert settings == {
        "trainer": "bv32-hebbian",
        "data": DIGITS.name,
        "recipe": "published",
        "rule": "delta",
        "seed": 7,
        "hidden": 1,
        "centring": False,
    }


def test_another_rate_is_another_run_and_named_in_its_label():
    reader = session("sgd")
    usual = reader.active
    assert "rate" not in reader.entry.label
    choose(reader, "learning_rate", 0.002)
    assert reader.active is not usual
    assert reader.active.options["learning_rate"] == 0.002
    assert ", rate 0.002, " in reader.entry.label
    choose(reader, "trainer", "adamw")
    assert reader.settings["learning_rate"] == reader.active.options["learning_rate"]
    assert "rate" not in reader.entry.label, "each trainer starts from its own"
    choose(reader, "learning_rate", 1)
    assert reader.settings["learning_rate"] == 1.0
    with pytest.raises(ValueError, match=r"Learning rate must be a number between 1e-06 and 10, got 11"):
        choose(reader, "learning_rate", 11)
    with pytest.raises(ValueError, match="Learning rate must be a number"):
        choose(reader, "learning_rate", float("nan"))


def test_another_trainer_is_another_run_and_coming_back_goes_on():
    reader = session()
    first = reader.active
    first.step(10)
    choose(reader, "trainer", "sgd")
    assert reader.active.trainer.NAME == "sgd"
    assert reader.active.examples == 0
    choose(reader, "trainer", "bv32-hebbian")
    assert reader.active is first
    assert reader.active.examples == 10
    assert len(reader.curves()) == 2


def test_a_recipe_brings_its_own_rule():
    reader = session()
    choose(reader, "recipe", "tuned")
    assert reader.settings["rule"] == "delta" == reader.active.options["rule"]
    choose(reader, "rule", "error-driven")
    assert reader.active.options["rule"] == "error-driven"
    assert reader.active.options["margin"] == 2.0


def test_centring_changes_the_run_that_plays():
    reader = session()
    run = reader.active
    run.step(10)
    choose(reader, "centring", False)
    assert reader.active is run
    assert run.options["centring"] is False
    run.seek(0)
    assert reader.settings["centring"] is True


def test_the_uncentred_trainer_starts_uncentred():
    reader = session()
    choose(reader, "trainer", "bv32-uncentred")
    assert reader.settings["centring"] is False
    choose(reader, "trainer", "bv32-hebbian")
    assert reader.settings["centring"] is True


def test_reset_begins_anew_with_the_options_the_run_was_given():
    reader = session("sgd", learning_rate=0.3)
    before = reader.active.weights.tobytes()
    reader.active.step(64)
    reader.active.validate()
    at_once(reader.reset())
    assert reader.active.examples == 0
    assert reader.active.weights.tobytes() == before
    assert reader.active.options["learning_rate"] == 0.3
    assert [c["points"] for c in reader.curves()] == [[]]
    choose(reader, "recipe", "tuned")
    assert reader.active.options["learning_rate"] == 0.1


def test_what_is_kept_is_bounded():
    reader = session("sgd")
    for seed in range(1, MAX_CURVES + 5):
        reader.active.step(4)
        reader.active.validate()
        choose(reader, "seed", seed)
    curves = reader.curves()
    assert len(curves) == MAX_CURVES
    assert sum(entry.run is not None for entry in reader._entries.values()) == MAX_RUNS
    assert all(len(c["points"]) == 1 for c in curves[:-1])
    choose(reader, "seed", MAX_CURVES - 10)  # its run is gone, so it begins again
    assert reader.active.examples == 0
    assert reader.entry.run is reader.active


def test_of_large_networks_fewer_can_be_returned_to(monkeypatch):
    reader = session("adamw")
    monkeypatch.setattr("bitmass_viz.live.runs.MAX_RUN_BYTES", int(2.5 * reader.active.history.nbytes))
    for seed in range(1, 5):
        reader.active.validate()
        choose(reader, "seed", seed)
    assert [entry.run is not None for entry in reader._entries.values()] == [False, False, True, True, True]
    assert all(len(curve["points"]) == 1 for curve in reader.curves()[:-1])


def test_networks_on_other_data_are_kept_but_not_compared():
    reader = session()
    choose(reader, "trainer", "sgd")
    reader.active.step(8)
    reader.add(replace(DIGITS, name="own-digits", label="Own digits"))
    assert reader.controls["data"].choices[-1] == Choice("own-digits", "Own digits")
    choose(reader, "data", "own-digits")
    assert (len(reader.curves()), reader.active.examples) == (1, 0)
    assert reader.settings["trainer"] == "sgd"
    choose(reader, "data", DIGITS.name)
    assert (len(reader.curves()), reader.active.examples) == (2, 8)


def test_what_goes_to_the_page_is_json():
    reader = session()
    reader.active.step(8)
    reader.active.validate()
    json.dumps(
        [reader.network(), reader.curves(), reader.settings],
        allow_nan=False,
    )
    json.dumps([control.as_dict() for control in CONTROLS.values()], allow_nan=False)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("trainer", "adagrad", "Trainer must be one of SGD"),
        ("trainer", ["sgd"], "Trainer must be one of"),
        ("seed", -1, "Seed must be a whole number between 0 and 9,007,199,254,740,991, got -1"),
        ("seed", 1e3, "Seed must be a whole number"),
        ("seed", True, "Seed must be a whole number"),
        ("speed", 3, "Speed must be one of 1 per frame"),
        ("speed", True, "Speed must be one of"),
        ("centring", "off", "Centring must be on or off, got 'off'"),
        ("colour", 1, "control must be one of trainer, data, recipe, .*, got 'colour'"),
        (["x"], 1, "control must be one of"),
        ("rule", "x" * 1000, "Rule must be one of"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(name, value, message):
    reader = session()
    before = dict(reader.settings), reader.active
    with pytest.raises(ValueError, match=message) as error:
        choose(reader, name, value)
    assert len(str(error.value)) < 300
    assert (reader.settings, reader.active) == before


def test_a_control_that_does_not_apply_is_refused():
    reader = session("sgd")
    with pytest.raises(ValueError, match="Centring does not apply to SGD"):
        choose(reader, "centring", False)
