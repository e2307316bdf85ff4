"""What a widget hears of its page: messages of a bounded size, and nothing that would set a trait."""

from __future__ import annotations

from typing import Any

import anywidget

MAX_DEPTH = 6
MAX_VALUES = 4_000
"""A drawn digit has 784, the longest link about 400."""
MAX_BITS = 1_024
MAX_CHARACTERS = 20_000
"""Of all texts together; they may come back in an answer."""


class MessageWidget(anywidget.AnyWidget):
    """A widget whose traits are shown on the page, and set in the kernel only.

    What a reader wants comes as a custom message. Jupyter's own way, by which a page sets a trait of the kernel's,
    would let it put anything in the place of a network's weights.
    """

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """See `Widget`. A message comes from outside, so that any part of it may be missing or something else."""
        data = msg.get("content", {}).get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "request_state":
            self.send_state()
        elif method == "custom":
            self._handle_custom_msg(data.get("content"), msg.get("buffers", []))


def is_bounded(message: object) -> bool:
    """Tell whether a message is made of JSON's types, not too deep, and not too large.

    Parameters
    ----------
    message
        Anything; it is looked through without recursion, no further than a message may go.
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
    """Tell whether a value is a whole number, or a truth value, that a computer has room for."""
    return isinstance(value, int) and value.bit_length() <= MAX_BITS
