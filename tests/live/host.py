"""A host on a made-up clock.

Training takes as long as its pace says, every call a time besides, and a page draws a while after a frame.
"""

import heapq
import itertools
import math
from collections import deque
from contextlib import contextmanager

from bitmass_viz.live.frame_window import FrameWindow
from bitmass_viz.live.pace import Pace
from bitmass_viz.live.player import Player
from bitmass_viz.live.session import Effects, Reply
from bitmass_viz.live.tasks import Tasks

STEPS = 100_000


def at_once(steps):
    """Take all steps of a task that waits for nothing but work, and return what it returns."""
    result = None
    try:
        while True:
            result = steps.send(result).call()
    except StopIteration as end:
        return end.value


class Steady(Pace):
    """So many examples in one go, so many seconds for each."""

    def __init__(self, host, examples=50, seconds=0.0005):
        super().__init__()
        self._host, self._examples, self._seconds = host, examples, seconds
        self.pieces = []

    def piece(self):
        return self._examples

    def train(self, advance, examples):
        advance(examples)
        self.pieces.append(examples)
        self._host.now += examples * self._seconds

    @contextmanager
    def among_others(self):
        yield


class Host:
    def __init__(self, per_call=0.0):
        self.now = 0.0
        self._per_call = per_call
        self._calls = deque()
        self._later = []
        self._count = itertools.count()
        self._wake_at = math.inf

    def clock(self):
        return self.now

    def later(self, seconds, act):
        heapq.heappush(self._later, (self.now + seconds, next(self._count), act))

    def run(self, until):
        """Let time pass until a condition holds."""
        for _ in range(STEPS):
            while self._later and self._later[0][0] <= self.now:
                heapq.heappop(self._later)[2]()
            self.take(self.wake())
            if until():
                return
            if self._calls:
                self._make(self._calls.popleft())
            else:
                at = min(self._wake_at, self._later[0][0] if self._later else math.inf)
                assert at < math.inf, "nothing is left to happen"
                self.now = max(self.now, at)
        raise AssertionError("it never came to that")

    def _make(self, call):
        self.now += self._per_call
        try:
            effects = self.finish(call.ticket, call.call())
        except (ValueError, OSError) as error:
            effects = self.finish(call.ticket, error=error)
        self.take(effects)

    def take(self, effects):
        self._calls.extend(effects.calls)
        self._wake_at = effects.wake_at


class PlayerHost(Host):
    """A player, whose frames are drawn some time after they were shown, or never."""

    def __init__(self, run, delay=0.002, draws=True, **pace):
        super().__init__()
        self.errors = []
        self.tasks = Tasks(self.clock, self.errors.append)
        self.window = FrameWindow(self.clock)
        self.pace = Steady(self, **pace)
        self.player = Player(run, self._show, self.window, self.clock, self.pace)
        self.updates = []
        self.most_in_flight = self._in_flight = 0
        self._delay, self._draws = delay, draws

    def wake(self):
        calls, wake_at = self.tasks.run()
        assert self.errors == []
        return Effects(calls, [], wake_at)

    def finish(self, ticket, result=None, error=None):
        self.tasks.finish(ticket, result, error)
        return self.wake()

    def play_until(self, condition):
        """Play until a condition holds, then pause and let the last frame be shown."""
        self.tasks.start(self.player.play())
        self.run(condition)
        self.player.pause()
        self.run(lambda: len(self.tasks) == 0)

    def _show(self, update):
        number = self.window.next()
        self.updates.append(update)
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        if self._draws:
            self.later(self._delay, lambda: self._drawn(number))

    def _drawn(self, number):
        self._in_flight -= 1
        self.window.acknowledge(number)


class SessionHost(Host):
    """A session with a page that draws every frame.

    Attributes
    ----------
    state : dict
        The values that the page has.
    messages : list
        All that was sent, in order.
    """

    def __init__(self, make, delay=0.002, per_call=0.0, **pace):
        super().__init__(per_call)
        self.session = make(clock=self.clock, pace=Steady(self, **pace))
        self.wake, self.finish = self.session.wake, self.session.finish
        self.state, self.messages = {"status": {"seq": 0}}, []
        self._seq = 0
        self._delay = delay
        self.take(self.session.wake())

    def tell(self, action, **content):
        self.take(self.session.handle({"action": action, **content}))

    def idle(self):
        self.run(lambda: self.session.is_idle)

    def take(self, effects):
        super().take(effects)
        for message in effects.messages:
            if isinstance(message, Reply):
                self.messages.append((message.content, [bytes(buffer) for buffer in message.buffers]))
            else:
                self.messages.append(message)
                self.state |= message.values
                seq = self.state["status"]["seq"]
                if seq > self._seq:
                    self._seq = seq
                    self.later(self._delay, lambda seq=seq: self.tell("ack", seq=seq))
