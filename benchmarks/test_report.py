"""The table says what was measured: units, bounds, ratios, and why a figure is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.report import Column, Report
from benchmarks.row import Row

SECONDS = Row(key="get_model", title="", budget=1e-6)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(2.0, "2.0 s"), (0.9996, "1000 ms"), (0.1, "100 ms"), (1.5e-3, "1.5 ms"), (1e-6, "1.0 µs"), (157e-9, "157 ns")],
)
def test_seconds_are_shown_in_the_unit_that_fits(seconds: float, shown: str) -> None:
    """From nanoseconds to seconds."""
    assert SECONDS.show(seconds) == shown


def test_a_budget_is_kept_at_its_bound() -> None:
    """An upper bound for time, a lower one for a hit rate."""
    hits = Row(key="hits", title="", unit="percent", budget=95)
    ratio = Row(key="ratio", title="", unit="ratio", budget=3)
    assert [ratio.show(0.52), ratio.verdict(3), ratio.verdict(3.01)] == ["0.5x", "ok", "OVER"]
    rate = Row(key="rate", title="", unit="rate", budget=200_000)
    assert [rate.show(212_345.6), rate.verdict(200_000), rate.verdict(199_999)] == ["212,346/s", "ok", "OVER"]
    assert [SECONDS.verdict(v) for v in (1e-6, 1.1e-6, None)] == ["ok", "OVER", ""]
    assert [hits.verdict(v) for v in (95, 94.9)] == ["ok", "OVER"]


def test_a_peer_is_compared_or_its_absence_explained(tmp_path: Path) -> None:
    """A ratio above 1 where the peer takes longer; the reason where it is not there."""
    ours = Column("ours", values={"get_model": 1e-6})
    peers = [Column("slow", values={"get_model": 4e-6}), Column("gone", problem="not installed: no network")]
    report = Report(ours, peers)
    text = "\n".join(report.lines())
    assert "4.0 µs (4.0x)" in text
    assert "gone: not installed: no network." in text
    ours.values["price_many.rate"], peers[0].values["price_many.rate"] = 300_000, 10_000
    assert "10,000/s (30x)" in "\n".join(report.lines())
    report.write(tmp_path / "results" / "results.json")
    assert '"slow": {\n      "get_model": 4.0' in (tmp_path / "results" / "results.json").read_text()
