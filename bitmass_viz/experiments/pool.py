"""Where a sweep trains its networks, and how Ctrl-C ends it without leaving anything behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from types import FrameType

from bitmass_viz.machine import processors


@contextmanager
def executor_or_processes(given: Executor | None) -> Iterator[Executor]:
    """Lend the executor that was given, or own a pool of processes, which end where the block fails."""
    if given is not None:
        yield given
        return
    others = set(active_children())
    pool = ProcessPoolExecutor(
        max_workers=processors(), mp_context=get_context("spawn"), initializer=_begin_worker
    )
    try:
        yield pool
    except BaseException:
        # The pool then fails whatever is waiting; had it been cancelled before, that would be an error of its own.
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
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
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it; else a worker whose parent was killed would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
