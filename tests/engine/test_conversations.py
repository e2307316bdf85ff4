"""The sessions of the browser answer as those of the kernel do: every message, status and frame, to the bit."""

import base64
import hashlib
import json
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.engine.build import FOLDER
from bitmass_viz.kernels.random_numbers import example_order
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.data_loading import LABELS
from bitmass_viz.live.declared import declared
from bitmass_viz.live.descriptions import describe_digits
from bitmass_viz.live.explorer_session import ExplorerSession
from bitmass_viz.live.one_example_session import OneExampleSession
from bitmass_viz.live.opening_session import AHEAD, NETWORKS, OpeningSession
from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.live.side_by_side_session import SideBySideSession
from bitmass_viz.trainers import TRAINERS
from tests.conftest import DIGITS, ROOT, find_node, needs_jit
from tests.live.host import SessionHost
from tests.live.test_sessions import LANES, action, conversation, converse, setting_of

pytestmark = needs_jit
MOST_MEMORY = 32e6
SECOND = replace(DIGITS, name="second", label="Second")
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.sampled_from([0, 1, 3, 65, 0.5, 1e-5, 1.25e-7, 12345.678, 0.1, 99.5]),
    st.text(alphabet="ab'\"\\\n é😀", max_size=5),
    st.sampled_from(["sgd", "tuned", "delta", "mnist", "npz"]),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), st.none(), max_size=2),
)
NAMES = ["trainer", "recipe", "rule", "learning_rate", "seed", "hidden", "speed", "centring"]
OPTIONS = ["batch_size", "margin", "bits", "loss", "optimiser", "at", "changes", "data", "rev", "unread", "none"]
changes = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 400), st.just("centring"), st.booleans()).map(list),
        st.lists(anything, max_size=3),
    ),
    max_size=3,
)
lane = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.one_of(setting_of(name), anything) for name in ("trainer", "rule", "centring", "seed")},
        "changes": st.one_of(changes, anything),
        "at": anything,
    },
)
link = st.fixed_dictionaries(
    {},
    optional={
        "lanes": st.one_of(st.lists(st.one_of(lane, anything), min_size=2, max_size=2), anything),
        **{name: st.one_of(setting_of(name), anything) for name in NAMES},
        **dict.fromkeys(OPTIONS, anything),
        "at": st.one_of(st.integers(0, 500), anything),
        "changes": st.one_of(changes, anything),
        "bits": st.sampled_from([1, 2, 4, 16, 3]),
        "batch_size": st.integers(1, 70),
        "data": st.sampled_from([DIGITS.name, SECOND.name, "Strokes"]),
    },
)
wild = st.one_of(
    st.tuples(st.sampled_from([*NAMES, "none"]), anything).map(
        lambda given: {"action": "set", "name": given[0], "value": given[1]}
    ),
    st.sampled_from([{"action": "set", "name": "data", "value": v} for v in (DIGITS.name, SECOND.name, "x", 0)]),
    st.fixed_dictionaries({"action": st.just("set")}, optional=dict.fromkeys(("name", "value", "lane"), anything)),
    st.fixed_dictionaries({"action": st.just("step")}, optional={"examples": anything}),
    st.fixed_dictionaries({"action": st.just("show")}, optional={"frame": anything}),
    st.fixed_dictionaries({"action": st.just("here")}, optional={"id": anything}),
    st.fixed_dictionaries({"action": st.just("ack")}, optional={"seq": anything}),
    st.fixed_dictionaries({"action": anything}),
    st.sampled_from([{"action": "export", "what": what} for what in ("bin", "csv", "zip", None)]),
    st.fixed_dictionaries(
        {"action": st.just("follow"), "state": st.one_of(link, link, anything)},
        optional={"id": anything, "navigated": st.booleans()},
    ),
    st.sampled_from([{"action": "centre"}, {"action": "history"}, {"action": "near"}]),
)
every_conversation = st.one_of(
    conversation, st.lists(st.tuples(st.one_of(action, wild), st.floats(0, 0.5)), max_size=9)
)
CONVERSE = ROOT / "tests" / "js" / "engine" / "conversation.check.js"


class Browser:
    """The sessions in Node.js, on the same digits."""

    def __init__(self, folder, digits=DIGITS):
        orders = {"train": example_order(0, 0, len(digits.train)), "validation": slice(None)}
        for split, order in orders.items():
            (folder / f"{split}_images").write_bytes(getattr(digits, split).images[order].tobytes())
            (folder / f"{split}_labels").write_bytes(getattr(digits, split).labels[order].tobytes())
        about = describe_digits(digits) | {"image": [28, 28], "classes": 10}
        others = [about | {"name": name, "label": label} for name, label in LABELS.items()]
        given = {"declared": declared(), "about": about, "others": others}
        (folder / "declared.json").write_text(json.dumps(given))
        command = [find_node(), str(CONVERSE), str(FOLDER), str(folder)]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self._node.stdin.write(json.dumps(question) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())

    def converse(self, kind, wanted, said, **pace):
        answered = self.ask({"kind": kind, "wanted": wanted, "said": said, "pace": pace})
        assert answered["used"] < MOST_MEMORY, "networks that are no longer shown keep their memory"
        return answered["messages"]

    def close(self):
        self._node.stdin.close()
        self._node.wait(timeout=20)
        self._node.stdout.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(LABELS, SECOND.name, SECOND.label)
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
        session.runs.add(SECOND)
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


