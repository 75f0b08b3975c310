"""A user's own files in what commands answer: which there are, what they change, and which value comes from where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_models.cli.output import Block, Facts, Title
from ai_models.cli.words import day, plural

if TYPE_CHECKING:
    from ai_models.catalog.layers import Layers
    from ai_models.catalog.overlays import Overlay
    from ai_models.catalog.snapshot import OverlayEntry
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Offering, Pricing

__all__ = ["laid", "origin_blocks", "overlay_facts", "overlay_words", "price_origin"]

_COUNTS = ("models_added", "models_changed", "offerings_added", "offerings_changed")


def laid(overlays: Iterable[Overlay]) -> Layers:
    """Overlays laid on the shipped catalogue, to see what they hold and what is wrong with them.

    Raises:
        CatalogError: the shipped catalogue itself cannot be used.
    """
    from ai_models.catalog.default import shipped_snapshot  # the YAML machinery, which few commands need
    from ai_models.catalog.layers import Layers

    layers = Layers(shipped_snapshot())
    for overlay in overlays:
        layers.lay(overlay)
    return layers


def overlay_facts(entries: Iterable[OverlayEntry]) -> list[dict[str, Any]]:
    """The overlays in use, the weakest first."""
    from msgspec import structs  # comes with the catalogue; --help does not need it

    return [structs.asdict(entry) for entry in entries]


def overlay_words(facts: Mapping[str, Any]) -> str:
    """An overlay in a line: where it is, what names it, and what it does."""
    does = ", ".join(f"{plural(facts[name], name.split('s_')[0])} {name.split('_')[1]}" for name in _COUNTS if facts[name])
    contracts = [plural(facts["contracts"], "contract")] if facts["contracts"] else []
    says = ", ".join([*([does] if does else []), *contracts]) or "no model or offering"
    return f"{facts['path']} ({facts['named_in']}): {plural(facts['files'], 'file')}, {says}"


def price_origin(offering: Offering | None, price: Pricing | None) -> str | None:
    """The file that gives the price in force."""
    return None if offering is None or price is None else offering.version_origin(price) or None


def origin_blocks(spec: ModelSpec, offering: Offering | None, price: Pricing | None) -> Iterator[Block]:
    """Which value comes from which file, where a user's own files say anything about the model."""
    rows = [(field, f"{_value(spec, field)} (from {file})") for field, file in sorted(spec.origins.items())]
    if offering is not None:
        fields = {name: file for name, file in offering.origins.items() if not name.startswith("pricing_versions.")}
        rows += [(f"{offering.key} {name}", f"from {file}") for name, file in sorted(fields.items())]
        file = price_origin(offering, price)
        if price is not None and file is not None and _is_own(file):
            since = day(price.effective_from.date()) if price.effective_from else "ever"
            rows.append(("price", f"since {since} (from {file})"))
    own = _is_own(spec.origin)
    if not rows and not own:
        return
    yield Title("Where these values come from")
    yield Facts([*rows, ("all else" if rows else "everything", spec.origin if own else f"shipped: {spec.origin}")])


def _is_own(file: str) -> bool:
    """Whether a file is a user's own: shipped ones are named within the catalogue, and lie nowhere."""
    return Path(file).is_absolute()


def _value(spec: ModelSpec, field: str) -> str:
    """A field's value in a few words; lists are counted."""
    group, _, name = field.partition(".")
    if group == "aliases":
        return name
    if group in ("optimization", "benchmarks"):
        return "added to"
    if group == "documentation":
        value = getattr(spec.documentation, name)
    elif field == "reasoning":
        value = spec.reasoning and spec.reasoning.control
    else:
        holder = next((part for part in (spec.metadata, spec.lifecycle, spec) if hasattr(part, field)), None)
        value = str(spec.support(field)) if holder is None else getattr(holder, field)
    if isinstance(value, tuple):
        return ", ".join(value)
    return "unknown" if value is None else f"{value:,}" if type(value) is int else str(value)
