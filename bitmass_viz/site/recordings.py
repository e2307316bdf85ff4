"""Record the networks that the article trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tqdm.auto import tqdm

from bitmass_viz.data import Digits
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.recording.frames import pack, record
from bitmass_viz.recording.page import told_of
from bitmass_viz.site.parts import Part
from bitmass_viz.training.run import Run

EPOCHS = 3
"""As in the study."""


class Recorder:
    """Records networks, each once.

    Parameters
    ----------
    progress : bool
        Whether to show a progress bar.

    Attributes
    ----------
    parts : dict of Part
        The recordings, and other parts of the site, by name.
    made : list of dict
        What there is to know of each recording.
    """

    def __init__(self, progress: bool = True) -> None:
        self.parts: dict[str, Part] = {}
        self._bar = tqdm(desc="Recording", unit=" networks", disable=not progress)
        self.made: list[dict[str, Any]] = []

    def put(self, part: Part) -> str:
        """Keep a part and return its name."""
        self.parts[part.name] = part
        return part.name

    def recording(
        self,
        digits: Digits,
        settings: Mapping[str, Any],
        frames: int,
        switched: tuple[str, Mapping[int, Mapping[str, Any]]] = ("", {}),
    ) -> str:
        """Record a network unless it was recorded before; return the recording's name.

        Parameters
        ----------
        digits : Digits
        settings : mapping
            "trainer", "arch", "seed", "recipe", and options of the trainer.
        frames : int
        switched : (str, mapping)
            A name for the changes of live options on the way, and the changes (see `record`).
        """
        options = dict(settings)
        trainer, arch, seed, recipe = map(options.pop, ("trainer", "arch", "seed", "recipe"))
        changed = {name: value for name, value in options.items() if value != Run(trainer, digits).options[name]}
        also = [f"{name}={value}" for name, value in changed.items()] + [switched[0]]
        size = [] if arch.hidden == Architecture().hidden else [f"{arch.hidden}-containers"]
        words = [trainer, recipe, f"seed-{seed}", *size, *also, f"{frames}-frames"]
        name = "-".join(word for word in words if word)
        if name not in self.parts:
            run = Run(trainer, digits, arch, seed, recipe, **options)
            recording = record(run, EPOCHS, frames, False, switched[1])
            packed = pack(recording)
            content = told_of(recording, packed)
            # The page has its own colours.
            del content["palette"]
            content["status"]["run"] = name
            self.put(Part(name, content, packed.data))
            self._bar.update()
            self.made.append({"name": name, "test_accuracy": run.accuracy("test"), "frames": len(recording)})
        return name

    def close(self) -> None:
        """Close the progress bar."""
        self._bar.close()
