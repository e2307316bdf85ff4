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

import nbformat
import psutil
import pytest
from click.testing import CliRunner

import bitmass_viz
from bitmass_viz.cli.main import explainer_notebook, main
from bitmass_viz.data import digits, download, mnist
from tests.data.mirrors import Mirror, sha256_of, small_files


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BITMASS_DATA", raising=False)

    def invoke(*arguments):
        return CliRunner().invoke(main, arguments)

    return invoke


@pytest.fixture
def mirror(monkeypatch):
    files = small_files()
    monkeypatch.setattr(mnist, "SHA256", sha256_of(files))
    monkeypatch.setattr(digits, "VALIDATION", 10)
    mirror = Mirror(files)
    monkeypatch.setattr(download, "MIRRORS", (mirror.url,))
    yield mirror
    mirror.close()


def test_help_and_version(run):
    assert "explore" in run("--help").output
    assert "--no-browser" in run("explore", "-h").output
    assert run("--version").output == f"bitmass {bitmass_viz.__version__}\n"


@pytest.mark.parametrize("arguments", [["fetch", "--bad"], ["explore", "--port", "70000"], ["nonsense"]])
def test_bad_usage(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.usefixtures("mirror")
def test_fetch(run, tmp_path):
    folder = tmp_path / "cache"
    first = run("fetch")
    assert first.exit_code == 0, first.stderr
    assert first.stdout == f"MNIST now is in {folder}\n"
    assert "100%" in first.stderr
    assert run("fetch").stdout == f"MNIST is in {folder}\n"
    assert json.loads(run("fetch", "--json").stdout) == {
        "folder": str(folder),
        "downloaded": False,
        "sha256": mnist.SHA256,
    }


@pytest.mark.usefixtures("mirror")
def test_an_error_is_one_line(run, monkeypatch):
    monkeypatch.setattr(download, "MIRRORS", ())
    result = run("fetch")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert re.fullmatch(r"Error: MNIST could not be fetched: [^\n]+\n", result.stderr)
    with pytest.raises(mnist.FetchError):
        CliRunner().invoke(main, ["--traceback", "fetch"], catch_exceptions=False, standalone_mode=False)


def test_ctrl_c_while_fetching(run, mirror, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "store", interrupt)
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


def test_the_explainer_is_found():
    assert explainer_notebook().name == "explainer.ipynb"


@pytest.fixture
def notebook(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("# Opening\n\nRead [this](https://example.org)."),
        nbformat.v4.new_code_cell(
            "import os, sys, ipywidgets\n"
            "print('python:', sys.executable, 'data:', os.environ['BITMASS_DATA'])\n"
            "display(ipywidgets.IntSlider())"
        ),
        nbformat.v4.new_markdown_cell("# Closing"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "title": "A proper title"})
    path = tmp_path / "app" / "small.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def explore(notebook, tmp_path):
    """Start `bitmass explore`; the user's home has a python3 kernel that does not work."""
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


def test_explore_takes_the_next_free_port(monkeypatch):
    from bitmass_viz.server import ports

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
