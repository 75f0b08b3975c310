"""Writes the catalogue's YAML from the sources: ``uv run tools/generate.py SOURCES [--check] [--report FILE]``.

SOURCES is a directory of public feeds. What a person wrote stands in ``tools/identity`` (single makers) and in
``ai_models/catalog/fusion/market/data`` (the market's tables). Hand-written parts of the files are kept: guidance, notes,
and every fact whose evidence is ``manual``. A file that no source speaks of any more stays, and is named. Running it twice
changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from ai_models.catalog.fusion.market.left_out import QUARANTINE, quarantine_text
from ai_models.catalog.fusion.market.proposal import BASE_MODELS, DEFINITIONS, PRICES, Proposal, Report, Rules, propose
from ai_models.catalog.fusion.market.rules import read_market_rules
from ai_models.catalog.fusion.rules import MakerRules
from ai_models.catalog.fusion.text import render
from ai_models.catalog.sources import IMPORTERS, Imported
from ai_models.catalog.sources.models_dev import read_base_models

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ai_models"
IDENTITY = ROOT / "tools" / "identity"

FILES: dict[str, tuple[str, date]] = {
    "genai-prices": ("genai_prices.json", date(2026, 11, 1)),
    "litellm": ("litellm.json", date(2026, 11, 1)),
    "models.dev": ("models_dev.json", date(2026, 7, 2)),
    "deprecations": ("deprecations.json", date(2026, 7, 24)),
    "price-observations": ("price_observations.jsonl", date(2026, 8, 31)),
    "vendor": ("vendor_facts.jsonl", date(2026, 11, 1)),
    BASE_MODELS: ("models_dev_base_models.json", date(2026, 7, 2)),
}
"""Where each source stands in the directory, and the day for which it speaks (README of the sources)."""


def main() -> int:
    """Read, propose and write; 0 where all files could be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path, help="the directory of the feeds")
    parser.add_argument("--into", type=Path, default=PACKAGE, help="the package whose files are written")
    parser.add_argument("--report", type=Path, help="write what stayed open or was left out to this file")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file would change")
    options = parser.parse_args()
    rules = Rules(makers=read_maker_rules(IDENTITY), market=read_market_rules())
    proposal = propose(read_sources(options.sources), rules, existing=existing(options.into))
    changed = write(proposal, options.into, check=options.check)
    for path in sorted(stale(proposal, options.into)):
        print(f"no source speaks of: {path}")
    if options.report:
        options.report.write_text("\n".join(lines(proposal.report)) + "\n", encoding="utf-8")
    print(", ".join(f"{count:,} {name}" for name, count in proposal.report.counts.items()))
    return 1 if options.check and changed else 0


def read_maker_rules(folder: Path) -> list[MakerRules]:
    """The rules of single makers, one file each."""
    files = sorted(folder.glob("*.yaml"))
    return [msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), MakerRules) for file in files]


def read_sources(folder: Path) -> dict[str, Imported]:
    """What every source says."""
    readers = {**IMPORTERS, BASE_MODELS: read_base_models}
    return {source: readers[source](folder / name, as_of=as_of) for source, (name, as_of) in FILES.items()}


def existing(package: Path) -> dict[str, Mapping[str, Any]]:
    """The definitions that stand in the tree already, with all scalars as text."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # builds text only
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((package / DEFINITIONS).glob("*/*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
        if isinstance(content, dict):
            found[path.relative_to(package).as_posix()] = content
    return found


def write(proposal: Proposal, package: Path, *, check: bool) -> int:
    """Write the files that differ, or name them; the number of them."""
    changed = 0
    texts = {name: render(document) for name, document in proposal.files.items()}
    for name, text in {**texts, QUARANTINE: quarantine_text(proposal.quarantine)}.items():
        path = package / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed += 1
        if check:
            print(f"would change: {name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return changed


def stale(proposal: Proposal, package: Path) -> set[str]:
    """Files of the tree that the proposal does not hold; families are written by hand."""
    written = {
        path.relative_to(package).as_posix()
        for folder in (DEFINITIONS, PRICES)
        for path in (package / folder).rglob("*.yaml")
        if path.parent.name not in {"families", "definitions"}
    }
    return written - proposal.files.keys()


def lines(report: Report) -> Iterator[str]:
    """The report, a line each: first what matters most."""
    for name, count in report.counts.items():
        yield f"{name}: {count}"
    for key in report.open_first_party:
        yield f"first party without a model: {key}"
    for key, reason in report.first_party.items():
        yield f"first party, no model: {key}: {reason}"
    for reason, count in Counter(left.reason.rpartition(": ")[2] for left in report.left_out).most_common():
        yield f"left out {count} times: {reason}"
    for provider, identifiers in sorted(report.unmatched.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"unmatched {provider} ({len(identifiers)}): {', '.join(identifiers)}"
    yield from (f"conflict {conflict}" for conflict in report.conflicts)
    yield from (f"left out [{left.source}] {left.where}: {left.reason} {left.found}".rstrip() for left in report.left_out)


if __name__ == "__main__":
    sys.exit(main())
