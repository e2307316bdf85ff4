"""The browser's pure functions, by node's own test runner."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import find_node

FOLDER = Path(__file__).parent / "js"
TESTS = sorted(FOLDER.rglob("*.test.js"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_javascript(path):
    node = find_node()
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
