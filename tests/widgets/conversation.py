"""Speaking to a widget's kernel side as its JavaScript would, on an event loop of its own."""

import asyncio

from hypothesis import strategies as st

import bitmass_viz as bm
from tests.conftest import DIGITS


def talk(make, scenario, seconds=90):
    """Run a scenario with a widget, close it, and return it."""

    async def main():
        widget = make()
        try:
            await asyncio.wait_for(scenario(widget), seconds)
        finally:
            widget.close()
        return widget

    return asyncio.run(main())


def converse(scenario, trainer="bv32-hebbian", run=None, **arguments):
    """Run a scenario with an explorer that is ready."""

    async def when_ready(explorer):
        await until(lambda: explorer.status["state"] == "paused")
        await scenario(explorer)

    return talk(
        lambda: bm.Explorer(run or bm.Run(trainer, DIGITS, bm.Architecture(hidden=1)), **arguments), when_ready
    )


def converse_side_by_side(scenario, make=lambda: bm.SideBySide(DIGITS)):
    """Run a scenario with networks side by side that are ready."""

    async def when_ready(widget):
        tell(widget, "near")
        await until(lambda: widget.status["state"] == "paused")
        await scenario(widget)

    return talk(make, when_ready)


async def until(condition):
    for _ in range(6000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


def tell(explorer, action, **content):
    explorer._receive(explorer, {"action": action, **content}, [])


async def idle(widget):
    await until(lambda: widget.session.is_idle)


def acknowledge(explorer):
    explorer.observe(lambda change: tell(explorer, "ack", seq=change["new"]["seq"]), "status")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
