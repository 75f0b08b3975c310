"""Writes the catalogue's YAML from the sources: ``uv run tools/generate.py SOURCES [--check] [--report FILE]``.

SOURCES is a directory of public feeds. Rules that join the feeds' spellings, and facts that a person read, stand in
``tools/identity``. Hand-written parts of the files are kept: guidance, notes, and every fact whose evidence is
``manual``. Running it twice changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.facts import Fused, fuse_facts
from ai_models.catalog.fusion.identity import Identities, Key
from ai_models.catalog.fusion.meaning import meant
from ai_models.catalog.fusion.prices import fuse_prices
from ai_models.catalog.fusion.rate_cards import Prices
from ai_models.catalog.fusion.rules import MakerRules
from ai_models.catalog.sources import IMPORTERS
from catalogue_files import model_document, pricing_document
from catalogue_text import render

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = ROOT / "src" / "ai_models" / "models" / "definitions"
PRICES = ROOT / "src" / "ai_models" / "pricing" / "data"
IDENTITY = ROOT / "tools" / "identity"

FILES: dict[str, tuple[str, date]] = {
    "genai-prices": ("genai_prices.json", date(2026, 11, 1)),
    "litellm": ("litellm.json", date(2026, 11, 1)),
    "models.dev": ("models_dev.json", date(2026, 7, 2)),
    "deprecations": ("deprecations.json", date(2026, 7, 24)),
    "price-observations": ("price_observations.jsonl", date(2026, 8, 31)),
    "vendor": ("vendor_facts.jsonl", date(2026, 11, 1)),
}
"""Where each source stands in the directory, and the day for which it speaks (README of the sources)."""


def main() -> int:
    """Read, fuse and write; 0 where all files could be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path, help="the directory of the feeds")
    parser.add_argument("--report", type=Path, help="write conflicts and quarantined values to this file")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file would change")
    options = parser.parse_args()
    rules = read_rules(IDENTITY)
    claims = read_claims(options.sources)
    catalogue = fuse(rules, claims)
    changed = {path: text for path, content in documents(rules, catalogue) if (text := render(content)) != current(path)}
    for path, text in changed.items():
        if options.check:
            print(f"would change: {path.relative_to(ROOT)}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if options.report:
        options.report.write_text("\n".join(report(catalogue)) + "\n", encoding="utf-8")
    return 1 if options.check and changed else 0


def read_rules(folder: Path) -> list[MakerRules]:
    """The rules of every maker, from one file each."""
    files = sorted(folder.glob("*.yaml"))
    return [msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), MakerRules) for file in files]


def read_claims(folder: Path) -> list[Claim]:
    """The claims of every source."""
    claims: list[Claim] = []
    for source, (name, as_of) in FILES.items():
        claims.extend(IMPORTERS[source](folder / name, as_of=as_of).claims)
    return claims


Catalogue = dict[Key, tuple[Fused, Prices]]


def fuse(rules: Iterable[MakerRules], claims: Iterable[Claim]) -> Catalogue:
    """Facts and prices of every model that the rules name."""
    identities = Identities(rules)
    fused: Catalogue = {}
    for key, said in identities.assign(claims).items():
        maker, model = identities.rules_of(key)
        readable = meant(said, maker, model)
        facts = fuse_facts(readable, provider=maker.maker)
        released = facts.facts.get("release_date")
        release = released.value if released is not None and isinstance(released.value, date) else None
        fused[key] = (
            facts,
            fuse_prices(
                readable, curated=model.prices, ended=model.ended, same_as=_shared(maker.same_as, facts), release=release
            ),
        )
    return fused


def _shared(same_as: dict[str, str], facts: Fused) -> dict[str, str]:
    """The meters that a model can use at all: those of modalities that it accepts."""
    accepted = {field.removeprefix("capability:") for field, fact in facts.facts.items() if fact.value is True}
    return {meter: other for meter, other in same_as.items() if meter.removeprefix("cached_") in accepted}


def documents(rules: Iterable[MakerRules], catalogue: Catalogue) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every file with its content, hand-written parts included."""
    for maker in rules:
        own = {model_id: catalogue[maker.maker, model_id] for model_id in maker.models}
        for model_id, (facts, prices) in own.items():
            path = DEFINITIONS / maker.maker / f"{file_name(maker, model_id)}.yaml"
            yield path, model_document(maker, model_id, facts, prices, own, existing(path))
        path = PRICES / f"{maker.maker}.yaml"
        yield path, pricing_document(maker, {model_id: prices for model_id, (_, prices) in own.items()})


def file_name(maker: MakerRules, model_id: str) -> str:
    """The definition's file: the model's own name with underscores."""
    model = maker.models[model_id]
    name = model.file or model.name.lower()
    return "".join(letter if letter.isalnum() else "_" for letter in name).strip("_").replace("__", "_")


def existing(path: Path) -> dict[str, Any]:
    """What stands in a file already, with all scalars as text; empty where there is none."""
    content = yaml.load(current(path), Loader=yaml.BaseLoader)  # noqa: S506 builds text only
    return content if isinstance(content, dict) else {}


def current(path: Path) -> str:
    """The text of a file as it stands; empty where there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def report(catalogue: Catalogue) -> Iterator[str]:
    """Conflicts and quarantined values, a line each."""
    for (maker, model_id), (facts, prices) in sorted(catalogue.items()):
        settled = [fact.conflict for fact in facts.facts.values() if fact.conflict is not None]
        for conflict in sorted([*settled, *prices.conflicts], key=lambda item: item.field):
            yield f"conflict {maker}/{model_id} {conflict.field}: {conflict.values} -> {conflict.settled_by}"
        for left in sorted([*facts.quarantined, *prices.quarantined], key=_place):
            yield f"left out {maker}/{model_id} [{left.source}] {left.reason}: {left.found} ({left.where})"


def _place(left: Rejected) -> tuple[str, str, str]:
    return left.source, left.reason, left.found


if __name__ == "__main__":
    sys.exit(main())
