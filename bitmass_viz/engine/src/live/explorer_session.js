/**
 * The conversation with an explorer: one network at a time, its history, other settings, links and files. The
 * counterpart of `bitmass_viz/live/explorer_session.py`.
 */

import { asWhole, shortened } from "../numeric.js";
import { coarseToFine } from "../training/history.js";
import { DATA, SPEED, STOP_AFTER } from "./controls.js";
import { describeDigits, describeFrame } from "./descriptions.js";
import { exported } from "./exported_files.js";
import { changesIn, noticeOf, originOf, otherDigits, readLink } from "./permalink.js";
import { Runs } from "./runs.js";
import { Stopwatch } from "./stopwatch.js";
import { Work, sleep } from "./tasks.js";
import { TrainingSession } from "./training_session.js";

const SETTLE_SECONDS = 0.15;
const HISTORY_BYTES = 16 << 20;
const HISTORY_SECONDS = 0.25;
const HISTORY_FRAMES = 16;

/**
 * @typedef {import("./tasks.js").Steps} Steps
 * @typedef {import("../training/history.js").Frame} Frame
 */

export class ExplorerSession extends TrainingSession {
  /** @param {import("../training/run.js").Run} run the first one @param {import("./training_session.js").Host} host */
  constructor(run, host) {
    super(run, host);
    this.runs = new Runs(run, host.controls, host.data);
    this._own = host.own;
    this._stopAfter = 0;
    this._endNotice = 0;
    /** @type {Frame | null} */
    this._preview = null;
    this._shown = run.history.newest;
    this._historiesAsked = this._historiesSent = 0;
    this._historyAt = -Infinity;
    Object.assign(this._atOnce, {
      export: this._onExport,
      history: this._onHistory,
      "own-images": this._onOwnImages,
    });
    Object.assign(this._inTurn, { show: this._onShow, follow: this._onFollow });
    this._put({ controls: host.controls.all });
    this._putSettings();
    this.publish({ frame: run.history.newest, upcoming: null });
  }

  /** Prepare the first run and show its starting point, or do so with the runs of another session. @param {any} memory */
  begin(memory) {
    this._startInTurn(memory ? this._return(memory, this._repeat(memory)) : this._prepareFirstRun());
  }

  _present() {
    const runs = this.namedRuns().map(([, run]) => ({
      ...originOf(run, this.controls),
      data: run.digits.about.name,
      at: Math.max(run.examples, run.history.newest.examples),
      shown: run.examples,
      changes: run.changes,
    }));
    return { runs, speed: this._player.speed, stopAfter: this._stopAfter, followed: this._followed };
  }

  /** @param {any} memory @returns {Steps} */
  *_repeat({ runs, speed, stopAfter, followed }) {
    this._player.speed = speed;
    this._stopAfter = stopAfter;
    this._followed = followed;
    for (const { at, shown, changes, ...origin } of runs) {
      const { settings, options } = readLink(origin, this.controls);
      yield* this.runs.begin({ ...settings, ...this._dataOf(origin.data) }, options);
      yield* this._enterRun();
      const run = this.runs.active;
      const stops = /** @type {[number, () => void][]} */ ([[shown, () => {}]]);
      yield* this._player.follow(at, new Map([...stops, ...changesIn({ changes }, run)]));
      if (shown < at) yield new Work(() => run.seek(this._frameAt(shown)));
    }
    this._putSettings();
    yield* this._showPresent();
  }

  namedRuns() {
    return this.runs.named();
  }

  /**
   * Send how the loading of the digits stands, and leave the rest to the next frame.
   * @param {Parameters<TrainingSession["digitsReported"]>[0]} news
   */
  digitsReported(news) {
    super.digitsReported(news);
    this._put({ dataset: { ...this._sent.dataset, fetch: this.data.stateOf(this.runs.digits) } });
  }

  /** The setting that a data set's name stands for, if this page has it. @param {string | null} name */
  _dataOf(name) {
    return this.data.has(name) ? { [DATA]: name } : {};
  }

  /** Send a file to download. @param {any} message */
  _onExport({ what }) {
    const { status, network } = this._sent;
    const shown = [...Object.keys(describeFrame(this._shown, 0)), "changes"].map((name) => [
      name,
      status[name],
    ]);
    try {
      const about = { ...network, ...Object.fromEntries(shown) };
      const { file, content } = exported(what, this.runs, this._shown, about, this.controls.declared);
      this._reply(file, [content]);
    } catch (error) {
      this._refuse(error);
    }
  }

