"""Context windows and output limits that code writes down for a model, against the catalogue's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from ai_models.audit.findings import Confidence
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.name_shapes import HOSTED, MADE_UP, words_of
from ai_models.audit.names import Names
from ai_models.audit.numbers import number_of
from ai_models.audit.price_words import read_words
from ai_models.audit.priced_values import pairs_of
from ai_models.audit.prices import may_name_a_model, model_called
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.models.base import ModelStatus
from ai_models.pricing.models import Limits

__all__ = ["LimitEntry", "Side", "find_limits", "read_limits", "same_limit"]

Side = Literal["input", "output", "any"]

_SERVED: Final = tuple(status for status in ModelStatus if status not in (ModelStatus.RETIRED, ModelStatus.UNRELEASED))
_MOST_SHOWN: Final = 4
_LEAST: Final = 1_000
_MOST: Final = 100_000_000
_WINDOW: Final = frozenset("context window windows ctx contextwindow contextlength seqlen".split())
_LIMITS: Final = frozenset("limit limits max maximum length size tokens token".split())
_OUTPUT: Final = frozenset("output completion completions response generation out".split())
_INPUT: Final = frozenset("input prompt in".split())
_FAMILY: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_OTHERS: Final = frozenset(
    "rpm tpm rpd tpd minute hour day second rate budget thinking timeout reserve reserved margin chunk overlap "
    "price cost batch default usage used count training dimension dimensions embedding sequence total thread "
    "summary history buffer nonstreaming streaming".split()
)
"""Words that make a number of tokens something else than a limit of the model."""


class LimitEntry(Struct, frozen=True, eq=False):
    """A limit in tokens that one place in code gives one model, or a family; ``word`` is what it is called there."""

    name: str
    side: Side
    tokens: int
    node: ast.expr
    word: str
    sure: bool
    is_family: bool = False


def read_limits(gathered: Gathered, judge: Judge, python: PythonSource) -> None:
    """Report the limits in a file that are not the catalogue's."""
    for entry in find_limits(python, judge.names):
        check = _check_family if entry.is_family else _check
        check(gathered, judge.names, python, entry)


def find_limits(python: PythonSource, names: Names) -> Iterator[LimitEntry]:
    """Every limit in a file that is tied to a model."""
    for table in python.nodes(ast.Dict):
        words = _words_around(python, table)
        for key, value in zip(table.keys, table.values, strict=True):
            name = _model(names, python, key)
            family = _family(text_of(python.text_value(key)) or "") if name is None else None
            if name is not None:
                yield from _of_value(name, value, words)
            elif family is not None:
                yield from (replace(entry, is_family=True) for entry in _of_value(family, value, words))
    for statement in python.either(ast.Assign, ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if isinstance(target, ast.Name) and statement.value is not None:
            yield from _of_variable(names, target.id, statement.value)
    for record in python.either(ast.Dict, ast.Call):
        yield from _of_record(names, python, record)


def _of_variable(names: Names, identifier: str, value: ast.expr) -> Iterator[LimitEntry]:
    """What a variable that is called after a model holds: ``GPT_4O_CONTEXT_WINDOW = 128_000``."""
    known = _WINDOW | _LIMITS | _OUTPUT | _INPUT
    words = identifier.lower().split("_")
    kind = "_".join(word for word in words if word in known)
    tokens, side = _tokens(value), _side(kind)
    if tokens is None or side is None or not _is_sure(kind) or _side(identifier) is None:
        return
    words = [word for word in words if word not in known]
    name = model_called("-".join(words), names) if words else None
    if name is not None and names.is_specific(name):
        yield LimitEntry(name, side, tokens, value, identifier, sure=True)
    elif (family := _family("-".join(words))) is not None:
        yield LimitEntry(family, side, tokens, value, identifier, sure=True, is_family=True)


def _family(words: str) -> str | None:
    """The words where they name models without saying which: ``claude``, ``gemini-flash``; only makers' services count."""
    family = words.lower()
    return family if _FAMILY.fullmatch(family) and family.partition("-")[0] in HOSTED & MADE_UP else None


def _model(names: Names, python: PythonSource, node: ast.expr | None) -> str | None:
    text = text_of(python.text_value(node))
    return text if text is not None and names.is_model(text) else None


def _words_around(python: PythonSource, table: ast.Dict) -> str:
    holder = python.parents.get(table)
    while isinstance(holder, (ast.Attribute, ast.Subscript)) or (isinstance(holder, ast.Call) and _is_asked(holder)):
        holder = python.parents.get(holder)  # {…}[model], {…}.get(model)
    match holder:
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name), *_]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case ast.keyword(arg=str() as name):
            return name
        case ast.Return():
            function = next(
                (e for e in python.ancestors(holder) if isinstance(e, (ast.FunctionDef, ast.AsyncFunctionDef))), None
            )
            return function.name if function else ""
        case ast.Dict():
            key = next((k for k, v in zip(holder.keys, holder.values, strict=True) if v is table), None)
            return text_of(key) or ""
        case _:
            return ""


