"""The kernel's side of the explorer, spoken to as the browser would. The page itself: tests/browser."""

import asyncio
import csv
import io
import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitmass_viz as bm
from tests.conftest import DIGITS
from tests.trainers.own import RandomFeatures
from tests.widgets.conversation import acknowledge, converse, idle, json_values, tell, until

pytestmark = pytest.mark.usefixtures("no_errors")


def test_a_frame_its_digit_and_its_status_arrive_together():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "step", examples=10)
        await idle(explorer)
        status = explorer.status
        assert status["examples"] == 10
        assert explorer.frame == explorer.run.weights.tobytes()
        assert (
            len(explorer.frame) * 8
            == explorer.network["bit_mass"]
            == sum(
                layer["units"] * layer["features"] * explorer.network["bpw"]
                for layer in explorer.network["layers"]
            )
        )
        example = status["example"]
        assert explorer.digit == DIGITS.train.images[example["index"]].tobytes()
        assert example["label"] == DIGITS.train.labels[example["index"]]
        assert status["accuracy"] == explorer.run.accuracy()

    converse(scenario)


def test_play_and_pause():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "play")
        await until(lambda: explorer.status["state"] == "playing" and explorer.status["examples"] > 0)
        tell(explorer, "play")
        tell(explorer, "pause")
        await idle(explorer)
        assert explorer.status["state"] == "paused"
        assert explorer.status["examples"] == explorer.run.examples
        assert explorer.curves[0]["points"][-1] == [explorer.run.examples, round(explorer.run.accuracy(), 5)]

    converse(scenario)


def test_messages_may_come_from_another_thread_as_in_a_subshell():
    async def scenario(explorer):
        def elsewhere(*messages):
            async def send():
                for action, content in messages:
                    tell(explorer, action, **content)

            asyncio.run(send())

        explorer.observe(
            lambda change: asyncio.get_running_loop().run_in_executor(
                None, elsewhere, ("ack", {"seq": change["new"]["seq"]})
            ),
            "status",
        )
        await asyncio.to_thread(elsewhere, ("play", {}))
        await until(lambda: explorer.status["state"] == "playing" and explorer.status["examples"] >= 640)
        await asyncio.to_thread(elsewhere, ("pause", {}))
        await until(lambda: explorer.status["state"] == "paused")
        await idle(explorer)
        assert explorer.frame == explorer.run.weights.tobytes()

    converse(scenario)


def test_another_trainer_while_playing_plays_on():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "set", name="speed", value=0)
        tell(explorer, "play")
        await until(lambda: explorer.status["examples"] > 0)
        tell(explorer, "set", name="trainer", value="sgd")
        await until(lambda: explorer.network["trainer"] == "sgd" and explorer.status["examples"] > 0)
        assert explorer.settings["trainer"] == "sgd"
        assert explorer.network["format"] == "float32"
        tell(explorer, "pause")
        await idle(explorer)
        assert [c["active"] for c in explorer.curves] == [False, True]

    converse(scenario)


@pytest.mark.parametrize("speed", [1, 0])
def test_no_frame_of_one_run_is_shown_as_another_runs(speed):
    async def scenario(explorer):
        acknowledge(explorer)
        formats = {}
        explorer.observe(
            lambda _: formats.setdefault(explorer.network["run"], set()).add(len(explorer.frame)), "status"
        )
        tell(explorer, "set", name="speed", value=speed)
        tell(explorer, "play")
        for trainer in ("sgd", "bv32-hebbian", "adamw", "bv32-uncentred") * 3:
            await until(lambda: explorer.status["examples"] > 0)
            tell(explorer, "set", name="trainer", value=trainer)
            await until(lambda trainer=trainer: explorer.network["trainer"] == trainer)
        tell(explorer, "pause")
        await idle(explorer)
        assert all(len(found) == 1 for found in formats.values()), formats

    converse(scenario)


