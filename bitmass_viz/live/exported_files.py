"""The files that a reader can save from an explorer."""

from __future__ import annotations

from typing import Any

from bitmass_viz.common.version import __version__
from bitmass_viz.live import protocol
from bitmass_viz.live.runs import Runs
from bitmass_viz.training.export import curves_csv, weights_npz
from bitmass_viz.training.history import Frame


def exported(what: object, runs: Runs, shown: Frame, about: dict[str, Any]) -> tuple[protocol.File, bytes]:
    """Return a file's name and type, and its content.

    Parameters
    ----------
    what : {"npz", "bin", "csv"}
        The weights with their description, the bare weight bits, or all curves.
    runs : Runs
    shown : Frame
        Whose weights to save.
    about : dict
        Description of the frame and its network, JSON-ready.

    Raises
    ------
    ValueError
        If there is no such file.
    """
    digits = runs.digits.name
    if what == "csv":
        content, kind = curves_csv(runs.curves(), digits, __version__), "text/csv"
    elif what == "bin":
        content, kind = shown.weights.tobytes(), "application/octet-stream"
    elif what == "npz":
        content = weights_npz(shown.weights, about | {"digits": digits, "version": __version__})
        kind = "application/zip"
    else:
        raise ValueError(f"A file to keep must be npz, bin or csv, got {what!r:.80}")
    stem = "curves" if what == "csv" else f"{runs.active.trainer.NAME}-{shown.examples}"
    return {"kind": "file", "name": f"bitmass-{stem}.{what}", "type": kind}, content
