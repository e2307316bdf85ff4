"""Links: what they ask for is checked, and leads to the same weights to the bit."""

import asyncio
import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.live import data_loading
from bitmass_viz.live.permalink import MAX_CHANGES, MAX_EXAMPLES, origin_of, read_link
from tests.conftest import DIGITS, ROOT, needs_jit
from tests.training.runs import make
from tests.widgets.conversation import acknowledge, converse, idle, json_values, tell, until

FIXTURES = ROOT / "tests" / "fixtures"
GIVEN = "the page that opens it must have been given them"


def test_a_link_is_read():
    link = read_link(
        {
            "trainer": "bv32-hebbian",
            "seed": 3,
            "at": 640,
            "changes": [[128, "centring", True], [64, "centring", False]],
            "data": "mnist",
            "rev": REVISION,
        }
    )
    assert link.settings == {"trainer": "bv32-hebbian", "seed": 3}
    assert link.changes == ((64, "centring", False), (128, "centring", True))
    assert (link.at, link.data, link.refused) == (640, "mnist", ())


def test_what_cannot_be_used_is_named_and_left_out():
    link = read_link(
        {
            "trainer": "evil",
            "seed": 5,
            "at": MAX_EXAMPLES + 1,
            "changes": [[1, "centring", False], [0, "speed", 64], [0, "centring", 1], ["0", "centring", True]],
            "wish": 1,
            "unread": ["mark", "page"],
        }
    )
    assert (link.settings, link.at, link.changes) == ({"seed": 5}, 0, ())
    said = "; ".join(link.refused)
    for part in ("'wish'", "'mark'", "'page'", "got 'evil'", f"{MAX_EXAMPLES:,}", "[1, 'centring', False]"):
        assert part in said
    many = read_link({"at": 9, "changes": [[1, "centring", False]] * (MAX_CHANGES + 1)})
    assert len(many.changes) == MAX_CHANGES
    assert f"at most {MAX_CHANGES}" in many.refused[0]


@given(json_values | st.dictionaries(st.sampled_from(["at", "changes", "data", "unread", "seed"]), json_values))
def test_nothing_that_a_link_says_is_too_much(state):
    link = read_link(state)
    assert 0 <= link.at <= MAX_EXAMPLES
    assert all(0 <= at <= link.at for at, _, _ in link.changes)
    assert all(len(sentence) < 600 for sentence in link.refused)


def follow(state, check, run=None):
    """Follow a link, then check what the reader sees."""

    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state=state)
        await until(lambda: explorer.status["followed"])
        await idle(explorer)
        check(explorer)

    converse(scenario, run=run)


@needs_jit
def test_the_switch_stands_where_the_changes_of_a_link_have_put_it():
    def check(explorer):
        assert explorer.status["options"]["centring"] is False
        assert explorer.settings["centring"] is False

    follow({"at": 128, "changes": [[64, "centring", False]]}, check)


@needs_jit
def test_a_link_of_another_revision_opens_and_says_so():
    fragment = (FIXTURES / "revision_1" / "link.txt").read_text().strip().partition(":")[2]
    named = dict(part.split("=") for part in fragment.split("&"))
    assert "rev" not in named
    numbers = {name: json.loads(named[name]) for name in ("seed", "hidden", "learning_rate", "at")}
    old = {"trainer": named["trainer"], "recipe": named["recipe"], **numbers}
    expected = make("sgd", seed=7)
    expected.step(198)

    def check(explorer):
        assert explorer.notice["level"] == "info"
        assert f"(revision 1 of the numbers, here {REVISION})" in explorer.notice["text"]
        assert "may differ in detail" in explorer.notice["text"]
        assert explorer.frame == expected.weights.tobytes(), "trained again with today's numbers"
        assert explorer.network["origin"]["rev"] == REVISION

    follow(old, check)

    def check_newer(explorer):
        assert f"(revision {REVISION + 1} of the numbers, here {REVISION})" in explorer.notice["text"]

    follow(old | {"rev": REVISION + 1}, check_newer)
    follow(old | {"rev": REVISION}, lambda explorer: explorer.notice == {} or pytest.fail(explorer.notice["text"]))

    def check_both(explorer):
        assert explorer.notice["level"] == "error"
        assert "'wish' is not known" in explorer.notice["text"]
        assert "(revision 1 of the numbers" in explorer.notice["text"]

    follow(old | {"wish": 1}, check_both)


