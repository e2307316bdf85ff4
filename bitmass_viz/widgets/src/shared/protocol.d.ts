/* What a page and its session say to each other; made from live/protocol.json by json-schema-to-typescript. */

/**
 * The value of a control.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Setting".
 */
export type Setting = number | string | boolean | null;
/**
 * What is the same in all frames of a run.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Network".
 */
export type Network = Named &
  Weights & {
    /**
     * Containers of 32 bits in the hidden layer.
     */
    hidden: number;
    /**
     * Height and width of a digit in pixels.
     *
     * @minItems 2
     * @maxItems 2
     */
    image: [number, number];
    /**
     * Examples in an epoch.
     */
    train_size: number;
    /**
     * The digits on which accuracy is measured.
     */
    accuracy_split: string;
    batch_size: number | null;
    origin: Settings;
    /**
     * What no link can hold, in words that complete “This link leaves out …”.
     */
    left_out: string[];
    /**
     * The classes each hidden unit is taught to answer to, bit k for class k; null where none are.
     */
    taught: number[] | null;
  };
/**
 * What the player does.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PlayerState".
 */
export type PlayerState = "preparing" | "paused" | "playing";
/**
 * What an explorer shows.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Status".
 */
export type Status = FrameStatus & {
  /**
   * The number by which the page acknowledges the frame.
   */
  seq: number;
  state: PlayerState;
  /**
   * The number of the page's last link that was followed, 0 for none.
   */
  followed: number;
  /**
   * The number of the page's last change that was made before this frame, or refused; 0 for none.
   */
  change: number;
  /**
   * Frames in the history.
   */
  frames: number;
  /**
   * Revision of the history: the same number means the same frames.
   */
  history: number;
  /**
   * After how many examples which live option was set to what.
   */
  changes: [number, string, Setting][];
  example: Example | null;
  /**
   * How long an epoch's computing takes here, as measured; null until enough was.
   */
  epoch_seconds: number | null;
};
/**
 * What is the same in all frames of one of several networks.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LaneNetwork".
 */
export type LaneNetwork = Named &
  Weights & {
    /**
     * Its share of a frame.
     */
    bytes: number;
  };
/**
 * The validation accuracy of a run so far.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Curve".
 */
export type Curve = Named & {
  active: boolean;
  /**
   * Examples and accuracy.
   */
  points: [number, number][];
};
/**
 * A network that one example passes through.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OneNetwork".
 */
export type OneNetwork = Weights & {
  label: string;
  trainer: string;
  /**
   * On the validation split.
   */
  accuracy: number;
  bytes: number;
};
/**
 * The network of float weights.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FloatNetwork".
 */
export type FloatNetwork = OneNetwork & {
  /**
   * Of the activation below 0.
   */
  slope: number;
  rate: number;
};
/**
 * A message that a page handles once.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Reply".
 */
export type Reply = History | File | Here | Answers | Learned;
/**
 * What a page can ask for.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Action".
 */
export type Action =
  | Hello
  | Near
  | Play
  | Pause
  | Step
  | Reset
  | Set
  | Show
  | GetHistory
  | TakeImages
  | Follow
  | Export
  | Acknowledge
  | Ping
  | Hidden
  | Visible
  | LearnFrom
  | More
  | AskNetworks
  | LearnOne
  | Guess
  | Account
  | PlayFilm
  | Watched;

/**
 * What a page that trains networks and the session behind it say to each other.
 */
export interface Protocol {
  [k: string]: unknown;
}
/**
 * Values of controls or options, by name.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Settings".
 */
export interface Settings {
  [k: string]: Setting;
}
/**
 * A value that a control can take.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Choice".
 */
export interface Choice {
  value: Setting;
  label: string;
  help: string;
}
/**
 * A control, and what is allowed for it: one of the choices, on or off, or a number from min to max.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Control".
 */
export interface Control {
  name: string;
  label: string;
  kind: "choice" | "integer" | "number" | "stops" | "switch";
  default: Setting;
  help: string;
  choices: Choice[];
  min: number;
  max: number;
  /**
   * The trainers that it applies to; null for all.
   */
  trainers: string[] | null;
  /**
   * Completes the sentence “Seed must be …”.
   */
  allowed: string;
}
/**
 * A layer of weights.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Layer".
 */
export interface Layer {
  name: string;
  units: number;
  features: number;
}
/**
 * How a buffer of weights is to be read.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Weights".
 */
