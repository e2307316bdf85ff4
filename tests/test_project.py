"""The project around the package: what conda, Binder, pip and the rules of the repository rely on."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

import bitmass_viz

ROOT = Path(__file__).parents[1]


def test_the_citation_is_of_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == bitmass_viz.__version__
    assert citation["license"] == project["license"]
    assert citation["repository-code"] == project["urls"]["Repository"]
    assert citation["authors"] == project["authors"]
    assert citation["keywords"] == project["keywords"]
    assert citation["abstract"] == project["description"]


def test_training_does_not_import_the_widgets():
    code = (
        "import sys, bitmass_viz as bm\n"
        "loaded = [m for m in sys.modules if m.split('.')[0] in ('ipywidgets', 'anywidget', 'IPython', 'voila')]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


LAYERS = [
    ["folders", "machine", "numeric"],
    ["kernels"],
    ["palette", "arguments", "console"],
    ["pretty", "whole", "versions"],
    ["architecture", "views", "shown"],
    ["data"],
    ["compiled"],
    ["trainers"],
    ["history", "compare", "run", "ledger", "in_step", "one_step", "explain", "saved"],
    ["player", "controls", "link", "session", "export", "offer", "memory", "experiments", "check", "warmup"],
    ["figures"],
    ["report"],
    ["widgets"],
    ["bench", "recording"],
    ["site"],
    [
        "addresses",
        "environment",
        "frontend",
        "kernelspec",
        "lessons",
        "message_filter",
        "traces",
        "unread",
        "watchdog",
    ],
    ["connections", "launch", "ports", "precompile", "preheat", "proxied"],
    ["admission"],
    ["guard"],
    ["channel"],
    ["serve", "doctor"],
    ["cli"],
]


def test_imports_point_one_way():
    rank = {name: i for i, names in enumerate(LAYERS) for name in names}
    package = ROOT / "bitmass_viz"
    for path in package.rglob("*.py"):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[0] == "__init__":
            continue
        here = rank[parts[0]]
        for imported in re.findall(r"(?:from|import) bitmass_viz\.(\w+)", path.read_text()):
            assert rank[imported] <= here, f"{'/'.join(parts)} imports {imported}"


def test_no_file_names_a_package_registry():
    hosts = ("pypi" + ".org", "registry.npmjs" + ".org", "files.pythonhosted" + ".org", "conda.anaconda" + ".org")
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if not path.is_file() or inside[0] in (".git", ".venv", "dist") or "node_modules" in inside:
            continue
        if (
            path.suffix in (".py", ".js", ".json", ".toml", ".yml", ".md", ".ipynb", ".yaml", "")
            and "lock" not in path.name
        ):
            text = path.read_text(errors="ignore")
            assert not any(host in text for host in hosts), path


def test_the_first_picture_needs_no_compiler():
    program = (
        "import sys, bitmass_viz as bm\n"
        "from tests.conftest import make_digits\n"
        "for name in ('sgd', 'adamw', 'bv32-hebbian'):\n"
        "    bm.Explorer(bm.Run(name, make_digits()))\n"
        "slow = {'numba', 'scipy', 'pandas', 'matplotlib', 'requests'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"
