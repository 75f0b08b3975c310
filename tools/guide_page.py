"""Writes the guide from the catalogue's guidance: ``uv run tools/guide_page.py [--at DATE] [--check]``.

The page is a function of the catalogue and a day; the day stands in the page, so that it can be written again and compared.
Which models belong in it, it says itself.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

import yaml

from ai_models.catalog.aside import write_aside
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import shipped_snapshot
from ai_models.models.base import GUIDANCE, ModelSpec, ModelStatus
from ai_models.models.capabilities import ModelCapability
from ai_models.models.tasks import Task
from ai_models.pricing.amounts import plain

__all__ = ["PAGE", "anchor", "day_of_page", "page"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "model-optimization-guide.md"
FAMILIES = ROOT / "src" / "ai_models" / "models" / "definitions" / "families"

MAKERS = {
    "anthropic": "Anthropic",
    "openai": "OpenAI",
    "google": "Google",
    "mistral": "Mistral",
    "deepseek": "DeepSeek",
    "xai": "xAI",
    "meta": "Meta",
    "alibaba": "Qwen (Alibaba)",
    "cohere": "Cohere",
    "amazon": "Amazon",
}
"""Whose guidance is written, in this order, and what people call them."""

_CURRENT = (ModelStatus.ACTIVE, ModelStatus.PREVIEW)
_YOUNG_DAYS = 730
_BRANCH = 3
_WIDTH = 120
_SHOWN = 4
_MILLION = 1_000_000
_WRITTEN = re.compile(r"^Written on (\d{4}-\d\d-\d\d) ", re.MULTILINE)
_TITLES = {
    "recommended_for": "For",
    "selection_criteria": "Choose it",
    "best_practices": "Practices",
    "tips": "Tips",
    "pitfalls": "Pitfalls",
}


class Entry(NamedTuple):
    """A current model, with its maker's standard rates for 1M tokens in USD; None is unknown."""

    spec: ModelSpec
    input: Decimal | None
    output: Decimal | None
    is_sold: bool

    @property
    def writes(self) -> bool:
        """Whether it is known to answer in texts."""
        return bool(self.spec.supported_mask & ModelCapability.TEXT_OUTPUT.bit)

    @property
    def is_priced_text(self) -> bool:
        """Whether it answers in texts, and what they cost is known."""
        return self.writes and self.input is not None and self.output is not None

    def is_young(self, day: date) -> bool:
        """Whether it is active, and was released in the last two years."""
        released = self.spec.metadata.release_date
        is_active = self.spec.status_at(day) is ModelStatus.ACTIVE
        return is_active and released is not None and (day - released).days <= _YOUNG_DAYS

    @property
    def volume(self) -> Decimal:
        """What 1M tokens in and 1M out cost."""
        return (self.input or Decimal(0)) + (self.output or Decimal(0))

    @property
    def rates(self) -> str:
        """``2 / 10``: USD for 1M tokens in and out."""
        return f"{_usd(self.input)} / {_usd(self.output)}"


class Family(NamedTuple):
    """A family, with its current models, the newest first."""

    id: str
    name: str
    maker: str
    entries: tuple[Entry, ...]

    @property
    def link(self) -> str:
        """A link to its section."""
        return f"[{self.name}](#{anchor(self.name)})"

    @property
    def tasks(self) -> list[Task]:
        """What any of its models is for, in the order of the tasks."""
        found = {task for entry in self.entries for task in entry.spec.optimization.tasks}
        return [task for task in Task if task in found]

    def newest(self, day: date) -> Entry | None:
        """The newest active model of the last two years that writes texts at a known price."""
        return next((each for each in self.entries if each.is_young(day) and each.is_priced_text), None)

    def is_young_without_texts(self, day: date) -> bool:
        """Whether its maker sells an active model of the last two years, and none of its models writes texts."""
        return any(each.is_young(day) and each.is_sold for each in self.entries) and not any(
            each.writes for each in self.entries
        )


class Choice(NamedTuple):
    """A family in the table, by its newest model."""

    family: Family
    entry: Entry


BRANCHES: tuple[tuple[str, Callable[[ModelSpec], bool]], ...] = (
    ("at the lowest rates", lambda spec: True),  # noqa: ARG005 everything belongs in it
    ("with open weights", lambda spec: spec.metadata.open_weights is True),
    ("reading pictures", lambda spec: bool(spec.supported_mask & ModelCapability.IMAGE_INPUT.bit)),
    ("thinking before it answers", lambda spec: bool(spec.supported_mask & ModelCapability.EXTENDED_THINKING.bit)),
    ("with a million tokens of prompt or more", lambda spec: (spec.metadata.context_window_input or 0) >= _MILLION),
)
"""The second question of the decision tree: what a model of the task must have besides."""


