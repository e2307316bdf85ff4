"""What systemd receives: real datagrams, of a real server among others."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from bitmass_viz.server.watchdog import VARIABLES, Watchdog
from tests.server.explore import Explore

BLOCKS = "import signal, time\nsignal.signal(signal.SIGUSR1, lambda *_: time.sleep(3))"
"""A handler runs where the event loop would."""


REPORTS = """
import asyncio
from bitmass_viz.server.watchdog import Watchdog

async def main():
    watchdog = Watchdog()
    watchdog.start()
    await asyncio.sleep(0.5)
    watchdog.stop()

asyncio.run(main())
"""
"""Some 500 reports, of which a socket holds a few hundred at most."""


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        yield listening


def messages_of(listening, seconds):
    """Return what comes in so many seconds."""
    came, until = [], time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        listening.settimeout(left)
        try:
            came.append(listening.recv(100))
        except TimeoutError:
            break
    listening.settimeout(20)
    return came


def test_a_server_says_that_it_is_ready_and_then_that_it_is_alive_until_it_hangs(tmp_path, systemd, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    server = Explore(tmp_path, before=BLOCKS)
    assert systemd.recv(100) == b"READY=1"
    for _ in range(4):
        assert systemd.recv(100) == b"WATCHDOG=1"
    reader = server.read()
    assert not set(VARIABLES) & set(reader.process.environ()), "a kernel cannot speak for the server"
    server.process.send_signal(signal.SIGUSR1)
    messages_of(systemd, 0.5)
    assert messages_of(systemd, 2) == [], "it hangs, and says nothing"
    assert systemd.recv(100) == b"WATCHDOG=1", "and again when it turns"
    assert server.stop(signal.SIGTERM) == ("", "")
    assert messages_of(systemd, 0.5)[-1] == b"STOPPING=1"


@pytest.mark.parametrize(("microseconds", "process"), [("", ""), ("2000", "1"), ("0", ""), ("soon", "")])
def test_without_a_watchdog_of_its_own_a_server_says_only_that_it_is_ready(
    systemd, monkeypatch, microseconds, process
):
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", process)

    async def main():
        watchdog = Watchdog()
        watchdog.start()
        await asyncio.sleep(0.1)
        watchdog.stop()

    asyncio.run(main())
    assert messages_of(systemd, 0.1) == [b"READY=1", b"STOPPING=1"]


def test_a_server_does_not_wait_for_a_system_that_takes_no_report(systemd, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "2000")
    subprocess.run([sys.executable, "-c", REPORTS], check=True, timeout=30)
    assert systemd.recv(100) == b"READY=1"


def test_an_abstract_socket_and_one_that_is_gone(monkeypatch, tmp_path):
    name = f"bitmass-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        Watchdog().start()
        assert listening.recv(100) == b"READY=1"
    assert "NOTIFY_SOCKET" not in os.environ
    for gone in (str(tmp_path / "nowhere"), "@nobody", ""):
        monkeypatch.setenv("NOTIFY_SOCKET", gone)
        before = psutil.Process().num_fds()
        watchdog = Watchdog()
        watchdog.start()
        watchdog.stop()
        del watchdog
        assert psutil.Process().num_fds() <= before + 1
