"""A value that is replaced whole or not at all, whichever thread replaces it and whatever interrupts it.

There is no lock: an interrupt could leave one locked, and a reader would have to wait for a writer.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Version(Generic[T]):
    """One value of a `Versioned`, and those that were offered to follow it, of which the first does."""

    __slots__ = ("followers", "value")

    def __init__(self, value: T) -> None:
        self.value: T | None = value
        self.followers: list[Version[T]] = []


class Versioned(Generic[T]):
    """A value with atomic updates (compare and swap).

    A reader uses the latest version. A writer makes a new value from it and offers that to `replace`, which takes
    it only if no other writer was faster; the writer then starts again from the version that was.

    Parameters
    ----------
    value
        The first, and not None. Values must not be changed once they are here.
    """

    def __init__(self, value: T) -> None:
        self._recent = Version(value)

    def latest(self) -> tuple[Version[T], T]:
        """Return the version in force, and its value."""
        version = self._recent
        while True:
            value = version.value
            if version.followers:
                # An interrupt's traceback may hold a version for hours, and must not hold all later values, too.
                version.value = None
                version = version.followers[0]
            elif value is not None:
                self._recent = version
                return version, value

    def replace(self, version: Version[T], value: T) -> bool:
        """Put a value in the place of a version, unless another is there already; tell whether that was done."""
        follower = Version(value)
        # One call into C: no other thread and no interrupt comes between the look and the change.
        version.followers.append(follower)
        return version.followers[0] is follower
