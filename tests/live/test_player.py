import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.live import player as playing
from bitmass_viz.live.player import FLAT_OUT, IN_FLIGHT, FrameWindow, Player
from tests.conftest import DIGITS

pytestmark = [
    pytest.mark.filterwarnings("error"),
    # A player opens no socket; those that other tests' libraries left open may be collected meanwhile.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


class Browser:
    """Draws what it is shown after a moment, as a page would; or goes silent."""

    def __init__(self, draws=True, delay=0.002):
        self.window = FrameWindow()
        self.moments = []
        self.draws, self.delay = draws, delay
        self.most_in_flight = 0
        self._in_flight = 0

    def show(self, moment):
        number = self.window.next()
        self.moments.append(moment)
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        if self.draws:
            asyncio.get_running_loop().call_later(self.delay, self.drawn, number)

    def drawn(self, number):
        self._in_flight -= 1
        self.window.acknowledge(number)


def with_player(browser, scenario, trainer="sgd"):
    async def main():
        run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=1))
        run.warm_up()
        with ThreadPoolExecutor(1) as worker:
            player = Player(run, browser.show, browser.window, worker)
            await asyncio.wait_for(scenario(player), 60)
        return run

    return asyncio.run(main())


async def until(condition):
    while not condition():
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("speed", [1, 8, FLAT_OUT])
def test_playing_shows_frames_until_paused(speed):
    browser = Browser()

    async def scenario(player):
        player.speed = speed
        task = asyncio.ensure_future(player.play())
        await until(lambda: len(browser.moments) > 5)
        assert player.playing
        player.pause()
        await task
        assert not player.playing
        assert not player.abandoned

    run = with_player(browser, scenario)
    shown = [m.frame.examples for m in browser.moments]
    assert shown == sorted(shown)
    assert shown[-1] == run.examples, "the last frame shows where it stopped"
    assert browser.moments[-1].frame.accuracy == run.accuracy(), "and how accurate it is there"
    if speed != FLAT_OUT:
        assert set(np.diff(shown[:-1])) == {speed}


def test_playing_and_training_in_one_go_give_the_same_bits():
    browser = Browser()

    async def scenario(player):
        player.speed = FLAT_OUT
        task = asyncio.ensure_future(player.play())
        await until(lambda: player.run.examples > 100)
        player.pause()
        await task

    run = with_player(browser, scenario, "bv32-hebbian")
    whole = bm.Run("bv32-hebbian", DIGITS, bm.Architecture(hidden=1))
    whole.advance(run.examples)
    assert run.weights.tobytes() == whole.weights.tobytes()


def test_no_more_than_two_frames_are_in_flight_and_slow_drawing_does_not_stop_training():
    browser = Browser(delay=0.1)

    async def scenario(player):
        player.speed = FLAT_OUT
        task = asyncio.ensure_future(player.play())
        await until(lambda: len(browser.moments) > 4)
        assert browser.most_in_flight == IN_FLIGHT
        player.pause()
        await task

    run = with_player(browser, scenario)
    assert run.examples > 5


@pytest.mark.parametrize("speed", [1, FLAT_OUT])
def test_training_stops_when_nobody_draws_any_more(monkeypatch, speed):
    monkeypatch.setattr(playing, "SILENCE_SECONDS", 0.5)
    browser = Browser(draws=False)

    async def scenario(player):
        player.speed = speed
        await player.play()
        assert player.abandoned
        assert not player.playing

    with_player(browser, scenario)
    assert len(browser.moments) == IN_FLIGHT


def test_other_work_gets_in_between_two_pieces():
    browser = Browser()

    async def scenario(player):
        player.speed = FLAT_OUT
        task = asyncio.ensure_future(player.play())
        await until(lambda: player.run.examples > 0)
        await player.work(lambda: player.run.seek(0))
        player.pause()
        await task

    with_player(browser, scenario)


def test_a_step_is_exact_and_measured():
    browser = Browser()

    async def scenario(player):
        await player.step(37)

    run = with_player(browser, scenario)
    assert run.examples == 37
    assert [m.frame.examples for m in browser.moments] == [37]
    assert browser.moments[0].frame.accuracy == run.accuracy()


def test_a_piece_of_training_that_mostly_works_is_followed_by_no_rest():
    async def scenario(player):
        for _ in range(100):
            player._note_crowd(took=0.030, worked=0.022)
        assert player._rest == 0
        player._note_crowd(took=0.120, worked=0.022)
        assert player._rest == 0, "one piece that waits makes no crowd"
        for _ in range(100):
            player._note_crowd(took=0.060, worked=0.004)
        assert 0 < player._rest <= playing.MAX_REST_SECONDS
        for _ in range(10):
            player._note_crowd(took=0.005, worked=0.004)
        assert player._rest > 0.7 * playing.MAX_REST_SECONDS, "the rests have helped, which makes nobody alone"
        for _ in range(200):
            player._note_crowd(took=0.005, worked=0.004)
        assert player._rest == 0, "the crowd has gone"

    with_player(Browser(), scenario)


@pytest.mark.parametrize("speed", [1, FLAT_OUT])
def test_where_training_waits_for_the_processor_it_waits_for_its_frames_too(monkeypatch, speed):
    # As if the processor had never worked for it.
    monkeypatch.setattr(playing.time, "thread_time", lambda: 0.0)
    for name in ("UNNOTICED_SECONDS", "CROWDED_UNNOTICED_SECONDS"):
        monkeypatch.setattr(playing, name, -0.001)
    # Rests of a millisecond would leave time for dozens of pieces while a frame is drawn.
    monkeypatch.setattr(playing, "RESTING", 1)
    monkeypatch.setattr(playing, "CROWDED_PIECE_SECONDS", 0.0005)
    pieces = []
    browser = Browser(delay=0.1)

    async def scenario(player):
        player.speed = speed
        advance = player.run.advance
        player.run.advance = lambda examples: (pieces.append(examples), advance(examples))
        task = asyncio.ensure_future(player.play())
        await until(lambda: len(browser.moments) > 6)
        assert player._rest > 0
        player.pause()
        await task

    run = with_player(browser, scenario)
    assert browser.moments[-1].frame.examples == run.examples
    assert len(pieces) <= 3 * len(browser.moments)


def test_pieces_are_sized_by_those_that_have_to_wait():
    async def scenario(player):
        player.run = SimpleNamespace()
        for wait in (0, 0.01) * 5:
            player.run.advance = lambda examples, wait=wait: time.sleep(wait)
            player._advance(1)
        assert 1 <= player._piece() <= 10

    with_player(Browser(), scenario)


def test_the_gate_ignores_numbers_it_never_gave_out():
    window = FrameWindow()
    window.next()
    window.next()
    window.acknowledge(99)
    window.acknowledge(-1)
    assert not window.open
    assert window.silence >= 0
    window.acknowledge(2)
    assert window.open
    assert window.silence == 0
