"""The conversation about a prediction: a question, the student's guess, and then the truth beside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from bitmass_viz.live import protocol
from bitmass_viz.live.prediction.questions import Question
from bitmass_viz.live.session import Session
from bitmass_viz.live.tasks import Steps, Work

log = logging.getLogger(__name__)


class PredictionSession(Session):
    """One student's conversation about a prediction. The page does not get the truth before it is shown.

    Parameters
    ----------
    question : Question
    truth : object, optional
        The answer, or a callable without arguments that computes it.
    why : str
        Explanation shown with the answer.
    clock
        As for `Session`.

    Attributes
    ----------
    guess : object
        The student's guess; None before one.
    truth : object
        The answer; None as long as it is not known.

    Raises
    ------
    ValueError
        If the truth does not answer the question.
    """

    IN_TURN: ClassVar[dict[str, str]] = {"guess": "_on_guess"}

    def __init__(
        self,
        question: Question,
        truth: object = None,
        why: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self.question = question
        self.find_truth = truth if callable(truth) else None
        self.truth = None if truth is None or callable(truth) else question.truth(truth, given=True)
        self.why = _checked_why(why)
        self.guess: Any = None
        self._turn = 0
        self._put(question=question.as_dict())
        self._send_standing("asking")

    @property
    def is_revealed(self) -> bool:
        """Whether the truth has been shown."""
        return bool(self._phase == "revealed")

    def check(self, truth: object, why: str) -> tuple[Any, str]:
        """Return the truth as `reveal` takes it, and its explanation, by default the one given before.

        Raises
        ------
        ValueError
            If the truth does not answer the question, or the explanation is no text.
        """
        return self.question.truth(truth), _checked_why(why) or self.why

    def reveal(self, truth: Any, why: str) -> None:
        """Show a truth that `check` has passed, beside the guess if there is one."""
        self.truth, self.why = truth, why
        self._send_standing("revealed", self.question.verdict(self.guess, truth))

    def _send_standing(self, phase: str, said: str = "", again: bool = False) -> None:
        """Send the phase ("asking", "waiting", "kept" or "revealed") and a sentence about it."""
        self._phase = phase
        self._turn += 1
        self._put(
            standing={
                "turn": self._turn,
                "phase": phase,
                "guess": self.guess,
                "truth": self.truth if self.is_revealed else None,
                "said": said,
                "why": self.why if self.is_revealed else "",
                "again": again,
            }
        )

    def _on_guess(self, message: protocol.Guess) -> Steps[None]:
        if self.is_revealed:
            self.notify("The answer is shown already, so the guess stays as it is.", "error")
            return
        try:
            self.guess = self.question.guess(message.get("value"))
        except ValueError as error:
            self.notify(f"{_sentence(error)}.", "error")
            return
        if self.find_truth is not None:
            yield from self._work_out(self.find_truth)
        elif self.truth is not None:
            self.reveal(self.truth, self.why)
        else:
            said = f"Your guess is kept: {self.question.shown(self.guess)}. The answer comes further on."
            self._send_standing("kept", said)

    def _work_out(self, find: Callable[[], object]) -> Steps[None]:
        self._send_standing("waiting", "Your guess is kept. Working out the answer…")
        try:
            truth = self.question.truth((yield Work(find)))
        except Exception as error:
            log.warning("the answer could not be worked out", exc_info=error)
            if not self.is_revealed:
                said = f"The answer could not be worked out ({_sentence(error)}). Your guess is kept."
                self._send_standing("kept", said, again=True)
        else:
            if not self.is_revealed:  # a cell can have revealed it meanwhile
                self.reveal(truth, self.why)


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
