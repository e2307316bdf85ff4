"""Base of the widgets that take their digits from an explorer on the same page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.live.one_example_session import OneExampleSession
from bitmass_viz.live.side_by_side_session import SideBySideSession
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.session_widget import SessionWidget


class BesideExplorer(SessionWidget):
    """A widget that learns an explorer's digits, and others when the explorer does.

    Parameters
    ----------
    beside : Explorer or Digits
    make : callable
        Returns the session for some digits.

    Raises
    ------
    TypeError
        If `beside` is neither.
    """

    session: SideBySideSession | OneExampleSession

    def __init__(
        self,
        beside: Explorer | Digits,
        make: Callable[[Digits], SideBySideSession | OneExampleSession],
        **kwargs: Any,
    ) -> None:
        if not isinstance(beside, Explorer | Digits):
            raise TypeError(f"{type(self).__name__} needs an Explorer or Digits to begin with, got {beside!r:.80}")
        super().__init__(make(beside if isinstance(beside, Digits) else beside.digits), **kwargs)
        self._beside = beside if isinstance(beside, Explorer) else None
        if self._beside is not None:
            self._beside.observe(self._on_dataset, "dataset")

    def _on_dataset(self, change: Any) -> None:
        self.session.follow_digits(change["owner"].digits)
        self._wake()

    def close(self) -> None:
        """Follow the explorer no longer, and close."""
        beside = getattr(self, "_beside", None)  # missing if the constructor rejected its arguments
        if beside is not None:
            beside.unobserve(self._on_dataset, "dataset")
            self._beside = None
        super().close()
