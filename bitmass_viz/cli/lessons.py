"""Hand out the lessons: copy them to where somebody works on them, and open JupyterLab there."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST = "01-bits-and-bit-mass.ipynb"
LESSONS = "[0-9][0-9]-*.ipynb"
FOR_TEACHERS = ("README.md", "solutions/*.py")
"""The guide and the solutions, which students are not given."""
SETTINGS = Path(__file__).parent / "lab"
"""JupyterLab's settings for a class: it asks nobody about news, and the internet about nothing."""


@dataclass(frozen=True)
class HandedOut:
    """What became of each file.

    Attributes
    ----------
    copied, kept : tuple of Path
        Files that are new, and files that were there and are as they were.
    """

    copied: tuple[Path, ...]
    kept: tuple[Path, ...]


def notebooks_folder() -> Path:
    """Return where the notebooks lie: in the installed package, or in the source tree.

    Raises
    ------
    FileNotFoundError
        The installation is incomplete.
    """
    package = Path(__file__).parents[1]
    places = (package / "notebooks", package.parent / "notebooks")
    for place in places:
        if (place / FIRST).is_file():
            return place
    raise FileNotFoundError(f"{FIRST} is neither in {places[0]} nor in {places[1]}; install bitmass-viz anew")


def hand_out(folder: Path, teacher: bool = False) -> HandedOut:
    """Copy the lessons into a folder. A file that is there is never touched, whatever is in it.

    Parameters
    ----------
    folder : Path
        Is made if it is not there.
    teacher : bool
        Whether to copy the guide and the solutions, too.

    Raises
    ------
    OSError
        If it is no folder, or cannot be written to.
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
        # Under another name first: a copy that is cut short must not pass for a lesson.
        begun = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, begun)
        begun.replace(target)
        copied.append(target)
    return HandedOut(tuple(copied), tuple(kept))


def open_lab(folder: Path, arguments: Sequence[str] = ()) -> None:
    """Run JupyterLab in a folder of lessons, opened at the first one, until it is ended.

    Parameters
    ----------
    folder : Path
    arguments : sequence of str
        Of JupyterLab, for example ``--no-browser``.
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
