"""The page under its security policy: everything works, nothing is refused to it, and strangers' things are."""

import http.server
import threading
from urllib.parse import quote, unquote

import pytest

from tests.browser.conftest import Page
from tests.browser.reader import draw_a_one, drawn, until

pytestmark = pytest.mark.browser
LISTEN = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@pytest.fixture
def watched(chromium, app):
    """Open the page, and keep each violation of its policy from the first on."""
    contexts = []

    def watched():
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(LISTEN)
        contexts.append(context)
        return Page(context, app.url)

    yield watched
    for context in contexts:
        context.close()


@pytest.fixture
def elsewhere():
    """Another host, and what was asked of it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            framing = self.path.startswith("/frames?")
            self.send_header("Content-Type", "text/html" if framing else "text/javascript")
            self.end_headers()
            framed = f"<iframe src='{unquote(self.path[8:])}'></iframe>"
            self.wfile.write(framed.encode() if framing else b"window.stranger = true")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_page_works_and_its_policy_is_never_violated(watched):
    page = watched()
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 5")
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")
    for choice in ("dark", "light", "auto"):
        page.at("theme").select_option(choice)
        assert page.evaluate("document.documentElement.dataset.bitmassTheme") == choice
    page.at("export").click()
    for name in ("npz", "bit", "chart", "chart-png"):
        with page.expect_download():
            page.at(f"save-{name}").click()
    page.keyboard.press("Escape")
    drawn(page, "bit-knife")
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    draw_a_one(page)
    assert page.evaluate("window.violations") == []
    assert page.trouble == []


def test_what_a_stranger_puts_into_the_page_is_refused(watched, elsewhere):
    url, asked = elsewhere
    page = watched()
    page.evaluate(
        """async (url) => {
            const wait = (element, name) => new Promise((done) => {
                element.addEventListener("load", done); element.addEventListener("error", done);
                document.body.append(element);
            });
            const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
            await wait(make("img", { src: `${url}/picture` }));
            await wait(make("script", { src: `${url}/script.js` }));
            await wait(make("link", { rel: "stylesheet", href: `${url}/style.css` }));
            await fetch(`${url}/fetched`).catch(() => {});
            await fetch(`${url}/posted`, { method: "POST", body: "x", mode: "no-cors" }).catch(() => {});
            navigator.sendBeacon(`${url}/beacon`, "x");
            try { new WebSocket(url.replace("http", "ws") + "/socket"); } catch {}
            try { new EventSource(`${url}/events`); } catch {}
            await import(`${url}/module.js`).catch(() => {});
            const inline = make("script", { textContent: "window.stranger = true" });
            document.body.append(inline);
            const holder = make("div", { innerHTML: `<img src="data:," onerror="window.stranger = true">` });
            document.body.append(holder);
            document.body.append(make("iframe", { src: `${url}/frame` }));
            document.body.append(make("object", { data: `${url}/object` }));
            const form = make("form", { action: `${url}/form`, target: "_blank" });
            document.body.append(form);
            form.submit();
            try { window.made = new Function("return 1")(); } catch {}
            await new Promise((done) => setTimeout(done, 500));
        }""",
        url,
    )
    assert asked == []
    assert page.evaluate("window.stranger") is None
    assert page.evaluate("window.made") is None
    refused = {violation.split(" ")[0] for violation in page.evaluate("window.violations")}
    assert refused >= {
        "img-src",
        "script-src-elem",
        "script-src-attr",
        "style-src-elem",
        "connect-src",
        "frame-src",
        "object-src",
        "form-action",
        "script-src",
    }


def test_another_sites_page_cannot_put_ours_into_a_frame(chromium, app, elsewhere):
    """It cannot lead a reader to press what they do not see."""
    url, _ = elsewhere
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{url}/frames?{quote(app.url)}")
    page.wait_for_timeout(1_500)
    (frame,) = page.frames[1:]
    assert frame.locator("#rendered_cells").count() == 0
    context.close()
