"""Nothing is trained for a page that nobody looks at, and a page learns whether anybody is there."""

import pytest

import bitmass_viz as bm
from bitmass_viz.live.player import FLAT_OUT
from tests.conftest import DIGITS
from tests.widgets.conversation import acknowledge, converse, converse_side_by_side, idle, tell, until


@pytest.mark.parametrize("speed", [64, FLAT_OUT])
def test_a_hidden_page_stops_training_at_once_and_goes_on_when_it_is_seen(speed):
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "set", name="speed", value=speed)
        tell(explorer, "play")
        await until(lambda: explorer.run.examples > 200)
        tell(explorer, "hidden")
        await idle(explorer)
        assert explorer.status["state"] == "paused"
        assert explorer.notice == {}
        seen = explorer.run.examples
        tell(explorer, "hello")
        await idle(explorer)
        assert explorer.run.examples == seen
        tell(explorer, "visible")
        await until(lambda: explorer.run.examples > seen)
        assert explorer.status["state"] == "playing"
        tell(explorer, "pause")
        await idle(explorer)

    converse(scenario)


def test_what_was_paused_by_the_reader_stays_so():
    async def scenario(explorer):
        acknowledge(explorer)
        for before in ([], ["play", "pause"], ["play", "hidden", "pause"], ["play", "hidden", "visible", "pause"]):
            for action in (*before, "hidden", "visible"):
                tell(explorer, action)
                await until(lambda: explorer.status["state"] in ("paused", "playing"))
            await idle(explorer)
            assert explorer.status["state"] == "paused", before

    converse(scenario)


def test_networks_side_by_side_stop_too():
    async def scenario(widget):
        acknowledge(widget)
        tell(widget, "play")
        await until(lambda: widget.runs[0].examples > 100)
        tell(widget, "hidden")
        await idle(widget)
        seen = [run.examples for run in widget.runs]
        assert widget.status["state"] == "paused"
        tell(widget, "visible")
        await until(lambda: widget.runs[0].examples > seen[0])
        tell(widget, "pause")
        await idle(widget)

    converse_side_by_side(scenario)


def test_a_page_that_asks_is_answered_whatever_goes_on(monkeypatch):
    async def scenario(explorer):
        answers = []
        monkeypatch.setattr(explorer, "send", lambda content, buffers=None: answers.append(content))
        acknowledge(explorer)
        tell(explorer, "here", id=1)
        tell(explorer, "play")
        await until(lambda: explorer.status["state"] == "playing")
        tell(explorer, "here", id=2)
        for hostile in ("x" * 1000, None, [1], 1.5):
            tell(explorer, "here", id=hostile)
        tell(explorer, "pause")
        await idle(explorer)
        assert answers == [{"kind": "here", "id": 1}, {"kind": "here", "id": 2}]
        assert explorer.notice == {}

    converse(scenario)


def test_what_is_closed_leaves_nothing_undone_behind(caplog):
    async def scenario(explorer):
        for _ in range(3):
            tell(explorer, "reset")
        explorer.close()
        await idle(explorer)

    converse(scenario)
    assert not caplog.records
    bm.Explorer(bm.Run("sgd", DIGITS, bm.Architecture(hidden=1))).close()
