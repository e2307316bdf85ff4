"""The site on a host that sends its headers, and one of its instruments in a page of somebody else's."""

import functools
import http.server
import re
import threading
from fnmatch import fnmatch

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AROUND = """<!DOCTYPE html><title>A teacher's page</title><p>Look:</p>
<iframe src="embed.html?what={what}" style="width: 900px; height: 100px"></iframe>
<script>
addEventListener("message", ({{data}}) => {{
  if (data.bitmass) document.querySelector("iframe").style.height = data.height + "px";
}});
</script>"""


def headers_for(path, text):
    """Yield the headers that a file in Netlify's format gives a path."""
    wanted = False
    for line in text.splitlines():
        if line.startswith("/"):
            wanted = fnmatch(path, line)
        elif wanted:
            yield line.strip().split(": ", 1)


@pytest.fixture(scope="module")
def host(sites):
    """The site from a server that sends its headers, with pages of somebody else's around its instruments."""
    said = (sites / "site" / "_headers").read_text()
    around = {"/around.html": AROUND.format(what="bug"), "/wrong.html": AROUND.format(what="bugs")}

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path not in around:
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(around[self.path].encode())

        def end_headers(self):
            path = self.path.partition("?")[0]
            for name, value in headers_for(path, said) if path not in around else ():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=sites / "site")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    trouble = []
    page.on("console", lambda m: m.type in ("error", "warning") and trouble.append(m.text))
    page.on("pageerror", lambda e: trouble.append(str(e)))
    yield page
    context.close()
    assert trouble == []


def test_the_policy_lets_the_page_train_and_choose_its_theme(page, host):
    answer = page.goto(f"{host}/index.html")
    assert "wasm-unsafe-eval" in answer.headers["content-security-policy"]
    page.get_by_test_id("play").click()
    page.locator('[data-testid=explorer][data-state="playing"]').wait_for()
    page.get_by_test_id("accuracy").get_by_text("%").first.wait_for()
    page.get_by_test_id("theme").select_option("dark")
    assert page.locator("html").get_attribute("data-bitmass-theme") == "dark"
    piece = page.request.get(f"{host}/digits/none.bin")
    assert "immutable" in piece.headers["cache-control"]


def test_one_instrument_in_a_page_of_somebody_elses(page, host):
    page.goto(f"{host}/around.html")
    inside = page.frame_locator("iframe")
    inside.get_by_test_id("bug-play").click()
    inside.locator('[data-testid=bug][data-state="playing"]').wait_for()
    assert inside.get_by_test_id("explorer").count() == 0
    # The frame is as high as what is in it.
    page.wait_for_function(
        "() => { const frame = document.querySelector('iframe'), { height } = frame.getBoundingClientRect();"
        " const inside = frame.contentDocument.documentElement.getBoundingClientRect().height;"
        " return height > 300 && Math.abs(height - inside) < 8; }"
    )


@pytest.mark.parametrize(("what", "bits"), [("bug", {"1bit"}), ("explorer", {"8bit"}), ("evidence-bug", set())])
def test_an_instrument_loads_what_it_needs(page, host, what, bits):
    asked = set()
    page.on("request", lambda request: asked.update(re.findall(r"/digits/.*-(.bit)-", request.url)))
    page.goto(f"{host}/embed.html?what={what}")
    page.get_by_test_id(what).wait_for()
    if bits:
        page.locator("html[data-digits=here]").wait_for(state="attached")
    assert asked == bits


def test_an_instrument_that_is_none_is_said_to_be_none(page, host):
    page.goto(f"{host}/wrong.html")
    alert = page.frame_locator("iframe").get_by_role("alert")
    assert alert.inner_text().startswith("This address asks for bugs; what can be embedded is opening, counter, ")


def test_who_saves_data_is_asked_before_the_large_download(page, host):
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    pieces = []
    page.on("request", lambda request: "/digits/" in request.url and pieces.append(request.url))
    page.goto(f"{host}/index.html")
    question = page.get_by_test_id("held")
    assert re.search(r"The first 1,000 digits are enough .* take \d+\.\d MB", question.inner_text())
    page.get_by_test_id("play").click()
    page.get_by_test_id("notice").get_by_text("as soon as the digits that come next are here").wait_for()
    assert len(pieces) == 1
    question.get_by_role("button").click()
    page.locator("html[data-digits=here]").wait_for(state="attached")
    assert question.count() == 0
    page.locator('[data-testid=explorer][data-state="playing"]').wait_for()
    assert len(set(pieces)) == len(pieces) > 5
