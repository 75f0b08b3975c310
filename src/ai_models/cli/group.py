"""A group of commands that end in the same way: errors as one line on stderr, a closed pipe in silence."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from ai_models.cli.options import EXIT_USAGE
from ai_models.cli.output import harmless
from ai_models.errors import AIModelsError

__all__ = ["Commands", "application"]

_EXIT_CLOSED_PIPE = 141
"""What a shell reports of a program that a closed pipe ended: 128 + SIGPIPE."""


class Commands(TyperGroup):
    """Ends every command in the same way. No failure exits with 1, which is an answer: "no", or "something was found"."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            typer.Exit: with 2 after an error of this package or of the system, with 141 after a closed pipe.
        """
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AIModelsError as error:
            raise _failed(str(error)) from None
        except BrokenPipeError:
            # Python flushes stdout once more when it ends; into /dev/null that cannot fail.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(_EXIT_CLOSED_PIPE) from None
        except OSError as error:
            where = "the output cannot be written" if error.filename is None else f"{error.filename} cannot be used"
            raise _failed(f"{where}: {error.strerror or error}") from None
        return result


def _failed(why: str) -> typer.Exit:
    """Say why on stderr; what to exit with."""
    typer.echo(f"error: {harmless(why)}", err=True)
    return typer.Exit(EXIT_USAGE)


def application(epilog: str) -> typer.Typer:
    """An application whose commands end in the same way, and whose help ends with an epilog."""
    return typer.Typer(
        cls=Commands,
        epilog=epilog,
        no_args_is_help=True,
        # Plain help: rich's costs 0.2 s more, and draws boxes into pipes.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
