"""Checks of the software: installed versions, their requirements, and the page's files."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from bitmass_viz.cli.doctor.part import Part
from bitmass_viz.common.version import __version__

PACKAGE = Path(__file__).parents[2]
NAME = "bitmass-viz"
SHOWN = (
    "numpy", "numba", "llvmlite", "ipykernel", "ipywidgets", "anywidget", "voila", "jupyterlab", "traitlets",
    "matplotlib", "pandas",
)  # fmt: skip
"""Packages listed in a bug report; each has the same name as a module."""
SCRIPTS = ("widgets/static/explorer.js", "widgets/static/explorer.css")
"""Files that the page needs; listed because a source tree has no list of installed files."""
FRONT_ENDS = {"anywidget": "anywidget", "jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager"}
"""Packages with a front end for widgets → name of its JupyterLab extension."""
TRIAL_SECONDS = 120
# Imports each package, without the module that `cli.main` also disables.
TRIAL = """
import importlib, json, sys
sys.path[:] = [folder for folder in sys.path if folder]
sys.modules["rfc3987_syntax"] = None
for name in sys.argv[1:]:
    print("\\n" + json.dumps({"trying": name}), flush=True)
    try:
        importlib.import_module(name)
        error = ""
    except BaseException as caught:
        error = f"{type(caught).__name__}: {caught}"
    print("\\n" + json.dumps({"tried": name, "error": error}), flush=True)
"""


def installation() -> Part:
    """Report the installation and its Python, and check that Python is new enough."""
    from packaging.specifiers import SpecifierSet

    part = Part(
        {
            "version": __version__,
            "folder": str(PACKAGE),
            "python": platform.python_version(),
            "interpreter": sys.executable,
        }
    )
    if (ours := _ours()) is None:
        part.wrong.append(
            f"{NAME} is not installed in this Python, so that its requirements cannot be checked; "
            "run: pip install . (in the source folder)."
        )
        return part
    allowed = ours.metadata["Requires-Python"] or ""
    if not SpecifierSet(allowed).contains(platform.python_version(), prereleases=True):
        part.wrong.append(
            f"Python {platform.python_version()} is not {allowed}; install {NAME} into an environment of such a "
            "Python."
        )
    return part


def packages() -> Part:
    """Report the versions of our requirements, and which are missing, too old or broken."""
    part = Part({name: _version(name) for name in SHOWN})
    bad = set()
    for name, allowed in _requirements().items():
        found = _version(name)
        if found is None:
            bad.add(name)
            part.wrong.append(f'{name} is not installed; run: pip install "{name}{allowed}".')
        elif not allowed.contains(found, prereleases=True):
            bad.add(name)
            part.wrong.append(f'{name} is {found}, and {allowed} is needed; run: pip install "{name}{allowed}".')
    for name, error in failures().items():
        if name not in bad:
            part.wrong.append(f"{name} cannot be imported ({error}); run: pip install --force-reinstall {name}.")
    return part


def page() -> Part:
    """Check that our files are complete, and that JupyterLab finds the widgets' front ends."""
    part = Part()
    ours = _ours()
    listed = [Path(str(file.locate())) for file in (ours.files if ours else None) or () if file.suffix != ".pyc"]
    lost = [file for file in (*listed, *(PACKAGE / script for script in SCRIPTS)) if not file.is_file()]
    part.facts["scripts"] = all((PACKAGE / script).is_file() for script in SCRIPTS)
    if lost:
        part.wrong.append(f"{lost[0]} is missing; run: pip install --force-reinstall --no-deps {NAME}.")
    for package, name in FRONT_ENDS.items():
        part.facts[name], trouble = _front_end(package, name)
        if trouble:
            part.wrong.append(trouble)
    return part


@cache
def failures() -> dict[str, str]:
    """Return the packages that cannot be imported, with the reason.

    They are tried in another process, because importing a broken one can crash it.
    """
    failed: dict[str, str] = {}
    left = [name for name in SHOWN if _version(name) is not None]
    while left:
        try:
            tried = subprocess.run(
                [sys.executable, "-c", TRIAL, *left], capture_output=True, text=True, timeout=TRIAL_SECONDS
            )
            output, end = tried.stdout, f"it ends Python with exit code {tried.returncode}"
        except subprocess.TimeoutExpired as error:
            raw = error.stdout or b""
            output = raw if isinstance(raw, str) else raw.decode(errors="replace")
            end = f"not done after {TRIAL_SECONDS} seconds"
        trying = left[0]
        for line in output.splitlines():
            if line.startswith('{"trying"'):
                trying = json.loads(line)["trying"]
            elif line.startswith('{"tried"'):
                done = json.loads(line)
                left.remove(done["tried"])
                if done["error"]:
                    failed[done["tried"]] = done["error"].splitlines()[0]
        if trying in left:
            failed[trying] = end
            left.remove(trying)
    return failed


def works(name: str) -> bool:
    """Return whether one of the packages in `SHOWN` is installed and can be imported."""
    return _version(name) is not None and name not in failures()


def _ours() -> Distribution | None:
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        return None


def _requirements() -> dict[str, Any]:
    """Return the version requirements from our metadata, by package."""
    from packaging.requirements import Requirement

    ours = _ours()
    asked = [Requirement(line) for line in (ours.requires if ours else None) or ()]
    return {one.name: one.specifier for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _front_end(package: str, name: str) -> tuple[str | None, str]:
    """Return the version of a front end that JupyterLab uses, and what is wrong with it, if anything."""
    from jupyter_core.paths import jupyter_path

    if _version(package) is None:
        return None, f"{package}, which shows widgets, is not installed; run: pip install {package}."
    files = [Path(folder, name, "package.json") for folder in jupyter_path("labextensions")]
    taken = next((file for file in files if file.is_file()), None)
    if taken is None:
        return None, (
            f"JupyterLab's extension {name} is in none of its folders, so that notebooks show no widgets; "
            f"run: pip install --force-reinstall {package}."
        )
    found = _version_of(taken)
    brought = [
        file for file in distribution(package).files or () if file.match(f"labextensions/{name}/package.json")
    ]
    own = Path(str(brought[0].locate())) if brought else taken
    wanted = _version_of(own) if own.is_file() else found
    if found == wanted:
        return found, ""
    return found, (
        f"JupyterLab takes {name} {found} from {taken.parent}, and {package} {_version(package)} needs {wanted}; "
        "delete that folder."
    )


def _version_of(file: Path) -> str:
    return str(json.loads(file.read_text("utf-8"))["version"])
