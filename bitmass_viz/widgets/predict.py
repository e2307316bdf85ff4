"""Predict first: a question, what the student thinks, and then the truth beside it."""

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

    The truth may be known beforehand, be worked out by a call once there is a guess, or come from a later cell
    (`reveal`). The widget has none of it before it is shown.

    Parameters
    ----------
    question : Question
        What is asked.
    truth : object, optional
        The answer, or a callable without arguments that works it out; it is called in a worker thread.
    why : str
        What to say of the answer once it is shown.

    Raises
    ------
    TypeError
        If the question is none.
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
        self._stand("asking")
        self._find_loop()
        self.on_msg(self._receive)

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
            What is asked.
        low, high : float
            Bounds of a guess.
        unit : str
            What is counted or measured, as "bits" or "%".
        decimals : int
            Decimals that numbers are shown with, 0 to 9.
        truth : float or callable, optional
            The number, or a call that works it out; leave it out to `reveal` it further on.
        why : str
            What to say of the answer once it is shown.

        Raises
        ------
        ValueError
            If something is not allowed; the message says what is.
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
        """Ask for one of some answers.

        Parameters
        ----------
        question : str
            What is asked.
        answers : sequence of str
            At least two, all different.
        truth : str or callable, optional
            One of the answers, or a call that finds which; leave it out to `reveal` it further on.
        why : str
            What to say of the answer once it is shown.

        Raises
        ------
        ValueError
            If something is not allowed; the message says what is.
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
        """Ask for a curve, which is drawn.

        Parameters
        ----------
        question : str
            What is asked.
        x : sequence of float
            2 to 64 points in ascending order, above 0 if the scale is logarithmic.
        low, high : float
            Bounds of the values.
        x_label, y_label : str
            What lies along the axes.
        x_scale : {"linear", "log"}
            How the points are spaced.
        y_unit : str
            What values are measured in.
        truth : sequence of float or callable, optional
            A value for each point, or a call that works them out; leave it out to `reveal` it further on.
        why : str
            What to say of the answer once it is shown.

        Raises
        ------
        ValueError
            If something is not allowed; the message says what is.
        """
        return cls(Curve(question, x, low, high, x_label, y_label, x_scale, y_unit), truth, why)

    @property
    def guess(self) -> Any:
        """What the student said: a float, a str or a list of float, as was asked; None so far if nothing."""
        return list(self._guess) if isinstance(self._guess, list) else self._guess

    def reveal(self, truth: object, why: str = "") -> Predict:
        """Show the truth, beside the guess if there is one.

        Parameters
        ----------
        truth : float, str or sequence of float
            As was asked.
        why : str
            What to say of it; what was given before, if nothing.

        Returns
        -------
        Predict
            This widget, so that a cell can end with it.

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
        self._stand("revealed", self._question.verdict(self._guess, truth))

    def _stand(self, phase: str, said: str = "", again: bool = False) -> None:
        """Send how things stand: where in asking, waiting, kept and revealed, and what to say of it."""
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
            self._stand("kept", said)

    async def _work_out(self, find: Callable[[], object]) -> None:
        self._stand("waiting", "Your guess is kept. Working out the answer…")
        try:
            await self._begin_numba()
            truth = self._question.truth(await self._work(find))
        except Exception as error:
            log.warning("the answer could not be worked out", exc_info=error)
            if not self._shown:
                said = f"The answer could not be worked out ({_sentence(error)}). Your guess is kept."
                self._stand("kept", said, again=True)
        else:
            if not self._shown:  # by a cell, meanwhile
                self._show(truth, self._why)

    def __repr__(self) -> str:
        """Return the kind, the question and how it stands, in one line."""
        parts = [f"{self._question.text!r}"]
        if self._guess is not None:
            parts.append(f"guess={self._guess!r}")
        if self._shown:
            parts.append(f"truth={self._truth!r}")
        return f"<Predict.{self._question.KIND} {', '.join(parts)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what can be read where no widget can be shown: on GitHub, on paper, without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        told = (self._question, self._guess, self._truth, self._shown, self._find_truth is not None, self._why)
        return data | {"text/plain": as_text(*told), "text/html": as_html(*told)}, metadata


def _checked_why(why: object) -> str:
    if not isinstance(why, str):
        raise ValueError(f"why must be a text, got {why!r:.80}")
    return why


def _sentence(error: Exception) -> str:
    """Return what an error says, on one line."""
    said = " ".join(str(error).split())
    if isinstance(error, ValueError) and said:
        return said[:1].upper() + said[1:400]
    return f"{type(error).__name__}: {said[:400]}" if said else type(error).__name__
