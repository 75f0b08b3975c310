"""What every provider has in common: the labels, the result, the bookkeeping."""

import time
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Dict, Optional


class SignalCategory(str, Enum):
    """What a message tells us about the customer."""

    FEATURE_REQUEST = "feature_request"
    BUG_REPORT = "bug_report"
    CHURN_RISK = "churn_risk"
    EXPANSION_SIGNAL = "expansion_signal"
    GENERAL_FEEDBACK = "general_feedback"


@dataclass(frozen=True)
class ClassificationResult:
    """One label, how sure the model is, and why; ``cost`` in USD."""

    category: SignalCategory
    confidence: float
    evidence: str
    method: str
    cost: float = 0.0
    latency_ms: float = 0.0
    tokens_used: int = 0
    cached_tokens: int = 0
    model: str = ""
    timestamp: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be between 0 and 1, got {self.confidence}")
        if self.cost < 0:
            raise ValueError(f"cost must not be negative, got {self.cost}")
        if self.latency_ms < 0:
            raise ValueError(f"latency_ms must not be negative, got {self.latency_ms}")

    def to_dict(self) -> Dict[str, Any]:
        """Ready for ``json.dumps``."""
        return {**asdict(self), "category": self.category.value, "timestamp": self.timestamp.isoformat()}


@dataclass
class ProviderMetrics:
    """What a provider has done since it was made or last reset."""

    total_requests: int = 0
    total_cost: float = 0.0
    total_tokens: int = 0
    total_cached_tokens: int = 0
    total_latency_ms: float = 0.0

    @property
    def average_cost(self) -> float:
        return self.total_cost / self.total_requests if self.total_requests else 0.0

    @property
    def average_latency_ms(self) -> float:
        return self.total_latency_ms / self.total_requests if self.total_requests else 0.0

    @property
    def cache_hit_rate(self) -> float:
        return self.total_cached_tokens / self.total_tokens if self.total_tokens else 0.0

    def record_request(self, cost: float, tokens: int, latency_ms: float, cached_tokens: int = 0) -> None:
        self.total_requests += 1
        self.total_cost += cost
        self.total_tokens += tokens
        self.total_cached_tokens += cached_tokens
        self.total_latency_ms += latency_ms

    def to_dict(self) -> Dict[str, Any]:
        return {
            **asdict(self),
            "average_cost": self.average_cost,
            "average_latency_ms": self.average_latency_ms,
            "cache_hit_rate": self.cache_hit_rate,
        }


class LLMProvider(ABC):
    """Base of all providers. Subclasses say how to classify and what it costs."""

    def __init__(self, model: str = "", enable_caching: bool = True) -> None:
        self.model = model
        self.enable_caching = enable_caching
        self._metrics = ProviderMetrics()

    def classify(self, text: str, prompt: Optional[str] = None) -> ClassificationResult:
        """Label a message; ``prompt`` replaces the usual instructions."""
        if not text or not text.strip():
            raise ValueError("cannot classify an empty text")
        started = time.perf_counter()
        result = self._classify_impl(text, prompt)
        elapsed_ms = (time.perf_counter() - started) * 1000
        self._metrics.record_request(
            cost=result.cost,
            tokens=result.tokens_used,
            latency_ms=result.latency_ms or elapsed_ms,
            cached_tokens=result.cached_tokens,
        )
        return result

    @abstractmethod
    def _classify_impl(self, text: str, prompt: Optional[str]) -> ClassificationResult:
        """Do it. ``text`` is not empty."""

    @abstractmethod
    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """USD for one request; ``cached_tokens`` are part of ``input_tokens``."""

    def get_metrics(self) -> ProviderMetrics:
        return self._metrics

    def reset_metrics(self) -> None:
        self._metrics = ProviderMetrics()
