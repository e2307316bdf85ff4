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
        handler = SimpleNamespace(write_message=lambda *message, sent=sent: sent)
        connection = SimpleNamespace(websocket_handler=handler)
        PromptConnection.write_message.fget(connection)("frame", binary=False)
        if error is None:
            sent.set_result(None)
        else:
            sent.set_exception(error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del sent, handler, connection
        gc.collect()

    asyncio.run(main())
    assert len(complaints) == heard
