"""An example for each code, as a file: ``docs/audit.md`` and the help in SARIF show it, and a test audits it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

__all__ = ["EXAMPLES", "Example"]


class Example(Struct, frozen=True):
    """Files in which a code is found; the first one holds the finding. They are judged on 2026-11-30."""

    files: dict[str, str]

    @property
    def shown(self) -> tuple[str, str]:
        """The name and the text of the file that holds the finding."""
        return next(iter(self.files.items()))


def _one(name: str, text: str) -> Example:
    return Example({name: text})


_OLD_REGISTRY: Final = """\
class ModelRegistry:
    @classmethod
    def get_spec(cls, key): ...
"""

EXAMPLES: Final[dict[str, Example]] = {
    "AIM101": _one("ask.py", 'client.responses.create(model="gpt-5.55", input="Hello")\n'),
    "AIM102": _one("settings.yaml", "model: gpt-4-turbo\n"),
    "AIM103": _one("ask.py", 'DEFAULT_MODEL = "gpt-5"\n'),
    "AIM104": _one("ask.py", 'import anthropic\n\nmodel = "claude-sonnet"\n'),
    "AIM105": _one("README.md", "Answers are written by gpt-4-turbo.\n"),
    "AIM201": _one("prices.py", 'PRICES_PER_1M = {"gpt-4o": {"input": 2.50, "output": 10.00}}\n'),
    "AIM202": _one("prices.py", 'PRICES_PER_1M = {"gpt-4o": (5.00, 15.00)}\n'),
    "AIM203": _one("prices.py", 'PRICES = {"gpt-4o": 7.5}\n'),
    "AIM301": _one("limits.py", 'CONTEXT_WINDOWS = {"gpt-4o": 32_000}\n'),
    "AIM302": _one("ask.py", 'client.chat.completions.create(model="o1-mini", messages=[], tools=[lookup])\n'),
    "AIM303": _one("ask.py", 'client.messages.create(model="claude-3-haiku-20240307", max_tokens=8_000, messages=[])\n'),
    "AIM401": _one("app.py", "from models.registry import ModelRegistry\n"),
    "AIM402": _one(
        "app.py",
        "from models.registry import ModelRegistry\n\nspec = ModelRegistry.get_spec(name) or fallback\n",
    ),
    "AIM403": _one("test_app.py", 'def test_prices(mocker):\n    mocker.patch("providers.claude.CLAUDE_PRICING", {})\n'),
    "AIM404": Example({"models/registry.py": _OLD_REGISTRY, "models/__init__.py": ""}),
    "AIM901": _one("broken.py", 'MODEL = "gpt-4-turbo\n'),
    "AIM902": _one("ask.py", 'MODEL = "gpt-4.1"  # ai-models: ignore[AIM102]\n'),
    "AIM903": _one("ask.py", 'MODEL = "gpt-4-turbo"  # ai-models: ignore[AIM102] until=2026-11-01\n'),
    "AIM904": _one("ask.py", 'MODEL = "gpt-4-turbo"  # ai-models: ignore[AIM1O2]\n'),
}
"""By code."""
