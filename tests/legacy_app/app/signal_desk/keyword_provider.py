"""A provider without a model: for demos, for outages, and for whoever has no key."""

from typing import Optional

from providers.base import ClassificationResult, LLMProvider, SignalCategory

RULES = {
    SignalCategory.CHURN_RISK: ("cancel", "leaving", "switch to", "kündigen"),
    SignalCategory.BUG_REPORT: ("crash", "error", "broken", "does not work"),
    SignalCategory.EXPANSION_SIGNAL: ("more seats", "upgrade", "second team"),
    SignalCategory.FEATURE_REQUEST: ("would be great", "please add", "integration", "missing"),
}


class KeywordProvider(LLMProvider):
    """Takes the first label one of whose words is in the text."""

    def _classify_impl(self, text: str, prompt: Optional[str]) -> ClassificationResult:
        lowered = text.lower()
        for category, words in RULES.items():
            for word in words:
                if word in lowered:
                    return ClassificationResult(category=category, confidence=0.5, evidence=word, method="keyword")
        return ClassificationResult(SignalCategory.GENERAL_FEEDBACK, 0.2, "", "keyword")

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        return 0.0