def test_the_revision_of_a_link_is_checked():
    assert read_link({"rev": 7}).revision == 7
    for wrong in (0, -1, 1.5, True, "2", None, 10**9, [2]):
        link = read_link({"rev": wrong})
        assert link.revision == 1
        assert "rev must be a whole number between 1 and 1,000,000" in link.refused[0]


@needs_jit
def test_the_link_of_a_loaded_run_names_the_revision_that_it_began_with():
    with pytest.warns(UserWarning, match="revision 1 of the numbers"):
        run = bm.load_run(FIXTURES / "revision_1" / "run.npz", DIGITS)
    assert origin_of(run)["rev"] == 1
    assert origin_of(make("sgd"))["rev"] == REVISION


@needs_jit
def test_a_frame_that_cannot_be_rebuilt_is_shown_and_said_to_be_no_place_to_go_on_from(monkeypatch):
    with pytest.warns(UserWarning, match="revision 1 of the numbers"):
        run = bm.load_run(FIXTURES / "revision_1" / "run.npz", DIGITS)
    learn = type(run.trainer).learn
    monkeypatch.setattr(
        type(run.trainer),
        "learn",
        lambda self, prepared, labels, order, closes: learn(self, prepared, labels, order[::-1].copy(), closes),
    )

    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "show", frame=1)
        await until(lambda: "cannot continue from it" in explorer.notice.get("text", ""))
        await idle(explorer)
        assert "continues from 198 examples" in explorer.notice["text"]
        assert (explorer.status["examples"], run.examples) == (70, 198)
        assert explorer.frame == run.frames[1].weights.tobytes()
        tell(explorer, "step", examples=64)
        await idle(explorer)
        assert explorer.status["examples"] == run.examples == 262
        assert len(run.frames) == 5

    converse(scenario, run=run)


def test_who_follows_a_link_has_the_same_weights():
    sent = {}

    async def sender(explorer):
        acknowledge(explorer)
        tell(explorer, "set", name="rule", value="delta")
        tell(explorer, "set", name="seed", value=4)
        tell(explorer, "set", name="hidden", value=2)
        tell(explorer, "step", examples=70)
        tell(explorer, "set", name="centring", value=False)
        tell(explorer, "step", examples=101)
        tell(explorer, "set", name="centring", value=True)
        tell(explorer, "step", examples=333)
        await idle(explorer)
        status = explorer.status
        sent.update(explorer.network["origin"], at=status["examples"], changes=status["changes"])
        sent["frame"] = explorer.frame

    async def receiver(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={key: value for key, value in sent.items() if key != "frame"})
        await until(lambda: explorer.status["followed"])
        await idle(explorer)
        assert explorer.frame == sent["frame"]
        assert explorer.status["state"] == "paused"
        assert explorer.status["examples"] == sent["at"]
        assert explorer.notice == {}
        assert len(explorer.curves) == 1, "the settings it was found with leave no curve"
        assert explorer.network["origin"] == {key: sent[key] for key in explorer.network["origin"]}
        assert explorer.status["changes"] == sent["changes"]
        assert explorer.status["frames"] > 20, "the way there can be scrubbed"
        tell(explorer, "follow", state={"seed": 9})
        await idle(explorer)
        assert explorer.settings["seed"] == 4, "what is begun is not taken away"

    converse(sender)
    assert sent["changes"] == [[70, "centring", False], [171, "centring", True]]
    converse(receiver)


