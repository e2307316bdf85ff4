/** Flow control: at most two frames are sent that the page has not acknowledged. */

const IN_FLIGHT = 2;

/** The frames on their way to the page. */
export class FrameWindow {
  /** @param {() => number} clock seconds */
  constructor(clock) {
    this._clock = clock;
    this._sent = 0;
    this._acknowledged = 0;
    this._waitingSince = 0;
  }

  /** Whether another frame can be sent. */
  get open() {
    return this._sent - this._acknowledged < IN_FLIGHT;
  }

  /** Return the number of the next frame, and count it as sent. */
  next() {
    if (this._sent === this._acknowledged) this._waitingSince = this._clock();
    this._sent += 1;
    return this._sent;
  }

  /** Note that this frame and all earlier ones were drawn. Unknown numbers are ignored. @param {number} number */
  acknowledge(number) {
    if (this._acknowledged < number && number <= this._sent) {
      this._acknowledged = number;
      this._waitingSince = this._clock();
    }
  }

  /** Stop waiting for earlier frames, because a page has just connected or playing begins. */
  acknowledgeAll() {
    this.acknowledge(this._sent);
  }

  /** Seconds since a frame was sent or acknowledged while one is outstanding; 0 if none is. */
  get silence() {
    return this._sent === this._acknowledged ? 0 : this._clock() - this._waitingSince;
  }
}
