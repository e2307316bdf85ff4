"""Conversations with sessions on a made-up clock: the same one twice is answered the same, to the bit."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.counter_session import CounterSession
from bitmass_viz.live.explorer_session import ExplorerSession
from bitmass_viz.live.one_example_session import OneExampleSession
from bitmass_viz.live.opening_session import OpeningSession
from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.live.prediction.session import PredictionSession
from bitmass_viz.live.session import State
from bitmass_viz.live.side_by_side_session import SideBySideSession
from tests.conftest import DIGITS, SIZE
from tests.live.host import SessionHost

LANES = [{"trainer": "sgd"}, {"trainer": "bv32-hebbian"}]


def explorer(trainer="bv32-hebbian", **pace):
    run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=1))
    host = SessionHost(lambda **given: ExplorerSession(run, **given), **pace)
    host.session.begin()
    return host


def side_by_side(**pace):
    host = SessionHost(lambda **given: SideBySideSession(DIGITS, LANES, **given), **pace)
    host.tell("near")
    return host


def test_the_actions_of_the_schema_are_those_that_are_handled():
    schema = json.loads(Path(protocol.__file__).with_name("protocol.json").read_text(encoding="utf-8"))
    declared = {
        kind["properties"]["action"]["const"]
        for kind in schema["definitions"].values()
        if "action" in kind.get("properties", {})
    }
    handled = {
        action
        for session in (
            OpeningSession,
            ExplorerSession,
            SideBySideSession,
            OneExampleSession,
            CounterSession,
            PredictionSession,
        )
        for action in (*session.AT_ONCE, *session.IN_TURN)
    }
    assert declared == handled


def test_what_is_the_same_for_a_run_is_sent_once():
    host = explorer()
    host.tell("play")
    host.run(lambda: host.state["status"]["examples"] > 1_000)
    host.tell("pause")
    host.tell("set", name="trainer", value="sgd")
    host.idle()
    sent = [message.values for message in host.messages if isinstance(message, State)]
    assert sum("frame" in values for values in sent) > 10
    assert [values["network"]["trainer"] for values in sent if "network" in values] == ["bv32-hebbian", "sgd"]
    assert not any(set(values["status"]) & set(values.get("network", {})) for values in sent if "status" in values)


@pytest.mark.parametrize("make", [explorer, side_by_side])
def test_a_refusal_goes_once_the_setting_is_one_that_can_be(make):
    host = make()
    host.idle()
    for seed, text in ((-5, "Seed must be a whole number between 0 and 9,007,199,254,740,991, got -5."), (3, "")):
        host.tell("set", name="seed", value=seed)
        host.idle()
        assert host.state["notice"]["text"] == text
    assert host.state["settings"]["seed"] == 3


def test_a_link_is_followed_to_its_end_and_no_further_while_the_page_is_hidden():
    host = explorer()
    host.idle()
    host.tell("follow", id=1, state={"trainer": "sgd", "at": 4_000})
    host.run(lambda: 0 < host.state["status"]["examples"] < 4_000)
    for seen in ("hidden", "visible"):
        host.tell(seen)
        assert host.state["status"]["state"] == "playing"
    host.idle()
    status = host.state["status"]
    assert (status["examples"], status["state"], status["followed"]) == (4_000, "paused", 1)


def test_another_trainer_chosen_while_a_link_is_followed_does_not_play():
    host = explorer()
    host.idle()
    host.tell("follow", id=1, state={"trainer": "sgd", "at": 4_000})
    host.run(lambda: 0 < host.state["status"]["examples"] < 4_000)
    host.tell("set", name="trainer", value="adamw")
    host.idle()
    assert host.state["network"]["trainer"] == "adamw"
    status = host.state["status"]
    assert (status["examples"], status["state"], status["followed"]) == (0, "paused", 1)


def test_steps_in_quick_succession_all_count_and_only_the_last_is_measured():
    host = explorer()
    host.idle()
    measured = len(host.session.runs.active.curve)
    for _ in range(30):
        host.tell("step", examples=10)
    host.idle()
    run = host.session.runs.active
    assert run.examples == 300
    assert host.state["status"]["frames"] == 31
    assert run.curve[measured:] == [(300, run.accuracy())]


def test_training_stops_after_the_epochs_that_were_set_and_says_so():
    host = explorer()
    host.idle()
    host.tell("set", name="stop_after", value=2)
    host.tell("play")
    host.idle()
    status = host.state["status"]
    assert (status["examples"], status["state"]) == (2 * SIZE, "paused")
    assert host.state["notice"]["text"] == "Stopped after 2 epochs, as set. Press Play to continue."
    host.tell("play")
    host.run(lambda: host.state["status"]["examples"] > 3 * SIZE)
    assert host.state["notice"]["text"] == ""
    host.tell("reset")
    host.tell("play")
    host.idle()
    assert host.state["status"]["examples"] == 2 * SIZE


def test_a_network_says_what_its_units_were_taught_and_how_long_an_epoch_takes():
    host = explorer(seconds=0.0004)
    host.tell("play")
    host.run(lambda: host.state["status"]["examples"] > 4_000)
    codebook = host.session.runs.active.trainer.codebook
    taught = [[code >> k & 1 for code in host.state["network"]["taught"]] for k in range(10)]
    assert taught == codebook.tolist()
    assert host.state["status"]["epoch_seconds"] == pytest.approx(0.0004 * SIZE)
    host.tell("set", name="trainer", value="sgd")
    host.run(lambda: host.state["network"]["trainer"] == "sgd")
    assert host.state["network"]["taught"] is None
    assert host.state["status"]["epoch_seconds"] is None, "another network has another pace"


VALUES = {
    "centring": st.booleans(),
    "seed": st.integers(-1, 3),
    "hidden": st.integers(0, 2),
    "learning_rate": st.sampled_from([0.01, 0.1, 99]),
}


def setting_of(name):
    """Values of a control, most of them allowed."""
    choices = [choice.value for choice in CONTROLS[name].choices]
    return st.sampled_from(choices) if choices else VALUES[name]


setting = st.sampled_from(list(CONTROLS)).flatmap(lambda name: st.tuples(st.just(name), setting_of(name)))
change = st.one_of(st.integers(1, 9), st.sampled_from([None, "1", 0.5]))
action = st.one_of(
    st.sampled_from(
        [{"action": name} for name in ("play", "pause", "reset", "hello", "hidden", "visible", "history")]
    ),
    st.integers(1, 200).map(lambda examples: {"action": "step", "examples": examples}),
    st.integers(0, 5).map(lambda frame: {"action": "show", "frame": frame}),
    st.tuples(setting, st.fixed_dictionaries({}, optional={"lane": st.integers(0, 2), "change": change})).map(
        lambda given: {"action": "set", "name": given[0][0], "value": given[0][1], **given[1]}
    ),
    st.integers(0, 400).map(
        lambda at: {"action": "follow", "id": 1, "navigated": True, "state": {"trainer": "sgd", "at": at}}
    ),
)
conversation = st.lists(st.tuples(action, st.floats(0, 0.3)), max_size=6)


def converse(make, said, **pace):
    """Say something after each wait; then let all end."""
    host = make(**pace)
    for message, seconds in said:
        until = host.now + seconds
        host.tell(**message)
        host.later(seconds, lambda: None)
        host.run(lambda until=until: host.now >= until)
    host.tell("pause")
    host.idle()
    return host


@pytest.mark.parametrize("make", [explorer, side_by_side])
@given(said=conversation)
@settings(deadline=None, max_examples=25)
def test_the_same_conversation_is_answered_the_same(make, said):
    first, second = converse(make, said), converse(make, said)
    assert len(first.messages) == len(second.messages)
    assert first.messages == second.messages


@given(said=conversation, examples=st.integers(1, 120), speed=st.sampled_from([1, 64, FLAT_OUT]))
@settings(deadline=None, max_examples=15)
def test_at_whatever_pace_a_frame_holds_what_a_run_of_its_own_would(said, examples, speed):
    host = converse(
        explorer, [({"action": "set", "name": "speed", "value": speed}, 0.0), *said], examples=examples
    )
    network, status = host.state["network"], host.state["status"]
    fixed = {
        name: value
        for name, value in network["origin"].items()
        if name not in ("trainer", "seed", "hidden", "rev")
    }
    arch = bm.Architecture(hidden=network["hidden"])
    run = bm.Run(network["trainer"], DIGITS, arch, seed=network["origin"]["seed"], **fixed)
    for at, name, value in status["changes"]:
        if at > run.examples:
            run.advance(at - run.examples)
        run.set_option(name, value)
    if status["examples"] > run.examples:
        run.advance(status["examples"] - run.examples)
    assert host.state["frame"] == run.weights.tobytes()


@pytest.mark.parametrize(("make", "lane"), [(explorer, {}), (side_by_side, {"lane": 1})])
@given(
    st.lists(st.tuples(st.sampled_from([True, False, "refused"]), st.floats(0, 0.1)), min_size=1, max_size=5),
    st.sampled_from([1, 64, FLAT_OUT]),
    st.floats(0, 0.2),
)
@settings(deadline=None, max_examples=25)
def test_a_frame_has_all_changes_up_to_the_one_that_it_names_and_no_other(make, lane, asked, speed, delay):
    said = [({"action": "set", "name": "speed", "value": speed}, 0.05), ({"action": "play"}, 0.05)]
    has = [True]
    for number, (value, seconds) in enumerate(asked, 1):
        message = {"action": "set", "name": "centring", "value": value, "change": number, **lane}
        said.append((message, seconds))
        has.append(has[-1] if value == "refused" else value)
    host = converse(make, said, delay=delay)
    for message in host.messages:
        if "status" in message.values and message.values["status"].get("seq"):
            status = message.values["status"]
            options = status["lanes"][1]["options"] if lane else status["options"]
            assert options["centring"] == has[status["change"]]
    assert host.state["status"]["change"] == len(asked), "the last frame has them all"
