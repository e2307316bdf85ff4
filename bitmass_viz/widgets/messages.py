"""Accept messages from a widget's page: of bounded size, and none that set a trait."""

from __future__ import annotations

from typing import Any

import anywidget

MAX_DEPTH = 6
MAX_VALUES = 4_000
"""Most values in one message. A drawn digit has 784, the longest link about 400."""
MAX_BITS = 1_024
MAX_CHARACTERS = 20_000
"""Most characters of all strings together; replies can quote them."""


class MessageWidget(anywidget.AnyWidget):
    """A widget whose traits only the kernel can set; the page sends custom messages.

    Jupyter's usual protocol lets a page set the kernel's traits, so a page could replace a network's weights by
    anything.
    """

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """See `Widget`. Messages are untrusted: any part can be missing or of the wrong type."""
        data = msg.get("content", {}).get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "request_state":
            self.send_state()
        elif method == "custom":
            self._handle_custom_msg(data.get("content"), msg.get("buffers", []))


def is_bounded(message: object) -> bool:
    """Return whether a message has only JSON types and stays within the limits of depth and size.

    Parameters
    ----------
    message
        Anything; it is walked without recursion, and no further than the limits.
    """
    ahead: list[tuple[object, int]] = [(message, 0)]
    values = characters = 0
    while ahead:
        value, depth = ahead.pop()
        values += 1
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, list | dict):
            if depth == MAX_DEPTH or values + len(ahead) + len(value) > MAX_VALUES:
                return False
            if isinstance(value, dict):
                characters += sum(len(key) if isinstance(key, str) else MAX_CHARACTERS + 1 for key in value)
                value = list(value.values())
            ahead += [(each, depth + 1) for each in value]
        elif value is not None and not isinstance(value, float) and not is_short_number(value):
            return False
        if characters > MAX_CHARACTERS:
            return False
    return True


def is_short_number(value: object) -> bool:
    """Return whether a value is an integer (or bool) of at most `MAX_BITS` bits."""
    return isinstance(value, int) and value.bit_length() <= MAX_BITS