def _is_asked(call: ast.Call) -> bool:
    """Whether a call asks a table for one of its values."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "get" and isinstance(call.func.value, ast.Dict)


def _of_value(name: str, value: ast.expr, word: str) -> Iterator[LimitEntry]:
    """What a table gives a model: a number, or a record of named numbers."""
    tokens = _tokens(value)
    if tokens is not None:
        side = _side(word)
        if side is not None:
            yield LimitEntry(name, side, tokens, value, word, _is_sure(word))
        return
    pairs = pairs_of(value) if isinstance(value, (ast.Dict, ast.Call)) else []
    if any(may_name_a_model(key) and isinstance(item, ast.Constant) and isinstance(item.value, str) for key, item in pairs):
        return  # a record with a name of its own is read as such
    yield from _named(name, pairs, word)


def _named(name: str, pairs: list[tuple[str, ast.expr]], around: str = "") -> Iterator[LimitEntry]:
    for key, item in pairs:
        tokens = _tokens(item)
        side = _side(key) or (_side(f"{key}_{around}") if {key} & (_INPUT | _OUTPUT) and around else None)
        if tokens is not None and side is not None:
            yield LimitEntry(name, side, tokens, item, key, _is_sure(key) or _is_sure(around))


def _of_record(names: Names, python: PythonSource, record: ast.Dict | ast.Call) -> Iterator[LimitEntry]:
    """A record that names a model and its limits: ``ModelSpec(name="gpt-4o", context_window=128_000)``."""
    pairs = pairs_of(record)
    limits = [(key, value) for key, value in pairs if _is_sure(key)]  # max_tokens=… is what one call asks for
    if not limits:
        return
    found = [name for key, value in pairs if may_name_a_model(key) and (name := _model(names, python, value)) is not None]
    if found:
        yield from _named(found[0], limits)


def _tokens(node: ast.expr) -> int | None:
    """A whole number of tokens that could be a limit: ``128_000``, ``128 * 1024``."""
    number = number_of(node)
    if number is None or number.per is not None or number.amount != int(number.amount):
        return None
    return int(number.amount) if _LEAST <= number.amount <= _MOST else None


@lru_cache(maxsize=16_384)
def _side(word: str) -> Side | None:
    """Which limit a word speaks of; None where of none."""
    words = set(words_of(word))
    if words & _OTHERS or read_words(word).is_price:
        return None
    if words & _OUTPUT and words & (_LIMITS | _WINDOW):
        return "output"
    if words & _WINDOW or (words & _INPUT and words & _LIMITS):
        return "input"
    return "any" if words & {"limit", "limits", "max", "maximum"} and words & {"token", "tokens"} else None


@lru_cache(maxsize=16_384)
def _is_sure(word: str) -> bool:
    """Whether a word can mean nothing but a model's own limit."""
    words = set(words_of(word))
    side = _side(word)
    return (bool(words & _WINDOW) and side is not None) or (
        side in ("input", "output") and "max" in words and "tokens" in words and len(words) <= 3
    )


