"""What ``from models import *`` brings, where the old packages take everything from each other, or cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import OLD_MODELS, Made, copy_of_old

Rewrite = Callable[..., Made]

REGISTRY = f"{OLD_MODELS['models/registry.py']}"
NEW = "from ai_models.registry import"


@pytest.mark.parametrize("inner", ["from models.registry import *\n", "from .registry import *\n"])
def test_a_package_that_takes_everything_from_its_module(rewrite: Rewrite, inner: str) -> None:
    app = "from models import *\nx = GPT_4O.name\ny: Enum = None\n"
    made = rewrite({"models/__init__.py": inner, "app.py": app})
    assert made.text() == f"from enum import Enum\n{NEW} GPT_4O\nx = GPT_4O.name\ny: Enum = None\n"
    assert made.bytes("models/registry.py") is None


def test_what_is_a_modules_own_is_so_through_the_package_too(rewrite: Rewrite) -> None:
    app = "from models import *\nx = GPT_4O.name\ny = cheapest()\n"
    files = {
        "models/__init__.py": "from models.registry import *\n",
        "models/registry.py": f"{REGISTRY}def cheapest(): ...\n",
    }
    made = rewrite({**files, "app.py": app})
    assert made.text() == app
    assert "cheapest is in the old module alone" in made.remarks(kind="undecided")[0].message


def test_a_copy_that_takes_everything_from_its_module(rewrite: Rewrite) -> None:
    files = {**copy_of_old("kit"), "kit/models/__init__.py": "from .registry import *\n"}
    made = rewrite({**files, "kit/app.py": "from .models import *\nx = GPT_4O.name\n"}, old=False)
    assert made.text("kit/app.py") == f"{NEW} GPT_4O\nx = GPT_4O.name\n"


def test_a_module_that_takes_everything_from_elsewhere_may_have_any_name(rewrite: Rewrite) -> None:
    app = "from models.registry import *\nx = GPT_4O.name\ny = join('a')\n"
    made = rewrite({"models/registry.py": f"from os.path import *\n{REGISTRY}", "app.py": app})
    assert made.text() == app
    assert "join is in the old module alone" in made.remarks(kind="undecided")[0].message
    assert made.bytes("models/registry.py") is not None


def test_modules_that_take_everything_from_each_other(rewrite: Rewrite) -> None:
    files = {
        "models/__init__.py": "from models.registry import *\n",
        "models/registry.py": f"from models import *\n{REGISTRY}",
    }
    made = rewrite({**files, "app.py": "from models import *\nx = GPT_4O.name\n"})
    assert made.text() == f"{NEW} GPT_4O\nx = GPT_4O.name\n"


@pytest.mark.parametrize("registry", [f"{REGISTRY}def f(:\n", f"# coding: nowhere\n{REGISTRY}"])
def test_a_module_that_cannot_be_read_brings_the_old_names(rewrite: Rewrite, registry: str) -> None:
    made = rewrite({"models/registry.py": registry, "app.py": "from models.registry import *\nx = GPT_4O.name\n"})
    assert made.text() == f"{NEW} GPT_4O\nx = GPT_4O.name\n"
    assert made.bytes("models/registry.py") is not None


def test_a_module_that_is_not_there_brings_the_old_names(rewrite: Rewrite) -> None:
    made = rewrite("from models.registry import *\nx = GPT_4O.name\n", old=False)
    assert made.text() == f"{NEW} GPT_4O\nx = GPT_4O.name\n"
