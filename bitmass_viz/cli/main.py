"""The command line: `bitmass COMMAND`, thin over the library."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import warnings
import webbrowser
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from bitmass_viz.cli.arguments import name_among, whole_number
from bitmass_viz.cli.commands import HELP, Commands
from bitmass_viz.cli.lessons import copy_lessons, explainer_notebook, open_lab
from bitmass_viz.common.version import __version__
from bitmass_viz.server.options import MAX_PREHEAT, MAX_READERS, PREHEAT, Options


class Whole(click.IntRange):
    """An integer within bounds, with or without thousands separators."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse the number."""
        if isinstance(value, str):
            try:
                value = whole_number(value)
            except ValueError as error:
                self.fail(f"{error}.", param, ctx)
        return int(super().convert(value, param, ctx))


class Name(click.Choice[str]):
    """One of several names, regardless of case and hyphens."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Find the name."""
        return super().convert(name_among(str(value), self.choices), param, ctx)


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the table (CSV), the result (JSON) and the figure (PNG, SVG) to.",
)
DATA = click.option(
    "--data",
    type=Name(["auto", "mnist", "strokes", "fashion-mnist"]),
    default="auto",
    show_default=True,
    help="Images to learn; auto is MNIST, and pen strokes only where it cannot be had.",
)
LIVE_PAGE = click.option(
    "--live",
    help="Address of the article with Python behind it, to link to, or '' for none; by default on Binder.",
)


def _echo_json(content: object) -> None:
    click.echo(json.dumps(content, allow_nan=False))


def _echo(as_json: bool, content: object, text: str) -> None:
    """Print a result: as JSON, or in words."""
    if as_json:
        _echo_json(content)
    else:
        click.echo(text)


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(__version__, prog_name="bitmass", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, help="Show where in the program an error arose.")
def main(traceback: bool) -> None:
    """Explore whether the number of weight bits decides how accurate a neural network is."""
    # An optional dependency of JSON validation, which Jupyter's schemas do not need. Its import builds 38 URL
    # parsers, which takes as long as importing the rest of the server.
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    modules.setdefault("rfc3987_syntax", None)
    warnings.filterwarnings("error", "Environment variable 'NUMBA_", RuntimeWarning)
    features = os.environ.get("NUMBA_CPU_FEATURES", "")
    if not re.fullmatch(r"([+-][\w.-]+(,|$))*", features):  # LLVM would abort without a message
        raise ValueError(
            f"NUMBA_CPU_FEATURES is {features!r}, which LLVM cannot read: a list such as +avx2,-avx512f is; "
            "correct it or unset it"
        )


@main.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser (the default), or not.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; by default the first free one from 8866."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 lets others in."
)
@click.option(
    "--base-url", default="/", help="Path under which another server lets readers in, such as /user/ada/bitmass/."
)
@click.option(
    "--preheat",
    type=click.IntRange(0, MAX_PREHEAT),
    default=PREHEAT,
    show_default=True,
    help="Kernels that wait for readers with the page ready. Each takes about 200 MB; more suit a class.",
)
@click.option(
    "--max-readers",
    type=click.IntRange(1, MAX_READERS),
    help="Readers at the same time; by default as many as the memory that is free now is enough for.",
)
@click.option(
    "--per-address",
    type=click.IntRange(1, MAX_READERS),
    help="Readers from one address who keep their places when others wait; by default 30, or half of all places "
    "if that is more.",
)
@click.option(
    "--proxy-header",
    help="Header in which a proxy on this machine passes on a reader's address, such as X-Forwarded-For. Only a "
    "proxy that sets or extends it on every request will do: what readers send themselves must not get through.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Name of this site, if a proxy passes it on; others are refused. May be given several times.",
)
def explore(notebook: Path | None, browser: bool, host: str, **limits: Any) -> None:
    """Serve the explainer as a web page, until Ctrl-C.

    Another NOTEBOOK may be given to serve that one.
    """
    from bitmass_viz.server.app import serve
    from bitmass_viz.server.ports import is_loopback

    if not is_loopback(host):
        click.echo(
            f"Caution: everyone who can reach {host} can use the page and this computer's processor.", err=True
        )

    def ready(url: str) -> None:
        click.echo(f"Explainer ready at {url}")
        if browser:
            # With some browsers the call blocks until they are closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    def full(places: int) -> None:
        click.echo(f"All {places} places are taken; further readers are asked to wait (--max-readers).", err=True)

    def warn(sentence: str) -> None:
        click.echo(f"Caution: {sentence}", err=True)

    options = Options(notebook or explainer_notebook(), host, **limits)
    serve(options, on_ready=ready, on_full=full, on_warning=warn)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("bitmass-lessons"))
