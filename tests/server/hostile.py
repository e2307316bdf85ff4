"""Clients that do what no browser does, and a server that writes down how it fares."""

import json
import re
import socket
import uuid

import psutil

from tests.server.explore import Explore, open_line
from tests.server.kernel_client import PROTOCOL, message

STATE_BYTES = 4 << 20
"""Of a widget, which is sent again whenever a page asks for it."""
WATCH = """
import json, os
from bitmass_viz.server.backpressure import Account

def count(self, change, plain=Account.count):
    plain(self, change)
    of_kernel = self.unread if self.limit < float("inf") else 0
    for name, value in (("kernel", of_kernel), ("server", self.whole.unread)):
        if value > peaks.get(name, 0) + (1 << 20):
            peaks[name] = value
            with open({path!r} + ".new", "w") as file:
                json.dump(peaks, file)
            os.replace({path!r} + ".new", {path!r})  # it is read meanwhile

peaks = {{}}
Account.count = count
"""


class Attacked:
    """A server that writes down how much was unread, with a large widget on its page, whose state is binary."""

    def __init__(self, folder, *options, before=""):
        self.peaks_path = folder / "peaks.json"
        watch = WATCH.format(path=str(self.peaks_path)) + before
        cell = f"import ipywidgets\nimage = ipywidgets.Image(value=bytes({STATE_BYTES}))"
        cell += "\nimport threading\nimage.on_msg(lambda *_: threading.Timer(2, image.send_state).start())"
        cell += "\nprint('comm', image.comm.comm_id)"
        self.server = Explore(folder, *options, before=watch, more=[cell])
        self.process = psutil.Process(self.server.process.pid)
        self.most = 0

    def read(self):
        reader = self.server.read()
        reader.comm = re.search("comm ([0-9a-f]{32})", reader.page)[1]
        return reader

    def peaks(self):
        return json.loads(self.peaks_path.read_text()) if self.peaks_path.exists() else {}

    def check(self):
        """The server answers, and is not too large."""
        self.most = max(self.most, self.process.memory_info().rss)
        assert self.server.request("GET", "/voila/static/voila.js")[0].status == 200
        assert self.most < 600 << 20, f"the server takes {self.most >> 20} MB"

    def stop(self):
        stdout, stderr = self.server.stop()
        assert stdout + stderr == ""


def request_state(reader):
    content = {"comm_id": reader.comm, "data": {"method": "request_state"}}
    return message("comm_msg", content, number=uuid.uuid4().hex)


HALF = [
    b"GET / HT",
    b"",
    b"GET / HTTP/1.1\r\nHost: x\r\n",
    b"\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n",
]


PROXY_HEADER = "X-Forwarded-For"


def exchange(server, content, patience=0.1):
    """Send bytes, and return what comes back until the server closes the connection; after a while ask it to."""
    with open_line(server) as line:
        answer = b""
        try:
            line.sendall(content)
            line.settimeout(patience)
            while piece := line.recv(1 << 16):
                answer += piece
        except TimeoutError:
            line.settimeout(20)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(1 << 16):
                answer += piece
        except OSError:
            pass
        return answer


