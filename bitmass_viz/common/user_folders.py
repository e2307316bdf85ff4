"""Folders that the user or the system names for our files."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the folder for downloaded files: `$BITMASS_CACHE`, else the usual one of this system."""
    named = folder_named_by("BITMASS_CACHE")
    if named is not None:
        return named
    usual = platformdirs.user_cache_dir("bitmass_viz", appauthor=False)
    if usual.startswith("~"):
        raise OSError("this user has no home folder to keep files in; set BITMASS_CACHE to a folder")
    return Path(usual)


def folder_named_by(variable: str) -> Path | None:
    """Return the folder that an environment variable names, or None if it is not set."""
    value = os.environ.get(variable, "").strip()
    if not value:
        return None
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise OSError(f"{variable} is {value!r}, but there is no such home folder; give a full path") from error
