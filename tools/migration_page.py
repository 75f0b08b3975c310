"""Writes the old names into docs/migration.md, from the table of the audit: ``uv run python tools/migration_page.py``.

What ``migrate`` does with a name is not told but tried: a line for each is migrated, and what became of it is read.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ai_models.audit.legacy import LEGACY, SHORT_NAMES, LegacyName
from ai_models.migrate.planning import Planned, plan_migration

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "migration.md"
BEGIN, END = "<!-- names: written by tools/migration_page.py -->\n", "<!-- end of the names -->\n"
DAY = date(2026, 11, 30)

REWRITES, WHERE_CERTAIN = "rewrites", "rewrites where certain"
IMPORT, STAYS, STAYS_LISTED = "rewrites the import", "nothing: it stays", "nothing: it stays, and is listed"
LEAVES = "leaves and lists"

_REGISTRY = "models.registry.ModelRegistry"
_OLD = re.compile(r"^(?:from|import) (?:models|providers)\b.*", re.MULTILINE)
_SAME = "the same name"


class Row(NamedTuple):
    """Old names with the same answer: what to write, the uses that are tried, and how the new meaning is another one."""

    names: tuple[str, ...]
    instead: str
    uses: tuple[str, ...]
    differs: str = ""


_USES = {
    "models": ("import models\n\nx = models.ModelRegistry.get_spec(key)",),
    "models.registry": ("import models.registry\n\nx = models.registry.GPT_4O.name",),
    "providers": ("import providers\n\nx = providers.ClassificationResult",),
    "providers.base": ("from providers import base\n\nx = base.ClassificationResult",),
    "providers.factory": ('import providers.factory\n\nx = providers.factory.get_provider("gpt-4o")',),
    "providers.claude": ("import providers.claude\n\nx = providers.claude.ClaudeProvider(name)",),
    "models.registry.Provider": ("x = Provider.OPENAI",),
    "models.registry.ModelSpec": ("def name_of(spec: ModelSpec): ...", "class House(ModelSpec): ..."),
    _REGISTRY: ("def names(registry: type[ModelRegistry]): ...", "class House(ModelRegistry): ..."),
    f"{_REGISTRY}.get_all_current_models": ("x = ModelRegistry.get_all_current_models()",),
    f"{_REGISTRY}.get_spec": ("x = ModelRegistry.get_spec(key)",),
    f"{_REGISTRY}.get_by_provider": ("x = ModelRegistry.get_by_provider(Provider.OPENAI)",),
    f"{_REGISTRY}.is_deprecated": ("x = ModelRegistry.is_deprecated(name)",),
    f"{_REGISTRY}.get_replacement": ("x = ModelRegistry.get_replacement(name)",),
    f"{_REGISTRY}.get_recommended_model": (
        "x = ModelRegistry.get_recommended_model(Provider.OPENAI)",
        "x = ModelRegistry.get_recommended_model(vendor)",
    ),
    f"{_REGISTRY}.verify_all_docs_accessible": ("x = ModelRegistry.verify_all_docs_accessible()",),
    "providers.factory.get_provider": ('x = get_provider("gpt-4o")',),
    "providers.claude.CLAUDE_PRICING": ('x = CLAUDE_PRICING["claude-haiku"][0]', "x = CLAUDE_PRICING[name]"),
}
"""Uses of the old names: one that is certain, then one that is not; an import of the name is put before them."""

_BESIDE = {
    "models.registry.ModelSpec": ("ModelRegistry",),
    f"{_REGISTRY}.get_by_provider": ("Provider",),
    f"{_REGISTRY}.get_recommended_model": ("Provider",),
}
"""What is imported beside a name: by itself anybody might call something so."""

_SPEC = "from models.registry import ModelRegistry, ModelSpec\n\ndef use(spec: ModelSpec):\n    return spec."
_RESULT = "from providers.base import ClassificationResult\n\ndef use(result: ClassificationResult):\n    return result."
_METRICS = "from providers.base import ProviderMetrics\n\ndef use(metrics: ProviderMetrics):\n    return metrics."
_PROVIDER = "from providers.base import LLMProvider\n\ndef use(provider: LLMProvider):\n    return provider."
_OWN = "from providers.base import LLMProvider\n\nclass Own(LLMProvider):\n    def "


def _below(parent: str, names: str, use: str, differs: str = "", instead: str = _SAME) -> Row:
    found = tuple(names.split())
    return Row(tuple(f"{parent}.{name}" for name in found), instead, tuple(f"{use}{name}" for name in found), differs)


BELOW: Sequence[Row] = (
    _below("Provider", "ANTHROPIC OPENAI GOOGLE", "from models.registry import Provider\n\nx = Provider."),
    Row(
        ("ModelSpec.provider",),
        "`spec.provider`, without `.value`",
        (f"{_SPEC}provider.value",),
        'a text, such as "openai"',
    ),
    _below("ModelSpec", "name api_identifier", _SPEC),
    _below("ModelSpec", "context_window_input", _SPEC, "None where nobody states it"),
    _below(
        "ModelSpec",
        "context_window_output",
        _SPEC,
        "the vendor's limit; None is unknown, and no longer as much as the prompt",
    ),
    _below(
        "ModelSpec", "input_price_per_1m output_price_per_1m", _SPEC, "the catalogue's price now; None where none is known"
    ),
    _below("ModelSpec", "knowledge_cutoff", _SPEC, '"2025-01" and no longer "January 2025"; None where it is unknown'),
    _below("ModelSpec", "last_verified", _SPEC, "the newest date of the sources behind the facts"),
    _below("ModelSpec", "docs_url", _SPEC, "None where there is no page"),
    _below("ModelSpec", "notes recommended_for", _SPEC, "the catalogue's guidance, and not words of your own"),
    *(
        Row(
            (f'get_provider("{short}")',),
            f'`get_provider("{model}")` for the model that it was',
            (f'from providers.factory import get_provider\n\nx = get_provider("{short}")',),
            "it is the newest model of that name",
        )
        for short, model in SHORT_NAMES.items()
    ),
    Row(
        ("ClaudeProvider()",),
        f'`ClaudeProvider("{SHORT_NAMES["claude-sonnet"]}")` for the model that it was',
        ("from providers.claude import ClaudeProvider\n\nx = ClaudeProvider()",),
        "it is the newest Claude Sonnet",
    ),
    _below(
        "SignalCategory",
        "FEATURE_REQUEST BUG_REPORT CHURN_RISK EXPANSION_SIGNAL GENERAL_FEEDBACK",
        "from providers.base import SignalCategory\n\nx = SignalCategory.",
    ),
    _below("ClassificationResult", "category confidence evidence method", _RESULT),
    _below("ClassificationResult", "cost", _RESULT, "None where no price is known"),
    _below("ClassificationResult", "latency_ms tokens_used cached_tokens model timestamp to_dict", _RESULT),
    _below("ProviderMetrics", "total_requests", _METRICS),
    _below("ProviderMetrics", "total_cost average_cost", _METRICS, "requests without a known price add nothing"),
    _below(
        "ProviderMetrics", "total_tokens total_cached_tokens total_latency_ms average_latency_ms cache_hit_rate", _METRICS
    ),
    _below("ProviderMetrics", "record_request", _METRICS, "the cost may be None"),
    _below("ProviderMetrics", "to_dict", _METRICS, "it has `unpriced_requests` and `failed_requests`, too"),
    _below(
        "LLMProvider",
        "classify",
        _PROVIDER,
        "an answer that cannot be read is asked for once more, and is a ClassificationError then; "
        "errors of an SDK arrive as ProviderError",
    ),
    _below("LLMProvider", "get_metrics reset_metrics", _PROVIDER),
    Row(
        ("LLMProvider._classify_impl", "LLMProvider._calculate_cost"),
        f"{_SAME}s, in your subclass",
        (
            f"{_OWN}_classify_impl(self, text, prompt): ...",
            f"{_OWN}_calculate_cost(self, input_tokens, output_tokens, cached_tokens=0): ...",
        ),
    ),
)
"""What is below the old names, which their table has not."""

FILES = (
    "| `model-configs/<provider>/<name>-config.md` | an [overlay](overlays.md), which `ai-models show` prints "
    "| removes what is empty; moves what is said of a model into the overlay ([how](guides.md)) | nothing |",
    "| `MODEL_OPTIMIZATION_GUIDE.md` | the same "
    "| moves what is said of a model; the rest stays, and `--coverage` tells of every passage where it is | nothing |",
)
"""The old files that are no code; the commands of the page show what becomes of them."""


def rows() -> list[Row]:
    """Every old name: those of the table, then what is below them."""
    return [*(Row((row.name,), _shown(row.instead), _uses(row), row.differs) for row in LEGACY.values()), *BELOW]


def _shown(instead: str) -> str:
    """Advice as Markdown: code where it is code, and nothing else."""
    try:
        ast.parse(instead)
    except SyntaxError:
        return instead
    return f"`{instead}`"


def _uses(row: LegacyName) -> tuple[str, ...]:
    tried = _USES.get(row.name, (f"x = {'.'.join(row.name.split('.')[2:])}",))
    if row.kind == "module":
        return tried
    names = sorted({row.name.split(".")[2], *_BESIDE.get(row.name, ())})
    return tuple(f"from {'.'.join(row.name.split('.')[:2])} import {', '.join(names)}\n\n{use}" for use in tried)


def tried(uses: Sequence[str]) -> list[str]:
    """What a migration does with each use."""
    with tempfile.TemporaryDirectory() as folder:
        for number, use in enumerate(uses):
            (Path(folder) / f"use_{number}.py").write_text(f"{use}\n", encoding="utf-8")
        planned = plan_migration(Path(folder), at=DAY)
    return [_became(planned, f"use_{number}.py", f"{use}\n") for number, use in enumerate(uses)]


def _became(planned: Planned, path: str, before: str) -> str:
    after = next((change.after for change in planned.plan.changes if change.path == path), None)
    text = before if after is None else after.decode()
    if _OLD.search(text):
        if not any(remark.path == path and remark.kind == "undecided" for remark in planned.plan.remarks):
            raise ValueError(f"it is left and not listed: {before!r}")
        return LEAVES
    if before.splitlines()[-1] not in text.splitlines():
        return REWRITES
    return STAYS_LISTED if any(remark.path == path for remark in planned.plan.remarks) else STAYS


def _does(row: Row, became: Sequence[str]) -> str:
    """What a migration does with a name, by what it did with its uses."""
    if len({*became}) == 1:
        return IMPORT if became[0] == STAYS and row.names[0] in LEGACY else became[0]
    left = [use.splitlines()[-1].removeprefix("x = ") for use, each in zip(row.uses, became, strict=True) if each == LEAVES]
    if not left:
        raise ValueError(f"the names of one row are treated differently, give them two: {', '.join(row.names)}")
    return f"{WHERE_CERTAIN}; leaves and lists {', '.join(f'`{use}`' for use in left)}"


def section() -> str:
    """The table of all old names."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    everything = rows()
    became = iter(tried([use for row in everything for use in row.uses]))
    yield "| old name | what to write now | what `migrate` does | what behaves otherwise |"
    yield "|---|---|---|---|"
    for row in everything:
        does = _does(row, [next(became) for _ in row.uses])
        yield f"| {', '.join(f'`{name}`' for name in row.names)} | {row.instead} | {does} | {row.differs or 'nothing'} |"
    yield from FILES


def main() -> None:
    """Put the table into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{section()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
