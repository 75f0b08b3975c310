"""The tests' legacy application, before and after: seconds of one classification, peak memory, and its own lines.

``python legacy_app.py`` prints JSON. The application runs in three states, each in a process of its own: on its own old
packages, on ``ai-models-legacy`` in their place, and migrated. They are asked in turns, 20 calls at a time, so that whatever
else runs here slows all three alike. One server answers them, in another process and at once. ``python legacy_app.py serve``
is that server, ``python legacy_app.py ask`` the process of one state.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[1]
LEGACY_APP = PROJECT / "tests" / "legacy_app"
COMPAT = PROJECT / "compat" / "src"
TURNS, CALLS, WARM_UP = 30, 20, 2
MESSAGE = "the export crashes with an error since monday; " * 3


def serve() -> None:
    """Answer as Anthropic until the standard input ends; print the address."""
    sys.path.insert(0, str(LEGACY_APP / "app" / "tests"))
    sys.dont_write_bytecode = True  # the application is copied from there
    from fake_anthropic import FakeAnthropic  # the application's own

    with FakeAnthropic() as server:
        print(server.url, flush=True)
        sys.stdin.read()


def ask() -> None:
    """Classify as the application does: a turn for every line of the standard input, then say the peak memory."""
    sys.path.insert(0, str(Path.cwd()))
    from signal_desk.triage import Triage  # the copy of the application that this process was started in

    provider = Triage().provider
    for _ in sys.stdin:
        found = []
        for _ in range(CALLS):
            began = time.perf_counter()
            result = provider.classify(MESSAGE)
            found.append(time.perf_counter() - began)
            assert result.category.value == "bug_report", result
            assert result.cost > 0, result
        print(json.dumps(found), flush=True)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) * 1024, flush=True)


def states(folder: Path) -> tuple[dict[str, tuple[Path, str]], float]:
    """The application three times: where each copy is and what it may import besides, by state; and how its lines changed.

    The change is in per cent of its own lines of model, price and provider code, as ``ai-models migrate plan`` prints it.
    """
    sys.path.insert(0, str(LEGACY_APP))
    import workshop  # the tests' own, which only this process needs

    from ai_models.migrate.applying import apply
    from ai_models.migrate.planning import plan_migration

    before, compat, migrated = (workshop.copy_app(folder / name) for name in ("before", "compat", "migrated"))
    workshop.move_old_packages(compat, folder / "aside")
    planned = plan_migration(migrated)
    assert apply(planned.plan, backup_dir=folder / "backups") is not None
    found = {"before": (before, ""), "compat": (compat, str(COMPAT)), "migrated": (migrated, str(COMPAT))}
    return found, planned.lines.percent


@contextmanager
def process(*arguments: str, folder: Path | None = None, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A process of this program, which ends when its standard input does."""
    program = [sys.executable, "-W", "ignore", str(Path(__file__).resolve()), *arguments]
    environment = {**os.environ, **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # no installed program compiles its modules anew
    with subprocess.Popen(
        program, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            if started.stdin is not None:
                started.stdin.close()


def said(started: subprocess.Popen[str]) -> str:
    """The next line that a process prints."""
    assert started.stdout is not None
    line = started.stdout.readline()
    assert line, f"a measured process ended with {started.wait()}"
    return line.strip()


def turn(started: subprocess.Popen[str]) -> list[float]:
    """Seconds of each call of a turn."""
    assert started.stdin is not None
    started.stdin.write("\n")
    started.stdin.flush()
    seconds: list[float] = json.loads(said(started))
    return seconds


def figures(seconds: Mapping[str, list[list[float]]], peaks: Mapping[str, int], lines: float) -> Iterator[tuple[str, float]]:
    """The rows: the first state as it is, the others as shares of it, turn by turn."""
    medians = {state: [statistics.median(each) for each in turns] for state, turns in seconds.items()}
    yield "legacy.seconds", statistics.median(medians["before"])
    yield "legacy.bytes", peaks["before"]
    for state in ("compat", "migrated"):
        ratios = [ours / before for ours, before in zip(medians[state], medians["before"], strict=True)]
        yield f"legacy.{state}.share", (statistics.median(ratios) - 1) * 100
        yield f"legacy.{state}.memory", (peaks[state] / peaks["before"] - 1) * 100
    yield "legacy.lines", -lines


def in_turns(copies: Mapping[str, tuple[Path, str]], turns: int) -> tuple[dict[str, list[list[float]]], dict[str, int]]:
    """Seconds of each call, by state and turn, and peak bytes by state; the first turns are not counted."""
    with ExitStack() as stack:
        address = said(stack.enter_context(process("serve")))
        asked = {
            state: stack.enter_context(
                process("ask", folder=copy, PYTHONPATH=path, ANTHROPIC_BASE_URL=address, ANTHROPIC_API_KEY="none")
            )
            for state, (copy, path) in copies.items()
        }
        counted = [{state: turn(started) for state, started in asked.items()} for _ in range(WARM_UP + turns)][WARM_UP:]
        peaks = {}
        for state, started in asked.items():
            assert started.stdin is not None
            started.stdin.close()
            peaks[state] = int(said(started))
    return {state: [each[state] for each in counted] for state in asked}, peaks


def main() -> None:
    """Make the copies, let each run once so that nothing has to be compiled any more, measure, print."""
    with tempfile.TemporaryDirectory() as scratch:
        copies, lines = states(Path(scratch))
        in_turns(copies, 0)
        seconds, peaks = in_turns(copies, TURNS)
        print(json.dumps(dict(figures(seconds, peaks, lines))))


if __name__ == "__main__":
    {"serve": serve, "ask": ask}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