def test_what_is_asked_for_in_one_breath_happens_in_that_order():
    async def scenario(explorer):
        acknowledge(explorer)
        seen = []
        explorer.observe(
            lambda change: seen.append((explorer.network["trainer"], change["new"]["state"])), "status"
        )
        tell(explorer, "set", name="trainer", value="sgd")
        tell(explorer, "play")
        await until(lambda: explorer.status["state"] == "playing" and explorer.status["examples"] > 0)
        assert ("bv32-hebbian", "playing") not in seen
        tell(explorer, "set", name="trainer", value="bv32-hebbian")
        tell(explorer, "step", examples=3)
        tell(explorer, "play")
        tell(explorer, "pause")
        await idle(explorer)
        assert (explorer.network["trainer"], explorer.status["state"]) == ("bv32-hebbian", "paused")
        assert explorer.run.examples == 3, "what was paused before its turn came does not play"

    converse(scenario)


def test_a_run_that_takes_long_to_be_made_ready_says_so(monkeypatch):
    monkeypatch.setattr("bitmass_viz.live.training_session.PATIENCE_SECONDS", 0.05)

    async def scenario(explorer):
        states = []
        explorer.observe(lambda change: states.append(change["new"]["state"]), "status")
        monkeypatch.setattr(bm.Run, "warm_up", lambda run: time.sleep(0.5))
        tell(explorer, "set", name="trainer", value="sgd")
        await idle(explorer)
        assert states[0] == "preparing"
        assert states[-1] == "paused"
        assert explorer.network["trainer"] == "sgd"

    converse(scenario)


def test_pausing_does_not_wait_for_a_page_that_has_stopped_drawing():
    async def scenario(explorer):
        tell(explorer, "play")
        await until(lambda: not explorer.session._window.open)
        tell(explorer, "reset")
        await asyncio.wait_for(idle(explorer), 5)
        assert explorer.status["examples"] == 0

    converse(scenario)


def test_centring_can_be_switched_while_playing():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "play")
        await until(lambda: explorer.status["examples"] > 0)
        tell(explorer, "set", name="centring", value=False)
        await until(lambda: explorer.settings["centring"] is False)
        assert explorer.status["state"] == "playing"
        tell(explorer, "pause")
        await idle(explorer)
        assert explorer.run.options["centring"] is False

    converse(scenario)


def test_the_scrubber_looks_back_and_training_goes_on_from_there():
    async def scenario(explorer):
        acknowledge(explorer)
        for _ in range(4):
            tell(explorer, "step", examples=5)
            await idle(explorer)
        first = explorer.run.frames[1].weights.tobytes()
        tell(explorer, "show", frame=1)
        await until(lambda: explorer.status["position"] == 1)
        assert explorer.frame == first
        await idle(explorer)
        assert explorer.run.examples == 5, "a scrubber at rest brings the run there"
        assert explorer.status["example"] is not None
        assert explorer.status["frames"] == 5
        tell(explorer, "show", frame=2)
        tell(explorer, "step", examples=1)
        await idle(explorer)
        assert explorer.run.examples == 11
        assert [f.examples for f in explorer.run.frames] == [0, 5, 10, 11]

    converse(scenario)


def test_the_page_gets_the_whole_history(monkeypatch):
    sent = []

    async def scenario(explorer):
        acknowledge(explorer)
        monkeypatch.setattr(explorer, "send", lambda content, buffers=None: sent.append((content, buffers)))
        for _ in range(40):
            tell(explorer, "step", examples=3)
        await idle(explorer)
        tell(explorer, "history")
        await idle(explorer)
        kept = {
            m["position"]: (m, buffer)
            for content, buffers in sent
            for m, buffer in zip(content["frames"], buffers, strict=True)
        }
        frames = explorer.run.frames
        assert sorted(kept) == list(range(41)) == list(range(len(frames)))
        for position, (moment, buffer) in kept.items():
            assert bytes(buffer) == frames[position].weights.tobytes()
            assert moment["examples"] == frames[position].examples
        first = [moment["position"] for moment in sent[0][0]["frames"]]
        assert {0, 40, 32, 16, 8} <= set(first), "the first message covers the whole"
        revision = sent[0][0]["history"]
        assert explorer.status["history"] == revision
        tell(explorer, "step", examples=3)
        await idle(explorer)
        assert explorer.status["history"] > revision

    converse(scenario)


