"""The evidence: an experiment with its verdicts and figure, and a button to run it in the reader's kernel."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import traitlets

from bitmass_viz.common.machine import processors
from bitmass_viz.common.palette import PALETTE
from bitmass_viz.data import Digits, load_digits
from bitmass_viz.experiments import ANSWERS, CLAIMS, EXPERIMENTS, CancelledError, Experiment, shipped
from bitmass_viz.experiments import run as run_experiment
from bitmass_viz.experiments.judging import MIN_SEEDS
from bitmass_viz.experiments.outcome import verdict_lines
from bitmass_viz.experiments.summary import case_lines, main_verdicts
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.widgets.event_loop import WidgetLoop
from bitmass_viz.widgets.messages import MessageWidget, is_bounded
from bitmass_viz.widgets.predict import Predict
from bitmass_viz.widgets.traits import STATIC, synced

if TYPE_CHECKING:
    import pandas as pd

SEEDS = (1, 2, 5, 10)
"""Networks per case that a reader can choose; fewer than `MIN_SEEDS` give no verdict."""
PROGRESS_SECONDS = 0.2

log = logging.getLogger(__name__)

ANSWERS_DATA = {answer: meaning._asdict() for answer, meaning in ANSWERS.items()}
"""What the page marks and explains answers with."""

# Shared by all widgets of a kernel, so a second experiment waits for the first.
_running = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bitmass-run")


class _Shown(MessageWidget):
    """Base of both widgets: content, colours, and the figure of the full run."""

    _esm = STATIC / "evidence.js"
    _css = STATIC / "evidence.css"

    content = synced(traitlets.Dict())
    palette = synced(traitlets.Dict())
    figure = synced(traitlets.Unicode())
    problem = synced(traitlets.Unicode())

    def __init__(self, name: str, content: dict[str, Any], **kwargs: Any) -> None:
        self._name = name
        self._widget_loop = WidgetLoop()
        shared = {"answers": ANSWERS_DATA, "figure_size": shipped.drawing_size(name)}
        super().__init__(content=content | shared, palette=PALETTE, **kwargs)
        self._widget_loop.find()
        self.on_msg(self._receive)

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        self._widget_loop.find()
        if isinstance(message, dict) and is_bounded(message):
            self._widget_loop.call(self._handle, message)

    def _handle(self, message: dict[str, Any]) -> None:
        if message.get("action") == "draw":
            self.figure = self.drawing()

    def drawing(self) -> str:
        """Return the figure of the full run as SVG, with the page's colours as CSS variables."""
        return shipped.drawing(self._name)

    def _set(self, name: str, value: Any) -> None:
        setattr(self, name, value)


