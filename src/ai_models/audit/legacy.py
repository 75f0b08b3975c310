"""The old packages ``models`` and ``providers``, as a table: every old name, what to write instead, and what differs then.

``audit`` reports by it, ``migrate`` rewrites by it, and the advice of the compatibility distribution agrees with it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = [
    "CONSTANTS",
    "HOMES",
    "LEGACY",
    "MEMBERS",
    "MODEL_SPEC_FIELDS",
    "MODULES",
    "SHORT_NAMES",
    "STRONG",
    "WEAK",
    "LegacyName",
    "canonical",
    "full_name",
    "legacy_module",
]

Kind = Literal["module", "class", "function", "constant", "member"]


class LegacyName(NamedTuple):
    """An old name.

    ``target`` is where an import of the same meaning comes from now, as ``module:name``; empty where there is none.
    ``instead`` is what to write. ``differs`` says how the new meaning is another one; empty where it is the same.
    """

    name: str
    kind: Kind
    target: str
    instead: str
    differs: str = ""


_CONSTANT_MODELS: Final = {
    "CLAUDE_SONNET": ("CLAUDE_SONNET_4_5", "claude-sonnet-4-5-20250929"),
    "CLAUDE_HAIKU": ("CLAUDE_HAIKU_4_5", "claude-haiku-4-5-20251001"),
    "CLAUDE_OPUS": ("CLAUDE_OPUS_4_1", "claude-opus-4-1-20250805"),
    "GEMINI_PRO": ("GEMINI_2_5_PRO", "gemini-2.5-pro"),
    "GEMINI_FLASH": ("GEMINI_2_5_FLASH", "gemini-2.5-flash"),
    "GEMINI_FLASH_LITE": ("GEMINI_2_5_FLASH_LITE", "gemini-2.5-flash-lite"),
    "GPT_4O": ("GPT_4O", "gpt-4o"),
    "GPT_4O_MINI": ("GPT_4O_MINI", "gpt-4o-mini"),
}

_REGISTRY = "models.registry.ModelRegistry"

SHORT_NAMES: Final = {
    "claude-sonnet": "claude-sonnet-4-5-20250929",
    "claude-haiku": "claude-haiku-4-5-20251001",
    "claude-opus": "claude-opus-4-1-20250805",
}
"""What the old factory takes, with the models that it means; the catalogue lets these names move to newer ones."""

MODEL_SPEC_FIELDS: Final = (
    "provider", "name", "api_identifier", "context_window_input", "context_window_output", "input_price_per_1m",
    "output_price_per_1m", "knowledge_cutoff", "last_verified", "docs_url", "notes", "recommended_for",
)  # fmt: skip
"""The fields of the old ``ModelSpec``, in the order in which a call may give them."""

_ROWS: Final = (
    LegacyName("models", "module", "ai_models.registry:", "import from ai_models.registry"),
    LegacyName("models.registry", "module", "ai_models.registry:", "import from ai_models.registry"),
    LegacyName("providers", "module", "ai_models.providers:", "import from ai_models.providers"),
    LegacyName("providers.base", "module", "ai_models.providers:", "import from ai_models.providers"),
    LegacyName("providers.factory", "module", "ai_models.providers:", "import from ai_models.providers"),
    LegacyName("providers.claude", "module", "ai_models.providers:", "import from ai_models.providers"),
    LegacyName(
        "models.registry.Provider",
        "class",
        "ai_models.registry:Provider",
        "from ai_models.registry import Provider",
        "its members are texts now, as ModelSpec.provider is: compare with ==, and leave .value away",
    ),
    LegacyName(
        "models.registry.ModelSpec",
        "class",
        "ai_models:ModelSpec",
        "read specifications from the catalogue; declare models of your own in an overlay",
        "specifications are not built by hand; provider is a text, and what nobody states is None",
    ),
    LegacyName(_REGISTRY, "class", "ai_models:ModelRegistry", "from ai_models import ModelRegistry"),
    LegacyName(
        f"{_REGISTRY}.VERIFICATION_SOURCES",
        "member",
        "",
        "get_model(name).docs_url, or default_catalog().sources",
        "sources are kept by fact, not by provider",
    ),
    LegacyName(
        f"{_REGISTRY}._DEPRECATED",
        "member",
        "",
        "ModelRegistry.is_deprecated(name, False) and ModelRegistry.get_replacement(name, None)",
        "there is no table; dates decide",
    ),
    LegacyName(
        f"{_REGISTRY}.get_all_current_models",
        "member",
        f"{_REGISTRY}.get_all_current_models",
        "ModelRegistry.get_specs(ai_models.registry.LEGACY_MODELS)",
        "that of ai_models holds every model that can be called, by its full id, and not eight",
    ),
    LegacyName(
        f"{_REGISTRY}.get_spec",
        "member",
        f"{_REGISTRY}.get_spec",
        "ModelRegistry.get_spec(name, None)",
        "without a default an unknown name raises ModelNotFoundError, where None was returned",
    ),
    LegacyName(
        f"{_REGISTRY}.get_by_provider",
        "member",
        f"{_REGISTRY}.get_by_provider",
        "{key: spec for key, spec in ModelRegistry.get_specs(ai_models.registry.LEGACY_MODELS).items() "
        "if spec.provider == provider}",
        "that of ai_models holds all that a provider sells, by id, and not its share of the eight",
    ),
    LegacyName(
        f"{_REGISTRY}.is_deprecated",
        "member",
        f"{_REGISTRY}.is_deprecated",
        "ModelRegistry.is_deprecated(name, False)",
        "without a default an unknown name raises ModelNotFoundError, where False was returned; and dates decide",
    ),
    LegacyName(
        f"{_REGISTRY}.get_replacement",
        "member",
        f"{_REGISTRY}.get_replacement",
        "ModelRegistry.get_replacement(name, None)",
        "it gives the id of a model where a sentence was given, and without a default raises for an unknown name",
    ),
    LegacyName(
        f"{_REGISTRY}.get_recommended_model",
        "member",
        "",
        "CLAUDE_SONNET, GEMINI_FLASH or GPT_4O of ai_models.registry, as it was; or find_models_with_capabilities(required)",
        "nothing is recommended without a question: say what the model must be able to do",
    ),
    LegacyName(
        f"{_REGISTRY}.verify_all_docs_accessible",
        "member",
        "",
        "get_model(name).docs_url, with a link checker of your own",
        "the catalogue answers offline and makes no requests",
    ),
    *(
        LegacyName(
            f"{_REGISTRY}.{member}",
            "member",
            f"ai_models.registry:{name}",
            f"from ai_models.registry import {name}",
            "the class has no attributes for models",
        )
        for name, (member, _) in _CONSTANT_MODELS.items()
    ),
    *(
        LegacyName(
            f"models.registry.{name}", "constant", f"ai_models.registry:{name}", f"from ai_models.registry import {name}"
        )
        for name in _CONSTANT_MODELS
    ),
    LegacyName(
        "providers.factory.get_provider",
        "function",
        "ai_models.providers:get_provider",
        "from ai_models.providers import get_provider",
    ),
    *(
        LegacyName(
            f"providers.base.{name}", "class", f"ai_models.providers:{name}", f"from ai_models.providers import {name}"
        )
        for name in ("SignalCategory", "ClassificationResult", "ProviderMetrics", "LLMProvider")
    ),
    LegacyName(
        "providers.claude.ClaudeProvider",
        "class",
        "ai_models.providers:ClaudeProvider",
        "from ai_models.providers import ClaudeProvider",
    ),
    LegacyName(
        "providers.claude.CLAUDE_PRICING",
        "constant",
        "",
        "PricingService().get_pricing(model).input_per_1m and .output_per_1m",
        "prices come from the catalogue, with dates; the old table had drifted",
    ),
)

LEGACY: Final[dict[str, LegacyName]] = {row.name: row for row in _ROWS}
"""Every old name in full: ``models.registry.ModelRegistry.get_spec``."""

MODULES: Final = frozenset(row.name for row in _ROWS if row.kind == "module")
"""The old modules."""

_LONGEST_MODULE: Final = max(name.count(".") + 1 for name in MODULES)

HOMES: Final = {row.name.rpartition(".")[2]: row.name for row in _ROWS if row.kind not in ("module", "member")}
"""The names at the top of the old modules, with the module that each is defined in: packages export them too."""

MEMBERS: Final = frozenset(row.name.rpartition(".")[2] for row in _ROWS if row.kind == "member")
"""The attributes of the old ``ModelRegistry``."""

CONSTANTS: Final = {name: model for name, (_, model) in _CONSTANT_MODELS.items()}
"""The constants of ``models.registry``, with the model that each is."""

WEAK: Final = frozenset({"Provider", "ModelSpec", "get_provider"})
"""Names that anybody's ``models`` or ``providers`` may define: they count beside another one, or by how they are used."""

