"""LiteLLM: the widest price map, inside a gateway. An opt-in: it is large, and it is never a dependency of ours."""

from __future__ import annotations

from benchmarks.subject import Subject

# Keep the pin: the releases 1.82.7 and 1.82.8 were compromised on the package index.
SUBJECT = Subject(
    name="litellm",
    requirement="litellm==1.80.0",
    start_up="""
from litellm import cost_per_token, get_model_info
get_model_info("claude-sonnet-4-5")
print(sum(cost_per_token(model="claude-sonnet-4-5-20250929", prompt_tokens=1_000_000, completion_tokens=1_000_000)))
""",
    request="""
from litellm import cost_per_token, get_model_info
get_model_info("claude-sonnet-4-5")
print(sum(cost_per_token(model="claude-sonnet-4-5-20250929", prompt_tokens=100_000, completion_tokens=100_000)))
""",
    setup="""
from litellm import cost_per_token, get_model_info

def one():
    return sum(cost_per_token(
        model="claude-sonnet-4-5-20250929", prompt_tokens=12_307, completion_tokens=550, cache_read_input_tokens=9_000
    ))
""",
    calls={
        "get_model": 'get_model_info("claude-sonnet-4-5")',
        "calculate_cost": (
            'cost_per_token(model="claude-sonnet-4-5-20250929", prompt_tokens=1_000_000, completion_tokens=1_000_000)'
        ),
        "price": "one()",
    },
    environment={"LITELLM_LOCAL_MODEL_COST_MAP": "True"},  # without it, every import asks the network
    note="prices the tokens as one request with its long-context rule, as two floats without lines",
)
