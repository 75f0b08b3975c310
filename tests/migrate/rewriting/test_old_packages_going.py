"""The old packages of a tree: they go when nothing needs them, and what is a team's own stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import OLD_MODELS, OLD_PACKAGES, Made, copy_of_old

Rewrite = Callable[..., Made]


def gone(made: Made) -> set[str]:
    """The files that go."""
    return {change.path for change in made.plan.changes if change.after is None}


def test_all_of_them_go(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelRegistry\n")
    assert gone(made) == set(OLD_PACKAGES)


def test_they_go_where_names_are_left_that_the_distribution_serves(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelRegistry\nx = ModelRegistry._DEPRECATED\n")
    assert gone(made) == set(OLD_PACKAGES)
    (remark,) = [each for each in made.plan.remarks if "ai-models-legacy is needed" in each.message]
    assert remark.kind == "manual"
    assert "app.py:2" in remark.message


def test_a_copy_that_stays_for_a_text_needs_no_distribution(rewrite: Rewrite) -> None:
    files = copy_of_old("kit") | {
        "kit/use.py": "from kit.models import ModelRegistry\n",
        "run.sh": "python -c 'from kit.models.registry import ModelRegistry'\n",
    }
    made = rewrite(files, old=False)
    assert ("run.sh", 1) in [(each.path, each.line) for each in made.plan.remarks if each.kind == "undecided"]
    assert "kit/models/registry.py" not in gone(made)
    assert not [each for each in made.plan.remarks if "ai-models-legacy is needed" in each.message]


def test_they_can_be_kept(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelRegistry\n", keep_packages=True)
    assert gone(made) == set()
    assert made.text() == "from ai_models import ModelRegistry\n"


@pytest.mark.parametrize("own", ["def cheapest(): ...\n", "class House: ...\n", "async def ask(): ...\n"])
def test_a_module_with_something_of_its_own_stays_whole(rewrite: Rewrite, own: str) -> None:
    registry = f"{OLD_MODELS['models/registry.py']!s}{own}"
    made = rewrite({"models/registry.py": registry, "app.py": "from models import ModelRegistry\n"})
    assert gone(made) == {path for path in OLD_PACKAGES if path.startswith("providers/")}
    assert made.text("models/registry.py") == registry
    assert made.text("models/__init__.py") == "from ai_models.registry import ModelRegistry, ModelSpec, Provider\n"
    assert made.text() == "from ai_models import ModelRegistry\n"
    assert [each.path for each in made.plan.remarks if each.rule == "package" and each.kind == "undecided"] == [
        "models/__init__.py",
        "models/registry.py",
    ]


@pytest.mark.parametrize("private", ["def _cheapest(): ...\n", "_X = 1\n", "X = 1\n"])
def test_what_only_the_module_itself_uses_goes_with_it(rewrite: Rewrite, private: str) -> None:
    made = rewrite({"models/registry.py": f"{OLD_MODELS['models/registry.py']!s}{private}"})
    assert gone(made) == set(OLD_PACKAGES)
    told = [each.message for each in made.remarks("models/registry.py") if each.rule == "package"]
    assert len(told) == (1 if private == "X = 1\n" else 0)


@pytest.mark.parametrize(
    "use",
    [
        "from providers.claude import PROMPT\n",
        "from providers.claude import _parse\n",
        "import providers.claude\nx = providers.claude.PROMPT\n",
        "from providers import claude\nx = claude.PROMPT\n",
    ],
)
def test_what_others_take_keeps_its_module(rewrite: Rewrite, use: str) -> None:
    files = {
        "providers/claude.py": "CLAUDE_PRICING = {}\nPROMPT = ''\ndef _parse(): ...\nclass ClaudeProvider: ...\n",
        "app.py": use,
    }
    made = rewrite(files)
    assert gone(made) == set(OLD_PACKAGES) - {"providers/claude.py", "providers/__init__.py"}
    assert made.text() == use
    assert made.remarks("providers/claude.py", kind="undecided")


def test_a_test_keeps_no_module(rewrite: Rewrite) -> None:
    made = rewrite({"tests/test_claude.py": "from providers.claude import _parse, ClaudeProvider\n"})
    assert gone(made) == set(OLD_PACKAGES)
    assert made.text("tests/test_claude.py") == (
        "from providers.claude import _parse\nfrom ai_models.providers import ClaudeProvider\n"
    )
    assert made.told("tests/test_claude.py") == [(1, "providers.claude._parse")]


def test_a_module_that_somebody_put_beside_them_stays_and_is_rewritten(rewrite: Rewrite) -> None:
    house = "from .registry import ModelRegistry\nfrom models.registry import ModelSpec\nx = ModelRegistry.get_spec(k)\n"
    made = rewrite({"models/house.py": house, "app.py": "from models.house import x\n"})
    assert gone(made) == set(OLD_PACKAGES) - {"models/__init__.py"}
    assert made.text("models/house.py") == (
        "from ai_models import ModelRegistry\nfrom ai_models import ModelSpec\nx = ModelRegistry.get_spec(k, None)\n"
    )


def test_what_is_left_on_a_package_that_stays_needs_its_module(rewrite: Rewrite) -> None:
    made = rewrite(
        {
            "models/house.py": "x = 1\n",
            "app.py": "from models.registry import ModelRegistry\ny = ModelRegistry._DEPRECATED\n",
        }
    )
    assert "models/registry.py" not in gone(made)
    assert "models/__init__.py" not in gone(made)


def test_a_module_that_cannot_be_parsed_stays(rewrite: Rewrite) -> None:
    made = rewrite({"providers/base.py": "class LLMProvider: ...\nclass SignalCategory: ...\nprint 'old'\n"})
    assert "providers/base.py" not in gone(made)
    assert made.remarks("providers/base.py", kind="undecided")


def test_copies_go_too(rewrite: Rewrite) -> None:
    made = rewrite({**copy_of_old("kit"), "kit/use.py": "from .models import ModelRegistry\n"}, old=False)
    assert gone(made) == {path for path in copy_of_old("kit") if path != "kit/__init__.py"}


def test_a_package_of_one_file(rewrite: Rewrite) -> None:
    made = rewrite({"models.py": OLD_MODELS["models/registry.py"], "app.py": "from models import GPT_4O\n"}, old=False)
    assert gone(made) == {"models.py"}
    assert made.text() == "from ai_models.registry import GPT_4O\n"


def test_old_values_that_go_are_compared(rewrite: Rewrite) -> None:
    registry = """\
