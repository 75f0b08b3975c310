"""The monthly budget: what is left of it, and when it runs out."""

import calendar
from datetime import date

from models.registry import CLAUDE_SONNET, \
    GPT_4O_MINI

MONTHLY_BUDGET_USD = 1_200.00

GPT4O_INPUT_PER_1M = 2.50
GPT4O_OUTPUT_PER_1M = 10.00

# Haiku got dearer with 4.5; Priya wanted to look the new price up
HAIKU_INPUT_PER_1M = 0.80
HAIKU_OUTPUT_PER_1M = 4.00


def gpt4o_cost(input_tokens: int, output_tokens: int) -> float:
    return (input_tokens * GPT4O_INPUT_PER_1M + output_tokens * GPT4O_OUTPUT_PER_1M) / 1_000_000


def sonnet_cost(input_tokens: int, output_tokens: int) -> float:
    # Claude Sonnet 4.5
    return input_tokens / 1_000_000 * 3.00 + output_tokens / 1_000_000 * 15.00


def mini_cost(input_tokens: int, output_tokens: int) -> float:
    """gpt-4o-mini, in the vendor's old unit: USD per 1K tokens."""
    return input_tokens / 1000 * 0.00015 + output_tokens / 1000 * 0.0006


def haiku_cost(input_tokens: int, output_tokens: int) -> float:
    return input_tokens * HAIKU_INPUT_PER_1M / 1e6 + output_tokens * HAIKU_OUTPUT_PER_1M / 1e6


def left(spent: float, budget: float = MONTHLY_BUDGET_USD) -> float:
    """What may still be spent this month; never below 0."""
    return max(0.0, budget - spent)


def runs_out(spent: float, today: date, budget: float = MONTHLY_BUDGET_USD) -> "date | None":
    """The day on which the budget is gone if it goes on like this; None where it lasts the month."""
    if spent <= 0:
        return None
    days = calendar.monthrange(today.year, today.month)[1]
    day = int(budget / (spent / today.day)) + 1
    return today.replace(day=max(day, today.day)) if day <= days else None


def messages_left(spent: float, tokens_a_message: int = 900, spec=CLAUDE_SONNET) -> int:
    """How many messages the rest of the budget pays for; an answer has about 60 tokens."""
    price = (tokens_a_message * spec.input_price_per_1m + 60 * spec.output_price_per_1m) / 1_000_000
    return int(left(spent) / price)


def saving_with_mini(input_tokens: int, output_tokens: int) -> float:
    """USD that gpt-4o-mini would save against Sonnet."""
    mini = (input_tokens * GPT_4O_MINI.input_price_per_1m + output_tokens * GPT_4O_MINI.output_price_per_1m) / 1_000_000
    return sonnet_cost(input_tokens, output_tokens) - mini