export interface Weights {
  /**
   * The number format of a weight.
   */
  format: string;
  /**
   * Bits per weight.
   */
  bpw: number;
  layers: Layer[];
  /**
   * All weight bits.
   */
  bit_mass: number;
}
/**
 * A run, as the page names it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Named".
 */
export interface Named {
  run: string;
  trainer: string;
  label: string;
}
/**
 * What is known of a frame.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FrameStatus".
 */
export interface FrameStatus {
  examples: number;
  epoch: number;
  /**
   * On the validation split, 0 to 1; null before it is measured.
   */
  accuracy: number | null;
  /**
   * Examples after which it was measured.
   */
  accuracy_at: number;
  options: Settings;
  /**
   * Index in the history.
   */
  position: number;
}
/**
 * The next example, and what the network makes of it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Example".
 */
export interface Example {
  index: number;
  label: number;
  prediction: number;
}
/**
 * What is the same in all frames of networks side by side.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LanesNetwork".
 */
export interface LanesNetwork {
  /**
   * Height and width of a digit in pixels.
   *
   * @minItems 2
   * @maxItems 2
   */
  image: [number, number];
  train_size: number;
  accuracy_split: string;
  lanes: LaneNetwork[];
}
/**
 * How networks side by side began, for a link.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LanesOrigin".
 */
export interface LanesOrigin {
  shared: Settings;
  lanes: Settings[];
  /**
   * What no link can hold, in words that complete “This link leaves out …”.
   */
  left_out: string[];
}
/**
 * What is known of a frame of one of several networks.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LaneStatus".
 */
export interface LaneStatus {
  accuracy: number | null;
  options: Settings;
  /**
   * After how many examples which live option was set to what.
   */
  changes: [number, string, Setting][];
}
/**
 * The next example, and what each network makes of it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LanesExample".
 */
export interface LanesExample {
  index: number;
  label: number;
  predictions: number[];
}
/**
 * What networks side by side show.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LanesStatus".
 */
export interface LanesStatus {
  seq: number;
  state: PlayerState;
  examples: number;
  epoch: number;
  example: LanesExample | null;
  lanes: LaneStatus[];
  /**
   * The number of the page's last link that was followed, 0 for none.
   */
  followed: number;
  /**
   * The number of the page's last change that was made before this frame, or refused; 0 for none.
   */
  change: number;
}
/**
 * A film of two networks that learn from noise: the examples learned at each of its frames.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Film".
 */
export interface Film {
  id: number;
  seed: number;
  at: number[];
}
/**
 * The networks at one frame of a film.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Snapshot".
 */
export interface Snapshot {
  film: number;
  index: number;
  accuracies: (number | null)[];
}
/**
 * A data set that is being loaded, or was.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Fetch".
 */
export interface Fetch {
  /**
   * Its name; empty for none.
   */
  data: string;
  label: string;
  state: "none" | "running" | "ready" | "failed";
  progress: number;
  message: string;
}
/**
 * The digits, or other images.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Dataset".
 */
export interface Dataset {
  name: string;
  label: string;
  synthetic: boolean;
  train: number;
  validation: number;
  test: number;
  class_names: string[];
  fetch?: Fetch;
}
/**
 * What the reader should know; no text takes away the last.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Notice".
 */
export interface Notice {
  id: number;
  level: "info" | "error";
  text: string;
}
/**
 * Frames of a run, each with its weights in a buffer.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "History".
 */
export interface History {
  kind: "history";
  run: string;
  history: number;
  frames: FrameStatus[];
}
/**
 * A file to keep, its content in a buffer.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "File".
 */
export interface File {
  kind: "file";
  name: string;
  type: string;
}
/**
 * The answer to a page that asks whether anybody is there.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Here".
 */
export interface Here {
  kind: "here";
  id: number;
}
/**
 * What a network of the page makes of an image.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Answer".
 */
export interface Answer {
  label: string;
  trainer: string;
  /**
   * Learned so far.
   */
  examples: number;
  /**
   * A class for each image.
   */
  answers: number[];
}
/**
 * What all networks of the page make of an image.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Answers".
 */
export interface Answers {
  kind: "answers";
  id: number | null;
  answers: Answer[];
}
/**
 * What one training step did: the weights after it and a unit's counters before and after, in buffers.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Learned".
 */
export interface Learned {
  kind: "step";
  id: number | null;
  label: number;
  unit: number;
  /**
   * What the unit was taught, +1 or −1.
   */
  signal: number;
}
/**
 * The networks that one example passes through.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TwoNetworks".
 */