class Evidence(_Shown):
    """One experiment: the claims it tests, their verdicts, its figure, and “run it here”.

    Parameters
    ----------
    name : str
        One of `experiments.EXPERIMENTS`.
    digits : Digits, optional
        The digits that a run here uses; by default MNIST if this machine has it when the run starts.
    after : Predict, optional
        A question about the experiment. What was found stays covered until it is answered or the reader asks for
        it, and the guess is drawn in the figure.

    Raises
    ------
    TypeError
        If `after` is not a prediction.
    ValueError
        If there is no such experiment.
    """

    progress = synced(traitlets.Dict())
    mine = synced(traitlets.Dict())
    asked = synced(traitlets.Dict())

    after: Predict | None = None

    def __init__(
        self, name: str, digits: Digits | None = None, after: Predict | None = None, **kwargs: Any
    ) -> None:
        if name not in EXPERIMENTS:
            raise ValueError(f"experiment must be one of {', '.join(EXPERIMENTS)}, got {name!r}")
        if not (after is None or isinstance(after, Predict)):
            raise TypeError(f"after must be a prediction, as bm.Predict makes it, got {after!r:.80}")
        self._experiment = EXPERIMENTS[name]
        self._digits = digits
        self._stop = threading.Event()
        super().__init__(name, _described(self._experiment), progress={"state": "idle"}, **kwargs)
        if after is not None:
            self.after = after
            after.observe(self._follow, "standing")
            self._follow()

    def _follow(self, _change: object = None) -> None:
        """Pass on where the question stands."""
        assert self.after is not None
        mark, standing = self.after.mark, self.after.standing
        self.asked = {
            "question": self.after.question,
            "mark": mark and mark._asdict(),
            "guess": standing["guess"],
            "revealed": standing["phase"] == "revealed",
        }

    def _handle(self, message: dict[str, Any]) -> None:
        action = message.get("action")
        if action == "run":
            self._start(message.get("seeds"))
        elif action == "cancel":
            self._stop.set()
        else:
            super()._handle(message)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run a thread's work; an error becomes a sentence on the page and a traceback in the log."""
        try:
            work()
        except Exception as error:
            log.exception("an experiment could not be run")
            self._widget_loop.call(
                self._set, "problem", f"Something went wrong ({type(error).__name__}: {error})."
            )

    def _start(self, seeds: object) -> None:
        if self.progress.get("state") in ("waiting", "running"):
            return
        if type(seeds) is not int or seeds not in SEEDS:
            self.problem = f"The number of seeds must be one of {', '.join(map(str, SEEDS))}, got {seeds!r:.40}."
            return
        self.problem = ""
        self._stop.clear()
        self.progress = {"state": "waiting", "done": 0, "total": 0, "seeds": seeds}
        _running.submit(self._guarded, lambda: self._run(seeds))

    def _run(self, seeds: int) -> None:
        reported_at = 0.0

        def report(done: int, total: int) -> None:
            nonlocal reported_at
            now = time.monotonic()
            if now - reported_at > PROGRESS_SECONDS or done == total:
                reported_at = now
                progress = {"state": "running", "done": done, "total": total, "seeds": seeds}
                self._widget_loop.call(self._set, "progress", progress)

        state = "failed"
        try:
            digits = self._experiment.digits(self._current_digits)
            with ThreadPoolExecutor(max_workers=max(1, processors() - 1)) as workers:
                outcome = run_experiment(
                    self._experiment.name,
                    seeds,
                    executor=workers,
                    data=digits,
                    progress=False,
                    tell=report,
                    stop=self._stop.is_set,
                    given=shipped.chosen(self._experiment.name),
                )
            mine = {
                "seeds": seeds,
                "dataset": digits.label,
                "synthetic": digits.synthetic,
                "verdicts": verdict_lines(outcome),
                "figure": self._drawn(self._with_sweep(outcome.table)),
                "cases": case_lines(outcome.table),
            }
            self._widget_loop.call(self._set, "mine", mine)
            state = "done"
        except CancelledError:
            state = "cancelled"
        finally:
            self._widget_loop.call(self._set, "progress", {"state": state, "seeds": seeds})

    def _current_digits(self) -> Digits:
        """Return the given digits, or MNIST if this machine has it by now."""
        if self._digits is None or self._digits.synthetic:
            self._digits = load_digits("auto", download=False)
        return self._digits

    def _with_sweep(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the full run's learning-rate sweep, which the choices came from, if its numbers are comparable."""
        import pandas as pd

        full = shipped.load(self._experiment.name)
        choices = full[full["stage"] == "choice"]
        if choices.empty or table["synthetic"].iloc[0] or shipped.provenance()["revision"] != REVISION:
            return table
        return pd.concat([choices, table], ignore_index=True)

    def _drawn(self, table: pd.DataFrame) -> str:
        from bitmass_viz import figures  # matplotlib, which a page without a run of its own does without

        return figures.drawing(self._experiment, table)

    def close(self) -> None:
        """Cancel a running experiment, and follow the question no longer."""
        if hasattr(self, "_stop"):
            self._stop.set()
        if self.after is not None:
            self.after.unobserve(self._follow, "standing")
            self.after = None
        super().close()


class Claims(_Shown):
    """The closing table: every claim with its published number, our measurement and the verdict."""

    def __init__(self, **kwargs: Any) -> None:
        verdicts = _shipped_verdicts()
        rows = [
            {
                "id": claim.id,
                "text": claim.text,
                "published": claim.published,
                "label": EXPERIMENTS[claim.experiment].label,
            }
            | {"verdict": verdicts[claim.id]}
            for claim in CLAIMS.values()
        ]
        content = {"kind": "claims", "claims": rows, "provenance": shipped.provenance()}
        super().__init__("claims", content, **kwargs)


def _described(experiment: Experiment) -> dict[str, Any]:
    """Describe an experiment and the results of its full run, JSON-ready."""
    found = shipped.described()
    full = found["experiments"][experiment.name]
    here = [case.name for case in experiment.cases if not case.data]
    seconds = sum(line["seconds_per_epoch"] * line["epochs"] for line in full["cases"] if line["name"] in here)
    return {
        "kind": "experiment",
        "name": experiment.name,
        "label": experiment.label,
        "title": experiment.title,
        "question": experiment.question,
        "claims": [
            {
                "id": claim,
                "text": CLAIMS[claim].text,
                "published": CLAIMS[claim].published,
                "criterion": criterion,
                "statements": [statement._asdict() for statement in CLAIMS[claim].statements],
            }
            for claim, criterion in experiment.criteria.items()
        ],
        "history": experiment.history,
        "note": experiment.note,
        "verdicts": full["verdicts"],
        "cases": full["cases"],
        "networks": len(here),
        "seconds": seconds,
        "seeds": list(SEEDS),
        "fewest_seeds": MIN_SEEDS,
        "split": full["split"],
        "provenance": shipped.provenance(experiment.name),
    }


def _shipped_verdicts() -> dict[str, dict[str, Any]]:
    full = shipped.described()["experiments"]
    return main_verdicts({name: found["verdicts"] for name, found in full.items()})
