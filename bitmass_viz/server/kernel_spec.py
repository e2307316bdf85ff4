"""Kernel spec of a page's kernel: which Python it runs in, and how it is started."""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

# Known without an entry point, which a checkout that was updated but not installed again would lack.
FORKING = "bitmass-fork"
KernelProvisionerFactory.provisioners[FORKING] = EntryPoint(
    FORKING, "bitmass_viz.server.forked_kernels:ForkedProvisioner", KernelProvisionerFactory.GROUP_NAME
)
LAUNCH = Path(__file__).with_name("kernel_launcher.py")
IGNORING_SIGINT = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh") if os.name == "posix" else ()
"""Prefix that starts a program with SIGINT ignored; Python would print a traceback if one came before the launcher
has set its own handler."""
CAN_FORK = sys.platform == "linux"
"""Whether kernels are forked. On macOS libraries do not expect it, and Windows has nothing of the kind."""
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
        spec["argv"] = launch_command(self._wanted_module(), *options)
        if CAN_FORK:
            spec["metadata"] = {**spec["metadata"], "kernel_provisioner": {"provisioner_name": FORKING}}
        return KernelSpec(resource_dir=RESOURCES, **spec)

    def get_all_specs(self) -> dict[str, Any]:
        """Return the one kernel in the form of Jupyter's API."""
        return {"python3": {"resource_dir": RESOURCES, "spec": self.get_kernel_spec("python3").to_dict()}}

    def _wanted_module(self) -> str:
        """Return the module for a kernel to import early; empty if the notebook does not use this package."""
        notebook = getattr(self.parent, "notebook_path", None)
        return module_for(Path(notebook)) if notebook else ""


def launch_command(*arguments: str) -> list[str]:
    """Return the command that runs the launcher in this Python."""
    return [*IGNORING_SIGINT, sys.executable, "-P", str(LAUNCH), *arguments]


def module_for(notebook: Path) -> str:
    """Return the module that a notebook's kernel is to import early; empty if it does not use this package."""
    if not uses_this_package(notebook):
        return ""
    return "bitmass_viz.server.kernel_preload" if CAN_FORK else "bitmass_viz.widgets"


def uses_this_package(notebook: Path) -> bool:
    """Return whether a notebook mentions this package, so that it may import it."""
    return "bitmass_viz" in notebook.read_text("utf-8", errors="ignore")