def test_a_setting_that_the_trainer_does_not_have_is_refused():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={"trainer": "sgd", "centring": False, "recipe": "tuned"})
        await until(lambda: explorer.status["followed"])
        await idle(explorer)
        assert "Centring does not apply to SGD" in explorer.notice["text"]
        assert (explorer.settings["trainer"], explorer.settings["recipe"]) == ("sgd", "tuned")
        assert origin_of(explorer.run) == {
            "trainer": "sgd",
            "recipe": "tuned",
            "seed": 0,
            "hidden": 1,
            "learning_rate": explorer.run.options["learning_rate"],
            "rev": REVISION,
        }

    converse(scenario)


def test_the_way_can_be_broken_off():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={"at": MAX_EXAMPLES})
        await until(lambda: explorer.status["examples"] > 0)
        tell(explorer, "pause")
        await asyncio.wait_for(idle(explorer), 5)
        assert 0 < explorer.status["examples"] < MAX_EXAMPLES
        assert explorer.status["state"] == "paused"

    converse(scenario)


def test_a_link_made_on_mnist_waits_for_it(monkeypatch):
    arrive = asyncio.Event()

    async def scenario(explorer):
        acknowledge(explorer)
        await until(lambda: explorer.session._loading.running)
        tell(explorer, "follow", state={"seed": 2, "at": 64, "data": "mnist", "rev": REVISION})
        await until(lambda: "once MNIST has loaded" in explorer.notice.get("text", ""))
        assert explorer.run.examples == 0
        arrive.set()
        await until(lambda: explorer.status["followed"])
        await idle(explorer)
        assert (explorer.run.seed, explorer.run.examples) == (2, 64)
        assert explorer.notice["text"] == ""

    def load(name, download):
        while not arrive.is_set():
            time.sleep(0.01)

        return replace(DIGITS, name=name)

    monkeypatch.setattr(data_loading, "load_data", load)
    converse(scenario, get_mnist=True)


def shared(explorer):
    """What a link holds, as the page reads it."""
    status = explorer.status
    return explorer.network["origin"] | {"at": status["examples"], "changes": status["changes"]}


OWN = [
    ("sgd", {"batch_size": 5, "loss": "cross-entropy", "chain_rule": False, "learning_rate": 0.3}),
    ("adamw", {"batch_size": 7}),
    ("bv32-hebbian", {"rule": "error-driven", "margin": 1.5, "batch_size": 3, "centring": False}),
    ("bv32-hebbian", {"rule": "delta", "sharpness": 3.0}),
    ("straight-through", {"bits": 32, "activation": "sign", "pixels": "binary"}),
    ("bop", {"threshold": 1e-6, "adaptivity": 1e-3}),
]


@pytest.mark.parametrize(("trainer", "options"), OWN, ids=[f"{name}-{[*options]}" for name, options in OWN])
@pytest.mark.parametrize("seed", [2**53 - 1, 3])
def test_every_option_of_a_run_is_in_its_link(trainer, options, seed):
    sent = {}

    async def sender(explorer):
        acknowledge(explorer)
        tell(explorer, "step", examples=70)
        await idle(explorer)
        sent.update(json.loads(json.dumps(shared(explorer))), frame=explorer.frame)
        assert explorer.network["left_out"] == [f"the data ({DIGITS.label}): {GIVEN}"]

    async def receiver(explorer):
        acknowledge(explorer)
        frame = sent.pop("frame")
        tell(explorer, "follow", state=sent, id=5)
        await until(lambda: explorer.status["followed"] == 5)
        await idle(explorer)
        assert explorer.notice == {}
        assert explorer.frame == frame
        run = explorer.run
        assert {name: run.first_options[name] for name in options} == options
        tell(explorer, "reset")
        tell(explorer, "step", examples=70)
        await idle(explorer)
        assert explorer.frame == frame, "also after a reset"

    converse(sender, run=make(trainer, seed=seed, **options))
    converse(receiver, run=make("sgd", batch_size=9))


