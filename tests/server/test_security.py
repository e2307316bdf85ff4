"""What a stranger can do at the page's server: read the page, and say to its own kernel what a page says."""

import asyncio
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError

from bitmass_viz.server import access, websocket
from tests.browser.conftest import ROOT, App
from tests.server.explore import Explore, open_line
from tests.server.kernel_client import PROTOCOL, connect, hang_up, message, still_answers, tell, upgraded
from tests.waiting import wait_until

HOSTILE_BYTES = 3_000
MARKER = "stranger-was-here"
CODE = f"open({MARKER!r}, 'w').close(); import os; os.system('touch {MARKER}-too')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "other.ipynb").write_text(json.dumps(nbformat.v4.new_notebook()))
    (folder / "shown.png").write_bytes(b"a picture")
    (folder / "private.png").write_bytes(b"secret")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "shown.png").write_bytes(b"secret")
    (folder / "linked").symlink_to(folder.parent)
    (folder.parent / "shown.png").write_bytes(b"secret")
    (folder / "notes.py").write_text("# secret")
    return folder


@pytest.fixture(scope="module")
def server(folder):
    server = Explore(folder)
    path = folder / "small.ipynb"  # it is read for each page anew
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("![](shown.png) [notes](notes.py), [more](other.ipynb)"))
    nbformat.write(notebook, path)
    yield server
    stdout, stderr = server.stop()
    assert stdout + stderr == "", "and the one who started the server hears nothing of it all"


@pytest.fixture(scope="module")
def reader(server):
    return server.read()


def say(server, reader, *messages):
    """Send messages as a page would, and return what the kernel and the server said until all were heard."""

    async def main():
        connection = await connect(server, reader)
        await still_answers(connection)
        for each in messages:
            await connection.write_message(each, binary=isinstance(each, bytes))
        heard = await still_answers(connection)
        await hang_up(connection)
        return heard

    return asyncio.run(main())


REQUESTS = {
    "execute_request": {"code": CODE, "silent": False, "store_history": False, "user_expressions": {"x": CODE}},
    "complete_request": {"code": f"__import__('os').system('touch {MARKER}').", "cursor_pos": 48},
    "inspect_request": {"code": "open", "cursor_pos": 4, "detail_level": 1},
    "history_request": {"output": True, "raw": True, "hist_access_type": "tail", "n": 100},
    "is_complete_request": {"code": "1"},
    "debug_request": {"type": "request", "seq": 1, "command": "evaluate", "arguments": {"expression": CODE}},
    "input_reply": {"value": CODE},
    "shutdown_request": {"restart": False},
    "interrupt_request": {},
    "create_subshell_request": {},
    "comm_open": {
        "comm_id": "mine",
        "target_name": "jupyter.widget",
        "data": {"state": {"_model_module": "@jupyter-widgets/controls", "_model_name": "FileUploadModel"}},
    },
}


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_no_message_makes_a_kernel_run_anything(server, reader, folder, channel):
    hostile = [message(kind, content, number=kind, channel=channel) for kind, content in REQUESTS.items()]
    hostile += [
        message("execute_request", {"code": CODE}, number="sub", header={"subshell_id": "x"}, channel=channel)
    ]
    heard = say(server, reader, *hostile)
    for kind in (*REQUESTS, "sub"):
        assert not any(f'"msg_id": "{kind}"'.encode() in answer for answer in heard), f"{kind} was answered"
    assert not list(folder.glob(f"{MARKER}*"))
    assert reader.process.is_running()


@pytest.mark.parametrize("offered", [[], [""], ["v0.kernel.websocket.jupyter.org"], ["x", f"{PROTOCOL}2"]])
def test_the_older_protocols_are_not_spoken(server, reader, offered):
    """Also by a page that has another connection: Jupyter would send it what nobody can read safely."""

    async def main():
        first = await connect(server, reader)
        await still_answers(first)
        with pytest.raises(HTTPClientError) as refused:
            await connect(server, reader, "old", offered)
        await still_answers(first)
        first.close()
        return refused.value.code

    assert asyncio.run(main()) == 400


