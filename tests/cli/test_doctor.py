"""`bitmass doctor`: finds nothing wrong with a healthy set-up, and each trouble where there is one."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bitmass_viz import __version__
from bitmass_viz.cli import doctor
from bitmass_viz.cli.doctor import machine, software, stores
from bitmass_viz.cli.main import main
from bitmass_viz.common.user_folders import cache_folder
from bitmass_viz.data import MNIST
from bitmass_viz.server.ports import DEFAULT_PORT
from tests.conftest import ROOT
from tests.data.mirrors import damage

HEALTHY = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "JUPYTER_"))}
FACTS = {
    "bitmass_viz": {"version", "folder", "python", "interpreter"},
    "packages": set(software.SHOWN),
    "machine": {"system", "processor", "simd", "cores", "memory_mb", "free_mb"},
    "mnist": {"BITMASS_DATA", "cache", "cache_writable", "found_in", "sha256_right"},
    "compiled": {"folders", "writable", "functions", "for_this_processor"},
    "page": {"scripts", *software.FRONT_ENDS.values()},
    "port": {"number", "free"},
}


def examine(code, package=ROOT, **environment):
    """Return what `bitmass doctor --json` finds in an environment, where it ends with this exit code."""
    said = subprocess.run(
        [sys.executable, "-m", "bitmass_viz.cli", "doctor", "--json"],
        capture_output=True,
        text=True,
        cwd=package,
        env={**HEALTHY, **{name: str(value) for name, value in environment.items()}},
    )
    assert said.returncode == code, said.stdout + said.stderr
    assert "Traceback" not in said.stderr
    found = json.loads(said.stdout)
    assert found["ok"] == (code == 0)
    return found


def the_one(sentences, *words):
    """Return the sentence that has these words, of which there must be one."""
    (sentence,) = [sentence for sentence in sentences if all(word in sentence for word in words)]
    return sentence


@pytest.fixture
def not_a_folder(tmp_path):
    """A path that nobody, root included, can put a file into."""
    file = tmp_path / "file"
    file.touch()
    return file / "folder"


def test_a_healthy_set_up():
    found = examine(0)
    assert found["wrong"] == []
    assert set(found) == {"ok", "wrong", "remarks", *FACTS}
    assert {name: set(found[name]) for name in FACTS} == FACTS
    assert found["bitmass_viz"]["version"] == __version__
    assert found["bitmass_viz"]["folder"] == str(ROOT / "bitmass_viz")
    assert all(found["packages"].values())
    assert found["compiled"]["writable"]
    assert 0 <= found["compiled"]["for_this_processor"] <= found["compiled"]["functions"]
    assert 0 < found["machine"]["free_mb"] <= found["machine"]["memory_mb"]


def test_wrong_versions_damaged_digits_and_folders_that_cannot_be_written(tmp_path, not_a_folder):
    metadata = tmp_path / "site" / f"bitmass_viz-{__version__}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(
        f"Metadata-Version: 2.4\nName: bitmass-viz\nVersion: {__version__}\nRequires-Python: >=3.99\n"
        "Requires-Dist: numba>=99\nRequires-Dist: nowhere-to-be-had>=2\n"
        "Requires-Dist: torch>=99; extra == 'bench'\n"
    )
    for name in MNIST.sha256:
        (tmp_path / name).write_bytes(b"\0\0\x08\x03 damaged")
    (tmp_path / "labextensions" / "anywidget").mkdir(parents=True)
    (tmp_path / "labextensions" / "anywidget" / "package.json").write_text('{"version": "0.1.0"}')
    found = examine(
        1,
        PYTHONPATH=metadata.parents[1],
        BITMASS_DATA=tmp_path,
        BITMASS_CACHE=not_a_folder,
        NUMBA_DISABLE_JIT=1,
        JUPYTER_PATH=tmp_path,
    )
    wrong = found["wrong"]
    assert "environment" in the_one(wrong, "Python 3.", ">=3.99")
    assert 'pip install "numba>=99"' in the_one(wrong, "numba is ", ">=99 is needed")
    assert 'pip install "nowhere-to-be-had>=2"' in the_one(wrong, "not installed")
    assert "BITMASS_DATA" in the_one(wrong, "MNIST is damaged", str(tmp_path))
    assert "set BITMASS_CACHE" in the_one(wrong, str(not_a_folder), "cannot be written")
    assert "unset it" in the_one(wrong, "NUMBA_DISABLE_JIT is 1")
    assert "delete that folder" in the_one(wrong, "anywidget 0.1.0 from", str(tmp_path))
    assert len(wrong) == 7
    assert found["mnist"]["sha256_right"] is False


def test_packages_that_cannot_be_imported(tmp_path):
    for name, code in (("numba", "raise ImportError('no LLVM here')"), ("jupyterlab", "import os; os._exit(3)")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(code)
    found = examine(1, PYTHONPATH=tmp_path)
    assert "pip install --force-reinstall numba" in the_one(found["wrong"], "ImportError: no LLVM here")
    assert "exit code 3" in the_one(found["wrong"], "jupyterlab cannot be imported")
    assert all(found["packages"].values())
    assert found["compiled"] == {"folders": None}


def test_a_cache_folder_that_is_not_used_old_vectors_and_a_taken_port(not_a_folder):
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            busy.bind(("127.0.0.1", DEFAULT_PORT))
            busy.listen()
        except OSError:
            """Somebody else has it, which is as good."""
        found = examine(1, NUMBA_CACHE_DIR=not_a_folder, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="+sse2")
    (wrong,) = found["wrong"]
    assert f"NUMBA_CACHE_DIR is {not_a_folder}" in wrong
    assert found["compiled"]["folders"][0] in wrong
    assert "--port" in the_one(found["remarks"], f"Port {DEFAULT_PORT}")
    if "x86_64" in found["machine"]["system"]:
        assert "NUMBA_CPU_FEATURES" in the_one(found["remarks"], "AVX2")
    assert found["port"] == {"number": DEFAULT_PORT, "free": False}


def test_no_folder_for_compiled_code(tmp_path, not_a_folder):
    shutil.copytree(
        ROOT / "bitmass_viz",
        tmp_path / "bitmass_viz",
        ignore=shutil.ignore_patterns("__pycache__", "node_modules"),
    )
    for folder in ("kernels", "data"):
        (tmp_path / "bitmass_viz" / folder / "__pycache__").touch()
    found = examine(1, tmp_path, XDG_CACHE_HOME=not_a_folder, HOME=not_a_folder, MPLCONFIGDIR=tmp_path)
    assert "set NUMBA_CACHE_DIR" in the_one(found["wrong"], "Compiled code is not kept")
    assert found["compiled"] == {"folders": [], "writable": False}


def test_damage_in_the_cache_of_compiled_code(tmp_path):
    compile_one = "from bitmass_viz.kernels.sums import class_vectors; class_vectors(3)"
    environment = {**HEALTHY, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", compile_one], check=True, cwd=ROOT, env=environment)
    (index,) = tmp_path.rglob("*.nbi")
    index.write_bytes(index.read_bytes()[:-20])
    found = examine(1, NUMBA_CACHE_DIR=tmp_path)
    assert str(index.parent) in the_one(found["wrong"], "kernels.sums.class_vectors", "delete")
    assert "bitmass warmup" in the_one(found["remarks"], "compiled")


@pytest.mark.usefixtures("data_folder")
def test_mnist_that_is_right():
    part = stores.mnist()
    assert part.wrong == part.remarks == []
    assert part.facts["sha256_right"] is True


def test_mnist_of_which_a_byte_is_wrong_or_a_file_is_missing(data_folder):
    path = damage(data_folder)
    (wrong,) = stores.mnist().wrong
    assert str(path) in wrong
    path.unlink()
    (wrong,) = stores.mnist().wrong
    assert "does not hold t10k-labels-idx1-ubyte" in wrong
    assert "unset it" in wrong


@pytest.mark.usefixtures("cache")
def test_mnist_in_the_cache_and_nowhere(files):
    part = stores.mnist()
    assert part.wrong == []
    assert "bitmass fetch" in part.remarks[0]
    for name, content in files.items():
        MNIST.store(name, content)
    part = stores.mnist()
    assert part.facts["found_in"] == str(cache_folder())
    assert part.wrong == part.remarks == []
    (cache_folder() / "t10k-labels-idx1-ubyte").write_bytes(b"damaged")
    assert "bitmass fetch" in stores.mnist().wrong[0]


def test_a_front_end_that_jupyterlab_does_not_find(tmp_path, monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    wrong = software.page().wrong
    assert "pip install --force-reinstall anywidget" in the_one(wrong, "JupyterLab's extension anywidget")
    assert "jupyterlab_widgets" in the_one(wrong, "@jupyter-widgets/jupyterlab-manager")


def test_a_script_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(software, "PACKAGE", tmp_path)
    part = software.page()
    assert part.facts["scripts"] is False
    assert "pip install" in the_one(part.wrong, "explorer.js is missing")


def test_a_machine_with_little_free_memory(monkeypatch):
    monkeypatch.setattr(machine, "free_bytes", lambda: 300_000_000)
    (wrong,) = machine.computer().wrong
    assert wrong.startswith("300 MB of memory are free")
    assert "--preheat 0" in wrong


def test_a_check_that_breaks_off_leaves_the_others(monkeypatch):
    def broken():
        raise KeyError("surprise")

    monkeypatch.setattr(doctor, "CHECKS", {"first": broken, "mnist": stores.mnist})
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "- The check of first broke off (KeyError: 'surprise'); please report that." in result.output
    assert "cache_writable" in result.output
    assert result.output.endswith("1 thing is wrong.\n")


def test_it_is_read_as_lines(monkeypatch):
    part = software.Part({"free": True, "folders": ["a", "b"], "memory_mb": None}, remarks=["Look out."])
    monkeypatch.setattr(doctor, "CHECKS", {"machine": lambda: part})
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "machine",
        "  free       yes",
        "  folders    a, b",
        "  memory_mb  unknown",
        "",
        "Remarks:",
        "- Look out.",
        "",
        "Nothing is wrong.",
    ]
