"""The explorer: three linked views of one weight matrix while it learns."""

from __future__ import annotations

import threading
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.live.explorer_session import ExplorerSession
from bitmass_viz.live.session import Effects
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC


class Explorer(TrainingWidget):
    """Three linked, live views of a network's weight bits, with controls to train it.

    Parameters
    ----------
    run : Run
        The first run to show; the reader can start others on the same digits.
    get_mnist : bool
        Whether to download MNIST in the background and offer it when ready.

    Raises
    ------
    TypeError
        If `run` is not a `Run`.
    ValueError
        If the views cannot show its weights (see `check_shown`).
    """

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"
    session: ExplorerSession

    def __init__(self, run: Run, get_mnist: bool = False, **kwargs: Any) -> None:
        if not isinstance(run, Run):
            raise TypeError(
                f"Explorer needs a Run, for example Explorer(Run('sgd', load_digits())), got {run!r:.80}"
            )
        session = ExplorerSession(run, get_mnist)
        self._watched = run
        self._unwatch = run.watch(self._on_run_changed)
        super().__init__(session, **kwargs)

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return self.session.runs.active

    @property
    def digits(self) -> Digits:
        """The digits of the current run; the trait `dataset` changes with them."""
        return self.session.runs.digits

    def _begin(self) -> None:
        self.session.begin()
        self._wake()

    def _perform(self, effects: Effects) -> None:
        if self.run is not self._watched:
            self._unwatch()
            self._watched = self.run
            self._unwatch = self.run.watch(self._on_run_changed)
        super()._perform(effects)

    def _on_run_changed(self) -> None:
        """Show changes that other code makes to the run, such as `run.step()` in another cell."""
        if threading.get_ident() != self._worker_thread:
            self._widget_loop.call(self._catch_up)

    def _catch_up(self) -> None:
        self.session.catch_up()
        self._wake()

    def close(self) -> None:
        """See `SessionWidget.close`."""
        if hasattr(self, "_unwatch"):  # missing if the constructor rejected its arguments
            self._unwatch()
        super().close()
