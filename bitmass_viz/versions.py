"""A value that is replaced whole or not at all, whichever thread replaces it and whatever interrupts it.

There is no lock: an interrupt could leave one locked, and a reader would have to wait for a writer.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Version(Generic[T]):
    """One value of a `Versioned`, which never changes, and the version that follows it."""

    __slots__ = ("successor", "value")

    def __init__(self, value: T) -> None:
        self.value = value
        self.successor: dict[None, Version[T]] = {}


class Versioned(Generic[T]):
    """A value with atomic updates (compare and swap).

    A reader uses the latest version. A writer makes a new value from it and offers that to `replace`, which takes
    it only if no other writer was faster; the writer then starts again from the version that was.

    Parameters
    ----------
    value
        The first. Values must not be changed once they are here.
    """

    def __init__(self, value: T) -> None:
        self._recent = Version(value)

    def latest(self) -> Version[T]:
        """Return the version in force."""
        version = self._recent
        while (newer := version.successor.get(None)) is not None:
            version = newer
        self._recent = version
        return version

    def replace(self, version: Version[T], value: T) -> bool:
        """Put a value in the place of a version, unless another is there already; tell whether that was done."""
        follower = Version(value)
        # One call into C: no other thread and no interrupt comes between the look and the change.
        return version.successor.setdefault(None, follower) is follower
