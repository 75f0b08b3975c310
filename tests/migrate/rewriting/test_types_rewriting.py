"""Provider, ModelSpec and the old modules themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made, copy_of_old

Rewrite = Callable[..., Made]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = spec.provider is Provider.OPENAI\n", "x = spec.provider == Provider.OPENAI\n"),
        ("x = spec.provider is not Provider.OPENAI\n", "x = spec.provider != Provider.OPENAI\n"),
        ("x = Provider.OPENAI is spec.provider\n", "x = Provider.OPENAI == spec.provider\n"),
        ("x = (a is\n     not # why\n  Provider.OPENAI)\n", "x = (a != # why\n  Provider.OPENAI)\n"),
        ("x = (a is # why\n     not Provider.OPENAI)\n", None),
        ("x = (a # is it?\n is Provider.OPENAI)\n", None),
        ("x = a is not \\\n  Provider.OPENAI\n", "x = a != \\\n  Provider.OPENAI\n"),
        ("x = a == b is Provider.OPENAI\n", "x = a == b == Provider.OPENAI\n"),
        ("x = 'is' if this is Provider.OPENAI else 1\n", "x = 'is' if this == Provider.OPENAI else 1\n"),
        ("x = f'{a is Provider.OPENAI}'\n", "x = f'{a == Provider.OPENAI}'\n"),
        ("x = a == Provider.OPENAI\n", "x = a == Provider.OPENAI\n"),
        ("x = a is Provider.OPENAI.value\n", "x = a is Provider.OPENAI.value\n"),
        ("x = a is Provider\n", "x = a is Provider\n"),
        ("match p:\n    case Provider.OPENAI: pass\n", "match p:\n    case Provider.OPENAI: pass\n"),
    ],
)
def test_members_are_compared_by_value(rewrite: Rewrite, before: str, after: str | None) -> None:
    made = rewrite(f"from models import Provider\n{before}")
    if after is None:
        assert made.changed() == {}
        assert made.remarks(kind="undecided")
    else:
        assert made.text() == f"from ai_models.registry import Provider\n{after}"


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("Provider(x)", True),
        ("[p.value for p in Provider]", True),
        ("list(Provider)", True),
        ("dict.fromkeys(Provider, 0)", True),
        ("isinstance(x, Provider)", True),
        ("Provider['OPENAI']", False),
        ("Provider.OPENAI", False),
        ("{Provider.OPENAI: 1}", False),
        ("Provider", False),
    ],
)
def test_uses_of_the_enum(rewrite: Rewrite, code: str, is_told: bool) -> None:
    made = rewrite(f"from models import Provider\nx = {code}\n")
    assert made.text() == f"from ai_models.registry import Provider\nx = {code}\n"
    assert made.told() == ([(2, "Provider")] if is_told else [])


SPEC = "from models import ModelRegistry, ModelSpec, Provider\nfrom models.registry import GPT_4O\n"


@pytest.mark.parametrize(
    "known",
    [
        "def f(x: ModelSpec):\n    return x{}\n",
        "def f(x: 'ModelSpec'):\n    return x{}\n",
        "def f(x: ModelSpec | None):\n    return x{}\n",
        "def f(x: 'Optional[ModelSpec]' = None):\n    return x{}\n",
        "def f(x=GPT_4O):\n    return x{}\n",
        "def f(*, x=GPT_4O):\n    return x{}\n",
        "x: ModelSpec = load()\ny = x{}\n",
        "x = ModelRegistry.get_spec(k)\ny = x{}\n",
        "if x := ModelRegistry.get_spec(k):\n    y = x{}\n",
        "y = ModelRegistry.get_spec(k){}\n",
        "y = GPT_4O{}\n",
        "y = ModelRegistry.GPT_4O{}\n",
        "for x in ModelRegistry.get_all_current_models().values():\n    y = x{}\n",
        "y = [x{} for k, x in ModelRegistry.get_all_current_models().items()]\n",
        "all = ModelRegistry.get_all_current_models()\ny = all['gpt-4o']{}\n",
        "all = {'a': GPT_4O}\ny = all.get('a'){}\n",
        "y = next(x for x in [GPT_4O]){}\n",
        "y = max((GPT_4O, ModelRegistry.GPT_4O)){}\n",
        "y = (ModelRegistry.get_spec(k) or GPT_4O){}\n",
        "y = (GPT_4O if k else other){}\n",
        "def f(x: list[ModelSpec]):\n    return x[0]{}\n",
        "def f(x: dict[str, ModelSpec]):\n    return [each{} for each in x.values()]\n",
        "y = f'{GPT_4O{}}'\n",
    ],
)
def test_a_provider_of_a_model_is_a_text(rewrite: Rewrite, known: str) -> None:
    made = rewrite(SPEC + known.replace("{}", ".provider.value", 1))
    text = made.text().replace(", None)", ")")
    assert ".provider.value" not in text
    assert ".provider" in text
    assert (2 + known[: known.index("{}")].count("\n") + 1, "Provider") in made.told(kind="difference")


def test_the_name_of_a_provider_is_its_value_in_capitals(rewrite: Rewrite) -> None:
    made = rewrite(f"{SPEC}x = GPT_4O.provider.name\n")
    assert "x = GPT_4O.provider.upper()\n" in made.text()


@pytest.mark.parametrize(
    ("code", "is_told"), [("def f(spec): return spec.provider.value\n", True), ("x = config.provider.value\n", False)]
)
def test_of_what_nothing_is_known_nothing_is_changed(rewrite: Rewrite, code: str, is_told: bool) -> None:
    made = rewrite(SPEC + code)
    assert code in made.text()
    assert bool(made.remarks(kind="undecided")) is is_told


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: ModelSpec) -> 'ModelSpec': ...\n",
        "x = isinstance(y, ModelSpec)\n",
        "x = Optional['ModelSpec']\n",
        "__all__ = ['ModelSpec']\n",
        "x = cast('ModelSpec', y)\n",
        "def f(x):\n    # type: (ModelSpec) -> None\n    pass\n",
    ],
)
def test_the_type_goes_on(rewrite: Rewrite, code: str) -> None:
    made = rewrite(f"from models import ModelSpec\n{code}")
    assert made.text() == f"from ai_models import ModelSpec\n{code}"
    assert not made.remarks()


@pytest.mark.parametrize(
    "code",
    [
        "class House(ModelSpec): pass\n",
        "x = ModelSpec(*values)\n",
        "x = ModelSpec(provider=1, name=name, api_identifier='x')\n",
        "x = ModelSpec.__dataclass_fields__\n",
        "x = fields(ModelSpec)\n",
    ],
)
def test_what_only_the_old_type_can_stays(rewrite: Rewrite, code: str) -> None:
    made = rewrite(f"from models import ModelSpec\n{code}")
    assert made.changed() == {}
    assert made.remarks(kind="undecided")


def test_old_and_new_type_in_one_file(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelSpec\nx: ModelSpec = ModelSpec(*values)\n")
    assert made.text() == (
        "from ai_models import ModelSpec\nfrom models.registry import ModelSpec as LegacyModelSpec\n"
        "x: ModelSpec = LegacyModelSpec(*values)\n"
    )


@pytest.mark.parametrize(
    ("code", "new", "is_told"),
    [
        ("x = getattr(registry, name)", None, False),
        ("x = hasattr(registry, name)", None, False),
        ("x = registry.__name__", None, False),
        ("r = registry; x = r.GPT_4O", None, False),
        ("r = registry; x = r.ModelRegistry.get_spec(k)", "r = registry; x = r.ModelRegistry.get_spec(k, None)", True),
        ("reload(registry)", None, True),
        ("x = vars(registry)[name]", "x = getattr(registry, name)", True),
        ("x = vars(registry)['GPT_4O']", "x = getattr(registry, 'GPT_4O')", True),
        ("x = vars(registry)", None, True),
        ("x = registry is None or bool(registry) or not registry", None, False),
        ("if registry: x = registry and registry.GPT_4O", None, False),
        ("x = registry.__dict__", None, True),
        ("x = registry.__dict__['GPT_4O']", "x = getattr(registry, 'GPT_4O')", True),
        ("x = registry . __dict__ [ name ] . name", "x = getattr(registry, name) . name", True),
    ],
)
def test_modules_as_values(rewrite: Rewrite, code: str, new: str | None, is_told: bool) -> None:
    made = rewrite(f"from models import registry\n{code}\n")
    assert made.text() == f"from ai_models import registry\n{new or code}\n"
    assert bool(made.remarks(kind="difference")) is is_told


def test_a_name_that_no_table_knows_keeps_its_module(rewrite: Rewrite) -> None:
    made = rewrite("import providers.claude as c\nx = c.SECRET\ny = c.ClaudeProvider()\n")
    assert made.changed() == {}
    assert (2, "providers.claude") in made.told(kind="undecided")
    assert made.bytes("providers/claude.py") is not None
    assert made.bytes("providers/base.py") is None


def test_a_method_that_no_table_knows_keeps_its_module(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelRegistry\nModelRegistry.house_rules()\nModelRegistry.get_spec(k)\n")
    assert made.text() == (
        "from ai_models import ModelRegistry\nfrom models.registry import ModelRegistry as LegacyModelRegistry\n"
        "LegacyModelRegistry.house_rules()\nModelRegistry.get_spec(k, None)\n"
    )
    assert made.bytes("models/registry.py") is not None
    assert made.bytes("models/__init__.py") is not None


def test_of_a_copy_what_stays_comes_from_the_package_at_the_top(rewrite: Rewrite) -> None:
    files = {**copy_of_old("kit"), "kit/use.py": "from .models import ModelRegistry\nx = ModelRegistry._DEPRECATED\n"}
    made = rewrite(files, old=False)
    assert made.text("kit/use.py") == "from models.registry import ModelRegistry\nx = ModelRegistry._DEPRECATED\n"
    assert made.bytes("kit/models/registry.py") is None


@pytest.mark.parametrize("name", ["ModelRegistry", "ModelSpec"])
@pytest.mark.parametrize(
    ("test", "is_told"), [("issubclass(A, {})", True), ("isinstance(A(), {})", True), ("print({})", False)]
)
def test_a_subclass_that_goes_on_is_none_of_the_new_class(rewrite: Rewrite, name: str, test: str, is_told: bool) -> None:
    made = rewrite(f"from models import {name}\nclass A({name}): ...\nx = {test.format(name)}\n")
    told = [each for each in made.remarks(kind="difference") if each.rule == "subclass"]
    assert [each.line for each in told] == ([3] if is_told else [])


def test_a_test_of_types_without_a_subclass_is_no_news(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelSpec\nclass A(dict): ...\nx = isinstance(y, ModelSpec)\n")
    assert not made.remarks()
