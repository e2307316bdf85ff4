import pytest

from bitmass_viz.data import digits, download, mnist

from .mirrors import Mirror, sha256_of, small_files


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and no $BITMASS_DATA."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("BITMASS_CACHE", str(folder))
    monkeypatch.delenv("BITMASS_DATA", raising=False)
    return folder


@pytest.fixture
def files(monkeypatch):
    """Four small files in place of MNIST's, with their hashes."""
    contents = small_files()
    monkeypatch.setattr(mnist, "SHA256", sha256_of(contents))
    monkeypatch.setattr(digits, "VALIDATION", 10)
    monkeypatch.setattr(download, "COMPRESSED_BYTES", {name: len(contents[name]) for name in mnist.SHA256})
    return contents


@pytest.fixture
def start_mirror(files):
    mirrors = []

    def start(*args, **kwargs):
        mirrors.append(Mirror(files, *args, **kwargs))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()
