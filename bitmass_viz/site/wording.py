"""Replace the article's sentences that are true only on the live page."""

from __future__ import annotations

import re
from collections.abc import Sequence

REWORDED = (
    (
        "the networks below learn while you watch, and every accuracy is measured on the spot.",
        "the networks below were recorded while they learned, and every accuracy was measured as they did.",
    ),
    ("to hold it while training goes on.", "to hold it while the recording goes on."),
    (
        "Press play and wait for the dotted line at three epochs (or drag the speed to “flat out”). Then change "
        "the",
        "Press play and wait for the end, at three epochs (or drag the speed up). Then choose another recorded",
    ),
    (
        "Both networks below are the same, down to the last bit. Press play, and switch the centring of the "
        "second one off in the middle of training. Watch its pictures become copies of one another, or their "
        "opposites. Then switch it back on: nothing",
        "Both networks below were the same, down to the last bit. Press play: after one epoch the centring of the "
        "second one is switched off. Watch its pictures become copies of one another, or their opposites. After "
        "another epoch it is switched back on: nothing",
    ),
    (
        "“Run it here” trains the networks again on this machine, with fewer seeds: does yours agree?",
        "On the live page “Run it here” trains the networks again, with fewer seeds: does yours agree?",
    ),
    (
        "“Share”, above the three views, gives a link to the very network that you see.",
        "On the live page “Share”, above the three views, gives a link to the very network that you see.",
    ),
)
"""Pairs of the notebook's wording and the recorded page's; line breaks are ignored."""


def reworded(cells: Sequence[str]) -> list[str]:
    """Return the article's prose with the recorded page's wording.

    Parameters
    ----------
    cells : sequence of str
        Markdown.

    Raises
    ------
    ValueError
        If a sentence to replace does not occur exactly once, because the notebook has changed.
    """
    cells = list(cells)
    for said, instead in REWORDED:
        pattern = re.compile(r"\s+".join(map(re.escape, said.split())))
        places = [i for i, cell in enumerate(cells) for _ in pattern.findall(cell)]
        if len(places) != 1:
            raise ValueError(
                f"the article should say once, and says {len(places)} times: {said!r}; "
                "bring site/wording.py in step with the notebook"
            )
        before, after = pattern.split(cells[places[0]])
        cells[places[0]] = before + instead + after
    return cells
