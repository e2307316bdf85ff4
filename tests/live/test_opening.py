"""The opening's film: each frame holds what the same network holds in Python, and a new film ends the old one."""

from itertools import pairwise

import bitmass_viz as bm
from bitmass_viz.live.opening_session import AHEAD, BATCH_SIZE, OpeningSession, frames
from bitmass_viz.live.session import State
from tests.conftest import DIGITS
from tests.live.host import SessionHost

AT = [0, 4, 12, 64, 200]


def opening(at=AT):
    return SessionHost(lambda clock, pace: OpeningSession(DIGITS, at, clock))


def snapshots(host):
    sent = [message.values for message in host.messages if isinstance(message, State)]
    return [(values["snapshot"], values.get("frame")) for values in sent if "snapshot" in values]


def test_a_frame_for_every_minibatch_at_first_and_then_for_every_part_of_a_doubling():
    at = frames()
    assert at[:4] == [0, 4, 8, 12]
    assert at[-1] == 32_768
    assert all(examples % BATCH_SIZE == 0 for examples in at)
    assert all(1 < later / earlier < 1.2 for earlier, later in pairwise(at[16:]))


def test_each_frame_is_what_the_networks_hold_after_so_many_examples():
    host = opening()
    host.tell("film", seed=3)
    host.idle()
    found = snapshots(host)
    assert [snapshot["index"] for snapshot, _ in found] == list(range(len(AT)))
    for (snapshot, frame), at in zip(found, AT, strict=True):
        runs = [bm.Run(name, DIGITS, seed=3, recipe="published", batch_size=4) for name in ("sgd", "bv32-hebbian")]
        for run in runs:
            if at:
                run.advance(at)
        assert frame == b"".join(run.weights.tobytes() for run in runs)
        assert snapshot["accuracies"] == [run.validate() for run in runs]


def test_both_networks_have_the_same_number_of_bits():
    host = opening()
    host.tell("film", seed=0)
    host.idle()
    assert [lane["bit_mass"] for lane in host.state["network"]["lanes"]] == [203_264, 203_264]
    assert [lane["layers"][0]["units"] for lane in host.state["network"]["lanes"]] == [8, 256]


def test_another_seed_begins_a_film_in_place_of_the_one_that_is_being_made():
    host = opening()
    host.tell("film", seed=0)
    host.run(lambda: len(snapshots(host)) == 2)
    host.tell("film", seed=1)
    host.idle()
    films = [snapshot["film"] for snapshot, _ in snapshots(host)]
    assert films == sorted(films)
    assert films.count(1) < len(AT)
    assert films.count(2) == len(AT)
    assert host.state["film"] == {"id": 2, "seed": 1, "at": AT}


def test_a_seed_that_cannot_be_is_refused_with_what_is_allowed():
    host = opening()
    host.tell("film", seed=-3)
    host.idle()
    refusal = "Seed must be a whole number between 0 and 9,007,199,254,740,991, got -3."
    assert host.state["notice"]["text"] == refusal
    assert snapshots(host) == []
    host.tell("film", seed=2)
    host.idle()
    assert host.state["notice"]["text"] == ""
    assert len(snapshots(host)) == len(AT)


def test_no_frame_is_made_long_before_it_is_watched():
    host = opening(at=range(0, 200, 4))
    host.tell("film", seed=0)
    host.run(lambda: len(snapshots(host)) > AHEAD)
    assert not host.session.is_idle
    host.tell("watched", index=10)
    host.run(lambda: len(snapshots(host)) > 10 + AHEAD)
    assert len(snapshots(host)) == 11 + AHEAD
    host.tell("watched", index=49)
    host.idle()
    assert len(snapshots(host)) == 50