def test_messages_of_the_older_protocols_are_passed_over(server, reader, folder):
    header = {"msg_id": "old", "session": "old", "username": "", "version": "5.3"}
    for kind in ("execute_request", "kernel_info_request"):
        content = {"code": CODE, "silent": False}
        old = {"header": header | {"msg_type": kind}, "parent_header": {}, "metadata": {}, "content": content}
        text = json.dumps(old | {"channel": "shell"})
        binary = struct.pack("!ii", 1, 8) + text.encode()
        say(server, reader, text, binary)
    assert not list(folder.glob(f"{MARKER}*"))


def test_whatever_bytes_come_the_server_goes_on(server, reader):
    rng = random.Random(0)
    valid = message("comm_msg", {"comm_id": "none", "data": {}})
    deep = b"[" * 100_000
    begun = [
        b"",
        bytes(8),
        (1 << 60).to_bytes(8, "little"),  # so many parts to make room for
        (6).to_bytes(8, "little") + (1 << 62).to_bytes(8, "little") * 6,
        serialize_msg_to_ws_v1([deep, b"{}", b"{}", b"{}"], "shell"),
        serialize_msg_to_ws_v1([b'{"msg_type": "comm_msg"}', b"{}", b"{}", b'{"a":' * 30_000], "shell"),
        serialize_msg_to_ws_v1([b"[]", b"1", b'"x"', b"null"], "shell"),
        serialize_msg_to_ws_v1([b"\xff\xfe", b"{}", b"{}", b"{}"], "shell"),
        message("comm_msg", {}, header={"msg_id": "x" * 500_000}),
        message("comm_msg", {"comm_id": ["list"], "data": 7}),
        message("comm_msg", {}),
        message("comm_close", {"comm_id": {}}),
        message("comm_info_request", {"target_name": [1]}),
        message("comm_open", {"comm_id": [], "target_name": "jupyter.widget.control"}),
        message("comm_open", {"target_name": ["jupyter.widget.control"]}),
        message("comm_msg", {"comm_id": "x"}, buffers=[b""] * 100),
        "text",
    ]

    def mutated():
        content = bytearray(valid)
        for _ in range(rng.randint(1, 6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        return bytes(content[: rng.choice([len(content), rng.randrange(len(content))])])

    hostile = [
        *begun,
        *(mutated() if rng.random() < 0.7 else rng.randbytes(rng.randrange(300)) for _ in range(HOSTILE_BYTES)),
    ]
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    say(server, reader, *hostile)
    assert process.memory_info().rss - before < 60 << 20


@pytest.mark.parametrize("pieces", [1, 200])
def test_a_huge_message_is_not_taken(server, reader, pieces):
    """200 MB, at once or as a message in many frames."""
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with upgraded(server, reader, "big") as line:
        size = (200 << 20) // pieces
        sent = 0
        try:
            for piece in range(pieces):
                kind = 0x82 if pieces == 1 else 0x02 if piece == 0 else 0x00
                line.sendall(struct.pack("!BBQ4s", kind, 0xFF, size, bytes(4)))
                for _ in range(size >> 20):
                    line.sendall(bytes(1 << 20))
                    sent += 1
        except OSError:
            pass
    assert sent < 100, "the server hung up long before the end"
    assert process.memory_info().rss - before < 40 << 20


def test_a_huge_body_is_not_taken(server, reader):
    """A page's goodbye has none."""
    with open_line(server) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in reader.cookie.items())
        line.sendall(
            f"POST /voila/api/shutdown/{uuid.uuid4()} HTTP/1.1\r\nHost: {server.host}\r\n{head}"
            f"Content-Length: {200 << 20}\r\n\r\n".encode()
        )
        answer = line.recv(4096)
    assert b" 100 " not in answer
    assert answer == b"" or b" 4" in answer[:15]


def test_a_page_that_is_cut_off_while_it_is_let_go_is_not_complained_of():
    async def main():
        handler = websocket.ChannelHandler.__new__(websocket.ChannelHandler)
        handler.ping_callback = None
        handler.last_ping = handler.last_pong = asyncio.get_running_loop().time()
        handler.application = SimpleNamespace(settings={"ws_ping_interval": 1_000, "ws_ping_timeout": 3_000})
        handler.ws_connection = SimpleNamespace(client_terminated=False, is_closing=lambda: True)
        handler.send_ping()

    asyncio.run(main())


def test_a_kernel_has_few_connections(server, reader):
    async def connection_or_code(session):
        try:
            return await connect(server, reader, session)
        except HTTPClientError as error:
            return error.code

    async def main():
        assert await connection_or_code("x" * 300) == 400
        assert await connection_or_code("a%2Fb") == 400
        # All at once: those that are being opened count as well.
        opened = await asyncio.gather(
            *(connection_or_code(f"s{number}") for number in range(websocket.MAX_CONNECTIONS + 2))
        )
        refused = [each for each in opened if each == 429]
        for each in opened:
            if each != 429:
                each.close()
        return refused

    # Until the connections of the tests before have been found closed.
    wait_until(lambda: json.loads(server.request("GET", f"/api/kernels/{reader.id}")[1])["connections"] == 0)
    assert len(asyncio.run(main())) == 2


STRANGERS = [
    ("GET", "/api/kernels"),
    ("POST", "/api/kernels"),
    ("DELETE", "/api/kernels/{id}"),
    ("POST", "/api/kernels/{id}/interrupt"),
    ("POST", "/api/kernels/{id}/restart"),
    ("GET", "/api/sessions"),
    ("POST", "/api/sessions"),
    ("GET", "/api/contents"),
    ("GET", "/api/contents/small.ipynb"),
    ("PUT", "/api/contents/stranger-was-here"),
    ("GET", "/voila/api/contents"),
    ("GET", "/api/terminals"),
    ("POST", "/api/terminals"),
    ("GET", "/api/kernelspecs"),
    ("GET", "/kernelspecs/python3/logo-64x64.png"),
    ("GET", "/api/config/notebook"),
    ("GET", "/api/security/csp-report"),
    ("GET", "/api/status"),
    ("GET", "/api"),
    ("POST", "/api/shutdown"),
    ("GET", "/api/spec.yaml"),
    ("GET", "/metrics"),
    ("GET", "/login"),
    ("GET", "/lab"),
    ("GET", "/tree"),
    ("GET", "/files/small.ipynb"),
    ("GET", "/nbconvert/html/small.ipynb"),
    ("GET", "/voila/tree"),
    ("GET", "/voila/render/other.ipynb"),
    ("GET", "/voila/query/{id}"),
    ("GET", "/voila/execution/{id}"),
    ("GET", "/voila/api/themes/x"),
    ("GET", "/nbextensions/x.js"),
    ("GET", "/voila/nbextensions/x.js"),
    ("POST", "/"),
    ("PUT", "/"),
    ("DELETE", "/"),
    ("GET", "/voila/api/shutdown/{id}"),
    ("POST", "/voila/api/shutdown/{other}"),
    ("POST", "/voila/api/shutdown/"),
]


@pytest.mark.parametrize("with_cookie", [False, True])
@pytest.mark.parametrize(("method", "path"), STRANGERS)
def test_there_is_nothing_else_to_ask_for(server, reader, folder, method, path, with_cookie):
    cookie = reader.cookie if with_cookie else {}
    answer, content = server.request(method, path.format(id=reader.id, other=uuid.uuid4()), **cookie)
    if answer.status == 302:  # to where a notebook's pictures would be
        answer, content = server.request("GET", answer.headers["Location"])
    assert answer.status in (403, 404, 405), f"{answer.status} {content[:200]}"
    assert reader.id.encode() not in content
    assert b"Traceback" not in content
    assert str(folder).encode() not in content
    assert reader.process.is_running()


def test_one_reader_knows_nothing_of_another(server, reader):
    other = server.read()
    assert uuid.UUID(other.id).version == uuid.UUID(reader.id).version == 4
    assert other.process != reader.process
    assert reader.id not in other.page
    assert server.say_goodbye(other) == 204
    assert not psutil.wait_procs([other.process], timeout=5)[1]


OUTSIDE = [
    "../small.ipynb",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252f..%252fetc/passwd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd",
    "..%5c..%5cetc%5cpasswd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fshown.png",
    "../shown.png",
    "linked/shown.png",
    ".hidden/shown.png",
    "private.png",
    "small.ipynb",
    "other.ipynb",
    "notes.py",
    "small.ipynb%00.png",
    "%00",
    "a%0d%0aSet-Cookie:%20x=1",
    "lab/static",
    "lab/static/../../../../../../../../etc/passwd",
    "lab/static/..%2f..%2f..%2fconf.json",
    "../static/../../x.css",
    "..%2f..%2fstatic/x",
    "classic/static/x",
    "lab/conf.json",
    "lab",
    "",
    "x" * 5_000 + ".png",
]


@pytest.mark.parametrize(
    "begun",
    ["/", "/voila/files/", "/voila/static/", "/voila/templates/", "/voila/labextensions/", "/voila/scripts.js/"],
)
def test_no_path_leads_out_of_what_is_served(server, reader, begun):
    for path in OUTSIDE:
        if begun + path in ("/",):
            continue
        answer, content = server.request("GET", begun + path)
        if answer.status == 302:
            answer, content = server.request("GET", answer.headers["Location"])
        assert answer.status in (400, 403, 404, 414), f"{begun}{path[:80]}: {answer.status} {content[:100]}"
        assert b"secret" not in content
        assert b"root:" not in content
        assert b"Traceback" not in content
        assert answer.headers["Set-Cookie"] is None or "x=1" not in answer.headers["Set-Cookie"]


def test_a_link_on_the_disk_leads_nowhere_else(server, folder):
    """Some versions of Tornado would follow it."""
    handler = access.PictureHandler.__new__(access.PictureHandler)
    handler._notebook = folder / "small.ipynb"
    assert handler.get_absolute_path(str(folder), "shown.png") == str(folder / "shown.png")
    with pytest.raises(HTTPError) as refused:
        handler.get_absolute_path(str(folder), "linked/shown.png")
    assert refused.value.status_code == 404


def test_what_the_page_needs_is_there(server):
    answer, content = server.request("GET", "/shown.png")
    assert (answer.status, answer.headers["Location"]) == (302, "/voila/files/shown.png")
    answer, content = server.request("GET", "/voila/files/shown.png")
    assert (answer.status, content) == (200, b"a picture")
    assert server.request("GET", "/voila/templates/lab/static/index.css")[0].status == 200
    assert server.request("GET", "/voila/static/voila.js")[0].status == 200
    assert server.request("GET", "/voila/labextensions/@jupyterlab/x/static/y.js")[0].status == 404


def test_every_answer_has_the_headers(server, reader):
    nonces = []
    for path in (
        "/",
        "/",
        "/voila/scripts.js",
        "/voila/static/voila.js",
        "/voila/files/shown.png",
        "/nothing",
        "/voila/templates/lab/static/index.css",
        f"/api/kernels/{reader.id}",
        "/api/kernels/1-1-1-1-1",
    ):
        answer, content = server.request("GET", path)
        for name in access.HEADERS:
            assert answer.headers[name], f"{path} has no {name}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "http:" not in policy
        assert "*" not in policy
        if path == "/":
            (nonce,) = re.findall(r"script-src 'self' 'nonce-([\w-]+)' blob:;", policy)
            page = content.decode()
            scripts = re.findall(r"<script[^>]*>", page)
            assert len(scripts) > 4
            for script in scripts:
                assert f'nonce="{nonce}"' in script or 'type="application/' in script or " src=" in script, script
            assert "place-" not in page
            assert not re.search(r"<[^>]+\son\w+=", page), "no handler in the page's text"
            nonces.append(nonce)
        elif path != "/nothing":
            assert "script-src" not in policy
    assert len(set(nonces)) == 2, "each page has a number of its own"


def test_pages_that_were_rendered_before_have_numbers_of_their_own(tmp_path):
    server = Explore(tmp_path, "--preheat", "1")
    server.wait_for_kernels(1)
    answer, content = server.request("GET", "/")
    (nonce,) = re.findall(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
    assert f'nonce="{nonce}"' in content.decode()
    assert "place-" not in content.decode()
    server.stop()


def test_another_sites_page_gets_nothing(server, reader):
    """Neither by its own name, nor by one that it has led to this machine, nor by naming ours as a picture."""
    number = len(server.kernels())
    port = server.host.split(":")[1]
    for headers in (
        {"Host": f"evil.example:{port}"},
        {"Host": "evil.example"},
        {"Host": f"127.0.0.1.evil.example:{port}"},
        {"Host": f"192.0.2.7:{port}"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch;prerender"},
    ):
        answer, content = server.request("GET", "/", **headers)
        assert answer.status == 403, headers
        assert answer.headers["Access-Control-Allow-Origin"] is None
        assert b"Traceback" not in content
    assert len(server.kernels()) == number
    by_link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert server.request("GET", "/", **by_link)[0].status == 200
    answer, _ = server.request("GET", f"/api/kernels/{reader.id}", Host=f"evil.example:{port}")
    assert answer.status == 403
    for origin in (
        "http://evil.example",
        f"http://localhost:{port}",
        "null",
        f"http://127.0.0.1:{port}.evil.example",
    ):
        assert server.say_goodbye(reader, Origin=origin) in (403, 404), origin
    assert reader.process.is_running()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "file://"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example"},
    ],
)
def test_another_sites_page_cannot_speak_to_a_kernel(server, reader, headers):
    with pytest.raises(HTTPClientError) as refused:
        asyncio.run(connect(server, reader, **headers))
    assert refused.value.code == 403


@pytest.mark.parametrize(
    ("host", "base_url", "guarded"),
    [
        ("127.0.0.1", "/", True),
        ("localhost", "/", True),
        ("::1", "/", True),
        ("0.0.0.0", "/", False),
        ("127.0.0.1", "/user/ada/bitmass/", False),
    ],
)
def test_names_are_checked_where_only_this_machine_is_served(host, base_url, guarded, tmp_path):
    from bitmass_viz.server.app import _configuration

    (tmp_path / "x.ipynb").touch()
    settings = _configuration(tmp_path / "x.ipynb", host, 0, base_url).Voila.tornado_settings
    assert settings["allow_remote_access"] is not guarded


def test_no_traceback_is_shown_when_a_cell_or_the_server_fails(tmp_path):
    broken = "from bitmass_viz.server import websocket\ndef fail(*_): raise RuntimeError('in ' + __file__)\n"
    broken += "__file__ = 'secret'\nwebsocket.BoundedKernels.admit = fail"
    server = Explore(tmp_path, before=broken)
    answer, content = server.request("GET", "/")
    server.process.kill()
    server.process.communicate()
    assert answer.status == 500
    assert b"<h1>500" in content
    for told in (b"Traceback", b"RuntimeError", b"secret", str(tmp_path).encode()):
        assert told not in content
    server = Explore(tmp_path)
    path = tmp_path / "small.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_code_cell("secret = 'in a variable'; 1 / 0"))
    nbformat.write(notebook, path)
    answer, content = server.request("GET", "/")
    server.process.kill()
    server.process.communicate()
    assert answer.status == 200
    for told in (b"Traceback", b"ZeroDivisionError", b"secret"):
        assert told not in content


def files(folder):
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found[str(path.relative_to(folder))] = path.stat().st_mtime_ns
    return found


CACHES = """
import importlib, json, pkgutil
from bitmass_viz import kernels
from bitmass_viz.training import warmup
for module in pkgutil.iter_modules(kernels.__path__):
    importlib.import_module(f"bitmass_viz.kernels.{module.name}")
print(json.dumps({name: str(each.stats.cache_path) for name, each in warmup.dispatchers().items()}))
"""


def bring_compiled_code(numba, leave_out):
    """Copy what was compiled before into a cache of Numba's elsewhere, but for one function."""

    def caches(**environment):
        command = [sys.executable, "-c", CACHES]
        return json.loads(subprocess.check_output(command, cwd=ROOT, env={**os.environ, **environment}))

    here, there = caches(), caches(NUMBA_CACHE_DIR=str(numba))
    assert leave_out in here
    for name, folder in here.items():
        Path(there[name]).mkdir(parents=True, exist_ok=True)
        for file in Path(folder).glob(f"{name.removeprefix('kernels.')}-*.nb[ci]") if name != leave_out else ():
            shutil.copy2(file, there[name])


@pytest.mark.slow
def test_nothing_is_written_outside_the_cache(tmp_path):
    """A reader opens the page, plays, draws a digit and runs an experiment; only known folders have new files."""
    folder, home, cache, temporary = (tmp_path / name for name in ("notebooks", "home", "cache", "tmp"))
    for each in (folder, home, cache, temporary):
        each.mkdir()
    cells = [
        "import bitmass_viz as bm\ndigits = bm.load_digits('strokes')",
        "widgets = [bm.Explorer(bm.Run('sgd', digits)), bm.OneExample(digits), bm.Evidence('bit-knife', digits)]",
        "print(*(widget.comm.comm_id for widget in widgets), end=';')",
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, folder / "page.ipynb")
    bring_compiled_code(cache / "numba", leave_out="kernels.floatnet.learn")
    package = Path(access.__file__).parents[1]
    before = files(folder), files(home), files(package)
    app = App(
        str(folder / "page.ipynb"),
        "--preheat",
        "0",
        folder=folder,
        HOME=str(home),
        TMPDIR=str(temporary),
        BITMASS_CACHE=str(cache),
        NUMBA_CACHE_DIR=str(cache / "numba"),
        MPLCONFIGDIR=str(cache / "matplotlib"),
    )
    app.host = app.url.split("/")[2]
    _, page = Explore.request(app, "GET", "/")
    reader = SimpleNamespace(page=page.decode(), id=re.search(r'kernelId = "([^"]+)"', page.decode())[1])
    explorer, example, evidence = re.search(r"([0-9a-f]{32}) ([0-9a-f]{32}) ([0-9a-f]{32});", reader.page).groups()

    async def main():
        connection = await connect(app, reader)
        for comm, content in (
            (explorer, {"action": "hello"}),
            (explorer, {"action": "play"}),
            (example, {"action": "near"}),
            (example, {"action": "ask", "pixels": [0] * 784, "id": 1}),
            (evidence, {"action": "draw"}),
            (evidence, {"action": "run", "seeds": 1}),
        ):
            data = {"method": "custom", "content": content}
            await tell(connection, "comm_msg", {"comm_id": comm, "data": data})
        awaited = {b'"kind": "answers"', b'"state": "done"', b"<svg"}
        until = time.monotonic() + 240
        while awaited and time.monotonic() < until:
            answer = await asyncio.wait_for(connection.read_message(), 120)
            awaited = {each for each in awaited if each not in answer}
            if b'"state": "failed"' in answer:
                break
        connection.close()
        return awaited

    left = asyncio.run(main())
    code, said = app.stop()
    assert (left, code) == (set(), 0), said
    assert (files(folder), files(home)) == before[:2]
    # Other tests compile meanwhile, and keep what they compiled beside the code.
    assert {name for name in set(files(package)) - set(before[2]) if "__pycache__" not in name} == set()
    for written in ("numba/**/floatnet.learn-*.nbc", "experiments/networks.jsonl"):
        assert list(cache.glob(written)), "and there it was written"
    # Jupyter's own, removed at the end: connection files, by which server and kernel find each other.
    assert files(temporary) == {}
