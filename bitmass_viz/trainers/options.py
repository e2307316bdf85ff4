"""A trainer's options, declared once: validated here, and shown on the page from the same declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bitmass_viz.common.numeric import as_whole, real, shortened, whole

RECIPES = {
    "published": "the study’s settings, where it gives them",
    "tuned": "common practice, each choice made on the validation images",
}


@dataclass(frozen=True)
class Option:
    """One setting of a trainer.

    Parameters
    ----------
    name : str
    help : str
        One sentence for the reader.
    published, tuned
        Default under each recipe.
    kind : {"number", "whole", "choice", "switch"}
    low, high : float
        Bounds of a number, both allowed.
    choices : tuple of str or int
        Texts in the order of the kernels' constants (`kernels.settings`).
    live : bool
        Whether it can change during training.
    """

    name: str
    help: str
    published: Any
    tuned: Any
    kind: Literal["number", "whole", "choice", "switch"] = "number"
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str | int, ...] = ()
    live: bool = False

    def default(self, recipe: str) -> Any:
        """Return the default under a recipe."""
        return self.published if recipe == "published" else self.tuned

    def code(self, value: Any) -> Any:
        """Return an allowed value as kernels take it: a text as its place among the choices, all else as it is."""
        return self.choices.index(value) if isinstance(value, str) else value

    def check(self, value: Any) -> Any:
        """Return `value` converted to the option's type.

        Raises
        ------
        ValueError
            If it is not allowed; the message says what is allowed.
        """
        if self.kind == "switch":
            if isinstance(value, bool | np.bool_):
                return bool(value)
            raise ValueError(f"{self.name} must be True or False, got {shortened(value)}")
        if self.kind == "choice":
            given = str(value) if isinstance(value, str) else as_whole(value)
            if given is None or given not in self.choices:
                allowed = ", ".join(map(str, self.choices))
                raise ValueError(f"{self.name} must be one of {allowed}, got {shortened(value)}")
            return given
        if self.kind == "whole":
            return whole(self.name, value, int(self.low), int(self.high))
        return real(self.name, value, self.low, self.high)


def resolve(trainer: str, options: Iterable[Option], recipe: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Validate the given options and fill in the recipe's defaults.

    Parameters
    ----------
    trainer : str
        The trainer's name, for error messages.
    options : iterable of Option
    recipe : {"published", "tuned"}
    given : mapping

    Returns
    -------
    dict
        One value for every option.

    Raises
    ------
    ValueError
        For an unknown recipe, an unknown option or a value that is not allowed.
    """
    if not isinstance(recipe, str) or recipe not in RECIPES:
        raise ValueError(f"recipe must be one of {', '.join(RECIPES)}, got {recipe!r}")
    known = {option.name: option for option in options}
    for name in given:
        if name not in known:
            raise ValueError(f"{trainer} has no option {name!r}; it has {', '.join(known)}")
    return {
        name: option.check(given[name]) if name in given else option.default(recipe)
        for name, option in known.items()
    }


LOSS = Option(
    "loss",
    "What goes down: the squared distance to ±1 targets, or the softmax cross-entropy.",
    published="squared-error",
    tuned="cross-entropy",
    kind="choice",
    choices=("squared-error", "cross-entropy"),
)
BATCH_SIZE = Option(
    "batch_size",
    "Examples between two updates of the weights.",
    published=64,
    tuned=64,
    kind="whole",
    low=1,
    high=4096,
)
