"""Log unexpected failures of the server and its kernels, without anything that came from a client.

Any client can cause failures, and so control the message: megabytes, control characters, or a kernel's id, which
is all that is needed to connect to it. So each failure is logged once, by its place in the code, and without
outside data.

A kernel loads this file before the package is imported, so it must import only the standard library.
"""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

MAX_FAILURES = 10
"""Most different failures that a process logs in `SECONDS`."""
SECONDS = 3600
MAX_FRAMES = 8
MAX_MESSAGE = 300

_PACKAGE = str(Path(__file__).parents[1])
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


class RedactingFormatter(logging.Formatter):
    """Formats records as the place and type of a failure, and filters out repetitions.

    The messages of this package's own records are kept: they contain no client data except kernel ids, which are
    masked.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[tuple[object, ...]] = set()
        self._since = 0.0

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        ours = record.pathname.startswith(_PACKAGE)
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() if ours else f"{record.levelname.lower()} logged by {record.name}"
        lines = [_shortened(text), f"  {record.pathname}, line {record.lineno}"]
        if error is None:
            return lines[0] if ours else "".join(lines)
        lines += [f"  {name}, line {number}" for name, number in _frames(error)]
        lines.append(f"  {type(error).__name__}" + (f": {_shortened(str(error))}" if ours else ""))
        return "\n".join(lines)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is new and not beyond `MAX_FAILURES`."""
        if record.created - self._since > SECONDS:
            self._seen, self._since = set(), record.created
        error = record.exc_info[1] if record.exc_info else None
        place = (record.pathname, record.lineno, type(error), *_frames(error))
        if place in self._seen or len(self._seen) == MAX_FAILURES:
            return False
        self._seen.add(place)
        return True


def redact(*loggers: logging.Logger | None) -> None:
    """Apply `RedactingFormatter` to the handlers of some loggers.

    Parameters
    ----------
    *loggers
        Loggers with handlers; None stands for `logging.lastResort`, which serves loggers without handlers.
    """
    form = RedactingFormatter()
    for logger in loggers:
        for handler in [logging.lastResort] if logger is None else logger.handlers:
            if handler is not None:
                handler.setFormatter(form)
                handler.addFilter(form)


def _frames(error: BaseException | None) -> list[tuple[str, int]]:
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return [(frame.filename, frame.lineno or 0) for frame in frames[-MAX_FRAMES:]]


def _shortened(text: str) -> str:
    text = " ".join(_ID.sub("(id)", text[:MAX_MESSAGE]).split())
    return "".join(each if each.isprintable() and each.isascii() else ascii(each)[1:-1] for each in text)
