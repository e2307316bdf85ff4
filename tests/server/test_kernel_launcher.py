"""A page's kernel, started as the server starts it."""

import asyncio

import zmq
from jupyter_client import AsyncKernelManager

from bitmass_viz.server.kernel_spec import ThisPython


def test_a_kernel_says_nothing_of_messages_that_are_meant_for_another(tmp_path):
    """The system may give it the port of one that has just ended."""

    async def main():
        with (tmp_path / "said").open("w") as said:
            manager = AsyncKernelManager(kernel_spec_manager=ThisPython())
            await manager.start_kernel(stdout=said, stderr=said)
            own = manager.client()
            own.start_channels()
            await own.wait_for_ready(timeout=60)
            with zmq.Context() as context:
                for channel in ("shell", "control"):
                    stranger = context.socket(zmq.DEALER)
                    stranger.connect(f"tcp://127.0.0.1:{getattr(manager, f'{channel}_port')}")
                    for message in (
                        [b""],
                        [b"nothing"],
                        [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"],
                        [b"<IDS|MSG>", b"forged", b"{}", b"{}", b"{}", b"{}"],
                        [b"<IDS|MSG>", b"short"],
                    ):
                        stranger.send_multipart(message)
                    stranger.close(linger=1_000)
            own.kernel_info()
            answer = await own.get_shell_msg(timeout=30)
            own.stop_channels()
            await manager.shutdown_kernel()
            return answer["header"]["msg_type"]

    assert asyncio.run(main()) == "kernel_info_reply"
    assert (tmp_path / "said").read_text() == ""
