"""``ProviderMetrics``: what a provider object has done so far."""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["ProviderMetrics"]


class ProviderMetrics:
    """Totals of requests, cost (USD), tokens, cached tokens and latency (ms); safe to share between threads.

    Requests without a known price are counted in ``unpriced_requests`` and add nothing to the cost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.total_requests = 0
        self.total_cost = 0.0
        self.total_tokens = 0
        self.total_cached_tokens = 0
        self.total_latency_ms = 0.0
        self.unpriced_requests = 0
        self.failed_requests = 0

    def __getstate__(self) -> dict[str, Any]:
        """All but the lock, so that a worker process can send its totals home."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, totals: dict[str, Any]) -> None:
        """With a lock of its own, and nothing counted of what the sender did not know to count."""
        ProviderMetrics.__init__(self)
        vars(self).update(totals)

    def record_request(self, cost: float | None, tokens: int, latency_ms: float, cached_tokens: int = 0) -> None:
        """Count one request; ``cost`` None where it is unknown."""
        with self._lock:
            self.total_requests += 1
            self.total_cost += cost or 0.0
            self.unpriced_requests += cost is None
            self.total_tokens += tokens
            self.total_cached_tokens += cached_tokens
            self.total_latency_ms += latency_ms

    def record_failure(self) -> None:
        """Count one request that ended in an error."""
        with self._lock:
            self.failed_requests += 1

    @property
    def average_cost(self) -> float:
        """USD a request; 0 before the first one."""
        return self.total_cost / self.total_requests if self.total_requests else 0.0

    @property
    def average_latency_ms(self) -> float:
        """Milliseconds a request; 0 before the first one."""
        return self.total_latency_ms / self.total_requests if self.total_requests else 0.0

    @property
    def cache_hit_rate(self) -> float:
        """Cached tokens per token; 0 before the first one."""
        return self.total_cached_tokens / self.total_tokens if self.total_tokens else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Totals and averages as plain values."""
        totals = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        averages = ("average_cost", "average_latency_ms", "cache_hit_rate")
        return {**totals, **{name: getattr(self, name) for name in averages}}
