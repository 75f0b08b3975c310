"""An overlay's file written over what the catalogue holds: the result is a whole file, and is read and checked as one.

What the overlay writes keeps its line; what it leaves out bears the line of the mapping that it belongs to, so that every
problem has a place in the overlay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import structs

from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.document import Mapping as MappingNode
from ai_models.catalog.document import Node, Scalar, Sequence
from ai_models.catalog.schema import ModelFile
from ai_models.catalog.scores import score_conflicts
from ai_models.catalog.snapshot import ProviderEntry
from ai_models.models.base import GUIDANCE, ModelSpec
from ai_models.models.capabilities import capabilities_of, in_order
from ai_models.pricing.models import Offering

__all__ = ["as_file", "fields_of", "guidance_fields", "model_over", "offering_fields", "pricing_over", "without_old_status"]

_BY_KEY = ("metadata", "lifecycle", "documentation")
_CAPABILITIES = ("capabilities", "unsupported")


def as_file(spec: ModelSpec) -> ModelFile:
    """A compiled model as the definition that it came from; what its window decides and its scores show is left out."""
    derived = derived_capabilities(spec.metadata.context_window_input)
    contradictions = score_conflicts(spec.benchmarks)
    return ModelFile(
        model_id=spec.model_id,
        provider=spec.provider,
        metadata=spec.metadata,
        aliases=list(spec.aliases),
        lifecycle=spec.lifecycle,
        capabilities=[capability for capability in in_order(spec.capabilities) if capability not in derived],
        unsupported=[capability for capability in in_order(spec.unsupported) if capability not in derived],
        reasoning=spec.reasoning,
        optimization=spec.optimization,
        pricing_ref=spec.pricing_ref,
        documentation=spec.documentation,
        benchmarks=list(spec.benchmarks),
        evidence={field: list(sources) for field, sources in spec.evidence.items()},
        conflicts=[conflict for conflict in spec.conflicts if conflict not in contradictions],
    )


def fields_of(root: MappingNode) -> list[str]:
    """The fields of a model to which a definition gives a value, as ``ModelSpec.origin_of`` names them."""
    fields: list[str] = []
    for key, node in root.items:
        if key.text in ("metadata", "lifecycle"):
            fields += _keys(node)
        elif key.text in ("documentation", "optimization"):
            fields += [f"{key.text}.{name}" for name in _keys(node)]
        elif key.text in _CAPABILITIES:
            fields += _texts(node)
        elif key.text == "aliases":
            fields += [f"aliases.{name}" for name in _names(node)]
        elif key.text == "benchmarks":
            fields += [f"benchmarks.{name}" for name in _names(node)]
        elif key.text in ("reasoning", "pricing_ref"):
            fields.append(key.text)
    return fields


def guidance_fields(root: MappingNode) -> list[str]:
    """The lists of guidance that a family's file writes."""
    return [f"optimization.{name}" for name in _keys(root.get("optimization")) if name in GUIDANCE]


def offering_fields(root: MappingNode, offering_id: str) -> list[str]:
    """The fields that a pricing file writes for an offering, but for its price versions, which their dates tell apart."""
    models = root.get("models")
    entry = models.get(offering_id) if isinstance(models, MappingNode) else None
    fields: list[str] = []
    for key, node in entry.items if isinstance(entry, MappingNode) else ():
        if key.text in ("limits", "lifecycle"):
            fields += [f"{key.text}.{name}" for name in _keys(node)]
        elif key.text != "pricing_versions":
            fields.append(key.text)
    return fields


def model_over(root: MappingNode, base: ModelSpec) -> MappingNode:
    """A model's definition with that of an overlay written over it."""
    line = root.line
    written = set(fields_of(root))
    # Amounts stay numbers: as text they would be quoted, which no number of a file may be.
    shipped: dict[str, Any] = msgspec.to_builtins(as_file(base), builtin_types=(Decimal,))
    for key in _BY_KEY:
        shipped[key] = _over(root.get(key), shipped[key], line)
    for key in _CAPABILITIES:
        kept = [name for name in shipped[key] if name not in written]
        shipped[key] = _added(root.get(key), kept, line)
    shipped["benchmarks"] = _added(root.get("benchmarks"), shipped["benchmarks"], line)
    own = set(_names(root.get("aliases")))
    shipped["aliases"] = _added(root.get("aliases"), [a for a in shipped["aliases"] if a["name"] not in own], line)
    shipped["optimization"] = _guidance(root.get("optimization"), shipped["optimization"], line)
    # A source spoke for the shipped value, not for the one that replaces it.
    unproven = written | ({str(c) for c in derived_capabilities(1)} if "context_window_input" in written else set())
    evidence = {field: sources for field, sources in shipped["evidence"].items() if field not in unproven}
    shipped["evidence"] = _over(root.get("evidence"), evidence, line)
    disputed = [conflict for conflict in shipped["conflicts"] if conflict["field"] not in unproven]
    shipped["conflicts"] = _added(root.get("conflicts"), disputed, line)
    return _merged(root, shipped)


