"""``ClaudeProvider`` as callers know it: a short name and a switch, pinned to the models of the old roster."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ai_models.errors import InvalidRequestError
from ai_models.pricing.cost import Bill, Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Rate, RateCard
from ai_models.pricing.usage import Usage
from ai_models.providers.claude_provider import ClaudeProvider as _ClaudeProvider
from ai_models_legacy import frozen
from ai_models_legacy.flag import Answers, answers
from ai_models_legacy.pricing import MODELS, claude_pricing

if TYPE_CHECKING:
    from ai_models.providers.request import Request

__all__ = ["ClaudeProvider"]

_CACHED = Decimal("0.1")
"""Anthropic's own factor for input that is read from a cache."""


class ClaudeProvider(_ClaudeProvider):
    """A Claude model at Anthropic: ai_models's provider under the old constructor, and at the prices that the flag says.

    ``claude-haiku``, ``claude-sonnet`` and ``claude-opus`` are Haiku 4.5, Sonnet 4.5 and Opus 4.1 for ever. A model that is
    retired is called all the same, with a warning: whether it answers is Anthropic's to say.
    """

    _short: str | None = None
    """The name in the old table of prices; None for any other model."""

    def __init__(self, model: str = "claude-sonnet", enable_caching: bool = True, **options: Any) -> None:  # noqa: FBT001, FBT002 as of old
        """Bind a model; options are those of ``ai_models.providers.ClaudeProvider``.

        Raises:
            InvalidRequestError: the name is no text, or no Claude's.
        """
        short = _folded(model)
        if short in MODELS:
            self._short = short
        pinned = frozen.SPECS[MODELS[short]].api_identifier if short in MODELS else model
        super().__init__(pinned, enable_caching=enable_caching, **{"checks": "warn", **options})
        self.model = model
        is_claude = self._short is not None or (short and self.spec is not None and self.spec.provider == "anthropic")
        if not is_claude:
            known = f"{', '.join(MODELS)}, and those of `ai-models list --maker anthropic`"
            raise InvalidRequestError(f"no Claude is called {model!r}; supported: {known}")

    @cached_property
    def pricing(self) -> tuple[float, float]:
        """USD per 1M tokens, input and output, of a short name.

        Raises:
            KeyError: another model's: it is in no table.
        """
        return claude_pricing()[self._short or self.model]

    def _cost(self, request: Request, usage: Usage | None, warnings: list[str]) -> Cost | None:
        """The price of an answer, by the old table where the flag says so and the table has the model."""
        price = super()._cost
        if usage is not None and type(self)._calculate_cost is not ClaudeProvider._calculate_cost:
            counts = (usage.input_tokens or 0, usage.output_tokens or 0, usage.cache_read_tokens or 0)
            return _cost_of(self._calculate_cost(*counts))  # a subclass has prices of its own
        tariff = self._old_tariff()
        if tariff is None or usage is None:
            return price(request, usage, warnings)
        cost = tariff.price(usage)
        self._observe(cost.total, lambda: price(request, usage, []))
        return cost

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        calculate = super()._calculate_cost
        tariff = self._old_tariff()
        if tariff is None:
            return calculate(input_tokens, output_tokens, cached_tokens)
        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
        cost = float(tariff.price(usage))
        self._observe(cost, lambda: calculate(input_tokens, output_tokens, cached_tokens))
        return cost

    def _old_tariff(self) -> Tariff | None:
        """The old prices of this model, where they are what is answered."""
        if self._short is None or answers() is Answers.NEW:
            return None
        return _tariff(*frozen.PRICING[self._short])

    def _observe(self, old: Decimal | float, new: Callable[[], Cost | float | None]) -> None:
        """In shadow, tell once of a request that would cost something else; what was sent is not sent again."""
        if answers() is not Answers.SHADOW:
            return
        from ai_models_legacy.shadow import observe  # a shadow is asked for by few

        def amount() -> dict[str, object]:
            cost = new()
            return {"cost": cost if cost is None or isinstance(cost, float) else cost.total}

        observe(f"a request to {self._short}", {"cost": old}, amount, once="subject")


def _folded(model: object) -> str:
    if not isinstance(model, str):
        raise InvalidRequestError(f"a model's name is a text, found {model!r}")
    return model.strip().casefold()


def _cost_of(amount: float) -> Cost:
    """An amount in USD that somebody else has worked out, exact to the digits that it prints."""
    exact = Fraction(str(amount))
    return Cost(exact.as_integer_ratio(), "USD", None, Bill(lines=(), lower=exact, upper=exact))


def _tariff(input_rate: float, output_rate: float) -> Tariff:
    """Old prices, exact to the digits that were written down."""
    card = {"input": Decimal(str(input_rate)), "output": Decimal(str(output_rate))}
    card["cache_read"] = card["input"] * _CACHED
    return Tariff(RateCard(rates={meter: Rate(amount) for meter, amount in card.items()}))
