"""Parts of the site that the page loads on demand: as scripts, which also load from a local disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bitmass_viz.recording.text import as_text


@dataclass(frozen=True)
class Part:
    """The content of one script; ``src/recorded/load.js`` reads it.

    Attributes
    ----------
    name : str
    content : object
        JSON-ready content.
    data : bytes
        Binary content; can be empty.
    """

    name: str
    content: Any = field(repr=False)
    data: bytes = field(default=b"", repr=False)

    def script(self) -> bytes:
        """Return the file: UTF-16 with a byte-order mark if there is `data`, which is most compact; else ASCII."""
        given = ",".join(json.dumps(each, separators=(",", ":")) for each in (self.name, self.content))
        if not self.data:
            return f"bitmassPart({given})\n".encode("ascii")
        # The encoded text has no characters that are special in a JavaScript string.
        return f'\ufeffbitmassPart({given},"{as_text(self.data)}")\n'.encode("utf-16-le")
