"""How long training takes here, measured while it goes on."""

from __future__ import annotations

UNTIMED = 1_000
"""The first examples are not timed: they find caches empty and code unoptimised."""
LEAST_EXAMPLES = 2_000
"""Fewer examples than these are too few to tell."""
REMEMBERED = 20_000
"""Examples that count about as much as all those before them."""


class Stopwatch:
    """Seconds of computing per example: a mean in which earlier examples count less and less."""

    def __init__(self) -> None:
        self._seen = self._timed = 0
        self._examples = 0.0
        self._seconds = 0.0

    def note(self, examples: int, seconds: float) -> None:
        """Note how long some examples took."""
        self._seen += examples
        if self._seen <= UNTIMED:
            return
        kept = REMEMBERED / (REMEMBERED + examples)
        self._timed += examples
        self._examples = kept * self._examples + examples
        self._seconds = kept * self._seconds + seconds

    @property
    def seconds_per_example(self) -> float | None:
        """The mean; None until enough was timed."""
        return self._seconds / self._examples if self._timed >= LEAST_EXAMPLES else None
