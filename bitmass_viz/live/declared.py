"""What the browser's sessions must know: declared here once, and written into pages that train by themselves."""

from __future__ import annotations

from typing import Any

from bitmass_viz.common.version import __version__
from bitmass_viz.data import NAMED
from bitmass_viz.kernels.revision import MAX_REVISION, REVISION, UNNAMED
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.live.controls import CONTROLS, data_control
from bitmass_viz.live.data_loading import LABELS
from bitmass_viz.live.lanes import LANE_CONTROLS, SHARED_CONTROLS
from bitmass_viz.live.one_example_session import FIRST_LEARNED, LEARNED, NETWORKS
from bitmass_viz.live.opening_session import AHEAD, frames
from bitmass_viz.live.opening_session import NETWORKS as OPENING_NETWORKS
from bitmass_viz.live.permalink import OPTIONS
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import FORMATS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.state import MAX_EXAMPLES


def declared() -> dict[str, Any]:
    """Return the declarations, JSON-ready; ``engine/src/live/controls.js`` has their type."""
    return {
        "version": __version__,
        "revision": REVISION,
        "controls": [control.as_dict() for control in CONTROLS.values()],
        "data_control": data_control(LABELS).as_dict(),
        "live": [control.name for control in CONTROLS.values() if control.live],
        "bits": {name: trainer.FORMAT.bits for name, trainer in TRAINERS.items()},
        "formats": {bits: number_format.name for bits, number_format in FORMATS.items()},
        "shared_controls": SHARED_CONTROLS,
        "lane_controls": LANE_CONTROLS,
        "links": {
            "digits": NAMED,
            "classes": Architecture().classes,
            "options": OPTIONS,
            "max_examples": MAX_EXAMPLES,
            "unnamed_revision": UNNAMED,
            "max_revision": MAX_REVISION,
        },
        "one_example": {
            "learned": LEARNED,
            "first_learned": FIRST_LEARNED,
            "threshold": PIXEL_THRESHOLD,
            "networks": [{"trainer": trainer, "recipe": recipe} for trainer, recipe in NETWORKS],
        },
    }


def opening() -> dict[str, Any]:
    """Return what the opening's session wants, JSON-ready."""
    return {"networks": OPENING_NETWORKS, "at": frames(), "ahead": AHEAD}
