"""Odd ways in: import orders, reloads, a user's own package ``models``, types, and what an import loads."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from legacy_callers import COMPAT, Callers

QUIET = "import warnings\nwarnings.simplefilter('ignore')\n"
SDKS = ("anthropic", "openai", "google.genai")
HEAVY = ("yaml", "typer", "rich", "pydantic", "httpx2", "asyncio", "dataclasses", "logging", "json", *SDKS)


# ---- what an import loads


def loaded(callers: Callers, code: str, **environment: str) -> set[str]:
    """The modules that code has loaded, beside those that were there before it."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    return set(callers.process(script, measured=False, **environment).stdout.split())


@pytest.mark.parametrize("module", ["models", "models.registry", "providers", "providers.claude", "ai_models_legacy"])
def test_importing_a_door_loads_nothing_heavy_and_nothing_of_ai_models(callers: Callers, module: str) -> None:
    found = loaded(callers, f"import {module}")
    assert found.isdisjoint(HEAVY)
    assert not {name for name in found if name.partition(".")[0] in ("ai_models", "msgspec")}


def test_a_value_loads_the_catalogue_and_no_more(callers: Callers) -> None:
    found = loaded(callers, f"{QUIET}from models import CLAUDE_SONNET, ModelRegistry")
    assert "ai_models.catalog.catalog" in found
    assert found.isdisjoint({"yaml", "typer", "rich", "pydantic", "httpx2", *SDKS})


def test_a_frozen_value_loads_no_catalogue(callers: Callers) -> None:
    found = loaded(callers, f"{QUIET}from models import CLAUDE_SONNET, ModelRegistry", USE_NEW_REGISTRY="false")
    assert not {name for name in found if name.startswith(("ai_models.catalog", "ai_models.registry", "msgspec"))}


def test_a_provider_loads_no_sdk(callers: Callers) -> None:
    code = "from providers import get_provider\nfor name in ('claude-haiku', 'gpt-4o', 'gemini-pro'): get_provider(name)"
    assert loaded(callers, QUIET + code).isdisjoint(SDKS)


# ---- orders


@pytest.mark.parametrize(
    "order",
    list(itertools.permutations(["models.registry", "providers.claude", "providers.factory", "ai_models_legacy"])),
    ids=lambda order: "-".join(name.rpartition(".")[2] for name in order),
)
def test_every_order_of_imports_is_alike(callers: Callers, order: tuple[str, ...]) -> None:
    found, _ = callers.run(
        "\n".join(f"import {name}" for name in order)
        + """
from models.registry import CLAUDE_SONNET, ModelRegistry
from providers.claude import ClaudeProvider
import providers
same = ModelRegistry.CLAUDE_SONNET_4_5 is CLAUDE_SONNET
provider = isinstance(providers.factory.get_provider("claude-opus"), ClaudeProvider)
"""
    )
    assert (found["same"], found["provider"]) == (True, True)


def test_submodules_are_there_after_importing_the_package(callers: Callers) -> None:
    callers.process(
        "import models, providers\n"
        "assert models.registry.__name__ == 'models.registry'\n"
        "assert [providers.base.__name__, providers.factory.__name__, providers.claude.__name__]"
        " == ['providers.base', 'providers.factory', 'providers.claude']"
    )


def test_a_reload_changes_nothing(callers: Callers) -> None:
    found, _ = callers.run("""
        import importlib, models, models.registry, providers, providers.claude
        from models.registry import CLAUDE_SONNET, ModelSpec, Provider
        before = (CLAUDE_SONNET, ModelSpec, Provider)
        for module in (models.registry, models, providers.claude, providers):
            importlib.reload(module)
        from models.registry import CLAUDE_SONNET, ModelSpec, Provider
        after = (CLAUDE_SONNET, ModelSpec, Provider)
    """)
    assert [a is b for a, b in zip(found["before"], found["after"], strict=True)] == [True] * 3
    assert isinstance(found["after"][0], found["before"][1])


def test_a_name_that_was_patched_is_patched_and_comes_back(callers: Callers) -> None:
    callers.process(f"""{QUIET}
from unittest.mock import patch
import models.registry as r
with patch("models.registry.GPT_4O", "patched"), patch.object(r.ModelRegistry, "GPT_4O_MINI", "patched too"):
    from models.registry import GPT_4O
    assert (GPT_4O, r.ModelRegistry.GPT_4O_MINI) == ("patched", "patched too")
assert r.GPT_4O.name == "GPT-4o"
assert "GPT_4O" not in vars(r), "read anew at each access, as before"
assert r.ModelRegistry.GPT_4O_MINI.name == "GPT-4o mini"
""")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_values_cross_into_worker_processes(callers: Callers, method: str) -> None:
    if method == "fork" and not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    callers.process(f"""{QUIET}
import multiprocessing, models

def name(spec):
    import models
    assert type(spec) is models.ModelSpec
    return (spec, spec.provider is models.Provider.OPENAI)

if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        [(spec, same)] = pool.map(name, [models.GPT_4O])
    assert same and spec == models.GPT_4O
""")


# ---- a user's own packages of the same names


def own_models(directory: Path, *, regular: bool = True) -> Path:
    (directory / "models").mkdir(parents=True)
    (directory / "models" / "user.py").write_text("NAME = 'the user'\n", encoding="utf-8")
    if regular:
        (directory / "models" / "__init__.py").write_text("MINE = True\n", encoding="utf-8")
    return directory