  /** Take images in, and switch to them once they are complete. @param {any} message */
  _onOwnImages(message) {
    try {
      const name = this._own.take(message, this.data, this.controls);
      if (name === null) return;
      this.clearNotice("error");
      this._put({ controls: this.controls.all });
      this._startInTurn(this._setOtherRun(DATA, name));
    } catch (error) {
      this._refuse(error);
    }
  }

  _onHistory() {
    this._historiesAsked += 1;
    if (this._historiesAsked === this._historiesSent + 1) this._tasks.start(this._sendHistories());
  }

  /** Send the history, and again if it was requested meanwhile, since it may have changed. @returns {Steps} */
  *_sendHistories() {
    while (this._historiesSent < this._historiesAsked) {
      const asked = this._historiesAsked;
      yield* this._sendHistory();
      this._historiesSent = asked;
    }
  }

  /** Send the run's frames, coarse steps first, so the page can scrub through them by itself. @returns {Steps} */
  *_sendHistory() {
    yield sleep(this._historyAt + HISTORY_SECONDS - this._clock());
    this._historyAt = this._clock();
    const { history } = this.runs.active;
    const { id } = this.runs.entry;
    const { frames, revision } = history;
    const most = Math.max(1, Math.floor(HISTORY_BYTES / frames[0].weights.length));
    const groups = coarseToFine(frames.length, HISTORY_FRAMES);
    for (const positions of groups.slice(0, Math.floor(most / HISTORY_FRAMES) + 1)) {
      if (history.revision !== revision) return;
      const described = positions.map((position) => describeFrame(frames[position], position));
      this._reply(
        { kind: "history", run: id, history: revision, frames: described },
        positions.map((position) => frames[position].weights),
      );
      yield sleep(0);
    }
  }

  /** @returns {Steps} */
  *_onReset() {
    yield* this._stop();
    this._preview = null;
    yield* this.runs.reset();
    yield* this._enterRun();
  }

  /** @param {any} message @returns {Steps} */
  *_onSet(message) {
    let checked;
    try {
      checked = this.runs.check(message.name, message.value);
    } catch (error) {
      this._refuse(error);
    }
    if (checked) {
      const [name, value] = checked;
      this.clearNotice("error");
      if (name === SPEED) this._player.speed = value;
      else if (name === STOP_AFTER) {
        this._stopAfter = value;
        this._setEnd();
      } else if (this.controls.isLive(name)) yield* this._setLive(name, value, message);
      else yield* this._setOtherRun(name, value);
    }
    // Also where nothing has changed, because the page's control may still show a refused value.
    this._putAgain({ settings: this._settings() });
    this._answerChange(message);
  }

  /** @param {string} name @param {any} value @param {any} message @returns {Steps} */
  *_setLive(name, value, message) {
    yield* this._settle();
    yield* this._change(name, value);
    yield* this._measureChange(message);
  }

  /** @param {string} name @param {any} value @returns {Steps} */
  *_setOtherRun(name, value) {
    const before = this.runs.entry;
    const request = this._playsOn() ? this._playRequest : null;
    yield* this._stop();
    yield* this._settle();
    yield* this._change(name, value);
    if (this.runs.entry !== before) yield* this._enterRun();
    else if (name === DATA) this.data.get(value);
    if (request !== null && this._playRequest === request) yield* this._play(request);
  }

  /** Change a setting, with a notice if the trainer does not allow it. @param {string} name @param {any} value @returns {Steps} */
  *_change(name, value) {
    try {
      yield* this.runs.set(name, value);
    } catch (error) {
      this._refuse(error);
    }
  }

  /** @param {any} message @returns {Steps} */
  *_onShow(message) {
    const index = asWhole(message.frame);
    yield* this._stop();
    const { frames } = this.runs.active.history;
    if (index === null || index < 0 || index >= frames.length) {
      const given = shortened(message.frame);
      this.notify(`The history has frames 0 to ${frames.length - 1}, got ${given}.`, "error");
      yield* this._showPresent();
      return;
    }
    const frame = (this._preview = frames[index]);
    this.publish({ frame, upcoming: null });
    this._tasks.start(this._seekIfStillShown(frame));
  }

  /** Seek to the frame that the scrubber shows, if it stays there. @param {Frame} frame @returns {Steps} */
  *_seekIfStillShown(frame) {
    yield sleep(SETTLE_SECONDS);
    yield* this._takeTurn(this._seekToPreview(frame));
  }

  /** @param {Frame} frame @returns {Steps} */
  *_seekToPreview(frame) {
    if (this._preview !== frame) return;
    yield* this._settle();
    yield* this._showPresent();
  }

  /** Seek to the frame that the scrubber shows, if there is one. @returns {Steps} */
  *_settle() {
    const frame = this._preview;
    this._preview = null;
    const run = this.runs.active;
    if (frame && run.history.frames.includes(frame)) {
      yield new Work(() => run.seek(frame));
      this._putSettings();
    }
  }

