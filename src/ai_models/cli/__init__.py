"""The command ``ai-models``: the catalogue's questions and answers in a terminal."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

__all__ = ["main", "steady_streams"]


def steady_streams() -> None:
    """See to it that whatever a command prints can be printed.

    A terminal that cannot write an accent prints a question mark in its place. An output that is closed is as good as
    ``/dev/null``: the exit code is still an answer.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 it stays open to the end
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def main() -> None:
    """Run the command with the arguments of this process; ``ai-models --help`` lists commands and exit codes."""
    steady_streams()
    from ai_models.cli.app import app  # typer costs 0.1 s, which whoever only imports this package should not pay

    app(prog_name="ai-models")
