"""Plain values of YAML files, and when two of them mean the same: ``1.0`` and ``1``, a day and its midnight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeGuard

import yaml

from ai_models.models.base import as_utc

__all__ = ["Word", "as_day", "check_shape", "compose", "is_empty", "key_of", "plain_of", "same", "text_of"]

_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.,]+(?:[Zz]|[+-][0-9:]+)?)?")
_NULLS = {"", "~", "null", "Null", "NULL"}

_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Word(NamedTuple):
    """A scalar as a file writes it; ``plain`` is False where it is quoted."""

    text: str
    plain: bool

    def __bool__(self) -> bool:
        """False where it says nothing, so that a null is as false as it is elsewhere."""
        return bool(self.text) and not (self.plain and self.text in _NULLS)


def compose(text: str) -> yaml.MappingNode:
    """The nodes of a file's text, each with its place in it.

    Raises:
        ValueError: the text is no mapping, or holds what no file of the catalogue may: aliases, or a key twice.
        yaml.YAMLError: it is no YAML.
    """
    try:
        node = yaml.compose(text, Loader=_SafeLoader)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("holds no mapping of keys to values")  # noqa: TRY004 of the content, not of an argument
    _check_nodes(node)
    return node


def _check_nodes(root: yaml.Node) -> None:
    """Refuse what ``plain_of`` would follow for ever, or would take for something else than its reader does."""
    seen: set[int] = set()
    waiting: list[yaml.Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise ValueError(f"line {node.start_mark.line + 1} is repeated by an alias; write the value out")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
            if None in keys or len(set(keys)) < len(keys):
                raise ValueError(
                    f"line {node.start_mark.line + 1} begins a mapping with a key twice, or one that is no word"
                )
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


_MAPPINGS = ("metadata", "lifecycle", "evidence", "documentation", "models", "sources")
_LISTS = ("aliases", "capabilities", "unsupported", "benchmarks", "conflicts", "regions", "pricing_versions")


def check_shape(content: Mapping[str, Any]) -> None:
    """Refuse a file whose parts are of another kind than what is done with them.

    Raises:
        ValueError: a part is missing or of another kind; the message names it.
    """
    if "model_id" in content or "models" in content:
        for key in {"provider", "model_id"} & {*content, "provider"}:
            if not isinstance(content.get(key), Word):
                raise ValueError(f"{key} is not one word")  # noqa: TRY004 as above
    _check_parts(content, "")
    for part in ("models", "sources"):
        for name, entry in (content.get(part) or {}).items() if not is_empty(content.get(part)) else ():
            if not isinstance(entry, Mapping):
                raise ValueError(f"{part}.{name} is not a mapping")  # noqa: TRY004 as above
            _check_parts(entry, f"{part}.{name}.")


def _check_parts(content: Mapping[str, Any], where: str) -> None:
    for keys, kind, words in ((_MAPPINGS, Mapping, "a mapping"), (_LISTS, list, "a list")):
        for key in keys:
            if key in content and not is_empty(content[key]) and not isinstance(content[key], kind):
                raise ValueError(f"{where}{key} is not {words}")
    entries = (("pricing_versions", ()), ("conflicts", ("field", "values")), ("benchmarks", ("name", "score", "source")))
    for key, needed in entries:
        for item in content.get(key) or ():
            if not isinstance(item, Mapping) or not all(name in item for name in needed):
                raise ValueError(f"{where}{key} holds what is no entry of it")


def plain_of(node: yaml.Node) -> Any:
    """A node as mappings, lists and words."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain_of(item) for item in node.value]
    return Word(node.value, plain=not (isinstance(node, yaml.ScalarNode) and node.style))


def is_empty(value: object) -> bool:
    """Whether a value says no more than leaving its key out."""
    if isinstance(value, Word):
        return not value
    return value is None or (isinstance(value, str | Sequence | Mapping) and not value)


def text_of(value: object) -> str:
    """A scalar as text, without the zeros that mean nothing; collections as a flow of them."""
    if isinstance(value, Word):
        return value.text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {text_of(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(text_of, value))
    return str(value)


def same(one: object, other: object) -> bool:
    """Whether two values mean the same; a key that is left out means what an empty one does."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(key), other.get(key)) for key in {*one, *other})
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) or isinstance(other, Mapping) or _is_list(one) or _is_list(other):
        return False
    if text_of(one) == text_of(other):
        return True
    numbers = _number(one), _number(other)
    if None not in numbers:
        return numbers[0] == numbers[1]
    days = _instant(one), _instant(other)
    return days[0] is not None and days[0] == days[1]


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list | tuple) and not isinstance(value, Word)


def _number(value: object) -> Decimal | None:
    if isinstance(value, Word):
        return Decimal(value.text.replace("_", "")) if value.plain and _NUMBER.fullmatch(value.text) else None
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else None


def _instant(value: object) -> datetime | None:
    if isinstance(value, date):
        return as_utc(value)
    text = text_of(value)
    try:
        return as_utc(datetime.fromisoformat(text)) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def as_day(value: object) -> date | None:
    """The day that a value names; None where it names none."""
    instant = _instant(value)
    return None if instant is None else instant.date()


def key_of(item: object) -> str:
    """What makes an entry of a list the one that it is: its day, condition, field or name, a score's setting, or itself."""
    if isinstance(item, Mapping):
        if "score" in item:
            return repr(sorted((key, key_of(value)) for key, value in item.items() if key not in {"score", "date"}))
        for name in ("effective_date", "when", "field", "name"):
            if name in item:
                return f"{name} {key_of(item[name])}"
        return repr(sorted((key, key_of(value)) for key, value in item.items()))
    if is_empty(item):
        return ""
    if _is_list(item):
        return repr([key_of(each) for each in item])
    instant = _instant(item)
    number = _number(item)
    return str(instant or (number.normalize() if number is not None else text_of(item)))
