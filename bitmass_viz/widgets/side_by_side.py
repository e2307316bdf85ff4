"""Side by side: two to four networks that learn in lockstep, each in a lane with its own picture and curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from bitmass_viz.data import Digits
from bitmass_viz.live.controls import SPEED
from bitmass_viz.live.lanes import SHARED_CONTROLS
from bitmass_viz.live.side_by_side_session import SideBySideSession
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.beside import BesideExplorer
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC, synced

TRIO = ("adamw", "sgd", "bv32-hebbian")


class SideBySide(BesideExplorer, TrainingWidget):
    """Networks that learn in lockstep, side by side; each has a *lane* of the widget.

    Parameters
    ----------
    beside : Explorer or Digits
        Source of the digits. If an explorer's digits change, this widget follows as long as nothing was trained
        here.
    lanes : sequence of str or mapping
        Two to four trainers, by name or with options, as in ``{"trainer": "bv32-hebbian", "centring": False}``;
        with a ``"title"`` if the trainer's name does not tell the lanes apart, and ``"controls"`` (names) to
        restrict which of the lane's controls the reader can set.
    name : str
        Distinguishes several of these widgets on one page.
    controls : sequence of str
        Controls shared by all lanes, from "recipe", "seed", "hidden" and "speed".

    Raises
    ------
    TypeError
        If `beside` is neither.
    ValueError
        If there are fewer than two lanes or more than four, or one is not allowed.
    """

    _esm = STATIC / "side_by_side.js"
    _css = STATIC / "explorer.css"

    session: SideBySideSession

    name = synced(traitlets.Unicode())
    lane_controls = synced(traitlets.List())
    lanes = synced(traitlets.List())
    origin = synced(traitlets.Dict())

    def __init__(
        self,
        beside: Explorer | Digits,
        lanes: Sequence[str | Mapping[str, Any]] = TRIO,
        name: str = "together",
        controls: Sequence[str] = SHARED_CONTROLS,
        **kwargs: Any,
    ) -> None:
        given = [{"trainer": lane} if isinstance(lane, str) else lane for lane in lanes]
        super().__init__(beside, lambda digits: SideBySideSession(digits, given, controls), name=name, **kwargs)

    @classmethod
    def with_a_switch(cls, beside: Explorer | Digits) -> SideBySide:
        """Return two identical BV32 networks: one stays as it is, the other has a centring switch."""
        twice = {"trainer": "bv32-hebbian"}
        return cls(
            beside,
            [
                twice | {"title": "Untouched", "controls": ()},
                twice | {"title": "With a switch", "controls": ("centring",)},
            ],
            name="bug",
            controls=("seed", SPEED),
        )

    @property
    def runs(self) -> list[Run]:
        """The networks, in the order of their lanes."""
        return list(self.session.lockstep.runs)
