"""Who gets a kernel when many ask: no more than there is room for, in turn, and none for whoever has left."""

import asyncio
import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from click.testing import CliRunner
from voila.app import Voila

from bitmass_viz.cli.main import main
from bitmass_viz.server import admission, priority
from bitmass_viz.server.kernel_spec import CAN_FORK
from bitmass_viz.server.reservation import Reservation
from tests.server.explore import CANNOT_START, answer, ask
from tests.waiting import wait_until


def test_a_crowd_gets_no_more_kernels_than_there_are_places_and_the_rest_is_asked_to_wait(explore):
    server = explore("--max-readers", "3", "--preheat", "1")
    with ThreadPoolExecutor(12) as crowd:
        states = list(crowd.map(lambda _: server.request("GET", "/")[0].status, range(12)))
    assert sorted(states) == [200] * 3 + [503] * 9
    assert len(server.kernels()) == 3
    refused, page = server.request("GET", "/")
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) == 15
    assert b"room for 3 at the same time" in page
    assert b"15 seconds" in page
    policy = refused.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    (nonce,) = re.findall(r"script-src 'nonce-([\w-]+)';", policy)
    assert f'<script nonce="{nonce}">'.encode() in page
    said = "All 3 places are taken; further readers are asked to wait (--max-readers).\n"
    assert server.stop() == ("", said), "the terminal shows it once"


def test_a_place_is_free_at_once_when_somebody_says_goodbye_and_who_plays_steps_back(explore):
    server = explore("--max-readers", "1", "--preheat", "1", before="admission.AT_A_TIME = 0")
    (waiting,) = server.wait_for_kernels(1)
    own = psutil.Process(server.process.pid).nice()
    assert waiting.nice() == own
    first = server.read()
    assert first.process == waiting
    if hasattr(os, "setpriority"):
        wait_until(lambda: first.process.nice() == min(19, max(own, priority.NICE)))
    assert server.request("GET", "/")[0].status == 503
    assert server.say_goodbye(first) == 204
    assert server.read().process.is_running()
    assert server.request("GET", "/")[0].status == 503


def test_kernels_are_started_in_turn_and_for_nobody_who_has_left(explore):
    server = explore(before="admission.AT_ONCE, admission.WORD_SECONDS = 1, 0.05")
    lines = []
    for _ in range(3):
        lines.append(ask(server))
        lines[-1].recv(1, socket.MSG_PEEK)  # it has its turn
    assert len(server.kernels()) <= 1
    leaving = [ask(server) for _ in range(4)]
    for line in leaving:
        line.close()
    pages = [answer(line) for line in lines]
    time.sleep(1)
    assert len(server.kernels()) == 3
    for before, page in enumerate(pages):
        assert "pid " in page
        assert (f"bitmassWaits({before})" in page) or before == 0
        assert f"bitmassWaits({before + 1})" not in page
        if before:
            assert page.index("<body") < page.index("bitmassWaits(") < page.index("pid "), "something to read"


def test_a_word_to_who_waits_comes_after_the_page_has_begun(explore):
    """Before its type a page may have space, and nothing else."""
    slow = """
async def page(self, reservation, plain=admission.AdmittingKernels.page):
    yield None
    async for piece in plain(self, reservation):
        yield piece

admission.AdmittingKernels.page = page
"""
    page = explore(before=slow).read().page
    assert page.startswith("\n<!DOCTYPE html>")
    assert "bitmassWaits(" not in page.partition("<body")[0]


def test_no_kernel_is_kept_for_whoever_leaves_while_the_page_is_made_or_never_comes(explore):
    before = "admission.WORD_SECONDS, admission.UNVISITED_SECONDS, app.CULL_EVERY_SECONDS = 0.05, 2, 1"
    server = explore("--max-readers", "1", before=before)
    answer(ask(server), until=b"<body")
    wait_until(lambda: len(server.kernels()) == 1)
    wait_until(lambda: len(server.kernels()) == 0)
    reader = server.read()
    assert reader.process.is_running(), "and the place is free"
    assert not psutil.wait_procs([reader.process], timeout=10)[1]


