"""Start pages' kernels: IPython's, without features that a page does not need.

The server runs this file as a script: importing it would import the whole package first.

Usage: python -P kernel_launcher.py MODULE -f CONNECTION_FILE [OPTION OF IPYKERNEL]...
       python -P kernel_launcher.py MODULE --fork-server

The first starts one kernel, which imports a module while it waits for the first cell. The second imports the
module, and then forks a kernel for each line on its standard input, a socket (see `forked_kernels`). Such kernels
start in a fraction of the time, and share the memory of what was imported.
"""

from __future__ import annotations

# `_signal` is the C core of `signal`, without the modules that `signal` imports.
import _signal  # type: ignore[import-not-found]
import sys

IS_FORK_SERVER = sys.argv[-1] == "--fork-server"
if not IS_FORK_SERVER:
    # A server that ends interrupts its kernels; one that is still importing should end without a traceback.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import atexit
import ctypes
import gc
import importlib.util
import inspect
import json
import logging
import os
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: the signal that a process gets when its parent ends."""
OOM_SCORE = 500
"""How readily Linux ends a kernel when memory runs out, from -1000 to 1000; 0 is usual."""


class WithoutBlas:
    """Import hook that hides SciPy's BLAS from Numba's check before it runs any compiled function.

    The check would import scipy.linalg, 17 MB that take longer to import than Numba itself, only for a faster
    `np.convolve` and `np.correlate` of floats in compiled functions. Any other import of it succeeds, including
    Numba's when it compiles a matrix product.
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
    """Load a module of this package that imports no other module of it."""
    spec = importlib.util.spec_from_file_location(f"_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ForeignMessages(logging.Filter):
    """Suppresses log entries about messages that this kernel's server did not sign; the kernel ignores them.

    The system can give a kernel the port of one that has just ended and still has clients.
    """

    ERRORS = (
        "DELIM not in msg_list",
        "Unsigned Message",
        "Invalid Signature",
        "Duplicate Signature",
        "malformed message",
    )

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, ValueError | TypeError) and str(error).startswith(self.ERRORS))


def import_early(module: str) -> None:
    """Import a module, ignoring errors: they recur, visibly, when the notebook imports it."""
    with suppress(Exception):
        importlib.import_module(module)


def fork_kernels(module: str) -> None:
    """Import a module, then fork a process for each request; return only in those, and end with the server."""
    from ipykernel import ipkernel, kernelapp  # noqa: F401

    if module:
        import_early(module)
    prepare = getattr(sys.modules.get(module), "before_fork", bool)
    prepare()
    share_memory()
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)  # the system forgets those that have ended
    own = os.getpid()
    with suppress(OSError):  # the server has ended
        for line in sys.stdin:
            request = json.loads(line)
            if prepare():
                share_memory()
            try:
                pid = os.fork()
            except OSError as error:
                os.write(0, json.dumps({"error": str(error)}).encode() + b"\n")
                continue
            if pid == 0:
                become_kernel(own, **request)
                return
            os.write(0, json.dumps({"pid": pid}).encode() + b"\n")
    os._exit(0)


def share_memory() -> None:
    """Keep the collector from writing to objects, which would copy the memory that kernels share."""
    gc.collect()
    gc.freeze()


def become_kernel(parent: int, arguments: list[str], env: dict[str, str], cwd: str | None) -> None:
    """Give this process, just forked, what a process of its own would have been started with."""
    os.setsid()
    # It ends with its parent. IPython's kernel looks for that too, but not before it has started.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, _signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(env)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()  # or np.random.rand() would give every kernel the same
    if cwd is not None:
        os.chdir(cwd)
    # What the environment says of its parent it read when it was imported.
    sys.argv[1:] = [*arguments, f"--IPKernelApp.parent_handle={parent}"]
    with suppress(OSError):
        # Where memory runs out, one kernel is to end, and not the process that all of them depend on.
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    with suppress(OSError):
        connection_file = Path(arguments[arguments.index("-f") + 1])
        Path("/proc/self/comm").write_text(connection_file.stem)  # which the system cuts: kernel-01234567


def main(module: str) -> None:
    """Run a kernel until it is shut down, and import a module meanwhile (none if the name is empty)."""
    # A page cannot set breakpoints, and the debugger takes as long to import as IPython.
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    modules["debugpy"] = None
    sys.meta_path.insert(0, WithoutBlas())
    if IS_FORK_SERVER:
        fork_kernels(module)
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    class PageKernel(IPythonKernel):
        async def do_shutdown(self, restart: bool) -> dict[str, Any]:
            # From here on, threads that still send find their sockets closed; keep that off the server's terminal.
            logging.disable()
            warnings.simplefilter("ignore")
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 2)  # ZeroMQ writes there too
            # A coroutine in some versions of ipykernel.
            answer = super().do_shutdown(restart)
            return await answer if inspect.isawaitable(answer) else answer

    app = IPKernelApp.instance(kernel_class=PageKernel)
    app.initialize()
    if IS_FORK_SERVER:
        # It asks for the kernel when it is imported, and there was none.
        if (widgets := sys.modules.get("ipywidgets")) is not None:
            widgets.register_comm_target(app.kernel)
    elif module:
        # The server waits 0.2 s before it sends the first cell; use that time.
        threading.Thread(target=import_early, args=(module,), name="bitmass-import", daemon=True).start()
    # Without a debugger the kernel could not poll its events, and would log that when it ends.
    app.kernel.debugpy_stream = None
    # The server interrupts kernels only to end them.
    app.log.addFilter(lambda record: not record.getMessage().startswith("KeyboardInterrupt caught"))
    for log in (app.log, logging.getLogger("tornado.general"), logging.getLogger("tornado.application")):
        log.addFilter(ForeignMessages())
    # ipykernel writes there directly whenever output is slow to be sent, as when no client reads it.
    sys.__stderr__ = Path(os.devnull).open("w")  # type: ignore[misc]  # noqa: SIM115
    # Their handlers write to the server's terminal; other loggers' output is shown on the page.
    load("error_log").redact(app.log, logging.getLogger("tornado"))
    app.start()
    # Do not wait for threads that are still training.
    atexit._run_exitfuncs()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv.pop(1))
