"""Download a published data set into the user cache, from the first mirror that works."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
from pooch import HTTPDownloader
from tqdm.auto import tqdm
from urllib3.util import parse_url

from bitmass_viz.common.numeric import shortened
from bitmass_viz.data.digits import Progress
from bitmass_viz.data.idx import IdxError, decompress
from bitmass_viz.data.published import FetchError, Published

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
PROBE_SECONDS = 5.0


def fetch(data: Published, progress: Progress = True, *, mirrors: Sequence[str] | None = None) -> Path:
    """Download a data set into the user cache, unless it is there, and return that folder.

    Parameters
    ----------
    data
    progress
        True for a progress bar, False for none, or a function of the fraction done (0 to 1). An exception
        raised by the function cancels the download.
    mirrors
        Base URLs, tried in this order; by default the data set's own.

    Raises
    ------
    FetchError
        If no mirror has the right files, or the cache cannot be written.
    """
    mirrors = list(data.mirrors if mirrors is None else mirrors)
    wanted = [name for name in data.compressed_bytes if not data.is_cached(name)]
    if not wanted:
        return data.cache_folder()
    faults = [fault for mirror in mirrors if (fault := _setup_fault(mirror))]
    if faults and len(faults) == len(mirrors):
        raise _not_fetched(data, faults[0])
    reasons = _unreachable_mirrors(mirrors, f"{wanted[-1]}.gz")
    alive = [mirror for mirror in mirrors if mirror not in reasons]
    meter = _Meter(progress, data.label, {name: data.compressed_bytes[name] for name in wanted})
    try:
        for name in wanted:
            _fetch_file(data, name, alive, reasons, meter)
    finally:
        meter.finish()
    return data.cache_folder()


def _not_fetched(data: Published, why: str) -> FetchError:
    return FetchError(f"{data.label} could not be fetched: {why}. You can {data.elsewhere}")


def _fetch_file(data: Published, name: str, alive: list[str], reasons: dict[str, str], meter: _Meter) -> None:
    """Fetch a file from the first mirror that has it; mirrors that cannot be reached are removed from `alive`."""
    for mirror in tuple(alive):
        meter.begin(name)
        try:
            content = _download(f"{mirror}{name}.gz", meter)
        except requests.HTTPError as error:
            reasons[mirror] = f"answers {error.response.status_code} {error.response.reason}".rstrip()
            continue
        except (requests.ConnectionError, requests.Timeout) as error:
            reasons[mirror] = _plain_reason(error, mirror)
            alive.remove(mirror)
            continue
        except IdxError as error:
            reasons[mirror] = f"sends something else ({error})"
            continue
        except (OSError, ValueError) as error:  # a requests.RequestException is an OSError
            reasons[mirror] = f"cannot be asked ({_shortened(error)})"
            continue
        try:
            data.store(name, content)
        except IdxError as error:
            reasons[mirror] = f"sends something else ({error})"
        except OSError as error:
            raise FetchError(
                f"{data.label} cannot be kept in {data.cache_folder()} ({error.strerror or error}); "
                "set BITMASS_CACHE to a folder that can be written"
            ) from error
        else:
            return
    places = "; ".join(f"{mirror} {reason}" for mirror, reason in reasons.items()) or "no mirror is named"
    raise _not_fetched(data, places)


def _download(url: str, meter: _Meter) -> bytearray:
    """Return the decompressed content of one file."""
    received = io.BytesIO()
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    HTTPDownloader(progressbar=meter, chunk_size=1 << 16, timeout=timeout)(url, received, None)
    received.seek(0)
    return decompress(received, url)


def _unreachable_mirrors(mirrors: Sequence[str], file: str) -> dict[str, str]:
    """Probe all mirrors in parallel; return the unreachable ones with the reason.

    Without this, a dead network would cost a connection timeout per mirror, or the much longer and fixed timeout
    of name resolution. The threads are daemons, so nothing waits for them.
    """
    answers: dict[str, str | None] = {}

    def ask(mirror: str) -> None:
        try:
            timeout = (CONNECT_SECONDS, PROBE_SECONDS)
            requests.head(f"{mirror}{file}", timeout=timeout, allow_redirects=True).close()
        except (OSError, ValueError) as error:
            answers[mirror] = _plain_reason(error, mirror)
        else:
            answers[mirror] = None

    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + PROBE_SECONDS
    for thread in threads:
        thread.join(max(0.0, limit - time.monotonic()))
    silent = f"does not answer within {PROBE_SECONDS:g} s"
    reasons = {mirror: answers.get(mirror, silent) for mirror in mirrors}
    return {mirror: reason for mirror, reason in reasons.items() if reason is not None}


def _setup_fault(mirror: str) -> str | None:
    """Return what in this machine's settings prevents every request, or None.

    The HTTP client would also fail, but perhaps only after a name look-up, and with an obscure message.
    """
    bundles = (v for v in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if os.environ.get(v))
    variable = next(bundles, None)
    if variable and mirror.startswith("https:") and (fault := _bundle_fault(os.environ[variable])):
        return f"{variable} is {shortened(os.environ[variable])}, {fault}; correct it or unset it"
    variable, proxy = _proxy_of(mirror)
    if proxy and (fault := _proxy_fault(proxy)):
        return f"{variable} is {shortened(_without_password(proxy))}, {fault}; correct it or unset it"
    return None


def _bundle_fault(bundle: str) -> str | None:
    if Path(bundle).is_dir():
        return None
    try:
        ssl.create_default_context(cafile=bundle)
    except (FileNotFoundError, NotADirectoryError):
        return "where no certificates are"
    except ssl.SSLError:
        return "a file without certificates"
    except (OSError, ValueError) as error:
        return f"which cannot be read ({_shortened(error)})"
    return None


def _proxy_of(mirror: str) -> tuple[str, str | None]:
    """Return the variable that sets the proxy for a mirror, if it can be determined, and the proxy."""
    proxy = requests.utils.select_proxy(mirror, requests.utils.get_environ_proxies(mirror))
    names = (f"{mirror.partition(':')[0]}_proxy", "all_proxy")
    named = (v for name in names for v in (name, name.upper()) if os.environ.get(v) == proxy)
    return next(named, "the system's proxy"), proxy


def _proxy_fault(proxy: str) -> str | None:
    try:
        parts = parse_url(requests.utils.prepend_scheme_if_needed(proxy, "http"))
    except ValueError:
        return "which is no address of a proxy"
    if not parts.host:
        return "which names no host"
    if parts.scheme in ("http", "https"):
        return None
    if not str(parts.scheme).startswith("socks"):
        return f"but a proxy's address begins with http://, https:// or socks5://, not {parts.scheme}://"
    if importlib.util.find_spec("socks") is None:
        return "and the package PySocks, which a SOCKS proxy takes, is not installed"
    return None


def _without_password(proxy: str) -> str:
    return re.sub(r"[^/@]*@", "", proxy)


def _shortened(error: BaseException) -> str:
    return f"{' '.join(str(error).split()):.200}"


def _plain_reason(error: Exception, mirror: str) -> str:
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that this machine trusts"
    if isinstance(error, requests.exceptions.ProxyError):
        variable, proxy = _proxy_of(mirror)
        through = f" {_without_password(proxy)} ({variable})" if proxy else ""
        return f"is not reached through the proxy{through}"
    return "cannot be reached"


class _Meter:
    """Progress over all files, with the methods that pooch calls on a progress bar."""

    total = 0

    def __init__(self, progress: Progress, label: str, sizes: Mapping[str, int]) -> None:
        self.report = progress if callable(progress) else None
        self.label, self.sizes, self.size = label, sizes, sum(sizes.values())
        self.wants_bar = progress is True
        self.bar: tqdm[Any] | None = None
        self.before = self.done = self.expected = 0
        self.name = ""

    def begin(self, name: str) -> None:
        if name != self.name:
            self.before += self.expected
            self.name, self.expected = name, self.sizes[name]
        self.done = 0

    def update(self, count: int) -> None:
        self.done += count
        if self.done > 2 * self.expected + (1 << 17):
            raise IdxError(f"more than {2 * self.expected:,} bytes for {self.name}")
        self._show(self.before + min(self.done, self.expected))

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        """Keep the bar open: it belongs to all files."""

    def finish(self) -> None:
        if self.bar is not None:
            self.bar.close()

    def _show(self, position: int) -> None:
        if self.wants_bar:
            # Shown once data arrives: a bar above "no mirror can be reached" would only confuse.
            self.bar = self.bar or tqdm(total=self.size, desc=self.label, unit="B", unit_scale=True)
            self.bar.update(position - self.bar.n)
        if self.report is not None:
            self.report(position / self.size)
