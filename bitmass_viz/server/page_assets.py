"""Prepare a page's assets once: compile its template, and combine Voilà's scripts into one file.

A page that requests one script instead of eighty opens sooner. Each of Voilà's scripts is a webpack *chunk*, which
only registers modules and is normally requested when one of them is needed. This file combines the chunks that
every page needs. The page still requests any chunk that is missing, so wrong assumptions here about Voilà's
internals only cost time.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from nbconvert.filters import markdown2html
from tornado.web import RequestHandler
from voila.exporter import VoilaExporter

from bitmass_viz.common import article

ENTRY = "voila.js"
"""Voilà's entry script, which lists the chunks that it needs."""
PATH = "voila/scripts.js"
PREVIEW = f"voila/{article.PREVIEW.name}"
MATHJAX = "@jupyterlab/mathjax-extension"
"""The MathJax plugin, a megabyte that every page runs before it requests the kernel."""
FORMULAS = ("$", r"\\(", r"\\[", r"\\begin", "Math", "Latex")
"""Strings that indicate formulas in a notebook's JSON."""
YEAR = 365 * 24 * 3600
# Not imported from `widgets`, which would import numba.
STATIC = Path(__file__).parents[1] / "widgets" / "static"

_GET_MODEL = re.compile(
    rb"(async get_model\((\w+)\)\{let (\w+)=this\._models\[\2\];[^\n]{0,200}?setTimeout[^\n]{0,60}?\})"
    rb'(throw (?:new )?Error\("widget model not found"\))'
)
_IS_CHUNK = re.compile(rb'\A\s*(?:"use strict";)?\s*\(self[.\[]"?\w+Chunk\w*')


class _Compiled(BytecodeCache):
    """Caches compiled templates in memory."""

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
    """Voilà's exporter with a template cache; it would compile a dozen per page before starting the kernel."""

    @property
    def environment(self) -> Environment:
        """See `TemplateExporter`."""
        environment: Environment = super().environment
        environment.bytecode_cache = _compiled
        return environment

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """See `HTMLExporter`."""
        return article.as_shown(super().markdown2html(context, source))


class Scripts:
    """One script made of Voilà's entry, the chunks that it loads first, and those of some JupyterLab extensions.

    Parameters
    ----------
    static : iterable of Path
        Folders to search for Voilà's scripts.
    extensions : iterable of Path
        Folders of extensions' scripts.
    formulas : bool
        Whether the page has formulas.

    Attributes
    ----------
    content : bytes
        The script; empty if Voilà's entry was not found.
    compressed : Future of bytes
        The gzipped script. Compressing takes longer than the rest, so it runs in a thread.
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
    """Sends the scripts. Their URL changes with the content, so browsers can cache them indefinitely."""

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


class PreviewHandler(RequestHandler):
    """Sends the picture that other pages show with a link to this one."""

    def get(self) -> None:
        """See `RequestHandler`."""
        self.set_header("Content-Type", "image/png")
        self.set_header("Cache-Control", "public, max-age=86400")
        self.finish(article.PREVIEW.read_bytes())


def head_of(notebook: Path, address: str) -> dict[str, str]:
    """Return the page's title, empty if there is none, and the tags by which other pages show a link to it.

    Parameters
    ----------
    notebook : Path
    address : str
        The page's own address, with a slash at its end.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    first = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    title, description = article.opening_of(markdown2html(first))
    tags = article.tags(title, description, address, address + PREVIEW) if title else ""
    return {"title": title, "tags": tags}


def has_formulas(notebook: Path) -> bool:
    """Return whether a notebook may have formulas."""
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
            # Each in a function, since only some chunks are in strict mode.
            chunk = _with_patience(_with_last_lookup(content or path.read_bytes()))
            yield b"(function(){" + chunk + b"\n}).call(self);\n"
    yield source.encode()


def _without(package: str, entry: str) -> dict[int, bytes]:
    """Return, by chunk number, a replacement for a package's chunk: the same module without plugins."""
    chunk = re.search(rf'"{package}",[^"]*?\.e\((\d+)\)\.then\(\(\(\)=>\(\)=>\w\((\d+)\)', entry)
    name = re.search(r"self\.(webpackChunk\w+)", entry)
    if chunk is None or name is None:
        return {}
    module = f"{{{chunk[2]}:(module,exports,load)=>{{load.r(exports);exports.default=[]}}}}"
    return {int(chunk[1]): f"(self.{name[1]}=self.{name[1]}||[]).push([[{chunk[1]}],{module}]);".encode()}


def _with_last_lookup(chunk: bytes) -> bytes:
    """Return a chunk in which `get_model` of ipywidgets' manager looks up a model once more before it gives up.

    Since 8.1.9 it looks every 0.1 s for two seconds, but not after the last wait. A model that arrives in the last
    0.1 s counts as missing, nothing retries, and the page shows "model not found" for good. On a busy server this
    happened to one page in thirty.
    """
    return _GET_MODEL.sub(rb"\1if(void 0!==(\3=this._models[\2]))return \3;\4", chunk)


def _with_patience(chunk: bytes) -> bytes:
    """Return a chunk in which anywidget waits a minute for a widget's module, not two seconds.

    A page has many widgets, and on a busy machine their modules take longer; such a widget never came.
    """
    return re.sub(rb"\bAbortSignal\.timeout\((?:2000|2e3)\)", b"AbortSignal.timeout(60000)", chunk)


def _is_chunk(path: Path) -> bool:
    with path.open("rb") as file:
        return _IS_CHUNK.match(file.read(200)) is not None


def wanted_chunks(entry: str) -> list[int]:
    """Return the numbers of the chunks that Voilà's entry loads first, from its minified source.

    The entry starts with `Promise.all([e(1), e(2), …])`. A chunk can consume shared modules, as in `{1: [7, 8]}`,
    and a shared module, `7: () => …(e(3), …)`, is in further chunks.
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
