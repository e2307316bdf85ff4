"""The opening: a float and a binary network of equal bits learn from noise, and a question about them."""

from __future__ import annotations

import json
from typing import Any

import traitlets

from bitmass_viz.data import Digits
from bitmass_viz.experiments import shipped
from bitmass_viz.live.opening_session import OpeningSession
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.traits import STATIC, synced

SHOWN_BITS = (32, 1)
"""Bits per weight of the two networks, and of the results that answer the question."""


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
        super().__init__(OpeningSession(digits), seed=seed, ways=ways(), **kwargs)


def ways() -> list[dict[str, Any]]:
    """Return what the full runs measured of networks with the opening's bit-mass and formats.

    Returns
    -------
    list of dict
        By accuracy: "name", "bit_mass", "bits" per weight, "mean" test accuracy (0 to 1) and "seeds". A network
        that is in several experiments is taken from the one with the most seeds.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in ("iso-bit", "published"):
        for case in shipped.described()["experiments"][name]["cases"]:
            bits = case["options"].get("bits", TRAINERS[case["trainer"]].FORMAT.bits)
            way = {name: case[name] for name in ("name", "bit_mass", "mean", "seeds")} | {"bits": bits}
            key = json.dumps([case["trainer"], case["recipe"], case["options"]], sort_keys=True)
            if bits in SHOWN_BITS and case["seeds"] > found.get(key, {"seeds": 0})["seeds"]:
                found[key] = way
    return sorted(found.values(), key=lambda way: way["mean"])
