"""Measure how honest requests fare under attack, as figures, never as pass or fail: python -m tests.load.attacks.

A server of its own for each attack, on loopback, with one client that asks for a file every 20 ms and one whose
kernel answers a question every 50 ms. Printed are the median, the 95th percentile and the longest of their times,
the most memory that the server took (kernels apart), and the bytes of log that it left.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil

from tests.server.explore import ask, open_line
from tests.server.hostile import HALF, PROXY_HEADER, Attacked, exchange, request_state, requests_of
from tests.server.kernel_client import Deaf, connect, still_answers, tell

SECONDS = 10.0
Attack = Callable[[Attacked, Any, threading.Event], None]


def no_attack(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Let the honest ones be alone."""
    over.wait(SECONDS)


def older_protocols(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Ask for websockets without the protocol, and replace those that have it while output is on its way."""

    async def main() -> None:
        while not over.is_set():
            with suppress(Exception):
                await connect(attacked.server, reader, "old", ())
            for _ in range(3):
                line = await asyncio.to_thread(Deaf, attacked.server, reader, "same")
                await asyncio.to_thread(line.send, request_state(reader))

    asyncio.run(main())


def half_sent_requests(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Open three thousand connections, and say half of what should be said."""
    lines = []
    while not over.is_set():
        if len(lines) < 3_000:
            lines.append(open_line(attacked.server, content=HALF[len(lines) % len(HALF)]))
        else:
            over.wait(0.1)


def hostile_requests(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Send requests that no browser sends, one after the other, more than a thousand in all."""
    count = 0
    while not over.is_set() or count < 1_000:
        for content in requests_of(attacked.server, reader):
            exchange(attacked.server, content, 0.02)
            count += 1
            if over.is_set() and count >= 1_000:
                break


def unread_output(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Ask for gigabytes over eight lines of a kernel, and read nothing."""
    lines = [Deaf(attacked.server, reader) for _ in range(7)]
    while not over.is_set():
        for line in lines:
            line.send(request_state(reader))
        over.wait(0.02)


def all_places(attacked: Attacked, reader: Any, over: threading.Event) -> None:
    """Ask for the page over and over from one address, ten at a time, and leave before it is there."""

    def attack() -> None:
        while not over.is_set():
            with suppress(OSError), ask(attacked.server, **{PROXY_HEADER: "198.51.100.9"}) as line:
                line.settimeout(0.3)
                with suppress(TimeoutError):
                    while line.recv(1 << 16):
                        pass

    attackers = [threading.Thread(target=attack) for _ in range(10)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()


ATTACKS: tuple[Attack, ...] = (
    no_attack,
    older_protocols,
    half_sent_requests,
    hostile_requests,
    unread_output,
    all_places,
)


def measure(attack: Attack, folder: Path) -> dict[str, Any]:
    """Return what the honest ones met with during an attack, in milliseconds, and what it cost the server."""
    attacked = Attacked(folder, "--max-readers", "6", "--per-address", "2", "--proxy-header", PROXY_HEADER)
    server, over = attacked.server, threading.Event()
    process = psutil.Process(server.process.pid)
    honest, victim = server.read(**{PROXY_HEADER: "192.0.2.1"}), attacked.read()
    times: dict[str, list[float]] = {"file": [], "kernel": []}
    most = 0

    def ask_for_files() -> None:
        nonlocal most
        while not over.is_set():
            started = time.perf_counter()
            status = server.request("GET", "/voila/static/voila.js")[0].status
            assert status == 200, status
            times["file"].append(1000 * (time.perf_counter() - started))
            most = max(most, process.memory_info().rss)
            time.sleep(0.02)

    async def ask_a_kernel() -> None:
        line = await connect(server, honest)
        await still_answers(line)
        while not over.is_set():
            started = time.perf_counter()
            number = await tell(line, "kernel_info_request", {})
            while True:
                answer = await asyncio.wait_for(line.read_message(), 30)
                assert answer is not None, "the server hung up"
                if b"kernel_info_reply" in answer and number.encode() in answer:
                    break
            times["kernel"].append(1000 * (time.perf_counter() - started))
            await asyncio.sleep(0.05)

    clients = [
        threading.Thread(target=ask_for_files),
        threading.Thread(target=lambda: asyncio.run(ask_a_kernel())),
    ]
    for client in clients:
        client.start()
    threading.Timer(SECONDS, over.set).start()
    attack(attacked, victim, over)
    for client in clients:
        client.join()
    stdout, stderr = server.stop()
    found: dict[str, Any] = {"attack": attack.__name__, "memory_mb": most >> 20, "log_bytes": len(stdout + stderr)}
    for what, values in times.items():
        p50, p95 = np.percentile(values, (50, 95))
        found[what] = f"{len(values):4} asked: {p50:5.1f}, {p95:5.1f}, {max(values):6.1f} ms"
    return found


if __name__ == "__main__":
    print("attack              memory    log | a file: median, 95 %, longest    | a kernel's answer")
    for attack in ATTACKS:
        with TemporaryDirectory() as folder:
            row = measure(attack, Path(folder))
        print(
            f"{row['attack']:19} {row['memory_mb']:3} MB {row['log_bytes']:5} B | {row['file']} | {row['kernel']}",
            flush=True,
        )