def without_old_status(model: ModelFile, root: MappingNode) -> ModelFile:
    """A shipped status gives way to dates of the overlay that contradict it; one that the overlay writes does not."""
    life, metadata = model.lifecycle, model.metadata
    if life.status is None or "status" in _keys(root.get("lifecycle")):
        return model
    if life.status_at(metadata.last_verified, release_date=metadata.release_date).value == life.status:
        return model
    return structs.replace(model, lifecycle=structs.replace(life, status=None))


def pricing_over(root: MappingNode, provider: ProviderEntry | None, offerings: Mapping[str, Offering]) -> MappingNode:
    """A provider's pricing file with an overlay's: the offerings of the overlay alone, with what it leaves out of them.

    Price versions are not merged here: each is a whole card, and history is a matter of instants.
    """
    shipped: dict[str, Any] = {}
    if provider is not None:
        entry: dict[str, Any] = msgspec.to_builtins(provider)
        shipped = {key: entry[key] for key in ("display_name", "pricing_url", "makers", "regions") if key in entry}
    models = root.get("models")
    if isinstance(models, MappingNode):
        sold = [(key, _offering(node, offerings[key.text]) if key.text in offerings else node) for key, node in models.items]
        shipped["models"] = MappingNode(sold, models.line)
    return _merged(root, shipped)


def _offering(own: Node, base: Offering) -> Node:
    if not isinstance(own, MappingNode):
        return own
    entry: dict[str, Any] = msgspec.to_builtins(base)
    shipped: dict[str, Any] = {
        key: entry[key] for key in ("display_name", "model", "region", "quantization") if key in entry
    }
    shipped["unsupported"] = [str(capability) for capability in in_order(capabilities_of(base.unsupported_mask))]
    shipped["conflicts"] = _added(own.get("conflicts"), entry.get("conflicts", []), own.line)
    for key in ("limits", "lifecycle"):
        if key in entry:
            shipped[key] = _over(own.get(key), entry[key], own.line)
    return _merged(own, shipped)


def _merged(own: MappingNode, shipped: Mapping[str, Any]) -> MappingNode:
    """The keys of both: those of ``shipped`` that are nodes already hold both values, the others give way."""
    written = own.keys()
    items: list[tuple[Scalar, Node]] = []
    for key, value in shipped.items():
        if isinstance(value, MappingNode | Sequence | Scalar):
            items.append((Scalar(key, plain=True, line=value.line), value))
        elif key not in written:
            items.append((Scalar(key, plain=True, line=own.line), _node(value, own.line)))
    merged = {name.text for name, _ in items}
    return MappingNode([*items, *(pair for pair in own.items if pair[0].text not in merged)], own.line)


def _over(own: Node | None, shipped: Mapping[str, Any], line: int) -> Node:
    """The keys of both; where both write one, the overlay's value holds."""
    if own is None:
        return _node(shipped, line)
    return _merged(own, shipped) if isinstance(own, MappingNode) else own


def _added(own: Node | None, shipped: Iterable[Any], line: int) -> Node:
    """The items of both, the overlay's first: a problem names an item by the place that it has in the file."""
    if own is None:
        return _node(list(shipped), line)
    if not isinstance(own, Sequence):
        return own
    return Sequence([*own.items, *(_node(item, own.line) for item in shipped)], own.line)


def _guidance(own: Node | None, shipped: Mapping[str, Any], line: int) -> Node:
    """Guidance is added to: each list goes on after the shipped one, and what stands there already is not repeated."""
    if not isinstance(own, MappingNode):
        return _node(shipped, line) if own is None else own
    both: dict[str, Any] = dict(shipped)
    for name in GUIDANCE:
        node, known = own.get(name), shipped.get(name, ())
        if isinstance(node, Sequence):
            new = [item for item in node.items if not (isinstance(item, Scalar) and item.text in known)]
            both[name] = Sequence([*(_node(item, node.line) for item in known), *new], node.line)
    return _merged(own, both)


def _node(value: Any, line: int) -> Node:
    """A plain value as the node that a file would hold for it."""
    if isinstance(value, Mapping):
        return MappingNode(
            [(Scalar(str(key), plain=True, line=line), _node(item, line)) for key, item in value.items()], line
        )
    if isinstance(value, list | tuple):
        return Sequence([_node(item, line) for item in value], line)
    if value is None or isinstance(value, bool):
        return Scalar({None: "null", True: "true", False: "false"}[value], plain=True, line=line)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return Scalar(text, plain=not isinstance(value, str), line=line)


def _keys(node: Node | None) -> list[str]:
    return node.keys() if isinstance(node, MappingNode) else []


def _texts(node: Node | None) -> list[str]:
    return [item.text for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []


def _names(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else ():
        name = item.get("name") if isinstance(item, MappingNode) else item
        if isinstance(name, Scalar):
            yield name.text
