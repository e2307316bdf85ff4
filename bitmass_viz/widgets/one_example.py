"""One example, step by step: a digit's forward pass through a float and a binary network, and a training step.

The page computes the forward passes itself, from the weights. This side trains both networks, runs the training
step, and asks every other network on the page for its prediction.
"""

from __future__ import annotations

from typing import Any

import traitlets

from bitmass_viz.data import Digits
from bitmass_viz.live.one_example_session import OneExampleSession
from bitmass_viz.widgets.beside import BesideExplorer
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC, synced


class OneExample(BesideExplorer):
    """The forward pass of one digit through a float and a binary network, and one training step on it.

    Parameters
    ----------
    beside : Explorer or Digits
        Source of the digits; if it is an explorer, this widget follows when its digits change.
    *others : Explorer or SideBySide
        Widgets whose trained networks are asked for predictions too.

    Raises
    ------
    TypeError
        If an argument has another type.
    """

    _esm = STATIC / "one_example.js"
    _css = STATIC / "one_example.css"

    digits = synced(traitlets.Bytes())
    labels = synced(traitlets.List())
    networks = synced(traitlets.Dict())
    weights = synced(traitlets.Bytes())
    state = synced(traitlets.Unicode())
    link = synced(traitlets.Dict())

    def __init__(self, beside: Explorer | Digits, *others: TrainingWidget, **kwargs: Any) -> None:
        for other in others:
            if not isinstance(other, TrainingWidget):
                raise TypeError(f"only widgets whose networks learn can be asked, got {other!r:.80}")
        asked = [*([beside] if isinstance(beside, TrainingWidget) else []), *others]
        super().__init__(
            beside, lambda digits: OneExampleSession(digits, [other.session for other in asked]), **kwargs
        )
