"""What the tests of rewriting share: small old packages, a made-up catalogue, and a look at what a plan makes of a tree."""

from __future__ import annotations

import ast
from pathlib import Path

from ai_models.migrate.plan import Plan, Remark
from ai_models.migrate.planning import Planned

_REGISTRY = '''\
"""The old registry, as small as it can be."""
from dataclasses import dataclass
from enum import Enum

class Provider(Enum):
    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"

@dataclass(frozen=True)
class ModelSpec:
    provider: Provider
    name: str
    api_identifier: str

class ModelRegistry:
    CLAUDE_SONNET_4_5 = ModelSpec(Provider.ANTHROPIC, "Claude Sonnet 4.5", "claude-sonnet-4-5-20250929")
    GPT_4O = ModelSpec(Provider.OPENAI, "GPT-4o", "gpt-4o")
    _DEPRECATED = {"gpt-4-turbo": "Use gpt-4o."}

    @classmethod
    def get_spec(cls, key):
        return None

CLAUDE_SONNET = ModelRegistry.CLAUDE_SONNET_4_5
GPT_4O = ModelRegistry.GPT_4O
'''

OLD_MODELS: dict[str, str | bytes] = {
    "models/__init__.py": "from models.registry import ModelRegistry, ModelSpec, Provider\n",
    "models/registry.py": _REGISTRY,
}
OLD_PROVIDERS: dict[str, str | bytes] = {
    "providers/__init__.py": "from providers.factory import get_provider\n",
    "providers/base.py": "class LLMProvider: ...\nclass SignalCategory: ...\n",
    "providers/factory.py": "def get_provider(model, enable_caching=True): ...\n",
    "providers/claude.py": "CLAUDE_PRICING = {}\nclass ClaudeProvider: ...\n",
}
OLD_PACKAGES = {**OLD_MODELS, **OLD_PROVIDERS}
"""The two packages at the top of a tree."""


def copy_of_old(parent: str) -> dict[str, str | bytes]:
    """The two packages below another one; its modules are imported relatively, as such copies are."""
    return {
        f"{parent}/__init__.py": "",
        f"{parent}/models/__init__.py": "from .registry import ModelRegistry, ModelSpec, Provider\n",
        f"{parent}/models/registry.py": _REGISTRY,
        **{f"{parent}/{path}": text for path, text in OLD_PROVIDERS.items() if not path.endswith("__init__.py")},
        f"{parent}/providers/__init__.py": "from .factory import get_provider\n",
    }


def _model(name: str, title: str, *lines: str) -> str:
    more = "".join(f"        {line}\n" for line in lines)
    return f"""
        model_id: {name}
        provider: acme
        metadata: {{name: {title}, release_date: 2025-01-01, last_verified: 2026-11-01}}
        pricing_ref: {name}
{more}"""


PRICED = {
    "acme/gpt_90.yaml": _model("gpt-90", "GPT 90", "aliases: [{name: gpt-90-latest, floating: true}]"),
    "acme/gpt_85.yaml": _model("gpt-85-mini", "GPT 85"),
    "acme/gpt_70.yaml": _model("gpt-70", "GPT 70").replace("        pricing_ref: gpt-70\n", ""),
    "pricing/acme.yaml": """
        provider: acme
        models:
          gpt-90:
            pricing_versions:
              - {effective_date: 2026-01-01, input_per_1m_tokens: 2.00, output_per_1m_tokens: 8.00,
                 cache_read_per_1m_tokens: 0.20, currency: USD}
              - {effective_date: 2025-01-01, input_per_1m_tokens: 4.00, output_per_1m_tokens: 16.00, currency: USD}
          gpt-85-mini:
            pricing_versions:
              - {effective_date: 2025-01-01, input_per_1m_tokens: 0.50, output_per_1m_tokens: 1.50, currency: USD}
        """,
}


class Made:
    """A plan of a tree, for assertions."""

    def __init__(self, planned: Planned, tree: Path) -> None:
        self.planned = planned
        self.tree = tree

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return self.planned.plan

    def bytes(self, path: str = "app.py") -> bytes | None:
        """A file as it will be; None where it goes."""
        for change in self.plan.changes:
            if change.path == path:
                return change.after
        return (self.tree / path).read_bytes()

    def text(self, path: str = "app.py") -> str:
        """A file as it will be; Python is parsed."""
        data = self.bytes(path)
        assert data is not None, f"{path} goes"
        if path.endswith(".py"):
            ast.parse(data)
        return data.decode()

    def changed(self) -> dict[str, str]:
        """What becomes of each file that changes, without the old packages: ``changed``, ``new`` or ``removed``."""
        return {
            change.path: "new" if change.before is None else "removed" if change.after is None else "changed"
            for change in self.plan.changes
            if not change.path.startswith(("models/", "providers/"))
        }

    def remarks(self, path: str = "app.py", *, kind: str = "") -> list[Remark]:
        """The remarks on a file."""
        return [each for each in self.plan.remarks if each.path == path and kind in ("", each.kind)]

    def told(self, path: str = "app.py", *, kind: str = "") -> list[tuple[int, str]]:
        """The remarks on a file as lines and old names."""
        return [(each.line, each.legacy) for each in self.remarks(path, kind=kind)]

    def applied(self) -> Path:
        """The tree, changed as planned."""
        for change in self.plan.changes:
            path = self.tree / change.path
            if change.after is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(change.after)
        return self.tree
