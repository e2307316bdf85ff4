"""An interactive explainer of whether a neural network's bits determine its accuracy."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bitmass_viz.common.version import __version__
from bitmass_viz.data import load_data, load_digits
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.layout import Address
from bitmass_viz.network.weights import WeightMatrices, WeightMatrix
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.history import Frame
from bitmass_viz.training.run import Run

__all__ = [
    "TRAINERS",
    "Address",
    "Architecture",
    "BitCounter",
    "Claims",
    "Evidence",
    "Explorer",
    "Finding",
    "Frame",
    "OneExample",
    "Opening",
    "Predict",
    "Run",
    "SideBySide",
    "WeightMatrices",
    "WeightMatrix",
    "__version__",
    "check",
    "experiments",
    "explain",
    "figures",
    "load_data",
    "load_digits",
    "load_run",
]

if TYPE_CHECKING:  # the names that `__getattr__` imports, for editors, type checkers and the API reference
    from bitmass_viz import check, experiments, explain, figures
    from bitmass_viz.experiments import Finding
    from bitmass_viz.training.loading import load_run
    from bitmass_viz.widgets import (
        BitCounter,
        Claims,
        Evidence,
        Explorer,
        OneExample,
        Opening,
        Predict,
        SideBySide,
    )


def __getattr__(name: str) -> Any:
    # The widget stack takes longer to import than everything else, and a script that only trains does not need it,
    # nor experiments, figures and exercises.
    if name in ("Explorer", "BitCounter", "Evidence", "Claims", "OneExample", "Opening", "Predict", "SideBySide"):
        return getattr(import_module("bitmass_viz.widgets"), name)
    if name in ("check", "experiments", "explain", "figures"):
        return import_module(f"bitmass_viz.{name}")
    if name == "Finding":
        return import_module("bitmass_viz.experiments").Finding
    if name == "load_run":
        return import_module("bitmass_viz.training.loading").load_run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
