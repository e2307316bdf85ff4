"""What a stranger gets of the page's server over HTTP: the page and what it needs, and nothing else."""

import json
import re
import uuid

import nbformat
import psutil
import pytest
from tornado.web import HTTPError

from bitmass_viz.common.article import PREVIEW
from bitmass_viz.server import access
from tests.server.explore import Explore, open_line
from tests.server.hostile import exchange


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
    links = nbformat.v4.new_markdown_cell("![](shown.png) [notes](notes.py), [more](other.ipynb)")
    server = Explore(folder, more=[links])
    yield server
    server.end()


@pytest.fixture(scope="module")
def reader(server):
    return server.read()


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
    ".",
    "%2e",
    "x/./y",
    "x//y",
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


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "get"])
def test_other_methods_are_refused(server, method):
    request = f"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answer = exchange(server, request.encode(), 20)
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"Content-Security-Policy: default-src 'none'" in answer


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


def test_a_link_to_the_page_is_shown_with_its_title_and_picture(folder):
    title = nbformat.v4.new_markdown_cell("# Bits & bytes\n\nHow *few* do it?")
    server = Explore(folder, more=[title])
    _, content = server.request("GET", "/")
    page = content.decode()
    assert "<title>Bits &amp; bytes</title>" in page
    tags = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))
    assert tags["og:title"] == tags["twitter:title"] == "Bits &amp; bytes"
    assert tags["description"] == tags["og:description"] == "How few do it?"
    assert tags["og:url"] == f"http://{server.host}/"
    assert tags["og:image"] == tags["twitter:image"] == f"http://{server.host}/voila/preview.png"
    assert "address-" not in page
    answer, picture = server.request("GET", "/voila/preview.png")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert picture == PREVIEW.read_bytes()
    server.end()


def test_every_answer_has_the_headers(server, reader):
    nonces = []
    for path in (
        "/",
        "/",
        "/voila/scripts.js",
        "/voila/static/voila.js",
        "/voila/files/shown.png",
        "/voila/preview.png",
        "/voila/opening/page.json",
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
            (nonce,) = re.findall(r"script-src 'self' 'nonce-([\w-]+)' blob: 'wasm-unsafe-eval';", policy)
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


def test_no_traceback_is_shown_when_the_server_fails(tmp_path):
    broken = "from bitmass_viz.server import websocket\ndef fail(*_): raise RuntimeError('in ' + __file__)\n"
    broken += "__file__ = 'secret'\nwebsocket.BoundedKernels.admit = fail"
    content = page_of(Explore(tmp_path, before=broken), status=500)
    assert b"<h1>500" in content
    for told in (b"Traceback", b"RuntimeError", b"secret", str(tmp_path).encode()):
        assert told not in content


def test_no_traceback_is_shown_when_a_cell_fails(tmp_path):
    content = page_of(Explore(tmp_path, more=["secret = 'in a variable'; 1 / 0"]), status=200)
    for told in (b"Traceback", b"ZeroDivisionError", b"secret"):
        assert told not in content


def page_of(server, status):
    """Return what a server answers, and end it, whatever it has to say."""
    answer, content = server.request("GET", "/")
    server.process.kill()
    server.process.communicate()
    assert answer.status == status
    return content