def test_a_package_of_the_project_wins_over_the_installed_one(callers: Callers) -> None:
    own_models(callers.directory)
    callers.process(f"""{QUIET}
import models, models.user
assert models.MINE and models.user.NAME == "the user"
try:
    from models.registry import CLAUDE_SONNET
except ModuleNotFoundError as error:
    assert error.name == "models.registry"
else:
    raise AssertionError("the old package shows through")

# The other old package does not need it, and the substance of this one has a name that nobody else has.
from providers.factory import get_provider
from ai_models_legacy.registry import ModelRegistry
assert get_provider("claude-haiku").pricing == (1.0, 5.0)
assert ModelRegistry.get_spec("gpt-4o").name == "GPT-4o"
""")


def test_what_comes_first_on_the_path_wins(callers: Callers, tmp_path: Path) -> None:
    callers.directory = tmp_path / "elsewhere"
    own = own_models(tmp_path / "own")
    script = callers.write("import models\nprint(hasattr(models, 'MINE'))")
    assert callers.process(script, path=(own,)).stdout == "True\n"
    assert callers.process(script, path=(COMPAT, own)).stdout == "False\n"


def test_a_folder_without_init_loses(callers: Callers) -> None:
    own_models(callers.directory, regular=False)
    callers.process(f"""{QUIET}
from models.registry import GPT_4O
try:
    import models.user
except ModuleNotFoundError as error:
    assert error.name == "models.user"
else:
    raise AssertionError("a folder is merged into a package")
""")


def test_a_nested_package_opens_the_same_doors_with_two_lines(callers: Callers) -> None:
    callers.write("", "toolkit/__init__.py")
    for package in ("models", "providers"):
        callers.write("", f"toolkit/{package}/__init__.py")
    for name in ("models.registry", "providers.factory", "providers.claude"):
        callers.write(
            f"from ai_models_legacy.door import door\n\n__getattr__, __dir__ = door({name!r})\n",
            f"toolkit/{name.replace('.', '/')}.py",
        )
    ran = callers.process(
        """
        from toolkit.models.registry import CLAUDE_HAIKU
        from toolkit.providers.factory import get_provider
        import toolkit.providers.claude as claude
        assert get_provider("claude-haiku").model_id == CLAUDE_HAIKU.api_identifier
        assert claude.CLAUDE_PRICING["claude-haiku"] == (1.0, 5.0)
        """
    )
    assert "caller.py:1: DeprecationWarning: models.registry.CLAUDE_HAIKU is deprecated" in ran.stderr


# ---- interpreters with other ideas


@pytest.mark.parametrize("options", [("-O",), ("-OO",), ("-B",), ("-X", "dev"), ("-b",), ("-X", "utf8=0")], ids=" ".join)
def test_every_mode_of_the_interpreter_does(callers: Callers, options: tuple[str, ...]) -> None:
    code = f"{QUIET}from models import *\nfrom providers import *\nprint(len(ModelRegistry.get_all_current_models()), CLAUDE_PRICING['claude-haiku'], get_provider('claude-haiku').model_id)"  # noqa: E501 code
    assert callers.process(code, *options).stdout == "8 (1.0, 5.0) claude-haiku-4-5-20251001\n"


def test_importing_raises_no_warning_as_an_error(callers: Callers) -> None:
    callers.process("import models, models.registry, providers.claude, providers.factory, ai_models_legacy", "-W", "error")


def test_public_names_of_the_package() -> None:
    import ai_models_legacy

    assert ai_models_legacy.__all__ == sorted(ai_models_legacy.__all__)
    assert dir(ai_models_legacy) == sorted([*ai_models_legacy.__all__, "__version__"])
    for name in ai_models_legacy.__all__:
        assert getattr(ai_models_legacy, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ai_models_legacy.nothing  # noqa: B018 that is the test


# ---- types

TYPED = """
    from typing import reveal_type

    import models
    from models.registry import CLAUDE_SONNET, ModelRegistry, ModelSpec, Provider
    from providers import SignalCategory
    from providers.base import ClassificationResult, LLMProvider
    from providers.claude import CLAUDE_PRICING, ClaudeProvider
    from providers.factory import get_provider
    from ai_models_legacy import rollout_key, use_new_registry

    reveal_type(CLAUDE_SONNET)
    reveal_type(models.GPT_4O.context_window_output)
    reveal_type(ModelRegistry.CLAUDE_SONNET_4_5.input_price_per_1m)
    reveal_type(ModelRegistry.VERIFICATION_SOURCES[Provider.OPENAI])
    reveal_type(ModelRegistry.get_spec("gpt-4o"))
    reveal_type(CLAUDE_PRICING["claude-haiku"])
    reveal_type(get_provider("claude-haiku").classify("x"))
    reveal_type(ClaudeProvider(model="claude-haiku", enable_caching=False))
    with use_new_registry("10%"), rollout_key("tenant-42"):
        pass
    models.CLAUDE_SONET
"""


@pytest.mark.slow
def test_type_checkers_know_the_old_names(callers: Callers, tmp_path: Path) -> None:
    script = callers.write(TYPED)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(script)]
    ran = subprocess.run(
        command, env={**os.environ, "MYPYPATH": str(COMPAT)}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = [line.partition(": ")[2] for line in ran.stdout.splitlines()[:-1]]
    assert said == [
        'note: Revealed type is "ai_models_legacy.spec.ModelSpec"',
        'note: Revealed type is "int | None"',
        'note: Revealed type is "float"',
        'note: Revealed type is "str"',
        'note: Revealed type is "ai_models_legacy.spec.ModelSpec | None"',
        'note: Revealed type is "tuple[float, float]"',
        'note: Revealed type is "ai_models.providers.classification.ClassificationResult"',
        'note: Revealed type is "ai_models_legacy.claude.ClaudeProvider"',
        'error: Module has no attribute "CLAUDE_SONET"; maybe "CLAUDE_SONNET"?  [attr-defined]',
    ], ran.stdout + ran.stderr
