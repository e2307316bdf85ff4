"""Networks side by side show early how well they read: most is learned from the first examples."""

import pytest

from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.live.side_by_side_session import SideBySideSession
from tests.conftest import DIGITS
from tests.live.host import SessionHost
from tests.live.test_sessions import LANES


@pytest.mark.parametrize("speed", [64, FLAT_OUT])
def test_accuracies_are_measured_at_every_doubling(speed):
    host = SessionHost(lambda **given: SideBySideSession(DIGITS, LANES, **given))
    host.tell("near")
    host.tell("set", name="speed", value=speed)
    host.tell("play")
    host.run(lambda: host.state["status"]["examples"] >= 2_048)
    host.tell("pause")
    host.idle()
    for curve in host.state["curves"]:
        measured = [examples for examples, _ in curve["points"]]
        for n in (64, 128, 256, 512, 1024):
            assert any(n < at <= 2 * n + 64 for at in measured), f"not between {n} and {2 * n}: {measured}"
