"""Count the bits: an interactive ledger of a network's weight bits, and of the memory that count leaves out."""

from __future__ import annotations

from typing import Any

import traitlets

from bitmass_viz.live.counter_session import CounterSession
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.traits import STATIC, synced


class BitCounter(SessionWidget):
    """A ledger of weight bits with adjustable size and number format.

    The browser does the arithmetic, except for the memory beyond the weight bits: that is counted here, in the
    trainers' own arrays, when the reader asks for it.

    Parameters
    ----------
    hidden : int, optional
        Initial number of containers, within the bounds of `CONTROLS["hidden"]`, whose default is used if omitted.
    bits_per_weight : int
        Initial bits per weight, one of `WEIGHT_BITS`.

    Raises
    ------
    ValueError
        If a number is not allowed; the message says what is allowed.
    """

    _esm = STATIC / "counter.js"
    _css = STATIC / "counter.css"

    content = synced(traitlets.Dict())
    account = synced(traitlets.Dict())
    problem = synced(traitlets.Unicode())

    def __init__(self, hidden: int | None = None, bits_per_weight: int = 32, **kwargs: Any) -> None:
        super().__init__(CounterSession(hidden, bits_per_weight), **kwargs)
