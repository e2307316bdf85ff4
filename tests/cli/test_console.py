"""Commands on consoles that cannot show a character, into pipes that nobody reads, and in odd environments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bitmass_viz.cli.main import main
from bitmass_viz.data import download
from tests.conftest import needs_jit

BITMASS = [sys.executable, "-m", "bitmass_viz.cli"]
COMMANDS = {
    "--help": ["--help"],
    "experiment --help": ["experiment", "--help"],
    "doctor": ["doctor"],
    "lessons": ["lessons", "“lessons” – ±", "--only-copy"],
    "wrong name": ["experiment", "“bug"],
    "wrong bytes": ["experiment", b"b\xffg"],
    "experiment": ["experiment", "ledger", "--data", "strokes"],
    "json": ["experiment", "ledger", "--data", "strokes", "--json"],
}
FAIL = {"wrong name", "wrong bytes"}
CONSOLES = {
    "cp1252": {"PYTHONIOENCODING": "cp1252:strict"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def run(arguments, folder, environment=None, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 300} | how
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MPL", "NUMBA_CPU"))} | (environment or {})
    return subprocess.run([*BITMASS, *arguments], cwd=folder, env=env, **how)


@pytest.mark.slow
@needs_jit
@pytest.mark.parametrize("console", CONSOLES)
def test_no_command_ends_because_of_a_character(console, tmp_path):
    for name, arguments in COMMANDS.items():
        done = run(arguments, tmp_path, CONSOLES[console])
        assert done.returncode == (1 if name in FAIL else 0), (name, done.stderr)
        assert b"Traceback" not in done.stderr
        assert b"codec" not in done.stderr


def test_what_cannot_be_shown_is_written_in_plain_characters(tmp_path):
    done = run(["experiment", "“a±b → c…"], tmp_path, {"PYTHONIOENCODING": "cp437"})
    assert done.stderr.decode("cp437").endswith("""got '"a±b -> c...'\n""")
    assert "“a±b → c…" in run(["experiment", "“a±b → c…"], tmp_path, {"PYTHONIOENCODING": "utf-8"}).stderr.decode()


@needs_jit
@pytest.mark.parametrize(
    "name",
    [
        "--help",
        "lessons",
        "json",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("doctor", "experiment")),
    ],
)
def test_a_pipe_that_nobody_reads_is_no_fault(name, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(COMMANDS[name], tmp_path, stdout=writing)
    finally:
        os.close(writing)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert b"Error" not in done.stderr


@needs_jit
@pytest.mark.parametrize("closed", ["1 2", *(pytest.param(one, marks=pytest.mark.slow) for one in "12")])
def test_streams_may_be_closed_from_the_start(closed, tmp_path):
    shut = " ".join(f"{number}>&-" for number in closed.split())
    line = f'exec {shut}; exec "$@"'
    command = ["sh", "-c", line, "sh", *BITMASS, "experiment", "ledger", "--data", "strokes", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300)
    assert done.returncode == 0, done
    assert (tmp_path / "out" / "ledger.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("name", ["--help", "experiment --help"])
def test_a_full_disk_behind_the_output_is_one_line(name, tmp_path):
    with Path("/dev/full").open("wb") as full:
        done = run(COMMANDS[name], tmp_path, stdout=full)
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@needs_jit
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MPLBACKEND", "garbage", "MPLBACKEND is 'garbage', which Matplotlib does not know; unset it"),
        ("NUMBA_NUM_THREADS", "garbage", "NUMBA_NUM_THREADS is 'garbage', which Numba cannot read; correct it"),
        ("NUMBA_OPT", "x y", "NUMBA_OPT is 'x y', which Numba cannot read; correct it or unset it"),
        (
            "NUMBA_CPU_FEATURES",
            "garbage",
            "NUMBA_CPU_FEATURES is 'garbage', which LLVM cannot read: a list",
        ),
        (
            "BITMASS_CACHE",
            "{file}",
            "cannot be kept in {file}/experiments (Not a directory); set",
        ),
        (
            "BITMASS_CACHE",
            "~nobody-at-all/x",
            "BITMASS_CACHE is '~nobody-at-all/x', but there is no such home",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence_that_names_it(variable, value, said, tmp_path):
    (tmp_path / "file").touch()
    value, said = (text.replace("{file}", str(tmp_path / "file")) for text in (value, said))
    done = run(["experiment", "ledger", "--data", "strokes"], tmp_path, {variable: value})
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1, done.stderr.decode()
    assert said in done.stderr.decode()


@pytest.mark.slow
@needs_jit
@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "garbage"},
        {"LANG": "xx_YY.UTF-99", "LANGUAGE": "?"},
        {"TMPDIR": "/nonexistent"},
        {"COLUMNS": "garbage", "LINES": "-1"},
        {"COLUMNS": "1"},
        {"COLUMNS": "99999999999999999999"},
        {"HOME": "/nonexistent"},
        {"CPU_LIMIT": "nan"},
        {"CPU_LIMIT": "inf"},
        {"CPU_LIMIT": "garbage"},
        {"BITMASS_DATA": "~nobody-at-all/x"},
    ],
    ids=str,
)
def test_a_setting_that_does_not_matter_changes_nothing(environment, tmp_path):
    done = run(["experiment", "ledger", "--data", "strokes"], tmp_path, {"BITMASS_CACHE": _cache(), **environment})
    assert done.returncode == 0, done.stderr
    assert b"TRUE BY COUNTING" in done.stdout
    assert b"Traceback" not in done.stderr


def _cache():
    """The cache of this user, who may have another home in a test."""
    from bitmass_viz.common.user_folders import cache_folder

    return str(cache_folder())


@pytest.fixture
def no_mnist(cache, monkeypatch):
    """No MNIST, and nothing set that a download would heed."""
    for name in list(os.environ):
        if name.upper().endswith(("_PROXY", "_CA_BUNDLE")):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"REQUESTS_CA_BUNDLE": "/nonexistent.pem"},
            "REQUESTS_CA_BUNDLE is '/nonexistent.pem', where no",
        ),
        (
            {"CURL_CA_BUNDLE": "/nonexistent.pem"},
            "CURL_CA_BUNDLE is '/nonexistent.pem', where no",
        ),
        ({"REQUESTS_CA_BUNDLE": __file__}, f"REQUESTS_CA_BUNDLE is {__file__!r}, a file without certificates"),
        ({"HTTPS_PROXY": "foo://x:1"}, "HTTPS_PROXY is 'foo://x:1', but a proxy's address begins with http://"),
        ({"https_proxy": "://x"}, "https_proxy is '://x', which names no host; correct it or unset it"),
        ({"ALL_PROXY": "http://[::1"}, "ALL_PROXY is 'http://[::1', which is no address of a proxy"),
        (
            {"HTTPS_PROXY": "http://ada:secret@x:port"},
            "HTTPS_PROXY is 'http://x:port', which is no address",
        ),
        ({"HTTPS_PROXY": "http://ada:secret@127.0.0.1:9"}, "through the proxy http://127.0.0.1:9 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "127.0.0.1:9"}, "is not reached through the proxy http://127.0.0.1:9 (HTTPS_PROXY)"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("no_mnist")
def test_why_nothing_can_be_fetched_is_one_sentence(monkeypatch, environment, said):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["fetch"])
    message = done.stderr
    assert done.exit_code == 1
    assert message.count("\n") == 1, message
    assert message.startswith("Error: MNIST could not be fetched: ")
    assert said in message.replace("proxy 127", "proxy http://127")
    assert "secret" not in message


@pytest.mark.usefixtures("no_mnist")
def test_a_fault_that_concerns_no_mirror_is_none(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent.pem")
    assert download._setup_fault("http://127.0.0.1/") is None, "certificates are for https"
    assert download._setup_fault("https://127.0.0.1/")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    monkeypatch.setenv("HTTPS_PROXY", "foo://x")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert download._setup_fault("https://127.0.0.1/") is None
    assert download._setup_fault("https://127.0.0.2/")
