"""The members of the old ModelRegistry: what None was, what the eight were, and what has no counterpart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made, copy_of_old

Rewrite = Callable[..., Made]

IMPORT = "from models.registry import ModelRegistry\n"
NEW = "from ai_models import ModelRegistry\n"


@pytest.mark.parametrize(
    "code",
    [
        "x = ModelRegistry.get_spec(key{})\n",
        "def f(key):\n    return ModelRegistry.get_spec(key{})\n",
        "if ModelRegistry.get_spec(key{}) is None: pass\n",
        "if ModelRegistry.get_spec(key{}) == None: pass\n",
        "if not ModelRegistry.get_spec(key{}): pass\n",
        "x = ModelRegistry.get_spec(key{}) or 1\n",
        "x = 1 if ModelRegistry.get_spec(key{}) else 2\n",
        "while ModelRegistry.get_spec(key{}): pass\n",
        "if (x := ModelRegistry.get_spec(key{})): pass\n",
        "assert ModelRegistry.get_spec(key{})\n",
        "f(ModelRegistry.get_spec(key{}))\n",
        "f(spec=ModelRegistry.get_spec(key{}))\n",
        "x = [ModelRegistry.get_spec(key{}), {'a': ModelRegistry.get_spec(key{})}]\n",
        "x = [ModelRegistry.get_spec(key{}) for key in keys]\n",
        "ModelRegistry.get_spec(key{})\n",
        "ModelRegistry().get_spec(key{})\n",
        "x = ModelRegistry.get_spec((key){})\n",
        "x = ModelRegistry.get_spec( key{} , )\n",
        "x = ModelRegistry.get_spec(\n    key{}  # a comment\n)\n",
        "x = ModelRegistry.get_spec((  # why\n    key\n){})\n",
        "x = ModelRegistry.get_spec(y := key{})\n",
        "x = ModelRegistry.get_spec(f(key)[0]{})\n",
        "x = ModelRegistry . get_spec (key{})\n",
        "x = f'{ModelRegistry.get_spec(key{})}'\n",
    ],
)
def test_a_result_that_may_be_none_stays_none(rewrite: Rewrite, code: str) -> None:
    made = rewrite(
        IMPORT + code.replace("{}", "").replace("f'ModelRegistry.get_spec(key)'", "f'{ModelRegistry.get_spec(key)}'")
    )
    assert made.text() == NEW + code.replace("{}", ", None")
    assert {legacy for _, legacy in made.told()} == {"ModelRegistry.get_spec"}


def test_in_f_strings_too(rewrite: Rewrite) -> None:
    made = rewrite(
        IMPORT + "x = (f'{a}'\n     f\"{ModelRegistry.get_spec(key)} {ModelRegistry.get_spec(key).name!r:>{width}}\")\n"
    )
    assert (
        made.text()
        == NEW
        + "x = (f'{a}'\n     f\"{ModelRegistry.get_spec(key, None)} {ModelRegistry.get_spec(key).name!r:>{width}}\")\n"
    )


@pytest.mark.parametrize(
    ("call", "new"),
    [
        ("ModelRegistry.get_spec(key=k)", "ModelRegistry.get_spec(name=k, default=None)"),
        ("ModelRegistry.get_spec(key = key)", "ModelRegistry.get_spec(name = key, default=None)"),
        ("ModelRegistry.is_deprecated(each)", "ModelRegistry.is_deprecated(each, False)"),
        ("ModelRegistry.is_deprecated(api_identifier=x)", "ModelRegistry.is_deprecated(name=x, default=False)"),
        ("ModelRegistry.get_replacement(each)", "ModelRegistry.get_replacement(each, None)"),
        ("ModelRegistry.get_replacement(identifier=x)", "ModelRegistry.get_replacement(name=x, default=None)"),
        ("map(ModelRegistry.get_spec, keys)", "map(lambda key: ModelRegistry.get_spec(key, None), keys)"),
        ("filter(ModelRegistry.is_deprecated, x)", "filter(lambda key: ModelRegistry.is_deprecated(key, False), x)"),
        (
            "sorted(x, key=ModelRegistry.get_replacement)",
            "sorted(x, key=lambda key: ModelRegistry.get_replacement(key, None))",
        ),
        ("ModelRegistry.get_spec or f", "(lambda key: ModelRegistry.get_spec(key, None)) or f"),
        ("[ModelRegistry.get_spec]", "[lambda key: ModelRegistry.get_spec(key, None)]"),
    ],
)
def test_calls_and_functions(rewrite: Rewrite, call: str, new: str) -> None:
    made = rewrite(f"{IMPORT}y = {call}\n")
    assert made.text() == f"{NEW}y = {new}\n"
    assert [each.kind for each in made.remarks()] == ["difference"]


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("get_spec", "lambda key: ModelRegistry.get_spec(key, None)"),
        ("get_all_current_models", "lambda: ModelRegistry.get_specs(LEGACY_MODELS)"),
    ],
)
def test_a_function_in_a_class_becomes_no_method(rewrite: Rewrite, name: str, new: str) -> None:
    made = rewrite(f"{IMPORT}class A:\n    ask = ModelRegistry.{name}\n    def f(self): y = ModelRegistry.{name}\n")
    assert made.text().partition("\n")[2] == (f"class A:\n    ask = staticmethod({new})\n    def f(self): y = {new}\n")


@pytest.mark.parametrize(
    ("code", "default"),
    [
        ("x = ModelRegistry.get_spec(key{}).name\n", ""),
        ("x = ModelRegistry.get_spec(key{})['name']\n", ""),
        ("try:\n    x = ModelRegistry.get_spec(key{}).name\nexcept AttributeError:\n    x = 1\n", ", None"),
        ("try:\n    x = ModelRegistry.get_spec(key{}).name\nexcept (KeyError, AttributeError):\n    x = 1\n", ", None"),
        ("try:\n    x = ModelRegistry.get_spec(key{}).name\nexcept KeyError:\n    x = 1\n", ""),
        ("try:\n    pass\nexcept AttributeError:\n    x = ModelRegistry.get_spec(key{}).name\n", ""),
        ("try:\n    pass\nexcept AttributeError:\n    pass\nelse:\n    x = ModelRegistry.get_spec(key{}).name\n", ""),
        ("try:\n    def f(): return ModelRegistry.get_spec(key{}).name\nexcept AttributeError:\n    pass\n", ""),
        ("with suppress(AttributeError):\n    x = ModelRegistry.get_spec(key{}).name\n", ", None"),
        ("with pytest.raises(AttributeError):\n    ModelRegistry.get_spec(key{}).name\n", ", None"),
        ("with open(AttributeError):\n    x = 1\nModelRegistry.get_spec(key{}).name\n", ""),
    ],
)
def test_a_result_that_is_used_at_once(rewrite: Rewrite, code: str, default: str) -> None:
    made = rewrite(IMPORT + code.replace("{}", ""))
    assert made.text() == NEW + code.replace("{}", default)
    (remark,) = made.remarks()
    assert ("ModelNotFoundError" in remark.message) is not bool(default)


def test_a_key_of_the_eight_is_no_news(rewrite: Rewrite) -> None:
    made = rewrite(IMPORT + "a = ModelRegistry.get_spec('gpt-4o').name\nb = ModelRegistry.get_spec('gpt-4.1').name\n")
    assert made.text() == NEW + "a = ModelRegistry.get_spec('gpt-4o').name\nb = ModelRegistry.get_spec('gpt-4.1').name\n"
    assert made.told() == [(3, "ModelRegistry.get_spec")]


@pytest.mark.parametrize(
    "call", ["ModelRegistry.get_spec(*keys)", "ModelRegistry.get_spec(**given)", "ModelRegistry.get_spec.cache()"]
)
def test_what_cannot_be_read_goes_on_with_the_old_one(rewrite: Rewrite, call: str) -> None:
    made = rewrite(f"{IMPORT}x = {call}\ny = ModelRegistry.is_deprecated(z)\n")
    assert made.text() == (
        f"{NEW}from models.registry import ModelRegistry as LegacyModelRegistry\n"
        f"x = {call.replace('ModelRegistry', 'LegacyModelRegistry')}\ny = ModelRegistry.is_deprecated(z, False)\n"
    )
    assert made.told(kind="undecided") == [(2, "ModelRegistry.get_spec")]
    assert [(site.line, site.name) for site in made.planned.old] == [(2, "models.registry.ModelRegistry.get_spec")]


# Rosters

EIGHT = "ModelRegistry.get_specs(LEGACY_MODELS)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ModelRegistry.get_all_current_models()", EIGHT),
        ("len(ModelRegistry.get_all_current_models( ))", f"len({EIGHT})"),
        ("ModelRegistry.get_all_current_models().values()", f"{EIGHT}.values()"),
        ("f(ModelRegistry.get_all_current_models)", f"f(lambda: {EIGHT})"),
        (
            "ModelRegistry.get_by_provider(Provider.OPENAI)",
            f"{{key: spec for key, spec in {EIGHT}.items() if spec.provider == Provider.OPENAI}}",
        ),
        (
            "ModelRegistry.get_by_provider(provider=p)",
            f"{{key: spec for key, spec in {EIGHT}.items() if spec.provider == p}}",
        ),
        (
            "ModelRegistry.get_by_provider(spec.provider)",
            f"{{name: model for name, model in {EIGHT}.items() if model.provider == spec.provider}}",
        ),
        (
            "ModelRegistry.get_by_provider(ask(key))",
            f"{{name: model for maker in [ask(key)] for name, model in {EIGHT}.items() if model.provider == maker}}",
        ),
        (
            "f'{ModelRegistry.get_by_provider(p)}'",
            f"f'{{({{key: spec for key, spec in {EIGHT}.items() if spec.provider == p}})}}'",
        ),
    ],
)
def test_the_eight_stay_eight(rewrite: Rewrite, before: str, after: str) -> None:
    made = rewrite(f"from models import ModelRegistry, Provider\nx = {before}\n")
    assert made.text() == f"from ai_models.registry import LEGACY_MODELS, ModelRegistry, Provider\nx = {after}\n"
    assert [each.kind for each in made.remarks()] == ["difference"]


def test_the_comprehension_gives_what_the_method_gave(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelRegistry, Provider\nx = ModelRegistry.get_by_provider(Provider.GOOGLE)\n")
    scope: dict[str, object] = {}
    exec(made.text(), scope)  # noqa: S102 what we have just written
    assert list(scope["x"]) == ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"]  # type: ignore[call-overload]


def copy_with_roster(roster: str) -> dict[str, str | bytes]:
    """A copy of the old packages whose registry returns another roster."""
    files = copy_of_old("kit")
    registry = files["kit/models/registry.py"]
    assert isinstance(registry, str)
    method = f"    @classmethod\n    def get_all_current_models(cls):\n        return {roster}\n\n"
    return files | {"kit/models/registry.py": registry.replace("    @classmethod\n", f"{method}    @classmethod\n", 1)}


def test_a_copy_has_its_own_roster(rewrite: Rewrite) -> None:
    files = copy_with_roster('{"gpt-4o": cls.GPT_4O, "gpt-4o-mini": 1}')
    files["kit/use.py"] = "from .models import ModelRegistry\nx = ModelRegistry.get_all_current_models()\n"
    made = rewrite(files, old=False)
    assert made.text("kit/use.py") == f'{NEW}x = ModelRegistry.get_specs(("gpt-4o", "gpt-4o-mini"))\n'


def test_a_roster_in_an_f_string_stands_in_the_quotes_that_are_left(rewrite: Rewrite) -> None:
    files = copy_with_roster('{"gpt-4o": cls.GPT_4O, "gpt-4o-mini": 1}')
    files["kit/use.py"] = (
        "from .models import ModelRegistry\n"
        'x = f"choose from {sorted(ModelRegistry.get_all_current_models())}"\n'
        "y = f'{ModelRegistry.get_by_provider(maker)}'\n"
    )
    made = rewrite(files, old=False)
    assert made.text("kit/use.py") == (
        f"{NEW}x = f\"choose from {{sorted(ModelRegistry.get_specs(('gpt-4o', 'gpt-4o-mini')))}}\"\n"
        'y = f\'{({key: spec for key, spec in ModelRegistry.get_specs(("gpt-4o", "gpt-4o-mini")).items() '
        "if spec.provider == maker})}'\n"
    )


@pytest.mark.parametrize("roster", ['{"gpt-4o": 1, "acme-9000": 2}', "dict(cls.all)", "{key: 1 for key in x}"])
def test_a_roster_that_cannot_be_had_again_stays(rewrite: Rewrite, roster: str) -> None:
    files = copy_with_roster(roster)
    files["kit/use.py"] = "from .models import ModelRegistry\nx = ModelRegistry.get_all_current_models()\n"
    made = rewrite(files, old=False)
    assert (
        made.text("kit/use.py") == "from models.registry import ModelRegistry\nx = ModelRegistry.get_all_current_models()\n"
    )
    assert (2, "kit.ModelRegistry.get_all_current_models") in made.told("kit/use.py", kind="undecided")


# Without counterpart


@pytest.mark.parametrize(
    ("maker", "constant"), [("ANTHROPIC", "CLAUDE_SONNET"), ("OPENAI", "GPT_4O"), ("GOOGLE", "GEMINI_FLASH")]
)
def test_a_recommendation_is_the_constant_that_it_always_was(rewrite: Rewrite, maker: str, constant: str) -> None:
    made = rewrite(
        f"from models import ModelRegistry, Provider\nx = ModelRegistry.get_recommended_model(Provider.{maker})\n"
    )
    assert made.text() == f"from ai_models.registry import {constant}\nx = {constant}\n"
    assert made.told() == [(2, "ModelRegistry.get_recommended_model")]


def test_a_recommendation_by_a_variable_takes_and_gives_the_new_types(rewrite: Rewrite) -> None:
    made = rewrite(f"{IMPORT}def f(p):\n    return ModelRegistry.get_recommended_model(p)\n")
    assert made.text() == (
        "from models.registry import ModelRegistry, Provider as LegacyProvider\nfrom ai_models import get_model\ndef f(p):\n"
        "    return get_model(ModelRegistry.get_recommended_model(LegacyProvider(p)).api_identifier)\n"
    )
    assert (3, "ModelRegistry.get_recommended_model") in made.told(kind="undecided")


@pytest.mark.parametrize("use", ["ModelRegistry._DEPRECATED", "sorted(ModelRegistry._DEPRECATED)"])
def test_tables_stay_with_the_old_registry(rewrite: Rewrite, use: str) -> None:
    made = rewrite(f"{IMPORT}x = {use}\n")
    assert made.changed() == {}
    assert made.told(kind="undecided") == [(1, "ModelRegistry"), (2, "ModelRegistry._DEPRECATED")]


def test_tables_by_provider_get_the_keys_of_today(rewrite: Rewrite) -> None:
    made = rewrite(f"{IMPORT}x = ModelRegistry.VERIFICATION_SOURCES\ny = ModelRegistry.verify_all_docs_accessible()\n")
    assert made.text() == (
        f"{IMPORT}from ai_models.registry import Provider\n"
        "x = {Provider(maker.value): answer for maker, answer in ModelRegistry.VERIFICATION_SOURCES.items()}\n"
        "y = {Provider(maker.value): answer for maker, answer in ModelRegistry.verify_all_docs_accessible().items()}\n"
    )


def test_what_is_replaced_at_run_time_is_listed(rewrite: Rewrite) -> None:
    made = rewrite(f"{IMPORT}ModelRegistry.get_spec = fake\npatch.object(ModelRegistry, 'get_spec')\n")
    assert made.text() == f"{NEW}ModelRegistry.get_spec = fake\npatch.object(ModelRegistry, 'get_spec')\n"
    assert [line for line, _ in made.told(kind="difference")] == [2, 3]


@pytest.mark.parametrize(
    "code",
    [
        "class House(ModelRegistry): pass\n",
        "register(ModelRegistry)\n",
        "register(registry=ModelRegistry)\n",
        "def f():\n    return ModelRegistry\n",
        "x = getattr(ModelRegistry, name)\n",
        "self.registry = ModelRegistry\n",
        "x = {'r': ModelRegistry}\n",
    ],
)
def test_where_the_class_goes_nobody_can_see(rewrite: Rewrite, code: str) -> None:
    made = rewrite(IMPORT + code)
    assert made.changed() == {}
    assert made.remarks(kind="undecided")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("R = ModelRegistry\nx = R.get_spec(k)\n", "R = ModelRegistry\nx = R.get_spec(k, None)\n"),
        ("R = ModelRegistry()\nx = R.get_spec(k)\n", "R = ModelRegistry()\nx = R.get_spec(k, None)\n"),
        ("def f(r: type[ModelRegistry]): ...\n", "def f(r: type[ModelRegistry]): ...\n"),
        ("x = ModelRegistry is None\n", "x = ModelRegistry is None\n"),
        ("print(ModelRegistry.__doc__)\n", "print(ModelRegistry.__doc__)\n"),
    ],
)
def test_the_class_under_other_names(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(IMPORT + before).text() == NEW + after


def test_a_constant_by_its_name(rewrite: Rewrite) -> None:
    made = rewrite(f"{IMPORT}x = getattr(ModelRegistry, 'GPT_4O')\n")
    assert made.text() == "from ai_models.registry import GPT_4O\nx = GPT_4O\n"


@pytest.mark.parametrize(
    "code",
    [
        "from models.registry import ModelRegistry\n"
        "class ModelRegistry(ModelRegistry): pass\nx = ModelRegistry.get_spec(k)\n",
        "try:\n    from house import ModelRegistry\nexcept ImportError:\n"
        "    from models.registry import ModelRegistry\nx = ModelRegistry.get_spec(k)\n",
        "from models.registry import ModelRegistry\nif x:\n    ModelRegistry = Fake\ny = ModelRegistry.get_spec(k)\n",
        "from models.registry import ModelRegistry\nfor ModelRegistry in many: pass\ny = ModelRegistry.get_spec(k)\n",
        "from models.registry import ModelRegistry\ndef f():\n    global ModelRegistry\n"
        "    ModelRegistry = 1\ny = ModelRegistry.get_spec(k)\n",
        "from models.registry import ModelRegistry\ntry: pass\n"
        "except E as ModelRegistry: pass\ny = ModelRegistry.get_spec(k)\n",
    ],
)
def test_a_name_that_may_mean_something_else_stays(rewrite: Rewrite, code: str) -> None:
    made = rewrite(code)
    assert made.changed() == {}
    assert made.remarks(kind="undecided")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from models import ModelRegistry\ndef f(ModelRegistry):\n    return ModelRegistry.get_spec(1)\n",
            "from ai_models import ModelRegistry\ndef f(ModelRegistry):\n    return ModelRegistry.get_spec(1)\n",
        ),
        (
            "def f():\n    global ModelRegistry\n    from models import ModelRegistry\n"
            "def g():\n    return ModelRegistry.get_spec(k)\n",
            "def f():\n    global ModelRegistry\n    from ai_models import ModelRegistry\n"
            "def g():\n    return ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from models import ModelRegistry\ndef f(x=ModelRegistry.get_spec('a')):\n"
            "    ModelRegistry = 1\n    return ModelRegistry\n",
            "from ai_models import ModelRegistry\ndef f(x=ModelRegistry.get_spec('a', None)):\n"
            "    ModelRegistry = 1\n    return ModelRegistry\n",
        ),
        (
            "from models import ModelRegistry\nx = [ModelRegistry.get_spec(k) for k in [1]]\n"
            "y = [ModelRegistry for ModelRegistry in z]\n",
            "from ai_models import ModelRegistry\nx = [ModelRegistry.get_spec(k, None) for k in [1]]\n"
            "y = [ModelRegistry for ModelRegistry in z]\n",
        ),
        (
            "from models import ModelRegistry\nclass C:\n    ModelRegistry = 1\n"
            "    def m(self):\n        return ModelRegistry.get_spec(k)\n",
            "from ai_models import ModelRegistry\nclass C:\n    ModelRegistry = 1\n"
            "    def m(self):\n        return ModelRegistry.get_spec(k, None)\n",
        ),
        (
            "from models import ModelRegistry\ndel ModelRegistry\n",
            "from ai_models import ModelRegistry\ndel ModelRegistry\n",
        ),
    ],
)
def test_scopes(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before).text() == after
