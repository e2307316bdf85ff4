import pytest

from tests.server.explore import Explore


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
                server.end()
    finally:
        for server in started:
            if server.process.poll() is None:
                for process in [*server.kernels(), server.process]:
                    process.kill()
                server.process.communicate()
