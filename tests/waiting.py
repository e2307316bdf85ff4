"""Waiting for a condition, in place of a time."""

import re
import time


def wait_until(condition, seconds=30, process=None):
    """Return what a condition says once that is true; fail if it never comes to that, or its process ends."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"not within {seconds} s"
        assert process is None or process.poll() is None, "the process has ended"
        time.sleep(0.02)
    return found


def wait_for_line(lines, pattern, said=None):
    """Return the match of the first line that has a pattern, and keep in `said` the lines before it."""
    said = [] if said is None else said
    for line in lines:
        if found := re.search(pattern, line):
            return found
        said.append(line)
    raise AssertionError(f"it ended before it said {pattern}:\n" + "".join(said))
