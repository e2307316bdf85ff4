"""What a kernel gets of what a page sends: only what both read alike, written anew."""

import asyncio
import json
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

from bitmass_viz.server import message_filter
from bitmass_viz.server.message_filter import CONTROL_VERSION, MAX_OPENED, MAX_TEXT, MessageFilter, TokenBucket
from tests.server.kernel_client import message

HEADER = {"msg_id": "1", "msg_type": "comm_msg", "session": "page", "username": "", "version": "5.3"}
CONTENT = {"comm_id": "c", "data": {"method": "custom", "content": {"action": "play"}}}
OPEN = {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}
VALID = message("comm_msg", CONTENT, buffers=[b"\x00\xff", b""])


def raw(header=None, parent=b"{}", metadata=b"{}", content=None, channel="shell"):
    """A message whose parts may be any bytes."""
    header, content = (json.dumps(HEADER).encode() if header is None else header), content
    content = json.dumps(CONTENT).encode() if content is None else content
    return serialize_msg_to_ws_v1([header, parent, metadata, content], channel)


def passed_on(sent, door=None):
    answer = (door or MessageFilter()).passed_on(sent)
    if answer is None:
        return None
    channel, parts = deserialize_msg_from_ws_v1(answer)
    assert channel == "shell"
    return [json.loads(part) for part in parts[:4]] + parts[4:]


def test_a_pages_message_is_passed_on_with_its_buffers():
    assert passed_on(VALID) == [HEADER, {}, {}, CONTENT, b"\x00\xff", b""]


def changed(bytes_at, cut):
    content = bytearray(VALID)
    for at, value in bytes_at:
        content[at] = value
    return bytes(content[:cut])


@given(
    st.binary(max_size=300)
    | st.builds(
        changed,
        st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=6),
        st.integers(0, len(VALID)),
    )
)
@example((1 << 60).to_bytes(8, "little"))
@example((6).to_bytes(8, "little") + (1 << 62).to_bytes(8, "little") * 6)
@example(message("comm_msg", CONTENT, buffers=[b""] * 100))
@example(message("execute_request", {"code": "1"}))
@example(json.dumps({"header": HEADER, "content": CONTENT, "channel": "shell"}))
@example(bytes(7) + b"\x01" + bytes(7) + b"\x08" + json.dumps({"header": HEADER, "content": CONTENT}).encode())
def test_whatever_comes_is_dropped_or_passed_on_as_a_page_may_send_it(sent):
    """Also more parts than there is room for, and messages of the protocols from before, as text or binary."""
    found = passed_on(sent)
    assert found is None or found[0]["msg_type"] in message_filter.MESSAGE_TYPES


def test_text_of_any_script_is_passed_on():
    content = CONTENT | {"data": {"method": "custom", "content": "ü 数 \U0001f600 \x00 \u2028"}}
    for ascii_only in (True, False):
        sent = raw(content=json.dumps(content, ensure_ascii=ascii_only).encode())
        assert passed_on(sent)[3] == content


def test_of_a_header_only_what_a_kernel_needs_is_passed_on():
    more = {"date": "2020-01-01T00:00:00+99:99", "username": "x", "version": "4.0", "subshell_id": None, "x": "y"}
    header, parent, metadata, content = passed_on(
        message("kernel_info_request", {"x": 1}, header=more, metadata={"y": [1]})
    )
    assert header == HEADER | {"msg_type": "kernel_info_request"}
    assert parent == metadata == content == {}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig"])
@pytest.mark.parametrize("part", ["header", "parent", "metadata", "content"])
def test_only_utf_8_is_read(encoding, part):
    """Python's json, given bytes, takes any of these, and a kernel takes none."""
    parts = {"header": HEADER, "parent": {}, "metadata": {}, "content": CONTENT}
    coded = {name: json.dumps(value).encode() for name, value in parts.items()}
    assert passed_on(raw(**coded)) is not None
    assert passed_on(raw(**coded | {part: json.dumps(parts[part]).encode(encoding)})) is None


