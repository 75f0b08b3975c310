"""The codes of findings: stable for good, grouped by hundreds, each with what it means and what to do about it.

``docs/audit.md`` and the rules of a SARIF report are made from this table. A code is never given another meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from ai_models.audit.findings import Severity

__all__ = ["CODES", "GROUPS", "Code", "chosen", "unknown_selectors"]

GROUPS: Final = {
    "AIM1": "names of models",
    "AIM2": "prices",
    "AIM3": "limits and capabilities",
    "AIM4": "the old packages",
    "AIM9": "files and comments of the audit itself",
}
"""What the hundreds are about."""


class Code(Struct, frozen=True):
    """A kind of finding: its code and name, how bad it is, what it means, and what to do."""

    id: str
    name: str
    severity: Severity
    summary: str
    remedy: str


CODES: Final[dict[str, Code]] = {
    code.id: code
    for code in (
        Code(
            "AIM101",
            "unknown-model",
            "error",
            "A model's name that the catalogue does not know.",
            "Correct the name (the message offers the nearest ones). If it is a model of your own, add it to an overlay.",
        ),
        Code(
            "AIM102",
            "retired-model",
            "error",
            "A model that has been shut down: calls of it fail.",
            "Move to the replacement that its maker names, and test: another model answers differently.",
        ),
        Code(
            "AIM103",
            "retiring-model",
            "warning",
            "A model that is deprecated, or that retires within the days of `--within`.",
            "Plan the move to the replacement before the date.",
        ),
        Code(
            "AIM104",
            "floating-alias",
            "warning",
            "A name that its maker moves to newer models: answers, limits and prices can change overnight.",
            "Pin the model that it means today; `--fix` does.",
        ),
        Code(
            "AIM105",
            "model-mention",
            "note",
            "A comment, a docstring or prose names a model that is retired or unknown.",
            "Bring the text up to date where it tells people what to use.",
        ),
        Code(
            "AIM201",
            "hard-coded-price",
            "warning",
            "A price written into the code. It is right today, and will not follow the next change.",
            "Ask the catalogue: `PricingService().get_pricing(model)` or `price(model, usage)`.",
        ),
        Code(
            "AIM202",
            "stale-price",
            "error",
            "A price written into the code that differs from the catalogue's.",
            "Ask the catalogue instead. Where you pay another price by contract, say so in an overlay.",
        ),
        Code(
            "AIM203",
            "unverifiable-price",
            "warning",
            "A price written into the code that nothing can be compared with: no price is known, or the unit is not clear.",
            "Name the unit (`…_per_1m_tokens`), or put the price into an overlay, where it has a date and a source.",
        ),
        Code(
            "AIM301",
            "wrong-limit",
            "warning",
            "A context window or output limit written into the code that differs from the catalogue's.",
            "Ask the catalogue: `get_model(name).context_window_input` and `.context_window_output`.",
        ),
        Code(
            "AIM302",
            "unsupported-feature",
            "error",
            "A call asks a model for something that it is known not to do.",
            "Take it out of the call, or choose a model by capability: `find_models_with_capabilities`.",
        ),
        Code(
            "AIM303",
            "output-limit-exceeded",
            "error",
            "A call asks for more output tokens than the model can give.",
            "Ask for at most the model's limit.",
        ),
        Code(
            "AIM401",
            "legacy-import",
            "warning",
            "An import of the old packages `models` or `providers`.",
            "Import from `ai_models`; `ai-models migrate` rewrites it.",
        ),
        Code(
            "AIM402",
            "legacy-use",
            "warning",
            "A use of an old name whose replacement is written, or behaves, differently.",
            "Write what the message says; check the code that depends on the difference.",
        ),
        Code(
            "AIM403",
            "legacy-reference",
            "warning",
            "A text names an old module or something in it: a patch in a test, a dynamic import, a setting, a script.",
            "Write the new name; no tool sees through every such text.",
        ),
        Code(
            "AIM404",
            "legacy-package",
            "warning",
            "The old package itself, as part of the code base.",
            "Remove it when nothing imports it any more.",
        ),
        Code(
            "AIM901",
            "unreadable-file",
            "warning",
            "A file that could not be read or parsed, and so was not audited, or only as plain text.",
            "Repair it, or exclude it.",
        ),
        Code(
            "AIM902",
            "unused-suppression",
            "warning",
            "A comment that ignores a finding which is not there.",
            "Remove it; `--fix` does.",
        ),
        Code(
            "AIM903",
            "expired-suppression",
            "warning",
            "A comment that ignored a finding until a day which is past. The finding counts again.",
            "Settle the finding, or set a new day.",
        ),
        Code(
            "AIM904",
            "invalid-suppression",
            "warning",
            "A comment of the audit that cannot be understood, so that it ignores nothing.",
            "Write `ai-models: ignore[AIM102] until=2027-01-31`.",
        ),
    )
}
"""Every code, by its id."""


def chosen(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The ids that selectors leave: a selector is a prefix of codes (``AIM1``, ``AIM202``), and the longer prefix wins.

    Where a selection and an exclusion are of the same length, the exclusion wins. Nothing selected is everything.
    """
    selected, ignored = tuple(select) or ("AIM",), tuple(ignore)
    return frozenset(id_ for id_ in CODES if _longest(id_, selected) > _longest(id_, ignored))


def _longest(id_: str, selectors: Iterable[str]) -> int:
    return max((len(selector) for selector in selectors if id_.startswith(selector)), default=0)


def unknown_selectors(selectors: Iterable[str]) -> dict[str, list[str]]:
    """The selectors that mean no code, each with the nearest that do."""
    known = sorted({id_[:length] for id_ in CODES for length in range(3, len(id_) + 1)})
    return {
        selector: get_close_matches(selector.upper(), known, n=3)
        for selector in selectors
        if not any(id_.startswith(selector) for id_ in CODES) or len(selector) < len("AIM")
    }
