"""The sessions of the browser answer as those of the kernel do: every message, status and frame, to the bit."""

import base64
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.engine.build import FOLDER
from bitmass_viz.kernels.random_numbers import example_order
from bitmass_viz.live.declared import declared
from bitmass_viz.live.descriptions import describe_digits
from bitmass_viz.live.explorer_session import ExplorerSession
from bitmass_viz.live.one_example_session import OneExampleSession
from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.live.session import Reply
from bitmass_viz.live.side_by_side_session import SideBySideSession
from tests.conftest import DIGITS, ROOT, find_node, needs_jit
from tests.live.host import SessionHost
from tests.live.test_sessions import LANES, conversation, converse

pytestmark = needs_jit
CONVERSE = ROOT / "tests" / "js" / "engine" / "conversation.check.js"


class Browser:
    """The sessions in Node.js, on the same digits."""

    def __init__(self, folder):
        orders = {"train": example_order(0, 0, len(DIGITS.train)), "validation": slice(None)}
        for split, order in orders.items():
            (folder / f"{split}_images").write_bytes(getattr(DIGITS, split).images[order].tobytes())
            (folder / f"{split}_labels").write_bytes(getattr(DIGITS, split).labels[order].tobytes())
        about = describe_digits(DIGITS) | {"image": [28, 28], "classes": 10}
        (folder / "declared.json").write_text(json.dumps({"declared": declared(), "about": about}))
        command = [find_node(), str(CONVERSE), str(FOLDER), str(folder)]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def converse(self, kind, wanted, said, **pace):
        asked = {"kind": kind, "wanted": wanted, "said": said, "pace": pace}
        self._node.stdin.write(json.dumps(asked) + "\n")
        self._node.stdin.flush()
        answered = json.loads(self._node.stdout.readline())
        self.used = answered["used"]
        return answered["messages"]

    def close(self):
        self._node.stdin.close()
        self._node.wait(timeout=20)
        self._node.stdout.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def plain(value):
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def as_sent(message):
    if isinstance(message, tuple) and not hasattr(message, "values"):
        content, buffers = message
        return {"content": plain(content), "buffers": plain(buffers)}
    return {"values": plain(message.values), "again": message.again}


def explorer(trainer="bv32-hebbian", **pace):
    run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=1))

    def make(**given):
        session = ExplorerSession(run, **given)
        session.begin()
        return session

    return SessionHost(make, **pace)


def side_by_side(**pace):
    return SessionHost(lambda **given: SideBySideSession(DIGITS, LANES, **given), **pace)


def one_example(**pace):
    run = bm.Run("bv32-hebbian", DIGITS, bm.Architecture(hidden=1))
    run.advance(64)

    def make(clock, pace):
        return OneExampleSession(DIGITS, [ExplorerSession(run, clock=clock, pace=pace)], clock=clock)

    return SessionHost(make, **pace)


def wanted_of(kind, host):
    if kind == "explorer":
        run = host.session.runs.active
        return {"run": {"trainer": run.trainer.NAME, "seed": 0, "recipe": "published", "hidden": 1}}
    if kind == "side_by_side":
        values = {name: value for message in host.messages for name, value in message.values.items()}
        shared = {name: values[name] for name in ("lanes", "controls", "lane_controls", "settings")}
        return shared | {"titles": host.session.titles}
    return {}


def check_same(browser, kind, make, said, **pace):
    wanted = wanted_of(kind, make())
    expected = json.loads(json.dumps([as_sent(message) for message in converse(make, said, **pace).messages]))
    found = browser.converse(kind, wanted, said, **pace)
    for number, (ours, theirs) in enumerate(zip(expected, found, strict=False)):
        assert theirs == ours, f"message {number} of {said}"
    assert len(found) == len(expected)


@pytest.mark.parametrize(("kind", "make"), [("explorer", explorer), ("side_by_side", side_by_side)])
@given(said=conversation, examples=st.integers(1, 120), speed=st.sampled_from([None, 1, 256, FLAT_OUT]))
@settings(deadline=None, max_examples=60)
def test_every_conversation_is_answered_the_same(browser, kind, make, said, examples, speed):
    first = [] if speed is None else [({"action": "set", "name": "speed", "value": speed}, 0.0)]
    near = [({"action": "near"}, 0.0)] if kind == "side_by_side" else []
    check_same(browser, kind, make, [*near, *first, *said], examples=examples)