def page(catalog: Catalog, day: date) -> str:
    """The whole page on a day."""
    families = list(_families(catalog, day))
    return "\n".join(_lines(families, day)) + "\n"


def day_of_page(text: str) -> date:
    """The day on which a page was written.

    Raises:
        ValueError: the text is no such page.
    """
    found = _WRITTEN.search(text)
    if found is None:
        raise ValueError("the page does not say when it was written")
    return date.fromisoformat(found[1])


def anchor(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _families(catalog: Catalog, day: date) -> Iterator[Family]:
    names = {}
    for path in sorted(FAMILIES.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        names[content["family"]] = content["name"]
    for maker in MAKERS:
        held: dict[str, list[Entry]] = {}
        for spec in catalog.models(maker=maker, status=_CURRENT, at=day):
            family = spec.metadata.family
            if family is not None and family in names and any(getattr(spec.optimization, kind) for kind in GUIDANCE):
                held.setdefault(family, []).append(_entry(catalog, spec, day))
        for family, entries in sorted(held.items(), key=lambda item: names[item[0]].casefold()):
            yield Family(family, names[family], maker, tuple(sorted(entries, key=_newest_first)))


def _entry(catalog: Catalog, spec: ModelSpec, day: date) -> Entry:
    offering = catalog.own_offering(spec.key)
    pricing = None if offering is None else offering.pricing_at(day)
    if pricing is None or pricing.currency != "USD":
        return Entry(spec, None, None, is_sold=False)
    rates = [pricing.rates.get(meter) for meter in ("input", "output")]
    amounts = [None if rate is None else rate.amount * _MILLION / rate.per for rate in rates]
    return Entry(spec, amounts[0], amounts[1], is_sold=bool(pricing.rates))


def _newest_first(entry: Entry) -> tuple[int, str]:
    released = entry.spec.metadata.release_date
    return -(released.toordinal() if released else 0), entry.spec.model_id


def _lines(families: Sequence[Family], day: date) -> Iterator[str]:
    table = [Choice(family, entry) for family in families if (entry := family.newest(day)) is not None]
    in_table = {choice.family.id for choice in table}
    told = [family for family in families if family.id in in_table or family.is_young_without_texts(day)]
    yield from _opening(families, day)
    yield from _table(table)
    yield from _tree([family for family in told if family.id not in in_table], table)
    for maker, title in MAKERS.items():
        yield from ("", f"## {title}")
        for family in told:
            if family.maker == maker:
                yield from _section(family)
    yield from _rest([family for family in families if family not in told])


def _opening(families: Sequence[Family], day: date) -> Iterator[str]:
    written = [
        since for family in families for entry in family.entries if (since := entry.spec.optimization.since) is not None
    ]
    yield "# Model optimization guide"
    yield ""
    yield from _paragraph(
        f"Written on {day} by `tools/guide_page.py` from the catalogue; do not edit it here. Windows, rates and statuses "
        f"are those of that day; the guidance was written or last revised between {min(written)} and {max(written)}. "
        "`ai-models guide MODEL` says what holds today, `ai-models guide --task TASK` and `--search WORDS` find more, and "
        "[choosing.md](choosing.md) tells how a choice is made by what a workload costs. Names are those of the makers; "
        "rates are their standard rates for a million tokens."
    )
    yield ""
    yield "1. [Quick reference](#quick-reference): one model a family"
    yield "2. [Which family for what](#which-family-for-what): a decision tree by task and facts"
    yield "3. The families, by maker: when to choose one, practices, tips and pitfalls"


def _table(table: Sequence[Choice]) -> Iterator[str]:
    yield from ("", "## Quick reference", "")
    yield from _paragraph(
        "The newest active model of each family that writes texts, released in the last two years and sold by its maker at "
        "known rates."
    )
    yield ""
    yield "| model | id | prompt, tokens | USD in / out | for |"
    yield "|---|---|--:|--:|---|"
    for family, entry in table:
        spec = entry.spec
        tasks = ", ".join(spec.optimization.tasks).replace("_", " ")
        window = spec.metadata.context_window_input
        name = f"[{_cell(spec.name)}](#{anchor(family.name)})"
        yield f"| {name} | `{spec.model_id}` | {'?' if window is None else f'{window:,}'} | {entry.rates} | {tasks} |"


def _tree(others: Sequence[Family], table: Sequence[Choice]) -> Iterator[str]:
    yield from ("", "## Which family for what", "")
    yield from _paragraph(
        f"First the task, then what the model must have besides. Each leaf has up to {_BRANCH} families with the rates of "
        "their newest model, by the lowest sum of input and output; a branch that would say the same as the first one is "
        "left out. Families that do not write texts are billed by other units, and stand in no order of price."
    )
    yield ""
    for task in Task:
        choices = sorted((each for each in table if task in each.entry.spec.optimization.tasks), key=_by_volume)
        unordered = [each.link for each in others if task in each.tasks]
        if choices or unordered:
            yield f"- **{task.replace('_', ' ')}**: {task.meaning[0].lower()}{task.meaning[1:].rstrip('.')}"
            yield from (f"    - {label}: {_leaf(found)}" for label, found in _branches(choices))
        if unordered:
            yield f"    - {'without texts' if choices else 'families'}: {', '.join(unordered)}"


def _branches(choices: Sequence[Choice]) -> Iterator[tuple[str, Sequence[Choice]]]:
    for label, holds in BRANCHES:
        found = [each for each in choices if holds(each.entry.spec)][:_BRANCH]
        if found and (label == BRANCHES[0][0] or found != choices[:_BRANCH]):
            yield label, found


def _leaf(found: Sequence[Choice]) -> str:
    return ", ".join(f"{each.family.link} {each.entry.rates}" for each in found)


def _by_volume(choice: Choice) -> tuple[Decimal, str]:
    return choice.entry.volume, choice.family.name


def _section(family: Family) -> Iterator[str]:
    shown = family.entries[:_SHOWN]
    yield from ("", f"### {family.name}", "")
    yield f"{', '.join(map(str, family.tasks)).replace('_', ' ').capitalize()}."
    yield ""
    yield from (f"- `{entry.spec.model_id}`: {_facts(entry)}" for entry in shown)
    if len(shown) < len(family.entries):
        yield f"- and {len(family.entries) - len(shown)} more: `ai-models list --family {family.id}`"
    for kind, title in _TITLES.items():
        statements = list(_statements(shown, kind))
        if statements:
            yield f"- **{title}**"
            yield from (f"    - {statement}" for statement in statements)


def _facts(entry: Entry) -> str:
    spec = entry.spec
    parts = []
    if spec.metadata.context_window_input:
        parts.append(f"{spec.metadata.context_window_input:,} tokens of prompt")
    if entry.input is not None or entry.output is not None:
        parts.append(f"{entry.rates} USD")
    if spec.metadata.open_weights:
        parts.append("open weights")
    if spec.lifecycle.status == "preview":
        parts.append("preview")
    if spec.lifecycle.retires_on:
        parts.append(f"retires on {spec.lifecycle.retires_on}")
    return ", ".join(parts) or "no rates for tokens"


def _statements(entries: Sequence[Entry], kind: str) -> Iterator[str]:
    """What holds for all of them, then what holds for some, with their names."""
    holders: dict[str, list[str]] = {}
    for entry in entries:
        for text in getattr(entry.spec.optimization, kind):
            holders.setdefault(text, []).append(entry.spec.model_id)
    shared = len(entries)
    for text, models in sorted(holders.items(), key=lambda item: len(item[1]) < shared):
        yield _cell(text) if len(models) == shared else f"{_cell(text)} ({', '.join(f'`{model}`' for model in models)})"


def _rest(families: Sequence[Family]) -> Iterator[str]:
    yield from ("", "## Families that are not told here", "")
    yield from _paragraph(
        "Their models are older than two years or of unknown age, previews, or not sold by their makers at known rates. "
        "Guidance is written for them too: `ai-models guide MODEL` shows it, and `ai-models list --family NAME` lists the "
        "models."
    )
    yield ""
    for maker, title in MAKERS.items():
        names = [f"`{family.id}`" for family in families if family.maker == maker]
        if names:
            yield f"- {title}: {', '.join(names)}"


def _paragraph(text: str) -> list[str]:
    return wrap(text, width=_WIDTH, break_long_words=False, break_on_hyphens=False)


def _usd(amount: Decimal | None) -> str:
    return "?" if amount is None else plain(amount)


def _cell(text: str) -> str:
    """A sentence without anything that Markdown would take for markup."""
    return re.sub(r"[\\|`*\[<]", r"\\\g<0>", text)


def main() -> int:
    """Write the page, or say whether it would change."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--at", type=date.fromisoformat, help="the day of the page; today by default, its own with --check")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if the page would change")
    options = parser.parse_args()
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    day = options.at or (day_of_page(before) if options.check and before else datetime.now(UTC).date())
    after = page(Catalog(shipped_snapshot()), day)
    if options.check:
        print(f"{PAGE.name} is {'in step' if after == before else 'out of step: run tools/guide_page.py'}")
        return int(after != before)
    write_aside(PAGE, after.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
