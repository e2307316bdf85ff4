"""Serve a notebook as a web page: Voilà, configured so that the page contacts no other host."""

from __future__ import annotations

import logging
import os
import secrets
import signal
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila import notebook_renderer
from voila.app import Voila
from voila.execute import VoilaExecutor
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from bitmass_viz.common.folders import folder_of_this_process
from bitmass_viz.common.machine import free_bytes
from bitmass_viz.common.palette import as_css
from bitmass_viz.kernels.compile_stamp import is_all_compiled
from bitmass_viz.server import access, error_log, message_filter, ports, websocket
from bitmass_viz.server.admission import places_in, share_of
from bitmass_viz.server.connections import (
    MAX_CONNECTIONS,
    Connections,
    LimitedServer,
    Listener,
    raise_descriptor_limit,
)
from bitmass_viz.server.forked_kernels import fork_server
from bitmass_viz.server.kernel_environment import kernel_environment
from bitmass_viz.server.kernel_pool import pool_of
from bitmass_viz.server.kernel_spec import CAN_FORK, ThisPython, module_for, uses_this_package
from bitmass_viz.server.opening_files import PATH as OPENING
from bitmass_viz.server.opening_files import OpeningFiles, OpeningHandler
from bitmass_viz.server.options import Options
from bitmass_viz.server.page_assets import (
    PATH,
    PREVIEW,
    STATIC,
    PageExporter,
    PreviewHandler,
    Scripts,
    ScriptsHandler,
    has_formulas,
    head_of,
)
from bitmass_viz.server.precompile import compiling_beforehand
from bitmass_viz.server.watchdog import Watchdog

TEMPLATES = Path(__file__).parent / "templates"
CULL_SECONDS = 1200
"""An idle kernel without a connection ends after this time."""
CULL_EVERY_SECONDS = 60
ARTICLE = {
    "css": as_css() + (STATIC / "page.css").read_text(encoding="utf-8"),
    "script": (STATIC / "reading.js").read_text(encoding="utf-8"),
}
"""What the page has in common with the static site's."""
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
"""Installed JupyterLab extensions that the page loads; others would only make it slower."""
PING_MS = 60_000
PINGS_TO_MISS = 3
"""A page that misses this many pings is gone."""

MAX_FOLDER = 35
"""Longest path, in characters, of the folder for kernels' sockets: a socket's path can have 107. With a longer one
kernels listen on ports, and a kernel fails to start if another program takes its port first."""


