"""The cache of ``PricingService`` in one fresh process of ours: ``mix`` or ``misses``; prints JSON.

``mix`` draws models by Zipf's law (the nth most popular is asked for 1/n as often) at instants spread evenly over the
last 18 months, none before the model's release. ``misses`` asks for each model once. It runs with ``-I``.
"""

import json
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock

from ai_models import ModelRegistry, PricingService

CALLS = 20_000
SEED = 20261122
PERIOD = timedelta(days=548)


def mix() -> dict[str, float]:
    """Hit rate in percent, seconds a call, calls refused for want of a price then, and the models drawn from."""
    chance = random.Random(SEED)  # noqa: S311  a repeatable draw, not a secret
    now = datetime.now(UTC)
    specs = [spec for spec in ModelRegistry.list_models() if spec.pricing_ref]
    chance.shuffle(specs)
    drawn = chance.choices(specs, weights=[1 / rank for rank in range(1, len(specs) + 1)], k=CALLS)
    questions = []
    for spec in drawn:
        released = spec.metadata.release_date
        first = now - PERIOD
        if released is not None:
            first = min(max(first, datetime.combine(released, clock.min, tzinfo=UTC)), now)
        questions.append((spec.model_id, first + (now - first) * chance.random()))
    service, refused = PricingService(), 0
    started = time.perf_counter()
    for model, when in questions:
        try:
            service.get_pricing(model, when)
        except LookupError:
            refused += 1
    seconds = time.perf_counter() - started
    info = service.cache_info()
    return {
        "mix.hit_rate": 100 * info.hits / (info.hits + info.misses),
        "mix.seconds": seconds / CALLS,
        "mix.refused": refused,
        "mix.models": len(specs),
    }


def misses() -> dict[str, float]:
    """Seconds of the process's first price (the catalogue is read for it), and of each model's first price after it."""
    started = time.perf_counter()
    PricingService().get_pricing("claude-sonnet-4-5-20250929")
    first = time.perf_counter() - started
    service, each = PricingService(), []
    for spec in ModelRegistry.list_models():
        if spec.pricing_ref:
            started = time.perf_counter()
            try:
                service.get_pricing(spec.model_id)
            except LookupError:
                continue
            each.append(time.perf_counter() - started)
    return {"miss.first": first, "miss.median": statistics.median(each), "miss.worst": max(each)}


if __name__ == "__main__":
    print(json.dumps({"mix": mix, "misses": misses}[sys.argv[1]]()))
