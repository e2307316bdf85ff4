"""Which Python a page's kernel runs in, and how it is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

LAUNCH = Path(__file__).with_name("kernel_launcher.py")
DEAF = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh") if os.name == "posix" else ()
"""Starts a program without Ctrl-C: Python would complain of one that comes before `launch` has begun."""
OPTIONS = ["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"]
"""A kernel's warnings would go to our terminal, and its history into the user's own."""


class ThisPython(KernelSpecManager):
    """Knows one kernel: the Python that runs the server, whatever kernels the user has installed elsewhere.

    A "python3" kernel in the home folder has precedence in Jupyter, and often is another environment, without
    this package.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel's name and folder."""
        return {"python3": RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return this Python, whatever name a notebook asks for, started by our `launch`."""
        spec = get_kernel_dict(extra_arguments=OPTIONS)
        options = spec["argv"][spec["argv"].index("-f") :]
        spec["argv"] = [*DEAF, sys.executable, "-P", str(LAUNCH), self._wanted_module(), *options]
        return KernelSpec(resource_dir=RESOURCES, **spec)

    def get_all_specs(self) -> dict[str, Any]:
        """Return the one kernel as Jupyter's API describes it."""
        return {"python3": {"resource_dir": RESOURCES, "spec": self.get_kernel_spec("python3").to_dict()}}

    def _wanted_module(self) -> str:
        """Return what a kernel may import before the notebook does; empty if the notebook does not use us."""
        notebook = getattr(self.parent, "notebook_path", None)
        return "bitmass_viz.widgets" if notebook and uses_this_package(Path(notebook)) else ""


def uses_this_package(notebook: Path) -> bool:
    """Tell whether a notebook imports this package, or may do so."""
    return "bitmass_viz" in notebook.read_text("utf-8", errors="ignore")
