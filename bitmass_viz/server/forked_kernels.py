"""Start kernels by forking a process that has imported what they need, once for all readers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bitmass_viz.server.kernel_spec import LAUNCH, launch_command

PATIENCE_SECONDS = 30.0
"""For what it imports first; a fork takes milliseconds."""


class ForkedProcess:
    """A kernel's process, which another process forked, with what Jupyter asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """Return None while it runs, else 0: only its parent hears of an exit code."""
        with suppress(psutil.NoSuchProcess):
            # Where nobody asks for the exit codes of orphans, as at times in containers, they stay for ever.
            if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
                return None
        return 0

    def wait(self) -> int:
        """Wait until it has ended."""
        while self.poll() is None:
            time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        with suppress(psutil.NoSuchProcess):
            self._process.send_signal(number)

    def terminate(self) -> None:
        """See `subprocess.Popen.terminate`."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """See `subprocess.Popen.kill`."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that forks kernels. It ends with this one, and its kernels with it.

    Parameters
    ----------
    module : str
        What it imports; empty for nothing but IPython's kernel.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket
        self._gave_up = False

    def start(self) -> None:
        """Start it if it does not run; it imports meanwhile."""
        with self._lock:
            self._start()

    def fork(self, arguments: list[str], env: dict[str, str], cwd: str | None) -> ForkedProcess:
        """Fork a kernel, once everything is imported; thread-safe.

        Raises
        ------
        OSError
            There is no memory for another process, or none comes about for other reasons. After it has once not
            answered in time, it is not asked again.
        """
        request = json.dumps({"arguments": arguments, "env": env, "cwd": cwd}).encode() + b"\n"
        with self._lock:
            if self._gave_up:
                raise TimeoutError("the fork server does not answer")
            self._start()
            try:
                self._line.sendall(request)
                answer = json.loads(self._read_line())
            except (OSError, ValueError) as error:
                # An answer that came late would be taken for the next one's.
                self._stop()
                self._gave_up = isinstance(error, TimeoutError)
                raise OSError("no kernel was forked") from error
        if "error" in answer:
            raise OSError(answer["error"])
        return ForkedProcess(answer["pid"])

    def stop(self) -> None:
        """End it, and any kernel that has not ended."""
        with self._lock:
            if self._process is not None:
                self._stop()

    def _start(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._stop()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(PATIENCE_SECONDS)
        with theirs:
            command = launch_command(self._module, "--fork-server")
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True)

    def _stop(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None
        self._line.close()

    def _read_line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            if not (piece := self._line.recv(1 << 12)):
                raise ConnectionError("the fork server has ended")
            line += piece
        return line


@cache
def fork_server(module: str) -> ForkServer:
    """Return this process's one fork server that imports a module."""
    return ForkServer(module)


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels by forking, or as Jupyter does if that fails."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """See `LocalProvisioner.launch_kernel`; the command is that of `ThisPython`."""
        module, *arguments = cmd[cmd.index(str(LAUNCH)) + 1 :]
        environment = kwargs.get("env") or dict(os.environ)
        cwd = kwargs.get("cwd")
        try:
            process: Any = await asyncio.to_thread(fork_server(module).fork, arguments, environment, cwd)
        except (OSError, psutil.NoSuchProcess):  # it may have ended at once
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid = self.pgid = process.pid  # it leads a session of its own
        self.cwd = cwd
        return self.connection_info
