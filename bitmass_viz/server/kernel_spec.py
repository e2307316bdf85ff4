"""Kernel spec of a page's kernel: which Python it runs in, and how it is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

LAUNCH = Path(__file__).with_name("kernel_launcher.py")
IGNORING_SIGINT = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh") if os.name == "posix" else ()
"""Prefix that starts a program with SIGINT ignored; Python would print a traceback if one came before the launcher
has set its own handler."""
OPTIONS = ["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"]
"""Without these a kernel's warnings would go to our terminal, and its history into the user's."""


class ThisPython(KernelSpecManager):
    """Offers a single kernel, the Python that runs the server, whatever kernels the user has installed.

    In Jupyter a "python3" kernel in the home folder takes precedence; it is often another environment, without
    this package.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel's name and folder."""
        return {"python3": RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return this Python, whatever kernel name a notebook has, started by our launcher."""
        spec = get_kernel_dict(extra_arguments=OPTIONS)
        options = spec["argv"][spec["argv"].index("-f") :]
        spec["argv"] = [*IGNORING_SIGINT, sys.executable, "-P", str(LAUNCH), self._wanted_module(), *options]
        return KernelSpec(resource_dir=RESOURCES, **spec)

    def get_all_specs(self) -> dict[str, Any]:
        """Return the one kernel in the form of Jupyter's API."""
        return {"python3": {"resource_dir": RESOURCES, "spec": self.get_kernel_spec("python3").to_dict()}}

    def _wanted_module(self) -> str:
        """Return the module for a kernel to import early; empty if the notebook does not use this package."""
        notebook = getattr(self.parent, "notebook_path", None)
        return "bitmass_viz.widgets" if notebook and uses_this_package(Path(notebook)) else ""


def uses_this_package(notebook: Path) -> bool:
    """Return whether a notebook mentions this package, so that it may import it."""
    return "bitmass_viz" in notebook.read_text("utf-8", errors="ignore")
