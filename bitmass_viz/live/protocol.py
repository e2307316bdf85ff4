"""What a page and its session say to each other; made from protocol.json by datamodel-codegen."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

Setting: TypeAlias = float | str | bool | None


Settings: TypeAlias = dict[str, Setting]
"""
Values of controls or options, by name.
"""


class Choice(TypedDict):
    """A value that a control can take."""

    value: Setting
    label: str
    help: str


class Control(TypedDict):
    """A control, and what is allowed for it: one of the choices, on or off, or a number from min to max."""

    name: str
    label: str
    kind: Literal["choice", "integer", "number", "stops", "switch"]
    default: Setting
    help: str
    choices: list[Choice]
    min: float
    max: float
    trainers: list[str] | None
    allowed: str


class Layer(TypedDict):
    """A layer of weights."""

    name: str
    units: int
    features: int


class Weights(TypedDict):
    """How a buffer of weights is to be read."""

    format: str
    bpw: int
    layers: list[Layer]
    bit_mass: int


class Named(TypedDict):
    """A run, as the page names it."""

    run: str
    trainer: str
    label: str


class Network(Named, Weights):
    """What is the same in all frames of a run."""

    hidden: int
    image: list[int]
    train_size: int
    accuracy_split: str
    batch_size: int | None
    origin: Settings
    left_out: list[str]
    taught: list[int] | None


class FrameStatus(TypedDict):
    """What is known of a frame."""

    examples: int
    epoch: float
    accuracy: float | None
    accuracy_at: int
    options: Settings
    position: int


class Example(TypedDict):
    """The next example, and what the network makes of it."""

    index: int
    label: int
    prediction: int


PlayerState: TypeAlias = Literal["preparing", "paused", "playing"]


class Status(FrameStatus):
    """What an explorer shows."""

    seq: int
    state: PlayerState
    followed: int
    change: int
    frames: int
    history: int
    changes: list[list[int | str | Setting]]
    example: Example | None
    epoch_seconds: float | None


class LaneNetwork(Named, Weights):
    """What is the same in all frames of one of several networks."""

    bytes: int


class LanesNetwork(TypedDict):
    """What is the same in all frames of networks side by side."""

    image: list[int]
    train_size: int
    accuracy_split: str
    lanes: list[LaneNetwork]


class LanesOrigin(TypedDict):
    """How networks side by side began, for a link."""

    shared: Settings
    lanes: list[Settings]
    left_out: list[str]


class LaneStatus(TypedDict):
    """What is known of a frame of one of several networks."""

    accuracy: float | None
    options: Settings
    changes: list[list[int | str | Setting]]


class LanesExample(TypedDict):
    """The next example, and what each network makes of it."""

    index: int
    label: int
    predictions: list[int]


class LanesStatus(TypedDict):
    """What networks side by side show."""

    seq: int
    state: PlayerState
    examples: int
    epoch: float
    example: LanesExample | None
    lanes: list[LaneStatus]
    followed: int
    change: int


class Film(TypedDict):
    """A film of two networks that learn from noise: the examples learned at each of its frames."""

    id: int
    seed: int
    at: list[int]


class Snapshot(TypedDict):
    """The networks at one frame of a film."""

    film: int
    index: int
    accuracies: list[float | None]


class Curve(Named):
    """The validation accuracy of a run so far."""

    active: bool
    points: list[list[float]]


class Fetch(TypedDict):
    """A data set that is being loaded, or was."""

    data: str
    label: str
    state: Literal["none", "running", "ready", "failed"]
    progress: float
    message: str


class Dataset(TypedDict):
    """The digits, or other images."""

    name: str
    label: str
    synthetic: bool
    train: int
    validation: int
    test: int
    class_names: list[str]
    fetch: NotRequired[Fetch]


class Notice(TypedDict):
    """What the reader should know; no text takes away the last."""

    id: int
    level: Literal["info", "error"]
    text: str


class History(TypedDict):
    """Frames of a run, each with its weights in a buffer."""

    kind: Literal["history"]
    run: str
    history: int
    frames: list[FrameStatus]


class File(TypedDict):
    """A file to keep, its content in a buffer."""

    kind: Literal["file"]
    name: str
    type: str


class Here(TypedDict):
    """The answer to a page that asks whether anybody is there."""

    kind: Literal["here"]
    id: int


class Answer(TypedDict):
    """What a network of the page makes of an image."""

    label: str
    trainer: str
    examples: int
    answers: list[int]


class Answers(TypedDict):
    """What all networks of the page make of an image."""

    kind: Literal["answers"]
    id: int | None
    answers: list[Answer]


class Learned(TypedDict):
    """What one training step did: the weights after it and a unit's counters before and after, in buffers."""

    kind: Literal["step"]
    id: int | None
    label: int
    unit: int
    signal: int


