"""The amounts in an expression, by its shape: a number, a pair, a record of named numbers, a call with price parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from ai_models.audit.legacy import MODEL_SPEC_FIELDS
from ai_models.audit.name_shapes import words_of
from ai_models.audit.numbers import Number, number_of
from ai_models.audit.price_check import Amount
from ai_models.audit.price_words import PriceWords, read_words
from ai_models.audit.python_source import text_of

__all__ = [
    "DEAREST",
    "WORDS_OF_PRICES",
    "amounts_in",
    "are_prices",
    "is_bill",
    "is_of_bills",
    "is_side",
    "names_in",
    "pairs_of",
    "side_by_side",
    "speaks_of_prices",
]

DEAREST: Final = Decimal(5_000)
"""Above this a number is no price: nobody asks more USD per 1M tokens."""

WORDS_OF_PRICES: Final = frozenset(
    "input output prompt completion in out price prices pricing cost costs rate per token tokens usd 1k 1m 1000 "
    "million thousand mtok ktok k m cache cached read write dollars dollar cents default".split()
)
"""Words of which the names of prices are made, so that what is left over names a model."""

_SIDES: Final = ("input", "output", "cache_read", "cache_write")
_NESTED: Final = 3
_LIMITING: Final = frozenset("max maximum min limit limits context window per default".split())
_HOLDERS: Final = frozenset({"pricing", "prices", "price", "cost", "costs"})


def pairs_of(node: ast.Dict | ast.Call) -> list[tuple[str, ast.expr]]:
    """The named values of a record: the entries of a dictionary, the parameters of a call; empty names for other keys."""
    if isinstance(node, ast.Dict):
        return [(text_of(key) or "", value) for key, value in zip(node.keys, node.values, strict=True)]
    named = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
    is_old_spec = next(names_in(node.func), "") == "ModelSpec"
    return [*zip(MODEL_SPEC_FIELDS, node.args, strict=False), *named] if is_old_spec else named


def names_in(target: ast.AST) -> Iterator[str]:
    """What a target, or what is called, is called: ``PRICES["input"]`` is ``input``, then ``PRICES``."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Subscript(value=value, slice=place):
            key = text_of(place)
            if key is not None:
                yield key
            yield from names_in(value)


def are_prices(amounts: Sequence[Amount]) -> bool:
    """Whether there are amounts, and all of them could be prices."""
    return bool(amounts) and all(0 <= amount.amount <= DEAREST for amount in amounts)


def is_bill(pairs: Iterable[tuple[str, ast.expr]]) -> bool:
    """Whether a record says what was spent, and not what something costs."""
    return any(is_of_bills(key) for key, _ in pairs)


def is_of_bills(key: str) -> bool:
    """Whether a field of this name is one of bills: it counts tokens, or has a total."""
    words = set(words_of(key))
    if words & {"cost", "costs"}:
        return "total" in words
    return bool(words & {"tokens", "token", "usage"}) and not words & (_LIMITING | {"price", "prices", "pricing", "usd"})


def speaks_of_prices(value: ast.expr) -> bool:
    """Whether a value itself says that it holds prices: by its keys, its parameters, or what is called."""
    if not isinstance(value, (ast.Dict, ast.Call)):
        return False
    called = isinstance(value, ast.Call) and read_words(*names_in(value.func)).is_price
    return called or any(read_words(key).is_price for key, _ in pairs_of(value))


def amounts_in(value: ast.expr, around: tuple[str, ...], depth: int = 0) -> Iterator[Amount]:
    """The amounts in a value.

    Args:
        value: the expression.
        around: what it is called by what holds it, the nearest first.
        depth: how many records it is inside of.
    """
    context = read_words(*around)
    number = number_of(value)
    if number is not None:
        yield _amount(context.meter, number, context, value)
    elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) > 1:
        yield from side_by_side(value.elts, context)
    elif isinstance(value, (ast.Dict, ast.Call)) and depth < _NESTED:
        yield from _named(pairs_of(value), around, context, depth)
        if isinstance(value, ast.Call):
            called = read_words(*names_in(value.func), *around)
            yield from side_by_side(value.args, called) if called.is_price else ()


def side_by_side(items: Sequence[ast.expr], context: PriceWords) -> Iterator[Amount]:
    """Amounts in the usual order: input, output, cache reads, cache writes; none where anything else stands among them."""
    numbers = [number_of(item) for item in items]
    if len(numbers) <= len(_SIDES) and all(number is not None for number in numbers):
        pairs = zip(_SIDES, numbers, items, strict=False)
        yield from (_amount(side, number, context, item) for side, number, item in pairs if number)


def _amount(meter: str | None, number: Number, context: PriceWords, node: ast.expr) -> Amount:
    return Amount(meter, number.amount, number.per or context.per, context.is_variant, node)


def _named(
    pairs: Iterable[tuple[str, ast.expr]], around: tuple[str, ...], context: PriceWords, depth: int
) -> Iterator[Amount]:
    for key, item in () if is_bill(pairs) else pairs:
        own, number = read_words(key), number_of(item)
        if number is None:
            if own.is_price or key in _HOLDERS:
                yield from amounts_in(item, (key, *around), depth + 1)
        elif own.is_sure or is_side(key) or (own.meter is not None and context.is_price and own.is_variant):
            per = number.per or own.per or context.per
            yield Amount(own.meter or context.meter, number.amount, per, own.is_variant or context.is_variant, item)


def is_side(key: str) -> bool:
    """Whether a key says a meter in words of prices alone: ``input`` does, ``max_input_tokens`` does not."""
    return read_words(key).meter is not None and set(words_of(key)) <= WORDS_OF_PRICES - {"token", "tokens"}
