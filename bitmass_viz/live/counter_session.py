"""The conversation about counting bits: the memory that a network needs beside its weight bits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any, ClassVar

from bitmass_viz.common import numeric
from bitmass_viz.kernels import settings
from bitmass_viz.kernels.settings import CONTAINER_BITS
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.session import Session
from bitmass_viz.live.tasks import Steps, Work
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import FORMATS, WEIGHT_BITS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.ledger import account

GOAL_BITS = 1_000_000
"""The number of bits that the reader is asked to exceed: a megabit."""

ACCOUNTED = (
    ("sgd", "training: a gradient per weight"),
    ("adamw", "training: a gradient and two running means per weight"),
    ("bv32-hebbian", "in use: a threshold per unit; training: counters, a codebook"),
    (
        "straight-through",
        "in use: a scale per layer; training: a precise copy, a gradient and two running means per weight",
    ),
)
"""Trainers whose arrays are counted, with a note on what those arrays are."""

log = logging.getLogger(__name__)


class CounterSession(Session):
    """One reader's conversation about counting bits.

    Parameters
    ----------
    hidden : int, optional
        Initial number of containers.
    bits_per_weight : int
        Initial bits per weight, one of `WEIGHT_BITS`.
    clock
        As for `Session`.

    Raises
    ------
    ValueError
        If a number is not allowed.
    """

    IN_TURN: ClassVar[dict[str, str]] = {"account": "_on_account"}

    def __init__(
        self, hidden: int | None = None, bits_per_weight: int = 32, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(clock)
        control = CONTROLS["hidden"]
        hidden = control.check(control.default if hidden is None else hidden)
        self._put(content=_described(hidden, _checked_bits(bits_per_weight)))

    def _on_account(self, message: protocol.Account) -> Steps[None]:
        try:
            hidden = CONTROLS["hidden"].check(message.get("hidden"))
            bits = _checked_bits(message.get("bits"))
            rows = yield Work(partial(accounts, hidden, bits))
        except ValueError as error:
            self._put(problem=f"{error}.")
        except Exception as error:
            log.exception("the arrays could not be counted")
            self._put(problem=f"The arrays could not be counted ({type(error).__name__}: {error}).")
        else:
            self._put(problem="", account={"hidden": hidden, "bits": bits, "rows": rows})


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
                {"value": control.high, "note": "maximum"},
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