class OneNetwork(Weights):
    """A network that one example passes through."""

    label: str
    trainer: str
    accuracy: float
    bytes: int


class FloatNetwork(OneNetwork):
    """The network of float weights."""

    slope: float
    rate: float


class TwoNetworks(TypedDict):
    """The networks that one example passes through."""

    learned: int
    examples: int
    choices: list[int]
    image: list[int]
    threshold: int
    thresholds: list[int]
    float: FloatNetwork
    binary: OneNetwork


class ExampleLink(TypedDict):
    """What a link to one example needs, and which link was followed."""

    origin: Settings
    left_out: list[str]
    followed: int


Reply: TypeAlias = History | File | Here | Answers | Learned


class Hello(TypedDict):
    """A page has connected."""

    action: Literal["hello"]


class Near(TypedDict):
    """The reader comes near the widget."""

    action: Literal["near"]


class Play(TypedDict):
    """Train until paused."""

    action: Literal["play"]


class Pause(TypedDict):
    """Stop training."""

    action: Literal["pause"]


class Step(TypedDict):
    """Train on a few examples."""

    action: Literal["step"]
    examples: int


class Reset(TypedDict):
    """Begin again from the first weights."""

    action: Literal["reset"]


class Set(TypedDict):
    """Set a control, of one lane or of all."""

    action: Literal["set"]
    name: str
    value: Setting
    lane: NotRequired[int]
    change: NotRequired[int]


class Show(TypedDict):
    """Go to a frame of the history."""

    action: Literal["show"]
    frame: int


class GetHistory(TypedDict):
    """Send the frames of the history."""

    action: Literal["history"]


class TakeImages(TypedDict):
    """Learn from the reader's own images; this is a part, whose pixels and labels are its buffers."""

    action: Literal["own-images"]
    name: str
    class_names: list[str] | None
    start: int
    count: int


class Follow(TypedDict):
    """Train what a link leads to."""

    action: Literal["follow"]
    state: dict[str, Any]
    id: int
    navigated: NotRequired[bool]


class Export(TypedDict):
    """Send a file to keep."""

    action: Literal["export"]
    what: Literal["npz", "bin", "csv"]


class Acknowledge(TypedDict):
    """A frame was drawn."""

    action: Literal["ack"]
    seq: int


class Ping(TypedDict):
    """Ask whether anybody is there."""

    action: Literal["here"]
    id: int


class Hidden(TypedDict):
    """The page cannot be seen."""

    action: Literal["hidden"]


class Visible(TypedDict):
    """The page can be seen again."""

    action: Literal["visible"]


class LearnFrom(TypedDict):
    """Train the two networks of one example."""

    action: Literal["learn-from"]
    examples: int


class Watched(TypedDict):
    """Say which frame of the film is shown."""

    action: Literal["watched"]
    index: int


class PlayFilm(TypedDict):
    """Make the opening's film, with this seed."""

    action: Literal["film"]
    seed: int


class More(TypedDict):
    """Show other digits."""

    action: Literal["more"]


class AskNetworks(TypedDict):
    """Let the page's networks classify an image."""

    action: Literal["ask"]
    id: int
    pixels: list[int]


class LearnOne(TypedDict):
    """Train the two networks on an image."""

    action: Literal["learn"]
    id: int
    pixels: list[int]
    label: int
    unit: int


class Guess(TypedDict):
    """Answer a question."""

    action: Literal["guess"]
    value: Any


class Account(TypedDict):
    """Count the arrays that trainers need."""

    action: Literal["account"]
    hidden: int
    bits: int


Action: TypeAlias = (
    Hello
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
    | Watched
)
