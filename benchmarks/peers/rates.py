"""rates: four feeds fused into one list of offerings, without a cost engine."""

from __future__ import annotations

from benchmarks.subject import Subject

SUBJECT = Subject(
    name="rates",
    requirement="rates==1.1.0",
    start_up="""
import rates.ai
registry = rates.ai.load()
model = next(iter(registry.filter(provider="anthropic", model="claude-sonnet-4-5")))
price = model.price
print(price.get("input_mtok") * 1_000_000 / 1_000_000 + price.get("output_mtok") * 1_000_000 / 1_000_000)
""",
    setup="""
import warnings
import rates.ai
warnings.simplefilter("ignore")  # the age of its ledger
registry = rates.ai.load()
def cost(provider, name, input_tokens, output_tokens):
    price = next(iter(registry.filter(provider=provider, model=name))).price
    return (price.get("input_mtok") * input_tokens + price.get("output_mtok") * output_tokens) / 1_000_000
""",
    calls={
        "get_model": 'next(iter(registry.filter(provider="anthropic", model="claude-sonnet-4-5")))',
        "calculate_cost": 'cost("anthropic", "claude-sonnet-4-5-20250929", 1_000_000, 1_000_000)',
        "find.repeated": 'registry.filter(modality_input="image", tool_call=True)',
    },
    note="no lookup and no cost function: filter() over its 7,931 offerings (ours: models), and the arithmetic written out",
)
