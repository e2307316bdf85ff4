"""Folders for our files, from environment variables or the system's defaults."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the cache folder: `$BITMASS_CACHE`, or else the system's default."""
    named = folder_named_by("BITMASS_CACHE")
    if named is not None:
        return named
    usual = platformdirs.user_cache_dir("bitmass_viz", appauthor=False)
    if usual.startswith("~"):
        raise OSError("this user has no home folder to keep files in; set BITMASS_CACHE to a folder")
    return Path(usual)


def folder_named_by(variable: str) -> Path | None:
    """Return the folder named by an environment variable, or None if it is not set."""
    value = os.environ.get(variable, "").strip()
    if not value:
        return None
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise OSError(f"{variable} is {value!r}, but there is no such home folder; give a full path") from error
