"""Provider base, copied from the desk. No abstract methods here: the notebooks subclass it in odd ways."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from enum import Enum
from time import perf_counter


class SignalCategory(str, Enum):
    FEATURE_REQUEST = "feature_request"
    BUG_REPORT = "bug_report"
    CHURN_RISK = "churn_risk"
    EXPANSION_SIGNAL = "expansion_signal"
    GENERAL_FEEDBACK = "general_feedback"


@dataclass(frozen=True)
class ClassificationResult:
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

    def __post_init__(self):
        if not 0 <= self.confidence <= 1 or self.cost < 0 or self.latency_ms < 0:
            raise ValueError(f"not a valid result: {self!r}")

    def to_dict(self):
        return {**asdict(self), "category": self.category.value, "timestamp": self.timestamp.isoformat()}


@dataclass
class ProviderMetrics:
    total_requests: int = 0
    total_cost: float = 0.0
    total_tokens: int = 0
    total_cached_tokens: int = 0
    total_latency_ms: float = 0.0

    def record_request(self, cost, tokens, latency_ms, cached_tokens=0):
        self.total_requests += 1
        self.total_cost += cost
        self.total_tokens += tokens
        self.total_cached_tokens += cached_tokens
        self.total_latency_ms += latency_ms


class LLMProvider:
    def __init__(self, model="", enable_caching=False):
        self.model = model
        self.enable_caching = enable_caching
        self._metrics = ProviderMetrics()

    def classify(self, text, prompt=None):
        if not text.strip():
            raise ValueError("empty text")
        started = perf_counter()
        result = self._classify_impl(text, prompt)
        self._metrics.record_request(
            result.cost, result.tokens_used, (perf_counter() - started) * 1000, result.cached_tokens
        )
        return result

    def _classify_impl(self, text, prompt):
        raise NotImplementedError

    def _calculate_cost(self, input_tokens, output_tokens, cached_tokens=0):
        raise NotImplementedError

    def get_metrics(self):
        return self._metrics

    def reset_metrics(self):
        self._metrics = ProviderMetrics()
