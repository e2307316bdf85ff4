"""What a page is made of, made once: its template compiled, and Voilà's scripts in one file.

A page that has to ask for one script in place of eighty opens sooner. Each of Voilà's scripts is a *chunk*, which
only announces modules, and is otherwise asked for when one of its modules is wanted. Those that every page wants
are put together here. A chunk that is missing is still asked for, as if this file did not exist; so it may be
wrong about Voilà's insides and costs no more than time.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from tornado.web import RequestHandler
from voila.exporter import VoilaExporter

ENTRY = "voila.js"
"""Voilà's first script, which knows what it needs of the others."""
PATH = "voila/scripts.js"
MATHJAX = "@jupyterlab/mathjax-extension"
"""The plugin that brings MathJax, a megabyte that Voilà has every page run before it asks for the kernel."""
FORMULAS = ("$", r"\\(", r"\\[", r"\\begin", "Math", "Latex")
"""What a notebook with formulas has in it, written as JSON."""
YEAR = 365 * 24 * 3600

_IS_HASTY = re.compile(
    rb"(async get_model\((\w+)\)\{let (\w+)=this\._models\[\2\];[^\n]{0,200}?setTimeout[^\n]{0,60}?\})"
    rb'(throw (?:new )?Error\("widget model not found"\))'
)
_IS_CHUNK = re.compile(rb'\A\s*(?:"use strict";)?\s*\(self[.\[]"?\w+Chunk\w*')


class _Compiled(BytecodeCache):
    """Keeps compiled templates in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """See `BytecodeCache`."""
        if found := self._kept.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """See `BytecodeCache`."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


class PageExporter(VoilaExporter):
    """Voilà's exporter, but for compiling a dozen templates anew for each page before its kernel is started."""

    @property
    def environment(self) -> Environment:
        """See `TemplateExporter`."""
        environment: Environment = super().environment
        environment.bytecode_cache = _compiled
        return environment


class Scripts:
    """One script made of Voilà's entry, the chunks it wants at once, and those of some JupyterLab extensions.

    Parameters
    ----------
    static : iterable of Path
        Folders where Voilà's scripts may lie.
    extensions : iterable of Path
        Folders with an extension's scripts each.
    formulas : bool
        Whether the page has any.

    Attributes
    ----------
    content : bytes
        The script; empty if Voilà's entry was not found.
    compressed : Future of bytes
        The same by gzip. That takes longer than all the rest, so that the server need not wait for it.
    url : str
        Relative to the server's base; changes with the content. Empty if there is no content.
    """

    def __init__(self, static: Iterable[Path], extensions: Iterable[Path], formulas: bool = True) -> None:
        entry = next((folder / ENTRY for folder in static if (folder / ENTRY).is_file()), None)
        self.content = b"" if entry is None else b"".join(_joined(entry, extensions, formulas))
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bitmass-compress")
        self.compressed = worker.submit(gzip.compress, self.content, 6)
        worker.shutdown(wait=False)
        self.url = f"{PATH}?v={hashlib.sha256(self.content).hexdigest()[:20]}" if self.content else ""


class ScriptsHandler(RequestHandler):
    """Sends the scripts. Their address changes with them, so that a browser may keep them for good."""

    def initialize(self, scripts: Scripts) -> None:
        """See `RequestHandler`."""
        self.scripts = scripts

    async def get(self) -> None:
        """See `RequestHandler`."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", f"public, max-age={YEAR}, immutable")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            compressed = await asyncio.wrap_future(self.scripts.compressed)
            self.finish(compressed)
        else:
            self.finish(self.scripts.content)


def has_formulas(notebook: Path) -> bool:
    """Tell whether a notebook may have something for MathJax to set."""
    text = notebook.read_text("utf-8", errors="ignore")
    return any(sign in text for sign in FORMULAS)


def _joined(entry: Path, extensions: Iterable[Path], formulas: bool) -> Iterator[bytes]:
    source = entry.read_text("utf-8")
    empty = {} if formulas else _without(MATHJAX, source)
    chunks = {entry.with_name(f"{number}.{ENTRY}"): empty.get(number) for number in wanted_chunks(source)}
    for folder in extensions:
        chunks |= {path: None for path in sorted(folder.glob("*.js")) if _is_chunk(path)}
    for path, content in chunks.items():
        if path.is_file():
            # A function of its own: some chunks are in strict mode, and some are not.
            yield b"(function(){" + _patient(content or path.read_bytes()) + b"\n}).call(self);\n"
    yield source.encode()


def _without(package: str, entry: str) -> dict[int, bytes]:
    """Return, by its number, a chunk to take in place of a package's: the same module with no plugins in it."""
    chunk = re.search(rf'"{package}",[^"]*?\.e\((\d+)\)\.then\(\(\(\)=>\(\)=>\w\((\d+)\)', entry)
    name = re.search(r"self\.(webpackChunk\w+)", entry)
    if chunk is None or name is None:
        return {}
    announced = f"{{{chunk[2]}:(module,exports,load)=>{{load.r(exports);exports.default=[]}}}}"
    return {int(chunk[1]): f"(self.{name[1]}=self.{name[1]}||[]).push([[{chunk[1]}],{announced}]);".encode()}


def _patient(chunk: bytes) -> bytes:
    """Return a chunk in which `get_model` of ipywidgets' manager looks once more before it gives a model up.

    From 8.1.9 on it looks every tenth of a second for two seconds, and not after the last wait. What comes in that
    last tenth it takes for missing, at a time when all models are there; so nobody tries again, and the page says
    "model not found" for good. Of the pages of a busy server, one in thirty did.
    """
    return _IS_HASTY.sub(rb"\1if(void 0!==(\3=this._models[\2]))return \3;\4", chunk)


def _is_chunk(path: Path) -> bool:
    with path.open("rb") as file:
        return _IS_CHUNK.match(file.read(200)) is not None


def wanted_chunks(entry: str) -> list[int]:
    """Return the numbers of the chunks that Voilà's entry loads before anything else, from its minified source.

    It begins with `Promise.all([e(1), e(2), …])`. A chunk may consume shared modules, as in `{1: [7, 8]}`, and a
    shared module `7: () => …(e(3), …)` lies in further chunks.
    """
    first = re.search(r"Promise\.all\(\[((?:\w\.e\(\d+\),?)+)\]\)", entry)
    table = re.search(r"=\{((?:\d+:\[[\d,]+\],?)+)\}", entry)
    if first is None or table is None:
        return []
    consumed = {int(chunk): _numbers(modules) for chunk, modules in re.findall(r"(\d+):\[([\d,]+)\]", table[1])}
    shared = {
        int(module): _loaded(source)
        for module, source in re.findall(r'[,{](\d+):\(\)=>\w+\("default",(.*?)(?=,\d+:\(\)=>\w+\("|\},)', entry)
    }
    wanted: list[int] = []
    ahead = _loaded(first[1])
    while ahead:
        chunk = ahead.pop(0)
        if chunk not in wanted:
            wanted.append(chunk)
            ahead += [more for module in consumed.get(chunk, []) for more in shared.get(module, [])]
    return wanted


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _loaded(source: str) -> list[int]:
    return [int(number) for number in re.findall(r"\.e\((\d+)\)", source)]
