import time

from bitmass_viz.live import pace as pacing
from bitmass_viz.live.pace import Pace


def test_a_piece_of_training_that_mostly_works_is_followed_by_no_rest():
    pace = Pace()
    for _ in range(100):
        pace.note_crowd(took=0.030, worked=0.022)
    assert pace.rest == 0
    pace.note_crowd(took=0.120, worked=0.022)
    assert pace.rest == 0, "one piece that waits makes no crowd"
    for _ in range(100):
        pace.note_crowd(took=0.060, worked=0.004)
    assert 0 < pace.rest <= pacing.MAX_REST_SECONDS
    for _ in range(10):
        pace.note_crowd(took=0.005, worked=0.004)
    assert pace.rest > 0.7 * pacing.MAX_REST_SECONDS, "the rests have helped, which makes nobody alone"
    for _ in range(200):
        pace.note_crowd(took=0.005, worked=0.004)
    assert pace.rest == 0, "the crowd has gone"


def test_a_wait_for_the_processor_is_noticed(monkeypatch):
    # As if the processor had never worked for it.
    monkeypatch.setattr(pacing.time, "thread_time", lambda: 0.0)
    pace = Pace()
    for _ in range(100):
        with pace.among_others():
            time.sleep(0.012)
    assert pace.rest > 0


def test_pieces_are_sized_by_those_that_have_to_wait():
    pace = Pace()
    for wait in (0, 0.01) * 5:
        pace.train(lambda examples, wait=wait: time.sleep(wait), 1)
    assert 1 <= pace.piece() <= 10
