"""Record the networks that the article trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tqdm.auto import tqdm

from bitmass_viz.data import Digits
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.recording.frames import pack, record
from bitmass_viz.recording.page import told_of
from bitmass_viz.site.parts import Part, PartStore
from bitmass_viz.training.run import Run

EPOCHS = 3
"""As in the study."""


class Recorder:
    """Records networks, each once.

    Parameters
    ----------
    store : PartStore
        Where the recordings are stored.
    progress : bool
        Whether to show a progress bar.
    """

    def __init__(self, store: PartStore, progress: bool = True) -> None:
        self.store = store
        self._bar = tqdm(desc="Recording", unit=" networks", disable=not progress)
        self.made: list[dict[str, Any]] = []

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
        trainer, arch, seed, recipe, options = _taken_apart(settings)
        changed = {name: value for name, value in options.items() if value != Run(trainer, digits).options[name]}
        also = [f"{name}={value}" for name, value in changed.items()] + [switched[0]]
        size = [] if arch.hidden == Architecture().hidden else [f"{arch.hidden}-containers"]
        words = [trainer, recipe, f"seed-{seed}", *size, *also, f"{frames}-frames"]
        name = "-".join(word for word in words if word)
        if name not in self.store.parts:
            run = Run(trainer, digits, arch, seed, recipe, **options)
            recording = record(run, EPOCHS, frames, False, switched[1])
            packed = pack(recording)
            content = told_of(recording, packed)
            # The page has its own colours.
            del content["palette"]
            content["status"]["run"] = name
            self.store.put(Part(name, content, packed.data))
            self._bar.update()
            self.made.append({"name": name, "test_accuracy": run.accuracy("test"), "frames": len(recording)})
        return name

    def close(self) -> None:
        """Close the progress bar."""
        self._bar.close()


def _taken_apart(settings: Mapping[str, Any]) -> tuple[str, Architecture, int, str, dict[str, Any]]:
    options = dict(settings)
    return (
        options.pop("trainer"),
        options.pop("arch"),
        options.pop("seed"),
        options.pop("recipe"),
        options,
    )
