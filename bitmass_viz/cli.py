"""The command line: `bitmass COMMAND`, thin over the library."""

from __future__ import annotations

import errno
import ipaddress
import json
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any, Literal

import click

from bitmass_viz import __version__

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class Commands(click.Group):
    """Commands whose foreseeable errors end in one line and exit code 1, and Ctrl-C in exit code 130."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except (ValueError, OSError) as error:
            if ctx.params.get("traceback") or getattr(error, "errno", None) == errno.EPIPE:
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bitmass", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, help="Show where in the program an error arose.")
def main(traceback: bool) -> None:
    """Explore whether the number of weight bits decides how accurate a neural network is."""


@main.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser (the default), or not.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; by default the first free one from 8866."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 lets others in."
)
def explore(notebook: Path | None, browser: bool, port: int | None, host: str) -> None:
    """Serve the explainer as a web page, until Ctrl-C.

    Another NOTEBOOK may be given to serve that one.
    """
    # Unasked, the server's imports would spend over a second on a grammar of international URLs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from bitmass_viz.serve import serve

    if not _is_loopback(host):
        click.echo(
            f"Caution: everyone who can reach {host} can use the page and this computer's processor.", err=True
        )

    def ready(url: str) -> None:
        click.echo(f"Explainer ready at {url}")
        if browser:
            # Some browsers keep the call waiting until they are closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    serve(notebook or explainer_notebook(), host, port, ready)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def fetch(as_json: bool) -> None:
    """Get MNIST (11 MB), unless this machine has it, and say where it lies."""
    from bitmass_viz.data import fetch_mnist, find_mnist, load_digits

    found = find_mnist()
    folder = found or fetch_mnist()
    digits = load_digits("mnist", download=False)
    if as_json:
        result = {"folder": str(folder), "downloaded": found is None, "sha256": dict(digits.sha256)}
        click.echo(json.dumps(result))
    else:
        click.echo(f"MNIST {'is' if found else 'now is'} in {folder}")


@main.command()
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="Networks a trainer.")
@click.option(
    "--data",
    type=click.Choice(["auto", "mnist", "strokes"]),
    default="auto",
    show_default=True,
    help="Digits to learn; auto is MNIST, and pen strokes only where it cannot be had.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def reproduce(seeds: int, data: Literal["auto", "mnist", "strokes"], as_json: bool) -> None:
    """Train every trainer for three epochs with several seeds; put the accuracies beside the published ones."""
    from tqdm import tqdm

    from bitmass_viz.data import load_digits
    from bitmass_viz.experiments import CASES, measure, summarise

    digits = load_digits(data)
    with tqdm(total=len(CASES) * seeds, unit="network", disable=None) as bar:
        results = measure(digits, range(seeds), done=bar.update)
    lines = summarise(results)
    if as_json:
        result = {
            "version": __version__,
            "dataset": digits.name,
            "synthetic": digits.synthetic,
            "sha256": dict(digits.sha256),
            "bit_mass": int(results["bit_mass"].iloc[0]),
            "epochs": int(results["epochs"].iloc[0]),
            "split": "test",
            "trainers": json.loads(lines.to_json(orient="records")),
        }
        click.echo(json.dumps(result))
        return
    bit_mass = results["bit_mass"].iloc[0]
    click.echo(
        f"Test accuracy after three epochs on {digits.label}, {seeds} seeds, {bit_mass:,} weight bits each."
    )
    if digits.synthetic:
        click.echo("The published figures were measured on MNIST; these digits are synthetic.")
    table = lines.set_index("name")[["published", "mean", "sd", "lowest", "highest"]]
    click.echo(table.to_string(float_format="{:.1%}".format, na_rep="", index_names=False))


def explainer_notebook() -> Path:
    """Return the path of the explainer: in the installed package, or in the source tree.

    Raises
    ------
    FileNotFoundError
        The installation is incomplete.
    """
    package = Path(__file__).parent
    places = (package / "notebooks" / "explainer.ipynb", package.parent / "notebooks" / "explainer.ipynb")
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"explainer.ipynb is neither {places[0]} nor {places[1]}; install bitmass-viz anew")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
