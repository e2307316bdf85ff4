"""MNIST on a disk that is full, and for several processes at once: no part of a file is taken for the whole."""

import json
import subprocess
import sys

import pytest

from bitmass_viz.data import MNIST, FetchError, fetch
from tests.conftest import full_disk
from tests.data.mirrors import small_files


def test_mnist_does_not_fit(cache, start_mirror):
    mirror = start_mirror()
    size = max(map(len, small_files().values()))
    with full_disk(size - 1), pytest.raises(FetchError, match=r"cannot be kept in .*set BITMASS_CACHE"):
        fetch(MNIST, False, mirrors=[mirror.url])
    assert MNIST.find() is None, "no part of a file is taken for the whole"
    assert not [path for path in cache.rglob("*") if path.stat().st_size == size - 1]
    fetch(MNIST, False, mirrors=[mirror.url])
    assert MNIST.find() == cache


def test_processes_that_fetch_at_once_get_whole_files(cache, start_mirror, files, tmp_path):
    code = (
        "import sys, json\n"
        "from bitmass_viz.data import MNIST, fetch\n"
        "MNIST.sha256.clear(); MNIST.sha256.update(json.loads(sys.argv[2]))\n"
        "fetch(MNIST, False, mirrors=[sys.argv[1]])\n"
        "print(MNIST.find())\n"
    )
    mirror = start_mirror()
    arguments = [sys.executable, "-c", code, mirror.url, json.dumps(dict(MNIST.sha256))]
    started = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[0].strip() for process in started] == [str(cache)] * 4
    assert [process.returncode for process in started] == [0] * 4
    assert {name: (cache / name).read_bytes() for name in files} == files
    assert not [path for path in cache.iterdir() if path.name.removesuffix(".stamp") not in files]