def test_another_size_is_another_run():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "set", name="hidden", value=3)
        tell(explorer, "step", examples=64)
        await idle(explorer)
        assert [(layer["units"], layer["features"]) for layer in explorer.network["layers"]] == [
            (96, 784),
            (10, 96),
        ]
        assert len(explorer.frame) * 8 == explorer.network["bit_mass"] == 3 * 32 * (784 + 10)
        assert "3 containers" in explorer.network["label"]
        tell(explorer, "set", name="trainer", value="adamw")
        await idle(explorer)
        assert explorer.network["layers"][0]["units"] == 3, "the size stays when the trainer changes"
        tell(explorer, "set", name="hidden", value=65)
        await idle(explorer)
        assert explorer.notice["text"] == "Containers must be a whole number between 1 and 64, got 65."

    converse(scenario)


def test_reset():
    async def scenario(explorer):
        acknowledge(explorer)
        start = explorer.frame
        tell(explorer, "step", examples=40)
        await idle(explorer)
        run = explorer.network["run"]
        tell(explorer, "reset")
        await idle(explorer)
        assert explorer.frame == start
        assert explorer.network["run"] != run
        assert explorer.status["frames"] == 1

    converse(scenario)


def test_weights_and_curves_can_be_kept(monkeypatch):
    files = []

    async def scenario(explorer):
        acknowledge(explorer)
        monkeypatch.setattr(explorer, "send", lambda content, buffers=None: files.append((content, buffers)))
        tell(explorer, "step", examples=70)
        tell(explorer, "step", examples=64)
        await idle(explorer)
        tell(explorer, "show", frame=1)
        await idle(explorer)
        for what in ("npz", "bin", "csv", "exe"):
            tell(explorer, "export", what=what)
        assert "npz, bin or csv, got 'exe'" in explorer.notice["text"]

    explorer = converse(scenario)
    names = [content["name"] for content, _ in files]
    assert names == ["bitmass-bv32-hebbian-70.npz", "bitmass-bv32-hebbian-70.bin", "bitmass-curves.csv"]
    (npz,), (raw,), (table,) = (buffers for _, buffers in files)
    kept = np.load(io.BytesIO(npz))
    weights = explorer.run.frames[1].weights
    assert raw == weights.tobytes() == kept["buffer"].tobytes()
    assert (kept["w0"] == weights.w0.neurons).all()
    assert (kept["w1"] == weights.w1.neurons).all()
    assert (kept["thresholds"] == weights.thresholds).all()
    about = json.loads(str(kept["about"]))
    assert (about["examples"], about["digits"], about["origin"]["seed"]) == (70, DIGITS.name, 0)
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    assert [(int(r["examples"]), float(r["validation_accuracy"])) for r in rows] == [
        tuple(point) for point in explorer.curves[0]["points"]
    ]
    assert {r["label"] for r in rows} == {explorer.network["label"]}


def test_an_abandoned_page_stops_training(monkeypatch):
    monkeypatch.setattr("bitmass_viz.live.player.SILENCE_SECONDS", 0.1)

    async def scenario(explorer):
        tell(explorer, "play")
        await idle(explorer)
        assert explorer.status["state"] == "paused"
        assert "not being looked at" in explorer.notice["text"]
        sent = explorer.session._window.silence
        tell(explorer, "hello")
        await idle(explorer)
        assert explorer.session._window.silence < sent or explorer.session._window.open

    converse(scenario)


def test_a_refused_setting_is_explained_and_the_old_one_stays():
    async def scenario(explorer):
        before = dict(explorer.settings)
        tell(explorer, "set", name="seed", value=2**53)
        await idle(explorer)
        assert explorer.settings == before
        assert explorer.notice["level"] == "error"
        allowed = "a whole number between 0 and 9,007,199,254,740,991"
        assert explorer.notice["text"] == f"Seed must be {allowed}, got 9007199254740992."

    converse(scenario)


