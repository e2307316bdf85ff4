"""What networks learn where that is not the digits: data that each job makes for itself, from its seed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bitmass_viz.data import Digits
from bitmass_viz.data import patterns as random


class Source(ABC):
    """A maker of data."""

    name: ClassVar[str]
    label: ClassVar[str]
    """As a reader sees it."""
    options: ClassVar[tuple[str, ...]]
    """Its own among the options of a case; the others are the trainer's."""

    @abstractmethod
    def digits(self, seed: int, options: Mapping[str, Any]) -> Digits:
        """Make the data of one network."""

    @abstractmethod
    def sample(self) -> Digits:
        """Make the data that names the source by its hash: other machines must make the same."""


class RandomPatterns(Source):
    """Random ±1 patterns with random labels, other ones for each seed; ``patterns`` says how many."""

    name = random.NAME
    label = random.LABEL
    options = ("patterns",)

    def digits(self, seed: int, options: Mapping[str, Any]) -> Digits:
        """See `Source.digits`."""
        return random.random_patterns(options["patterns"], seed)

    def sample(self) -> Digits:
        """See `Source.sample`."""
        return random.random_patterns(1_000)


RANDOM_PATTERNS = RandomPatterns()
SOURCES: dict[str, Source] = {source.name: source for source in (RANDOM_PATTERNS,)}


def trainers_own(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a case without those of a source."""
    of_sources = {name for source in SOURCES.values() for name in source.options}
    return {name: value for name, value in options.items() if name not in of_sources}
