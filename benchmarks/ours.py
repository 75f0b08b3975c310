"""ai_models itself, asked the same questions as the peers, and those that only it answers."""

from __future__ import annotations

from benchmarks.subject import Subject

SETUP = """
import random
from datetime import UTC, datetime
from itertools import combinations, cycle
from ai_models import ModelCapability, ModelRegistry, PricingService, Usage, find_models_with_capabilities, get_model, price

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

now = datetime.now(UTC)
past = datetime(2026, 1, 15, 12, tzinfo=UTC)
usage = Usage(input_tokens=12_307, cache_read_tokens=9_000, output_tokens=550)
rich = Usage(
    input_tokens=300_000, cache_read_tokens=200_000, output_tokens=5_000, reasoning_tokens=3_000, web_searches=2
)
usages = [
    Usage(input_tokens=shuffled % 20_000 + 1_000, cache_read_tokens=shuffled % 900, output_tokens=shuffled % 700)
    for shuffled in random.Random(7).sample(range(1_000_000), 2_000)
]
many = [(name, usage) for name, usage in zip(cycle(priced[:50]), usages)]
message = '''{"id": "msg_01", "type": "message", "model": "claude-sonnet-4-5-20250929", "content": [{"type": "text",
"text": "Done."}], "usage": {"input_tokens": 3307, "cache_read_input_tokens": 9000, "cache_creation_input_tokens": 0,
"cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}, "output_tokens": 550,
"service_tier": "standard"}}'''


def lines(cost):
    return cost.total, [line.amount for line in cost.lines]


from ai_models.providers import ClaudeProvider, get_provider

required = {ModelCapability.IMAGE_INPUT, ModelCapability.FUNCTION_CALLING}
preferred = {ModelCapability.PROMPT_CACHING}
from ai_models import recommend, select

workload = "100k:1k@80%cached x 1M/month"
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
    request="""
from ai_models import Usage, get_model, price
get_model("claude-sonnet-4.5")
print(price("claude-sonnet-4-5-20250929", Usage(input_tokens=100_000, output_tokens=100_000)).total)
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
        "price": 'price("claude-sonnet-4-5-20250929", usage)',
        "price.lines": 'lines(price("claude-sonnet-4-5-20250929", usage))',
        "price.rich": 'price("gpt-5.5", rich, service_tier="batch")',
        "price.then": 'price("claude-sonnet-4-5-20250929", usage, at=past)',
        "price.usage": (
            'price("claude-sonnet-4-5-20250929", Usage(input_tokens=12_307, cache_read_tokens=9_000, output_tokens=550))'
        ),
        "price.rotating": "price(next_priced(), usage)",
        "price_many": "service.price_many(many)",
        "from_response": "Usage.from_response(message)",
        "provider": 'ClaudeProvider("claude-sonnet-5.5", service)',
        "provider.get": 'get_provider("claude-sonnet-5.5")',
        "find.repeated": "find_models_with_capabilities(required, preferred)",
        "find.rotating": "find_models_with_capabilities(*next_question())",
        "select": "select(workload=workload)",
        "select.required": (
            "select(required, workload=workload, min_context=200_000, max_cost=100_000, not_retiring_within=90)"
        ),
        "select.weighted": 'select(workload=workload, objective={"cost": 2, "context": 1, "newest": 1})',
        "select.offerings": "select(workload=workload, offerings=True)",
        "recommend": 'recommend(workload, "gpt-4o", prefix_tokens=50_000)',
    },
)
