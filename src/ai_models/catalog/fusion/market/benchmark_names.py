"""The table of benchmarks: names, metrics and harnesses that publishers spell in several ways, joined where a person did."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct, structs

from ai_models.models.benchmarks import Benchmark, fold

__all__ = ["BenchmarkTable", "Named"]

_NUMBERED = re.compile(r"(?P<name>.*[^\d.])(?P<version>\d+(?:\.\d+)*)")


class Named(Struct, forbid_unknown_fields=True, kw_only=True):
    """A benchmark whose scores are spelled in several ways."""

    metrics: dict[str, list[str]] = {}
    """Other words for one of its metrics."""
    versioned: bool = False
    """Whether a number behind the name (``2.1``) is the version."""


class BenchmarkTable(Struct, forbid_unknown_fields=True, kw_only=True, dict=True):
    """What a person has reviewed; nothing else is joined."""

    benchmarks: dict[str, Named] = {}
    harnesses: list[str] = []
    pages: dict[str, str] = {}
    """By host, the provider as whose identifier the path of a page is read."""

    def spelled(self, score: Benchmark) -> Benchmark:
        """A score under the table's names; a name that contradicts the stated version is left as it is."""
        name, version = self._name(score)
        metrics = self._metrics.get(name, {})
        found = structs.replace(
            score,
            name=name,
            version=version,
            metric=metrics.get(fold(score.metric or ""), score.metric),
        )
        harness = self._harnesses.get(fold(score.variant or ""))
        return structs.replace(found, harness=harness, variant=None) if harness and score.harness is None else found

    def _name(self, score: Benchmark) -> tuple[str, str | None]:
        known = self._names.get(fold(score.name))
        numbered = _NUMBERED.fullmatch(score.name)
        if known is not None or numbered is None:
            return known or score.name, score.version
        name = self._names.get(fold(numbered["name"]), "")
        is_version = bool(name) and self.benchmarks[name].versioned and score.version in (None, numbered["version"])
        return (name, numbered["version"]) if is_version else (score.name, score.version)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): name for name in self.benchmarks}

    @cached_property
    def _metrics(self) -> dict[str, dict[str, str]]:
        return {
            name: {fold(word): metric for metric, words in named.metrics.items() for word in (metric, *words)}
            for name, named in self.benchmarks.items()
        }

    @cached_property
    def _harnesses(self) -> dict[str, str]:
        return {fold(name): name for name in self.harnesses}
