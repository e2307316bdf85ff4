// A host on a made-up clock, as tests/live/host.py: training takes as long as its pace says, every call a time besides,
// and a page draws a while after a frame.

const STEPS = 100_000;
/** As long as a piece of the pace that Python measures. */
const FRAME_SECONDS = 0.75 * 0.028;

class Steady {
  constructor(host, examples, seconds) {
    Object.assign(this, { host, examples, seconds, frameSeconds: FRAME_SECONDS });
  }

  piece() {
    return this.examples;
  }

  train(advance, examples) {
    advance(examples);
    this.host.now += examples * this.seconds;
  }
}

export class SessionHost {
  /** @param {(host: {clock: () => number, pace: any}) => any} make a session */
  constructor(make, { examples = 50, seconds = 0.0005, delay = 0.002, per_call = 0 } = {}) {
    this.now = 0;
    this.calls = [];
    this.later_ = [];
    this.count = 0;
    this.wakeAt = Infinity;
    this.messages = [];
    this.state = { status: { seq: 0 } };
    this.seq = 0;
    this.delay = delay;
    this.perCall = per_call;
    this.session = make({ clock: () => this.now, pace: new Steady(this, examples, seconds) });
    this.take(this.session.wake());
  }

  tell(message) {
    this.take(this.session.handle(message));
  }

  later(seconds, act) {
    this.later_.push({ at: this.now + seconds, count: this.count++, act });
    this.later_.sort((a, b) => a.at - b.at || a.count - b.count);
  }

  /** Let time pass until a condition holds. */
  run(until) {
    for (let step = 0; step < STEPS; step++) {
      while (this.later_.length && this.later_[0].at <= this.now) this.later_.shift().act();
      this.take(this.session.wake());
      if (until()) return;
      const call = this.calls.shift();
      if (call) this.make(call);
      else {
        const at = Math.min(this.wakeAt, this.later_[0]?.at ?? Infinity);
        if (at === Infinity) throw new Error("nothing is left to happen");
        this.now = Math.max(this.now, at);
      }
    }
    throw new Error("it never came to that");
  }

  make({ ticket, call }) {
    this.now += this.perCall;
    let result;
    try {
      result = call();
    } catch (error) {
      this.take(this.session.finish(ticket, undefined, error));
      return;
    }
    this.take(this.session.finish(ticket, result));
  }

  take({ calls, messages, wakeAt }) {
    this.calls.push(...calls);
    this.wakeAt = wakeAt;
    for (const message of messages) {
      this.messages.push(message);
      if (!message.values) continue;
      Object.assign(this.state, message.values);
      const { seq } = this.state.status;
      if (seq > this.seq) {
        this.seq = seq;
        this.later(this.delay, () => this.tell({ action: "ack", seq }));
      }
    }
  }

  /** Say something before each wait. */
  say(said) {
    for (const [message, seconds] of said) {
      const until = this.now + seconds;
      this.tell(message);
      this.later(seconds, () => {});
      this.run(() => this.now >= until);
    }
  }

  end() {
    this.tell({ action: "pause" });
    this.run(() => this.session.isIdle);
  }
}
