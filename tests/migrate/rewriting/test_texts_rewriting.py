"""Old names in texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made, copy_of_old

from ai_models.migrate.rewriting.texts import new_reference

Rewrite = Callable[..., Made]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("models", "ai_models.registry"),
        ("models.registry", "ai_models.registry"),
        ("models.registry.GPT_4O", "ai_models.registry.GPT_4O"),
        ("models.ModelRegistry", "ai_models.registry.ModelRegistry"),
        ("models.registry.ModelRegistry.get_spec", "ai_models.registry.ModelRegistry.get_spec"),
        ("models.registry.ModelRegistry.GPT_4O", "ai_models.registry.GPT_4O"),
        ("models.Provider", "ai_models.registry.Provider"),
        ("models.registry.Provider.OPENAI", "ai_models.registry.Provider.OPENAI"),
        ("models.registry.ModelRegistry._DEPRECATED", None),
        ("models.registry.nobody", None),
        ("providers", "ai_models.providers"),
        ("providers.factory.get_provider", "ai_models.providers.get_provider"),
        ("providers.factory:get_provider", "ai_models.providers:get_provider"),
        ("kit.providers.claude.ClaudeProvider", "ai_models.providers.ClaudeProvider"),
        ("providers.base.LLMProvider.classify", "ai_models.providers.LLMProvider.classify"),
        ("providers.claude.CLAUDE_PRICING", None),
        ("providers.claude.anthropic.Anthropic", None),
        ("os.path", None),
    ],
)
def test_dotted_names(old: str, new: str | None) -> None:
    assert new_reference(old) == new


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("import_module('models.registry')", "import_module('ai_models.registry')"),
        ('import_module("models")', 'import_module("ai_models.registry")'),
        ("__import__('providers.factory', fromlist=['x'])", "__import__('ai_models.providers', fromlist=['x'])"),
        ("patch('providers.factory.get_provider')", "patch('ai_models.providers.get_provider')"),
        ("m.setattr('models.registry.GPT_4O', 1)", "m.setattr('ai_models.registry.GPT_4O', 1)"),
        ("sys.modules['models.registry']", "sys.modules['ai_models.registry']"),
        ("'models.registry' in sys.modules", "'ai_models.registry' in sys.modules"),
        ("('models.registry', 'os')", "('ai_models.registry', 'os')"),
        ("u'models.registry'", "u'ai_models.registry'"),
        ('"""models.registry"""', '"""ai_models.registry"""'),
        ("load(path='models.registry.GPT_4O')", "load(path='ai_models.registry.GPT_4O')"),
    ],
)
def test_texts_that_are_names(rewrite: Rewrite, code: str, new: str) -> None:
    made = rewrite(f"import sys\nx = {code}\n")
    assert made.text() == f"import sys\nx = {new}\n"
    assert not made.remarks()


@pytest.mark.parametrize(
    ("use", "new"),
    [
        ("import_module(NAME)", "ai_models.registry"),
        ("print(len(sys.modules), NAME in sys.modules)", "ai_models.registry"),
        ("logging.getLogger(NAME)", "models.registry"),
        ("seen.append(NAME)", "models.registry"),
    ],
)
def test_a_variable_that_is_passed_on_may_not_mean_the_module(rewrite: Rewrite, use: str, new: str) -> None:
    text = f"import logging, sys\nNAME = 'models.registry'\n{use}\n"
    made = rewrite(text)
    assert made.text() == text.replace("models.registry", new)
    assert bool(made.told(kind="undecided")) is (new == "models.registry")


@pytest.mark.parametrize(
    "code",
    [
        "getLogger('models.registry')",
        "{'models.registry': 1}",
        "f('models.registry')",
        "'models.registry' in mine",
        "import_module('models' '.registry')",
        "import_module('models.\\x72egistry')",
        "import_module(f'models.{name}')",
        "import_module('models.' + name)",
        "import_module('.registry', package='models')",
        "import_module('.registry', 'models')",
        "patch('models.registry.ModelRegistry._DEPRECATED')",
    ],
)
def test_texts_that_may_be_names_are_listed(rewrite: Rewrite, code: str) -> None:
    made = rewrite(f"import sys\nx = {code}\n")
    assert made.changed() == {}
    assert [each.kind for each in made.remarks()] == ["undecided"]


@pytest.mark.parametrize(
    "code",
    [
        "'see models.registry'",
        "'''models.registry'''",
        "'models'",
        "'https://models.registry.example'",
        "b'models.registry'",
    ],
)
def test_other_texts_stay(rewrite: Rewrite, code: str) -> None:
    text = f'"""models.registry"""\n{code}\nx = f(models, "providers")\n'
    made = rewrite(text)
    assert made.text() == text
    assert not made.remarks()


def test_a_text_within_a_module_that_stays_for_it(rewrite: Rewrite) -> None:
    made = rewrite("with patch('providers.claude.anthropic.Anthropic'): pass\n")
    assert made.told(kind="undecided") == [(1, "providers.claude.anthropic.Anthropic")]
    assert made.bytes("providers/claude.py") is not None


def test_a_test_that_reaches_into_a_module_does_not_keep_it(rewrite: Rewrite) -> None:
    made = rewrite({"tests/test_a.py": "with patch('providers.claude.anthropic.Anthropic'): pass\n"})
    assert made.bytes("providers/claude.py") is None
    assert len(made.remarks("tests/test_a.py", kind="undecided")) == 2


def test_what_is_loaded_by_name_is_what_it_is(rewrite: Rewrite) -> None:
    code = (
        "r = import_module('models.registry')\nx = r.ModelRegistry.get_spec(k)\n"
        "y = import_module('models.registry').GPT_4O\n"
    )
    made = rewrite(f"from importlib import import_module\n{code}")
    assert made.text() == (
        "from importlib import import_module\nr = import_module('ai_models.registry')\n"
        "x = r.ModelRegistry.get_spec(k, None)\ny = import_module('ai_models.registry').GPT_4O\n"
    )


def test_texts_of_copies(rewrite: Rewrite) -> None:
    files = {**copy_of_old("kit"), "tests/test_a.py": "with patch('kit.providers.factory.get_provider'): pass\n"}
    made = rewrite(files, old=False)
    assert made.text("tests/test_a.py") == "with patch('ai_models.providers.get_provider'): pass\n"
    assert made.bytes("kit/providers/factory.py") is None


@pytest.mark.parametrize(
    "code",
    [
        "x = sys.modules['models']",
        "x = 'models' in sys.modules",
        "x = sys.modules.pop('models', None)",
        "patch.dict(sys.modules, {'models': fake})",
        "monkeypatch.delitem(sys.modules, 'models')",
    ],
)
def test_a_package_that_nobody_loads_any_more_is_listed(rewrite: Rewrite, code: str) -> None:
    made = rewrite(f"import sys\n{code}\n")
    assert made.changed() == {}
    (remark,) = made.remarks(kind="undecided")
    assert (remark.line, remark.legacy) == (2, "models")
    assert "nobody loads any more" in remark.message


@pytest.mark.parametrize(
    "code",
    [
        "x = mine['models']",
        "x = sorted({'models': 1})",
        "x = {'models': 1}",
        "x = f(a, {'models': 1})",
    ],
)
def test_a_word_is_no_package(rewrite: Rewrite, code: str) -> None:
    assert not rewrite(f"import sys\n{code}\n").remarks()


@pytest.mark.parametrize(
    ("code", "line", "legacy"),
    [
        ('exec("from models.registry import GPT_4O")\n', 1, "models.registry"),
        ('exec("""\nx = 1\nimport providers.factory\n""")\n', 3, "providers.factory"),
        ('exec("x = 1\\nfrom models import ModelRegistry")\n', 1, "models"),
        ('run(["python", "-c", "from models import ModelRegistry; f()"])\n', 1, "models"),
        ('run("python3 -m models.registry")\n', 1, "models.registry"),
        ('def f():\n    """What.\n\n    >>> from models import ModelRegistry\n    """\n', 4, "models"),
        ('def f():\n    """What.\n\n    >>> if x:\n    ...     from models import ModelRegistry\n    """\n', 5, "models"),
    ],
)
def test_programs_in_texts_are_listed_where_they_import(rewrite: Rewrite, code: str, line: int, legacy: str) -> None:
    made = rewrite(code)
    assert made.changed() == {}
    assert made.told(kind="undecided") == [(line, legacy)]


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """Write from models import ModelRegistry."""\n',
        'x = "from .models import ModelRegistry"\n',
        'x = "from models import User"\n'.replace("models", "shop.models"),
        'x = "import nothing"\n',
    ],
)
def test_other_programs_are_not(rewrite: Rewrite, code: str) -> None:
    assert not rewrite(code).remarks()


def test_a_program_that_needs_a_copy_keeps_it(rewrite: Rewrite) -> None:
    code = 'exec("from kit.models.registry import ModelRegistry, ModelSpec")\n'
    made = rewrite({**copy_of_old("kit"), "app.py": code}, old=False)
    assert made.told(kind="undecided") == [(1, "kit.models.registry")]
    assert made.bytes("kit/models/registry.py") is not None
    assert made.bytes("kit/providers/factory.py") is None


def test_a_script_beside_a_copy_is_read_from_where_it_stands(rewrite: Rewrite) -> None:
    files = {**copy_of_old("kit"), "kit/jobs/py2.py": "from ..models.registry import GPT_4O\nprint GPT_4O\n"}
    made = rewrite(files, old=False)
    assert (1, "..models.registry") in made.told("kit/jobs/py2.py", kind="undecided")
    assert made.bytes("kit/models/registry.py") is not None


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("with patch('models.registry.ModelRegistry.get_spec'): pass\n", True),
        ("@patch('models.ModelRegistry.is_deprecated', return_value=1)\ndef test(m): ...\n", True),
        ("m.setattr('app.ModelRegistry.get_replacement', lambda key: 1)\n", True),
        ("with patch('models.registry.ModelRegistry'): pass\n", False),
        ("with patch('app.Mine.get_spec'): pass\n", False),
        ("log('app.ModelRegistry.get_spec')\n", False),
    ],
)
def test_a_substitute_of_a_lookup_must_take_a_default(rewrite: Rewrite, code: str, is_told: bool) -> None:
    app = "from models import ModelRegistry\nclass Mine:\n    def get_spec(self): ...\n"
    made = rewrite({"app.py": app, "tests/test_a.py": code})
    told = [each for each in made.remarks("tests/test_a.py", kind="difference") if each.rule == "patched"]
    assert bool(told) is is_told


def test_programs_of_other_languages_are_listed(rewrite: Rewrite) -> None:
    files = {
        "Makefile": "show:\n\tpython3 -m models.registry\n\tpython -c 'from models import ModelRegistry'\n",
        "run.sh": "# python -m models.registry\npython -W ignore -m providers.factory\n",
    }
    made = rewrite(files)
    assert made.told("Makefile", kind="undecided") == [(2, "models.registry"), (3, "models")]
    assert made.told("run.sh", kind="undecided") == [(2, "providers.factory")]
    done = rewrite({"run.sh": "python -c 'from ai_models.providers import LLMProvider'\n"})
    assert done.told("run.sh") == []
    assert made.changed() == {}
