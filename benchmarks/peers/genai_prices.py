"""genai-prices: exact prices with tiers and dates, by Pydantic."""

from __future__ import annotations

from benchmarks.subject import Subject

SUBJECT = Subject(
    name="genai-prices",
    requirement="genai-prices==0.2.3",
    start_up="""
from genai_prices import Usage, calc_price
usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
print(calc_price(usage, "claude-sonnet-4.5", provider_id="anthropic").total_price)
""",
    request="""
from genai_prices import Usage, calc_price
usage = Usage(input_tokens=100_000, output_tokens=100_000)
print(calc_price(usage, "claude-sonnet-4.5", provider_id="anthropic").total_price)
""",
    setup="""
import random
from datetime import UTC, datetime
from genai_prices import Usage, calc_price
past = datetime(2026, 1, 15, 12, tzinfo=UTC)
usage = Usage(input_tokens=12_307, cache_read_tokens=9_000, output_tokens=550)
rich = Usage(input_tokens=300_000, cache_read_tokens=200_000, output_tokens=5_000)
usages = [
    Usage(input_tokens=shuffled % 20_000 + 1_000, cache_read_tokens=shuffled % 900, output_tokens=shuffled % 700)
    for shuffled in random.Random(7).sample(range(1_000_000), 2_000)
]

def many():
    return sum(calc_price(usage, "claude-sonnet-4-5-20250929", provider_id="anthropic").total_price for usage in usages)

from genai_prices.data_snapshot import get_snapshot
snapshot = get_snapshot()
""",
    calls={
        "get_model": 'snapshot.find_provider_model("claude-sonnet-4.5", None, "anthropic", None)',
        "calculate_cost": (
            "calc_price(Usage(input_tokens=1_000_000, output_tokens=1_000_000), "
            '"claude-sonnet-4-5-20250929", provider_id="anthropic")'
        ),
        "price": 'calc_price(usage, "claude-sonnet-4-5-20250929", provider_id="anthropic")',
        "price.rich": 'calc_price(rich, "gpt-5.5", provider_id="openai")',
        "price.then": (
            'calc_price(usage, "claude-sonnet-4-5-20250929", provider_id="anthropic", genai_request_timestamp=past)'
        ),
        "price.usage": (
            "calc_price(Usage(input_tokens=12_307, cache_read_tokens=9_000, output_tokens=550), "
            '"claude-sonnet-4-5-20250929", provider_id="anthropic")'
        ),
        "price_many": "many()",
    },
    note=(
        "prices the tokens as one request with all its rules but service tiers and searches; "
        "the nearest to get_model is its snapshot's lookup"
    ),
)
