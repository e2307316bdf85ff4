"""What a widget leaves behind when its view is removed: nothing that the page or the model still calls."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

import bitmass_viz as bm
from bitmass_viz.widgets.traits import STATIC
from tests.training.test_run import DIGITS
from tests.widgets.test_explorer import idle, tell, until

pytestmark = pytest.mark.browser

COUNT = """() => {
    // What holds on: a listener of something that outlives the widget, an observer, a timer.
    const held = window.held = new Map();
    const hold = (kind, signal) => {
        const key = Symbol(kind);
        held.set(key, kind);
        signal?.addEventListener('abort', () => held.delete(key));
        return () => held.delete(key);
    };
    for (const [name, lasting] of [
        ['window', window], ['document', document], ['media', MediaQueryList.prototype],
    ]) {
        const { addEventListener: add, removeEventListener: remove } = lasting;
        const known = new Map();
        lasting.addEventListener = function (event, listener, options) {
            known.set(listener, hold(`${name} ${event}`, options?.signal));
            add.call(this, event, listener, options);
        };
        lasting.removeEventListener = function (event, listener, options) {
            known.get(listener)?.();
            remove.call(this, event, listener, options);
        };
    }
    for (const kind of ['ResizeObserver', 'IntersectionObserver', 'MutationObserver']) {
        window[kind] = class extends window[kind] {
            observe(...given) { this.release ??= hold(kind); super.observe(...given); }
            disconnect() { this.release?.(); this.release = undefined; super.disconnect(); }
        };
    }
    for (const [start, stop, once] of [
        ['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false],
        ['requestAnimationFrame', 'cancelAnimationFrame', true],
    ]) {
        const [begin, end] = [window[start].bind(window), window[stop].bind(window)];
        const known = new Map();
        window[start] = (act, ...rest) => {
            const release = hold(start);
            const id = begin((...given) => { if (once) release(); act(...given); }, ...rest);
            known.set(id, release);
            return id;
        };
        window[stop] = (id) => { known.get(id)?.(); end(id); };
    }
}"""

SHOW = """async ([source, traits]) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const widget = (await import(url)).default;
    for (const [name, value] of Object.entries(traits)) {
        if (value?.base64 === undefined) continue;
        traits[name] = new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
    }
    const listeners = new Map();
    const model = {
        get: (name) => traits[name],
        set: (name, value) => void (traits[name] = value),
        send() {},
        on(event, listener) { listeners.set(listener, event); window.held.set(listener, `model ${event}`); },
        off(event, listener) { window.held.delete(listener); },
    };
    const el = document.body.appendChild(document.createElement('div'));
    window.ending = new AbortController();
    window.end = widget.render({ model, el, ...(window.withSignal ? { signal: window.ending.signal } : {}) });
    window.fire = () => listeners.forEach((event, listener) => event.startsWith('change:') && listener());
}"""


def _beside_an_explorer():
    return bm.OneExample(bm.Explorer(bm.Run("adamw", DIGITS)))


WIDGETS = {
    "explorer": lambda: bm.Explorer(bm.Run("bv32-hebbian", DIGITS, bm.Architecture(hidden=1))),
    "side_by_side": lambda: bm.SideBySide(DIGITS),
    "one_example": _beside_an_explorer,
    "counter": bm.BitCounter,
    "evidence": lambda: bm.Evidence("published", DIGITS),
    "predict": lambda: bm.Predict.curve("Drawn?", [1, 2, 4], low=0, high=9, x_label="x", y_label="y"),
}


def state_of(name):
    """What the kernel has sent to a widget by the time that it can be seen."""

    async def main():
        widget = WIDGETS[name]()
        if name in ("side_by_side", "one_example"):
            tell(widget, "near")
        if name in ("explorer", "side_by_side"):
            await until(lambda: widget.status.get("state") == "paused")
        elif name == "one_example":
            await idle(widget)
        state = widget.get_state()
        widget.close()
        return state

    # Playwright has an event loop running on this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(main())).result()


@pytest.fixture(scope="module")
def states():
    return {}


@pytest.mark.parametrize("with_signal", [True, False], ids=["signal", "function"])
@pytest.mark.parametrize("name", WIDGETS)
def test_nothing_remains_of_a_widget_that_was_removed(chromium, states, name, with_signal):
    if name not in states:
        states[name] = state_of(name)
    traits = {
        key: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value
        for key, value in states[name].items()
        if not key.startswith("_")
    }
    page = chromium.new_page()
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.evaluate(COUNT)
    page.evaluate("given => void (window.withSignal = given)", with_signal)
    page.evaluate(SHOW, [(STATIC / f"{name}.js").read_text(encoding="utf-8"), traits])
    page.wait_for_timeout(900)
    held = page.evaluate("[...held.values()]")
    assert any(kind.startswith("model") for kind in held)
    assert "MutationObserver" in held
    assert page.evaluate("document.body.children[0].children.length") == 1
    page.evaluate("() => { fire(); withSignal ? ending.abort() : end(); }")
    assert page.evaluate("[...held.values()]") == []
    assert page.evaluate("document.body.children[0].children.length") == 0
    page.close()
    assert trouble == []
