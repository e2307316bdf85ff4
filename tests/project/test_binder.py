"""Binder: its folder as repo2docker reads it, and its build, run for real in an environment of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bitmass_viz.server import proxy_entry
from tests.conftest import ROOT, missing, needs_jit

CONDA_NAMES = {"matplotlib": "matplotlib-base"}
HELPERS = ("pytest", "hypothesis")
"""What tests/conftest.py imports."""
BY_CONDA_ALONE = {"python", "pip"}


def goes_into_the_image(name):
    """Whether repo2docker copies a file of the repository: it reads the ignore file that lies beside the rest."""
    build = pytest.importorskip("docker.utils.build")
    lines = (ROOT / "binder" / ".dockerignore").read_text().splitlines()
    return not build.PatternMatcher([line for line in lines if line[0] != "#"]).matches(name)


def specified(requirement):
    """Name and versions of a requirement, the name as conda has it."""
    name, versions = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", requirement).groups()
    return CONDA_NAMES.get(name.lower(), name.lower()), versions


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "binder" / "environment.yml").read_text())


def test_binder_and_conda_have_the_same_environment():
    assert (ROOT / "binder" / "environment.yml").read_text() == (ROOT / "environment.yml").read_text()


def test_the_environment_is_in_step_with_the_package(project, environment):
    """No dependency is missing, none is left over, and the versions are the same."""
    listed = dict(map(specified, environment["dependencies"]))
    wanted = dict(map(specified, [*project["dependencies"], *project["optional-dependencies"]["hub"]]))
    assert {name: versions for name, versions in listed.items() if name not in BY_CONDA_ALONE} == wanted
    lowest = re.search(r"\d+\.\d+", project["requires-python"])[0]
    assert tuple(map(int, listed["python"].strip("=").split("."))) >= tuple(map(int, lowest.split(".")))


def test_the_build_script_can_run_and_stops_at_the_first_error():
    script = ROOT / "binder" / "postBuild"
    lines = script.read_text().splitlines()
    assert lines[0].startswith("#!")
    assert "set -e" in lines
    assert script.stat().st_mode & 0o111


def test_repo2docker_takes_the_folder_for_conda_and_runs_the_build_script(monkeypatch):
    """Its own reading, as far as it goes without Docker: which build pack, and what goes into the image."""
    app = pytest.importorskip("repo2docker.app").Repo2Docker()
    monkeypatch.chdir(ROOT)
    packs = (kind(app.base_image) for kind in app.buildpacks)
    pack = next(pack for pack in packs if pack.detect())
    assert type(pack).__name__ == "CondaBuildPack"
    assert pack.binder_dir == "binder"
    assert pack.python_version == "3.12"
    pack.platform = "linux/amd64"
    rendered = pack.render({})
    assert "binder/environment.yml" in rendered
    built = rendered.index("RUN ./binder/postBuild")
    assert rendered.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < built, (
        "after the repository has been copied"
    )
    assert re.findall(r"binder/[\w-]*server", rendered) == []


@pytest.mark.parametrize("name", [".git/config", "tests/conftest.py", ".ci/run"])
def test_history_and_tests_stay_out_of_the_image(name):
    assert not goes_into_the_image(name)


def test_the_badges_lead_to_the_page_and_to_the_lessons(project):
    readme = (ROOT / "README.md").read_text()
    repository = project["urls"]["Repository"].removeprefix("https://github.com/")
    links = [urlsplit(link) for link in re.findall(r"https://mybinder\.org/v2/[^)]*", readme)]
    assert {link.path for link in links} == {f"/v2/gh/{repository}/HEAD"}
    page, lessons = (parse_qs(link.query)["urlpath"][0] for link in links)
    assert page == f"{proxy_entry.NAME}/"
    assert (ROOT / lessons.removeprefix("lab/tree/")).is_file()


class Image:
    """What Binder builds, without Docker: an environment, a home, and a copy of the repository."""

    def __init__(self, folder, project):
        uv = shutil.which("uv")
        if uv is None:
            missing("uv, which makes the environment, is not on the path")
        self.folder, self.home, self.repo = folder, folder / "home", folder / "repo"
        self.python = folder / "env" / "bin" / "python"
        self.home.mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file() and goes_into_the_image(name):
                (self.repo / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.repo / name)
        # Tests' helpers, without the package that lies beside them.
        shutil.copytree(ROOT / "tests", folder / "helpers" / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run([uv, "venv", "-q", "--seed", "-p", sys.executable, str(folder / "env")], check=True)
        install = [uv, "pip", "install", "-q", "--python", str(self.python)]
        subprocess.run([*install, *project["dependencies"], *HELPERS], check=True)
        self.built = self.run(["bash", "binder/postBuild"], cwd=self.repo)

    def run(self, command, cwd=None, **how):
        environment = {
            "HOME": str(self.home),
            "PATH": f"{self.python.parent}:/usr/bin:/bin",
            "BITMASS_DATA": os.environ.get("BITMASS_DATA", ""),
        } | how.pop("env", {})
        return subprocess.run(
            command, cwd=cwd or self.folder, env=environment, capture_output=True, text=True, **how
        )

    def train_one(self, **environment):
        environment["PYTHONPATH"] = str(self.folder / "helpers")
        return self.run([str(self.python), "-c", TRAIN_ONE], env=environment)


@pytest.fixture(scope="module")
def image(project, tmp_path_factory):
    return Image(tmp_path_factory.mktemp("binder"), project)


def said(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@needs_jit
def test_the_build_script_installs_fetches_and_compiles(image):
    assert image.built.returncode == 0, image.built.stdout + image.built.stderr
    assert "Compiled kernels.hebbian" in image.built.stdout
    assert "MNIST is in" in image.built.stdout or "MNIST could not be fetched" in image.built.stdout
    where = image.run([str(image.python), "-c", "import bitmass_viz; print(bitmass_viz.__file__)"])
    assert where.stdout.startswith(str(image.folder / "env")), "installed, and not run from the repository"


@pytest.mark.slow
@needs_jit
def test_after_it_nothing_is_left_to_compile_whoever_is_trained(image):
    helpers = {"PYTHONPATH": str(image.folder / "helpers")}
    missed, used = said(image.run([str(image.python), "-c", TRAIN_EVERYTHING], env=helpers))
    assert missed == []
    assert "kernels.hebbian.learn" in used
    again = said(image.run(["bitmass", "warmup", "--json"]))
    assert again["compiled"] == []
    assert "kernels.raster.draw_lines" in again["cached"]
    assert again["uncached"] == []


@pytest.mark.slow
@needs_jit
def test_where_the_environment_cannot_be_written_to_a_reader_still_trains(image, tmp_path):
    """Numba then passes over what the build compiled, and keeps its own in the reader's home."""
    installed = image.run([str(image.python), "-c", "import bitmass_viz; print(bitmass_viz.__path__[0])"])
    cache = Path(installed.stdout.strip()) / "kernels" / "__pycache__"
    aside = cache.rename(cache.with_name("aside"))
    # A file where the folder was stops also root, who may write anywhere.
    cache.write_text("")
    try:
        found = said(image.train_one(HOME=str(tmp_path)))
    finally:
        cache.unlink()
        aside.rename(cache)
    assert found["accuracy"] > 0.3
    assert found["compiled"]
    assert all(folder.startswith(str(tmp_path)) for folder in found["folders"])


