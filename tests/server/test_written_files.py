"""Which folders have new files after a reader was there: those that are known."""

import asyncio
import re
from pathlib import Path

import pytest

import bitmass_viz
from tests.server.explore import Explore
from tests.server.kernel_client import connect, tell

WIDGETS = """
import bitmass_viz as bm
digits = bm.load_digits("strokes")
widgets = [bm.Explorer(bm.Run("sgd", digits)), bm.OneExample(digits), bm.Evidence("bit-knife", digits)]
print("comms", *(widget.comm.comm_id for widget in widgets), end=";")
"""
ACTIONS = (
    {"action": "hello"},
    {"action": "play"},
    {"action": "near"},
    {"action": "ask", "pixels": [0] * 784, "id": 1},
    {"action": "draw"},
    {"action": "run", "seeds": 1},
)


def files(folder):
    """Return what is in a folder; other tests compile meanwhile, and keep what they compiled beside the code."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)) for path in found if "__pycache__" not in path.parts}


@pytest.mark.slow
def test_a_reader_plays_draws_and_runs_an_experiment_and_only_the_cache_grows(tmp_path, monkeypatch):
    folder, home, cache, temporary = (tmp_path / name for name in ("notebooks", "home", "cache", "tmp"))
    for each in (folder, home, cache, temporary):
        each.mkdir()
    for variable, place in (("HOME", home), ("TMPDIR", temporary), ("MPLCONFIGDIR", cache / "matplotlib")):
        monkeypatch.setenv(variable, str(place))
    package = Path(bitmass_viz.__file__).parent
    before = files(package)
    server = Explore(folder, cache=cache, more=[WIDGETS])
    reader = server.read()
    explorer, example, evidence = re.search(r"comms (\w+) (\w+) (\w+);", reader.page).groups()

    async def main():
        connection = await connect(server, reader)
        for comm, content in zip((explorer, explorer, example, example, evidence, evidence), ACTIONS, strict=True):
            await tell(connection, "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}})
        awaited = {b'"kind": "answers"', b'"state": "done"', b"<svg"}
        async with asyncio.timeout(240):
            while awaited:
                answer = await connection.read_message()
                assert b'"state": "failed"' not in answer
                awaited = {each for each in awaited if each not in answer}
        connection.close()

    asyncio.run(main())
    assert server.stop() == ("", "")
    assert (files(folder), files(home)) == ({"small.ipynb"}, set())
    assert files(package) == before
    assert "experiments/networks.jsonl" in files(cache)
    # Jupyter's own, removed at the end: connection files, by which server and kernel find each other.
    assert files(temporary) == set()
