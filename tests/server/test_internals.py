"""What the server overrides and uses of Voilà, Jupyter, Tornado and Numba that they do not promise to keep.

When this fails with a new version of one of them, each failure names what is no longer as the server needs it, and
what needs it. Adapt that, run all tests, and only then raise the limit of the version in ``pyproject.toml`` and in
both ``environment.yml``.
"""

import importlib
import inspect
import pkgutil
import re
import sys
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import bitmass_viz.server
from tests.conftest import ROOT

THEIRS = ("voila", "jupyter_server", "tornado", "jupyter_client", "nbconvert")
CAPPED = ("voila", "jupyter_server", "tornado")
APART = ("kernel_launcher", "kernel_preload", "precompile")
"""Programs of their own, and what they import; what the launcher changes of a kernel it changes when it runs."""

USED = """
voila.app.Voila.connection_dir_root          app: connection files go into the server's own folder
voila.app.Voila.connection_dir               app
voila.app.Voila.config_file_paths            app: no configuration of the user's
voila.app.Voila.notebook_path                app
voila.app.Voila.root_dir                     app
voila.app.Voila.static_paths                 app
voila.app.Voila.labextensions_path           app
voila.app.Voila.template_paths               app
voila.app.Voila.tornado_settings             app
voila.app.Voila.kernel_websocket_connection_class  app
voila.app.Voila._handle_signal_stop(sig, frame)    app: Ctrl-C
voila.app.Voila.listen()                     app: replaced by ours
voila.app._kernel_id_regex                   app: which addresses there are
voila.configuration.VoilaConfiguration.template    app
voila.configuration.VoilaConfiguration.resources   app
voila.configuration.VoilaConfiguration.strip_sources    app
voila.configuration.VoilaConfiguration.show_tracebacks  app: no code is shown to readers
voila.configuration.VoilaConfiguration.extension_allowlist        app
voila.configuration.VoilaConfiguration.kernel_spec_manager_class  app
voila.configuration.VoilaConfiguration.allow_template_override    app
voila.configuration.VoilaConfiguration.allow_theme_override       app
voila.notebook_renderer.VoilaExporter        app: replaced by ours
voila.notebook_renderer.VoilaExecutor        app: replaced by ours
voila.notebook_renderer.NotebookRenderer.initialize()                       admission, kernel_pool
voila.notebook_renderer.NotebookRenderer.generate_content_generator(kernel_id, kernel_future)  admission
voila.notebook_renderer.NotebookRenderer.generate_content_hybrid(kernel_id, kernel_future)     kernel_pool
voila.utils.ENV_VARIABLE.VOILA_PREHEAT       admission
voila.utils.ENV_VARIABLE.VOILA_BASE_URL      admission
voila.utils.ENV_VARIABLE.VOILA_SERVER_URL    admission
voila.utils.ENV_VARIABLE.VOILA_APP_PORT      admission
voila.voila_kernel_manager.voila_kernel_manager_factory(base_class, preheat_kernel, default_pool_size)  kernel_pool
bitmass_viz.server.kernel_pool._VoilaKernels.kernel_pools_config         kernel_pool
bitmass_viz.server.kernel_pool._VoilaKernels.fill_delay                  kernel_pool
bitmass_viz.server.kernel_pool._VoilaKernels._notebook_renderer_factory(notebook_path)  admission
bitmass_viz.server.kernel_pool._VoilaKernels.start_kernel                admission
bitmass_viz.server.kernel_pool._VoilaKernels.new_kernel_id               admission
bitmass_viz.server.kernel_pool._VoilaKernels.cull_idle_timeout           app
bitmass_viz.server.kernel_pool._VoilaKernels.cull_interval               app
bitmass_viz.server.kernel_pool._VoilaKernels.cull_connected              app
jupyter_client.provisioning.LocalProvisioner.process          admission: kernels that play step back
jupyter_client.provisioning.LocalProvisioner.launch_kernel(cmd)  forked_kernels: replaced by ours
ipykernel.kernelapp.IPKernelApp.parent_handle                 kernel_launcher: a kernel ends with its parent
jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection.limit_rate  app
tornado.web.Application.add_transform(transform_class)        app
tornado.web.RequestHandler.render_string                      access
tornado.iostream.StreamClosedError                            access
tornado.netutil.bind_sockets(port, address)                   ports
numba.core.dispatcher.Dispatcher.compile(sig)                 kernels.compiling: replaced by ours
numba.core.caching.Cache._index_key(sig, codegen)             kernels.compiling
numba.core.caching.IndexDataCacheFile._load_index()           kernels.compiling, doctor
numba.core.caching.IndexDataCacheFile._data_path(name)        kernels.compiling
"""
ATTRIBUTES = {
    "voila_kernel_manager": ("_pools", "notebook_path", "notebook_data"),
    "kernel_manager": ("_kernels", "_kernel_connections", "_kernel_buffers"),
    "renderer": ("stop_generator", "rendered_cache", "notebook"),
    "dispatcher": ("_cache", "overloads", "targetctx", "stats"),
    "cache": ("_cache_file",),
}
"""Attributes that objects get when they are made: their name must stand in the source of the class."""
SOURCES = {
    "voila_kernel_manager": "bitmass_viz.server.kernel_pool._VoilaKernels",
    "kernel_manager": "jupyter_server.services.kernels.kernelmanager.MappingKernelManager",
    "renderer": "voila.notebook_renderer.NotebookRenderer",
    "dispatcher": "numba.core.dispatcher.Dispatcher",
    "cache": "numba.core.caching.Cache",
}


