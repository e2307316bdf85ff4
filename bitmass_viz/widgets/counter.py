"""Count the bits: an interactive ledger of a network's weight bits, and of the memory that count leaves out."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, ClassVar

import traitlets

from bitmass_viz.common import numeric
from bitmass_viz.kernels import settings
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.network.architecture import CONTAINER_BITS, Architecture
from bitmass_viz.network.formats import FORMATS, WEIGHT_BITS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.ledger import account
from bitmass_viz.widgets.base import ActionWidget
from bitmass_viz.widgets.traits import STATIC, synced

GOAL_BITS = 1_000_000
"""The number of bits that the reader is asked to exceed: a megabit."""

ACCOUNTED = (
    ("sgd", "to learn: a gradient"),
    ("adamw", "to learn: a gradient, two running means a weight"),
    ("bv32-hebbian", "to recognise: a threshold a unit; to learn: counters, a codebook"),
    (
        "straight-through",
        "to recognise: a scale a layer; to learn: a finer copy of each weight, a gradient, two running means",
    ),
)
"""Trainers whose arrays are counted, with a note on what those arrays are."""

log = logging.getLogger(__name__)


class BitCounter(ActionWidget):
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

    AT_ONCE: ClassVar[dict[str, str]] = {"account": "_on_account"}

    content = synced(traitlets.Dict())
    account = synced(traitlets.Dict())
    problem = synced(traitlets.Unicode())

    def __init__(self, hidden: int | None = None, bits_per_weight: int = 32, **kwargs: Any) -> None:
        control = CONTROLS["hidden"]
        hidden = control.check(control.default if hidden is None else hidden)
        super().__init__(content=_described(hidden, _checked_bits(bits_per_weight)), **kwargs)
        self._listen()

    def _on_account(self, message: dict[str, Any]) -> None:
        try:
            hidden = CONTROLS["hidden"].check(message.get("hidden"))
            bits = _checked_bits(message.get("bits"))
        except ValueError as error:
            self.problem = f"{error}."
            return
        self.problem = ""
        self._worker.submit(self._count, hidden, bits)

    def _count(self, hidden: int, bits: int) -> None:
        try:
            found = {"hidden": hidden, "bits": bits, "rows": accounts(hidden, bits)}
            self._widget_loop.call(self._set, "account", found)
        except Exception as error:
            log.exception("the arrays could not be counted")
            text = f"The arrays could not be counted ({type(error).__name__}: {error})."
            self._widget_loop.call(self._set, "problem", text)

    def _set(self, name: str, value: Any) -> None:
        setattr(self, name, value)


@cache
def accounts(hidden: int, bits: int) -> list[dict[str, Any]]:
    """Count the arrays of the trainers in `ACCOUNTED`, before the first example.

    Parameters
    ----------
    hidden : int
        Containers.
    bits : int
        Bits per weight of the straight-through trainer; 32 is replaced by 1, since it would round nothing. The
        other trainers have a fixed format.

    Returns
    -------
    list of dict
        One per trainer: its label, bits per weight and note, and the entries of its `Ledger`.

    Raises
    ------
    ValueError
        If the architecture or the number of bits is not allowed.
    """
    rows = []
    for name, note in ACCOUNTED:
        trainer = TRAINERS[name]
        options: dict[str, Any] = (
            {"bits": 1 if bits == CONTAINER_BITS else bits} if name == "straight-through" else {}
        )
        ledger = account(trainer(Architecture(hidden=hidden), **options))
        rows.append(
            {"label": trainer.LABEL, "bits": trainer.format_with(options).bits, "note": note} | ledger.as_dict()
        )
    return rows


def _described(hidden: int, bits: int) -> dict[str, Any]:
    """Return the numbers and labels that the browser needs, JSON-ready."""
    control, shape = CONTROLS["hidden"], Architecture()
    return {
        "inputs": shape.inputs,
        "classes": shape.classes,
        "container_bits": CONTAINER_BITS,
        "hidden": {
            "label": control.label,
            "low": control.low,
            "high": control.high,
            "value": hidden,
            "ticks": [
                {"value": shape.hidden, "note": "as in the study"},
                {"value": control.high, "note": "the most"},
            ],
        },
        "formats": [{"bits": k, "label": FORMATS[k].label} for k in reversed(WEIGHT_BITS)],
        "bits": bits,
        "goal": GOAL_BITS,
        "group": settings.LANES,
    }


def _checked_bits(bits: object) -> int:
    number = numeric.as_whole(bits)
    if number not in WEIGHT_BITS:
        allowed = ", ".join(map(str, WEIGHT_BITS))
        raise ValueError(f"bits_per_weight must be one of {allowed}, got {numeric.shortened(bits, 40)}")
    return number
