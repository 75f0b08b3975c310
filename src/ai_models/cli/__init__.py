"""The command ``ai-models``: the catalogue's questions and answers in a terminal."""

from __future__ import annotations

import sys
from io import TextIOWrapper

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of this process; ``ai-models --help`` lists commands and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot write an accent prints a question mark in its place instead of a traceback.
            stream.reconfigure(errors="replace")
    from ai_models.cli.app import app  # typer costs 0.1 s, which whoever only imports this package should not pay

    app(prog_name="ai-models")