class Server(Voila):
    """Voilà with our page template, which contacts no other host, and with an orderly start and shutdown."""

    name = "voila"
    kernel_manager: Any
    on_ready: Callable[[str], object] = staticmethod(lambda url: None)
    on_full: Callable[[int], object] = staticmethod(lambda places: None)
    ports_to_try: Iterable[int] = ports.BY_DEFAULT
    proxy_header: str | None = None
    opening_files: OpeningFiles
    watchdog: Watchdog

    def setup_template_dirs(self) -> None:
        """Give our templates precedence over Voilà's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATES))

    def init_settings(self) -> dict[str, Any]:
        """Use our kernel manager instead of Voilà's."""
        settings: dict[str, Any] = super().init_settings()
        settings["proxy_header"] = self.proxy_header
        plain = self.kernel_manager
        self.kernel_manager = settings["kernel_manager"] = websocket.BoundedKernels(
            parent=self,
            connection_dir=plain.connection_dir,
            kernel_spec_manager=plain.kernel_spec_manager,
            allowed_message_types=list(message_filter.MESSAGE_TYPES),
        )
        self.kernel_manager.on_full = self.on_full
        return settings

    def init_handlers(self) -> list[Any]:
        """Keep the handlers that a page needs, in our limited versions; add those for scripts and the preview."""
        below = {"path": self.root_dir, "notebook": Path(self.notebook_path)}
        ours: dict[Any, tuple[Any, ...]] = {
            TornadoVoilaHandler: (access.PageHandler,),
            KernelHandler: (access.ModelHandler,),
            VoilaKernelWebsocketHandler: (websocket.ChannelHandler,),
            VoilaShutdownKernelHandler: (VoilaShutdownKernelHandler,),
            MultiStaticFileHandler: (access.only_below(MultiStaticFileHandler),),
            TemplateStaticFileHandler: (access.only_below(TemplateStaticFileHandler, access.TEMPLATES),),
            AllowListFileHandler: (access.PictureHandler, below),
            FileFindHandler: (access.only_below(FileFindHandler, EXTENSIONS),),
        }
        kept = [
            (path, ours[handler][0], *(ours[handler][1:] or rest))
            for path, handler, *rest in super().init_handlers()
            if handler in ours
        ]
        scripts = (f"{self.server_url}{PATH}", ScriptsHandler, {"scripts": self._scripts})
        preview = (f"{self.server_url}{PREVIEW}", PreviewHandler)
        opening = (f"{self.server_url}{OPENING}(.+)", OpeningHandler, {"files": self.opening_files})
        return [scripts, preview, opening, *kept]

    def start(self) -> None:
        """Bind the port first, so a failure leaves nothing behind; then serve."""
        self._sockets = ports.bind(self.ip, self.ports_to_try)
        self.port = self._sockets[0].getsockname()[1]
        extensions = [Path(root, name, "static") for root in self.labextensions_path for name in EXTENSIONS]
        self._scripts = Scripts(map(Path, self.static_paths), extensions, has_formulas(Path(self.notebook_path)))
        resources: dict[str, Any] = {"scripts": self._scripts.url, "nonce": access.PLACE, "article": ARTICLE}
        if self.opening_files.wanted:
            resources["opening"] = {"css": (STATIC / "opening.css").read_text(encoding="utf-8"), "path": OPENING}
        resources |= head_of(Path(self.notebook_path), access.ADDRESS + self.base_url)
        self.voila_configuration.config.VoilaConfiguration.resources = resources
        super().start()

    def listen(self) -> None:
        """Serve until SIGINT or SIGTERM, then end all kernels."""
        self.app.add_transform(access.SafeHeaders)
        server = LimitedServer(
            self.app, check=access.status_of_refusal, headers=access.HEADERS, max_body_size=access.MAX_BODY_BYTES
        )
        # Each reader who waits for a page holds a connection. Half of the file descriptors are for kernels.
        wanted = max(MAX_CONNECTIONS, 4 * self.kernel_manager.max_readers)
        limit = min(wanted, raise_descriptor_limit() // 2)
        connections = Connections(self.kernel_manager.unread, limit)
        listener = Listener(self._sockets, server, connections, 2 * websocket.MAX_MESSAGE_BYTES)
        listener.start()
        self.ioloop = IOLoop.current()
        # Needed because a script's background processes ignore Ctrl-C by default.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_signal_stop)
        self.ioloop.add_callback(self.watchdog.start)
        self.ioloop.add_callback(self.on_ready, ports.url_of(self.ip, self.port) + self.base_url[1:])
        try:
            self.ioloop.start()
        finally:
            # A second Ctrl-C during shutdown would leave kernels behind.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            self.watchdog.stop()
            listener.stop()
            self.stop()

    def stop(self) -> None:
        """Shut every kernel down."""
        self.ioloop.run_sync(self.kernel_manager.close_pool)
        # Voilà removes the folder of their sockets first, and a kernel that is still starting would not find it.
        self.ioloop.run_sync(self.kernel_manager.shutdown_all)
        super().stop()


def serve(
    options: Options,
    on_ready: Callable[[str], object] = lambda url: None,
    on_full: Callable[[int], object] = lambda places: None,
    on_warning: Callable[[str], object] = lambda sentence: None,
) -> None:
    """Serve a notebook until Ctrl-C or SIGTERM; each reader gets a kernel in this Python environment.

    Parameters
    ----------
    options
    on_ready
        Called with the URL once the server answers.
    on_full
        Called with the number of places when a reader is asked to wait for the first time.
    on_warning
        Called with a sentence for each folder that is not used because other users could put code there.

    Raises
    ------
    PortError
        If the port is taken or not permitted, or the host is not an address of this machine.
    """
    # It would warn of each kernel that ends just before its page's connection, as when a reader leaves.
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    # It would log every URL that does not exist.
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    logging.getLogger("tornado.application").setLevel(logging.ERROR)
    # Voilà has no setting for either. On a busy processor a cell's output can arrive in several pieces, and
    # without coalescing it would appear so in the page.
    notebook_renderer.VoilaExporter = PageExporter
    notebook_renderer.VoilaExecutor = partial(VoilaExecutor, coalesce_streams=True)
    opening_files = OpeningFiles(options.notebook, _compression(options))
    # Before anything is started, which could otherwise speak for the server.
    watchdog = Watchdog()
    configuration = configured(options)
    with ExitStack() as until_the_end:
        own = until_the_end.enter_context(folder_of_this_process())
        os.environ.update(kernel_environment(own, on_warning))
        if uses_this_package(options.notebook) and not is_all_compiled(os.environ["NUMBA_CACHE_DIR"]):
            until_the_end.enter_context(compiling_beforehand())
        if CAN_FORK:
            # It imports while the server gets ready.
            forks = fork_server(module_for(options.notebook))
            forks.start()
            until_the_end.callback(forks.stop)
        configuration.Voila.connection_dir_root = str(own)
        if len(str(own)) <= MAX_FOLDER:
            configuration.KernelManager.transport = "ipc"
        app = Server(config=configuration, log_level=logging.ERROR)
        app.on_ready, app.on_full = on_ready, on_full
        app.opening_files = opening_files
        app.watchdog = watchdog
        app.proxy_header = options.proxy_header
        app.ports_to_try = ports.BY_DEFAULT if options.port is None else (options.port,)
        app.initialize([])
        error_log.redact(app.log, None)
        app.start()


def _pings_kernel(notebook: Path) -> bool:
    """Return whether a notebook's page pings its kernel regularly (``src/training/heartbeat.js``)."""
    text = notebook.read_text("utf-8", errors="ignore")
    return "Explorer(" in text or "SideBySide" in text


def _is_alone(options: Options) -> bool:
    """Return whether only browsers on this machine can reach the server, directly rather than through a proxy."""
    return options.base_url == "/" and ports.is_loopback(options.host) and not options.names


def _compression(options: Options) -> int | None:
    """Return the level at which digits are compressed for pages that train the opening; None if none is to.

    The digits take 11 MB. A class of thirty would wait for them in one local network.
    """
    if _is_alone(options):
        return 0
    return None if options.base_url == "/" else 1


def configured(options: Options) -> Config:
    """Return the configuration of Voilà and of its kernels."""
    alone = _is_alone(options)
    places = options.max_readers or max(options.preheat, places_in(free_bytes()))
    configuration = Config(
        {
            "Voila": {
                "notebook_path": str(options.notebook),
                "ip": options.host,
                "base_url": options.base_url,
                "open_browser": False,
                "config_file_paths": [],
                "kernel_websocket_connection_class": websocket.PromptConnection,
                "tornado_settings": {
                    "ws_ping_interval": PING_MS,
                    "ws_ping_timeout": PINGS_TO_MISS * PING_MS,
                    "websocket_max_message_size": websocket.MAX_MESSAGE_BYTES,
                    "headers": access.HEADERS,
                    "xsrf_cookie_kwargs": {"samesite": "Lax"},
                    # DNS rebinding: another site could point its own name at this machine and read our responses.
                    # Behind a proxy readers use the proxy's name, and the proxy decides who has access.
                    "allow_remote_access": not (alone or options.names),
                    "local_hostnames": ["localhost", *map(str.lower, options.names)],
                },
            },
            "VoilaConfiguration": {
                "template": "lab",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "show_tracebacks": False,
                "strip_sources": True,
                "kernel_spec_manager_class": ThisPython,
                "extension_allowlist": EXTENSIONS,
            },
            "MappingKernelManager": {
                "cull_idle_timeout": CULL_SECONDS,
                "cull_interval": CULL_EVERY_SECONDS,
                # A visible page pings its kernel, a hidden one does not. A reader who has the server alone can
                # leave the page hidden for any time.
                "cull_connected": (options.preheat > 1 or not alone) and _pings_kernel(options.notebook),
            },
            "AdmittingKernels": {"max_readers": places, "per_address": options.per_address or share_of(places)},
            # It would store trusted notebooks in the home folder, which nothing here reads.
            "NotebookNotary": {"db_file": ":memory:", "secret": secrets.token_bytes()},
            # A dead kernel takes the reader's runs with it. Jupyter would restart it without running the notebook,
            # so the page would only seem to be alive.
            "KernelRestarter": {"restart_limit": 0},
            # Frames of 25 kB at full speed approach the default limit of 1 MB/s, beyond which messages are
            # dropped. The page acknowledges frames, so it cannot be flooded.
            "ZMQChannelsWebsocketConnection": {"limit_rate": False},
        }
    )
    configuration.merge(pool_of(options.preheat))
    return configuration
