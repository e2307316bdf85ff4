import logging

import pytest


@pytest.fixture
def no_errors(caplog):
    yield
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
