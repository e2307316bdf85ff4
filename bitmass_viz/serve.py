"""Serve a notebook as a web page: Voilà, set up so that the page needs nothing but this server."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from asyncio import Future
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.websocket import WebSocketClosedError
from traitlets.config import Config
from voila.app import Voila

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_PORT = 8866
PORTS_TO_TRY = 50
CULL_SECONDS = 1200
"""A kernel that nobody is connected to, and that does nothing, ends after this time."""
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
"""What the page loads of the JupyterLab extensions installed; others would only make it slower."""
PING_MS = 60_000


class PortError(OSError):
    """The server cannot listen where it was told to."""


class ThisPython(KernelSpecManager):
    """Knows one kernel: the Python that runs the server, whatever kernels the user has installed elsewhere.

    A "python3" kernel in the home folder has precedence in Jupyter, and often is another environment, without
    this package.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one kernel's name and folder."""
        return {"python3": RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return this Python, whatever name a notebook asks for."""
        # Its warnings would go to our terminal, and its history into the user's own.
        spec = get_kernel_dict(extra_arguments=["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"])
        spec["argv"][0] = sys.executable
        return KernelSpec(resource_dir=RESOURCES, **spec)

    def get_all_specs(self) -> dict[str, Any]:
        """Return the one kernel as Jupyter's API describes it."""
        return {"python3": {"resource_dir": RESOURCES, "spec": self.get_kernel_spec("python3").to_dict()}}


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message to the page at once, and makes no fuss when the page has gone.

    A small status message goes before and after whatever the page sends. Unless told otherwise, TCP holds back
    the frame behind it until the browser has acknowledged the status, which it puts off for 40 ms.
    """

    def connect(self) -> Any:
        """See `ZMQChannelsWebsocketConnection`."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    @property
    def write_message(self) -> Callable[..., Future[None]]:
        """See `ZMQChannelsWebsocketConnection`. Nobody waits for what it returns, so nobody would see an error."""

        def write(message: str | bytes, binary: bool = False) -> Future[None]:
            sent = self.websocket_handler.write_message(message, binary)
            sent.add_done_callback(_overlook_closed)
            return sent

        return write


def _overlook_closed(sent: Future[None]) -> None:
    if not sent.cancelled() and not isinstance(sent.exception(), WebSocketClosedError | None):
        sent.result()


class Server(Voila):
    """Voilà with our page template, which asks no other host for anything, and an orderly start and end."""

    name = "voila"
    on_ready: Callable[[str], object] = staticmethod(lambda url: None)
    ports: Iterable[int] = (DEFAULT_PORT,)

    def setup_template_dirs(self) -> None:
        """Let our templates come before Voilà's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATES))

    def listen(self) -> None:
        """Serve until a signal, and leave no kernel behind."""
        sockets = _bind(self.ip, self.ports)
        self.port = sockets[0].getsockname()[1]
        server = HTTPServer(self.app)
        server.add_sockets(sockets)
        self.ioloop = IOLoop.current()
        # Set here even if Ctrl-C was ignored, as it is for programs that a script starts in the background.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_signal_stop)
        self.ioloop.add_callback(self.on_ready, url_of(self.ip, self.port))
        try:
            self.ioloop.start()
        finally:
            # A second Ctrl-C would leave kernels behind.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            server.stop()
            self.stop()


def serve(
    notebook: Path, host: str, port: int | None, on_ready: Callable[[str], object] = lambda url: None
) -> None:
    """Serve a notebook until Ctrl-C or SIGTERM; each reader gets a kernel of this Python environment.

    Parameters
    ----------
    notebook
        Run from top to bottom for each reader.
    host
        Address to listen on. Everyone who can reach it can use the page.
    port
        Exactly this port, or None for the first free one from 8866 on. 0 lets the system choose.
    on_ready
        Called with the URL once the server answers.

    Raises
    ------
    PortError
        The port is taken or may not be used, or the host is no address of this machine.
    """
    for variable in ("BITMASS_DATA", "BITMASS_CACHE"):
        # The kernel runs in the notebook's folder, where a relative path would mean another place.
        if value := os.environ.get(variable):
            os.environ[variable] = str(Path(value).expanduser().absolute())
    app = Server(config=_configuration(notebook, host), log_level=logging.ERROR)
    app.on_ready = on_ready
    app.ports = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TO_TRY) if port is None else (port,)
    app.initialize([])
    app.start()


def url_of(host: str, port: int) -> str:
    """Return the URL under which a browser on this machine reaches the server."""
    if host in ("", "0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _bind(host: str, ports: Iterable[int]) -> list[socket.socket]:
    tried: OSError | None = None
    for port in ports:
        try:
            return bind_sockets(port, host)
        except OSError as error:
            tried = error
            if isinstance(error, socket.gaierror):
                break
    ports = list(ports)
    what = f"port {ports[0]}" if len(ports) == 1 else f"any port from {ports[0]} to {ports[-1]}"
    raise PortError(
        f"cannot listen on {what} of {host} ({getattr(tried, 'strerror', None) or tried}); choose another with "
        "--port, or leave --port out to get the next free one"
    )


def _configuration(notebook: Path, host: str) -> Config:
    return Config(
        {
            "Voila": {
                "notebook_path": str(notebook),
                "ip": host,
                "open_browser": False,
                "config_file_paths": [],
                "kernel_websocket_connection_class": PromptConnection,
                "tornado_settings": {"ws_ping_interval": PING_MS, "ws_ping_timeout": PING_MS},
            },
            "VoilaConfiguration": {
                "template": "lab",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "show_tracebacks": False,
                "strip_sources": True,
                "kernel_spec_manager_class": ThisPython,
                "extension_allowlist": [
                    "@voila-dashboards/widgets-manager8",
                    "@jupyter-widgets/jupyterlab-manager",
                    "anywidget",
                ],
            },
            "MappingKernelManager": {"cull_idle_timeout": CULL_SECONDS, "cull_interval": 60},
            # Frames of 25 kB at full speed come close to the default limit of 1 MB/s, beyond which messages
            # are dropped; the page acknowledges frames, so it cannot be flooded.
            "ZMQChannelsWebsocketConnection": {"limit_rate": False},
        }
    )
