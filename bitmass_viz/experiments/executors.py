"""Where a sweep trains its networks, and how Ctrl-C ends it without leaving anything behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from multiprocessing import Pipe, resource_tracker
from multiprocessing.connection import Connection
from types import FrameType

from bitmass_viz.common.machine import processors


@contextmanager
def executor_or_processes(given: Executor | None) -> Iterator[Executor]:
    """Lend the executor that was given, or own a pool of processes, which are killed where the block fails.

    The processes are loky's, which never import ``__main__``. So an experiment needs no main guard, whether it is
    run by a script, from standard input, in a notebook or in a REPL, and a script is never run a second time.
    """
    if given is not None:
        yield given
        return
    from loky import ProcessPoolExecutor  # takes a while to import, and the page trains in threads

    ending, kept_open = Pipe(duplex=False)
    with ending, kept_open:
        pool = ProcessPoolExecutor(max_workers=processors(), initializer=_begin_worker, initargs=(ending,))
        try:
            yield pool
        except BaseException:
            pool.shutdown(kill_workers=True)
            raise
        pool.shutdown()


@contextmanager
def ctrl_c_when_asked() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back, and yield what raises the KeyboardInterrupt; so does the end of the block.

    Raised wherever it comes, it could come between the locks that `concurrent.futures.wait` takes one by one, and
    leave them taken: the executor's threads, which need them, would then wait for ever. A second one is not held
    back. Nothing changes outside the main thread, or where the program has a handler of its own.
    """
    held = False

    def hold(number: int, frame: FrameType | None) -> None:
        nonlocal held
        held = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def ask() -> None:
        if held:
            raise KeyboardInterrupt

    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield ask
        return
    signal.signal(signal.SIGINT, hold)
    try:
        yield ask
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    ask()


@contextmanager
def ctrl_c_spares_children() -> Iterator[None]:
    """Start processes that Ctrl-C, which goes to all of a terminal, does not reach: their parent ends them.

    They would otherwise end in a traceback each while they are still importing, before `_begin_worker`.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It comes with the first process, and where it is started it lets the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker(parent: Connection) -> None:
    """Leave Ctrl-C to the parent, and end with it, or else a worker whose parent was killed would wait for ever.

    `parent` is the reading end of a pipe whose writing end only the parent has, which closes when that ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        with suppress(EOFError, OSError):
            parent.recv_bytes()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
