"""Rounds, medians and ratios, on a clock that only moves when a side works."""

import gc
from statistics import median

import pytest

from bitmass_viz.bench.timing import Side, Task, race


class Workshop:
    """Sides that take the seconds they were told, call by call."""

    def __init__(self):
        self.now = 0.0
        self.calls = []

    def side(self, name, seconds, examples=10, whole=10):
        times = iter(seconds)

        def call():
            self.calls.append(name)
            self.now += next(times)

        return Side(name, call, examples, whole)

    def race(self, *sides, rounds=3, **how):
        return race(Task("task", "a task", sides), rounds, clock=lambda: self.now, **how)


def test_the_first_call_is_not_counted_and_all_take_turns():
    shop = Workshop()
    told = []
    measured = shop.race(
        shop.side("ours", [100, 1, 2, 4]),
        shop.side("peer", [200, 3, 8, 4]),
        done=lambda: told.append(shop.calls[:]),
    )
    assert shop.calls == ["ours", "peer", "ours", "peer", "peer", "ours", "ours", "peer"]
    assert [len(calls) for calls in told] == [2, 4, 6, 8]
    ours, peer = measured.timings
    assert measured.ours is ours
    assert measured.peers == (peer,)
    assert ours.raw == [1, 2, 4]
    assert peer.raw == [3, 8, 4]
    assert ours.median == 2


def test_the_ratio_is_the_median_over_rounds():
    shop = Workshop()
    measured = shop.race(shop.side("ours", [0, 1, 2, 8]), shop.side("peer", [0, 3, 8, 8]))
    (peer,) = measured.peers
    assert measured.ratios(peer) == [3, 4, 1]
    assert measured.ratio(peer) == 3
    assert measured.ratio(peer) != peer.median / measured.ours.median


def test_a_share_is_scaled_up():
    shop = Workshop()
    measured = shop.race(shop.side("ours", [0, 1, 1, 1]), shop.side("peer", [0, 2, 2, 6], examples=5, whole=50))
    (peer,) = measured.peers
    assert peer.scaled
    assert not measured.ours.scaled
    assert peer.raw == [2, 2, 6]
    assert peer.seconds == [20, 20, 60]
    assert peer.median == 20
    assert measured.ratios(peer) == [20, 20, 60]


@pytest.mark.parametrize("values", [[2.0], [1.0, 2.0], [5.0, 1.0, 3.0]])
def test_medians_are_those_of_statistics(values):
    shop = Workshop()
    assert shop.race(shop.side("ours", [0, *values]), rounds=len(values)).ours.median == median(values)


def test_three_sides_each_begin_a_round():
    shop = Workshop()
    shop.race(*(shop.side(name, [0] * 4) for name in "abc"))
    assert "".join(shop.calls) == "abc" + "abc" + "bca" + "cab"


def test_rounds_that_differ_much_are_told():
    shop = Workshop()
    measured = shop.race(shop.side("ours", [9, 1, 2, 2]), shop.side("peer", [0, 1, 1, 2.1]))
    assert [timing.unsteady for timing in measured.timings] == [False, True]


def test_a_side_that_fails_leaves_the_garbage_collector_at_work():
    shop = Workshop()
    with pytest.raises(StopIteration):
        shop.race(shop.side("ours", [0, 1]))
    assert gc.isenabled()
