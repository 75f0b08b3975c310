"""New text for the catalogue's files, in the style of the generator: blocks for what is read by lines, else one line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from ai_models.catalog.sync.plain import Word
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["WIDTH", "block_lines", "flow_text", "item_lines", "render"]

WIDTH = 118
_ENDLESS = 1_000_000

_BLOCKS = {"recommended_for", "best_practices", "tips", "pitfalls", "pricing_versions", "overrides", "conflicts"}
_FLOWS = {"when", "multiply", "values", "reasoning"}


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper with the catalogue's indentation, and without anchors, which the formats refuse."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Lists stand deeper than their key."""
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 the base class's signature
        return True


def _amount(dumper: yaml.SafeDumper, value: Decimal, places: int = 2) -> yaml.ScalarNode:
    exponent = value.normalize().as_tuple().exponent
    digits = max(places, -exponent) if isinstance(exponent, int) else places
    text = f"{value:.{digits}f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _word(dumper: yaml.SafeDumper, word: Word) -> yaml.ScalarNode:
    """A word that the file already has, as it wrote it: plain, or quoted where it has to be."""
    if not word.plain:
        return dumper.represent_scalar("tag:yaml.org,2002:str", word.text)
    return dumper.represent_scalar(dumper.resolve(yaml.ScalarNode, word.text, (True, False)), word.text)


def _mapping(dumper: yaml.SafeDumper, data: Mapping[str, Any]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=False)
    for key, child in node.value:
        if isinstance(child, yaml.CollectionNode):
            child.flow_style = _is_short(key.value, child)
        if key.value == "multiply":
            child.value = [(name, _factor(dumper, data["multiply"][name.value])) for name, _ in child.value]
    return node


def _factor(dumper: yaml.SafeDumper, value: Any) -> yaml.Node:
    """A factor, which needs no two decimals as an amount does."""
    return _amount(dumper, value, places=0) if isinstance(value, Decimal) else dumper.represent_data(value)


def _is_short(key: str, child: yaml.CollectionNode) -> bool:
    if key in _BLOCKS:
        for item in child.value:
            if key in {"overrides", "conflicts"}:
                item.flow_style = True
        return not child.value
    if isinstance(child, yaml.SequenceNode):
        return True
    return key in _FLOWS or key in RATE_KEYS or not child.value


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(Word, _word)
_Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_list(list(data)))
_Dumper.add_multi_representer(Decimal, _amount)


def _dump(data: Any, *, width: int = WIDTH, flow: bool = False) -> str:
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=True if flow else None
    )
    return text


def render(document: Mapping[str, Any]) -> str:
    """The text of a new file; parts that are empty are left out where the format does not miss them."""
    content = {key: value for key, value in document.items() if value not in ([], {}) or key in {"aliases", "unsupported"}}
    if "documentation" in content and not content["documentation"].get("notes"):
        content["documentation"] = {"url": content["documentation"].get("url")}
    return _dump(content)


def block_lines(key: str, value: Any, *, indent: int = 0) -> list[str]:
    """``key: value`` as the lines of a block that will stand ``indent`` deep."""
    return _dump({key: value}, width=max(40, WIDTH - indent)).splitlines()


def flow_text(value: Any) -> str:
    """A value in one line, as it may stand inside brackets; a mapping keeps its braces."""
    node = [value] if not isinstance(value, Mapping) else {"values": value}
    text = _dump(node, width=_ENDLESS, flow=True).rstrip("\n")
    return text[1:-1] if not isinstance(value, Mapping) else text.removeprefix("values: ")


def item_lines(key: str, item: Any, *, indent: int = 0) -> list[str]:
    """An entry of the list under ``key`` as the lines of a block that will stand ``indent`` deep."""
    if key not in _BLOCKS:
        return [f"- {flow_text(item)}"]
    lines = _dump({key: [item]}, width=max(40, WIDTH + 2 - indent)).splitlines()[1:]
    return [line.removeprefix("  ") for line in lines]
