"""The project around the package: what conda, Binder, pip and the rules of the repository rely on."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import bitmass_viz
from tests.conftest import ROOT


def test_the_citation_is_of_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == bitmass_viz.__version__
    assert citation["license"] == project["license"]
    assert citation["repository-code"] == project["urls"]["Repository"]
    assert citation["authors"] == project["authors"]
    assert citation["keywords"] == project["keywords"]
    assert citation["abstract"] == project["description"]


PLANTED = {
    "an import upwards": ("trainers/base.py", "from bitmass_viz.training import history", "Imports point one way"),
    "an experiment that draws": (
        "experiments/declared/e2_bug.py",
        "from bitmass_viz.figures import style",
        "Imports point one way",
    ),
    "a figure of one experiment": (
        "figures/pairs.py",
        "from bitmass_viz.experiments.declared import e2_bug",
        "Figures know no experiment by name",
    ),
    "a cycle of two files": ("network/layout.py", "import bitmass_viz.network.weights", "No cycles"),
    "Jupyter below the widgets": (
        "live/player.py",
        "import ipywidgets",
        "Nothing below the widgets needs Jupyter",
    ),
}


def contracts(folder):
    """Which contracts on imports hold for the package in a folder, and which are broken."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    found = re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return dict(found)


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_breaks_its_contract(fault, tmp_path):
    where, line, broken = PLANTED[fault]
    package = tmp_path / "bitmass_viz"
    shutil.copytree(ROOT / "bitmass_viz", package, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (package / where).open("a") as file:
        file.write(f"\n{line}\n")
    assert contracts(tmp_path)[broken] == "BROKEN"


FIRST_PICTURE = """
import sys, bitmass_viz as bm
assert not {"ipywidgets", "anywidget", "IPython", "voila"} & set(sys.modules)

from tests.conftest import make_digits

for name in ("sgd", "adamw", "bv32-hebbian"):
    bm.Explorer(bm.Run(name, make_digits()))
assert not {"numba", "scipy", "pandas", "matplotlib", "requests", "tqdm"} & set(sys.modules)
"""


def test_the_package_needs_no_jupyter_and_the_first_picture_no_compiler():
    done = subprocess.run([sys.executable, "-c", FIRST_PICTURE], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
