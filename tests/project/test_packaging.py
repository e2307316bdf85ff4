"""What is published, wheel and sdist; and the wheel at work on a machine that has nothing else, and no network."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bitmass_viz import __version__
from tests.browser.conftest import Page, headless
from tests.conftest import ROOT
from tests.server.explore import App

NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody is: what asks for it gets nowhere."""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the wheel and the sdist that it was built from."""
    if shutil.which("uv") is None:
        pytest.skip("uv, which builds the wheel, is not on the path")
    folder = tmp_path_factory.mktemp("dist")
    run("uv", "build", "--quiet", "--out-dir", folder, ROOT)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


class Machine:
    """A folder with an environment that has only the wheel, and an empty home."""

    def __init__(self, folder, wheel):
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.python = folder / "environment" / "bin" / "python"
        run("uv", "venv", "--quiet", "--python", sys.executable, folder / "environment")
        run("uv", "pip", "install", "--quiet", "--python", self.python, wheel)
        kept = ("HOME", "PATH", "LANG", "TMPDIR")
        self.environment = {name: "" for name in os.environ if re.match("BITMASS_|PYTHON|NUMBA_|XDG_", name)}
        self.environment |= {"HOME": str(self.home), "NO_PROXY": "127.0.0.1,localhost"}
        self.environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
        self.bare = {name: os.environ[name] for name in kept if name in os.environ} | {
            name: value for name, value in self.environment.items() if value
        }
        offline = ["unshare", "--map-root-user", "--net"]
        can = shutil.which(offline[0]) and not subprocess.run([*offline, "true"], capture_output=True).returncode
        self.offline = offline if can else []

    def bitmass(self, *arguments, code=0):
        """Run the command without a network, and return what it prints."""
        program = self.python.with_name("bitmass")
        command = [*self.offline, program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.home, env=self.bare)
        assert done.returncode == code, done.stdout + done.stderr
        assert done.stderr == ""
        return done.stdout


@pytest.fixture(scope="module")
def machine(built, tmp_path_factory):
    return Machine(tmp_path_factory.mktemp("machine"), built[0])


def test_a_registry_would_take_both(built):
    checked = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *built)
    assert checked.count("PASSED") == 2


def test_the_wheel_carries_the_notebooks_and_what_the_page_needs(built):
    names = set(zipfile.ZipFile(built[0]).namelist())
    package = ROOT / "bitmass_viz"
    folders = ("server/templates", "cli/lab", "widgets/static", "experiments/results")
    needed = {path for folder in folders for path in (package / folder).rglob("*") if path.is_file()}
    assert {path.relative_to(ROOT).as_posix() for path in needed} <= names
    notebooks = {path.relative_to(ROOT) for path in (ROOT / "notebooks").rglob("*.ipynb")}
    notebooks -= {path for path in notebooks if ".ipynb_checkpoints" in path.parts}
    assert {f"bitmass_viz/{path.as_posix()}" for path in notebooks} <= names
    assert {"bitmass_viz/notebooks/README.md", "bitmass_viz/notebooks/solutions/lesson_05.py"} <= names
    assert not [name for name in names if "node_modules" in name or name.endswith((".nbi", ".nbc"))]


def test_the_command_comes_from_the_wheel(machine):
    assert machine.bitmass("--version") == f"bitmass {__version__}\n"
    found = run(machine.python, "-c", "import bitmass_viz; print(bitmass_viz.__file__)", cwd=machine.home)
    assert Path(found.strip()).is_relative_to(machine.folder)


def test_the_lessons_are_handed_out(machine):
    assert " 7 copied" in machine.bitmass("lessons", "class", "--only-copy")
    assert len(list((machine.home / "class").glob("*.ipynb"))) == 7


def test_the_doctor_finds_nothing_wrong_until_something_is(machine):
    found = json.loads(machine.bitmass("doctor", "--json"))
    assert found["wrong"] == []
    assert Path(found["bitmass_viz"]["folder"]).is_relative_to(machine.folder)
    assert found["mnist"]["cache"].startswith(str(machine.home))
    assert any("bitmass fetch" in remark for remark in found["remarks"])

    extension = machine.folder / "environment" / "share" / "jupyter" / "labextensions" / "anywidget"
    script = Path(found["bitmass_viz"]["folder"]) / "widgets" / "static" / "explorer.js"
    for path in (extension, script):
        path.rename(path.with_name("away"))
    try:
        found = json.loads(machine.bitmass("doctor", "--json", code=1))
    finally:
        for path in (extension, script):
            path.with_name("away").rename(path)
    assert [
        any(words in sentence for sentence in found["wrong"]) for words in ("extension anywidget", script.name)
    ]
    assert len(found["wrong"]) == 2


@pytest.mark.browser
def test_the_page_opens_and_plays(machine):
    app = App("--preheat", "0", python=machine.python, folder=machine.home, **machine.environment)
    with headless() as browser:
        page = Page(browser.new_context(viewport={"width": 1280, "height": 800}), app.url)
        before = page.frames()
        page.at("play").click()
        page.wait_for(f"+root.dataset.frames > {before + 10}", timeout=60_000)
        page.at("pause").click()
        page.wait_for("root.dataset.state === 'paused'")
        assert page.trouble == []
        kernel = page.evaluate("document.body.dataset.kernelId")
        assert kernel
    code, said = app.stop()
    assert code == 0, said
    assert "Traceback" not in said
