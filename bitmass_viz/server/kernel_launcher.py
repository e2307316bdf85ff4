"""Start a page's kernel: IPython's, without what a page has no use for, and with the notebook's imports begun.

The server has Python run this file, not import it: to import it would be to import all of the package first.

Usage: python -P kernel_launcher.py MODULE -f CONNECTION_FILE [OPTION OF IPYKERNEL]...
"""

from __future__ import annotations

# What `signal` is made of, without the modules that it imports.
import _signal  # type: ignore[import-not-found]

# A server that ends interrupts its kernels, and one that is still being imported should not complain of it.
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import atexit
import importlib.util
import inspect
import logging
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any


class WithoutBlas:
    """Lets Numba find no BLAS when it looks for one, which it does before it runs any compiled function.

    It would import SciPy's linear algebra, 17 MB that take longer to import than Numba itself, for no more than a
    faster `np.convolve` and `np.correlate` of floats in compiled functions. Whoever else imports it gets it, also
    Numba when it compiles a matrix product.
    """

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """See `importlib.abc.MetaPathFinder`."""
        if name == "scipy.linalg" and _is_called_by("numba.np.arraymath", "_check_blas", sys._getframe()):
            raise ModuleNotFoundError("not needed here", name=name)


def _is_called_by(module: str, function: str, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == function and frame.f_globals.get("__name__") == module:
            return True
        frame = frame.f_back
    return False


def load(name: str) -> ModuleType:
    """Return a module of this package that imports none of the others."""
    spec = importlib.util.spec_from_file_location(f"_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ForeignMessages(logging.Filter):
    """Says nothing of messages that are not signed by this kernel's server, and are passed over.

    The system may give a kernel the port of one that has just ended, to which somebody is still connected.
    """

    TOLD = (
        "DELIM not in msg_list",
        "Unsigned Message",
        "Invalid Signature",
        "Duplicate Signature",
        "malformed message",
    )

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, ValueError | TypeError) and str(error).startswith(self.TOLD))


def import_early(module: str) -> None:
    """Import a module; what goes wrong here goes wrong again, and is heard of, when the notebook imports it."""
    with suppress(Exception):
        importlib.import_module(module)


def main(module: str) -> None:
    """Be a kernel until it is shut down; import a module (or none, if the name is empty) meanwhile."""
    # A page cannot set breakpoints, and the debugger takes as long to import as IPython itself.
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    modules["debugpy"] = None
    sys.meta_path.insert(0, WithoutBlas())
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    class PageKernel(IPythonKernel):
        async def do_shutdown(self, restart: bool) -> dict[str, Any]:
            # From here on sockets close under threads that still answer messages: not for the server's terminal.
            logging.disable()
            warnings.simplefilter("ignore")
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 2)  # where ZeroMQ writes, too
            # In some versions it is a coroutine, in others not.
            answer = super().do_shutdown(restart)
            return await answer if inspect.isawaitable(answer) else answer

    app = IPKernelApp.instance(kernel_class=PageKernel)
    app.initialize()
    if module:
        # The server waits for a fifth of a second before it sends the first cell.
        threading.Thread(target=import_early, args=(module,), name="bitmass-import", daemon=True).start()
    # Without a debugger the kernel would fail to wait for its events, and complain of it when it ends.
    app.kernel.debugpy_stream = None
    # A server interrupts kernels only to end them.
    app.log.addFilter(lambda record: not record.getMessage().startswith("KeyboardInterrupt caught"))
    for log in (app.log, logging.getLogger("tornado.general"), logging.getLogger("tornado.application")):
        log.addFilter(ForeignMessages())
    # ipykernel writes there, past its logs, whenever output is slow to leave, as it is if nobody reads it.
    sys.__stderr__ = Path(os.devnull).open("w")  # type: ignore[misc]  # noqa: SIM115
    # Their handlers write into the server's terminal; what others log is shown on the page.
    load("error_log").redact(app.log, logging.getLogger("tornado"))
    app.start()
    # Threads that still train need not be waited for.
    atexit._run_exitfuncs()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv.pop(1))