actions = st.sampled_from(["ack", "hello", "step", "reset", "set", "show", "play", "pause"])
names = st.sampled_from(["trainer", "data", "seed", "speed", "centring", "rule", "recipe", "x"]) | json_values
messages = json_values | st.fixed_dictionaries(
    {"action": actions | json_values},
    optional={
        "name": names,
        "value": json_values | st.sampled_from(["sgd", "tuned", False, 0]),
        "examples": st.integers(-1, 50) | json_values,
        "frame": st.integers(-2, 5) | json_values,
        "seq": st.integers(-2, 50) | json_values,
    },
)


@settings(max_examples=20)
@given(st.lists(messages, max_size=8))
def test_whatever_the_browser_sends_the_explorer_lives_on(conversation):
    async def scenario(explorer):
        for message in conversation:
            explorer._receive(explorer, message, [])
            await asyncio.sleep(0)
        tell(explorer, "pause")
        await idle(explorer)
        assert "went wrong" not in explorer.notice.get("text", "")
        assert explorer.status["state"] == "paused"
        assert len(explorer.frame) * 8 == explorer.network["bit_mass"]

    converse(scenario)


def test_an_explorer_needs_a_run():
    with pytest.raises(TypeError, match="Explorer needs a Run"):
        bm.Explorer(np.zeros(3))


def test_without_an_event_loop_it_still_shows_its_first_frame():
    explorer = bm.Explorer(bm.Run("sgd", DIGITS, bm.Architecture(hidden=1)))
    assert explorer.frame == explorer.run.weights.tobytes()
    assert explorer.status["state"] == "preparing"
    explorer.close()


def test_the_views_follow_a_run_that_is_stepped_elsewhere():
    async def scenario(explorer):
        acknowledge(explorer)
        run = explorer.run
        run.step(64)
        assert explorer.status["examples"] == 64, "at once, while the cell is still running"
        assert explorer.frame == run.weights.tobytes()
        for _ in range(20):
            run.step(10)
        assert explorer.status["examples"] < 264, "a loop is not shown step by step"
        await until(lambda: explorer.status["examples"] == 264)
        assert explorer.frame == run.weights.tobytes()
        await asyncio.to_thread(run.step, 36)
        await until(lambda: explorer.status["examples"] == 300)
        run.set_option("centring", False)
        await until(lambda: explorer.settings["centring"] is False)
        run.seek(run.frames[0])
        await until(lambda: explorer.status["examples"] == 0)
        assert explorer.status["example"]["index"] == run.upcoming()[0]
        run.validate()
        await until(lambda: explorer.curves[0]["points"] == [[0, round(run.accuracy(), 5)]])

    converse(scenario)


def test_the_views_follow_no_run_that_is_not_shown():
    async def scenario(explorer):
        acknowledge(explorer)
        first = explorer.run
        tell(explorer, "set", name="trainer", value="sgd")
        await idle(explorer)
        before = explorer.status["seq"]
        first.step(10)
        await asyncio.sleep(0.1)
        assert explorer.status["seq"] == before
        explorer.run.step(10)
        await until(lambda: explorer.status["examples"] == 10)

    explorer = converse(scenario)
    explorer.run.step(10)
    assert explorer.status["examples"] == 10, "a closed explorer follows nothing"


def test_a_trainer_of_ones_own_is_shown():
    async def scenario(explorer):
        acknowledge(explorer)
        assert explorer.controls[0]["choices"][0]["value"] == "own"
        tell(explorer, "step", examples=50)
        await idle(explorer)
        assert explorer.network["trainer"] == "own"
        assert explorer.frame == explorer.run.weights.tobytes()
        assert explorer.network["left_out"] == [
            "the data (random templates): the page that opens it must have been given them",
            "the trainer (Random features): only a page that was given it can open the link",
        ]
        tell(explorer, "set", name="seed", value=3)
        await idle(explorer)
        assert isinstance(explorer.run.trainer, RandomFeatures)
        tell(explorer, "set", name="trainer", value="sgd")
        await idle(explorer)
        tell(explorer, "set", name="trainer", value="own")
        await idle(explorer)
        assert explorer.run.trainer.NAME == "own"
        assert explorer.notice.get("level") != "error"

    converse(scenario, run=bm.Run(RandomFeatures, DIGITS, bm.Architecture(hidden=2)))
