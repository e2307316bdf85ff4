import asyncio
import gc
from types import SimpleNamespace

import pytest
from tornado.websocket import WebSocketClosedError

from bitmass_viz.serve import PromptConnection


@pytest.mark.parametrize(("error", "heard"), [(WebSocketClosedError(), 0), (OSError("disk"), 1), (None, 0)])
def test_only_a_page_that_has_gone_is_passed_over_in_silence(error, heard):
    complaints = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        sent = loop.create_future()
        connection = SimpleNamespace(websocket_handler=SimpleNamespace(write_message=lambda *a: sent))
        PromptConnection.write_message.fget(connection)("frame", binary=False)
        if error is None:
            sent.set_result(None)
        else:
            sent.set_exception(error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del sent, connection
        gc.collect()

    asyncio.run(main())
    assert len(complaints) == heard
