"""The package from outside: public names, a light import, the arrows of the architecture."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import ai_models
import ai_models.capabilities
import ai_models.pricing
import ai_models.selection

HEAVY = (
    "pydantic",
    "yaml",
    "ruamel",
    "typer",
    "rich",
    "markdown_it",
    "anthropic",
    "openai",
    "google.genai",
    "httpx",
    "httpx2",
    "duckdb",
    "numpy",
)


def loaded_after(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(out.stdout.split())


def test_importing_the_package_loads_none_of_its_modules() -> None:
    loaded = loaded_after("import ai_models")
    assert {name for name in loaded if name.startswith("ai_models")} == {"ai_models"}
    assert "msgspec" not in loaded


def test_knowing_and_pricing_a_model_loads_nothing_heavy() -> None:
    loaded = loaded_after(
        "import ai_models; ai_models.get_model('claude-sonnet-4.5');"
        "ai_models.PricingService().calculate_cost('claude-sonnet-4.5', 1, 1)"
    )
    assert loaded.isdisjoint(HEAVY)
    assert "ai_models.catalog.compiler" not in loaded, "a compiled catalogue is not compiled again"


PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = [name for name in PROJECT["tool"]["reference"]["modules"] if find_spec(name) is not None]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_can_be_had(name: str) -> None:
    module = import_module(name)
    exported = getattr(module, "__all__", [])
    assert exported == sorted(exported)
    for name in exported:
        assert getattr(module, name) is not None


def test_what_is_public_is_what_completion_shows() -> None:
    assert dir(ai_models) == sorted([*ai_models.__all__, "__version__"])
    assert dir(ai_models.selection) == ai_models.selection.__all__


@pytest.mark.parametrize("name", MODULES)
def test_what_is_not_public_is_not_there(name: str) -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        import_module(name).nothing  # noqa: B018


def test_the_old_and_the_new_doors_lead_to_one_class() -> None:
    from ai_models.pricing import PricingService
    from ai_models.registry.pricing_service import PricingService as Home

    assert PricingService is Home is ai_models.PricingService
    assert ai_models.capabilities.ModelCapability is ai_models.ModelCapability


def test_no_two_test_modules_share_a_name() -> None:
    tests = Path(__file__).parent
    collected = (path for path in tests.rglob("test_*.py") if "legacy_app" not in path.relative_to(tests).parts)
    names = Counter(path.name for path in collected)
    assert [name for name, count in names.items() if count > 1] == []
