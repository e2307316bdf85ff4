"""Rebuild a recorded frame from the checkpoint before it, since training is repeatable to the bit."""

from __future__ import annotations

from bitmass_viz.common import numeric
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.trainers.base import Trainer
from bitmass_viz.training.example_stream import ExampleStream
from bitmass_viz.training.history import Checkpoint, Frame
from bitmass_viz.training.state import RunState


class ReplayError(ValueError):
    """Training to a frame again gives other weights than the frame has."""


def rebuilt(present: RunState, frame: Frame, stream: ExampleStream) -> Trainer:
    """Return the trainer as it was at a frame.

    Raises
    ------
    ReplayError
        If it has other weights than the frame.
    """
    checkpoint = present.history.checkpoint_before(frame.examples)
    trainer = present.trainer.copy()
    trainer.restore(checkpoint.state)
    trainer.options.update(checkpoint.options)
    for at, name, value in present.changes:
        if checkpoint.examples < at <= frame.examples:
            trainer = stream.learned(trainer, at - trainer.examples)
            trainer.set_option(name, value)
    trainer = stream.learned(trainer, frame.examples - trainer.examples)
    if not trainer.weights().equals(frame.weights):
        raise _error(frame, checkpoint, present)
    return trainer


def _error(frame: Frame, checkpoint: Checkpoint, present: RunState) -> ReplayError:
    exact = {checkpoint.examples for checkpoint in present.history.checkpoints}
    frames = [kept.examples for kept in present.history.frames if kept.examples in exact]
    nearest = sorted(frames, key=lambda examples: abs(examples - frame.examples))[:2]
    why = ""
    if present.revision != REVISION:
        why = f" (the run began with revision {present.revision} of the numbers, and this is revision {REVISION})"
    return ReplayError(
        f"the frame after {frame.examples:,} examples cannot be rebuilt: training again from "
        f"{checkpoint.examples:,} examples gives other weights{why}; look at the frame's own weights, or go to a "
        f"frame that needs no training, such as after {' or '.join(f'{n:,}' for n in sorted(nearest))} examples"
    )


def found(frame: Frame | int, frames: tuple[Frame, ...]) -> Frame:
    """Return a frame, given itself or its index.

    Raises
    ------
    ValueError
        If it is not among the frames.
    """
    if isinstance(frame, Frame):
        if not any(frame is kept for kept in frames):
            raise ValueError(f"this frame is no longer in the history, which has {len(frames)} frames")
        return frame
    index = numeric.as_whole(frame)
    if index is None or not -len(frames) <= index < len(frames):
        raise ValueError(f"frame must be a Frame or an index below {len(frames)}, got {numeric.shortened(frame)}")
    return frames[index]
