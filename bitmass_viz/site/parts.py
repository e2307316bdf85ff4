"""Parts of the site that a page loads when they are wanted: scripts, which a page from a disk may load as well."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bitmass_viz.recording.text import as_text


@dataclass(frozen=True)
class Part:
    """What one script holds; ``src/recorded/load.js`` reads it.

    Attributes
    ----------
    name : str
    told : object
        JSON-ready.
    data : bytes
        Beside it; may be empty.
    """

    name: str
    told: Any = field(repr=False)
    data: bytes = field(default=b"", repr=False)

    def script(self) -> bytes:
        """Return the file: UTF-16 with its mark if there are bytes, which it holds best; ASCII otherwise."""
        given = ",".join(json.dumps(each, separators=(",", ":")) for each in (self.name, self.told))
        if not self.data:
            return f"bitmassPart({given})\n".encode("ascii")
        # No character of the text means anything in a string of JavaScript.
        return f'\ufeffbitmassPart({given},"{as_text(self.data)}")\n'.encode("utf-16-le")


class Shelf:
    """The parts made so far, each under its own name."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}

    def put(self, part: Part) -> str:
        """Keep a part, and return its name."""
        self.parts[part.name] = part
        return part.name
