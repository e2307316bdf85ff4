"""Code that readers' kernels run lies only where nobody else can put it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bitmass_viz import kernels
from bitmass_viz.common.folders import make
from bitmass_viz.server.kernel_environment import kernel_environment
from tests.conftest import STRANGER, as_root
from tests.server.explore import Explore

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no owners here")
EVIL = "open({!r}, 'w').write('ran')\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    for variable in ("NUMBA_CACHE_DIR", "IPYTHONDIR", "PYTHONPYCACHEPREFIX"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    make(tmp_path / "own")
    return tmp_path / "own"


def unwritable(monkeypatch, tmp_path):
    """Let the package lie where no compiled code can be kept."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__pycache__").write_text("a file")
    monkeypatch.setattr(kernels, "__path__", [str(tmp_path / "package")])


def test_kernels_keep_their_bytecode_where_python_may_not_write_it(own, tmp_path, monkeypatch):
    found = kernel_environment(own, pytest.fail)
    subprocess.run([sys.executable, "-c", "import colorsys"], env={**os.environ, **found}, check=True)
    assert list((tmp_path / "cache" / "bytecode").rglob("colorsys.*.pyc"))
    monkeypatch.setattr(sys, "pycache_prefix", "/the/users/own")
    assert "PYTHONPYCACHEPREFIX" not in kernel_environment(own, pytest.fail)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert "PYTHONPYCACHEPREFIX" not in kernel_environment(own, pytest.fail)


def test_compiled_code_is_kept_where_numba_keeps_it_by_itself(own, tmp_path, monkeypatch):
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == ""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "asked")
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == str(tmp_path / "asked")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "numba"))
    (tmp_path / "file").touch()
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == "", "it passes over what it cannot write"
    unwritable(monkeypatch, tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **more: str(tmp_path / "home" / "numba"))
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == str(tmp_path / "home" / "numba")
    (tmp_path / "another").touch()
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **more: str(tmp_path / "another" / "numba"))
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == str(tmp_path / "cache" / "numba")
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "another"))
    assert kernel_environment(own, pytest.fail)["NUMBA_CACHE_DIR"] == str(own / "numba")


@pytest.mark.parametrize("what", ["every user", "an earlier visitor", pytest.param("a stranger", marks=as_root)])
def test_a_folder_that_is_not_sound_is_passed_over_with_one_sentence(own, tmp_path, monkeypatch, what):
    folders = [tmp_path / "cache" / "bytecode", tmp_path / "numba"]
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folders[1]))
    unwritable(monkeypatch, tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **more: str(tmp_path / "numba"))
    for folder in folders:
        planted = folder / "kernels_0123"
        make(planted)
        if what == "every user":
            folder.chmod(0o777)
        elif what == "an earlier visitor":
            planted.chmod(0o777)
        else:
            os.chown(folder, STRANGER, 0)
    said = []
    found = kernel_environment(own, said.append)
    assert found["PYTHONPYCACHEPREFIX"] == str(own / "bytecode")
    assert found["NUMBA_CACHE_DIR"] == str(tmp_path / "cache" / "numba")
    assert [sentence.split(",")[0] for sentence in said] == [f"No code is kept in {folder}" for folder in folders]
    assert all("chmod go-w" in sentence for sentence in said)


def test_no_code_of_somebody_else_runs_in_a_readers_kernel(tmp_path, monkeypatch):
    """What lies in IPython's start-up folder runs in every kernel with the rights of the server's user."""
    cache, profile = tmp_path / "cache", tmp_path / "profile"
    for folder in (cache / "ipython", profile):
        startup = folder / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-evil.py").write_text(EVIL.format(str(tmp_path / "evil")))
    for each in (cache, *cache.rglob("*")):
        each.chmod(0o777)
    monkeypatch.setenv("IPYTHONDIR", str(profile))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    server = Explore(tmp_path, cache=cache)
    environment = server.read().process.environ()
    stdout, said = server.stop()
    assert not (tmp_path / "evil").exists()
    assert stdout == ""
    assert re.fullmatch(
        rf"Caution: No code is kept in {re.escape(str(cache))}, because every user can write to .*\n", said
    ), "one sentence"
    assert "bitmass-viz-" in environment["PYTHONPYCACHEPREFIX"]
    assert not Path(environment["PYTHONPYCACHEPREFIX"]).exists(), "and it is gone with the server"


def test_a_server_that_is_killed_leaves_nothing_once_the_next_has_started(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    first = Explore(tmp_path, "--preheat", "1")
    first.read()
    (left,) = temporary.iterdir()
    assert list(left.glob("voila_*/kernel-*.json"))
    first.process.send_signal(signal.SIGKILL)
    first.process.communicate()
    assert left.is_dir()
    second = Explore(tmp_path)
    (own,) = temporary.iterdir()
    assert own != left
    assert second.read().process.is_running()
    assert second.stop() == ("", "")
    assert list(temporary.iterdir()) == []


def test_where_no_cache_can_be_kept_nothing_is_said_and_nothing_stays(explore, tmp_path):
    (tmp_path / "file").touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = f"import tempfile\ntempfile.tempdir = {str(temporary)!r}"
    server = explore(before=before, cache=tmp_path / "file" / "cache")
    server.read()
    assert len(list(temporary.rglob("profile_default"))) == 1
    assert server.stop() == ("", "")
    assert list(temporary.iterdir()) == []
