"""Files with which a page trains its opening by itself, while Python is still starting.

A kernel takes seconds to start, and where many readers come at once they wait for their turn. The networks that a
page begins with are small, so the browser trains them: with the same code as the kernel, to the same bits.
"""

from __future__ import annotations

import ast
import asyncio
import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import nbformat
from tornado.web import HTTPError, RequestHandler

from bitmass_viz.common.palette import PALETTE
from bitmass_viz.data import MNIST, load_digits, strokes
from bitmass_viz.data.pieces import cut
from bitmass_viz.engine.build import FOLDER as ENGINE
from bitmass_viz.experiments import shipped
from bitmass_viz.live.declared import declared, opening
from bitmass_viz.live.opening_session import BITS
from bitmass_viz.server.page_assets import STATIC, YEAR

PATH = "voila/opening/"
BEGINNING = """
import bitmass_viz as bm

digits = bm.load_digits("auto", download=False)
bm.Opening(digits)
"""
"""The first code cell of a notebook whose opening a page can train: here it is known what the kernel would do."""
TYPES = {".js": "text/javascript; charset=utf-8", ".json": "application/json", ".wasm": "application/wasm"}


class File(NamedTuple):
    """What is sent of a file, whether that is compressed for the way only, and how long browsers keep it."""

    content: bytes
    gzipped: bool
    cached: str


class OpeningFiles:
    """The files; a thread cuts the digits.

    Parameters
    ----------
    notebook : Path
    level : int, optional
        Of the digits' compression: 0 for readers on this machine, where it only takes time. Without it the kernel
        trains the opening.

    Attributes
    ----------
    wanted : bool
        Whether pages train the opening: the notebook must begin with it.
    """

    def __init__(self, notebook: Path, level: int | None) -> None:
        if not begins_with_the_opening(notebook):
            level = None
        self.wanted = level is not None
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bitmass-opening")
        task: Callable[[], dict[str, File]] = dict if level is None else partial(_data, level)
        self._data = worker.submit(task)
        self._scripts = _scripts() if self.wanted else {}
        worker.shutdown(wait=False)

    async def find(self, path: str) -> File | None:
        """Return a file; None if there is none."""
        return self._scripts.get(path) or (await asyncio.wrap_future(self._data)).get(path)


class OpeningHandler(RequestHandler):
    """Sends the files."""

    def initialize(self, files: OpeningFiles) -> None:
        """See `RequestHandler`."""
        self._files = files

    async def get(self, path: str = "") -> None:
        """See `RequestHandler`."""
        file = await self._files.find(path)
        if file is None:
            raise HTTPError(404)
        content = file.content
        self.set_header("Content-Type", TYPES.get(PurePosixPath(path).suffix, "application/octet-stream"))
        self.set_header("Cache-Control", file.cached)
        if file.gzipped:
            self.set_header("Vary", "Accept-Encoding")
            if "gzip" in self.request.headers.get("Accept-Encoding", ""):
                self.set_header("Content-Encoding", "gzip")
            else:
                content = gzip.decompress(content)
        self.finish(content)


def begins_with_the_opening(notebook: Path) -> bool:
    """Return whether a notebook's first code cell shows the opening, with the digits that every kernel finds."""
    cells = nbformat.read(notebook, as_version=4).cells
    source = next((cell.source for cell in cells if cell.cell_type == "code"), "")
    try:
        return ast.dump(ast.parse(source)) == ast.dump(ast.parse(BEGINNING))
    except SyntaxError:
        return False


def _scripts() -> dict[str, File]:
    """Return what is the same for all digits."""
    paths = {
        "opening.js": STATIC / "opening_alone.js",
        "worker.js": STATIC / "worker.js",
        "kernels.wasm": ENGINE / "kernels.wasm",
    }
    return {name: _gzipped(path.read_bytes()) for name, path in paths.items()}


def _data(level: int) -> dict[str, File]:
    """Return the digits in pieces, and what a page is to do with them; null if they must be drawn first."""
    if MNIST.find() is None and not strokes.is_kept():
        return {"page.json": _gzipped(b"null")}
    pieces = cut(load_digits("auto", download=False), bits=(8,), level=level)
    page = {
        "palette": PALETTE,
        "declared": declared(),
        "digits": pieces.entry,
        "wanted": opening(),
        "traits": {"seed": 0, "ways": shipped.networks(BITS)},
    }
    # A piece has another name when it has another content; to be read again on this machine, it need not be kept.
    cached = "no-store" if level == 0 else f"public, max-age={YEAR}, immutable"
    files = {name: File(content, gzipped=False, cached=cached) for name, content in pieces.files.items()}
    return files | {"page.json": _gzipped(json.dumps(page).encode())}


def _gzipped(content: bytes) -> File:
    return File(gzip.compress(content, mtime=0), gzipped=True, cached="no-cache")