export interface TwoNetworks {
  /**
   * Examples chosen.
   */
  learned: number;
  /**
   * Examples learned.
   */
  examples: number;
  choices: number[];
  /**
   * Height and width of a digit in pixels.
   *
   * @minItems 2
   * @maxItems 2
   */
  image: [number, number];
  /**
   * A pixel brighter than this is +1.
   */
  threshold: number;
  /**
   * Of the binary hidden units.
   */
  thresholds: number[];
  float: FloatNetwork;
  binary: OneNetwork;
}
/**
 * What a link to one example needs, and which link was followed.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ExampleLink".
 */
export interface ExampleLink {
  origin: Settings;
  /**
   * What no link can hold, in words that complete “This link leaves out …”.
   */
  left_out: string[];
  /**
   * The number of the page's last link that was followed, 0 for none.
   */
  followed: number;
}
/**
 * A page has connected.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Hello".
 */
export interface Hello {
  action: "hello";
}
/**
 * The reader comes near the widget.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Near".
 */
export interface Near {
  action: "near";
}
/**
 * Train until paused.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Play".
 */
export interface Play {
  action: "play";
}
/**
 * Stop training.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Pause".
 */
export interface Pause {
  action: "pause";
}
/**
 * Train on a few examples.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Step".
 */
export interface Step {
  action: "step";
  examples: number;
}
/**
 * Begin again from the first weights.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Reset".
 */
export interface Reset {
  action: "reset";
}
/**
 * Set a control, of one lane or of all.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Set".
 */
export interface Set {
  action: "set";
  name: string;
  value: Setting;
  lane?: number;
  /**
   * The page's number of this change, which frames name that have it; only where it changes a network that goes on.
   */
  change?: number;
}
/**
 * Go to a frame of the history.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Show".
 */
export interface Show {
  action: "show";
  frame: number;
}
/**
 * Send the frames of the history.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "GetHistory".
 */
export interface GetHistory {
  action: "history";
}
/**
 * Learn from the reader's own images; this is a part, whose pixels and labels are its buffers.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TakeImages".
 */
export interface TakeImages {
  action: "own-images";
  name: string;
  /**
   * Null if the classes are digits.
   */
  class_names: string[] | null;
  /**
   * Number of images in the parts before.
   */
  start: number;
  /**
   * Number of images in all parts.
   */
  count: number;
}
/**
 * Train what a link leads to.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Follow".
 */
export interface Follow {
  action: "follow";
  state: {};
  id: number;
  /**
   * Whether the reader went there while the page was open.
   */
  navigated?: boolean;
}
/**
 * Send a file to keep.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Export".
 */
export interface Export {
  action: "export";
  what: "npz" | "bin" | "csv";
}
/**
 * A frame was drawn.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Acknowledge".
 */
export interface Acknowledge {
  action: "ack";
  seq: number;
}
/**
 * Ask whether anybody is there.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
  action: "here";
  id: number;
}
/**
 * The page cannot be seen.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Hidden".
 */
export interface Hidden {
  action: "hidden";
}
/**
 * The page can be seen again.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Visible".
 */
export interface Visible {
  action: "visible";
}
/**
 * Train the two networks of one example.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LearnFrom".
 */
export interface LearnFrom {
  action: "learn-from";
  examples: number;
}
/**
 * Say which frame of the film is shown.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Watched".
 */
export interface Watched {
  action: "watched";
  index: number;
}
/**
 * Make the opening's film, with this seed.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PlayFilm".
 */
export interface PlayFilm {
  action: "film";
  seed: number;
}
/**
 * Show other digits.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "More".
 */
export interface More {
  action: "more";
}
/**
 * Let the page's networks classify an image.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AskNetworks".
 */
export interface AskNetworks {
  action: "ask";
  id: number;
  pixels: number[];
}
/**
 * Train the two networks on an image.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LearnOne".
 */
export interface LearnOne {
  action: "learn";
  id: number;
  pixels: number[];
  label: number;
  /**
   * The binary hidden unit whose counters to send.
   */
  unit: number;
}
/**
 * Answer a question.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Guess".
 */
export interface Guess {
  action: "guess";
  /**
   * A number, a text or a list of numbers.
   */
  value: {
    [k: string]: unknown;
  };
}
/**
 * Count the arrays that trainers need.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Account".
 */
export interface Account {
  action: "account";
  hidden: number;
  bits: number;
}
