from itertools import pairwise

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.live import player as playing
from bitmass_viz.live.frame_window import IN_FLIGHT, FrameWindow
from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.live.tasks import Work
from tests.conftest import DIGITS
from tests.live.host import PlayerHost


def host_of(trainer="sgd", **how):
    return PlayerHost(bm.Run(trainer, DIGITS, bm.Architecture(hidden=1)), **how)


@pytest.mark.parametrize("speed", [1, 8, FLAT_OUT])
def test_playing_shows_frames_until_paused(speed):
    host = host_of()
    host.player.speed = speed
    host.play_until(lambda: len(host.updates) > 5)
    assert not host.player.playing
    assert not host.player.abandoned
    run, shown = host.player.run, [update.frame.examples for update in host.updates]
    assert shown == sorted(shown)
    assert shown[-1] == run.examples, "the last frame shows where it stopped"
    assert host.updates[-1].frame.accuracy == run.accuracy(), "and how accurate it is there"
    if speed != FLAT_OUT:
        assert set(np.diff(shown[:-1])) == {speed}


def test_frames_come_at_the_pace_of_a_screen_that_can_be_followed():
    host = host_of()
    host.player.speed = 8
    host.play_until(lambda: host.now >= 2.0)
    assert len(host.updates) == pytest.approx(2.0 / playing.FRAME_SECONDS, abs=4)


@pytest.mark.parametrize("trainer", ["sgd", "bv32-hebbian"])
def test_playing_and_training_in_one_go_give_the_same_bits(trainer):
    host = host_of(trainer, examples=7)
    host.player.speed = FLAT_OUT
    host.play_until(lambda: host.player.run.examples > 100)
    whole = bm.Run(trainer, DIGITS, bm.Architecture(hidden=1))
    whole.advance(host.player.run.examples)
    assert host.player.run.weights.tobytes() == whole.weights.tobytes()


def test_no_more_than_two_frames_are_in_flight_and_slow_drawing_does_not_stop_training():
    host = host_of(delay=1.0)
    host.player.speed = FLAT_OUT
    host.play_until(lambda: len(host.updates) > 4)
    assert host.most_in_flight == IN_FLIGHT
    assert len(host.pace.pieces) > 10 * len(host.updates)


@pytest.mark.parametrize("speed", [1, FLAT_OUT])
def test_training_stops_when_nobody_draws_any_more(speed):
    host = host_of(draws=False)
    host.player.speed = speed
    host.tasks.start(host.player.play())
    host.run(lambda: len(host.tasks) == 0)
    assert host.player.abandoned
    assert not host.player.playing
    assert len(host.updates) == IN_FLIGHT
    assert playing.SILENCE_SECONDS < host.now < 2 * playing.SILENCE_SECONDS + 1


def test_other_work_gets_in_between_two_pieces():
    host = host_of()
    host.player.speed = FLAT_OUT
    seen = []

    def other():
        yield Work(lambda: host.player.run.seek(0))
        seen.append(host.player.run.examples)

    host.tasks.start(host.player.play())
    host.run(lambda: host.player.run.examples > 0)
    host.tasks.start(other())
    host.run(lambda: seen)
    assert host.player.playing
    host.player.pause()
    host.run(lambda: len(host.tasks) == 0)


def test_a_step_is_exact_and_measured():
    host = host_of(examples=10)
    host.tasks.start(host.player.step(37))
    host.run(lambda: len(host.tasks) == 0)
    run = host.player.run
    assert run.examples == sum(host.pace.pieces) == 37
    assert [update.frame.examples for update in host.updates] == [37]
    assert host.updates[0].frame.accuracy == run.accuracy()


@pytest.mark.parametrize("speed", [1, FLAT_OUT])
def test_where_training_waits_for_the_processor_it_waits_for_its_frames_too(speed):
    host = host_of(delay=0.1, examples=1)
    host.player.speed = speed
    host.pace.rest = 0.01
    host.play_until(lambda: len(host.updates) > 6)
    assert host.updates[-1].frame.examples == host.player.run.examples
    assert len(host.pace.pieces) <= 3 * len(host.updates)


def test_a_window_ignores_numbers_it_never_gave_out():
    now = [0.0]
    window = FrameWindow(lambda: now[0])
    window.next()
    window.next()
    now[0] = 3.0
    window.acknowledge(99)
    window.acknowledge(-1)
    assert not window.open
    assert window.silence == 3.0
    window.acknowledge(2)
    assert window.open
    assert window.silence == 0


def test_the_accuracy_is_measured_often_while_a_network_changes_most():
    host = host_of("bv32-hebbian")
    host.player.speed = 8
    host.play_until(lambda: host.player.run.examples >= 256)
    measured = [at for at, _ in host.player.run.curve]
    assert measured[0] == 8
    assert all(after <= 2 * before for before, after in pairwise(measured))


@pytest.mark.parametrize("speed", [64, FLAT_OUT])
def test_playing_stops_at_its_end_and_goes_on_from_there(speed):
    host = host_of()
    host.player.speed = speed
    host.player.end = 300
    host.tasks.start(host.player.play())
    host.run(lambda: len(host.tasks) == 0)
    assert (host.player.run.examples, host.player.playing, host.player.ended) == (300, False, True)
    assert host.updates[-1].frame.examples == 300
    host.play_until(lambda: host.player.run.examples > 400)
    assert not host.player.ended


def test_training_is_timed_once_there_was_enough_of_it():
    host = host_of(seconds=0.0004)
    host.player.speed = FLAT_OUT
    host.play_until(lambda: host.player.run.examples >= 2_500)
    assert host.player.stopwatch.seconds_per_example is None
    host.play_until(lambda: host.player.run.examples >= 4_000)
    assert host.player.stopwatch.seconds_per_example == pytest.approx(0.0004)
    host.pace._seconds = 0.0001
    host.play_until(lambda: host.player.run.examples >= 150_000)
    recent = host.player.stopwatch.seconds_per_example
    assert recent == pytest.approx(0.0001, rel=0.05), "what is recent counts most"


@pytest.mark.parametrize(("seconds", "most"), [(0.001, 63), (0.4, 7)])
def test_a_link_is_followed_without_measuring_for_most_of_the_time(seconds, most, monkeypatch):
    host = host_of(seconds=0.001)
    run, measured = host.player.run, []
    validate = run.validate

    def slowly():
        host.now += seconds
        measured.append(run.examples)
        validate()

    monkeypatch.setattr(run, "validate", slowly)
    host.tasks.start(host.player.follow(3_000, {}))
    host.run(lambda: len(host.tasks) == 0)
    assert 3.0 < host.now < 3.0 + seconds * most
    assert len(measured) > most / 2, "the curve has points for as long as there is time"
    assert measured[-1] == run.examples == 3_000
    assert host.updates[-1].frame.accuracy == run.accuracy()