FILM = list(range(0, 96, 4))


def opening(**pace):
    return SessionHost(lambda clock, pace: OpeningSession(DIGITS, FILM, clock), **pace)


def wanted_of(kind, host):
    if kind == "opening":
        return {"networks": NETWORKS, "at": FILM, "ahead": AHEAD}
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
@given(
    said=every_conversation,
    examples=st.integers(1, 120),
    speed=st.sampled_from([None, 1, 256, FLAT_OUT]),
    per_call=st.sampled_from([0.0, 0.0, 0.3]),
)
@settings(deadline=None, max_examples=60)
def test_every_conversation_is_answered_the_same(browser, kind, make, said, examples, speed, per_call):
    first = [] if speed is None else [({"action": "set", "name": "speed", "value": speed}, 0.0)]
    near = [({"action": "near"}, 0.0)] if kind == "side_by_side" else []
    check_same(browser, kind, make, [*near, *first, *said], examples=examples, per_call=per_call)


@pytest.mark.parametrize(("kind", "make"), [("explorer", explorer), ("side_by_side", side_by_side)])
def test_a_link_is_followed_with_as_few_measurements_in_both(browser, kind, make):
    follow = {"action": "follow", "id": 1, "navigated": True, "state": {"at": 300}}
    said = [({"action": "near"}, 0.0)] * (kind == "side_by_side") + [(follow, 60.0)]
    check_same(browser, kind, make, said, per_call=0.3)
    status, curve = (converse(make, said, per_call=0.3).state[name] for name in ("status", "curves"))
    assert status["examples"] == curve[0]["points"][-1][0] == 300
    assert len(curve[0]["points"]) < 50


def test_a_network_that_diverges_says_so_once_in_both(browser):
    rate = CONTROLS["learning_rate"].high
    settings = [{"action": "set", "name": n, "value": v} for n, v in (("trainer", "sgd"), ("learning_rate", rate))]
    said = [(message, 0.1) for message in [*settings, *(4 * [{"action": "step", "examples": 256}])]]
    check_same(browser, "explorer", explorer, said)
    notices = [
        each.values["notice"]["text"] for each in converse(explorer, said).messages if "notice" in each.values
    ]
    assert len(notices) == 1
    assert "its weights have overflowed" in notices[0]


def networks_of(kind, memory):
    """Return the hashes of the weights that a session remembers, as Python trains them."""
    if kind == "explorer":
        runs = memory["runs"]
    else:
        shared = {name: memory["wanted"]["settings"][name] for name in ("seed", "recipe", "hidden")}
        at = {"at": memory["at"], "shown": memory["at"]}
        runs = [
            shared | at | options_of(lane) | {"changes": changes}
            for lane, changes in zip(memory["wanted"]["lanes"], memory["changes"], strict=True)
        ]
    hashes = []
    for about in runs:
        end, changes, hidden = about.pop("shown"), about.pop("changes"), about.pop("hidden")
        del about["at"]
        for name in ("rev", "data"):
            about.pop(name, None)
        run = bm.Run(about.pop("trainer"), DIGITS, bm.Architecture(hidden=hidden), **about)
        for at, name, value in [*(change for change in changes if change[0] <= end), (end, None, None)]:
            if at > run.examples:
                run.advance(at - run.examples)
            if name:
                run.set_option(name, value)
        hashes.append(hashlib.sha256(run.weights.tobytes()).hexdigest())
    return hashes


def options_of(lane):
    names = {option.name for option in TRAINERS[lane["trainer"]].OPTIONS} | {"trainer"}
    return {name: value for name, value in lane.items() if name in names}


@pytest.mark.parametrize(("kind", "make"), [("explorer", explorer), ("side_by_side", side_by_side)])
@given(said=every_conversation, ends=st.lists(st.integers(0, 9), min_size=1, max_size=3))
@settings(deadline=None, max_examples=60)
def test_a_session_that_goes_on_for_one_that_ended_forgets_nothing(browser, kind, make, said, ends):
    question = {"kind": kind, "wanted": wanted_of(kind, make()), "said": said, "ends": sorted(ends), "pace": {}}
    answered = browser.ask(question)
    assert answered["forgotten"] == []
    assert answered["state"] == "paused"
    assert answered["networks"] == networks_of(kind, answered["memory"])
    assert answered["used"] < MOST_MEMORY


