"""The kernel's side of one example, spoken to as the browser would. The page itself: tests/browser."""

import asyncio

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.live import one_example_session
from tests.conftest import DIGITS
from tests.widgets.conversation import idle, tell

pytestmark = pytest.mark.usefixtures("no_errors")


def converse(scenario):
    """Run a scenario beside an explorer that has learned a little, and return what was sent to the page."""
    sent = []

    async def main():
        explorer = bm.Explorer(bm.Run("adamw", DIGITS))
        widget = bm.OneExample(explorer)
        widget.send = lambda content, buffers=(): sent.append((content, buffers))
        try:
            await idle(explorer)
            tell(widget, "near")
            await idle(widget)
            await asyncio.wait_for(scenario(widget, explorer), 60)
            await idle(widget)
        finally:
            widget.close()
            explorer.close()
        return widget

    return asyncio.run(main()), sent


def pixels(index=0):
    return DIGITS.validation.images[index].ravel().tolist()


def test_both_networks_learn_as_much_as_is_asked_and_lie_one_behind_the_other():
    async def scenario(widget, _explorer):
        assert widget.networks["learned"] == one_example_session.FIRST_LEARNED
        for examples in (0, 64, 1_024):
            tell(widget, "learn-from", examples=examples)
            await idle(widget)
            assert widget.networks["learned"] == examples
            # 300 examples are an epoch here, and 1,024 end within its fourth: at the end of a minibatch.
            assert widget.networks["examples"] == {0: 0, 64: 64, 1_024: 900 + 64}[examples]

    widget, _ = converse(scenario)
    assert widget.state == "ready"
    alone = [bm.Run("sgd", DIGITS, recipe="tuned"), bm.Run("bv32-hebbian", DIGITS)]
    for run in alone:
        run.advance(964)
    assert widget.weights == b"".join(run.weights.tobytes() for run in alone)
    assert widget.networks["thresholds"] == alone[1].weights.thresholds.tolist()
    assert widget.networks["float"]["accuracy"] == alone[0].accuracy()


def test_every_network_of_the_page_that_has_learned_something_answers():
    async def scenario(widget, explorer):
        tell(widget, "ask", id=1, pixels=pixels())
        await idle(widget)
        tell(explorer, "step", examples=64)
        await idle(explorer)
        tell(widget, "ask", id=2, pixels=pixels())
        await idle(widget)
        scenario.expected = int(explorer.run.predict(DIGITS.validation.images[:1])[0])

    _, sent = converse(scenario)
    first, second = (content for content, _ in sent)
    assert first == {"kind": "answers", "id": 1, "answers": []}
    answer = {"label": "AdamW, published, seed 0", "trainer": "adamw", "examples": 64}
    assert second == {"kind": "answers", "id": 2, "answers": [answer | {"answers": [scenario.expected]}]}


def test_one_training_step_is_sent_with_its_counters():
    async def scenario(widget, _explorer):
        tell(widget, "learn", id=9, pixels=pixels(3), label=4, unit=17)

    widget, sent = converse(scenario)
    ((content, buffers),) = sent
    assert content["signal"] in (-1, 1)
    assert {**content, "signal": 0} == {"kind": "step", "id": 9, "label": 4, "unit": 17, "signal": 0}
    float_after, binary_after, before, after = buffers
    assert float_after + binary_after != widget.weights
    assert len(float_after) == len(binary_after) == 25_408
    signs = np.unpackbits(np.frombuffer(binary_after, np.uint8), bitorder="little")[17 * 784 : 18 * 784]
    counters = np.frombuffer(after, np.float32)
    clear = np.abs(counters) > 1e-3
    assert ((counters > 0) == signs.astype(bool))[clear].all()
    assert not np.array_equal(np.frombuffer(before, np.float32), counters)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"action": "ask", "id": 1}, "An image must be 784 whole numbers from 0 to 255, got None."),
        ({"action": "ask", "pixels": [0] * 783}, "An image must be 784 whole numbers from 0 to 255, got [0, 0"),
        ({"action": "ask", "pixels": [256] * 784}, "An image must be 784 whole numbers"),
        ({"action": "learn", "pixels": [0] * 784, "label": 10, "unit": 0}, "A training step needs a label"),
        (
            {"action": "learn", "pixels": [0] * 784, "label": 1, "unit": 256},
            "A training step needs a label",
        ),
        (
            {"action": "learn-from", "examples": 7},
            "The networks can have learned from 0, 64, 1,024, 10,240, 50,000",
        ),
        ({"action": "learn-from", "examples": False}, "The networks can have learned from"),
        ({"action": "jump"}, "This page does not know the action 'jump'."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(message, said):
    async def scenario(widget, _explorer):
        tell(widget, **message)
        await idle(widget)

    widget, sent = converse(scenario)
    assert widget.notice["text"].startswith(said)
    assert sent == []


def test_ten_others_are_one_of_each_class_again():
    async def scenario(widget, _explorer):
        before = widget.digits
        tell(widget, "more")
        await idle(widget)
        assert widget.digits != before
        assert widget.labels == list(range(10))

    converse(scenario)


def test_bad_arguments_are_refused():
    with pytest.raises(TypeError, match="needs an Explorer or Digits"):
        bm.OneExample("mnist")
    with pytest.raises(TypeError, match="only widgets whose networks learn"):
        bm.OneExample(DIGITS, DIGITS)