def test_a_link_holds_the_size_of_the_network_that_its_maker_shows():
    run = bm.Run("sgd", DIGITS, bm.Architecture(hidden=100))

    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "step", examples=64)
        await idle(explorer)
        frame = explorer.frame
        tell(explorer, "follow", state=shared(explorer), id=2, navigated=True)
        await until(lambda: explorer.status["followed"] == 2)
        await idle(explorer)
        assert explorer.notice == {}
        assert explorer.frame == frame
        tell(explorer, "set", name="hidden", value=101)
        await idle(explorer)
        assert "between 1 and 100, got 101" in explorer.notice["text"]

    converse(scenario, run=run)


def test_a_link_that_names_no_trainer_keeps_the_options_of_the_run_that_is_shown():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={"seed": 7})
        await until(lambda: explorer.status["followed"])
        assert explorer.run.options["batch_size"] == 9
        assert explorer.run.seed == 7

    converse(scenario, run=make("sgd", batch_size=9))


def test_what_a_trainer_does_not_have_or_allow_is_named():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={"trainer": "sgd", "margin": 1.0, "loss": "none", "batch_size": 0})
        await until(lambda: explorer.status["followed"] == 1)
        await idle(explorer)
        for part in ("SGD has no option margin", "loss must be one of", "batch_size must be"):
            assert part in explorer.notice["text"]
        tell(
            explorer,
            "follow",
            state={"trainer": "straight-through", "bits": 4, "rev": REVISION},
            id=2,
            navigated=True,
        )
        await until(lambda: explorer.status["followed"] == 2)
        await idle(explorer)
        assert explorer.notice["text"] == ""
        assert explorer.run.options["bits"] == explorer.network["bpw"] == 4
        tell(explorer, "follow", state={"trainer": "straight-through", "bits": 5}, id=3, navigated=True)
        await until(lambda: explorer.status["followed"] == 3)
        await idle(explorer)
        assert "bits must be one of 1, 2, 4, 8, 16, 32, got 5" in explorer.notice["text"]

    converse(scenario)


def test_whoever_goes_to_another_link_gets_there_and_keeps_what_was_learned():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "step", examples=64)
        await idle(explorer)
        tell(explorer, "follow", state={"trainer": "sgd", "seed": 9, "at": 128}, id=1)
        await until(lambda: explorer.status["followed"] == 1)
        assert explorer.run.seed == 0, "what is begun is not taken away by the link that opened the page"
        tell(explorer, "play")
        await until(lambda: explorer.status["state"] == "playing")
        tell(explorer, "follow", state={"trainer": "sgd", "seed": 9, "at": 128}, id=2, navigated=True)
        await until(lambda: explorer.status["followed"] == 2)
        await idle(explorer)
        assert (explorer.run.seed, explorer.run.examples) == (9, 128)
        assert explorer.status["state"] == "paused"
        assert len(explorer.curves) == 2

    converse(scenario)


def test_a_long_way_shows_where_it_is():
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "follow", state={"at": MAX_EXAMPLES})
        await until(lambda: explorer.status["examples"] > 0)
        first = explorer.status["examples"]
        await until(lambda: explorer.status["examples"] > first)
        tell(explorer, "pause")
        await asyncio.wait_for(idle(explorer), 5)

    converse(scenario)


def test_a_page_says_what_its_classes_are_called_and_that_a_link_was_made_on_other_data():
    names = ("T-shirt", "trousers", *"abcdefgh")

    async def scenario(explorer):
        acknowledge(explorer)
        assert explorer.dataset["class_names"] == list(names)
        tell(explorer, "follow", state={"trainer": "sgd", "at": 64, "data": "own-shoes"}, id=5)
        await until(lambda: explorer.status["followed"] == 5)
        assert f"the data 'own-shoes', in place of which it learns {DIGITS.label}" in explorer.notice["text"]

    converse(scenario, run=bm.Run("sgd", replace(DIGITS, class_names=names)))
