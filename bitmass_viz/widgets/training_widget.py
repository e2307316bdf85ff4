"""Base of the widgets that train networks."""

from __future__ import annotations

import traitlets

from bitmass_viz.live.training_session import TrainingSession
from bitmass_viz.widgets.session_widget import SessionWidget
from bitmass_viz.widgets.traits import synced


class TrainingWidget(SessionWidget):
    """What the page of a `TrainingSession` shows; the schema of the protocol says what each of these holds."""

    session: TrainingSession

    controls = synced(traitlets.List())
    settings = synced(traitlets.Dict())
    curves = synced(traitlets.List())
    network = synced(traitlets.Dict())
    frame = synced(traitlets.Bytes())
    digit = synced(traitlets.Bytes())
    status = synced(traitlets.Dict())
