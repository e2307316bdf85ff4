"""Whatever a browser, a link or a file says: nothing crashes, hangs or grows, and what is said of it is short.

Each test has its share of the inputs; together they are what `SHARES` says.
"""

import asyncio
import json
import logging
import random
import struct
import time

import numpy as np
import psutil
import pytest

import bitmass_viz as bm
from bitmass_viz.data.idx import IdxError, parse_idx, read_idx
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.permalink import MAX_CHANGES, MAX_EXAMPLES, read_link
from bitmass_viz.live.session import MAX_WAITING
from bitmass_viz.widgets.messages import MAX_CHARACTERS, MAX_VALUES, is_bounded
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.training_widget import TrainingWidget
from tests.conftest import DIGITS

pytestmark = pytest.mark.slow
SHARES = {
    "traits": 1_200,
    "messages": 3_000,
    "links": 2_500,
    "files": 2_500,
    "drawings": 600,
    "bounds": 1_000,
}
NOTICE_LENGTH = 4_000
"""A link's notice may name twenty things that were left out; nothing else is half as long."""
SECONDS = 60


def test_the_inputs_are_many():
    assert sum(SHARES.values()) >= 10_000


@pytest.fixture(autouse=True)
def no_complaints(caplog):
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


ODD = [
    None, True, False, 0, 1, -1, 2, 7, 63, 64, 65, 784, 4096, 10_240, 999_999, 2**31, 2**53, 2**63, -(2**63),
    10**300, 0.0, 1.0, 5.0, 64.0, -0.5, 1e308, float("nan"), float("inf"), float("-inf"),
    "", "0", "sgd", "bv32-hebbian", "mnist", "tuned", "speed", "seed", "__class__", "../../etc/passwd", "<script>",
    "%s{0}", "\x00", "\ud800", "\u202e", "ü" * 50, "x" * 100_000,
    [], [[]], {}, {"a": 1}, [1, 2, 3], [64, "centring", True], {"action": "play"}, [[[[[[[[1]]]]]]]], [0] * 10_000,
]  # fmt: skip