@click.option("--only-copy", is_flag=True, help="Copy the lessons, and do not open JupyterLab.")
@click.option("--teacher", is_flag=True, help="Copy the teacher's guide and the solutions, too.")
@click.option("--browser/--no-browser", default=True, help="Open JupyterLab in the browser (the default), or not.")
@click.option("--port", type=Whole(0, 65535), help="Port to listen on; by default the first free one.")
@click.argument("jupyterlab_options", nargs=-1, type=click.UNPROCESSED)
def lessons(
    folder: Path,
    only_copy: bool,
    teacher: bool,
    browser: bool,
    port: int | None,
    jupyterlab_options: tuple[str, ...],
) -> None:
    """Copy the lessons into FOLDER (bitmass-lessons unless given), and open JupyterLab there, until Ctrl-C.

    A file that is there stays as it is. Further options of JupyterLab can follow after --, as in
    bitmass lessons FOLDER -- --allow-root
    """
    if folder.name.startswith("-"):
        raise ValueError(
            f"FOLDER must not look like an option, got {folder}; say: bitmass lessons FOLDER -- {folder}"
        )
    result = copy_lessons(folder, teacher)
    click.echo(f"Lessons in {folder}: {len(result.copied)} copied, {len(result.kept)} left as they were")
    if not only_copy:
        chosen = [*([] if browser else ["--no-browser"]), *([] if port is None else [f"--port={port}"])]
        open_lab(folder, [*chosen, *jupyterlab_options])


@main.command("fetch")
@click.argument("name", type=Name(["mnist", "fashion-mnist"]), default="mnist")
@AS_JSON
def fetch_data(name: str, as_json: bool) -> None:
    """Get MNIST (11 MB) or Fashion-MNIST (30 MB), unless this machine has it, and say where it lies."""
    from bitmass_viz.data import PUBLISHED, fetch, load_data

    data = PUBLISHED[name]
    found = data.find()
    folder = found or fetch(data)
    digits = load_data(name, download=False)
    content = {"folder": str(folder), "downloaded": found is None, "sha256": dict(digits.sha256)}
    _echo(as_json, content, f"{data.label} {'is' if found else 'now is'} in {folder}")


@main.command()
@AS_JSON
def warmup(as_json: bool) -> None:
    """Compile all training code now, in place of when it is first used, and say where it is kept.

    It is kept for this machine's processor and this version of the code. A second call finds it, and is quick.
    """
    from bitmass_viz.training.warmup import warm_up

    warmed = warm_up(progress=not as_json)
    if as_json:
        _echo_json(warmed.as_dict())
        return
    for module, functions in groupby(warmed.compiled, lambda name: name.rpartition(".")[0]):
        click.echo(f"Compiled {module}: {', '.join(name.rpartition('.')[2] for name in functions)}")
    click.echo(
        f"Compiled now: {len(warmed.compiled)}, found in the cache: {len(warmed.cached)}; "
        f"{warmed.seconds:.1f} seconds"
    )
    for name in warmed.uncached:
        click.echo(f"{name} cannot be kept; each process compiles it anew", err=True)
    for folder in warmed.folders:
        click.echo(f"The cache lies in {folder}")


@main.command()
@AS_JSON
def doctor(as_json: bool) -> None:
    """Say what is wrong with this set-up and what to do, and what a bug report needs.

    Exit code 1 if something is wrong. Put what it prints into your bug report; it names folders, and no contents.
    """
    from bitmass_viz.cli.doctor import as_text, examine

    found = examine()
    _echo(as_json, found, as_text(found))
    if not found["ok"]:
        click.get_current_context().exit(1)


