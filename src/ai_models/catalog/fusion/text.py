"""The text of the catalogue's files: blocks for what people read line by line, one line for short lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from ai_models.models.base import GUIDANCE
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["PRICE_WIDTH", "WIDTH", "Factor", "Score", "StyledDumper", "render"]


class Factor(Decimal):
    """A factor, which needs no two decimals as an amount does."""


class Score(Decimal):
    """A published score, which keeps the digits that it was published with."""


class StyledDumper(yaml.SafeDumper):
    """PyYAML's dumper with this catalogue's indentation, and without anchors, which the formats refuse."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Lists stand deeper than their key."""
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 the base class's signature
        return True


BLOCKS = {*GUIDANCE, "pricing_versions", "overrides", "conflicts", "benchmarks"} - {"tasks"}
FLOWS = {"when", "multiply", "values", "reasoning", "limits"}
_MOST_KEYS_OF_A_LINE = 6
WIDTH, PRICE_WIDTH = 118, 160
"""A price on one line wants more room than prose."""


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    exponent = value.normalize().as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{value:.{places}f}")


def _factor(dumper: yaml.SafeDumper, value: Factor) -> yaml.Node:
    return _figure(dumper, value.normalize())


def _figure(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _mapping(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=False)
    for key, child in node.value:
        if isinstance(child, yaml.CollectionNode):
            child.flow_style = _is_short(key.value, child)
    return node


def _is_short(key: str, child: yaml.CollectionNode) -> bool:
    if key in BLOCKS:
        for item in child.value:
            if key in {"overrides", "conflicts"} or (key == "pricing_versions" and _fits_a_line(item)):
                item.flow_style = True
        return False
    if isinstance(child, yaml.SequenceNode):
        return True
    return key in FLOWS or key in RATE_KEYS or not child.value


def _fits_a_line(version: yaml.Node) -> bool:
    """Whether a version is a date, a few rates and where they are from."""
    keys = [key.value for key, _ in version.value]
    return len(keys) <= _MOST_KEYS_OF_A_LINE and not {"overrides", "notes"} & set(keys)


StyledDumper.add_representer(dict, _mapping)
StyledDumper.add_representer(Decimal, _decimal)
StyledDumper.add_representer(Factor, _factor)
StyledDumper.add_representer(Score, _figure)


def render(document: Mapping[str, Any]) -> str:
    """The text of a file; parts that are empty are left out where the format does not miss them."""
    content = {key: value for key, value in document.items() if value not in ([], {}) or key in {"aliases", "unsupported"}}
    if "documentation" in content and not content["documentation"]["notes"]:
        content["documentation"] = {"url": content["documentation"]["url"]}
    width = PRICE_WIDTH if "models" in content else WIDTH
    return yaml.dump(content, Dumper=StyledDumper, sort_keys=False, allow_unicode=True, width=width)
