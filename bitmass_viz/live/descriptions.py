"""Digits, weights and frames as the protocol describes them, JSON-ready."""

from __future__ import annotations

from bitmass_viz.data import Digits
from bitmass_viz.live import protocol
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.training.history import Frame


def describe_digits(digits: Digits) -> protocol.Dataset:
    """Return the digits' name, label, split sizes and names of the classes."""
    return {
        "name": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "train": len(digits.train),
        "validation": len(digits.validation),
        "test": len(digits.test),
        "class_names": list(digits.class_names),
    }


def describe_weights(weights: WeightMatrices) -> protocol.Weights:
    """Return how the buffer is to be read."""
    return {
        "format": weights.format,
        "bpw": weights.layers[0].bits_per_weight,
        "layers": [{"name": la.name, "units": la.units, "features": la.features} for la in weights.layers],
        "bit_mass": weights.bit_mass,
    }


def describe_frame(frame: Frame, position: int) -> protocol.FrameStatus:
    """Return what is known of a frame at an index of its history."""
    return {
        "examples": frame.examples,
        "epoch": frame.epoch,
        "accuracy": frame.accuracy,
        "accuracy_at": frame.accuracy_at,
        "options": frame.options,
        "position": position,
    }
