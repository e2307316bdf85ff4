"""Predict first: a question, the student's guess, and then the truth beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import traitlets

from bitmass_viz.widgets.base import ActionWidget
from bitmass_viz.widgets.prediction.in_words import as_html, as_text
from bitmass_viz.widgets.prediction.questions import Choice, Curve, Number, Question
from bitmass_viz.widgets.traits import STATIC, synced

log = logging.getLogger(__name__)


class Predict(ActionWidget):
    """A question that is answered before the truth is shown. Make one with `number`, `choice` or `curve`.

    The truth can be given in advance, computed by a call after the guess, or supplied by a later cell (`reveal`).
    The browser does not receive it before it is shown.

    Parameters
    ----------
    question : Question
    truth : object, optional
        The answer, or a callable without arguments that computes it in a worker thread.
    why : str
        Explanation shown with the answer.

    Raises
    ------
    TypeError
        If `question` is not a question.
    ValueError
        If the truth does not answer the question.
    """

    _esm = STATIC / "predict.js"
    _css = STATIC / "predict.css"

    IN_TURN: ClassVar[dict[str, str]] = {"guess": "_on_guess"}

    question = synced(traitlets.Dict())
    standing = synced(traitlets.Dict())

    def __init__(self, question: Question, truth: object = None, why: str = "", **kwargs: Any) -> None:
        if not isinstance(question, Number | Choice | Curve):
            raise TypeError(
                "a prediction is made with Predict.number, Predict.choice or Predict.curve, "
                f"got {question!r:.80} for a question"
            )
        self._question = question
        self._find_truth = truth if callable(truth) else None
        self._truth = None if truth is None or callable(truth) else question.truth(truth, given=True)
        self._why = _checked_why(why)
        self._guess: Any = None
        super().__init__(question=question.as_dict(), **kwargs)
        self._send_standing("asking")
        self._listen()

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
        return list(self._guess) if isinstance(self._guess, list) else self._guess

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
        checked, why = self._question.truth(truth), _checked_why(why)
        self._find_loop()
        self._widget_loop.call(self._show, checked, why or self._why)
        return self

    def _show(self, truth: Any, why: str) -> None:
        self._truth, self._why = truth, why
        self._send_standing("revealed", self._question.verdict(self._guess, truth))

    def _send_standing(self, phase: str, said: str = "", again: bool = False) -> None:
        """Send the phase ("asking", "waiting", "kept" or "revealed") and a sentence about it."""
        shown = phase == "revealed"
        self.standing = {
            "turn": self.standing.get("turn", 0) + 1,
            "phase": phase,
            "guess": self._guess,
            "truth": self._truth if shown else None,
            "said": said,
            "why": self._why if shown else "",
            "again": again,
        }

    @property
    def _shown(self) -> bool:
        return self.standing["phase"] == "revealed"

    async def _on_guess(self, message: dict[str, Any]) -> None:
        if self._shown:
            self._say("The answer is shown already, so the guess stays as it is.", "error")
            return
        try:
            self._guess = self._question.guess(message.get("value"))
        except ValueError as error:
            self._say(f"{_sentence(error)}.", "error")
            return
        if self._find_truth is not None:
            await self._work_out(self._find_truth)
        elif self._truth is not None:
            self._show(self._truth, self._why)
        else:
            said = f"Your guess is kept: {self._question.shown(self._guess)}. The answer comes further on."
            self._send_standing("kept", said)

    async def _work_out(self, find: Callable[[], object]) -> None:
        self._send_standing("waiting", "Your guess is kept. Working out the answer…")
        try:
            await self._begin_numba()
            truth = self._question.truth(await self._work(find))
        except Exception as error:
            log.warning("the answer could not be worked out", exc_info=error)
            if not self._shown:
                said = f"The answer could not be worked out ({_sentence(error)}). Your guess is kept."
                self._send_standing("kept", said, again=True)
        else:
            if not self._shown:  # a cell can have revealed it meanwhile
                self._show(truth, self._why)

    def __repr__(self) -> str:
        """Return the kind, the question, and any guess and revealed truth, in one line."""
        parts = [f"{self._question.text!r}"]
        if self._guess is not None:
            parts.append(f"guess={self._guess!r}")
        if self._shown:
            parts.append(f"truth={self._truth!r}")
        return f"<Predict.{self._question.KIND} {', '.join(parts)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add text and HTML for places that cannot show widgets: GitHub, paper, no kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        state = (self._question, self._guess, self._truth, self._shown, self._find_truth is not None, self._why)
        return data | {"text/plain": as_text(*state), "text/html": as_html(*state)}, metadata


def _checked_why(why: object) -> str:
    if not isinstance(why, str):
        raise ValueError(f"why must be a text, got {why!r:.80}")
    return why


def _sentence(error: Exception) -> str:
    """Return an error's message on one line."""
    text = " ".join(str(error).split())
    if isinstance(error, ValueError) and text:
        return text[:1].upper() + text[1:400]
    return f"{type(error).__name__}: {text[:400]}" if text else type(error).__name__
