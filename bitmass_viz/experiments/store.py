"""Results on disk, a line for each trained network, written as they come.

A line is appended in one go and belongs to a key that names everything the result depends on. A sweep that is
killed leaves at most one broken last line, which is passed over; the networks that were finished stay finished.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bitmass_viz.common.numeric import as_real, as_whole
from bitmass_viz.common.user_folders import cache_folder

Rows = list[dict[str, Any]]
MAX_LINE = 1 << 20
"""Bytes of a line at most; those that are written have a fiftieth of it or less."""
WHOLE = {"hidden", "units", "bits_per_weight", "bit_mass"}
SHARES = {"accuracy", "validation"}
"""What a row's numbers are, by name; of others it is not known here."""


def default_folder() -> Path:
    """Return where results are kept unless another folder is asked for."""
    return cache_folder() / "experiments"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _is_value(item: tuple[str, object]) -> bool:
    """Tell whether a value is one that a measure gives under this name."""
    name, value = item
    if name in WHOLE:
        return as_whole(value) is not None
    if name in SHARES:
        share = as_real(value)
        return share is not None and 0.0 <= share <= 1.0
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)  # what no file can hold
    return value is None or isinstance(value, bool) or as_real(value) is not None


class Store:
    """Finished networks by key.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    needed : iterable of str
        What every row must have.

    Raises
    ------
    OSError
        The folder cannot be made or its file not be read.
    """

    def __init__(self, folder: Path, needed: Iterable[str] = ()) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OSError(
                f"results cannot be kept in {folder} ({error.strerror or error}); set BITMASS_CACHE to a folder "
                "that can be written"
            ) from error
        self.path = folder / "networks.jsonl"
        self._rows: dict[str, Rows] = {}
        self._torn = False
        self._warned = False
        self._needed = set(needed)
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        """Read all lines that hold results; the network of any other, torn by a kill for one, is trained again."""
        if not self.path.is_file():
            raise OSError(f"{self.path} must be a file that results are kept in; move away what is there")
        with self.path.open("rb") as file:
            while line := file.readline(MAX_LINE):
                whole = line.endswith(b"\n")
                self._torn = not whole
                if whole or len(line) < MAX_LINE:
                    self._take(line)
                else:
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    self._torn = not rest

    def _take(self, line: bytes) -> None:
        try:
            entry = json.loads(line.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            return
        if not isinstance(entry, dict) or set(entry) != {"key", "rows"}:
            return
        key, rows = entry["key"], entry["rows"]
        if isinstance(key, str) and isinstance(rows, list) and rows and all(map(self._is_row, rows)):
            self._rows.setdefault(key, rows)

    def _is_row(self, row: object) -> bool:
        return isinstance(row, dict) and self._needed <= set(row) and all(map(_is_value, row.items()))

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> Rows:
        return self._rows[key]

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, key: str, rows: Rows) -> None:
        """Keep a network's rows, on disk before this returns; where the disk does not take them, here alone.

        Warns
        -----
        UserWarning
            Once, if they cannot be written: the network is there now, and will be trained again the next time.
        """
        if key in self._rows:
            return
        self._rows[key] = rows
        line = json.dumps({"key": key, "rows": rows}, separators=(",", ":")).encode() + b"\n"
        try:
            self._append(b"\n" + line if self._torn else line)
        except OSError as error:
            if not self._warned:
                self._warned = True
                warnings.warn(
                    f"results cannot be kept in {self.path} ({error.strerror or error}): what is trained now will "
                    "be trained again the next time; make room, or set BITMASS_CACHE to another folder",
                    stacklevel=2,
                )

    def _append(self, line: bytes) -> None:
        with self.path.open("ab", buffering=0) as file:
            # Of a disk that is almost full a part is taken without complaint, and only the next writing fails.
            while line:
                self._torn = True
                line = line[file.write(line) :]
            os.fsync(file.fileno())
        self._torn = False