def odd(rng, depth=0):
    """Anything that JSON can say."""
    kind = rng.random()
    if kind < 0.7 or depth > 3:
        return rng.choice(ODD)
    if kind < 0.8:
        return rng.randint(-(10 ** rng.randint(0, 20)), 10 ** rng.randint(0, 20))
    if kind < 0.9:
        return [odd(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return {
        rng.choice(["action", "name", "value", "at", "x"]): odd(rng, depth + 1) for _ in range(rng.randint(0, 4))
    }


def as_sent(value):
    """The value as it arrives: through JSON, as from a browser."""
    return json.loads(json.dumps(value))


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def all_widgets():
    explorer = bm.Explorer(bm.Run("bv32-hebbian", DIGITS, bm.Architecture(hidden=1)))
    together = bm.SideBySide(DIGITS, ["sgd", "bv32-hebbian"])
    return [
        explorer,
        together,
        bm.OneExample(DIGITS),
        bm.BitCounter(),
        bm.Evidence("bit-knife", DIGITS),
        bm.Claims(),
        bm.Predict.number("How many?", low=0, high=10, truth=3),
        bm.Predict.choice("Which?", ["a", "b"]),
        bm.Predict.curve("How?", [0, 1, 2], low=0, high=1, x_label="x", y_label="y", truth=[0, 1, 0]),
    ]


async def settled(widgets):
    for widget in widgets:
        until = time.monotonic() + SECONDS
        while isinstance(widget, SessionWidget) and not widget.session.is_idle:
            if isinstance(widget, TrainingWidget) and widget.status["state"] == "playing":
                heard(widget, {"method": "custom", "content": {"action": "pause"}})
            assert time.monotonic() < until, f"{type(widget).__name__} is still at it"
            await asyncio.sleep(0.005)


def texts_of(widget):
    notice = widget.notice.get("text", "") if hasattr(widget, "notice") else ""
    return [
        notice,
        getattr(widget, "problem", ""),
        *(str(value) for value in getattr(widget, "standing", {}).values()),
    ]


def check(widget):
    for text in texts_of(widget):
        assert "went wrong" not in text
        assert "could not be" not in text
        assert len(text) < NOTICE_LENGTH
    assert sum(len(str(widget.get_state(name))) for name in widget.keys if not name.startswith("_")) < 3_000_000


def heard(widget, data, buffers=()):
    """Hand a widget what came over its comm, as ipywidgets does."""
    widget._handle_msg({"content": {"comm_id": "x", "data": data}, "buffers": list(buffers)})


def test_a_page_cannot_set_what_the_kernel_shows():
    rng = random.Random(1)

    async def main():
        widgets = all_widgets()
        await settled(widgets)
        for number in range(SHARES["traits"]):
            widget = widgets[number % len(widgets)]
            names = rng.sample(widget.keys, k=rng.randint(1, 4)) + ["comm", "_esm", "nothing"][: rng.randint(0, 3)]
            before = {name: getattr(widget, name) for name in widget.keys}
            state = {name: as_sent(odd(rng)) for name in names}
            data = {"method": "update", "state": state, "buffer_paths": as_sent(odd(rng))}
            if rng.random() < 0.3:
                data = rng.choice(
                    [
                        data | {"method": as_sent(odd(rng))},
                        {"state": state},
                        {"method": "update"},
                        as_sent(odd(rng)),
                    ]
                )
            heard(widget, data, [b"x"])
            await settled([widget])
            after = {name: getattr(widget, name) for name in widget.keys}
            after["notice"] = before.get("notice")
            before["notice"] = after["notice"]
            assert after == before
        for widget in widgets:
            check(widget)
            widget.close()

    asyncio.run(asyncio.wait_for(main(), SECONDS))


ACTIONS = [
    "ack", "hello", "here", "step", "reset", "set", "show", "follow", "play", "pause", "export",
    "history", "near", "learn-from", "more", "ask", "account", "cancel", "guess", "draw!", "run", "fetch!",
]  # fmt: skip


def a_message(rng):
    fields = {
        "action": rng.choice(ACTIONS) if rng.random() < 0.85 else odd(rng),
        "name": rng.choice([*CONTROLS, "data", "x"]) if rng.random() < 0.6 else odd(rng),
        "value": odd(rng),
        "examples": rng.choice([1, 2, 64]) if rng.random() < 0.3 else odd(rng),
        "frame": rng.randint(-3, 5) if rng.random() < 0.5 else odd(rng),
        "lane": rng.randint(-2, 3) if rng.random() < 0.5 else odd(rng),
        **{name: odd(rng) for name in ("seq", "id", "what", "state", "hidden", "bits", "label", "unit", "pixels")},
        # An experiment that is really run takes a minute, and has its own tests.
        "seeds": rng.choice([0, 1.0, "1", True, None, [1], 3, 10**9]),
    }
    chosen = rng.sample(list(fields), k=rng.randint(0, 6))
    message = {"action": fields["action"]} | {name: fields[name] for name in chosen}
    return odd(rng) if rng.random() < 0.1 else message


def is_costly(message):
    """Whether it asks, rightly, for what takes long: a large network, or tens of thousands of examples."""
    if not isinstance(message, dict):
        return False
    action, value = message.get("action"), message.get("value")
    large = message.get("name") in ("hidden", "trainer", "recipe") and value in (7, 63, 64)
    return (action == "set" and large) or (action == "learn-from" and message.get("examples") in (10_240, 50_000))


def test_no_message_stops_a_widget(monkeypatch):
    rng = random.Random(2)
    # What is sent by itself, as a file is, goes nowhere here.
    monkeypatch.setattr("ipywidgets.Widget.send", lambda *_, **__: None)

    async def main():
        widgets = all_widgets()
        await settled(widgets)
        for number in range(SHARES["messages"]):
            widget = widgets[rng.choice([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8])]
            message = a_message(rng)
            if is_costly(message):
                message = odd(rng)
            heard(widget, {"method": "custom", "content": as_sent(message)})
            if number % 25 == 0:
                heard(widget, {"method": "custom", "content": {"action": "pause"}})
                await settled(widgets)
                for each in widgets:
                    check(each)
        explorer, together, example = widgets[:3]
        for widget in (explorer, together):
            heard(widget, {"method": "custom", "content": {"action": "pause"}})
        await settled(widgets)
        heard(explorer, {"method": "custom", "content": {"action": "reset"}})
        await settled(widgets)
        for widget in (explorer, together):
            seen = widget.status["examples"]
            heard(widget, {"method": "custom", "content": {"action": "step", "examples": 64}})
            await settled(widgets)
            assert widget.status["examples"] > seen, "it still works"
        page = example.digits
        heard(example, {"method": "custom", "content": {"action": "more"}})
        await settled(widgets)
        assert example.digits != page
        for widget in widgets:
            check(widget)
            widget.close()

    before = psutil.Process().memory_info().rss
    asyncio.run(asyncio.wait_for(main(), 3 * SECONDS))
    assert psutil.Process().memory_info().rss - before < 400 << 20


def test_so_much_at_once_is_not_kept():
    async def main():
        example = bm.OneExample(DIGITS)
        for _ in range(5 * MAX_WAITING):
            heard(example, {"method": "custom", "content": {"action": "learn-from", "examples": 64}})
        assert len(example.session._tasks) <= MAX_WAITING
        assert example.notice["text"] == "Too many requests; some were skipped."
        await settled([example])
        example.close()

    asyncio.run(main())


def test_what_is_too_long_is_not_repeated():
    async def main():
        explorer = bm.Explorer(bm.Run("sgd", DIGITS, bm.Architecture(hidden=1)))
        for message in (
            {"action": "x" * 10_000_000},
            {"action": "set", "name": "seed", "value": nested(900)},
            {"action": "follow", "state": {f"name{n}": n for n in range(100_000)}},
            [{"x" * 10_000_000: 1}],
        ):
            heard(explorer, {"method": "custom", "content": message})
            assert explorer.notice["text"] == "What this page sent is too long or too deep to be read."
        await settled([explorer])
        explorer.close()

    asyncio.run(main())


def test_a_number_of_networks_or_examples_is_a_whole_one():
    async def main():
        evidence, example = bm.Evidence("bit-knife", DIGITS), bm.OneExample(DIGITS)
        for odd_one in (1.0, True, "1", [1], None, 3):
            evidence.problem = ""
            heard(evidence, {"method": "custom", "content": {"action": "run", "seeds": odd_one}})
            assert evidence.problem.startswith("The number of seeds must be one of")
            assert evidence.progress == {"state": "idle"}
        for odd_one in (64.0, True, False, "64", 65):
            heard(example, {"method": "custom", "content": {"action": "learn-from", "examples": odd_one}})
            await settled([example])
            assert example.notice["text"].startswith("The networks can have learned from")
            assert example.networks == {}
        evidence.close()
        example.close()

    asyncio.run(main())


def test_drawn_images():
    rng = random.Random(3)
    sent = []

    async def main():
        explorer = bm.Explorer(bm.Run("sgd", DIGITS, bm.Architecture(hidden=1)))
        example = bm.OneExample(explorer)
        example.send = lambda content, buffers=None: sent.append((content, buffers))
        await settled([explorer, example])
        good = [rng.randrange(256) for _ in range(784)]
        heard(example, {"method": "custom", "content": {"action": "learn-from", "examples": 64}})
        await settled([example])
        assert example.session._runs, "both networks are there, so that a step is really made"
        for _ in range(SHARES["drawings"]):
            pixels = list(good)
            kind = rng.randrange(8)
            if kind == 0:
                pixels = pixels[: rng.randrange(784)]
            elif kind == 1:
                pixels += [0] * rng.choice([1, 784, 200_000])
            elif kind == 2:
                pixels[rng.randrange(784)] = rng.choice(
                    [256, -1, 1.5, 0.0, float("nan"), "0", None, True, [0], 10**300]
                )
            elif kind == 3:
                pixels = [pixels]
            elif kind == 4:
                pixels = odd(rng)
            elif kind == 5:
                pixels = [[value] for value in pixels]
            elif kind == 6:
                pixels = "9" * rng.choice([784, 10_000_000 if rng.random() < 0.02 else 30_000])
            message = {"action": rng.choice(["ask", "step"]), "pixels": pixels, "id": odd(rng)}
            message |= {"label": rng.choice([0, 9, 10, -1, odd(rng)]), "unit": rng.choice([0, 255, 256, odd(rng)])}
            count = len(sent)
            heard(example, {"method": "custom", "content": as_sent(message)})
            await settled([example])
            if kind < 7:
                assert len(sent) == count, f"no answer to {str(pixels)[:60]}"
            check(example)
        for content, _ in sent:
            assert content["id"] is None or (type(content["id"]) is int and abs(content["id"]) <= 2**53)
        assert len(sent) > SHARES["drawings"] // 40, "right images are answered"
        example.close()
        explorer.close()

    asyncio.run(asyncio.wait_for(main(), 2 * SECONDS))


def test_links():
    rng = random.Random(4)
    for _ in range(SHARES["links"]):
        state = {rng.choice([*CONTROLS, "x", "action"]): odd(rng) for _ in range(rng.randint(0, 5))}
        if rng.random() < 0.5:
            state["at"] = rng.choice([0, 64, MAX_EXAMPLES, MAX_EXAMPLES + 1, odd(rng)])
        if rng.random() < 0.5:
            change = [rng.randint(0, 99), rng.choice(["centring", "speed", "learning_rate"]), odd(rng)]
            state["changes"] = rng.choice([[change] * rng.choice([1, 500]), [odd(rng)], odd(rng)])
        if rng.random() < 0.3:
            state["unread"] = rng.choice([[odd(rng)] * 50, odd(rng)])
        if rng.random() < 0.3:
            state["data"] = odd(rng)
        link = read_link(rng.choice([state, state, state, odd(rng)]))
        for name, value in link.settings.items():
            assert CONTROLS[name].check(value) == value
        assert 0 <= link.at <= MAX_EXAMPLES
        assert len(link.changes) <= MAX_CHANGES
        assert all(at <= link.at for at, _, _ in link.changes)
        assert len(link.data or "") <= 40
        assert sum(map(len, link.refused)) < NOTICE_LENGTH
    for hostile in (
        nested(100_000),
        10**5_000,
        {"seed": nested(100_000), "at": 10**5_000},
        {"unread": [nested(100_000)]},
    ):
        assert read_link(hostile).settings == {}
        assert sum(map(len, read_link(hostile).refused)) < NOTICE_LENGTH


def test_changed_files(tmp_path):
    rng = random.Random(5)
    images = struct.pack(">4I", 0x0803, 4, 28, 28) + rng.randbytes(4 * 784)
    labels = struct.pack(">2I", 0x0801, 50) + rng.randbytes(50)
    path = tmp_path / "file"
    read = 0
    for number in range(SHARES["files"]):
        content = bytearray(rng.choice([images, labels]))
        for _ in range(rng.randint(1, 4)):
            way = rng.randrange(4)
            at = rng.randrange(20 if rng.random() < 0.7 else len(content)) if len(content) > 20 else 0
            if way == 0 and content:
                content[at] = rng.randrange(256)
            elif way == 1:
                del content[rng.randrange(len(content) + 1) :]
            elif way == 2:
                content[at:at] = rng.randbytes(rng.randint(1, 8))
            else:
                content[at : at + 4] = struct.pack(
                    ">I", rng.choice([0, 1, 2**31, 2**32 - 1, rng.randrange(2**32)])
                )
        try:
            if number % 10:
                array = parse_idx(bytes(content), "file")
            else:
                path.write_bytes(content)
                array = read_idx(path)
        except IdxError as error:
            assert len(str(error)) < 300  # noqa: PT017
        else:
            read += 1
            assert array.nbytes <= len(content)
            assert array.dtype == np.uint8
    assert 0 < read < SHARES["files"]


def test_what_is_bounded():
    rng = random.Random(6)
    for _ in range(SHARES["bounds"]):
        message = as_sent(odd(rng))
        if is_bounded(message):
            text = json.dumps(message)
            assert len(text) < 12 * MAX_CHARACTERS + 400 * MAX_VALUES
            assert len(repr(message)) < 12 * MAX_CHARACTERS + 400 * MAX_VALUES
    for allowed in (
        {"pixels": [255] * 784},
        {"state": {"changes": [[64, "centring", True]] * MAX_CHANGES}},
        None,
        0.5,
    ):
        assert is_bounded(allowed)
    for refused in (
        nested(7),
        [0] * (MAX_VALUES + 1),
        "x" * (MAX_CHARACTERS + 1),
        2**2_000,
        {1: 2},
        b"x",
        object(),
    ):
        assert not is_bounded(refused)
