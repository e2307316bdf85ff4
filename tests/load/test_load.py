"""The load test in short: a few readers at once over real websockets, and what holds on the slowest machine.

How fast it was is what `python -m tests.load.readers` reports.
"""

import asyncio

import pytest

from tests.conftest import needs_jit
from tests.load.reader import MANNERS
from tests.load.readers import measure
from tests.load.report import as_text, spread

READERS = len(MANNERS)


@pytest.fixture(scope="module", params=[pytest.param(start, marks=pytest.mark.slow) for start in ("warm", "cold")])
def measured(request):
    """Readers who come to a server that has all compiled code, and to one that has none."""
    return asyncio.run(measure(READERS, seconds=1, preheat=2, cold=request.param == "cold"))


@needs_jit
def test_every_reader_plays_pauses_and_changes_trainers_without_trouble(measured):
    assert len(measured["each"]) == READERS
    for one in measured["each"]:
        assert one["trouble"] == [], as_text(measured)
        assert one["first_frame"] is not None
        assert set(one["frames_a_second"]) >= {"default speed", "flat out", "another trainer"}
        assert min(one["examples"].values()) > 0, "every run advanced in every part"
        assert all(one["pauses"][part] for part in ("default speed", "flat out", "another trainer"))
        assert one["scrubbed"] is not None


@needs_jit
def test_no_kernel_is_left_when_its_reader_has_left_in_whatever_manner(measured):
    assert {one["left"] for one in measured["each"]} == set(MANNERS)
    assert measured["server"]["kernels"]["left"] == 0
    assert all(one["gone"] is not None for one in measured["each"])
    assert measured["server"]["kernels"]["waiting at the end"] <= 2, "only those that wait for other readers"
    assert measured["server"]["trouble"] == []


@needs_jit
def test_the_report_has_a_line_for_every_reader(measured):
    text = as_text(measured)
    assert (
        sum(line.startswith(f"{number:6} ") for line in text.splitlines() for number in range(READERS)) == READERS
    )
    assert "readers with trouble: 0" in text


def test_spread_of_nothing_is_nothing():
    assert spread([]) == spread([None]) == {}
    assert spread([3, None, 1, 2, 5]) == {"min": 1, "median": 2.5, "max": 5}
