"""Who says what the catalogue would be: what was imported in, the documents of all files out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from ai_models.catalog.fusion.market.left_out import QUARANTINE
from ai_models.catalog.fusion.market.proposal import Rules, propose
from ai_models.catalog.fusion.market.rules import read_market_rules
from ai_models.catalog.fusion.rules import MakerRules
from ai_models.catalog.sources.reading import Imported
from ai_models.errors import CatalogError

__all__ = ["RULES", "Documents", "Proposer", "market_proposer"]

Documents = Mapping[str, Mapping[str, Any]]
"""By path below the package: ``models/definitions/<maker>/<model>.yaml``, ``pricing/data/<provider>.yaml``, and
``QUARANTINE``, what is not believed."""

Proposer = Callable[[Mapping[str, Imported]], Documents]
"""Makes a catalogue of what each source says; equal input gives equal documents, whatever its order."""

RULES = Path(__file__).parents[4] / "tools" / "identity"
"""The rules of single makers, in a checkout."""


def market_proposer(rules: Path = RULES) -> Proposer:
    """Proposes the whole market by the package's tables and the makers' rules in a directory.

    What a person wrote in the catalogue's files is not shown to it: the plan keeps that, and says where it differs.

    Raises:
        CatalogError: there are no rules, or they cannot be read.
    """
    files = sorted(rules.glob("*.yaml"))
    if not files:
        raise CatalogError(f"{rules} holds no rules of makers; give --rules DIR, the directory tools/identity of a checkout")
    try:
        makers = [msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), MakerRules) for file in files]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"the rules in {rules} cannot be read: {error}") from None
    known = Rules(makers=makers, market=read_market_rules())

    def proposed(imported: Mapping[str, Imported]) -> Documents:
        proposal = propose(imported, known)
        return {**proposal.files, QUARANTINE: proposal.quarantine}

    return proposed