IMAGE = DIGITS.validation.images[3].ravel().tolist()
example_action = st.one_of(
    st.sampled_from([{"action": "near"}, {"action": "more"}, {"action": "hello"}]),
    st.sampled_from([0, 64, 1_024, 5]).map(lambda examples: {"action": "learn-from", "examples": examples}),
    st.fixed_dictionaries(
        {
            "action": st.just("follow"),
            "state": st.one_of(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "learned": st.one_of(st.sampled_from([0, 64, 1_024]), anything),
                        "page": st.one_of(st.integers(0, 30), anything),
                        **dict.fromkeys(("rev", "data", "unread", "bits", "at", "x"), anything),
                    },
                ),
                anything,
            ),
        },
        optional={"id": anything, "navigated": st.booleans()},
    ),
    st.fixed_dictionaries(
        {"action": st.sampled_from(["ask", "learn"])},
        optional={
            "pixels": st.one_of(st.just(IMAGE), anything),
            "label": st.one_of(st.integers(0, 9), anything),
            "unit": st.one_of(st.integers(0, 255), anything),
            "id": st.one_of(st.integers(0, 9), anything),
        },
    ),
)


@given(said=st.lists(st.tuples(example_action, st.floats(0, 0.1)), max_size=6))
@settings(deadline=None, max_examples=40)
def test_every_conversation_about_one_example_is_answered_the_same(browser, said):
    check_same(browser, "one_example", one_example, [({"action": "near"}, 0.0), *said])


film = st.fixed_dictionaries(
    {"action": st.just("film")}, optional={"seed": st.one_of(st.integers(0, 3), st.integers(-1, 2**53), anything)}
)


watched = st.fixed_dictionaries(
    {"action": st.just("watched")}, optional={"index": st.one_of(st.integers(0, 24), anything)}
)


@given(said=st.lists(st.tuples(st.one_of(film, watched, wild), st.floats(0, 0.1)), max_size=5))
@settings(deadline=None, max_examples=40)
def test_every_conversation_about_the_opening_is_answered_the_same(browser, said):
    to_the_end = ({"action": "watched", "index": len(FILM)}, 0.0)
    check_same(browser, "opening", opening, [({"action": "film", "seed": 0}, 0.0), *said, to_the_end])


def own_images(count=40, parts=2, labels=None, class_names=("cat", "dog", "owl")):
    """The messages with which a page gives images of its reader's."""
    images = DIGITS.train.images[:count].tobytes()
    labels = bytes([i % 3 for i in range(count)] if labels is None else labels)
    names = class_names and list(class_names)
    about = {"action": "own-images", "name": "Mine & theirs", "class_names": names, "count": count}
    return [
        about | {"start": start, "buffers": [images[784 * start : 784 * stop], labels[start:stop]]}
        for start, stop in pairwise(round(count * part / parts) for part in range(parts + 1))
    ]


first, second = own_images()
TO_LEARN = [{"action": "step", "examples": 100}, {"action": "export", "what": "csv"}]
OWN = {
    "whole": [first, second, *TO_LEARN, {"action": "set", "name": "data", "value": DIGITS.name}],
    "twice": [first, second, first, second, *TO_LEARN],
    "begun anew": [first, first, second, *TO_LEARN],
    "out of order": [second, first, *TO_LEARN],
    "digits": own_images(class_names=None),
    "few": own_images(count=6, parts=1),
    "unnamed": own_images(class_names=("cat", "dog")),
    "wrong label": own_images(count=9, parts=1, labels=[0, 1, 2, 12, 4, 5, 6, 7, 8]),
    "too many": [first | {"count": 10_001}],
    "no count": [first | {"count": "x"}],
    "a part that is cut off": [first | {"buffers": [first["buffers"][0][:-1], first["buffers"][1]]}],
    "no buffers": [first | {"buffers": []}],
    "another count": [first, second | {"count": 41}],
    "nine": [message for _ in range(9) for message in own_images(count=7, parts=1)],
}


@pytest.mark.parametrize("case", OWN)
def test_a_readers_own_images_are_taken_and_refused_the_same(tmp_path, monkeypatch, case):
    said = OWN[case]
    monkeypatch.setitem(LABELS, SECOND.name, SECOND.label)
    browser = Browser(tmp_path)
    try:
        wanted = wanted_of("explorer", explorer())
        messages = converse(explorer, [(message, 0.1) for message in said]).messages
        found = browser.converse("explorer", wanted, [(plain(message), 0.1) for message in said])
        assert found == json.loads(json.dumps([as_sent(message) for message in messages]))
        values = [message.get("values", {}) for message in found]
        learned = {each["dataset"]["name"] for each in values if "dataset" in each}
        assert learned - {DIGITS.name} == {
            "whole": {"own-Mine-theirs"},
            "twice": {"own-Mine-theirs", "own-Mine-theirs-2"},
            "begun anew": {"own-Mine-theirs"},
            "digits": {"own-Mine-theirs"},
            "nine": {"own-Mine-theirs", *(f"own-Mine-theirs-{number}" for number in range(2, 9))},
        }.get(case, set())
    finally:
        browser.close()
