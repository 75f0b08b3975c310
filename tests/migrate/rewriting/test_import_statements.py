"""Imports in every style: what is imported changes, and local names, comments and layout stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made, copy_of_old

Rewrite = Callable[..., Made]

NEW = "from ai_models.registry import"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from models.registry import CLAUDE_SONNET\n", "from ai_models.registry import CLAUDE_SONNET\n"),
        ("from models.registry import CLAUDE_SONNET as S\n", "from ai_models.registry import CLAUDE_SONNET as S\n"),
        ("from models import ModelRegistry, ModelSpec\n", "from ai_models import ModelRegistry, ModelSpec\n"),
        ("from models import ModelRegistry, Provider\n", "from ai_models.registry import ModelRegistry, Provider\n"),
        ("from models import ModelRegistry  # why\n", "from ai_models import ModelRegistry  # why\n"),
        ("from  models  import  Provider as  P\n", "from  ai_models.registry  import  Provider as  P\n"),
        (
            "from models.registry import CLAUDE_SONNET, \\\n    GPT_4O\n",
            "from ai_models.registry import CLAUDE_SONNET, \\\n    GPT_4O\n",
        ),
        ("from \\\n  models.registry \\\n  import GPT_4O\n", "from \\\n  ai_models.registry \\\n  import GPT_4O\n"),
        ("from models.registry import(GPT_4O)\n", "from ai_models.registry import(GPT_4O)\n"),
        (
            "from models.registry import (\n    GPT_4O,  # one\n    # two\n    CLAUDE_SONNET as C,\n)\n",
            "from ai_models.registry import (\n    GPT_4O,  # one\n    # two\n    CLAUDE_SONNET as C,\n)\n",
        ),
        (
            "from models import (ModelRegistry as b, # comment\n ModelSpec,)\n",
            "from ai_models import (ModelRegistry as b, # comment\n ModelSpec,)\n",
        ),
        (
            "import os; from models.registry import GPT_4O; import sys\n",
            "import os; from ai_models.registry import GPT_4O; import sys\n",
        ),
        ("import models.registry as r\n", "import ai_models.registry as r\n"),
        ("import models as m\n", "import ai_models.registry as m\n"),
        ("import os, models.registry as r, sys\n", "import os, ai_models.registry as r, sys\n"),
        ("from models import registry\n", "from ai_models import registry\n"),
        ("from models import registry as _r\n", "from ai_models import registry as _r\n"),
        ("from providers import factory\n", "from ai_models import providers as factory\n"),
        ("from providers import base as b\n", "from ai_models import providers as b\n"),
        ("from providers.factory import get_provider\n", "from ai_models.providers import get_provider\n"),
        (
            "from providers.base import LLMProvider, SignalCategory as L\n",
            "from ai_models.providers import LLMProvider, SignalCategory as L\n",
        ),
        (
            "def f():\n\tfrom models.registry import GPT_4O\n\treturn GPT_4O\n",
            "def f():\n\tfrom ai_models.registry import GPT_4O\n\treturn GPT_4O\n",
        ),
        (
            "try:\n    from models.registry import GPT_4O\nexcept ImportError:\n    GPT_4O = None\n",
            "try:\n    from ai_models.registry import GPT_4O\nexcept ImportError:\n    GPT_4O = None\n",
        ),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from models import ModelSpec\n\ndef f(x: 'ModelSpec'): ...\n",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from ai_models import ModelSpec\n\ndef f(x: 'ModelSpec'): ...\n",
        ),
        ("if True: from models.registry import GPT_4O\n", "if True: from ai_models.registry import GPT_4O\n"),
        ("class A:\n    from models.registry import GPT_4O\n", "class A:\n    from ai_models.registry import GPT_4O\n"),
    ],
)
def test_a_statement_with_the_same_names(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before).text() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import models\nprint(models.registry.GPT_4O)\n", "import ai_models.registry\nprint(ai_models.registry.GPT_4O)\n"),
        (
            "import models.registry\nprint(models.registry.GPT_4O)\n",
            "import ai_models.registry\nprint(ai_models.registry.GPT_4O)\n",
        ),
        (
            "import models as m\nprint(m.registry.GPT_4O, m.ModelSpec)\n",
            "import ai_models.registry as m\nprint(m.GPT_4O, m.ModelSpec)\n",
        ),
        (
            "import models\nimport models.registry\nx = models.ModelSpec\n",
            "import ai_models.registry\nx = ai_models.registry.ModelSpec\n",
        ),
        (
            "import models, models.registry\nx = models.ModelSpec\n",
            "import ai_models.registry\nx = ai_models.registry.ModelSpec\n",
        ),
        (
            "import providers.factory\np = providers.factory.get_provider('gpt-4o')\n",
            "import ai_models.providers\np = ai_models.providers.get_provider('gpt-4o')\n",
        ),
        (
            "import models\ndef f(x: 'models.ModelSpec' = models.registry.GPT_4O): ...\n",
            "import ai_models.registry\ndef f(x: 'ai_models.registry.ModelSpec' = ai_models.registry.GPT_4O): ...\n",
        ),
        (
            "import models\nx = []  # type: models.ModelSpec\n",
            "import ai_models.registry\nx = []  # type: ai_models.registry.ModelSpec\n",
        ),
        (
            "import models; x = models . registry \\\n . GPT_4O\n",
            "import ai_models.registry; x = ai_models.registry \\\n . GPT_4O\n",
        ),
    ],
)
def test_chains_of_attributes(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before).text() == after


def test_a_star_names_what_is_used(rewrite: Rewrite) -> None:
    made = rewrite("from models.registry import *  # all of it\n\nprint(GPT_4O, len([]))\nx = ModelSpec\n")
    assert made.text() == f"{NEW} GPT_4O, ModelSpec  # all of it\n\nprint(GPT_4O, len([]))\nx = ModelSpec\n"


def test_a_star_that_brings_nothing_goes(rewrite: Rewrite) -> None:
    assert rewrite("import os\nfrom models.registry import *\nprint(os)\n").text() == "import os\nprint(os)\n"


def test_what_a_star_brought_besides_comes_from_where_it_is(rewrite: Rewrite) -> None:
    made = rewrite("from models.registry import *\n\n@dataclass\nclass A:\n    x: Enum = GPT_4O\n")
    assert made.text() == (
        f"from enum import Enum\nfrom dataclasses import dataclass\n"
        f"{NEW} GPT_4O\n\n@dataclass\nclass A:\n    x: Enum = GPT_4O\n"
    )


def test_a_star_that_brings_the_modules_own_stays(rewrite: Rewrite) -> None:
    registry = "import os\nHOUSE = 1\nclass ModelRegistry:\n    _DEPRECATED = {}\nGPT_4O = 1\n"
    text = "from models.registry import *\nprint(GPT_4O, HOUSE)\n"
    made = rewrite({"models/registry.py": registry, "app.py": text})
    assert made.text() == text
    assert made.bytes("models/registry.py") == registry.encode()
    assert made.remarks(kind="undecided")


def test_a_star_brings_what_all_lists(rewrite: Rewrite) -> None:
    registry = "from enum import Enum\n__all__ = ['GPT_4O']\nclass ModelRegistry:\n    _DEPRECATED = {}\nGPT_4O = 1\n"
    made = rewrite({"models/registry.py": registry, "app.py": "from models.registry import *\nprint(GPT_4O, Enum)\n"})
    assert made.text() == f"{NEW} GPT_4O\nprint(GPT_4O, Enum)\n"


def test_a_star_passes_on_what_others_take(rewrite: Rewrite) -> None:
    made = rewrite(
        {"door.py": "from models.registry import *\n", "app.py": "from door import CLAUDE_SONNET, ModelRegistry\n"}
    )
    assert made.text("door.py") == f"{NEW} CLAUDE_SONNET, ModelRegistry\n"
    assert made.changed() == {"door.py": "changed"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # one goes on with the old package: what is left of the statement stays where it is
        (
            "from providers.claude import CLAUDE_PRICING, ClaudeProvider\nprint(CLAUDE_PRICING)\n",
            "from providers.claude import CLAUDE_PRICING\n"
            "from ai_models.providers import ClaudeProvider\nprint(CLAUDE_PRICING)\n",
        ),
        (
            "from providers.claude import ClaudeProvider, CLAUDE_PRICING  # both\nprint(CLAUDE_PRICING)\n",
            "from providers.claude import CLAUDE_PRICING  # both\n"
            "from ai_models.providers import ClaudeProvider\nprint(CLAUDE_PRICING)\n",
        ),
        (
            "from providers.claude import (\n    CLAUDE_PRICING,  # a\n    ClaudeProvider,  # b\n)\nprint(CLAUDE_PRICING)\n",
            "from providers.claude import (\n    CLAUDE_PRICING,  # a\n    # b\n)\n"
            "from ai_models.providers import ClaudeProvider\nprint(CLAUDE_PRICING)\n",
        ),
        (
            "if x: from providers.claude import CLAUDE_PRICING, ClaudeProvider; print(CLAUDE_PRICING)\n",
            "if x: from providers.claude import CLAUDE_PRICING; from "
            "ai_models.providers import ClaudeProvider; print(CLAUDE_PRICING)\n",
        ),
        # modules and names have no place in common
        (
            "from providers import factory, SignalCategory\n",
            "from ai_models import providers as factory\nfrom ai_models.providers import SignalCategory\n",
        ),
    ],
)
def test_a_statement_in_two(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before).text() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # what all uses of a name have become is imported instead of it
        ("from models import ModelRegistry\nx = ModelRegistry.GPT_4O\n", f"{NEW} GPT_4O\nx = GPT_4O\n"),
        (
            "from models import ModelRegistry, ModelSpec\nx: ModelSpec = ModelRegistry.GPT_4O\n",
            f"{NEW} GPT_4O, ModelSpec\nx: ModelSpec = GPT_4O\n",
        ),
        (
            "from models import (\n    ModelRegistry,  # all models\n"
            "    ModelSpec,\n)\nx: ModelSpec = ModelRegistry.GPT_4O\n",
            f"{NEW} (\n    # all models\n    GPT_4O, ModelSpec,\n)\nx: ModelSpec = GPT_4O\n",
        ),
        # a name that is there already is used
        (
            "from models import ModelRegistry\nfrom models.registry import GPT_4O as big\nx = ModelRegistry.GPT_4O, big\n",
            f"{NEW} GPT_4O as big\nx = big, big\n",
        ),
        # one that means something else is not
        (
            "from models import ModelRegistry\nGPT_4O = 'gpt-4o'\nx = ModelRegistry.GPT_4O\n",
            f"{NEW} GPT_4O as CATALOGUE_GPT_4O\nGPT_4O = 'gpt-4o'\nx = CATALOGUE_GPT_4O\n",
        ),
        # in a function, where the import was
        (
            "def f():\n    from models import ModelRegistry\n    return ModelRegistry.GPT_4O\n",
            f"def f():\n    {NEW} GPT_4O\n    return GPT_4O\n",
        ),
    ],
)
def test_names_go_and_come(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before).text() == after


@pytest.mark.parametrize("passed_on", ["__all__ = ['ModelRegistry']\n", "__all__: list = ['ModelRegistry']\n"])
def test_a_name_that_is_passed_on_stays(rewrite: Rewrite, passed_on: str) -> None:
    made = rewrite(f"from models import ModelRegistry\n{passed_on}x = ModelRegistry.GPT_4O\n")
    assert made.text() == f"{NEW} GPT_4O, ModelRegistry\n{passed_on}x = GPT_4O\n"


def test_a_name_that_nothing_uses_stays(rewrite: Rewrite) -> None:
    assert rewrite("from models import ModelRegistry, ModelSpec  # noqa: F401\n").text() == (
        "from ai_models import ModelRegistry, ModelSpec  # noqa: F401\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from .models.registry import GPT_4O\n", "from ai_models.registry import GPT_4O\n"),
        ("from.models.registry import GPT_4O\n", "from ai_models.registry import GPT_4O\n"),
        ("from .models import registry as r\n", "from ai_models import registry as r\n"),
        (
            "from . import models\nx = models.registry.GPT_4O\n",
            "from ai_models import registry as models\nx = models.GPT_4O\n",
        ),
        ("from kit.providers.factory import get_provider\n", "from ai_models.providers import get_provider\n"),
        ("import kit.models.registry as r\nx = r.GPT_4O\n", "import ai_models.registry as r\nx = r.GPT_4O\n"),
        (
            "import kit.models.registry\nx = kit.models.registry.GPT_4O\n",
            "import ai_models.registry\nx = ai_models.registry.GPT_4O\n",
        ),
        (
            "import kit.models.registry\nx = kit.models.registry.GPT_4O, kit.version\n",
            "import kit, ai_models.registry\nx = ai_models.registry.GPT_4O, kit.version\n",
        ),
        (
            "import kit\nx = kit.models.registry.GPT_4O\n",
            "import kit\nimport ai_models.registry\nx = ai_models.registry.GPT_4O\n",
        ),
    ],
)
def test_copies_below_a_package(rewrite: Rewrite, before: str, after: str) -> None:
    made = rewrite({**copy_of_old("kit"), "kit/use.py": before}, old=False)
    assert made.text("kit/use.py") == after


def test_a_copy_two_levels_up(rewrite: Rewrite) -> None:
    made = rewrite(
        {**copy_of_old("kit"), "kit/deep/__init__.py": "", "kit/deep/use.py": "from ..models import ModelSpec\n"}, old=False
    )
    assert made.text("kit/deep/use.py") == "from ai_models import ModelSpec\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_stay_as_they_are(rewrite: Rewrite, end: str, last: bool) -> None:
    lines = ["from providers.claude import CLAUDE_PRICING, ClaudeProvider", "print(CLAUDE_PRICING)"]
    made = rewrite((end.join(lines) + (end if last else "")).encode())
    lines[0:1] = ["from providers.claude import CLAUDE_PRICING", "from ai_models.providers import ClaudeProvider"]
    assert made.bytes() == (end.join(lines) + (end if last else "")).encode()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("# é\nfrom models.registry import GPT_4O  # ünd\n", "utf-8"),
        ("# -*- coding: latin-1 -*-\ná = 1; from models.registry import GPT_4O  # ünd\n", "latin-1"),
        ("# coding: cp1252\nfrom models.registry import GPT_4O  # €\n", "cp1252"),
        ("\x0cfrom models.registry import GPT_4O\n", "utf-8"),
        ("x = '😀'; from models.registry import GPT_4O\n", "utf-8"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_encodings_stay_as_they_are(rewrite: Rewrite, text: str, encoding: str, mark: bytes) -> None:
    if mark and encoding != "utf-8":
        mark = b""
    made = rewrite(mark + text.encode(encoding))
    assert made.bytes() == mark + text.replace("models.registry", "ai_models.registry").encode(encoding)


def test_the_last_line_needs_no_end(rewrite: Rewrite) -> None:
    assert rewrite(b"from models.registry import GPT_4O").bytes() == b"from ai_models.registry import GPT_4O"


@pytest.mark.parametrize(
    "text",
    [
        "def lookup(models, key):\n    return models.registry.get(key)\n",
        "models = {}\nmodels.registry = 1\n",
        "from .models import Message\n",
        "import mymodels.registry\nfrom mymodels.registry import GPT_4O\n",
        "# from models.registry import GPT_4O\n",
    ],
)
def test_what_only_looks_like_it_stays(rewrite: Rewrite, text: str) -> None:
    made = rewrite({"desk/__init__.py": "", "desk/models.py": "class Message: ...\n", "desk/app.py": text})
    assert made.changed() == {}
    assert not made.remarks("desk/app.py")


def test_django_s_models_are_not_ours(rewrite: Rewrite) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/models.py": "from django.db import models\nclass Provider(models.Model): ...\n",
        "shop/views.py": "from .models import Provider\nfrom shop.models import Provider as P\nprint(Provider.objects)\n",
        "manage.py": "from shop import models\nmodels.Provider\n",
    }
    made = rewrite(files, old=False)
    assert not made.plan.changes
    assert not made.plan.remarks


def test_of_two_trees_in_one_the_nearest_package_counts(rewrite: Rewrite) -> None:
    files: dict[str, str | bytes] = {
        **{
            f"one/{path}": text
            for path, text in {
                "models/registry.py": "class ModelRegistry:\n    _DEPRECATED = {}\n",
                "models/__init__.py": "",
            }.items()
        },
        "one/app.py": "from models import Provider\nfrom models.registry import ModelRegistry\n",
        "two/models.py": "class Provider: ...\n",
        "two/app.py": "from models import Provider\nprint(Provider.ANTHROPIC)\n",
    }
    made = rewrite(files, old=False)
    assert made.text("two/app.py") == files["two/app.py"]
    assert made.text("one/app.py").count("ai_models") == 2
