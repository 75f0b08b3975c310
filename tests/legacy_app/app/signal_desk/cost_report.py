"""What a month of triage has cost, by model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

import models
import models.registry

# USD per 1M tokens, from the vendors' pages. Finance asked for a table that does not change under a report.
PRICES = {
    "claude-sonnet-4.5": {"input": 3.00, "output": 15.00},
    "claude-haiku-4.5": {"input": 0.25, "output": 1.25},
    "gpt-4o": {"input": 2.50, "output": 10.00},
    "gpt-4o-mini": {"input": 0.15, "output": 0.60},
    "gemini-2.5-flash": {"input": 0.075, "output": 0.30},
}

# share of the list price that we pay after the enterprise discount; not a price
DISCOUNT = {"claude-sonnet-4.5": 0.92, "claude-haiku-4.5": 0.92, "gpt-4o": 1.00}


@dataclass(frozen=True)
class Use:
    """What a model read and wrote in a month, in tokens."""

    model: str
    input_tokens: int
    output_tokens: int


def cost(use: Use) -> float:
    """USD at list prices."""
    price = PRICES[use.model]
    return use.input_tokens / 1_000_000 * price["input"] + use.output_tokens / 1_000_000 * price["output"]


def total(uses: Iterable[Use]) -> float:
    return sum(cost(use) for use in uses)


def discounted(use: Use) -> float:
    return cost(use) * DISCOUNT.get(use.model, 1.00)


def report(uses: Iterable[Use]) -> str:
    """A line a model, the dearest first, and the sum."""
    rows = sorted(((cost(use), use) for use in uses), key=lambda row: row[0], reverse=True)
    lines = [f"{title(use.model):<20} {amount:>10.2f} USD" for amount, use in rows]
    lines.append(f"{'total':<20} {sum(amount for amount, _ in rows):>10.2f} USD")
    return "\n".join(lines)


def title(model: str) -> str:
    spec = models.ModelRegistry.get_spec(model)
    if spec is None:
        return model
    return spec.name


def rate_card() -> str:
    """The prices of what we use most, for the wiki."""
    sonnet = models.registry.CLAUDE_SONNET
    return (
        f"{sonnet.name}: {sonnet.input_price_per_1m:.2f} in, {sonnet.output_price_per_1m:.2f} out; "
        f"{models.ModelRegistry.get_spec('gpt-4o').name}: {models.registry.GPT_4O.input_price_per_1m:.2f} in, "
        f"{models.ModelRegistry.get_spec('gpt-4o').output_price_per_1m:.2f} out (USD per 1M tokens)"
    )


def unpriced(uses: Iterable[Use]) -> set[str]:
    """Current models that a month used and that the table above lacks."""
    current = models.ModelRegistry.get_all_current_models()
    return {use.model for use in uses if use.model in current and use.model not in PRICES}
