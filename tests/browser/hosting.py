"""A web server for the static site that can fail or be slow, and what the page's worker says, to the bit."""

import functools
import http.server
import threading
import time

import bitmass_viz as bm
from bitmass_viz.data import load_data
from bitmass_viz.kernels.revision import REVISION

LISTEN = """
(() => {
  window.workers = [];
  window.told = {};
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      workers.push(this);
      this.addEventListener('message', ({ data: { id, messages = [] } }) => {
        for (const { values, content, buffers } of messages) {
          told[id] ??= {};
          if (values) Object.assign(told[id], values);
          else told[id][content.kind] = { ...content, buffers };
        }
      });
    }
  };
})()
"""
"""Keeps what the workers of a page say last: values, and replies by kind."""

REST = """
async id => {
  const until = async condition => {
    while (!condition(told[id].status)) await new Promise(resolve => setTimeout(resolve, 10));
  };
  await until(({ state }) => state === 'paused');
  const { seq } = told[id].status;
  for (const more of [1, 2]) {
    workers.at(-1).postMessage({ id, message: { action: 'hello' } });
    await until(status => status.seq >= seq + more);
  }
}
"""
"""Waits until a network has paused and its last frame is here: of three frames to come, it is not the third."""

OPENING, EXPLORER, TOGETHER, EXAMPLE, BUG = range(5)
"""The page's widgets that train, as it numbers them."""


def said(page, widget, name):
    """Return a value that the worker gave a widget."""
    return page.evaluate("([widget, name]) => told[widget]?.[name]", [widget, name])


def frame(page, widget=EXPLORER):
    """Return the number of examples and the weights of the frame that the worker sent last."""
    examples, weights = page.evaluate("id => [told[id].status.examples, [...told[id].frame]]", widget)
    return examples, bytes(weights)


def weights_of(examples, trainer, changes=(), hidden=8, data="auto", **wanted):
    """Return the weights that Python has after so many examples, with live options changed on the way."""
    digits = load_data(data, download=False)
    run = bm.Run(trainer, digits, bm.Architecture(784, hidden, 10), **wanted)
    for at, name, value in [*changes, (examples, "", None)]:
        if at > run.examples:
            run.advance(at - run.examples)
        if name:
            run.set_option(name, value)
    return run.weights.tobytes()


def weights_in_python(page, data=None):
    """Return the weights that Python has for what the explorer shows."""
    origin = said(page, EXPLORER, "network")["origin"]
    assert origin.pop("rev") == REVISION
    status = said(page, EXPLORER, "status")
    data = data or said(page, EXPLORER, "dataset")["name"]
    return weights_of(status["examples"], changes=status["changes"], data=data, **origin)


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder.

    Attributes
    ----------
    requests : list of str
        Method and path of each.
    unavailable, damaged : set of str
        Parts of the paths that are answered 503, or with a byte changed.
    rate : float
        Bytes per second for all requests together.
    """

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
        self.requests = []
        self.unavailable, self.damaged = set(), set()
        self.rate = float("inf")
        self._free_at = 0.0
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"

    def wait_for_line(self, size):
        """Wait as long as the line needs for so many bytes."""
        with self._lock:
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + size / self.rate
            pause = self._free_at - now
        time.sleep(pause)

    def handle_error(self, request, client_address):
        """Say nothing: a page that is left breaks its connections."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if any(name in self.path for name in self.server.unavailable):
            self.send_error(503)
        else:
            super().do_GET()

    def copyfile(self, source, outputfile):
        content = bytearray(source.read())
        if any(name in self.path for name in self.server.damaged):
            content[len(content) // 2] ^= 1
        for start in range(0, len(content), 8192):
            self.server.wait_for_line(8192)
            outputfile.write(content[start : start + 8192])

    def end_headers(self):
        # What is not asked for again was kept by the page.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_request(self, *_):
        self.server.requests.append(f"{self.command} {self.path}")

    def log_message(self, *_):
        pass
