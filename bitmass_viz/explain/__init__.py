"""Every intermediate of one forward pass and one update: the kernels' computation in NumPy, with explanations."""

from bitmass_viz.explain.binary import binary_forward, hebbian_counters, xnor_popcount
from bitmass_viz.explain.example import RunExplanation
from bitmass_viz.explain.explanation import Explanation, Stage
from bitmass_viz.explain.fields import float_fields
from bitmass_viz.explain.pencil_networks import FORWARD, LEARNING, PaperLesson, PaperNetwork

__all__ = [
    "FORWARD",
    "LEARNING",
    "Explanation",
    "PaperLesson",
    "PaperNetwork",
    "RunExplanation",
    "Stage",
    "binary_forward",
    "float_fields",
    "hebbian_counters",
    "xnor_popcount",
]