def _sweep_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all experiment commands share."""
    fresh = click.option("--fresh", is_flag=True, help="Train every network anew, whatever was trained before.")
    for option in (AS_JSON, OUT, fresh, DATA):
        command = option(command)
    return command


@main.command()
@click.option("--seeds", type=Whole(1, 1000), default=10, show_default=True, help="Networks a trainer.")
@_sweep_options
def reproduce(seeds: int, data: str, fresh: bool, out: Path | None, as_json: bool) -> None:
    """Train every trainer of the study with several seeds; put the accuracies beside the published ones.

    Networks that were trained before are not trained again.
    """
    (found,) = _measure(["published"], seeds, data, fresh, out, as_json)
    if as_json:
        cases = found.pop("cases")
        _echo_json(found | {"bit_mass": cases[0]["bit_mass"], "trainers": cases})


@main.command()
@click.argument("name")
@click.option(
    "--seeds",
    type=Whole(1, 1000),
    help="Networks per case; by default 10, and up to 30 where an interval is too wide.",
)
@_sweep_options
def experiment(name: str, seeds: int | None, data: str, fresh: bool, out: Path | None, as_json: bool) -> None:
    """Run the experiment NAME, or all, and give a verdict on the claims it tests.

    Networks that were trained before, also by a run that was killed, are not trained again.
    """
    from bitmass_viz.experiments import EXPERIMENTS

    name = name_among(name, ["all", *EXPERIMENTS])
    if name != "all" and name not in EXPERIMENTS:
        raise ValueError(f"NAME must be all or one of {', '.join(EXPERIMENTS)}, got {name!r}")
    found = _measure(list(EXPERIMENTS) if name == "all" else [name], seeds, data, fresh, out, as_json)
    if as_json:
        _echo_json({"version": __version__, "experiments": found})


@main.command()
@click.option(
    "--rounds", type=Whole(1, 1000), default=5, show_default=True, help="Times that everything is measured."
)
@click.option("--whole", is_flag=True, help="Let peers that take one example at a time do whole epochs, too.")
@DATA
@OUT
@AS_JSON
def bench(rounds: int, whole: bool, data: str, out: Path | None, as_json: bool) -> None:
    """Time training and the XNOR-popcount layer beside PyTorch, NumPy and FAISS, and what the page does alone.

    Ours uses one thread, the peers as many as they like; all take turns, so that noise meets them alike. Takes a
    few minutes on an idle machine. What is not installed is left out, and said to be.
    """
    from bitmass_viz.bench import files, suite, table
    from bitmass_viz.data import load_data

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    found = suite.run(load_data(data), rounds, whole)
    if out is not None:
        files.write(found, out)
    _echo(as_json, found, table.as_text(found))
    if out is not None and not as_json:
        click.echo(f"Written to {out}")


@main.command()
@LIVE_PAGE
@click.option("--one-file", is_flag=True, help="Write one HTML file, which trains from a disk, too.")
@click.option(
    "--url",
    default="",
    help="Address at which the site will be. With it, links to the site are shown with its picture.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the site; a site there is replaced."
)
@AS_JSON
def site(live: str | None, one_file: bool, url: str, out: Path, as_json: bool) -> None:
    """Write the whole article as a folder of files for any web server, or to open from a disk.

    Its networks train in the reader's browser, without Python and without a network: on MNIST if it can be had,
    and in a folder of files also on Fashion-MNIST.
    """
    from bitmass_viz.common.atomic_file import check_writable, write_atomically
    from bitmass_viz.data import FASHION_MNIST, FetchError, load_data
    from bitmass_viz.site import LIVE, build, write_folder
    from bitmass_viz.site.write import check_folder

    if one_file:
        check_writable(out)
    else:
        check_folder(out)
    # The article uses only what this machine already has, so download that first.
    load_data("auto")
    lacking = ""
    if not one_file:
        try:
            load_data(FASHION_MNIST.name)
        except FetchError as error:
            lacking = f"{error}."
    made = build(explainer_notebook(), LIVE if live is None else live, one_file, url)
    size = sum(map(len, made.files.values()))
    if one_file:
        write_atomically(out, made.files["index.html"])
    else:
        write_folder(out, made.files)
    _echo(
        as_json,
        made.about | {"site": str(out), "files": len(made.files), "bytes": size},
        f"Written to {out}, with {made.about['label']}: {len(made.files)} files, {size:,} bytes; "
        f"open {out if one_file else out / 'index.html'}",
    )
    if lacking and not as_json:
        click.echo(f"Readers cannot choose {FASHION_MNIST.label}: {lacking}")
    if not (url or one_file or as_json):
        click.echo(
            "The site does not know its own address, so most apps will show links to it without its picture; "
            "give the address with --url."
        )


def _measure(
    names: list[str], seeds: int | None, data: str, fresh: bool, out: Path | None, quiet: bool
) -> list[dict[str, Any]]:
    """Run experiments, print the results unless `quiet`, and return them JSON-ready."""
    from functools import cache
    from tempfile import TemporaryDirectory

    from bitmass_viz.cli import report
    from bitmass_viz.data import MNIST, load_data
    from bitmass_viz.experiments import EXPERIMENTS, run
    from bitmass_viz.experiments.outcome import as_data

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    load = cache(lambda: load_data(data))
    learned = {name: EXPERIMENTS[name].digits(load) for name in names}
    outcomes = {}
    with TemporaryDirectory() as empty:
        for name in names:
            # By its name, so that cases on other data are trained, too.
            of = data if learned[name].name == MNIST.name else learned[name]
            outcomes[name] = run(name, seeds, data=of, folder=Path(empty) if fresh else None)
            if not quiet:
                click.echo(report.as_text(EXPERIMENTS[name], outcomes[name], learned[name]))
            if out is not None:
                report.write(EXPERIMENTS[name], outcomes[name], out)
    if len(names) > 1:
        if not quiet:
            click.echo(report.closing_text(outcomes))
        if out is not None:
            report.write_closing(outcomes, out)
    if out is not None and not quiet:
        click.echo(f"Written to {out}")
    return [{"sha256": dict(learned[name].sha256)} | as_data(EXPERIMENTS[name], outcomes[name]) for name in names]
