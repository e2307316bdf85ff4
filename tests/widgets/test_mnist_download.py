"""An explorer that gets MNIST while its reader looks at other digits."""

import pytest

from bitmass_viz.data import FetchError
from bitmass_viz.live import mnist_download
from tests.conftest import DIGITS
from tests.widgets.conversation import converse, idle, tell, until

pytestmark = pytest.mark.usefixtures("no_errors")


def test_mnist_that_cannot_be_had_is_said_kindly(monkeypatch):
    def fail(_data, progress):
        progress(0.5)
        raise FetchError("no mirror of MNIST answered")

    monkeypatch.setattr(mnist_download.data, "fetch", fail)

    async def scenario(explorer):
        await until(lambda: explorer.dataset["fetch"]["state"] == "failed")
        assert explorer.dataset["synthetic"] is True
        assert "no mirror" in explorer.dataset["fetch"]["message"]
        assert explorer.notice == {}, "what nobody asked for is no news"
        tell(explorer, "fetch")
        await idle(explorer)
        assert explorer.notice["text"] == "no mirror of MNIST answered."
        monkeypatch.setattr(mnist_download.data, "fetch", lambda _data, progress: progress(1.0))
        monkeypatch.setattr(mnist_download, "load_digits", lambda *a, **k: DIGITS)
        tell(explorer, "step", examples=1)
        await idle(explorer)
        tell(explorer, "fetch")
        await until(lambda: explorer.dataset["fetch"]["state"] == "ready")
        await idle(explorer)
        assert explorer.run.examples == 1, "what the reader has begun is not taken away"
        monkeypatch.setattr("bitmass_viz.live.explorer_session.load_digits", lambda *a, **k: DIGITS)
        tell(explorer, "use-mnist")
        await idle(explorer)
        assert explorer.run.examples == 0
        assert explorer.dataset["fetch"]["state"] == "none"

    converse(scenario, get_mnist=True)


def test_mnist_that_arrives_before_anything_is_played_is_used_at_once(monkeypatch):
    monkeypatch.setattr(mnist_download.data, "fetch", lambda _data, progress: progress(1.0))
    monkeypatch.setattr(mnist_download, "load_digits", lambda *a, **k: DIGITS)

    async def scenario(explorer):
        await until(lambda: explorer.network["run"] == "2")
        await idle(explorer)
        assert explorer.dataset["fetch"]["state"] == "none"

    converse(scenario, get_mnist=True)
