"""Tables: what things cost, and tables that only look like it."""

from typing import Dict, Tuple

# ------------------------------------------------------------------ prices

# USD per 1K tokens (input, output), the unit of the invoices of 2024
PER_1K: Dict[str, Tuple[float, float]] = {
    "gpt-4o": (0.0025, 0.01),
    "gpt-4o-mini": (0.00015, 0.0006),
    "gpt-4-turbo": (0.01, 0.03),
    "gpt-3.5-turbo": (0.0015, 0.002),
    "claude-3-opus-20240229": (0.015, 0.075),
}

EMBEDDING_PER_1M = 0.02  # text-embedding-3-small


# -------------------------------------------------------------- not prices

# VAT by country of the customer
TAX_RATES = {"DE": 0.19, "FR": 0.20, "PL": 0.23, "LU": 0.17, "HU": 0.27}

# seconds before the first and the second attempt
RETRY_DELAYS = {
    "claude-sonnet": (0.5, 2.0),
    "claude-haiku": (0.25, 1.0),
    "gpt-4o": (1.0, 4.0),
}

# requests and 1K tokens a minute that our tier allows
RATE_LIMITS = {"claude-sonnet-4.5": (50, 30), "claude-haiku-4.5": (50, 50), "gpt-4o": (500, 30)}

# share of the traffic
WEIGHTS = {"claude-sonnet-4.5": 0.7, "gpt-4o": 0.3}

# red, green, blue of the badges in the queue
BADGE_COLOURS = {
    "claude-sonnet": (204, 120, 92),
    "gpt-4o": (16, 163, 127),
    "gemini-flash": (66, 133, 244),
}

# on the golden set of June
GOLDEN_SCORES = {"claude-sonnet-4.5": {"precision": 0.93, "recall": 0.91}, "gpt-4o": {"precision": 0.90, "recall": 0.89}}


# ---------------------------------------------------------------- functions


def invoice_line(model: str, input_tokens: int, output_tokens: int, country: str) -> float:
    """USD with tax, as the invoice has it."""
    price_in, price_out = PER_1K[model]
    net = input_tokens / 1000 * price_in + output_tokens / 1000 * price_out
    return round(net * (1 + TAX_RATES.get(country, 0.0)), 4)


def delay(model: str, attempt: int) -> float:
    """Seconds to wait before an attempt; models without a rule of their own wait a second."""
    first, later = RETRY_DELAYS.get(model, (1.0, 1.0))
    return first if attempt == 1 else later


def badge(model: str) -> str:
    """A colour for CSS."""
    return "#%02x%02x%02x" % BADGE_COLOURS.get(model, (128, 128, 128))
