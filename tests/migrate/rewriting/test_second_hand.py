"""Names that a module passes on: whoever takes them from it uses the old thing, and is rewritten by what it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rewriting_trees import Made

Rewrite = Callable[..., Made]

DOOR = "from models import ModelRegistry\nfrom models.registry import GPT_4O as BIG\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from desk.door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
            "from desk.door import ModelRegistry\nx = ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from desk.door import ModelRegistry as R\nx = R.get_spec(k)\n",
            "from desk.door import ModelRegistry as R\nx = R.get_spec(k, None)\n",
        ),
        (
            "from .door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
            "from .door import ModelRegistry\nx = ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from . import door\nx = door.ModelRegistry.get_spec(k)\n",
            "from . import door\nx = door.ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "import desk.door\nx = desk.door.ModelRegistry.get_spec(k)\n",
            "import desk.door\nx = desk.door.ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "import desk.door as d\nx = d.ModelRegistry.get_spec(k)\n",
            "import desk.door as d\nx = d.ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from desk.door import *\nx = ModelRegistry.get_spec(k)\n",
            "from desk.door import *\nx = ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from desk.door import ModelRegistry\nx = ModelRegistry.GPT_4O\n",
            "from desk.door import ModelRegistry\nfrom ai_models.registry import GPT_4O\nx = GPT_4O\n",
        ),
        ("from desk.door import BIG\nx = BIG.name\n", "from desk.door import BIG\nx = BIG.name\n"),
        (
            "from desk.door import ModelRegistry\nx = ModelRegistry._DEPRECATED\ny = ModelRegistry.is_deprecated(k)\n",
            "from desk.door import ModelRegistry\nfrom models.registry import ModelRegistry as LegacyModelRegistry\n"
            "x = LegacyModelRegistry._DEPRECATED\ny = ModelRegistry.is_deprecated(k, False)\n",
        ),
    ],
)
def test_uses_of_what_was_passed_on(rewrite: Rewrite, before: str, after: str) -> None:
    made = rewrite({"desk/__init__.py": "", "desk/door.py": DOOR, "desk/app.py": before})
    assert made.text("desk/app.py") == after
    assert made.text("desk/door.py") == "from ai_models import ModelRegistry\nfrom ai_models.registry import GPT_4O as BIG\n"


def test_through_several_doors_and_in_circles(rewrite: Rewrite) -> None:
    files = {
        "desk/__init__.py": "from .door import ModelRegistry\nfrom . import other\n",
        "desk/door.py": "from desk.inner import ModelRegistry\nfrom desk import other\n",
        "desk/inner.py": "from models import ModelRegistry\nfrom desk.other import nothing\n",
        "desk/other.py": "from desk import ModelRegistry as R\nfrom desk.door import ModelRegistry\nx = R.get_spec(k)\n",
        "app.py": "import desk\nx = desk.ModelRegistry.get_spec(k)\ny = desk.other.R.is_deprecated(k)\n",
    }
    made = rewrite(files)
    assert made.text("desk/inner.py") == "from ai_models import ModelRegistry\nfrom desk.other import nothing\n"
    assert made.text("desk/other.py").endswith("x = R.get_spec(k, None)\n")
    assert made.text() == "import desk\nx = desk.ModelRegistry.get_spec(k, None)\ny = desk.other.R.is_deprecated(k, False)\n"
    assert set(made.changed()) == {"desk/inner.py", "desk/other.py", "app.py"}


@pytest.mark.parametrize(
    ("package", "middle"),
    [
        ("from .middle import *\n", "from .door import ModelRegistry\n"),
        ("from .middle import ModelRegistry\n", "from .door import *\n"),
        ("from .middle import *\n", "from .door import *\n"),
        ("from .middle import \\\n    *\n", "from .door import *\n"),
    ],
)
def test_through_files_that_name_nothing_and_pass_on_everything(rewrite: Rewrite, package: str, middle: str) -> None:
    files = {
        "desk/__init__.py": package,
        "desk/middle.py": middle,
        "desk/door.py": "from models.registry import *\n",
        "app.py": "import desk\nx = desk.ModelRegistry.get_spec(k)\n",
    }
    made = rewrite(files)
    assert made.text() == "import desk\nx = desk.ModelRegistry.get_spec(k, None)\n"
    assert re.search(r"^from ai_models.*\bModelRegistry\b", made.text("desk/door.py"))
    assert set(made.changed()) == {"desk/door.py", "app.py"}


def test_what_a_door_goes_on_with_its_guests_go_on_with(rewrite: Rewrite) -> None:
    door = "from models import ModelRegistry\nif x:\n    ModelRegistry = Fake\n"
    app = "from door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n"
    made = rewrite(
        {"door.py": door, "app.py": app, "third.py": "from app import ModelRegistry\ny = ModelRegistry.get_spec(k)\n"}
    )
    assert made.changed() == {}
    assert made.remarks("door.py", kind="undecided")
    assert made.remarks("app.py", kind="undecided")
    assert made.remarks("third.py", kind="undecided")


def test_a_name_within_a_function_is_passed_on_to_nobody(rewrite: Rewrite) -> None:
    files = {
        "door.py": "def f():\n    from models import ModelRegistry\n",
        "app.py": "from door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
    }
    made = rewrite(files)
    assert set(made.changed()) == {"door.py"}


def test_two_files_of_one_name_pass_on_what_each_has(rewrite: Rewrite) -> None:
    files = {
        "one/__init__.py": "",
        "one/door.py": DOOR,
        "one/app.py": "from one.door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
        "two/__init__.py": "",
        "two/door.py": "class ModelRegistry: ...\n",
        "two/app.py": "from two.door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
    }
    made = rewrite(files)
    assert set(made.changed()) == {"one/door.py", "one/app.py"}
