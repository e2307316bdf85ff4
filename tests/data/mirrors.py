"""A stand-in for MNIST, its folder and its mirrors: four small files, served on the loopback interface."""

import gzip
import hashlib
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from bitmass_viz.data import MNIST, digits


def small_files(seed=0):
    """Name -> content of four IDX files with 30 and 10 images."""
    rng = np.random.default_rng(seed)
    files = {}
    for part, count in (("train", 30), ("t10k", 10)):
        images = rng.integers(0, 256, (count, 28, 28), np.uint8)
        labels = rng.integers(0, 10, count, np.uint8)
        files[f"{part}-images-idx3-ubyte"] = struct.pack(">4I", 0x0803, count, 28, 28) + images.tobytes()
        files[f"{part}-labels-idx1-ubyte"] = struct.pack(">2I", 0x0801, count) + labels.tobytes()
    return files


class Mirror:
    """An HTTP server with the files, whose behaviour for GET can be spoilt.

    `spoil(name, content)` returns what to send, an int for an error status, or "hang", "stall", "endless".
    """

    def __init__(self, files, spoil=lambda name, content: content, head=True):
        self.requests = []
        self.released = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                mirror.requests.append(("HEAD", self.path))
                if not head:
                    mirror.released.wait(30)
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                mirror.requests.append(("GET", self.path))
                name = self.path.removeprefix("/").removesuffix(".gz")
                content = gzip.compress(files[name])
                answer = spoil(name, content)
                if answer == "hang":
                    mirror.released.wait(30)
                    return
                if isinstance(answer, int):
                    self.send_error(answer)
                    return
                self.send_response(200)
                if answer == "endless":
                    self.end_headers()
                    while not mirror.released.is_set():
                        try:
                            self.wfile.write(bytes(1 << 16))
                        except OSError:
                            return
                    return
                self.send_header("Content-Length", str(len(content if answer == "stall" else answer)))
                self.end_headers()
                if answer == "stall":
                    self.wfile.write(content[:20])
                    self.wfile.flush()
                    mirror.released.wait(30)
                    return
                self.wfile.write(answer)

            def log_message(self, *args):
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def asked_for(self):
        return [path for method, path in self.requests if method == "GET"]

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and no $BITMASS_DATA."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("BITMASS_CACHE", str(folder))
    monkeypatch.delenv("BITMASS_DATA", raising=False)
    return folder


@pytest.fixture
def files(monkeypatch):
    """Four small files in place of MNIST's, with their hashes."""
    contents = small_files()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(MNIST, "sha256", hashes)
    monkeypatch.setattr(digits, "VALIDATION", 10)
    monkeypatch.setattr(MNIST, "compressed_bytes", {name: len(contents[name]) for name in hashes})
    return contents


@pytest.fixture
def start_mirror(files):
    mirrors = []

    def start(*args, **kwargs):
        mirrors.append(Mirror(files, *args, **kwargs))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()


@pytest.fixture
def mirror(start_mirror, monkeypatch):
    """The one mirror that there is."""
    started = start_mirror()
    monkeypatch.setattr(MNIST, "mirrors", (started.url,))
    return started


@pytest.fixture
def data_folder(tmp_path, files, cache, monkeypatch):
    """A $BITMASS_DATA with the small files, compressed."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    monkeypatch.setenv("BITMASS_DATA", str(folder))
    return folder


def damage(folder):
    """Change a byte of one of the files, and return its path."""
    path = folder / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(content))
    return path
