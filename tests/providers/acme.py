"""A made-up maker with models for every rule of the checks before a call, and toy providers that call nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar

from ai_models.models.capabilities import ModelCapability
from ai_models.providers import ClassificationResult, LLMProvider, MockProvider
from ai_models.providers.calls import StreamReader

ABLE = [
    capability.value
    for capability in ModelCapability
    if capability not in (ModelCapability.LARGE_CONTEXT, ModelCapability.EXTRA_LARGE_CONTEXT)
]
"""Every capability that is not derived from the window."""

TEXT_ONLY = ["text_input", "text_output", "streaming", "system_messages"]


def definition(
    name: str, *, able: list[str], rest: str = "", window: int | None = 1_000, most: int | None = 100, sold: bool = True
) -> str:
    """A model that has what is listed, lacks nothing for certain, and has these limits."""
    limits = {"context_window_input": window, "context_window_output": most}
    priced = name if sold else "null"
    known = "".join(f"  {key}: {value}\n" for key, value in limits.items() if value is not None)
    return (
        f"model_id: {name}\nprovider: acme\nmetadata:\n  name: {name.title()}\n  release_date: 2026-01-01\n"
        f"  last_verified: 2026-11-01\n{known}capabilities: [{', '.join(able)}]\npricing_ref: {priced}\n{rest}"
    )


FILES = {
    "acme/able.yaml": definition("able", able=ABLE),
    "acme/plain.yaml": definition("plain", able=TEXT_ONLY, rest="unsupported: [image_input, function_calling]\n"),
    "acme/vague.yaml": definition("vague", able=["text_input"], window=None, most=None),
    "acme/old.yaml": definition(
        "old",
        able=ABLE,
        sold=False,
        rest="lifecycle: {deprecated_on: 2026-02-01, retires_on: 2099-01-01, replacement: [able]}\n",
    ),
    "acme/undated.yaml": definition("undated", able=ABLE, sold=False, rest="lifecycle: {deprecated_on: 2026-02-01}\n"),
    "acme/gone.yaml": definition(
        "gone", able=ABLE, sold=False, rest="lifecycle: {retires_on: 2026-03-01, replacement: [able]}\n"
    ),
    "acme/tools.yaml": definition("tools", able=[*TEXT_ONLY, "function_calling"], rest="unsupported: [structured_output]\n"),
    "acme/half.yaml": definition("half", able=TEXT_ONLY, rest="unsupported: [image_input]\n"),
    "prices/shop.yaml": """
provider: shop
models:
  shop/able-in-the-east: {model: acme/able, pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 9}]}
  shop/able: {model: acme/able, pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 8}]}
""",
    "prices/acme.yaml": """
provider: acme
models:
  able: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1000, output_per_1m_tokens: 10000}]}
  plain: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}
  vague: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}
  half: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1}]}
  tools: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 0, output_per_1m_tokens: 0}]}
""",
}


class Outward(MockProvider):
    """A mock whose calls count as leaving the process."""

    display_name: ClassVar[str] = "Outward"
    makes_requests: ClassVar[bool] = True


class OldProvider(LLMProvider):
    """Written for the interface of old: two methods, and nothing of the new ones."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked: list[tuple[str, str | None]] = []

    def _classify_impl(self, text: str, prompt: str | None) -> ClassificationResult:
        self.asked.append((text, prompt))
        if text == "fail":
            raise RuntimeError("the old one failed")
        cost = self._calculate_cost(100, 20)
        return ClassificationResult("churn_risk", 0.75, "leaving", "llm", cost, 12.0, 120, 30)

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        return (input_tokens - cached_tokens + 2 * output_tokens) / 1_000


class Broken(MockProvider):
    """Streams break: after ``after`` events with ``error``; before the first one ``failures`` times."""

    def __init__(self, *args: Any, after: int, error: Exception, failures: int = 10**6, **options: Any) -> None:
        super().__init__(*args, **options)
        self.after, self.error, self.failures, self.opened = after, error, failures, 0

    def _events_of(self, whole: Any) -> Iterator[Any]:
        self.opened += 1
        for number, event in enumerate([*whole.text, whole]):
            if number == self.after and self.opened <= self.failures:
                raise self.error
            yield event

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterator[Any]]:
        yield self._events_of(self._send(payload, timeout))

    @asynccontextmanager
    async def _aopen(self, payload: dict[str, Any], timeout: float) -> AsyncIterator[AsyncIterator[Any]]:
        async def events() -> AsyncIterator[Any]:
            for event in self._events_of(self._send(payload, timeout)):
                yield event

        yield events()

    def _reader(self) -> StreamReader:
        return super()._reader()
