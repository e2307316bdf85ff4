"""A value with atomic, lock-free updates that is safe against threads and keyboard interrupts.

There is no lock: an interrupt could leave it held, and readers would have to wait for writers.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Version(Generic[T]):
    """One value of a `Versioned`, and its proposed successors, of which the first wins."""

    __slots__ = ("followers", "value")

    def __init__(self, value: T) -> None:
        self.value: T | None = value
        self.followers: list[Version[T]] = []


class Versioned(Generic[T]):
    """A value with atomic updates (compare and swap).

    A reader uses the latest version. A writer derives a new value from it and passes both to `replace`, which
    fails if another writer was faster; the loser starts again from the winner's version.

    Parameters
    ----------
    value
        The first value, not None. Values must not be modified once they are here.
    """

    def __init__(self, value: T) -> None:
        self._recent = Version(value)

    def latest(self) -> tuple[Version[T], T]:
        """Return the current version and its value."""
        version = self._recent
        while True:
            value = version.value
            if version.followers:
                # A traceback can keep an old version alive for hours; it must not keep its value alive as well.
                version.value = None
                version = version.followers[0]
            elif value is not None:
                self._recent = version
                return version, value

    def replace(self, version: Version[T], value: T) -> bool:
        """Make `value` the successor of `version` unless it already has one; return whether it did."""
        follower = Version(value)
        # `append` is one call into C, so neither a thread nor an interrupt can cut in.
        version.followers.append(follower)
        return version.followers[0] is follower
