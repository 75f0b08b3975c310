"""Triage: a label for every message, in batches, so that people see the urgent ones first."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, Optional

from providers import factory
from providers.base import (
    ClassificationResult,
    ProviderMetrics,
    SignalCategory,
)

from .models import Message, Triaged

if TYPE_CHECKING:
    from providers.base import LLMProvider

logger = logging.getLogger(__name__)

URGENT = {SignalCategory.CHURN_RISK, SignalCategory.BUG_REPORT}


@dataclass
class Batch:
    """What became of a batch of messages."""

    triaged: list[Triaged] = field(default_factory=list)
    skipped: list[Message] = field(default_factory=list)
    failed: list[tuple[Message, str]] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return sum(each.cost for each in self.triaged)

    def by_category(self) -> Counter[str]:
        return Counter(each.category.value for each in self.triaged)

    def urgent(self) -> list[Triaged]:
        """The urgent ones, the surest first."""
        found = [each for each in self.triaged if each.category in URGENT]
        return sorted(found, key=lambda each: -each.confidence)


class Triage:
    """Labels messages with one provider."""

    def __init__(self, provider: "Optional[LLMProvider]" = None, model: str = "claude-sonnet") -> None:
        # looked up on the module, so that tests can put something else in its place
        self.provider: LLMProvider = provider or factory.get_provider(model)

    def run(self, messages: Iterable[Message]) -> Batch:
        """Label the messages; one that fails does not stop the others."""
        batch = Batch()
        for message in messages:
            if not message.text.strip():
                batch.skipped.append(message)
                continue
            try:
                result: ClassificationResult = self.provider.classify(message.text)
            except Exception as error:
                logger.warning("message %s failed: %s", message.id, error)
                batch.failed.append((message, str(error)))
                continue
            batch.triaged.append(_triaged(message, result))
        return batch

    def metrics(self) -> "ProviderMetrics":
        return self.provider.get_metrics()

    def begin_anew(self) -> None:
        """Forget what was counted: a new day."""
        self.provider.reset_metrics()


def _triaged(message: Message, result: ClassificationResult) -> Triaged:
    return Triaged(message, result.category, result.confidence, result.evidence, result.cost)


def metrics_of(results: Iterable[ClassificationResult]) -> ProviderMetrics:
    """The numbers of results that were kept somewhere, as if one provider had given them."""
    metrics = ProviderMetrics()
    for result in results:
        metrics.record_request(result.cost, result.tokens_used, result.latency_ms, cached_tokens=result.cached_tokens)
    return metrics


def queue_for(category: SignalCategory) -> str:
    """Where a message goes next."""
    match category:
        case SignalCategory.BUG_REPORT:
            return "support"
        case SignalCategory.CHURN_RISK | SignalCategory.EXPANSION_SIGNAL:
            return "sales"
        case _:
            return "product"
