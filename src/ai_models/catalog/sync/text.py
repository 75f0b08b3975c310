"""New text in the catalogue's files, in the style of the generator: blocks for what is read by lines, else one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from ai_models.catalog.fusion import text as style
from ai_models.catalog.sync.plain import Word

__all__ = ["ENDLESS", "block_lines", "flow_text", "item_lines", "width_of"]

ENDLESS = 1_000_000
_NARROWEST = 40


class _Dumper(style.StyledDumper):
    """The generator's dumper, which also takes words that a file already has."""


def _word(dumper: yaml.SafeDumper, word: Word) -> yaml.ScalarNode:
    """A word as the file wrote it: plain, or quoted where it has to be."""
    if not word.plain:
        return dumper.represent_scalar("tag:yaml.org,2002:str", word.text)
    tag = dumper.resolve(yaml.ScalarNode, word.text, (True, False))  # type: ignore[no-untyped-call] # the stubs lack it
    return dumper.represent_scalar(tag, word.text)


_Dumper.add_representer(Word, _word)
_Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_list(list(data)))


def width_of(document: Mapping[str, Any]) -> int:
    """How wide the lines of a file may be: prices want more room than prose."""
    return style.PRICE_WIDTH if "models" in document else style.WIDTH


def _dump(data: Any, *, width: int, flow: bool = False) -> str:
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=True if flow else None
    )
    return text


def block_lines(key: str, value: Any, *, width: int = ENDLESS) -> list[str]:
    """``key: value`` as the lines of a block."""
    return _dump({key: value}, width=max(_NARROWEST, width)).splitlines()


def flow_text(value: Any) -> str:
    """A value in one line, as it may stand inside brackets; a mapping keeps its braces, a list its brackets."""
    if isinstance(value, Mapping):
        return _dump({"values": value}, width=ENDLESS).rstrip("\n").removeprefix("values: ")
    return _dump([value], width=ENDLESS, flow=True).rstrip("\n")[1:-1]


def item_lines(key: str, item: Any, *, width: int = ENDLESS) -> list[str]:
    """An entry of the list under ``key`` as the lines of a block."""
    if key not in style.BLOCKS:
        return [f"- {flow_text(item)}"]
    lines = _dump({key: [item]}, width=max(_NARROWEST, width + 2)).splitlines()[1:]
    return [line.removeprefix("  ") for line in lines]
