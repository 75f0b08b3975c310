"""ai_models itself, asked the same questions as the peers, and those that only it answers."""

from __future__ import annotations

from benchmarks.subject import Subject

SETUP = """
import random
from itertools import combinations, cycle
from ai_models import ModelCapability, ModelRegistry, PricingService, find_models_with_capabilities, get_model

service = PricingService()
specs = ModelRegistry.list_models()
names = [spec.key for spec in specs]
# Billed by tokens both ways, and by a name that nobody else claims.
priced = [spec.key for spec in specs if spec.input_price_per_1m is not None and spec.output_price_per_1m is not None]
shuffle = random.Random(20261122).shuffle
shuffle(names)
shuffle(priced)
next_name = cycle(names).__next__
next_priced = cycle(priced).__next__

required = {ModelCapability.IMAGE_INPUT, ModelCapability.FUNCTION_CALLING}
preferred = {ModelCapability.PROMPT_CACHING}
questions = [({a, b}, {c}) for a, b in combinations(ModelCapability, 2) for c in ModelCapability]
shuffle(questions)
next_question = cycle(questions).__next__
"""

SUBJECT = Subject(
    name="ai_models",
    requirement=None,
    start_up="""
from ai_models import PricingService, get_model
get_model("claude-sonnet-4.5")
service = PricingService()
print(service.calculate_cost("claude-sonnet-4-5-20250929", input_tokens=1_000_000, output_tokens=1_000_000))
""",
    setup=SETUP,
    calls={
        "get_model": 'get_model("claude-sonnet-4.5")',
        "get_model.dated": 'get_model("gpt-4o")',
        "get_model.rotating": "get_model(next_name())",
        "calculate_cost": (
            'service.calculate_cost("claude-sonnet-4-5-20250929", input_tokens=1_000_000, output_tokens=1_000_000)'
        ),
        "calculate_cost.dated": 'service.calculate_cost("gpt-4o", input_tokens=1_000_000, output_tokens=1_000_000)',
        "calculate_cost.rotating": (
            "service.calculate_cost(next_priced(), input_tokens=1_000_000, output_tokens=1_000_000)"
        ),
        "find.repeated": "find_models_with_capabilities(required, preferred)",
        "find.rotating": "find_models_with_capabilities(*next_question())",
    },
)
