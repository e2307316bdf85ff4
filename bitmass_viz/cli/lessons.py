"""Copy the lessons into a working folder, and open JupyterLab there."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST = "01-bits-and-bit-mass.ipynb"
LESSONS = "[0-9][0-9]-*.ipynb"
FOR_TEACHERS = ("README.md", "solutions/*.py")
"""The teacher's guide and the solutions, which are not copied for students."""
SETTINGS = Path(__file__).parent / "lab"
"""JupyterLab's settings for a class: no question about news, and no requests to the internet."""


@dataclass(frozen=True)
class CopiedLessons:
    """The result of `copy_lessons`.

    Attributes
    ----------
    copied, kept : tuple of Path
        New files, and existing files that were left unchanged.
    """

    copied: tuple[Path, ...]
    kept: tuple[Path, ...]


def notebooks_folder() -> Path:
    """Return the folder of the notebooks, in the installed package or in the source tree.

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    package = Path(__file__).parents[1]
    places = (package / "notebooks", package.parent / "notebooks")
    for place in places:
        if (place / FIRST).is_file():
            return place
    raise FileNotFoundError(f"{FIRST} is neither in {places[0]} nor in {places[1]}; install bitmass-viz anew")


def explainer_notebook() -> Path:
    """Return the path of the explainer notebook; see `notebooks_folder`."""
    return notebooks_folder() / "explainer.ipynb"


def copy_lessons(folder: Path, teacher: bool = False) -> CopiedLessons:
    """Copy the lessons into a folder. Existing files are never changed.

    Parameters
    ----------
    folder : Path
        Created if missing.
    teacher : bool
        Whether to copy the guide and the solutions too.

    Raises
    ------
    OSError
        If `folder` is a file, or cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"lessons are copied into a folder, and {folder} is a file; give another name")
    source = notebooks_folder()
    patterns = (LESSONS, *(FOR_TEACHERS if teacher else ()))
    copied, kept = [], []
    for path in sorted(found for pattern in patterns for found in source.glob(pattern)):
        target = folder / path.relative_to(source)
        if target.exists():
            kept.append(target)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        # Copied under another name first, so an interrupted copy is not mistaken for a lesson.
        partial = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, partial)
        partial.replace(target)
        copied.append(target)
    return CopiedLessons(tuple(copied), tuple(kept))


def open_lab(folder: Path, arguments: Sequence[str] = ()) -> None:
    """Run JupyterLab in a folder of lessons, opened at the first one, until it is shut down.

    Parameters
    ----------
    folder : Path
    arguments : sequence of str
        JupyterLab's command-line arguments, for example ``--no-browser``.
    """
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(
        argv=[
            f"--ServerApp.root_dir={folder.resolve()}",
            f"--LabApp.default_url=/lab/tree/{FIRST}",
            f"--LabApp.app_settings_dir={SETTINGS}",
            *arguments,
        ]
    )
