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
    setup="""
from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import get_snapshot
snapshot = get_snapshot()
""",
    calls={
        "get_model": 'snapshot.find_provider_model("claude-sonnet-4.5", None, "anthropic", None)',
        "calculate_cost": (
            "calc_price(Usage(input_tokens=1_000_000, output_tokens=1_000_000), "
            '"claude-sonnet-4-5-20250929", provider_id="anthropic")'
        ),
    },
    note="prices the tokens as one request with all its rules; the nearest to get_model is its snapshot's lookup",
)
