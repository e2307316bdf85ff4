"""Results on disk, a line for each trained network, written as they come.

A line is appended in one go and belongs to a key that names everything the result depends on. A sweep that is
killed leaves at most one broken last line, which is passed over; the networks that were finished stay finished.
"""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

from bitmass_viz.data.mnist import cache_folder

Rows = list[dict[str, Any]]


def default_folder() -> Path:
    """Return where results are kept unless another folder is asked for."""
    return cache_folder() / "experiments"


class Store:
    """Finished networks by key.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Raises
    ------
    OSError
        The folder cannot be made or its file not be read.
    """

    def __init__(self, folder: Path) -> None:
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
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        content = self.path.read_bytes()
        self._torn = bool(content) and not content.endswith(b"\n")
        for line in content.splitlines():
            try:
                entry = json.loads(line)
                key, rows = entry["key"], entry["rows"]
            except (ValueError, KeyError, TypeError):
                continue  # torn by a kill; its network is trained again
            self._rows.setdefault(key, rows)

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
