"""Our own kernels in WebAssembly, in Node.js: what a page can expect."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bitmass_viz import engine
from bitmass_viz.bench.peers import LeftOut, one_line
from bitmass_viz.bench.timing import Side
from bitmass_viz.data import Digits

NAME = "ours in WebAssembly (Node.js)"
FOLDER = Path(engine.__file__).parent
SCRIPT = Path(__file__).parent / "node_epochs.mjs"


def training(digits: Digits, trainer: str, options: dict[str, Any]) -> tuple[list[Side], list[LeftOut]]:
    """Return a side that trains one epoch with the tuned recipe, on one thread."""
    node = shutil.which("node")
    if node is None:
        return [], [LeftOut(NAME, "node is not installed", "install Node.js 20 or newer")]
    wanted = {"trainer": trainer, "recipe": "tuned", "options": options, "seed": 0}
    folder = TemporaryDirectory()
    Path(folder.name, "images").write_bytes(digits.train.images.tobytes())
    Path(folder.name, "labels").write_bytes(digits.train.labels.tobytes())
    Path(folder.name, "wanted.json").write_text(json.dumps(wanted))
    modules = (FOLDER / "src").as_uri()
    process = subprocess.Popen(
        [node, str(SCRIPT), modules, str(FOLDER), folder.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        return [], [LeftOut(NAME, f"node failed: {one_line(RuntimeError(process.communicate()[1].decode()))}")]
    folder.cleanup()
    asks, answers = process.stdin, process.stdout

    def epoch() -> None:
        asks.write(b"\n")
        asks.flush()
        if answers.readline() != b"done\n":
            raise RuntimeError(f"node ended with {process.wait()} in the middle of an epoch")

    size = len(digits.train)
    return [Side(NAME, epoch, size, size, 1)], []
