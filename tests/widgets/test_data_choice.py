"""The choice of data: loaded while the reader looks at another, used when it is wanted."""

import threading
from collections import defaultdict
from dataclasses import replace

import pytest

from bitmass_viz.data import FASHION_MNIST, MNIST, FetchError
from bitmass_viz.data.digits import DIGIT_NAMES
from bitmass_viz.live import data_loading
from tests.conftest import DIGITS
from tests.widgets.conversation import acknowledge, converse, idle, tell, until

pytestmark = pytest.mark.usefixtures("no_errors")


@pytest.fixture
def loads(monkeypatch):
    """Let data sets come as `DIGITS` by another name, once the event of that name is set."""
    waits = defaultdict(threading.Event)

    def load(name, download):
        assert not download
        assert waits[name].wait(30)
        names = FASHION_MNIST.class_names if name == FASHION_MNIST.name else DIGIT_NAMES
        return replace(DIGITS, name=name, label=data_loading.LABELS[name], class_names=names)

    monkeypatch.setattr(data_loading, "load_data", load)
    return waits


def choose(explorer, name):
    tell(explorer, "set", name="data", value=name)


def test_mnist_that_cannot_be_had_is_said_kindly(monkeypatch):
    def none(_name, download):
        raise FetchError("MNIST is not on this machine")

    def fail(_data, progress):
        progress(0.5)
        raise FetchError("no mirror of MNIST answered")

    monkeypatch.setattr(data_loading, "load_data", none)
    monkeypatch.setattr(data_loading.data, "fetch", fail)

    async def scenario(explorer):
        await until(lambda: explorer.dataset["fetch"]["state"] == "failed")
        assert explorer.dataset["synthetic"] is True
        assert explorer.dataset["fetch"]["data"] == MNIST.name
        assert "no mirror" in explorer.dataset["fetch"]["message"]
        assert explorer.notice == {}, "what nobody asked for is no news"
        choose(explorer, MNIST.name)
        await until(lambda: explorer.notice)
        await idle(explorer)
        assert explorer.notice["text"] == "no mirror of MNIST answered."
        assert explorer.settings["data"] == explorer.dataset["name"] == DIGITS.name
        monkeypatch.setattr(data_loading, "load_data", lambda name, download: replace(DIGITS, name=name))
        choose(explorer, MNIST.name)
        await until(lambda: explorer.dataset["name"] == MNIST.name)
        await idle(explorer)
        assert explorer.dataset["fetch"]["state"] == "none"
        assert explorer.notice["text"] == ""

    converse(scenario, get_mnist=True)


def test_what_comes_before_anything_is_played_is_used_at_once_and_else_offered(loads):
    async def untouched(explorer):
        loads[MNIST.name].set()
        await until(lambda: explorer.dataset["name"] == MNIST.name)
        await idle(explorer)
        assert explorer.dataset["fetch"]["state"] == "none"
        assert explorer.network["run"] == "2"

    async def touched(explorer):
        tell(explorer, "step", examples=1)
        await until(lambda: explorer.status["examples"] == 1)
        loads[MNIST.name].set()
        await until(lambda: explorer.dataset["fetch"]["state"] == "ready")
        await idle(explorer)
        assert explorer.run.examples == 1, "what the reader has begun is not taken away"
        assert explorer.dataset["fetch"]["label"] == "MNIST"
        choose(explorer, MNIST.name)
        await until(lambda: explorer.dataset["name"] == MNIST.name)
        assert explorer.dataset["fetch"]["state"] == "none"

    converse(untouched, get_mnist=True)
    loads.clear()
    converse(touched, get_mnist=True)


def test_a_chosen_data_set_is_shown_while_it_comes_and_the_old_network_is_kept(loads):
    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "step", examples=64)
        await until(lambda: explorer.status["examples"] == 64)
        before = explorer.frame
        choose(explorer, FASHION_MNIST.name)
        await until(lambda: explorer.dataset["fetch"]["state"] == "running")
        assert explorer.settings["data"] == FASHION_MNIST.name
        assert explorer.dataset["name"] == DIGITS.name
        tell(explorer, "step", examples=64)
        await until(lambda: explorer.status["examples"] == 128)
        loads[FASHION_MNIST.name].set()
        await until(lambda: explorer.dataset["name"] == FASHION_MNIST.name)
        await idle(explorer)
        assert explorer.dataset["class_names"][-1] == "ankle boot"
        assert (explorer.run.examples, len(explorer.curves)) == (0, 1)
        choose(explorer, DIGITS.name)
        await until(lambda: explorer.dataset["name"] == DIGITS.name)
        await idle(explorer)
        assert explorer.run.examples == 128
        assert explorer.frame != before

    converse(scenario)


def test_a_choice_that_is_taken_back_is_not_forced_on_the_reader(loads):
    async def scenario(explorer):
        choose(explorer, FASHION_MNIST.name)
        await until(lambda: explorer.dataset["fetch"]["state"] == "running")
        choose(explorer, DIGITS.name)
        tell(explorer, "step", examples=8)
        await until(lambda: explorer.status["examples"] == 8)
        loads[FASHION_MNIST.name].set()
        await until(lambda: explorer.dataset["fetch"]["state"] == "ready")
        await idle(explorer)
        assert explorer.settings["data"] == explorer.dataset["name"] == DIGITS.name

    converse(scenario)


def test_a_data_set_that_there_is_not_is_refused(loads):
    async def scenario(explorer):
        choose(explorer, "cifar")
        await until(lambda: explorer.notice)
        allowed = ", ".join(choice.label for choice in explorer.session.runs.controls["data"].choices)
        assert explorer.notice["text"] == f"Data must be one of {allowed}, got 'cifar'."
        assert explorer.settings["data"] == DIGITS.name

    converse(scenario)
