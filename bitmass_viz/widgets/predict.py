"""Predict first: a question, the student's guess, and then the truth beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from bitmass_viz.live.prediction.in_words import as_html, as_text
from bitmass_viz.live.prediction.questions import Choice, Curve, Number, Question
from bitmass_viz.live.prediction.session import PredictionSession
from bitmass_viz.widgets.named_question import Mark
from bitmass_viz.widgets.questions import find
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.traits import STATIC, synced


class Predict(SessionWidget):
    """A question that is answered before the truth is shown.

    ``Predict("lesson-1/bits")`` asks a question of the lessons; `number`, `choice` and `curve` make others.

    The truth can be given in advance, computed by a call after the guess, or supplied by a later cell (`reveal`).
    The browser does not receive it before it is shown.

    Parameters
    ----------
    question : str or Question
        The name of one in `widgets.questions`, which has its truth and explanation; or any other.
    truth : object, optional
        The answer, or a callable without arguments that computes it in a worker thread.
    why : str
        Explanation shown with the answer.

    Attributes
    ----------
    mark : Mark, optional
        Where a guess is drawn in the figure of the experiment that the question is about.

    Raises
    ------
    TypeError
        If `question` is not a question.
    ValueError
        If there is no question of this name, or the truth does not answer the question.
    """

    _esm = STATIC / "predict.js"
    _css = STATIC / "predict.css"

    session: PredictionSession

    question = synced(traitlets.Dict())
    standing = synced(traitlets.Dict())

    def __init__(self, question: str | Question, truth: object = None, why: str = "", **kwargs: Any) -> None:
        self.mark: Mark | None = None
        if isinstance(question, str):
            question, truth, why, self.mark = find(question)
        if not isinstance(question, Number | Choice | Curve):
            raise TypeError(
                "a prediction is a question's name, or made with Predict.number, Predict.choice or Predict.curve, "
                f"got {question!r:.80} for a question"
            )
        super().__init__(PredictionSession(question, truth, why), **kwargs)

    @classmethod
    def number(
        cls,
        question: str,
        *,
        low: float,
        high: float,
        unit: str = "",
        decimals: int = 0,
        truth: float | Callable[[], float] | None = None,
        why: str = "",
    ) -> Predict:
        """Ask for a number.

        Parameters
        ----------
        question : str
        low, high : float
            Bounds of a guess.
        unit : str
            Unit of the number, such as "bits" or "%".
        decimals : int
            Decimals shown, 0 to 9.
        truth : float or callable, optional
            The number, or a callable that computes it; omit it to `reveal` it in a later cell.
        why : str
            Explanation shown with the answer.

        Raises
        ------
        ValueError
            If an argument is not allowed; the message says what is allowed.
        """
        return cls(Number(question, low, high, unit, decimals), truth, why)

    @classmethod
    def choice(
        cls,
        question: str,
        answers: Sequence[str],
        *,
        truth: str | Callable[[], str] | None = None,
        why: str = "",
    ) -> Predict:
        """Ask for one of several answers.

        Parameters
        ----------
        question : str
        answers : sequence of str
            At least two, all different.
        truth : str or callable, optional
            One of the answers, or a callable that returns it; omit it to `reveal` it in a later cell.
        why : str
            Explanation shown with the answer.

        Raises
        ------
        ValueError
            If an argument is not allowed; the message says what is allowed.
        """
        return cls(Choice(question, answers), truth, why)

    @classmethod
    def curve(
        cls,
        question: str,
        x: Sequence[float],
        *,
        low: float,
        high: float,
        x_label: str,
        y_label: str,
        x_scale: str = "linear",
        y_unit: str = "",
        truth: Sequence[float] | Callable[[], Sequence[float]] | None = None,
        why: str = "",
    ) -> Predict:
        """Ask for a curve, which the student draws.

        Parameters
        ----------
        question : str
        x : sequence of float
            2 to 64 points in ascending order, above 0 if the scale is logarithmic.
        low, high : float
            Bounds of the values.
        x_label, y_label : str
            Axis labels.
        x_scale : {"linear", "log"}
            Scale of the x axis.
        y_unit : str
            Unit of the values.
        truth : sequence of float or callable, optional
            A value for each point, or a callable that computes them; omit it to `reveal` it in a later cell.
        why : str
            Explanation shown with the answer.

        Raises
        ------
        ValueError
            If an argument is not allowed; the message says what is allowed.
        """
        return cls(Curve(question, x, low, high, x_label, y_label, x_scale, y_unit), truth, why)

    @property
    def guess(self) -> Any:
        """The student's guess: a float, a str or a list of float, depending on the question; None before one."""
        guess = self.session.guess
        return list(guess) if isinstance(guess, list) else guess

    def reveal(self, truth: object, why: str = "") -> Predict:
        """Show the truth, beside the guess if there is one.

        Parameters
        ----------
        truth : float, str or sequence of float
            The answer, of the type that the question asks for.
        why : str
            Explanation of the answer; by default the one given before.

        Returns
        -------
        Predict
            This widget, so a cell can end with the call.

        Raises
        ------
        ValueError
            If the truth does not answer the question; the message says what would.
        """
        checked = self.session.check(truth, why)
        self._find_loop()
        self._widget_loop.call(self._reveal, *checked)
        return self

    def _reveal(self, truth: Any, why: str) -> None:
        self.session.reveal(truth, why)
        self._wake()

    def __repr__(self) -> str:
        """Return the kind, the question, and any guess and revealed truth, in one line."""
        session = self.session
        parts = [f"{session.question.text!r}"]
        if session.guess is not None:
            parts.append(f"guess={session.guess!r}")
        if session.is_revealed:
            parts.append(f"truth={session.truth!r}")
        return f"<Predict.{session.question.KIND} {', '.join(parts)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add text and HTML for places that cannot show widgets: GitHub, paper, no kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        its = self.session
        state = (its.question, its.guess, its.truth, its.is_revealed, its.find_truth is not None, its.why)
        return data | {"text/plain": as_text(*state), "text/html": as_html(*state)}, metadata
