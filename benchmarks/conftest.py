"""One report a run: the fixtures fill it, the end of the run prints it and writes it to ``.results/results.json``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ours, peers
from benchmarks.bench import Bench

RESULTS = Path(__file__).parent / ".results" / "results.json"
BENCH = pytest.StashKey[Bench]()


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Bench:
    """The subjects of this run, installed, and the report that their figures go into."""
    made = Bench.install(ours.SUBJECT, peers.chosen())
    request.config.stash[BENCH] = made
    return made


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, below pytest-benchmark's own, and say where the JSON is."""
    bench = config.stash.get(BENCH, None)
    if bench is None:
        return
    terminalreporter.section("ai_models and its peers, in this run")
    for line in bench.report.lines():
        terminalreporter.write_line(line)
    bench.report.write(RESULTS)
    terminalreporter.write_line(f"Written to {RESULTS}")
