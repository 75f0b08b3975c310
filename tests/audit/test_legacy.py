"""The old packages: imports in every style, uses, texts that name them, and packages that only share the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ai_models.audit import legacy
from ai_models.audit.legacy import LEGACY, MODULES, canonical, full_name, legacy_module
from ai_models.audit.legacy_tree import look_for_packages

Codes = Callable[..., list[tuple[str, str]]]
Found = Callable[..., list[Any]]
Look = Callable[..., Any]

OLD_MODELS = {
    "models/__init__.py": "from models.registry import ModelRegistry, ModelSpec, Provider\n",
    "models/registry.py": """\
        class Provider: ...
        class ModelSpec: ...
        class ModelRegistry:
            _DEPRECATED = {}
            @classmethod
            def get_spec(cls, key): ...
        CLAUDE_SONNET = ModelRegistry
        """,
}
OLD_PROVIDERS = {
    "providers/__init__.py": "",
    "providers/base.py": "class LLMProvider: ...\nclass SignalCategory: ...\n",
    "providers/factory.py": "def get_provider(model): ...\n",
    "providers/claude.py": "CLAUDE_PRICING = {}\nclass ClaudeProvider: ...\n",
}
DJANGO = {"models.py": "from django.db import models\nclass Provider(models.Model): ...\nclass User(models.Model): ...\n"}


def old(report: Any, path: str = "") -> list[tuple[str, str]]:
    """The findings about the old packages, of one file or of all."""
    return [(f.code, f.subject) for f in report.findings if f.code.startswith("AIM4") and path in f.path]


@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("from models.registry import ModelRegistry", ["ModelRegistry"]),
        ("from models import ModelRegistry", ["ModelRegistry"]),
        ("from models.registry import ModelRegistry as R, CLAUDE_SONNET", ["ModelRegistry", "CLAUDE_SONNET"]),
        ("from models import ModelRegistry, Provider", ["ModelRegistry", "Provider"]),
        ("import models.registry\nmodels.registry.ModelRegistry", ["models.registry"]),
        ("import models.registry as r\nr.ModelRegistry", ["models.registry"]),
        ("import models\nmodels.ModelRegistry", ["models"]),
        ("from models import registry\nregistry.CLAUDE_SONNET", ["registry"]),
        ("from models.registry import *\nModelRegistry", ["everything"]),
        ("from providers.factory import get_provider\nget_provider('claude-sonnet')", ["get_provider"]),
        ("from providers import SignalCategory", ["SignalCategory"]),
        ("from providers.base import LLMProvider, ClassificationResult", ["LLMProvider", "ClassificationResult"]),
        ("import providers.claude as c\nc.ClaudeProvider()", ["providers.claude"]),
        ("from mytoolkit.providers.factory import get_provider\nget_provider('GPT-90')", ["get_provider"]),
        ("from mytoolkit.models.registry import GPT_4O", ["GPT_4O"]),
        ("from ..models.registry import GPT_4O", ["GPT_4O"]),
        ("def f():\n    from models.registry import ModelRegistry", ["ModelRegistry"]),
        (
            "try:\n    from models.registry import ModelRegistry\nexcept ImportError:\n    ModelRegistry = None",
            ["ModelRegistry"],
        ),
        ("from models import Provider\nProvider.ANTHROPIC", ["Provider"]),
        ("import providers.factory as f\nf.get_provider('claude-sonnet')", ["providers.factory"]),
        ("import kit.models\nkit.models.Provider.GOOGLE", ["kit.models"]),
        ("from kit import models\nmodels.ModelSpec(api_identifier='x')", ["models"]),
        ("from models import ModelSpec\nModelSpec(api_identifier='x')", ["ModelSpec"]),
    ],
)
def test_imports_are_found_in_every_style(found: Found, code: str, subjects: list[str]) -> None:
    results = [finding for finding in found(code) if finding.code == "AIM401"]
    assert [finding.subject for finding in results] == subjects
    lines = code.splitlines()
    for finding in results:
        span = finding.span
        text = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        assert text.partition(" ")[0] == (finding.facts["name"] or finding.facts["module"])


@pytest.mark.parametrize(
    "code",
    [
        "from models import User",
        "from models import Provider\nProvider.objects.all()",
        "from django.db import models\nmodels.CharField()",
        "import models\nmodels.User",
        "import models\nmodels.Provider.objects",
        "import providers.factory as f\nf.get_provider(kind)",
        "from models.registry import Registry",
        "from providers import GoogleProvider",
        "from providers import get_provider\nget_provider('google-oauth')",
        "from providers.base import BaseProvider",
        "from ai_models import ModelRegistry",
        "from ai_models.registry import ModelRegistry, CLAUDE_SONNET",
        "from ai_models.providers import LLMProvider",
        "from ai_models.models.base import ModelSpec",
        "from registry import ModelRegistry",
        "from models.registry import *\nprint(1)",
        "def f(ModelRegistry): return ModelRegistry.get_spec(1)",
        "from models import ModelSpec\nModelSpec(layers=3)",
        "import models.registry.extra",
    ],
)
def test_packages_that_only_share_the_name_are_none(codes: Codes, code: str) -> None:
    assert codes(code) == []


def test_what_the_tree_holds_decides(look: Look) -> None:
    ambiguous = "from models import Provider, ModelSpec\n"
    assert old(look({**OLD_MODELS, "app.py": ambiguous}), "app.py") == [("AIM401", "Provider"), ("AIM401", "ModelSpec")]


def test_a_package_of_the_same_name_in_the_tree_is_not_reported(look: Look) -> None:
    assert old(look({**DJANGO, "app.py": "from models import Provider, ModelRegistry\n"})) == []


def test_a_nested_package_in_the_tree(look: Look) -> None:
    files = {f"mytoolkit/{name}": text for name, text in OLD_PROVIDERS.items()}
    report = look({
        **files,
        "mytoolkit/__init__.py": "",
        "mytoolkit/app.py": "from .providers.factory import get_provider\nfrom . import providers\n",
        "mytoolkit/deep/__init__.py": "",
        "mytoolkit/deep/app.py": "from ..providers import base\n",
        "main.py": "from mytoolkit.providers.factory import get_provider\n",
        "other/providers.py": "class Google: ...\n",
        "other/app.py": "from providers import get_provider\n",
    })  # fmt: skip
    assert [(f.path, f.subject) for f in report.findings if f.code == "AIM401"] == [
        ("main.py", "get_provider"),
        ("mytoolkit/app.py", "get_provider"),
        ("mytoolkit/app.py", "providers"),
        ("mytoolkit/deep/app.py", "base"),
    ]


def test_the_old_package_is_told_once_and_its_own_imports_are_not(look: Look) -> None:
    report = look({**OLD_MODELS, **OLD_PROVIDERS})
    assert old(report) == [("AIM404", "Provider"), ("AIM404", "ClaudeProvider")]
    assert {f.facts["package"] for f in report.findings} == {"models", "providers"}


def test_one_file_alone_is_judged_by_what_lies_beside_it(look: Look, tree: Path) -> None:
    look({**DJANGO, "app/views.py": "from models import ModelRegistry\n", "app/x.py": ""})
    assert old(look({}, "app/views.py")) == []
    (tree / "models.py").unlink()
    assert old(look({}, "app/views.py")) == [("AIM401", "ModelRegistry")]


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("from models.registry import ModelRegistry\nModelRegistry.get_spec('x')", ["ModelRegistry.get_spec"]),
        ("from models.registry import ModelRegistry as R\nR.get_spec('x').name", ["R.get_spec"]),
        (
            "import models.registry\nmodels.registry.ModelRegistry.get_by_provider(p)",
            ["models.registry.ModelRegistry.get_by_provider"],
        ),
        ("import models.registry as r\nr.ModelRegistry._DEPRECATED['x']", ["r.ModelRegistry._DEPRECATED"]),
        (
            "import kit.models.registry\nkit.models.registry.ModelRegistry.is_deprecated(x)",
            ["kit.models.registry.ModelRegistry.is_deprecated"],
        ),
        ("import kit.providers.claude as c\nc.CLAUDE_PRICING['x']", ["c.CLAUDE_PRICING"]),
        ("from models import registry\nregistry.ModelRegistry.CLAUDE_OPUS_4_1", ["registry.ModelRegistry.CLAUDE_OPUS_4_1"]),
        ("from models.registry import *\nModelRegistry.get_replacement('x')", ["ModelRegistry.get_replacement"]),
        ("from models.registry import ModelRegistry, Provider\nProvider.OPENAI", ["Provider"]),
        ("from models.registry import ModelRegistry\nModelRegistry.other()", []),
        ("from models.registry import CLAUDE_SONNET\nCLAUDE_SONNET.name", []),
        ("from models.registry import ModelRegistry\ndef f(ModelRegistry):\n    ModelRegistry.get_spec(1)", []),
        (
            "from models.registry import ModelRegistry\nclass A:\n    ModelRegistry = 1\n    "
            "def f(s): ModelRegistry.get_spec(1)",
            ["ModelRegistry.get_spec"],
        ),
        (
            "def f():\n    from models.registry import ModelRegistry\n    ModelRegistry.get_spec(1)\n"
            "ModelRegistry.get_spec(1)",
            ["ModelRegistry.get_spec"],
        ),
        ("from providers.base import LLMProvider\nclass Mine(LLMProvider): ...", []),
    ],
)
def test_uses_of_what_differs_now(found: Found, code: str, uses: list[str]) -> None:
    results = [finding for finding in found(code) if finding.code == "AIM402"]
    assert [finding.subject for finding in results] == uses
    for finding in results:
        assert finding.facts["differs"]
        assert finding.hint


@pytest.mark.parametrize(
    ("code", "reference"),
    [
        ("mocker.patch('providers.claude.CLAUDE_PRICING', {})", "providers.claude.CLAUDE_PRICING"),
        ("patch('kit.models.registry.ModelRegistry.get_spec')", "kit.models.registry.ModelRegistry.get_spec"),
        ("importlib.import_module('models.registry')", "models.registry"),
        ("__import__('providers.factory')", "providers.factory"),
        ("x = 'models.registry'", None),
        ("x = 'ai_models.registry.ModelRegistry'", None),
        ("x = 'auth.models.User'", None),
        ("'models.registry.ModelRegistry'", None),
        ("x = 'see models.registry.ModelRegistry for more'", None),
    ],
)
def test_texts_that_name_the_old_packages(codes: Codes, code: str, reference: str | None) -> None:
    assert [subject for id_, subject in codes(code) if id_ == "AIM403"] == ([reference] if reference else [])


def test_settings_that_name_the_old_packages(found: Found, look: Look) -> None:
    (finding,) = found('[project.scripts]\nask = "kit.providers.factory:get_provider"\n', "pyproject.toml")
    assert (finding.code, finding.subject, finding.confidence) == ("AIM403", "kit.providers.factory:get_provider", "medium")
    assert finding.facts["target"] == "ai_models.providers:get_provider"
    assert old(look({"a.toml": 'x = "ai_models.registry.ModelRegistry"\n'}), "a.toml") == []
    assert old(look({**DJANGO, "b.toml": 'x = "models.ModelRegistry"\n'}), "b.toml") == []


@pytest.mark.parametrize(
    ("line", "module", "column"),
    [
        ('python -c "from models.registry import ModelRegistry as R; print(R)"', "models.registry", 17),
        ("run: python -c 'from kit.providers import LLMProvider'", "kit.providers", 22),
        ("python3 -X utf8 -m kit.models.registry", None, 0),
        ("python -c 'from models.registry import Provider'", None, 0),  # anybody's, where no old package is in sight
        ("# python -c 'from models.registry import ModelRegistry'", None, 0),
        ("python -c 'from ai_models.registry import ModelRegistry'", None, 0),
        ("python -c 'from ai_models.providers import LLMProvider'", None, 0),
        ("python -c 'from shop.models import Order'", None, 0),
    ],
)
def test_programs_in_scripts_that_import_the_old_packages(found: Found, line: str, module: str | None, column: int) -> None:
    findings = [each for each in found(f"{line}\n", "nightly.sh") if each.code == "AIM403"]
    assert [(each.subject, each.span.column) for each in findings] == ([(module, column)] if module else [])
    assert all(each.hint.startswith("import from ai_models.") for each in findings)


def test_what_a_program_in_a_text_imports_is_old_where_the_tree_holds_it(look: Look) -> None:
    code = "import subprocess\nsubprocess.run(['python', '-c', 'import models.registry'])\n"
    assert old(look({"use.py": code}), "use.py") == []
    assert old(look({**OLD_MODELS, "use.py": code}), "use.py") == [("AIM403", "models.registry")]
    assert old(look({"run.sh": "python3 -X utf8 -m models.registry\n"}), "run.sh") == [("AIM403", "models.registry")]
    documented = '"""Once: from models.registry import ModelRegistry."""\n'
    assert old(look({**OLD_MODELS, "use.py": documented}), "use.py") == []


def test_a_file_that_is_audited_alone_has_the_old_factory_beside_it_still(look: Look) -> None:
    from ai_models.catalog import default_catalog

    def fixes(files: dict[str, str], path: str) -> list[Any]:
        report = look(files, path, catalog=default_catalog())
        return [finding.fix for finding in report.findings if finding.code == "AIM104"]

    settings = {"config/settings.yaml": "model: claude-haiku\n"}
    (pinned,) = fixes(settings, "config/settings.yaml")
    assert pinned is not None
    program = "python -c 'from kit.providers.factory import get_provider as g; g(\"claude-haiku\")'\n"
    assert fixes({"run.sh": program}, "run.sh") == [None]
    assert fixes({**settings, **OLD_PROVIDERS}, "config/settings.yaml") == [None]


def test_the_table_knows_every_old_name() -> None:
    assert {"models", "models.registry", "providers", "providers.base", "providers.factory", "providers.claude"} == MODULES
    for name, row in LEGACY.items():
        assert row.name == name
        assert row.instead
        assert row.target or row.differs, name
        assert not row.differs or row.differs[0].islower()
    sizes = "CLAUDE_SONNET CLAUDE_HAIKU CLAUDE_OPUS GEMINI_PRO GEMINI_FLASH GEMINI_FLASH_LITE GPT_4O GPT_4O_MINI"
    assert set(legacy.CONSTANTS) == set(sizes.split())


def test_every_target_can_be_imported() -> None:
    from importlib import import_module

    targets = {row.target for row in LEGACY.values() if ":" in row.target}
    assert len(targets) > 10
    for target in targets:
        module, _, name = target.partition(":")
        assert not name or hasattr(import_module(module), name), target


def test_names_are_found_by_the_longest_match() -> None:
    assert legacy_module("mytoolkit.providers.factory") == ("mytoolkit", "providers.factory")
    assert legacy_module("models") == ("", "models")
    assert legacy_module("models.user") is None
    assert legacy_module("ai_models.registry.models") is None
    assert canonical("models", "ModelRegistry") == "models.registry.ModelRegistry"
    assert canonical("providers", "ModelRegistry") is None
    assert canonical("models", "registry") == "models.registry"
    assert full_name("models.ModelRegistry.get_spec.cache") == "models.registry.ModelRegistry.get_spec"
    assert full_name("providers.base.SignalCategory.BUG_REPORT") == "providers.base.SignalCategory"
    assert full_name("providers.oauth") is None
    assert full_name("x.y") is None


def test_packages_are_told_by_what_they_define(look: Look, tree: Path) -> None:
    look({**OLD_MODELS, **DJANGO, "src/ai_models/models/__init__.py": OLD_MODELS["models/registry.py"]})
    files = [str(path) for path in tree.rglob("*.py")]
    found = {package.place.removeprefix(f"{tree}/"): package.is_legacy for package in look_for_packages(files).packages}
    # a module models.py and a package models beside each other are one name
    assert found == {"models": True, "src/ai_models/models": False}
