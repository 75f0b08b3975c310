"""The bench: subjects in their environments, and the measurements that fill the report."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import InstallError, audited_packages, interpreter, packages
from benchmarks.process import Program, ProgramError, in_turns, output
from benchmarks.report import Column, Report
from benchmarks.row import ROWS
from benchmarks.subject import Subject

__all__ = ["Bench"]

HERE = Path(__file__).parent
WARM_UP, RUNS = 2, 11
ROUNDS_OF_CALLS = 3
RUNS_OF_CACHE = 5
OF = {row.key: row.of for row in ROWS}


@dataclass(frozen=True)
class Place:
    """A subject, the interpreter that it is installed for, and its column."""

    subject: Subject
    python: Path
    column: Column

    def program(self, *arguments: str) -> Program:
        """A program in the subject's environment."""
        return Program(python=self.python, arguments=arguments, environment=self.subject.environment)


class Bench:
    """Measures every installed subject by the same means."""

    def __init__(self, ours: Place, peers: list[Place], report: Report) -> None:
        self.ours = ours
        self.places = [ours, *peers]
        self.report = report

    @classmethod
    def install(cls, ours: Subject, peers: Iterable[Subject]) -> Bench:
        """Make the environments. A peer that cannot be installed keeps its column, which says why.

        Our own wheel may fail to build where nothing can be downloaded: then ours is measured in the project's
        environment, and the column says so.
        """
        columns = [Column(peer.name, note=peer.note) for peer in peers]
        report = Report(Column(ours.name, note=ours.note), columns)
        placed = [place for peer, column in zip(peers, columns, strict=True) if (place := _place(peer, column))]
        own = _place(ours, report.ours)
        if own is None:
            reason = report.ours.problem.removeprefix("not installed: ")
            report.ours.problem, report.ours.note = "", f"measured in the project's environment ({reason})"
            own = Place(ours, Path(sys.executable), report.ours)
        return cls(own, placed, report)

    def start(self) -> None:
        """Whole processes in turns: seconds and peak memory, after a run that keeps what each one answers."""
        starts = {}
        for place in self._answering():
            program = place.program("-c", place.subject.start_up)
            try:
                place.column.answer = output(program)
                if place.subject.request:
                    place.column.request = output(place.program("-c", place.subject.request))
            except ProgramError as error:
                self._failed(place, error)
            else:
                starts[place.column.name] = program
        bare = Program(python=self.ours.python, arguments=("-c", "pass"), environment={})
        requests = {
            f"{place.column.name}, one request": place.program("-c", place.subject.request)
            for place in self._answering()
            if place.subject.request
        }
        medians = in_turns({**starts, **requests, "": bare}, warm_up=WARM_UP, runs=RUNS)
        for place in self._answering():
            median = medians[place.column.name]
            place.column.values |= {"start.seconds": median.seconds, "start.bytes": median.peak_bytes}
            if (request := medians.get(f"{place.column.name}, one request")) is not None:
                place.column.values |= {"request.seconds": request.seconds, "request.bytes": request.peak_bytes}
            if place.column.name == "genai-prices":
                self.report.ours.values["start.ahead"] = median.seconds / medians[self.ours.column.name].seconds
        self.report.bare = {"start.seconds": medians[""].seconds, "start.bytes": medians[""].peak_bytes}

    def calls(self) -> None:
        """Single calls in each subject's interpreter, in turns; the median of the rounds."""
        found: dict[str, list[dict[str, float]]] = {}
        for _ in range(ROUNDS_OF_CALLS):
            for place in self._answering():
                job = json.dumps({"setup": place.subject.setup, "calls": dict(place.subject.calls)})
                try:
                    answer = output(place.program(str(HERE / "worker.py")), job)
                except ProgramError as error:
                    self._failed(place, error)
                else:
                    found.setdefault(place.column.name, []).append(json.loads(answer))
        for place in self._answering():
            place.column.values |= {key: seconds / OF[key] for key, seconds in _medians(found[place.column.name]).items()}
            if each := place.column.values.get("price_many"):
                place.column.values["price_many.rate"] = 1 / each

    def cache(self) -> None:
        """The cache of our PricingService, each time in a new process."""
        for what in ("mix", "misses"):
            program = self.ours.program(str(HERE / "cache.py"), what)
            self.report.ours.values |= _medians([json.loads(output(program)) for _ in range(RUNS_OF_CACHE)])
        values = self.report.ours.values
        models, refused = values.pop("mix.models"), values.pop("mix.refused")
        self.report.facts.append(
            f"The mix: 20,000 calls over {models:.0f} priced models; {refused:.0f} asked before a model's first price."
        )

    def overhead(self) -> None:
        """One call through our layer against the bare SDK, in the project's environment, where the SDK is installed."""
        program = Program(python=Path(sys.executable), arguments=(str(HERE / "overhead.py"),), environment={})
        self.report.ours.values |= _medians([json.loads(output(program)) for _ in range(ROUNDS_OF_CALLS)])

    def legacy_app(self) -> None:
        """The tests' legacy application before, on ``ai-models-legacy`` and migrated, in the project's environment."""
        program = Program(python=Path(sys.executable), arguments=(str(HERE / "legacy_app.py"),), environment={})
        self.report.ours.values |= _medians([json.loads(output(program)) for _ in range(ROUNDS_OF_CALLS)])

    def audit(self) -> None:
        """An audit against bare parsing, in the project's environment; where packages cannot be installed, of less code."""
        try:
            packages = [str(audited_packages())]
        except InstallError as error:
            packages = []
            self.report.facts.append(f"The audit was measured on the standard library alone ({error}).")
        program = Program(python=Path(sys.executable), arguments=(str(HERE / "audit.py"), *packages), environment={})
        found = json.loads(output(program))
        self.report.ours.values |= {key: value for key, value in found.items() if key.endswith(".ratio")}
        lines = ", ".join(f"{key.partition('.')[0]} {value:,.0f}" for key, value in found.items() if key.endswith(".lines"))
        self.report.facts.append(f"The audit, in one process: lines of Python: {lines}.")

    def _answering(self) -> Iterator[Place]:
        """The places where nothing has failed yet."""
        return (place for place in self.places if not place.column.problem)

    def _failed(self, place: Place, error: ProgramError) -> None:
        """Ours must not fail; a peer's column says that it did."""
        if place is self.ours:
            raise error
        place.column.problem = f"failed: {error}"


def _place(subject: Subject, column: Column) -> Place | None:
    """The subject, installed; or None, and its column says why."""
    try:
        python = interpreter(subject)
        column.packages = packages(python)
    except InstallError as error:
        column.problem = f"not installed: {error}"
        return None
    return Place(subject, python, column)


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {key: statistics.median(found[key] for found in rounds) for key in rounds[0]}