@pytest.mark.slow
@needs_jit
def test_on_another_processor_than_that_of_the_build_a_reader_still_trains(image):
    """What was compiled for another processor is not run; it is compiled once more, and then kept."""
    first, again = (said(image.train_one(NUMBA_CPU_NAME="generic")) for _ in range(2))
    assert first["compiled"]
    assert first["accuracy"] == again["accuracy"] > 0.3
    assert again["compiled"] == []


TRAIN_ONE = """
import json
import bitmass_viz as bm
from bitmass_viz.training import warmup
from tests.conftest import make_digits

run = bm.Run("linear", make_digits(), recipe="tuned")
run.train(epochs=3, progress=False)
accuracy = run.accuracy("test")
used = {n: f for n, f in warmup.dispatchers().items() if f.stats.cache_hits or f.stats.cache_misses}
print(json.dumps({
    "accuracy": accuracy,
    "compiled": [n for n, f in used.items() if f.stats.cache_misses],
    "folders": [str(f.stats.cache_path) for f in used.values()],
}))
"""

TRAIN_EVERYTHING = """
import json
import bitmass_viz as bm
from bitmass_viz.training import warmup
from bitmass_viz.trainers import RECIPES
from tests.conftest import make_digits

digits = make_digits()
for name, trainer in bm.TRAINERS.items():
    for recipe in RECIPES:
        run = bm.Run(name, digits, recipe=recipe)
        run.train(epochs=1, progress=False)
        run.accuracy("test")
        run.predict(digits.test.images)
        run.seek(3)
        run.step()
        run.trainer.put_weights(run.weights)
run = bm.Run("bv32-hebbian", digits, rule="delta")
run.step()
run.set_option("centring", False)

functions = warmup.dispatchers()
missed = [name for name, function in functions.items() if sum(function.stats.cache_misses.values())]
used = [name for name, function in functions.items() if sum(function.stats.cache_hits.values())]
print(json.dumps([missed, used]))
"""
