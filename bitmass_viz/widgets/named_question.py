"""A question with its answer, and where the page draws a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bitmass_viz.live.prediction.questions import Question


class Mark(NamedTuple):
    """Where a guess is drawn in an experiment's figure, whose panels `figures.canvas.name_panel` has named.

    Attributes
    ----------
    panel : str
        Of a number, which lies on its x axis, or of a curve.
    case : str
        The case that a number is about; without one, the number is about the whole panel.
    cases : mapping of str to str
        Answer of a choice → the case that it names.
    """

    panel: str = ""
    case: str = ""
    cases: Mapping[str, str] = {}


class Named(NamedTuple):
    """A question with its answer.

    Attributes
    ----------
    question : Question
    truth : float, str or list of float
    why : str
        Explanation shown with the answer.
    mark : Mark, optional
        Of a question about an experiment.
    """

    question: Question
    truth: float | str | list[float]
    why: str
    mark: Mark | None = None