STATIC, TEMPLATE, EXTENSION = (
    b"/voila/static/",
    b"/voila/templates/lab/static/",
    b"/voila/labextensions/anywidget/",
)
LINES = [
    b"GET /%ff HTTP/1.1",
    b"GET /%ed%a0%80 HTTP/1.1",
    b"GET /%c0%af HTTP/1.1",
    b"GET /\xff HTTP/1.1",
    b"GET /?a=%ff HTTP/1.1",
    b"GET /?%zz&=&a=b;c=%u1234 HTTP/1.1",
    b"GET /?token=%ff HTTP/1.1",
    b"GET /voila/files/%ff.png HTTP/1.1",
    b"GET /voila/files/" + b"x" * 3_000 + b".png HTTP/1.1",
    b"GET /a%0d%0aSet-Cookie:%20x=1.png HTTP/1.1",
    b"GET /a%00.png HTTP/1.1",
    *(
        b"GET " + begun + end + b" HTTP/1.1"
        for begun in (STATIC, TEMPLATE, EXTENSION, b"/voila/files/", b"/", b"/voila/templates/")
        for end in (
            b"%00",
            b"x%00.js",
            b"..",
            b"...",
            b"./",
            b"../",
            b"a/..",
            b"/",
            b"//",
            b"%2e",
            b"%2e%2e%2f",
            b"\\",
        )
    ),
    *(b"GET " + begun + b". HTTP/1.1" for begun in (STATIC, TEMPLATE, EXTENSION, b"/voila/files/", b"/")),
    *(b"GET " + begun + b"x" * 5_000 + b" HTTP/1.1" for begun in (STATIC, TEMPLATE, EXTENSION)),
    *(
        method + b" / HTTP/1.1"
        for method in (
            b"TRACE",
            b"PROPFIND",
            b"CONNECT",
            b"get",
            b"initialize",
            b"_execute",
            b"__class__",
            b"G\x01T",
        )
    ),
    b"M" * 10_000 + b" / HTTP/1.1",
    b"CONNECT example.org:443 HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"HEAD /nothing HTTP/1.1",
    b"PATCH /voila/static/x HTTP/1.1",
    b"GET http://[::1/ HTTP/1.1",
    b"GET http://[x]/voila/static/a HTTP/1.1",
    b"GET //[x HTTP/1.1",
    b"GET foo HTTP/1.1",
    b"GET  HTTP/1.1",
    b"GET /",
    b"PRI * HTTP/2.0",
    b"GET / HTTP/9.9",
    b"GET / HTTP/1.1\x00",
    b"GET /api/kernels/%ff-b-c-d-e HTTP/1.1",
    b"GET /api/kernels/%c3%a9-b-c-d-e HTTP/1.1",
    b"GET /api/kernels/a-b-c-d-e/channels HTTP/1.1",
    b"GET /api/kernels/" + b"a" * 5_000 + b"-b-c-d-e HTTP/1.1",
    b"GET /api/kernels/ID/channels?session_id=%ff HTTP/1.1",
    b"GET /api/kernels/ID/channels?session_id=%00 HTTP/1.1",
    b"GET /api/kernels/ID/channels?session_id=a&session_id=%f0%9f%98%80 HTTP/1.1",
    b"POST /api/kernels/ID HTTP/1.1",
    b"DELETE /api/kernels/ID HTTP/1.1",
    b"POST /voila/api/shutdown/%ff HTTP/1.1",
    b"POST /voila/api/shutdown/%00 HTTP/1.1",
    b"POST /voila/api/shutdown/ID HTTP/1.1",
]
CHANNELS = b"GET /api/kernels/ID/channels HTTP/1.1"
UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
"""There is a Connection: close already, and lists of both are joined."""
KEY = b"Sec-WebSocket-Key: x\r\n"
VERSION = b"Sec-WebSocket-Version: 13\r\n"
SPOKEN = f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n".encode()
HEADERS = [
    (b"GET / HTTP/1.1", b"Origin: http://[x\r\nReferer: http://[x\r\n"),
    (b"POST /voila/api/shutdown/x HTTP/1.1", b"Origin: http://[x\r\nContent-Length: 0\r\n"),
    (b"POST /voila/api/shutdown/x HTTP/1.1", b"Referer: http://[x\r\nContent-Length: 0\r\n"),
    (b"GET /nothing HTTP/1.1", b'Cookie: _xsrf=\xff; =;;; a="\\400"; _xsrf=2|zz|zz|99999999999999999999\r\n'),
    (b"GET /nothing HTTP/1.1", b"Cookie: _xsrf=2|zz|zz|1\r\n"),
    (b"GET /nothing HTTP/1.1", b"Cookie: _xsrf=2|ffffffff|ff|" + b"9" * 5_000 + b"\r\n"),
    (b"POST /voila/api/shutdown/x HTTP/1.1", b"Cookie: _xsrf=\xff\r\nX-XSRFToken: \xff\r\nContent-Length: 0\r\n"),
    (b"GET /nothing HTTP/1.1", b'Cookie: username-127-0-0-1="2|1:0|10:1|\xff"\r\n'),
    (b"GET /nothing HTTP/1.1", b"Authorization: token \xff\r\n"),
    (b"GET /nothing HTTP/1.1", b"Accept-Language: \xff;q=x,,;\r\n"),
    (b"GET /nothing HTTP/1.1", b"X: \x00\r\n"),
    (b"GET /nothing HTTP/1.1", b"X: y\r\n z\r\n"),
    (b"GET /nothing HTTP/1.1", b" z\r\nnocolon\r\n"),
    (b"GET /nothing HTTP/1.1", b"Host: evil.example\r\n"),
    (b"GET /nothing HTTP/1.1", b"X: " + b"y" * 200_000 + b"\r\n"),
    (b"GET /nothing HTTP/1.1", b"".join(b"X%d: y\r\n" % number for number in range(5_000))),
    *(
        (b"GET /voila/static/voila.js HTTP/1.1", b"Range: bytes=" + given + b"\r\n")
        for given in (b"x-y,1-2", b"99999999999-", b"-0", b"9" * 5_000 + b"-", b"5-1", b"-")
    ),
    (b"GET /voila/static/voila.js HTTP/1.1", b"If-Modified-Since: Mon, 01 Jan 99999 00:00:00 GMT\r\n"),
    (b"GET /voila/static/voila.js HTTP/1.1", b'If-None-Match: \xff"\r\n'),
    *(
        (b"POST /voila/api/shutdown/x HTTP/1.1", given)
        for given in (
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"Transfer-Encoding: xchunked\r\n\r\n0\r\n",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n",
            b"Transfer-Encoding : chunked\r\n\r\n0\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n-5\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 60 + b"\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 100 + b"\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n1\r\naXX",
            b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nabcde\r\n0\r\n",
            b"Content-Length: -5\r\n",
            b"Content-Length: +5\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            b"Content-Length: " + b"9" * 5_000 + b"\r\n",
            b"Expect: 100-continue\r\nContent-Length: 5\r\n",
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\nabcde",
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n_xsrf=%ff",
            b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nabcdefghi",
        )
    ),
    (CHANNELS, b""),
    (CHANNELS, UPGRADE),
    (CHANNELS, UPGRADE + KEY + VERSION),
    (CHANNELS, UPGRADE + KEY + SPOKEN + b"Sec-WebSocket-Version: 7\r\n"),
    (CHANNELS, UPGRADE + VERSION + SPOKEN),
    (CHANNELS, UPGRADE + VERSION + SPOKEN + b"Sec-WebSocket-Key: \xff\r\n"),
    (CHANNELS, UPGRADE + KEY + VERSION + SPOKEN + b"Origin: http://[x\r\n"),
    (CHANNELS, UPGRADE + KEY + VERSION + SPOKEN + b"Sec-Websocket-Origin: http://[x\r\n"),
    (CHANNELS, UPGRADE + KEY + VERSION + SPOKEN + b"Sec-WebSocket-Extensions: permessage-deflate; ;;=,\xff\r\n"),
    (CHANNELS, UPGRADE + KEY + VERSION + b"Sec-WebSocket-Protocol: \xff, ,," + b"x" * 5_000 + b"\r\n"),
]
HOSTS = [b"\xff[::", b"[::1", b"a:b:c", b"127.0.0.1:99999999", b"", b" ", b"a b", b"x" * 5_000, b"%00", b"@", b"/"]


def requests_of(server, reader):
    host = b"Host: " + server.host.encode() + b"\r\nConnection: close\r\n"
    lines = [line.replace(b"ID", reader.id.encode()) for line in LINES]
    yield from (
        line + b"\r\n" + host + b"Content-Length: 0\r\n" * line.startswith(b"P") + b"\r\n" for line in lines
    )
    for line, headers in HEADERS:
        yield line.replace(b"ID", reader.id.encode()) + b"\r\n" + host + headers + b"\r\n"
    yield from (b"GET /nothing HTTP/1.1\r\nHost: " + name + b"\r\n\r\n" for name in HOSTS)
    yield b"GET /nothing HTTP/1.1\r\n\r\n"
    yield b"GET /\r\n\r\n"
    yield bytes.fromhex("16030100c8010000c40303") + bytes(range(200)) + b"\r\n\r\n"  # TLS
    yield b"\r\n" * 5_000
    yield b""
