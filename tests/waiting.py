"""Waiting for a condition, in place of a time."""

import time


def wait_until(condition, seconds=30):
    """Return what a condition says once that is true; fail if it never comes to that."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.02)
    return found
