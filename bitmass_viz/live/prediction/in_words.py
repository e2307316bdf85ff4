"""Predictions as text and HTML, for places that cannot show widgets: GitHub, paper, no kernel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from bitmass_viz.live.prediction.questions import Question

FIRST = "Predict first:"
NOT_GUESSED = "The notebook gives the answer once you have guessed."
FURTHER_ON = "The answer comes further on in the notebook."


def as_text(question: Question, guess: Any, truth: Any, shown: bool, found: bool, why: str) -> str:
    """Return plain text, without an answer that has not been shown yet.

    Parameters
    ----------
    question : Question
    guess, truth : object
        None if not known.
    shown : bool
        Whether the truth is shown.
    found : bool
        Whether the truth is computed after a guess.
    why : str
        Explanation of the truth.
    """
    lines = [f"{FIRST} {question.text}", *_asked(question, guess)]
    if shown:
        lines += ["The answer:", *_answer(question, guess, truth, why)]
    else:
        lines.append(NOT_GUESSED if found or truth is not None else FURTHER_ON)
    return "\n".join(lines)


def as_html(question: Question, guess: Any, truth: Any, shown: bool, found: bool, why: str) -> str:
    """Return HTML, like `as_text`; a known answer that has not been shown yet can be unfolded."""
    html = f"<p><strong>{FIRST}</strong> {escape(question.text)}</p>" + _paragraphs(_asked(question, guess))
    if truth is None:
        html += _paragraphs([NOT_GUESSED if found else FURTHER_ON])
    elif shown:
        html += "<p><strong>The answer</strong></p>" + _paragraphs(_answer(question, guess, truth, why))
    else:
        answer = _paragraphs(_answer(question, None, truth, why))
        html += f"<details><summary>The answer</summary>{answer}</details>"
    return f"<div>{html}</div>"


def _asked(question: Question, guess: Any) -> Iterator[str]:
    yield question.wanted()
    if guess is not None:
        yield f"Your guess: {question.shown(guess)}."


def _answer(question: Question, guess: Any, truth: Any, why: str) -> Iterator[str]:
    if question.KIND == "curve":
        yield f"{question.shown(truth)}."
    yield question.verdict(guess, truth)
    if why:
        yield why


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