def same_limit(one: int, other: int) -> bool:
    """Whether two numbers are the same limit: equal, rounded to thousands, or 128k read as 128,000 and as 131,072."""
    small, large = sorted((one, other))
    if large - small <= 1 or (small % 1_000 == 0 and large - small < 1_000):
        return True  # off by one, or rounded down
    return any(
        abs(small * binary - large * decimal) <= binary for decimal, binary in ((1_000, 1_024), (1_000_000, 1_048_576))
    )


def _own_limits(names: Names, name: str) -> Limits:
    """The limits of the offering that a name leads to, where it says other ones than the model."""
    match = names.find(name)
    return Limits() if match is None or match.offering is None else names.catalog.offering(*match.offering).limits


def _check(gathered: Gathered, names: Names, python: PythonSource, entry: LimitEntry) -> None:
    standing = names.stand(entry.name)
    spec = standing.spec if standing else None
    if spec is None:
        return
    limits = _own_limits(names, entry.name)
    inputs = (limits.context_window_input or spec.context_window_input, spec.metadata.context_window)
    windows = {limit for limit in inputs if limit is not None}
    outputs = {limit for limit in [limits.context_window_output or spec.context_window_output] if limit is not None}
    right = {"input": windows, "output": outputs, "any": windows | outputs}[entry.side]
    if not right or any(same_limit(entry.tokens, limit) for limit in right):
        return
    # Below what the model takes: a budget of somebody's own, or what one host of open weights serves.
    if entry.tokens < max(right) and (entry.side == "any" or spec.metadata.open_weights or "/" in entry.name):
        return
    expected = max(right) if entry.side == "any" else next(iter(sorted(right)))
    called = {"input": "context window", "output": "output limit", "any": "token limit"}[entry.side]
    percent = round((entry.tokens - expected) / expected * 100, 1)
    confidence: Confidence = "low" if entry.side == "any" or "/" in entry.name else "high" if entry.sure else "medium"
    gathered.report(
        "AIM301",
        python.source.node_span(entry.node),
        python.source.piece(python.source.node_span(entry.node)),
        f"the {called} of {entry.name} is {entry.tokens:,} here and {expected:,} in the catalogue ({percent:+g}%)",
        hint=f"ask the catalogue: get_model(name).context_window_{'output' if entry.side == 'output' else 'input'}",
        confidence=confidence,
        facts={
            "model": spec.key, "name": entry.name, "limit": entry.side, "found": entry.tokens, "catalogue": expected,
            "percent": percent, "word": entry.word,
        },
    )  # fmt: skip


def _check_family(gathered: Gathered, names: Names, python: PythonSource, entry: LimitEntry) -> None:
    """Report a window that none of a family's models has which are served on the day; output limits are too many to tell."""
    windows = _windows_of(names, entry.name) if entry.side == "input" else frozenset()
    if not windows or any(same_limit(entry.tokens, window) for window in windows):
        return
    near = sorted(sorted(windows, key=lambda window: abs(window - entry.tokens))[:_MOST_SHOWN])
    span = python.source.node_span(entry.node)
    gathered.report(
        "AIM301",
        span,
        python.source.piece(span),
        f"the context window of {entry.name} is {entry.tokens:,} here; in the catalogue those that are served have "
        + " or ".join(f"{window:,}" for window in near),
        hint="ask the catalogue for the model that is meant: get_model(name).context_window_input",
        confidence="low",
        facts={"family": entry.name, "limit": "input", "found": entry.tokens, "catalogue": near, "word": entry.word},
    )


def _windows_of(names: Names, family: str) -> frozenset[int]:
    """The windows, as far as they are known, of the models with all words of a family that are served on the day."""
    first, words = family.partition("-")[0], {*family.split("-")}
    found: set[int | None] = set()
    for spec in names.catalog.models(status=_SERVED, at=names.at):
        of_model = spec.model_id.split("-")
        if of_model[0] == first and words <= {*of_model}:
            found |= {spec.context_window_input, spec.metadata.context_window}
    return frozenset(window for window in found if window is not None)