def look_up(name):
    """Return what a dotted name means, whichever part of it is the module."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AttributeError(name)


def own_classes():
    """Return our classes that are made from one of theirs."""
    for module in pkgutil.iter_modules(bitmass_viz.server.__path__):
        if module.ispkg or module.name in APART:
            continue
        name = f"bitmass_viz.server.{module.name}"
        for each in vars(importlib.import_module(name)).values():
            if inspect.isclass(each) and each.__module__ == name and their_bases(each):
                yield each


def their_bases(of):
    return [base for base in of.__mro__ if base.__module__.split(".")[0] in THEIRS]


def overrides():
    """Return each method of ours with the class of theirs that has it; None if none has it any more."""
    for ours in own_classes():
        for name, value in vars(ours).items():
            if not (inspect.isfunction(value) or isinstance(value, property)):
                continue
            base = next((base for base in their_bases(ours) if name in vars(base)), None)
            says_so = (inspect.getdoc(value) or "").startswith("See `") or calls_theirs(value, name)
            ours_too = any(name in vars(base) for base in ours.__mro__[1:] if base not in their_bases(ours))
            if base is not None or (says_so and not ours_too):
                yield ours, name, base


def calls_theirs(method, name):
    return inspect.isfunction(method) and f"super().{name}(" in inspect.getsource(method)


@pytest.mark.parametrize(
    ("ours", "name", "base"),
    [
        pytest.param(*each, id=f"{each[0].__module__[len('bitmass_viz.server.') :]}.{each[0].__name__}.{each[1]}")
        for each in overrides()
    ],
)
def test_what_is_overridden_is_still_there_and_takes_what_it_took(ours, name, base):
    who = f"{ours.__module__}.{ours.__name__}.{name}"
    assert base is not None, f"{who} overrides what none of {[b.__name__ for b in their_bases(ours)]} has any more"
    where = f"{base.__module__}.{base.__name__}.{name} ({installed(base)})"
    their, own = vars(base)[name], vars(ours)[name]
    assert isinstance(their, property) == isinstance(own, property), f"{who}: {where} is of another kind now"
    # These two are called by ourselves, or with the arguments of our own table of handlers.
    if isinstance(own, property) or name in ("__init__", "initialize"):
        return
    assert inspect.iscoroutinefunction(own) or not inspect.iscoroutinefunction(their), (
        f"{who}: {where} is a coroutine now"
    )
    allowed = {parameter.kind for parameter in inspect.signature(own).parameters.values()}
    if inspect.Parameter.VAR_POSITIONAL in allowed and inspect.Parameter.VAR_KEYWORD in allowed:
        return
    # Without the first, by which an object or a class gets itself.
    known = list(inspect.signature(getattr(their, "__func__", their)).parameters.values())[1:]
    asked = [
        parameter
        for parameter in known
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty
    ]
    try:
        inspect.signature(own).bind(object(), *(object() for _ in asked))
    except TypeError as error:
        pytest.fail(f"{who} cannot be called as {where} is, with {', '.join(map(str, known))}: {error}")


@pytest.mark.parametrize("line", USED.strip().splitlines(), ids=lambda line: line.split()[0])
def test_what_is_used_is_still_there_and_takes_what_we_give(line):
    name, parameters, who = re.fullmatch(r"([\w.]+)(\([\w, ]*\))?\s+(.*)", line).groups()
    try:
        found = look_up(name)
    except AttributeError as error:
        pytest.fail(f"{who} needs {name}, which is gone ({error}; {installed_by_name(name)})")
    if parameters is None:
        return
    wanted = [word for word in parameters.strip("()").split(", ") if word]
    known = [parameter for parameter in inspect.signature(found).parameters if parameter != "self"]
    assert known[: len(wanted)] == wanted, (
        f"{who} calls {name}{parameters}, which now is {inspect.signature(found)} ({installed_by_name(name)})"
    )


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_attributes_that_are_used_are_still_made(kind):
    of = look_up(SOURCES[kind])
    files = {base: getattr(sys.modules.get(base.__module__), "__file__", "") for base in of.__mro__}
    source = "".join(inspect.getsource(base) for base, file in files.items() if file.endswith(".py"))
    for name in ATTRIBUTES[kind]:
        made = re.search(rf"\b{name}\b\s*[:=]", source) or hasattr(of, name)
        assert made, f"{SOURCES[kind]} has no {name} any more, which the server uses ({installed(of)})"


@pytest.mark.parametrize("package", CAPPED)
def test_versions_are_limited_to_those_that_were_tried(package):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = {Requirement(line).name: Requirement(line) for line in project["dependencies"]}
    assert package in required, f"{package} is overridden, and so must be named in pyproject.toml"
    bounds = {specifier.operator: specifier.version for specifier in required[package].specifier}
    assert ">=" in bounds
    assert "<" in bounds, f"{package} needs an upper limit: a later version may have other internals"
    assert required[package].specifier.contains(version(package)), f"{package} {version(package)} was not tried"


def installed(of):
    return installed_by_name(of.__module__)


def installed_by_name(name):
    package = name.split(".")[0]
    return f"{package} {version('voila' if package == 'bitmass_viz' else package)}"
