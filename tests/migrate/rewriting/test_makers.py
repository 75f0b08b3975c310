"""A model's provider was a member of an enum and is a text: what asks it for ``.value`` or ``.name``, however it got it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made

Rewrite = Callable[..., Made]

OLD = "from models import ModelRegistry, ModelSpec, Provider\nfrom models.registry import GPT_4O\n"
NEW = "from ai_models.registry import ModelRegistry, ModelSpec, Provider\nfrom ai_models.registry import GPT_4O\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = GPT_4O.provider.value\n", "x = GPT_4O.provider\n"),
        ("p = GPT_4O.provider\nx = p.value, p.name\n", "p = GPT_4O.provider\nx = p, p.upper()\n"),
        ("p = q = GPT_4O.provider\nx = q.value\n", "p = q = GPT_4O.provider\nx = q\n"),
        ("a, b = GPT_4O.provider, 1\nx = a.value, b.value\n", "a, b = GPT_4O.provider, 1\nx = a, b.value\n"),
        ("if (p := GPT_4O.provider): x = p.value\n", "if (p := GPT_4O.provider): x = p\n"),
        ("for p in [m.provider for m in (GPT_4O,)]: p.value\n", "for p in [m.provider for m in (GPT_4O,)]: p\n"),
        ("x = [p.name for p in {GPT_4O.provider}]\n", "x = [p.upper() for p in {GPT_4O.provider}]\n"),
        (
            "p = GPT_4O.provider if a else Provider.OPENAI\np.value\n",
            "p = GPT_4O.provider if a else Provider.OPENAI\nstr(p)\n",
        ),
        ("p = a.provider or GPT_4O.provider\np.value\n", "p = a.provider or GPT_4O.provider\np.value\n"),
        # whoever calls may give either
        ("def f(p: Provider): return p.value, p.name\n", "def f(p: Provider): return str(p), p.upper()\n"),
        ("def f(p: 'Provider | None'): return p.value\n", "def f(p: 'Provider | None'): return str(p)\n"),
        ("def f(p=Provider.OPENAI): return f'{p.value}'\n", "def f(p=Provider.OPENAI): return f'{str(p)}'\n"),
        ("def f(p: dict[Provider, int]): return p.value\n", "def f(p: dict[Provider, int]): return p.value\n"),
        ("def f(p): return p.value\n", "def f(p): return p.value\n"),
        # members stay members
        ("for p in Provider: p.value\n", "for p in Provider: p.value\n"),
        ("p = Provider('openai')\np.name\n", "p = Provider('openai')\np.name\n"),
        ("p = Provider['OPENAI']\np = Provider.GOOGLE\np.name\n", "p = Provider['OPENAI']\np = Provider.GOOGLE\np.name\n"),
        ("p = p.value\np.value\n", "p = p.value\np.value\n"),
        # parts of a specification
        (
            "match x:\n    case ModelSpec(name=n, provider=p): p.value\n    case ModelSpec() as m: m.provider.name\n",
            "match x:\n    case ModelSpec(name=n, provider=p): p\n    case ModelSpec() as m: m.provider.upper()\n",
        ),
        # fields
        (
            "class A:\n    def __init__(self, spec: ModelSpec):\n        self.spec = spec; self.maker = spec.provider\n"
            "    def f(self): return self.spec.provider.value, self.maker.name, self.other.value\n",
            "class A:\n    def __init__(self, spec: ModelSpec):\n        self.spec = spec; self.maker = spec.provider\n"
            "    def f(self): return self.spec.provider, self.maker.upper(), self.other.value\n",
        ),
        (
            "class A:\n    specs: list[ModelSpec]\n    maker: Provider\n    known: dict[str, ModelSpec]\n"
            "    def f(self): [s.provider.value for s in self.specs], self.maker.value, self.known[k].provider.name\n",
            "class A:\n    specs: list[ModelSpec]\n    maker: Provider\n    known: dict[str, ModelSpec]\n"
            "    def f(self): [s.provider for s in self.specs], str(self.maker), self.known[k].provider.upper()\n",
        ),
        (
            "class A:\n    provider = Provider.OPENAI\n    def f(self): return self.provider.value\n",
            "class A:\n    provider = Provider.OPENAI\n    def f(self): return self.provider.value\n",
        ),
    ],
)
def test_what_is_asked_of_a_maker(rewrite: Rewrite, before: str, after: str) -> None:
    made = rewrite(OLD + before)
    assert made.text().partition("import GPT_4O\n")[2] == after
    told = [each for each in made.remarks(kind="difference") if "without ." in each.message]
    assert bool(told) is (before != after)


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("f(GPT_4O.provider)", True),
        ("f(maker=GPT_4O.provider)", True),
        ("x = {GPT_4O.provider: 1}", True),
        ("x = {m.provider for m in (GPT_4O,)}", True),
        ("y.maker = GPT_4O.provider", True),
        ("def g(): return GPT_4O.provider", True),
        ("f(x.provider)", False),
        ("x = GPT_4O.provider", False),
        ("x = GPT_4O.provider == Provider.OPENAI", False),
        ("x = table[GPT_4O.provider]", False),
        ("print(GPT_4O.provider)", False),
    ],
)
def test_a_maker_that_is_given_away_is_listed(rewrite: Rewrite, code: str, is_told: bool) -> None:
    made = rewrite(f"{OLD}{code}\n")
    assert any("whoever gets it" in each.message for each in made.remarks(kind="difference")) is is_told


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("x = str(GPT_4O.provider)", True),
        ("print('a', Provider.OPENAI)", True),
        ("log.info('%s', GPT_4O.provider)", True),
        ("x = f'{Provider.OPENAI}'", True),
        ("x = f'{GPT_4O.provider}'", True),
        ("x = str(GPT_4O.provider.value)", False),
        ("x = f'{Provider.OPENAI.value}'", False),
        ("x = str(GPT_4O.name)", False),
    ],
)
def test_a_maker_that_is_written_out_is_listed(rewrite: Rewrite, code: str, is_told: bool) -> None:
    made = rewrite(f"{OLD}{code}\n")
    assert any("written as its value" in each.message for each in made.remarks(kind="difference")) is is_told


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("def f(xs): return [x.provider.value for x in xs]", True),
        ("def f(s): return s.provider.name", True),
        ("def f(order): return order.provider.name", False),
    ],
)
def test_what_may_be_a_models_is_left_to_its_author(rewrite: Rewrite, code: str, is_told: bool) -> None:
    made = rewrite(f"{OLD}{code}\n")
    assert made.text().endswith(f"{code}\n")
    assert [each.legacy for each in made.remarks(kind="undecided")] == (["Provider"] if is_told else [])
