import re

import psutil
import pytest

from tests.server.explore import Explore

FULL = r"All \d+ places are taken; further readers are asked to wait \(--max-readers\)\.\n"


@pytest.fixture
def explore(tmp_path):
    """Start servers. When they end they have printed nothing, and no kernel of theirs is left."""
    started = []

    def explore(*options, **more):
        started.append(Explore(tmp_path, *options, **more))
        return started[-1]

    try:
        yield explore
        for server in started:
            if server.process.poll() is None:
                kernels = server.kernels()
                stdout, stderr = server.stop()
                assert stdout + re.sub(FULL, "", stderr, count=1) == "", "but once that all places are taken"
                assert not psutil.wait_procs(kernels, timeout=5)[1]
    finally:
        for server in started:
            if server.process.poll() is None:
                for process in [*server.kernels(), server.process]:
                    process.kill()
                server.process.communicate()
