"""The download: any good mirror will do, no bad byte gets into the cache, and a dead network fails fast."""

import gzip
import socket
import threading

import pytest

from bitmass_viz.data import MNIST, FetchError, fetch
from bitmass_viz.data import download as fetch_module


@pytest.fixture
def closed_url():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(fetch_module, "READ_SECONDS", 1.0)
    monkeypatch.setattr(fetch_module, "PROBE_SECONDS", 1.0)


def cached(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".stamp"}


def test_the_files_come_into_the_cache(cache, files, start_mirror):
    mirror = start_mirror()
    fractions = []
    assert MNIST.find() is None
    assert fetch(MNIST, fractions.append, mirrors=[mirror.url]) == cache
    assert cached(cache) == files
    assert MNIST.find() == cache
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    fetch(MNIST, False, mirrors=[mirror.url])
    assert len(mirror.asked_for()) == 4, "what is in the cache is not fetched again"


def test_the_progress_bar_is_complete(cache, start_mirror, capsys):
    fetch(MNIST, True, mirrors=[start_mirror().url])
    assert "100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda name, content: gzip.compress(b"wrong"), "starts with 0x77726f6e"),
        (lambda name, content: gzip.compress(gzip.decompress(content)[:-1] + b"?"), "has the SHA-256"),
        (lambda name, content: content[:-50], "not a complete gzip file"),
        (lambda name, content: 404, "answers 404"),
        (lambda name, content: 503, "answers 503"),
        (lambda name, content: "hang", "does not answer in time"),
        (lambda name, content: "stall", "does not answer in time"),
        (lambda name, content: "endless", "more than"),
    ],
    ids=["other file", "wrong byte", "truncated", "missing", "broken", "hang", "stall", "endless"],
)
@pytest.mark.usefixtures("impatient")
def test_a_bad_mirror_is_passed_over(cache, files, start_mirror, closed_url, spoil, reason):
    bad, good = start_mirror(spoil), start_mirror()
    with pytest.raises(FetchError) as caught:
        fetch(MNIST, False, mirrors=[bad.url, closed_url])
    message = str(caught.value)
    assert f"{bad.url} {reason}" in message or f"{bad.url} sends something else" in message
    assert reason in message
    assert f"{closed_url} cannot be reached" in message
    assert "BITMASS_DATA" in message
    assert "strokes" in message
    assert not cache.exists() or not list(cache.iterdir()), "nothing of it is kept"

    fetch(MNIST, False, mirrors=[bad.url, good.url])
    assert cached(cache) == files


@pytest.mark.usefixtures("impatient")
def test_a_mirror_that_accepts_but_never_answers_costs_one_wait(cache, files, start_mirror):
    silent, good = start_mirror(head=False), start_mirror()
    fetch(MNIST, False, mirrors=[silent.url, good.url])
    assert not silent.asked_for()
    assert cached(cache) == files


@pytest.mark.usefixtures("impatient")
def test_a_mirror_that_falls_silent_is_not_asked_for_the_other_files(cache, files, start_mirror):
    silent, good = start_mirror(lambda name, content: "hang"), start_mirror()
    fetch(MNIST, False, mirrors=[silent.url, good.url])
    assert len(silent.asked_for()) == 1
    assert cached(cache) == files


def test_a_dead_network_is_said_to_be_one(cache, files, closed_url):
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch(MNIST, mirrors=[closed_url] * 3)


@pytest.mark.parametrize("damage", ["cut", "changed", "other time", "no stamp", "half stamp"])
def test_a_damaged_cache_is_repaired_file_by_file(cache, files, start_mirror, damage):
    mirror = start_mirror()
    fetch(MNIST, False, mirrors=[mirror.url])
    mirror.requests.clear()
    name = "t10k-images-idx3-ubyte"
    path, stamp = cache / name, cache / f"{name}.stamp"
    if damage == "cut":
        path.write_bytes(files[name][:-9])
    elif damage == "changed":
        path.write_bytes(files[name][:-1] + bytes([files[name][-1] ^ 1]))
    elif damage == "other time":
        path.write_bytes(files[name])
    elif damage == "no stamp":
        stamp.unlink()
    else:
        stamp.write_text('{"sha')
    harmless = damage in {"other time", "no stamp", "half stamp"}
    assert (MNIST.find() == cache) == harmless
    fetch(MNIST, False, mirrors=[mirror.url])
    assert mirror.asked_for() == ([] if harmless else [f"/{name}.gz"])
    assert cached(cache) == files


def test_two_at_once(cache, files, start_mirror):
    mirror = start_mirror()
    errors = []

    def try_it():
        try:
            fetch(MNIST, False, mirrors=[mirror.url])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert cached(cache) == files
    assert MNIST.find() == cache


def test_a_cache_that_cannot_be_written(cache, start_mirror):
    cache.write_text("a file where the folder should be")
    with pytest.raises(FetchError, match=r"cannot be kept in .*BITMASS_CACHE"):
        fetch(MNIST, False, mirrors=[start_mirror().url])


def test_the_caller_can_stop_it(cache, start_mirror):
    def stop(fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(MNIST, stop, mirrors=[start_mirror().url])
    assert not cache.exists()
