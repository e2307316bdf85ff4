"""The opening: a float and a binary network of equal bits learn from noise, and a question about them."""

from __future__ import annotations

from typing import Any

import traitlets

from bitmass_viz.data import Digits
from bitmass_viz.experiments import shipped
from bitmass_viz.live.opening_session import BITS, OpeningSession
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.traits import STATIC, synced


class Opening(SessionWidget):
    """Two networks of equal bit-mass learn to read digits, from noise; the reader guesses which will read more.

    Parameters
    ----------
    digits : Digits
        What they learn.
    seed : int
        Of their first weights and of the order of the digits.

    Raises
    ------
    TypeError
        If `digits` are not digits.
    """

    _esm = STATIC / "opening.js"
    _css = STATIC / "opening.css"

    session: OpeningSession

    seed = synced(traitlets.Int())
    ways = synced(traitlets.List())
    network = synced(traitlets.Dict())
    film = synced(traitlets.Dict())
    snapshot = synced(traitlets.Dict())
    frame = synced(traitlets.Bytes())

    def __init__(self, digits: Digits, seed: int = 0, **kwargs: Any) -> None:
        if not isinstance(digits, Digits):
            raise TypeError(f"Opening needs Digits to begin with, got {digits!r:.80}")
        super().__init__(OpeningSession(digits), seed=seed, ways=shipped.networks(BITS), **kwargs)
