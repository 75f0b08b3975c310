"""The rules of a maker, as the generator's files write them: what names each model, and what a person knows of it.

An unknown key in such a file is an error. Nothing here guesses: what no rule says is left to the sources.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from ai_models.models.base import Alias, Reasoning
from ai_models.pricing.models import DatePrecision

__all__ = ["CuratedFacts", "CuratedPrice", "Ended", "MakerRules", "ModelRules"]


class _Rules(Struct, forbid_unknown_fields=True, kw_only=True):
    """The settings that every rule shares: an unknown key is a spelling mistake."""


class CuratedFacts(_Rules, kw_only=True):
    """Facts that a person read or wrote, with the day and the page; ``source`` is ``vendor``, ``report`` or
    ``manual``."""

    source: Literal["vendor", "report", "manual"] = "vendor"
    as_of: date
    url: str = ""
    facts: dict[str, Any] = {}
    """By field, as claims name them; ``capabilities`` and ``unsupported`` are lists of capabilities."""


class CuratedPrice(_Rules, kw_only=True):
    """Rates that a person read or derived.

    ``since`` begins a version on that day, made from what the feeds say of it; ``replace`` leaves the feeds out. Standard
    rates are those of that version alone, or of every version where ``since`` is left out. Rates under a condition hold
    in every version from ``since`` until before ``until``.
    """

    rates: dict[str, Decimal] = {}
    when: dict[str, Any] = {}
    multiply: dict[str, Decimal] = {}
    minimums: dict[str, Decimal] = {}
    """The least quantity that is charged, in the units of the meter: 10 seconds of audio."""
    unavailable: bool = False
    since: date | None = None
    until: date | None = None
    precision: DatePrecision = "effective"
    replace: bool = False
    redates: date | None = None
    """The observed version that this entry gives the vendor's own date (``since``)."""
    source: Literal["vendor", "report", "manual"] = "vendor"
    notes: str = ""


class Ended(_Rules, kw_only=True):
    """A condition that is no longer sold or charged from a day on: a long-context tier, a beta, a speed."""

    when: dict[str, Any]
    since: date
    precision: DatePrecision = "effective"
    notes: str = ""


class ModelRules(_Rules, kw_only=True):
    """What names a model, and what a person knows of it beside the feeds."""

    name: str
    family: str | None = None
    version: str | None = None
    file: str | None = None
    """The definition's file name without suffix; derived from the name when it is left out."""
    aliases: list[str | Alias] = []
    spelled: dict[str, list[str]] = {}
    """Further spellings by source; ``*`` is every source."""
    ignore: dict[str, list[str]] = {}
    """By source, fields (or ``*``) whose claims are known to be of another model that shares the spelling."""
    meters: dict[str, str] = {}
    """Rate keys of the feeds that mean another rate key here, on top of the maker's."""
    kind: Literal["chat", "completion"] = "chat"
    preview: bool = False
    status: Literal["deprecated", "retired"] | None = None
    """What the vendor calls the model where no date says it."""
    read: list[CuratedFacts] = []
    reasoning: Reasoning | None = None
    prices: list[CuratedPrice] = []
    ended: list[Ended] = []
    url: str | None = None
    notes: str = ""


class MakerRules(_Rules, kw_only=True):
    """The rules of one maker."""

    maker: str
    display_name: str
    pricing_url: str
    documentation_url: str
    window: Literal["total", "input"]
    """What a bare ``context`` in a generalist's feed states for this maker: the total, or the largest prompt."""
    spelled: dict[str, list[str]]
    """How each source spells the maker as a provider."""
    prefixes: dict[str, list[str]] = {}
    """Prefixes that a source puts before the maker's identifiers; "" allows names without one."""
    meters: dict[str, str] = {}
    """Rate keys of the feeds that mean another rate key for this maker: a cache write of unstated lifetime …"""
    same_as: dict[str, str] = {}
    """Meters that the maker bills as another one where it lists no rate of their own: the meter, then the other."""
    regions: list[str] = []
    defaults: dict[str, list[str]] = {}
    """Capabilities that the maker's published API gives every model of a kind, by kind; evidence is ``manual``."""
    default_facts: dict[str, Any] = {}
    """Facts that hold for every model of the maker where no source says otherwise; evidence is ``manual``."""
    defaults_as_of: date
    implied: dict[str, str] = {}
    """Capabilities that follow from another one by the maker's API design: the implied, then what it follows from."""
    tier_synonyms: dict[str, str] = {}
    """Two names of one service tier: what a feed says of either holds for both."""
    price_rules: dict[str, Any] = {}
    """Anchors of the file, so that a price rule is written once."""
    floating: dict[str, list[str]] = {}
    """Names that move along a family: the models in the order of their release."""
    models: dict[str, ModelRules]
