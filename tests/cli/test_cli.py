"""The command line: what it prints, how it ends, and that no process outlives it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_markdown_cell

import bitmass_viz
from bitmass_viz.cli.main import main
from bitmass_viz.data import MNIST, FetchError
from bitmass_viz.server import ports
from tests.server.explore import write_notebook


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_help_and_version():
    assert "explore" in run("--help").output
    assert "--no-browser" in run("explore", "-h").output
    assert run("--version").output == f"bitmass {bitmass_viz.__version__}\n"


@pytest.mark.usefixtures("mirror")
def test_fetch(cache):
    first = run("fetch")
    assert first.exit_code == 0, first.stderr
    assert first.stdout == f"MNIST now is in {cache}\n"
    assert "100%" in first.stderr
    assert run("fetch").stdout == f"MNIST is in {cache}\n"
    assert json.loads(run("fetch", "--json").stdout) == {
        "folder": str(cache),
        "downloaded": False,
        "sha256": MNIST.sha256,
    }


@pytest.mark.usefixtures("cache", "files")
def test_an_error_is_one_line(monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", ())
    result = run("fetch")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert re.fullmatch(r"Error: MNIST could not be fetched: [^\n]+\n", result.stderr)
    with pytest.raises(FetchError):
        CliRunner().invoke(main, ["--traceback", "fetch"], catch_exceptions=False, standalone_mode=False)


@pytest.mark.usefixtures("cache", "mirror")
def test_ctrl_c_while_fetching(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(MNIST, "store", interrupt)
    assert run("fetch").exit_code == 130


def test_commands_import_no_grammar_that_nobody_needs():
    program = (
        "import sys\n"
        "from bitmass_viz.cli.main import main\n"
        "main(['lessons', '--help'], standalone_mode=False)\n"
        "import jsonschema\n"
        "assert 'lark' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


@pytest.fixture
def explore(tmp_path):
    """Start `bitmass explore`; the user's home has a python3 kernel that does not work."""
    (tmp_path / "app").mkdir()
    notebook = write_notebook(
        tmp_path / "app" / "small.ipynb",
        new_markdown_cell("# Opening\n\nRead [this](https://example.org)."),
        "import os, sys, ipywidgets\n"
        "print('python:', sys.executable, 'data:', os.environ['BITMASS_DATA'])\n"
        "display(ipywidgets.IntSlider())",
        new_markdown_cell("# Closing"),
        title="A proper title",
    )
    kernel = tmp_path / "home" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {"argv": ["/nonexistent/python", "{connection_file}"], "display_name": "Trap", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "bitmass_viz.cli", "explore", str(notebook), "--no-browser", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "JUPYTER_PATH": str(tmp_path / "home"), "BITMASS_DATA": "some/data"},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def url_from(process):
    line = process.stdout.readline()
    assert re.fullmatch(r"Explainer ready at http://127\.0\.0\.1:\d+/\n", line), process.stderr.read()
    return line.split()[-1]


def test_explore_serves_the_notebook_and_ends_without_a_trace(explore, tmp_path):
    process = explore("--port", "0")
    url = url_from(process)
    with urllib.request.urlopen(url, timeout=60) as response:
        page = response.read().decode()

    assert "<title>A proper title</title>" in page
    assert page.index("Opening") < page.index("dataset.kernelId") < page.index("Closing")
    assert page.count("Read <a") == 1
    assert f"python: {sys.executable} data: {tmp_path / 'some' / 'data'}" in page
    foreign = re.findall(r"""<(?!a )[^>]*(?:src|href)=["'](?:https?:)?//[^>]*>""", page)
    assert not foreign, "nothing is loaded from another host"

    kernels = psutil.Process(process.pid).children(recursive=True)
    assert kernels
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 0, stderr
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not psutil.wait_procs(kernels, timeout=5)[1]


def test_explore_ends_on_sigterm_while_a_page_is_loading(explore):
    process = explore("--port", "0")
    host, port = url_from(process).removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader.recv(100)
        kernels = psutil.Process(process.pid).children(recursive=True)
        assert kernels
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert not psutil.wait_procs(kernels, timeout=5)[1]


def test_explore_with_a_busy_port(explore):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        process = explore("--port", str(port))
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stdout == ""
    assert re.fullmatch(rf"Error: cannot listen on port {port} of 127\.0\.0\.1 [^\n]+--port[^\n]+\n", stderr)


def test_explore_takes_the_next_free_port():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        sockets = ports.bind("127.0.0.1", range(port, port + 20))
        assert port < sockets[0].getsockname()[1] < port + 20
        for bound in sockets:
            bound.close()


@pytest.mark.parametrize("path", ["bitmass/", "/bitmass", ""])
def test_a_path_without_its_slashes_is_refused(path):
    refused = CliRunner().invoke(main, ["explore", "--no-browser", "--base-url", path])
    assert refused.exit_code == 1
    assert f"base_url must begin and end with a slash, such as /bitmass/, got {path!r}" in refused.output
