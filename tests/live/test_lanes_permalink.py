"""Links to networks side by side: what each may change, and where they lead."""

from dataclasses import replace

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.live.lanes_permalink import Present, read_lanes_link
from bitmass_viz.live.side_by_side_session import SideBySideSession
from tests.conftest import DIGITS, make_digits
from tests.live.host import SessionHost

HEBBIAN = {"trainer": "bv32-hebbian"}
BUG = [HEBBIAN | {"controls": ()}, HEBBIAN | {"controls": ("centring",)}]
SEED_AND_SPEED = ("seed", "speed")


def bug(digits=DIGITS):
    return SessionHost(lambda **given: SideBySideSession(digits, BUG, SEED_AND_SPEED, **given))


def link_to(host):
    """Return what a page reads from the link that it writes."""
    status, origin = host.state["status"], host.state["origin"]
    lanes = [
        lane | {"changes": now["changes"]} for lane, now in zip(origin["lanes"], status["lanes"], strict=True)
    ]
    return origin["shared"] | {"at": status["examples"], "lanes": lanes, "data": DIGITS.name}


def switched():
    """Return networks side by side whose second one was switched off and on."""
    host = bug()
    host.tell("set", name="seed", value=7)
    for examples, centring in ((128, False), (64, True), (70, None)):
        host.tell("step", examples=examples)
        if centring is not None:
            host.tell("set", name="centring", value=centring, lane=1)
    host.idle()
    return host


def test_a_link_leads_to_the_same_weights_through_the_same_switches():
    first = switched()
    assert first.state["status"]["lanes"][1]["changes"] == [[128, "centring", False], [192, "centring", True]]
    second = bug()
    second.tell("follow", state=link_to(first), id=3)
    second.idle()
    assert second.state["status"]["followed"] == 3
    assert second.state["status"]["state"] == "paused"
    assert second.state["frame"] == first.state["frame"]
    assert second.state["settings"]["seed"] == 7
    assert second.state["lanes"] == first.state["lanes"]
    assert not second.state.get("notice", {}).get("text")
    assert link_to(second) == link_to(first)
    half = {"at": 150, "lanes": [{}, {"changes": [[128, "centring", False]]}], "seed": 7}
    second.tell("follow", state=half, id=4, navigated=True)
    second.idle()
    run = bm.Run("bv32-hebbian", DIGITS, seed=7)
    run.advance(128)
    run.set_option("centring", False)
    run.advance(22)
    assert second.session.lockstep.runs[1].weights.tobytes() == run.weights.tobytes()


def test_a_link_that_opened_the_page_does_not_undo_what_was_trained():
    host = bug()
    host.tell("step", examples=64)
    host.tell("follow", state={"seed": 5, "at": 128}, id=1)
    host.idle()
    assert host.state["status"]["examples"] == 64
    assert host.state["status"]["followed"] == 1
    host.tell("follow", state={"seed": 5, "at": 128}, id=2, navigated=True)
    host.idle()
    assert (host.state["status"]["examples"], host.state["settings"]["seed"]) == (128, 5)


PRESENT = Present(
    {"recipe": "published", "seed": 0, "hidden": 8, "speed": 64},
    [HEBBIAN | {"rule": "prototype", "centring": True}] * 2,
    SEED_AND_SPEED,
    [(), ("centring",)],
)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"hidden": 4}, "Containers cannot be changed here"),
        ({"lanes": [{"trainer": "sgd"}, {}]}, "Trainer cannot be changed here"),
        ({"lanes": [{"centring": False}, {}]}, "Centring cannot be changed here"),
        ({"lanes": [{"changes": [[0, "centring", False]]}, {}]}, "Centring cannot be changed here"),
        ({"lanes": [{}, {"rule": "delta"}]}, "cannot be changed here"),
        ({"lanes": [{}]}, "its networks side by side, because there are 2 here"),
        ({"lanes": "sgd"}, "its networks side by side"),
        ({"lanes": [{}, {"trainer": "gpt"}]}, "Trainer must be one of"),
        ({"lanes": [{}, {"margin": 1}]}, "margin does not apply here"),
        ({"lanes": [{}, 7]}, "cannot be read"),
        ({"batch_size": 7}, "batch_size does not apply here"),
        ("nonsense", "cannot be read"),
    ],
)
def test_what_a_reader_could_not_set_a_link_cannot_set_either(state, sentence):
    link = read_lanes_link(state, PRESENT)
    assert any(sentence in refused for refused in link.shared.refused), link.shared.refused
    assert (link.settings, list(link.lanes)) == (PRESENT.settings, list(PRESENT.lanes))
    assert link.changes == ((), ())


def test_the_defaults_of_another_trainer_are_its_own():
    now = Present(PRESENT.settings, PRESENT.lanes, ("recipe",), [("trainer", "rule")] * 2)
    link = read_lanes_link({"lanes": [{"trainer": "sgd"}, {"rule": "delta"}]}, now)
    assert link.lanes == ({"trainer": "sgd"}, HEBBIAN | {"rule": "delta", "centring": True})
    assert link.shared.refused == ()


def test_a_link_to_other_digits_is_followed_again_once_they_are_there():
    named = replace(make_digits(seed=1), name="mnist")
    host = bug()
    host.tell("follow", state={"seed": 3, "at": 64, "data": "mnist", "rev": REVISION}, id=1)
    host.idle()
    assert "in place of which it learns" in host.state["notice"]["text"]
    host.session.follow_digits(named)
    host.idle()
    assert host.session.digits is named
    assert host.state["status"]["examples"] == 64
    assert not host.state["notice"]["text"]
    run = bm.Run("bv32-hebbian", named, seed=3)
    run.advance(64)
    assert np.array_equal(host.session.lockstep.runs[0].weights.buffer, run.weights.buffer)
