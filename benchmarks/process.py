"""Programs run as processes: once for their output, or many times in turns for their seconds and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Program", "ProgramError", "Start", "in_turns", "output"]

LAUNCHER = Path(__file__).with_name("launcher.py")
SECONDS_TO_ANSWER = 300


class ProgramError(Exception):
    """A measured program failed; the text is its last line."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """An interpreter and its arguments; run isolated (``-I``), with ``environment`` added to the variables."""

    python: Path
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        """The whole command line."""
        return [str(self.python), "-I", *self.arguments]

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the process."""
        return {**os.environ, **self.environment}


@dataclass(frozen=True)
class Start:
    """Medians over the counted runs of a program: wall-clock seconds, and peak resident memory in bytes."""

    seconds: float
    peak_bytes: float


def output(program: Program, given: str = "") -> str:
    """What the program prints on stdout.

    Raises:
        ProgramError: it exits with another status than 0, or does not exit.
    """
    try:
        ran = subprocess.run(
            program.command,
            env=program.variables,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_ANSWER,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProgramError(f"no answer within {SECONDS_TO_ANSWER} s") from None
    if ran.returncode:
        raise ProgramError((ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1])
    return ran.stdout.strip()


def in_turns(programs: Mapping[str, Program], *, warm_up: int, runs: int) -> dict[str, Start]:
    """Run every program once, then every program again, and so on (A B A B): drift of the machine hits all alike."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for turn in range(warm_up + runs):
        for name, program in programs.items():
            measured = _launch(program)
            if turn >= warm_up:
                seen[name].append(measured)
    return {
        name: Start(statistics.median(s for s, _ in pairs), statistics.median(b for _, b in pairs))
        for name, pairs in seen.items()
    }


def _launch(program: Program) -> tuple[float, float]:
    """Seconds and peak bytes of one run, by the launcher."""
    command = [sys.executable, "-I", "-S", str(LAUNCHER), *program.command]
    ran = subprocess.run(command, env=program.variables, capture_output=True, text=True, check=True)
    seconds, peak, status = ran.stdout.split()
    if status != "0":
        raise ProgramError(f"exit status {status} of {' '.join(program.command[:2])}")
    return float(seconds), float(peak)