@pytest.mark.parametrize(
    "content",
    [
        b'{"comm_id":"\\ud800","data":{}}',
        b'{"comm_id":"c","data":{"method":"custom","content":"\\udfff"}}',
        b'{"comm_id":"c","data":{"method":"custom","content":{"\\ud800":1}}}',
        b'{"comm_id":"c","data":{"method":"custom","content":"\xed\xa0\x80"}}',
        b'{"comm_id":"c","data":{"method":"custom","content":"\xff"}}',
        b'{"comm_id":"c","data":{"method":"custom","content":"\xc0\xaf"}}',
        b'{"comm_id":"c","data":{"method":"custom","content":NaN}}',
        b'{"comm_id":"c","data":{"method":"custom","content":-Infinity}}',
        b'{"comm_id":"c","data":{"method":"custom","content":1e999}}',
        b'{"comm_id":"c","data":{"method":"custom","content":' + b"9" * 5_000 + b"}}",
        b'{"comm_id":"c","data":{"method":"custom","content":' + b"[" * 100_000 + b"}}",
        b'{"comm_id":"c","data":{"method":"' + b"x" * 500_000 + b'"}}',
        b'{"comm_id":"c","data":{"method":"request_states"}}',
        b'{"comm_id":"c","data":{"method":"__init__"}}',
        b'{"comm_id":"c","data":{"method":["custom"]}}',
        b'{"comm_id":"c","data":{"method":null}}',
        b'{"comm_id":"c","data":[]}',
        b'{"comm_id":"","data":{}}',
        b'{"comm_id":"' + b"x" * (MAX_TEXT + 1) + b'","data":{}}',
        b'{"comm_id":["c"],"data":{}}',
        b'{"data":{}}',
        b"[]",
        b"",
        b"{}{}",
    ],
    ids=lambda content: content[:60].decode("latin-1"),
)
def test_what_a_kernel_would_complain_of_is_not_passed_on(content):
    assert passed_on(raw(content=content)) is None


def test_a_text_that_repeats_a_name_has_one_meaning():
    sent = raw(content=b'{"comm_id":["x"],"comm_id":"c","data":{"method":"x"},"data":{"method":"custom"}}')
    assert passed_on(sent)[3] == {"comm_id": "c", "data": {"method": "custom"}}


@pytest.mark.parametrize("name", ["msg_id", "msg_type", "session"])
@pytest.mark.parametrize("value", [None, "", 1, ["x"], "\ud800", "x" * (MAX_TEXT + 1)])
def test_a_header_must_have_short_texts(name, value):
    header = json.dumps(HEADER | {name: value}).encode()
    assert passed_on(raw(header=header)) is None


@pytest.mark.parametrize("channel", ["control", "stdin", "iopub", "", "shell2"])
def test_only_one_channel_is_for_pages(channel):
    assert passed_on(raw(channel=channel)) is None


def test_a_page_opens_the_control_channel_and_few_of_it():
    door = MessageFilter()
    opened = [message("comm_open", OPEN | {"comm_id": f"c{n}"}, metadata={"version": "0"}) for n in range(30)]
    answers = [passed_on(each, door) for each in opened]
    assert [answer is not None for answer in answers] == [True] * MAX_OPENED + [False] * 10
    assert answers[0][2] == {"version": CONTROL_VERSION}
    assert answers[0][3] == OPEN | {"comm_id": "c0"}
    assert passed_on(message("comm_open", OPEN, metadata={"version": 1})) is None
    for target in ("jupyter.widget", "os", "", None, ["jupyter.widget.control"]):
        assert passed_on(message("comm_open", OPEN | {"target_name": target})) is None
    # On it a page asks for all widgets, and for nothing else.
    asked = {"comm_id": "c0", "data": {"method": "request_states"}}
    assert passed_on(message("comm_msg", asked), door)[3] == asked
    for method in ("custom", "update", "request_state"):
        assert passed_on(message("comm_msg", {"comm_id": "c0", "data": {"method": method}}), door) is None


def test_the_version_is_that_of_the_widgets_that_are_installed():
    from ipywidgets._version import __control_protocol_version__

    assert CONTROL_VERSION.split(".")[0] == __control_protocol_version__.split(".")[0]


@pytest.mark.parametrize("target", ["\ud800", {"a": 1}, "", [1]])
def test_a_page_asks_for_comms_by_a_short_text(target):
    assert passed_on(message("comm_info_request", {"target_name": "jupyter.widget"}))[3]
    assert passed_on(message("comm_info_request", {"target_name": target})) is None


def test_other_comms_may_have_no_methods():
    content = {"comm_id": uuid.uuid4().hex, "data": {"value": 1}}
    assert passed_on(message("comm_msg", content))[3] == content


def test_messages_that_come_too_fast_have_to_wait():
    async def main():
        bucket = TokenBucket()
        started = asyncio.get_running_loop().time()
        for _ in range(9):
            await bucket.take(message_filter.BYTES_PER_SECOND // 2)
        return asyncio.get_running_loop().time() - started

    assert 0.4 < asyncio.run(main()) < 10


def test_connections_of_a_kernel_share_its_rate():
    async def main():
        bucket = TokenBucket()
        started = asyncio.get_running_loop().time()

        async def one():
            for _ in range(3):
                await bucket.take(message_filter.BYTES_PER_SECOND // 2)

        await asyncio.gather(*(one() for _ in range(4)))
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(main()) > 1
