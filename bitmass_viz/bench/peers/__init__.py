"""The tools that ours are compared with, a file each. What is not installed is left out, and said to be."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

HOW = "uv run --extra bench bitmass bench, or pip install torch faiss-cpu threadpoolctl"
MODULES = {"torch_peer": "PyTorch", "faiss_peer": "FAISS", "threadpoolctl": "NumPy's BLAS on one thread"}


@dataclass(frozen=True)
class LeftOut:
    """What was not compared, why, and what one can do about it."""

    name: str
    why: str
    how: str = ""


def find(module: str) -> ModuleType | LeftOut:
    """Import what a peer needs: a file of this folder, or a package that one of them is nothing without.

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
    """Return the first line of what an error says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
