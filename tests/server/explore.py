"""`bitmass explore` in a process of its own, and what a reader's browser asks of it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import nbformat
import psutil

from tests.conftest import ROOT
from tests.processes import kernels_of
from tests.waiting import wait_for_line, wait_until

FULL = r"All \d+ places are taken; further readers are asked to wait \(--max-readers\)\.\n"
PROGRAM = """
from bitmass_viz.cli.main import main
from bitmass_viz.server import access, admission, app, connections
{before}
main({arguments!r})
"""
CANNOT_START = """
import os
from bitmass_viz.server.forked_kernels import ForkedProvisioner

async def launch(self, *given, plain=ForkedProvisioner.launch_kernel, **more):
    if os.path.exists({path!r}):
        raise OSError("no memory")
    return await plain(self, *given, **more)

ForkedProvisioner.launch_kernel = launch
"""
"""As long as there is a file."""


def start(*options, before="", python=sys.executable, **how):
    """Start `bitmass explore` in a process of its own, which runs some Python before."""
    arguments = ["explore", "--no-browser", "--port", "0", *options]
    program = ["-c", PROGRAM.format(before=before, arguments=arguments)]
    command = program if before else ["-m", "bitmass_viz.cli", *arguments]
    return subprocess.Popen([python, *command], stdout=subprocess.PIPE, text=True, **how)


def write_notebook(path, *cells, **metadata):
    """Write a notebook of these cells: code as text, or others as they are."""
    cells = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel} | metadata), path)
    return path


class App:
    """`bitmass explore` and where it answers."""

    def __init__(self, *options, before="", python=sys.executable, folder=ROOT, **environment):
        self.process = start(
            *options,
            before=before,
            python=python,
            cwd=folder,
            env={**os.environ, **environment},
            stderr=subprocess.STDOUT,
        )
        self.said = []
        self.url = wait_for_line(self.process.stdout, r"http://\S+", self.said)[0]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, "".join(self.said) + rest


class Explore:
    """`bitmass explore` on a small notebook, and what a reader's browser does with it."""

    # In pieces, as a busy processor would have it anyway.
    CELL = "import os; print('pid', end=' ', flush=True); print(os.getpid(), end=';')"

    def __init__(self, folder, *options, before="", cache=None, cell=CELL, more=()):
        path = write_notebook(folder / "small.ipynb", cell, *more)
        # By itself the cache is a folder that is not there yet, as on a new machine.
        environment = {**os.environ, "BITMASS_CACHE": str(cache or folder / "home" / "cache")}
        self.process = start(
            str(path), "--preheat", "0", *options, before=before, env=environment, stderr=subprocess.PIPE
        )
        line = self.process.stdout.readline()
        assert line.startswith("Explainer ready at"), self.process.stderr.read()
        self.host = line.split("/")[2]

    def request(self, method, path, **headers):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read()

    def read(self, **headers):
        """Open the page; return its kernel's process and id, and the headers of its goodbye."""
        response, page = self.request("GET", "/", **headers)
        page = page.decode()
        (token,) = re.findall(r"_xsrf=([^;]+)", "".join(response.headers.get_all("Set-Cookie")))
        started = re.search(r"pid (\d+);", page)
        assert started, f"no kernel came: {response.status}, {page[-600:]}"
        pid = int(started[1])
        return SimpleNamespace(
            page=page,
            process=psutil.Process(pid),
            id=re.search(r'kernelId = "([^"]+)"', page)[1],
            cookie={"Cookie": f"_xsrf={token}", "X-XSRFToken": token},
        )

    def say_goodbye(self, reader, **headers):
        """Leave, as a page does; return the status of the answer."""
        return self.request("POST", f"/voila/api/shutdown/{reader.id}", **reader.cookie, **headers)[0].status

    def kernels(self):
        return kernels_of(psutil.Process(self.process.pid))

    def wait_for_kernels(self, number):
        """Wait until there are so many kernels, and they have run the notebook."""

        def rest():
            before = {kernel: kernel.cpu_times()[:2] for kernel in self.kernels()}
            time.sleep(0.5)
            after = {kernel: kernel.cpu_times()[:2] for kernel in self.kernels()}
            return before == after and len(after) == number

        wait_until(rest)
        return self.kernels()

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        said = self.process.communicate(timeout=30)
        assert self.process.returncode != -signal.SIGABRT, said
        return said

    def end(self, number=signal.SIGINT):
        """Stop it: it ends well, has said nothing but once that all places are taken, and leaves no kernel."""
        kernels = self.kernels()
        stdout, stderr = self.stop(number)
        assert self.process.returncode == 0, stderr
        said = stdout + re.sub(FULL, "", stderr, count=1)
        assert said == "", said
        assert not psutil.wait_procs(kernels, timeout=5)[1]


def open_line(server, content=b"", source="127.0.0.1"):
    """Connect from some address of this machine, and send some bytes."""
    host, port = server.host.split(":")
    line = socket.create_connection((host, int(port)), timeout=60, source_address=(source, 0))
    line.sendall(content)
    return line


def ask(server, **headers):
    """Ask for the page, and leave the answer for later."""
    headers = {"Host": server.host, "Connection": "close"} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return open_line(server, f"GET / HTTP/1.1\r\n{head}\r\n".encode())


def answer(line, until=None):
    """Return what comes on a line: all, or what has come when some text is among it."""
    found = b""
    with line:
        while until is None or until not in found:
            piece = line.recv(1 << 16)
            if not piece:
                break
            found += piece
    return found.decode()
