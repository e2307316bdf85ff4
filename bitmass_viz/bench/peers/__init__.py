"""The tools that we compare with, one file each. Tools that are not installed are reported as left out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

HOW = "uv run --extra bench bitmass bench, or pip install torch faiss-cpu threadpoolctl"
MODULES = {"torch_peer": "PyTorch", "faiss_peer": "FAISS", "threadpoolctl": "NumPy's BLAS on one thread"}


@dataclass(frozen=True)
class LeftOut:
    """Something that was not compared, why, and how to include it."""

    name: str
    why: str
    how: str = ""


def find(module: str) -> ModuleType | LeftOut:
    """Import a peer's file in this folder, or a package that it requires.

    Parameters
    ----------
    module : str
        A name in `MODULES`.
    """
    try:
        return import_module(f"{__name__}.{module}" if module.endswith("_peer") else module)
    except ModuleNotFoundError as error:
        return LeftOut(MODULES[module], f"{error.name} is not installed", HOW)
    except (ImportError, OSError) as error:
        return LeftOut(MODULES[module], f"cannot be imported: {one_line(error)}", HOW)


def one_line(error: BaseException) -> str:
    """Return the first line of an error's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
