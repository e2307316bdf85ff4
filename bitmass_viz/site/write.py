"""Write a site's folder atomically: completely or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

MARK = "about.json"
"""A folder with this file, as written by this package, is a site and can be replaced."""


def check_folder(folder: Path) -> None:
    """Check that a site can be written to a folder, before building it.

    Raises
    ------
    OSError
        If it is a file, holds anything but a site, or cannot be created.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; give a folder, which is made if it is not there")
    if folder.is_dir() and any(folder.iterdir()) and not _is_site(folder):
        raise FileExistsError(
            f"{folder} holds files that are no site of bitmass's, and would be lost; give an empty folder, or one "
            "that is not there"
        )
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise FileNotFoundError(f"there is no folder {parent} to make {folder.name} in; make it, or give another")
    if not os.access(parent, os.W_OK):
        raise PermissionError(f"{folder} cannot be made: the folder {parent} is not yours to write to")


def _is_site(folder: Path) -> bool:
    try:
        about = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and {"version", "made", "digits"} <= about.keys()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files to a temporary folder, then rename it, so an existing site stays until the new one is complete.

    Parameters
    ----------
    folder : Path
        Missing, empty, or a site.
    files : mapping
        Content by path, relative to the folder.

    Raises
    ------
    OSError
        As in `check_folder`, or if something cannot be written. Nothing is left behind.
    """
    check_folder(folder)
    folder = folder.absolute()
    new = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for path, content in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content)
        # A temporary folder is private to its owner; give this one the usual permissions.
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o777 & ~mask)
        if folder.exists():
            old = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}.")) / "old"
            folder.rename(old)
            try:
                new.rename(folder)
            except BaseException:
                old.rename(folder)
                raise
            finally:
                shutil.rmtree(old.parent, ignore_errors=True)
        else:
            new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
