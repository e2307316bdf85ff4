"""Export a run's weights (.npz) and accuracy curves (.csv)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from bitmass_viz.network.weights import WeightMatrices

CURVE_COLUMNS = ("run", "label", "trainer", "digits", "version", "examples", "validation_accuracy")


def weights_npz(weights: WeightMatrices, about: Mapping[str, Any]) -> bytes:
    """Return an ``.npz`` file that `numpy.load` reads without pickle.

    Parameters
    ----------
    weights : WeightMatrices
    about : mapping
        Where the weights come from, JSON-ready.

    Returns
    -------
    bytes
        The file's content: ``w0`` and ``w1`` (each (units, features): float32, or ±1 as int8, see `WeightMatrix`),
        ``buffer`` (the dense buffer, uint8), ``thresholds`` (int32 (hidden units,), BV32 only) and ``about``
        (a string of JSON).
    """
    arrays: dict[str, Any] = {"w0": weights.w0.neurons, "buffer": weights.buffer}
    if len(weights.layers) > 1:
        arrays["w1"] = weights.w1.neurons
    if weights.thresholds is not None:
        arrays["thresholds"] = weights.thresholds
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(dict(about))), **arrays)
    return file.getvalue()


def curves_csv(curves: Iterable[Mapping[str, Any]], digits: str, version: str) -> bytes:
    """Return the validation accuracy of every run as a CSV table, one line per measurement, in UTF-8.

    Parameters
    ----------
    curves
        As `Session.curves` returns them.
    digits : str
        Name of the digits they were measured on.
    version : str
        Version of this package.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CURVE_COLUMNS)
    for curve in curves:
        for examples, accuracy in curve["points"]:
            writer.writerow([curve["run"], curve["label"], curve["trainer"], digits, version, examples, accuracy])
    return file.getvalue().encode()
