"""How often two models agree on the same messages: the data team's check of a new model.

Everything is imported relatively here, because the toolkit is vendored under another name in the warehouse.
"""

from .models.registry import CLAUDE_HAIKU, CLAUDE_SONNET
from .models import ModelRegistry as Registry
from .providers import SignalCategory
from .providers.factory import get_provider

# a pair is worth a look when the models agree on fewer than this share of the messages
AGREEMENT_FLOOR = 0.8


def agreement(texts, first="claude-sonnet", second="claude-haiku"):
    """The share of the texts to which both models give the same label, between 0 and 1."""
    left, right = get_provider(first), get_provider(second)
    same = sum(left.classify(text).category == right.classify(text).category for text in texts)
    return same / len(texts)


def label_shares(texts, model="claude-haiku"):
    """What share of the texts gets each label; labels that none gets are listed with 0."""
    provider = get_provider(model, enable_caching=False)
    counts = dict.fromkeys(SignalCategory, 0)
    for text in texts:
        counts[provider.classify(text).category] += 1
    return {category.value: count / len(texts) for category, count in counts.items()}


def price_ratio():
    """How many times dearer Sonnet's answers are than Haiku's."""
    return CLAUDE_SONNET.output_price_per_1m / CLAUDE_HAIKU.output_price_per_1m


def is_known(key):
    return Registry.get_spec(key) is not None
