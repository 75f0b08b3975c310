"""What the names of prices say: which meter, per how many tokens, and whether they speak of a price at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ai_models.audit.name_shapes import words_of

__all__ = ["PriceWords", "is_other_money", "read_words"]

_PRICE: Final = frozenset(
    "price prices pricing priced cost costs costing rate rates usd dollar dollars fee fees tariff tariffs spend".split()
)
_SURE: Final = frozenset("price prices pricing priced tariff".split())
_NOT_PRICE: Final = frozenset(
    "limit limits rpm tpm rpd learning sample sampling error success hit frame bit refresh requests request "
    "minute second seconds ratio multiplier factor budget max min threshold average avg total window alert "
    "discount tax".split()
)
"""Words beside which a ``rate`` or a ``cost`` is something else."""

_OF_PLANS: Final = frozenset("monthly yearly annual month year seat subscription".split())
"""Words beside which nothing is a price of tokens."""

_INPUT: Final = frozenset("input in prompt inp prompts inputs request".split())
_OUTPUT: Final = frozenset("output out completion completions outputs response generated".split())
_READ: Final = frozenset("read hit hits cached".split())
_WRITE: Final = frozenset("write writes creation create miss".split())
_VARIANT: Final = frozenset(
    "batch batches flex priority audio image images video above over long tier tiered 128k 200k 272k reasoning "
    "training fine tuned finetuning tuning search character characters second pixel storage hour "
    "session regional thinking realtime turbo".split()
)
"""Words that make a price another one than the standard rate of its meter."""

_OTHER_MONEY: Final = frozenset(
    "eur euro euros gbp pound pounds chf franken cad aud jpy yen cny rmb yuan inr rupees krw brl sek nok dkk pln "
    "cent cents credits".split()
)
"""Words for money that is not USD: such a price is no rate of the catalogue."""

_PER: Final = (
    (
        1_000_000,
        re.compile(
            r"per_?(?:1_?)?(?:m(?:il(?:lion)?|tok(?:en)?s?|t)?\b|m_|million|1_?000_?000)|1m\b|1m_|million|mtok|_mtok|1e6|1_000_000"
        ),
    ),
    (1_000, re.compile(r"per_?(?:1_?)?(?:k(?:tok(?:en)?s?)?\b|k_|thousand|1_?000\b)|1k\b|1k_|thousand|ktok|1000\b")),
    (1, re.compile(r"per_?(?:single_?)?tok(?:en)?(?:_|\b)(?!s)|each_token|usd_tok")),
)


class PriceWords(NamedTuple):
    """What identifiers say: the meter (None where they do not say), tokens a price, whether of money, whether a variant."""

    meter: str | None
    per: int | None
    is_price: bool
    is_variant: bool
    is_sure: bool
    """Whether one number of this name is a rate: ``input_cost`` and ``price`` are, a ``cost`` may be what was spent."""


@lru_cache(maxsize=16_384)
def read_words(*identifiers: str) -> PriceWords:
    """What identifiers say together: those of a table, of a key in it, of a parameter."""
    words = [words_of(identifier) for identifier in identifiers]
    held = {word for each in words for word in each}
    per = next((count for each in words if (count := _unit("_".join(each)))), None)  # the nearest one counts
    is_price = bool(held & _PRICE) or (per is not None and "per" in held and not held & {"requests", "minute"})
    is_variant = bool(held & (_VARIANT | _OTHER_MONEY))
    is_of_money = per is not None or bool(held & (_SURE | _OTHER_MONEY | {"usd", "dollar", "dollars"}))
    is_price = is_price and not held & _OF_PLANS and (is_of_money or not is_variant)  # IMAGE_TOKEN_COSTS may count tokens
    if held & {"rate", "rates", "cost", "costs"} and held & _NOT_PRICE and not held & {"price", "prices", "pricing", "usd"}:
        is_price = is_price and per is not None
    meter = _meter(held)
    is_sure = is_price and (bool(held & _SURE) or meter is not None or per is not None)
    return PriceWords(meter, per, is_price, is_variant, is_sure)


def is_other_money(text: str) -> bool:
    """Whether a text is a currency, and not USD: ``EUR``, ``£``."""
    return text.lower() in _OTHER_MONEY or text in ("€", "£", "¥")


def _unit(spelt: str) -> int | None:
    return next((count for count, pattern in _PER if pattern.search(spelt)), None)


def _meter(held: set[str]) -> str | None:
    if held & {"cache", "cached", "caching"}:
        if held & _WRITE:
            return "cache_write"
        return "cache_read" if held & _READ or "cached" in held else None
    sides = [meter for meter, words in (("input", _INPUT), ("output", _OUTPUT)) if held & words]
    return sides[0] if len(sides) == 1 else None
