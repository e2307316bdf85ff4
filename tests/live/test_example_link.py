"""Links to one example: the networks and the digits that they lead to."""

from dataclasses import replace

import pytest

from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.live.one_example_session import (
    OneExampleSession,
    digits_of_each,
    networks_after,
    read_example_link,
)
from tests.conftest import DIGITS, make_digits
from tests.live.host import SessionHost


def example(digits=DIGITS):
    return SessionHost(lambda clock, pace: OneExampleSession(digits, clock=clock))


def weights(digits, learned):
    return b"".join(run.weights.tobytes() for run in networks_after(learned, digits))


def test_a_link_leads_to_the_networks_and_the_digits_that_it_was_made_with():
    first = example()
    for action, content in (("more", {}), ("more", {}), ("learn-from", {"examples": 64})):
        first.tell(action, **content)
    first.idle()
    origin = first.state["link"]["origin"]
    assert origin == {"learned": 64, "page": 2, "rev": REVISION}
    second = example()
    assert second.state["link"]["followed"] == 0
    second.tell("follow", state=origin | {"data": DIGITS.name}, id=5)
    second.idle()
    assert second.state["link"] == {"origin": origin, "left_out": first.state["link"]["left_out"], "followed": 5}
    assert second.state["digits"] == first.state["digits"] == digits_of_each(DIGITS.validation, 2)[0].tobytes()
    assert second.state["weights"] == first.state["weights"] == weights(DIGITS, 64)
    assert not second.state.get("notice", {}).get("text")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"learned": 65}, "the examples learned must be one of 0, 64, 1,024, 10,240, 50,000, got 65"),
        ({"learned": True}, "the examples learned must be one of"),
        ({"page": -1}, "page must be a whole number between 0 and 10,000, got -1"),
        ({"hidden": 3}, "'hidden' is not known"),
        ({"unread": ["drawn"]}, "'drawn' cannot be read"),
        (7, "cannot be read"),
    ],
)
def test_what_a_link_cannot_ask_for_is_said(state, sentence):
    link = read_example_link(state, 1_024, 3)
    assert any(sentence in refused for refused in link.shared.refused), link.shared.refused
    assert (link.learned, link.page) == (1_024, 3)


def test_digits_that_come_later_are_those_of_the_link():
    named = replace(make_digits(seed=1), name="mnist")
    host = example()
    host.tell("follow", state={"learned": 64, "page": 1, "data": "mnist", "rev": REVISION}, id=1)
    host.idle()
    assert "in place of which it learns" in host.state["notice"]["text"]
    host.session.follow_digits(named)
    host.idle()
    assert host.state["link"]["origin"]["page"] == 1
    assert host.state["weights"] == weights(named, 64)
    assert not host.state["notice"]["text"]