STRONG: Final = frozenset(HOMES) - WEAK
"""Names that hardly anybody else's packages of these names define."""


def legacy_module(dotted: str) -> tuple[str, str] | None:
    """An old module in a dotted name: the parent package (empty at the top) and the module; None where there is none.

    ``mytoolkit.providers.factory`` is (``mytoolkit``, ``providers.factory``).
    """
    parts = dotted.split(".")
    if parts[0] == "ai_models":
        return None
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] in ("models", "providers"):
            module = ".".join(parts[place:])
            return (".".join(parts[:place]), module) if module in MODULES else None
    return None


def canonical(module: str, name: str) -> str | None:
    """The full old name of what an old module exports: ``models``, ``Provider`` give ``models.registry.Provider``.

    None where the module exports nothing of the kind.
    """
    home = HOMES.get(name)
    if home is None:
        return f"{module}.{name}" if f"{module}.{name}" in MODULES else None
    return home if home.partition(".")[0] == module.partition(".")[0] else None


def full_name(path: str) -> str | None:
    """The full old name at the beginning of a dotted path below one of the two packages, by the longest match.

    ``models.ModelRegistry.get_spec.cache`` gives ``models.registry.ModelRegistry.get_spec``; None where it gives nothing.
    """
    parts = path.split(".")
    length = max((n for n in range(1, min(len(parts), _LONGEST_MODULE) + 1) if ".".join(parts[:n]) in MODULES), default=0)
    if not length:
        return None
    found = ".".join(parts[:length])
    if length == len(parts):
        return found
    longer = canonical(found, parts[length])
    for part in parts[length + 1 :]:
        if longer is None or f"{longer}.{part}" not in LEGACY:
            break
        longer = f"{longer}.{part}"
    return longer
