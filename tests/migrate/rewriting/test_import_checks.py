"""Whether what was written can be imported, and whether every old value is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rewriting_trees import OLD_PACKAGES, Made

from ai_models.migrate.plan import Remark
from ai_models.migrate.resolving import check_imports, check_values
from ai_models.migrate.validation import Changed

Rewrite = Callable[..., Made]


def missing(tree: Path, code: str, path: str = "app.py") -> list[tuple[int, str]]:
    """What the check says of a changed file."""
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(code)
    return [
        (each.line, each.message) for each in check_imports(str(tree), [Changed(path=path, before=b"", after=code.encode())])
    ]


@pytest.mark.parametrize(
    "code",
    [
        "from ai_models import ModelRegistry, get_model\n",
        "from ai_models.registry import CLAUDE_SONNET, LEGACY_MODELS, ModelSpec\n",
        "from ai_models.providers import ClaudeProvider, SignalCategory\n",
        "from ai_models import registry, providers as p\np.get_provider, registry.GPT_4O\n",
        "import ai_models.registry\nai_models.registry.GPT_4O.name\n",
        "from ai_models.errors import AIModelsError\n",
        "from ai_models.registry import *\n",
        "from models.registry import ModelRegistry, ModelSpec as S\nfrom providers.claude import CLAUDE_PRICING\n",
        "import models.registry\n",
        "from models import registry\n",
        "import os\nfrom os import path, nothing\nfrom .mine import x\n",
        "from kit.models import Thing\n",
    ],
)
def test_what_is_there(tree: Path, code: str) -> None:
    assert missing(tree, code) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from ai_models import CLAUDE_SONNET\n", "ai_models has no CLAUDE_SONNET"),
        ("from ai_models.registry import nothing\n", "ai_models.registry has no nothing"),
        ("from ai_models.nowhere import x\n", "there is no module ai_models.nowhere"),
        ("import ai_models.nowhere\n", "there is no module ai_models.nowhere"),
        ("import ai_models.registry\nai_models.registry.nothing\n", "ai_models.registry has no nothing"),
        ("from ai_models import registry as r\nr.nothing.name\n", "ai_models.registry has no nothing"),
        ("from models.registry import cheapest\n", "models.registry of ai-models-legacy has no cheapest"),
        ("from providers.claude import _parse\n", "providers.claude of ai-models-legacy has no _parse"),
    ],
)
def test_what_is_not(tree: Path, code: str, message: str) -> None:
    ((line, told),) = missing(tree, code)
    assert message in told
    assert line == code.count("\n")


def test_what_the_tree_itself_still_has(tree: Path) -> None:
    for name, text in OLD_PACKAGES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(str(text))
    assert missing(tree, "from models.registry import ModelRegistry, dataclass\nfrom models import registry\n") == []
    assert missing(tree, "from models.registry import cheapest\n") == [(1, "models.registry has no cheapest")]
    (tree / "models/registry.py").unlink()
    assert missing(tree, "from models.registry import ModelRegistry\n") == [
        (1, "models.registry is not in the tree any more")
    ]


def test_files_of_other_kinds_and_files_that_went_are_not_read(tree: Path) -> None:
    changed = [
        Changed(path="a.yaml", before=None, after=b"from ai_models import nothing\n"),
        Changed(path="b.py", before=b"x", after=None),
        Changed(path="c.py", before=b"x", after=b"not python"),
    ]
    assert list(check_imports(str(tree), changed)) == []


REGISTRY = b"""
class ModelSpec: ...
class ModelRegistry:
    HAIKU = ModelSpec(provider="anthropic", name="H", api_identifier="claude-haiku-4-5-20251001", input_price_per_1m=0.25)
    HOUSE = ModelSpec(provider="openai", name="H", api_identifier="no-such-model", input_price_per_1m=0.25)
"""


def test_an_old_value_that_was_not_listed(tree: Path) -> None:
    changed = [Changed(path="models/registry.py", before=REGISTRY, after=None), Changed(path="x.py", before=b"", after=b"")]
    (found,) = check_values([])(str(tree), changed)
    assert (found.path, found.line, found.check) == ("models/registry.py", 4, "values")
    assert "0.25" in found.message
    remark = Remark(kind="drift", path="models/registry.py", line=4, rule="x", message="x")
    assert list(check_values([remark])(str(tree), changed)) == []
    other = Remark(kind="manual", path="models/registry.py", line=4, rule="x", message="x")
    assert len(list(check_values([other])(str(tree), changed))) == 1


def test_a_whole_plan_leaves_nothing_missing(rewrite: Rewrite) -> None:
    code = (
        "from models import ModelRegistry, ModelSpec, Provider, registry\nimport providers.factory as f\n"
        "x = ModelRegistry.GPT_4O, ModelRegistry._DEPRECATED, registry.CLAUDE_SONNET, f.get_provider('gpt-4o')\n"
        "y = ModelRegistry.get_recommended_model(p), ModelRegistry.get_by_provider(p), isinstance(x, ModelSpec)\n"
    )
    made = rewrite(code)
    tree = made.applied()
    changed = [Changed(path=each.path, before=each.before, after=each.after) for each in made.plan.changes]
    assert list(check_imports(str(tree), changed)) == []
    assert list(check_values(made.plan.remarks)(str(tree), changed)) == []