@pytest.mark.parametrize("seconds", [0.1, 0.9])
def test_ending_while_readers_wait_and_kernels_are_started_leaves_nothing_behind(explore, seconds):
    server = explore("--preheat", "1")
    lines = [ask(server) for _ in range(5)]
    time.sleep(seconds)
    server.end()
    for line in lines:
        line.close()


def test_a_kernel_that_cannot_start_is_said_so_on_the_page_and_takes_no_place(explore, tmp_path):
    (tmp_path / "full").touch()
    server = explore("--max-readers", "1", before=CANNOT_START.format(path=str(tmp_path / "full")))
    for _ in range(2):
        response, page = server.request("GET", "/")
        assert response.status == 200
        assert page.rstrip().endswith(b"bitmassFailed()</script>")
        assert b"no memory" not in page
    (tmp_path / "full").unlink()
    assert server.read().process.is_running()
    server.process.terminate()
    _, stderr = server.process.communicate(timeout=30)
    assert "no memory" in stderr, "the terminal shows it"


def test_whoever_went_without_goodbye_makes_room(explore):
    long_ago = "signal.signal(signal.SIGUSR1, lambda *_: setattr(admission, 'SPARE_SECONDS', 0.0))"
    server = explore("--max-readers", "2", before=f"import signal\nadmission.AT_A_TIME = 9\n{long_ago}")
    first, second = server.read(), server.read()
    assert server.request("GET", "/")[0].status == 503
    server.process.send_signal(signal.SIGUSR1)
    third = server.read()
    assert not psutil.wait_procs([first.process], timeout=5)[1], "the one that has gone for the longest"
    assert second.process.is_running()
    assert third.process.is_running()
    own = psutil.Process(server.process.pid).nice()
    assert second.process.nice() == own, "no more readers than cores: nobody steps back"
    assert len(server.kernels()) == 2


def test_there_are_places_for_some_even_with_little_memory():
    assert admission.places_in(0) == admission.LEAST_READERS
    assert admission.places_in(6_000_000_000) == (50 if CAN_FORK else 30)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--preheat", "3", "--max-readers", "2"], "got 3 kernels that wait for 2 readers at most"),
        (["--name", "example.org:80"], "'example.org:80'"),
        (["--name", "http://example.org"], "such as explainer.example.org"),
        (["--name", "*"], "'*'"),
    ],
)
def test_options_that_do_not_go_are_one_clear_error(arguments, told):
    result = CliRunner().invoke(main, ["explore", "--no-browser", *arguments])
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_proxy_on_this_machine_may_pass_on_its_own_name_and_no_other(explore):
    server = explore("--name", "Explainer.example", "--name", "second.example")
    for host, status in (
        ("explainer.example", 404),
        ("explainer.example:443", 404),
        ("second.example", 404),
        (server.host, 404),
        ("third.example", 403),
        ("explainer.example.evil.example", 403),
        ("192.0.2.7", 403),
    ):
        assert server.request("GET", "/api/kernels/1-1-1-1-1", Host=host)[0].status == status, host


def test_all_step_back_also_where_the_system_takes_only_so_many_wishes_a_second(monkeypatch, tmp_path):
    asked, done, refuse = [], [], iter([False, True, True, False, False])

    def step_back(kernels, kernel_id):
        asked.append(kernel_id)
        if next(refuse):
            raise BlockingIOError
        done.append(kernel_id)

    async def main():
        kernels = admission.AdmittingKernels(parent=Voila(notebook_path=str(tmp_path / "page.ipynb")))
        for name in "abc":
            reservation = Reservation(None)
            reservation.kernel_id, reservation.rendered = name, True
            kernels._reservations.append(reservation)
            kernels._kernels[name] = None
        kernels._step_back_in_a_crowd()
        while len(done) < 3:
            await asyncio.sleep(0)
        kernels._step_back_in_a_crowd()
        kernels._kernels.clear()

    monkeypatch.setattr(admission.AdmittingKernels, "_step_back", step_back)
    monkeypatch.setattr(admission, "AT_A_TIME", 2)
    monkeypatch.setattr(admission, "AGAIN_SECONDS", 0.01)
    asyncio.run(main())
    assert asked == ["a", "b", "b", "b", "c"]
    assert done == ["a", "b", "c"], "each once"
