"""tokencost: LiteLLM's price map of some day, and a multiplication."""

from __future__ import annotations

from benchmarks.subject import Subject

SUBJECT = Subject(
    name="tokencost",
    requirement="tokencost==0.1.26",
    start_up="""
from tokencost import calculate_cost_by_tokens
model = "claude-sonnet-4-20250514"
print(calculate_cost_by_tokens(1_000_000, model, "input") + calculate_cost_by_tokens(1_000_000, model, "output"))
""",
    setup="from tokencost import calculate_cost_by_tokens",
    calls={
        "calculate_cost": (
            'calculate_cost_by_tokens(1_000_000, "claude-sonnet-4-20250514", "input")'
            ' + calculate_cost_by_tokens(1_000_000, "claude-sonnet-4-20250514", "output")'
        ),
    },
    note=(
        "its data end before Claude Sonnet 4.5, so it prices Claude Sonnet 4; "
        "resolves no aliases, and knows nothing but input and output"
    ),
)