class ModelSpec: ...
class ModelRegistry:
    _DEPRECATED = {}
    HAIKU = ModelSpec(
        provider="anthropic", name="Claude Haiku 4.5", api_identifier="claude-haiku-4-5-20251001",
        context_window_input=100_000, input_price_per_1m=0.25, output_price_per_1m=5.00,
    )
"""
    claude = "CLAUDE_PRICING = {'claude-haiku': (0.25, 1.25), 'claude-sonnet': (3.00, 15.00)}\nclass ClaudeProvider: ...\n"
    made = rewrite({"models/registry.py": registry, "providers/claude.py": claude})
    drift = [each.message for each in made.remarks("models/registry.py", kind="drift")]
    assert any("context window" in message for message in drift)
    assert any("input price" in message and "0.25" in message for message in drift)
    assert not any("output price" in message for message in drift)
    assert [each.line for each in made.remarks("providers/claude.py", kind="drift")] == [1]


HOUSE = """
    ACME_2 = ModelSpec(provider=Provider.OPENAI, name="Acme 2", api_identifier="acme-2", context_window_input=32_000)

    @classmethod
    def get_all_current_models(cls):
        return {"gpt-4o": cls.GPT_4O, "acme-2": cls.ACME_2}
"""


def with_house(parent: str = "", model: str = HOUSE) -> dict[str, str | bytes]:
    """The old registry with a model that only this team has."""
    path = f"{parent}models/registry.py"
    registry = str({**OLD_MODELS, **copy_of_old(parent.strip("/"))}[path] if parent else OLD_MODELS[path])
    return {path: registry.replace("    _DEPRECATED", f"{model}\n    _DEPRECATED")}


def test_a_model_that_only_the_old_registry_has_goes_into_the_overlay(rewrite: Rewrite) -> None:
    head = "from models import ModelRegistry\n"
    use = f"{head}x = ModelRegistry.get_spec('acme-2')\ny = ModelRegistry.get_all_current_models()\n"
    made = rewrite({**with_house(), "app.py": use, "pyproject.toml": "[project]\nname = 'x'\n"})
    assert gone(made) == set(OLD_PACKAGES)
    assert "model_id: acme-2" in made.text("ai_models_overlay/definitions/house/acme_2.yaml")
    assert made.text() == (
        "from ai_models import ModelRegistry\n"
        'x = ModelRegistry.get_spec(\'acme-2\', None)\ny = ModelRegistry.get_specs(("gpt-4o", "acme-2"))\n'
    )
    (remark,) = made.remarks("models/registry.py", kind="undecided")
    assert "acme-2 is declared as openai's" in remark.message


def test_two_copies_of_a_registry_declare_a_model_once(rewrite: Rewrite) -> None:
    copies = {**with_house(), **copy_of_old("kit"), **with_house("kit/"), "pyproject.toml": "[project]\nname = 'x'\n"}
    made = rewrite(copies)
    assert [path for path in made.changed() if path.endswith("acme_2.yaml")] == [
        "ai_models_overlay/definitions/house/acme_2.yaml"
    ]


def test_a_model_of_an_old_registry_that_cannot_be_read_is_listed(rewrite: Rewrite) -> None:
    made = rewrite(with_house(model="    ACME_2 = ModelSpec(Provider.OPENAI, 'Acme 2', IDENTIFIERS['acme'])\n"))
    assert gone(made) == set(OLD_PACKAGES)
    (remark,) = made.remarks("models/registry.py", kind="undecided")
    assert "cannot be read, and goes with the module" in remark.message
