"""The group of all commands: command lines are repaired, and errors reported in one line."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click

from bitmass_viz.cli.arguments import repaired
from bitmass_viz.cli.console import replace_unprintable

INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""
HELP: Any = {"help_option_names": ["-h", "--help"]}


class Commands(click.Group):
    """Commands that report expected errors in one line with exit code 1, and end on Ctrl-C with exit code 130."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **how: Any) -> Any:
        """Repair the command line and run it, on a console that may not show every character."""
        replace_unprintable()
        given = sys.argv[1:] if args is None else args
        try:
            return super().main(repaired(given, self.commands, self._options), *more, **how)
        except OSError as error:  # while printing help; `invoke` handles those of commands
            if not how.get("standalone_mode", True):
                raise
            sys.exit(f"Error: {_in_one_line(error)}")

    def _options(self, command: str) -> set[str]:
        known = self.commands[command] if command else self
        context = click.Context(known, info_name=command, parent=click.Context(self) if command else None, **HELP)
        return {option for param in known.get_params(context) for option in (*param.opts, *param.secondary_opts)}

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest one with a similar name."""
        near = get_close_matches(args[0].lower(), self.commands, 1)
        if args[0] not in self.commands and near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, reporting expected errors in one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except (ValueError, OSError, RuntimeWarning) as error:
            if ctx.params.get("traceback") or getattr(error, "errno", None) == errno.EPIPE:
                raise
            raise click.ClickException(_in_one_line(error)) from error


def _in_one_line(error: Exception) -> str:
    """Return an error's message in one line, or which environment variable caused it if that is known."""
    text = " ".join(str(error).split())
    if found := re.search(r"Environment variable '(NUMBA_\w+)' .* value ('.*?') could not be parsed", text):
        return f"{found[1]} is {found[2]}, which Numba cannot read; correct it or unset it"
    backend = os.environ.get("MPLBACKEND")
    if backend and "backend" in text and backend in text:
        return f"MPLBACKEND is {backend!r}, which Matplotlib does not know; unset it"
    return text