  /**
   * Follow a link. The page numbers its links; the status names the last one handled. The link that the page was
   * opened with is ignored once something has been trained; a link that the reader navigated to later never is.
   * @param {any} message @returns {Steps}
   */
  *_onFollow(message) {
    const link = readLink(message.state, this.controls);
    const number = asWhole(message.id) || 1;
    if (message.navigated !== true && (this._player.playing || !this.runs.isUntouched)) {
      this._arrived(number);
      return;
    }
    this._playRequest = null;
    yield* this._stop();
    this._preview = null;
    const settings = { ...link.settings, ...this._dataOf(link.data) };
    const refused = [...link.refused, ...(yield* this.runs.begin(settings, link.options))];
    refused.push(...otherDigits(link, this.runs.digits.about));
    const notice = noticeOf(link, refused, this.controls.declared.revision);
    if (notice) this.notify(notice, refused.length ? "error" : "info");
    else this.clearNotice();
    this._player.speed = link.settings[SPEED] ?? this._player.speed;
    this._stopAfter = link.settings[STOP_AFTER] ?? this._stopAfter;
    yield* this._enterRun();
    if (link.at || link.changes.length) {
      this._playRequest = {};
      const before = this._present();
      const { at, changes } = link;
      const led = { .../** @type {object} */ (before.runs.at(-1)), at, shown: at, changes };
      this._goal = { ...before, runs: [...before.runs.slice(0, -1), led], followed: number };
      this._startPlaying(this._player.follow(link.at, changesIn(link, this.runs.active)), number);
    } else this._arrived(number);
  }

  /** @param {Steps} play @param {number | null} [followed] */
  _startPlaying(play, followed = null) {
    if (this._endNotice === this._notices) this.clearNotice("info");
    super._startPlaying(play, followed);
  }

  /** @param {Steps} play @param {number | null} followed @returns {Steps} */
  *_playOut(play, followed) {
    try {
      yield* super._playOut(play, followed);
    } finally {
      if (this._player.ended) {
        const counted = this._stopAfter === 1 ? "1 epoch" : `${this._stopAfter} epochs`;
        this.notify(`Stopped after ${counted}, as set. Press Play to continue.`);
        this._endNotice = this._notices;
      }
    }
  }

  /** @returns {Steps} */
  *_prepareFirstRun() {
    this.publish(yield* this._prepareRun());
  }

  /** @returns {Steps} */
  *_enterRun() {
    this._player.run = this.runs.active;
    this._player.stopwatch = new Stopwatch();
    this._setEnd();
    const update = yield* this._prepareRun();
    this._putSettings();
    this.publish(update);
  }

  _setEnd() {
    this._player.end = this._stopAfter ? this._stopAfter * this.runs.digits.train.count : Infinity;
  }

  /** The active run's latest frame at or before some number of examples. @param {number} examples */
  _frameAt(examples) {
    const { history } = this.runs.active;
    return history.frames[history.indexAt(examples)];
  }

  /** @returns {Steps} */
  *_showPresent() {
    const run = this.runs.active;
    const upcoming = yield new Work(() => run.upcoming());
    this.publish({ frame: this._frameAt(run.examples), upcoming });
  }

  /** @param {import("./player.js").Update} update */
  publish({ frame, upcoming }) {
    this._shown = frame;
    const run = this.runs.active;
    const { history } = run;
    const seconds = this._player.stopwatch.secondsPerExample;
    const { digits } = run;
    this._put({
      dataset: { ...describeDigits(digits.about), fetch: this.data.stateOf(digits) },
      network: this.runs.network(),
      frame: frame.weights,
      digit: upcoming?.image ?? new Uint8Array(0),
      ...this._newerCurves(this.runs.curveEnds(), () => this.runs.curves()),
      status: {
        seq: this._window.next(),
        state: this._state(),
        followed: this._followed,
        change: this._player.change,
        ...describeFrame(frame, history.indexAt(frame.examples)),
        frames: history.frames.length,
        history: history.revision,
        changes: run.changes.filter(([at]) => at <= frame.examples),
        example: upcoming && {
          index: upcoming.index,
          label: upcoming.label,
          prediction: upcoming.predictions[0],
        },
        epoch_seconds: seconds === null ? null : seconds * run.digits.train.count,
      },
    });
    this._warnIfDiverged(this.runs.entry.label, run, frame.weights);
  }

  _settings() {
    return { ...this.runs.settings, [SPEED]: this._player.speed, [STOP_AFTER]: this._stopAfter };
  }

  _putSettings() {
    this._put({ settings: this._settings() });
  }
}
