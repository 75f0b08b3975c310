"""Hard-coded prices: tables, constants and factors that become calls, and those that are left."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rewriting_trees import Made

from ai_models.catalog import Catalog

Rewrite = Callable[..., Made]

ON_THE_DAY = "2026-11-30"
ASKED = 'PricingService().get_pricing("gpt-90")'
TOP = "from ai_models import PricingService\n\n"


@pytest.fixture
def reprice(rewrite: Rewrite, priced: Catalog) -> Rewrite:
    """What a migration makes of prices, by the made-up catalogue."""
    return lambda files, **options: rewrite(files, old=False, catalog=priced, **options)


def table(
    *names: str, row: str = '{"input": price.input_per_1m, "output": price.output_per_1m}', target: str = "PRICES"
) -> str:
    """The loop that a table becomes."""
    listed = ", ".join(f'"{name}"' for name in names)
    loops = f"    for name in ({listed})\n    for price in [PricingService().get_pricing(name)]\n"
    return f"{TOP}{target} = {{\n    name: {row}\n{loops}}}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'PRICES = {"gpt-90": {"input": 2.00, "output": 8.00}, "gpt-85-mini": {"input": 0.5, "output": 1.5}}\n',
            table("gpt-90", "gpt-85-mini"),
        ),
        (
            'PRICES = {\n    "gpt-90": (2.0, 8.0),\n    "gpt-85-mini": (0.5, 1.5),\n}\n',
            table("gpt-90", "gpt-85-mini", row="(price.input_per_1m, price.output_per_1m)"),
        ),
        (
            'PRICES_PER_1K = {"gpt-90": (0.002, 0.008), "gpt-85-mini": (0.0005, 0.0015)}\n',
            table(
                "gpt-90",
                "gpt-85-mini",
                row="(price.input_per_1m / 1000, price.output_per_1m / 1000)",
                target="PRICES_PER_1K",
            ),
        ),
        (
            'INPUT_PRICES = {"gpt-90": 2.00, "gpt-85-mini": 0.50}\n',
            table("gpt-90", "gpt-85-mini", row="price.input_per_1m", target="INPUT_PRICES"),
        ),
        (
            'INPUT_PRICES = {"gpt-90": 2.00 / 1_000_000, "gpt-85-mini": 0.50 / 1_000_000}\n',
            table("gpt-90", "gpt-85-mini", row="price.input_per_1m / 1_000_000", target="INPUT_PRICES"),
        ),
        # a single row, rows that differ, comments: every number by itself
        (
            'PRICES = {"gpt-90": (2.0, 8.0)}\n',
            f'{TOP}PRICES = {{"gpt-90": ({ASKED}.input_per_1m, {ASKED}.output_per_1m)}}\n',
        ),
        (
            'PRICES = {\n    "gpt-90": (2.0, 8.0),  # dear\n    "gpt-85-mini": (0.5, 1.5),\n}\n',
            f'{TOP}PRICES = {{\n    "gpt-90": ({ASKED}.input_per_1m, {ASKED}.output_per_1m),  # dear\n'
            f'    "gpt-85-mini": ({ASKED.replace("90", "85-mini")}.input_per_1m, '
            f"{ASKED.replace('90', '85-mini')}.output_per_1m),\n"
            f"}}\n",
        ),
        ("GPT_90_INPUT_PRICE = 2.00\n", f"{TOP}GPT_90_INPUT_PRICE = {ASKED}.input_per_1m\n"),
        ("GPT90_OUTPUT_PER_1M: float = 8.00\n", f"{TOP}GPT90_OUTPUT_PER_1M: float = {ASKED}.output_per_1m\n"),
        (
            "INPUT_PER_1M = 2.0  # gpt-90\nM = 'gpt-90'\n",
            f"{TOP}INPUT_PER_1M = {ASKED}.input_per_1m  # gpt-90\nM = 'gpt-90'\n",
        ),
        ("GPT_90_CACHE_READ_PRICE = 0.20\n", f"{TOP}GPT_90_CACHE_READ_PRICE = {ASKED}.cache_read_per_1m\n"),
        ('GPT_90_INPUT_PRICE = Decimal("2.00")\n', f'{TOP}GPT_90_INPUT_PRICE = {ASKED}.rate("input")\n'),
        (
            'def cost(input_tokens, output_tokens):\n    """gpt-90"""\n'
            "    return input_tokens / 1_000_000 * 2.00 + output_tokens * 8.00 / 1_000_000\n",
            f'{TOP}def cost(input_tokens, output_tokens):\n    """gpt-90"""\n'
            f"    return input_tokens / 1_000_000 * {ASKED}.input_per_1m "
            f"+ output_tokens * {ASKED}.output_per_1m / 1_000_000\n",
        ),
        (
            'def cost(model, input_tokens):\n    if model == "gpt-90":\n        return input_tokens / 1000 * 0.002\n',
            f'{TOP}def cost(model, input_tokens):\n    if model == "gpt-90":\n'
            f"        return input_tokens / 1000 * ({ASKED}.input_per_1m / 1000)\n",
        ),
        # records: the prices among what else they hold
        (
            'MODELS = {\n    "gpt-90": {"title": "GPT", "window": 128_000, "input_price": 2.0, "output_price": 8.0},\n}\n',
            f'{TOP}MODELS = {{\n    "gpt-90": {{"title": "GPT", "window": 128_000, "input_price": {ASKED}.input_per_1m, '
            f'"output_price": {ASKED}.output_per_1m}},\n}}\n',
        ),
        (
            'PRICES = [("gpt-90", 2.00, 8.00)]\n',
            f'{TOP}PRICES = [("gpt-90", {ASKED}.input_per_1m, {ASKED}.output_per_1m)]\n',
        ),
        (
            'x = dict(model="gpt-90", input_price=2.00, window=9, output_price=8.00)\n',
            f'{TOP}x = dict(model="gpt-90", input_price={ASKED}.input_per_1m, window=9, '
            f"output_price={ASKED}.output_per_1m)\n",
        ),
        (
            'x = Model("gpt-90", prices=Price(input_mtok=2.00, output_mtok=8.00), title="GPT")\n',
            f'{TOP}x = Model("gpt-90", prices=Price(input_mtok={ASKED}.input_per_1m, '
            f'output_mtok={ASKED}.output_per_1m), title="GPT")\n',
        ),
        (
            'class G:\n    model = "gpt-90"\n    input_price: float = 2.00\n    size = 3\n    output_price = 8.00\n',
            f'{TOP}class G:\n    model = "gpt-90"\n    input_price: float = {ASKED}.input_per_1m\n    size = 3\n'
            f"    output_price = {ASKED}.output_per_1m\n",
        ),
        (
            "GPT_90_INPUT_PRICE, GPT_90_OUTPUT_PRICE = 2.0, 8.0\n",
            f"{TOP}GPT_90_INPUT_PRICE, GPT_90_OUTPUT_PRICE = {ASKED}.input_per_1m, {ASKED}.output_per_1m\n",
        ),
        ("GPT_90_INPUT_PRICE_PER_1K = 0.002\n", f"{TOP}GPT_90_INPUT_PRICE_PER_1K = {ASKED}.input_per_1m / 1000\n"),
        ('PRICES["gpt-90"] = (2.0, 8.0)\n', f'{TOP}PRICES["gpt-90"] = ({ASKED}.input_per_1m, {ASKED}.output_per_1m)\n'),
    ],
)
def test_prices_become_calls(reprice: Rewrite, before: str, after: str) -> None:
    made = reprice(before)
    assert made.text() == after
    assert not made.remarks()


def test_the_calls_give_what_was_written(rewrite: Rewrite) -> None:
    code = (
        'PRICES = {"gpt-4o": (2.50, 10.00), "gpt-4o-mini": (0.15, 0.60)}\n'
        'PER_1K = {"gpt-4o": 0.0025}\nGPT_4O_INPUT_PRICE = Decimal("2.50")\n'
    )
    made = rewrite(f"from decimal import Decimal\n{code}", old=False)
    scopes: list[dict[str, Any]] = [{}, {}]
    exec(f"from decimal import Decimal\n{code}", scopes[0])  # noqa: S102 our own text
    exec(made.text(), scopes[1])  # noqa: S102 what we have just written
    assert scopes[1]["PRICES"] == scopes[0]["PRICES"]
    assert scopes[1]["PER_1K"] == pytest.approx(scopes[0]["PER_1K"])
    assert scopes[1]["GPT_4O_INPUT_PRICE"] == Decimal("2.50") == scopes[0]["GPT_4O_INPUT_PRICE"]


@pytest.mark.parametrize(
    "code",
    [
        'name = "n"\nPRICES = {"gpt-4o": {"input": 2.5, "label": name}, "gpt-4o-mini": {"input": 0.15, "label": name}}\n',
        'price = "p"\nPRICES = {"gpt-4o": {"input": 2.5, "label": price}, "gpt-4o-mini": {"input": 0.15, "label": price}}\n',
        'class T:\n    U = "USD"\n    PRICES = {"gpt-4o": {"input": 2.5, "u": U}, "gpt-4o-mini": {"input": 0.15, "u": U}}\n'
        "PRICES = T.PRICES\n",
        'PRICES = {"gpt-4o": {"input": 2.5, "n": (n := 1)}, "gpt-4o-mini": {"input": 0.15, "n": (n := 1)}}\n',
    ],
)
def test_a_loop_sees_what_the_table_saw(rewrite: Rewrite, code: str) -> None:
    made = rewrite(code, old=False)
    assert "get_pricing" in made.text()
    scopes: list[dict[str, Any]] = [{}, {}]
    exec(code, scopes[0])  # noqa: S102 our own text
    exec(made.text(), scopes[1])  # noqa: S102 what we have just written
    assert scopes[1]["PRICES"] == scopes[0]["PRICES"]


def test_a_whole_number_that_becomes_a_float_is_listed(reprice: Rewrite) -> None:
    made = reprice('PRICES = {"gpt-90": (2, 8.0), "gpt-85-mini": (0.5, 1.5)}\nGPT_90_INPUT_PRICE = 2\n')
    assert [(each.kind, each.line) for each in made.remarks()] == [("difference", 1), ("difference", 2)]
    assert all("2.0" in each.message for each in made.remarks())


def test_values_that_differ_are_listed_and_become_todays(reprice: Rewrite) -> None:
    made = reprice('PRICES = {\n    "gpt-90": (4.00, 8.00),\n    "gpt-85-mini": (0.5, 1.5),\n}\n')
    assert made.text() == table("gpt-90", "gpt-85-mini", row="(price.input_per_1m, price.output_per_1m)")
    (remark,) = made.remarks()
    assert (remark.kind, remark.line) == ("drift", 2)
    assert "4.00 here, 2.00 in the catalogue" in remark.message
    assert "right until 2026-01-01" in remark.message


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('PRICES = {"gpt-90": (2, 8), "default": (1, 1)}\n', "entries that are no prices of known models: default"),
        ('PRICES = {"gpt-90": (2, 8), "gpt-70": (1, 2)}\n', "no price of it"),
        ('PRICES = {"gpt-90-latest": (2, 8)}\n', "moves on"),
        ('PRICES = {"gpt-90": (2, 8, 99)}\n', "not"),
        ('BATCH_PRICES = {"gpt-90": (1, 4)}\n', "not the standard rate"),
        ('PRICES = {"gpt-90": {"input": Fraction(2), "output": Fraction(8)}}\n', "not every number in it is understood"),
        ('PRICES = {"gpt-90": {"input": 2.0, "output": compute()}}\n', "not every number in it is understood"),
        ('PRICES_EUR = {"gpt-90": (1.9, 7.5)}\n', "another currency"),
        ('PRICES = {"gpt-90": {"input": 1.9, "output": 7.5, "currency": "EUR"}}\n', "another currency"),
        ('PRICES = {"currency": "€", "gpt-90": (1.9, 7.5)}\n', "another currency"),
        ('def cost(input_tokens):\n    """gpt-90"""\n    return input_tokens / 1_000_000 * 3.14\n', "guess"),
        ('X = {"gpt-90": (2.0, 8.0)}\n', "nothing but its values"),
    ],
)
def test_what_is_not_understood_is_left_and_listed(reprice: Rewrite, code: str, reason: str) -> None:
    made = reprice(code)
    assert made.changed() == {}
    assert {each.kind for each in made.remarks()} == {"undecided"}
    assert any(reason in each.message for each in made.remarks()), made.remarks()


@pytest.mark.parametrize(
    "code",
    [
        'RETRY_DELAYS = {"gpt-90": (0.5, 2.0)}\n',
        'RATE_LIMITS = {"gpt-90": (50, 30)}\n',
        'WEIGHTS = {"gpt-90": 0.7, "gpt-85-mini": 0.3}\n',
        'SCORES = {"gpt-90": {"precision": 0.93}}\n',
        'DISCOUNT = {"gpt-90": 0.92}\n',
        "MONTHLY_BUDGET_USD = 1_200.00\n",
        'TAX = {"DE": 0.19}\nMODEL = "gpt-90"\n',
    ],
)
def test_look_alikes_stay(reprice: Rewrite, code: str) -> None:
    made = reprice(code)
    assert made.changed() == {}
    assert not made.remarks()


def test_a_test_asserts_what_it_says(reprice: Rewrite) -> None:
    made = reprice({"tests/test_a.py": 'PRICES = {"gpt-90": (2, 8), "gpt-85-mini": (9, 9)}\n'})
    assert made.changed() == {}
    assert [(each.kind, each.line) for each in made.remarks("tests/test_a.py")] == [("drift", 1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '"""What."""\nGPT_90_INPUT_PRICE = 2\n',
            '"""What."""\n\nfrom ai_models import PricingService\nGPT_90_INPUT_PRICE = {}\n',
        ),
        (
            "import os\nGPT_90_INPUT_PRICE = 2\n",
            "import os\nfrom ai_models import PricingService\nGPT_90_INPUT_PRICE = {}\n",
        ),
        (
            "from __future__ import annotations\n\nGPT_90_INPUT_PRICE = 2\n",
            "from __future__ import annotations\nfrom ai_models import PricingService\n\nGPT_90_INPUT_PRICE = {}\n",
        ),
        (
            "#!/bin/python\n# c\n\nGPT_90_INPUT_PRICE = 2\n",
            "#!/bin/python\n# c\n\nfrom ai_models import PricingService\n\nGPT_90_INPUT_PRICE = {}\n",
        ),
        (
            "from ai_models import PricingService as P\nGPT_90_INPUT_PRICE = 2\n",
            'from ai_models import PricingService as P\nGPT_90_INPUT_PRICE = P().get_pricing("gpt-90").input_per_1m\n',
        ),
        (
            "class PricingService: ...\nGPT_90_INPUT_PRICE = 2\n",
            "from ai_models import PricingService as CataloguePricingService\n\nclass PricingService: ...\n"
            'GPT_90_INPUT_PRICE = CataloguePricingService().get_pricing("gpt-90").input_per_1m\n',
        ),
        (
            "@f\ndef g(): ...\nGPT_90_INPUT_PRICE = 2\n",
            "from ai_models import PricingService\n\n@f\ndef g(): ...\nGPT_90_INPUT_PRICE = {}\n",
        ),
    ],
)
def test_where_the_import_is_put(reprice: Rewrite, before: str, after: str) -> None:
    assert reprice(before).text() == after.replace("{}", f"{ASKED}.input_per_1m")


def test_a_second_look_finds_nothing(reprice: Rewrite) -> None:
    code = 'PRICES = {"gpt-90": (2, 8), "gpt-85-mini": (0.5, 1.5)}\nGPT_90_INPUT_PRICE = 2\n'
    function = 'def f(input_tokens):\n    """gpt-90"""\n    return input_tokens / 1000 * 0.002\n'
    first = reprice(f"{code}{function}")
    assert not reprice(first.text()).plan.changes


def test_tabs_stay_tabs(reprice: Rewrite) -> None:
    made = reprice('if x:\n\tPRICES = {"gpt-90": (2, 8), "gpt-85-mini": (0.5, 1.5)}\n')
    assert "\n\t\tname: (price.input_per_1m, price.output_per_1m)\n\t\tfor name in" in made.text()
    assert made.text().endswith("\n\t}\n")


def test_prices_in_configurations_are_listed(reprice: Rewrite) -> None:
    made = reprice(
        {
            "prices.yaml": "prices:\n  gpt-90: {input: 2.00, output: 8.00}\n",
            "p.toml": '[prices."gpt-90"]\ninput = 4.00\noutput = 8.00\n',
        }
    )
    assert made.changed() == {}
    assert [(each.kind, each.line) for each in made.remarks("prices.yaml")] == [("undecided", 2)]
    assert "stale" in made.remarks("p.toml")[0].message
