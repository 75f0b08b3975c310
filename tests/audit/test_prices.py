"""Hard-coded prices: in which shapes they are found, by which unit they are read, how they compare with the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Found = Callable[..., list[Any]]


def prices(found: Found, text: str, name: str = "code.py", **options: Any) -> list[Any]:
    """The findings about prices in a text."""
    return found(text, name, select=("AIM2",), **options)


# gpt-90 costs 2 and 10 USD per 1M tokens since 2026-06-01, and 4 and 20 before.
RIGHT = [
    'PRICES = {"gpt-90": (2.0, 10.0)}',
    'PRICES = {"gpt-90": [2, 10, 0.2]}',
    'PRICES = {"gpt-90": {"input": 2.0, "output": 10.0}}',
    'PRICES = {"gpt-90": {"prompt": 2.0, "completion": 10.0}}',
    'PRICES = {"gpt-90": {"input": Decimal("2.00"), "output": Decimal("10")}}',
    'PRICES = {"gpt-90": {"in": 2.0, "out": 10.0}}',
    'PRICES = {"gpt-90": {"input": 2.0, "cached_input": 0.2, "cache_write": 2.5}}',
    'x = {"gpt-90": {"input_cost_per_token": 2e-6, "output_cost_per_token": 1e-5, "max_tokens": 8000}}',
    'x = {"gpt-90": {"pricing": {"input": 2.0, "output": 10.0}, "window": 200000}}',
    'COST_PER_1K = {"gpt-90": (0.002, 0.01)}',
    'PRICES = {"gpt-90": (0.002, 0.01)}',
    'INPUT_PRICE = {"gpt-90": 2.0}',
    'OUTPUT_COST_PER_TOKEN: dict = {"gpt-90": 0.00001}',
    'PRICES = {"gpt-90": Price(2.0, 10.0)}',
    'PRICES = {"gpt-90": Price(input=2.0, output=10.0)}',
    'PRICES["gpt-90"] = (2.0, 10.0)',
    'f(prices={"gpt-90": (2.0, 10.0)})',
    'PRICE_ROWS = [("gpt-90", 2.0, 10.0)]',
    'spec = ModelSpec(name="x", api_identifier="gpt-90", input_price_per_1m=2.0, output_price_per_1m=10.0)',
    'spec = Spec("gpt-90", input_price_per_1m=2.0)',
    'x = [{"model": "gpt-90", "input_cost": 2.0}]',
    'NAME = "gpt-90"\nPRICES = {NAME: (2.0, 10.0)}',
    "GPT_90_INPUT_PRICE = 2.0",
    "GPT_90_INPUT_PRICE = 2.0 / 1_000_000",
    "GPT_90_OUTPUT_COST_PER_1K = 0.01",
    "gpt_90_input_cost: float = 2 * 1e-6",
    "GPT90_INPUT_PER_1M = 2.00",
    "PRICE = 2.0  # of gpt-90",
    "def ninety_cost(input_tokens):\n    # gpt-90\n    return input_tokens * 2 / 1_000_000",
    'def ninety_cost(output_tokens):\n    """In USD, of gpt-90."""\n    return output_tokens / 1000 * 0.01',
    'class Big:\n    model = "gpt-90"\n    input_price: float = 2.0\n    output_price = 10.0',
    'if model == "gpt-90":\n    cost = prompt_tokens * 2.0 / 1_000_000',
    'if model == "gpt-90":\n    cost = prompt_tokens / 1000 * 0.002',
    'cost = input_tokens * 2 / 1_000_000 if model == "gpt-90" else 0',
    'match model:\n    case "gpt-90":\n        cost = usage.output_tokens * 10.0 / 1_000_000',
    'if model.startswith("gpt-90"):\n    cost = prompt_tokens * 2 / 1_000_000',
    'if "gpt-90" in model:\n    cost = prompt_tokens * 2 / 1_000_000',
    'if model in ("gpt-90",):\n    cost = prompt_tokens * 2 / 1_000_000',
    'ModelSpec(Provider.OPENAI, "GPT 90", "gpt-90", 200_000, None, 2.0, 10.0, "2025", date, "https://x")',
    'MODEL_COSTS = {"gpt-90": (2.0, 10.0)}',
    'x = {"gpt-90": (2.0, 10.0)}',  # exactly its prices, though nothing says so
    'x = {"acme/gpt-90": {"input": 2.0, "output": 10.0}}',
    'x = [{"id": "gpt-90", "pricing": {"input": 2.0, "output": 10.0}}]',
    'x = Info(id="gpt-90", prices=Price(input_mtok=Decimal("2"), output_mtok=Decimal("10")))',
    'x = {"name": "gpt-90", "cost": {"input": 2.0, "output": 10.0}}',  # exactly its prices
    'class Kind(Enum):\n    BIG = ("gpt-90", 2.0, 10.0)',
    'class Big(Base):\n    name = "gpt-90"\n    prices = {"input": 2.0, "output": 10.0}',
    'if model == "gpt-90":\n    input_price = 2.0',
    'if model == "gpt-90":\n    input_price, output_price = 2.0, 10.0',
    'if model == "gpt-90":\n    cost = (prompt_tokens * 2.0 + fee) / 1_000_000',
    'if model == "gpt-90":\n    cost = usage.prompt_tokens * 2e-6',
    'MODEL = "gpt-90"\nPRICE_PER_1M_INPUT = 2.0',
    'def input_price(model):\n    return {"gpt-90": 2.0}[model]',
    'MODEL = "gpt-90"\nINPUT_PRICE = 2.0',
    'MODEL = "gpt-90"\noutput_cost_per_1k = 0.01',
]


@pytest.mark.parametrize("code", RIGHT)
def test_a_right_price_is_found_in_every_shape(found: Found, code: str) -> None:
    results = prices(found, f"import openai\n{code}")
    assert [finding.code for finding in results] == ["AIM201"]
    assert results[0].facts["model"] == "acme/gpt-90"


@pytest.mark.parametrize(
    "code",
    [
        'x = {"gpt-90": 0.7}',
        'x = {"gpt-90": (1, 2)}',
        'WINDOWS = {"gpt-90": 200000}',
        'x = {"gpt-90": {"input": 200000, "output": 8000}}',
        'RATE_LIMITS = {"gpt-90": 500}',
        'rate_limits = {"gpt-90": {"rpm": 500, "tpm": 1000}}',
        'LEARNING_RATE = {"gpt-90": 0.1}',
        'x = [("gpt-90", 1, 2)]',
        'PRICES = {"house-blend": (2.0, 10.0)}',
        'PRICES = {"gpt-90": price_of("gpt-90")}',
        'PRICES = {"gpt-90": ("cheap", 2.0)}',
        "PRICE = 2.0",
        "PRICE = 2.0  # of gpt-90 or gpt-85-mini",
        "def cost(input_tokens):\n    # gpt-90 or gpt-85-mini\n    return input_tokens * 2 / 1_000_000",
        'if model == "gpt-90":\n    x = count * 2 / 1000',
        'if model == "gpt-90":\n    def f():\n        return tokens * 2 / 1000',
        'if model.endswith("gpt-90"):\n    cost = tokens * 2 / 1000',
        'costs = {"gpt-90": 1.23}',
        'bill = {"model": "gpt-90", "cost": 0.0123, "cost_usd": 3, "tokens": 5}',
        'record(model="gpt-90", total_cost=0.5)',
        'x = {"gpt-90": {"rate": 0.5}}',
        "GPT_90_COST = 5",
        'PRICES = {"gpt-90": (True, False)}',
        'PRICES = {"gpt-90": 1e400}',
        'PRICES = {"gpt-90": (-2.0, 10.0)}',
        'budget_usd_max = {"gpt-90": "unlimited"}',
        'f("gpt-90", temperature=0.2)',
        'x = {"model": "gpt-90", "input_tokens": 500, "input_cost": 0.003, "output_cost": 0.003, "total_cost": 0.006}',
        'log(model="gpt-90", prompt_tokens=10, input_cost_usd=0.00002, output_cost_usd=0.00005)',
        'x = {"gpt-90": {"tokens": 1000, "input_cost": 0.3}}',
        'x = {"model": "gpt-90", "cost": {"input": 0.0012, "output": 0.003}}',  # spent, as far as anybody can tell
        'Subscription(model="gpt-90", monthly_price=20.0)',
        'IMAGE_TOKEN_COSTS = {"gpt-90": (85, 170)}',  # in tokens
        'x = [("gpt-90", 3.0, 10.0)]',
        'OTHER = "gpt-85-mini"\nINPUT_PRICE = 2.0',
        "input_price = 2.0",  # no constant, and of nobody
        'if model == "gpt-90":\n    wait = tokens * 0.5',
        'if model == "gpt-90":\n    x = (tokens * 2 + 1) / 60',
    ],
)
def test_other_numbers_are_no_prices(found: Found, code: str) -> None:
    assert prices(found, f'import openai\nM = "gpt-90"\n{code}') == []


def test_a_stale_price_says_by_how_much_and_until_when_it_was_right(found: Found) -> None:
    (finding,) = prices(found, 'PRICES_PER_1M = {"gpt-90": {"input": 4.0, "output": 10.0}}')
    assert finding.code == "AIM202"
    assert finding.message == (
        "a stale price of gpt-90, in USD per 1M tokens: "
        "input 4.00 here, 2.00 in the catalogue (+100.0%), right until 2026-06-01"
    )
    assert finding.confidence == "high"
    assert finding.facts["comparisons"] == [
        {"meter": "input", "found_per_1m": "4", "catalogue_per_1m": "2.00", "percent": "100.0", "right_until": "2026-06-01"},
        {"meter": "output", "found_per_1m": "10", "catalogue_per_1m": "10.00", "percent": "0", "right_until": None},
    ]


def test_a_price_is_judged_on_the_day_asked_for(found: Found) -> None:
    from datetime import date

    text = 'PRICES = {"gpt-90": (4.0, 20.0)}'
    assert [f.code for f in prices(found, text, at=date(2026, 5, 31))] == ["AIM201"]
    assert [f.code for f in prices(found, text, at=date(2026, 6, 1))] == ["AIM202"]


@pytest.mark.parametrize(
    ("code", "per", "is_said"),
    [
        ('PRICES_PER_1M = {"gpt-90": (2.0, 10.0)}', 1_000_000, True),
        ('PRICES = {"gpt-90": {"input_per_1m_tokens": 2.0}}', 1_000_000, True),
        ('PRICE_PER_MILLION_TOKENS = {"gpt-90": (2.0, 10.0)}', 1_000_000, True),
        ('USD_PER_MTOK = {"gpt-90": (2.0, 10.0)}', 1_000_000, True),
        ('COST_PER_1K_TOKENS = {"gpt-90": (0.002, 0.01)}', 1_000, True),
        ('COST_PER_THOUSAND = {"gpt-90": (0.002, 0.01)}', 1_000, True),
        ('PRICES = {"gpt-90": (0.002, 0.01)}', 1_000, False),
        ('COST_PER_TOKEN = {"gpt-90": (2e-6, 1e-5)}', 1, True),
        ('PRICES = {"gpt-90": (2e-6, 1e-5)}', 1, False),
        ('PRICES = {"gpt-90": (2.0, 10.0)}', 1_000_000, False),
        ('PRICES = {"gpt-90": (79.0, 395.0)}', 1_000_000, False),  # 39.5 times: dear, but the same unit
        ('x = {"gpt-90": {"inputCostPerToken": 2e-6}}', 1, True),
        ('PRICES_PER_1M = {"gpt-90": {"input_per_1k": 0.002}}', 1_000, True),  # the nearest word counts
    ],
)
def test_units_are_read_or_told_from_the_size(found: Found, code: str, per: int, is_said: bool) -> None:
    (finding,) = prices(found, code)
    assert (finding.facts["per"], finding.facts["unit_is_said"]) == (per, is_said)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ('PRICES = {"gpt-90": 7.0}', "input or output"),
        ('PRICES = {"gpt-90": (400.0, 900.0)}', "per how many tokens"),
        ('PRICES = {"gpt-80": (1.0, 2.0)}', "no price of it"),  # in EUR
        ('PRICES = {"gpt-84": (1.0, 2.0)}', "no price of it"),
        ('PRICES = {"gateway/gpt-90": (2.0, 10.0)}', "no price of it"),  # a gateway's, not the maker's
        ('PRICES = {"gpt-90": {"batch_input": 1.0}}', "another one"),
        ('PRICES = {"gpt-85-mini": {"cache_read_price": 1.0}}', "no such rate"),
    ],
)
def test_what_cannot_be_compared_says_why(found: Found, code: str, reason: str) -> None:
    (finding,) = prices(found, code)
    assert finding.code == "AIM203"
    assert reason in finding.message


def test_a_free_price_is_compared_without_dividing(found: Found) -> None:
    (finding,) = prices(found, 'PRICES = {"gpt-90": {"input": 0, "output": 10.0}}')
    assert finding.code == "AIM202"
    assert finding.facts["comparisons"][0]["percent"] == "-100.0"
    (both,) = prices(found, 'PRICES = {"gpt-90": (0, 0)}')
    assert both.facts["per"] == 1_000_000


def test_an_offering_has_its_own_price(found: Found) -> None:
    assert [f.code for f in prices(found, 'PRICES = {"shop:gpt-90": (3.0, 12.0)}')] == ["AIM201"]


def test_the_span_is_what_holds_the_amounts(found: Found) -> None:
    text = 'PRICES = {"gpt-90": {"input": 4.0}}'
    (finding,) = prices(found, text)
    assert text[finding.span.column - 1 : finding.span.end_column - 1] == '{"input": 4.0}'


def test_a_table_in_a_record_is_told_once(found: Found) -> None:
    assert len(prices(found, 'x = {"gpt-90": Spec(model="gpt-90", input_price=2.0, output_price=10.0)}')) == 1


CONFIG = {
    "prices.yaml": """\
        prices:
          gpt-90:
            input: 2.0
            output: 11
          gpt-85-mini: [0.5, 1.5]
        windows:
          gpt-90: 200000
        """,
    "flow.yaml": "pricing:\n  gpt-90: {input: 2.0, output: 11.0}\n  gpt-85-mini: {input: 0.5}\n",
    "records.yaml": """\
        models:
          - name: gpt-90
            window: 200000
            input_cost_per_1m: 2
            output_cost_per_1m: 11
          - name: gpt-85-mini
            input_cost_per_1m: 0.50
        """,
    "prices.toml": '[prices."gpt-90"]\ninput = 2.0\noutput = 11.0\n[prices.gpt-85-mini]\ninput = 0.5\nrpm = 7\n',
    "prices.json": """\
        {"gpt-90": {"input_cost_per_token": 2e-06, "output_cost_per_token": 1.1e-05},
         "gpt-85-mini": {
            "max_tokens": 8000,
            "input_cost_per_token": 5e-07
         },
         "house": {"input_cost_per_token": 1}}
        """,
}


def test_a_file_says_of_its_unit_and_its_name_what_it_holds(found: Found) -> None:
    text = "unit: USD per 1K tokens\nmodels:\n  gpt-90: {input: 0.002, output: 0.011}\n"
    (finding,) = prices(found, text, "prices.yaml")
    assert (finding.code, finding.subject, finding.facts["per"], finding.facts["unit_is_said"]) == (
        "AIM202",
        "gpt-90",
        1_000,
        True,
    )
    other = prices(found, text.replace("unit", "x").replace("USD per 1K tokens", "y"), "other.yaml")
    assert [f.path for f in other] == ["prices.yaml"]


def test_a_whole_table_on_one_line(found: Found) -> None:
    table = '"prices": {"gpt-90": {"input": 2, "output": 11}, "gpt-85-mini": [0.5, 1.5], "gpt-84": 3, "x": 1}'
    results = prices(found, f'{{\n{table},\n"y": {{"gpt-90": 0.7}}\n}}\n', "a.json")
    assert [(f.code, f.subject) for f in results] == [("AIM202", "gpt-90"), ("AIM201", "gpt-85-mini"), ("AIM203", "gpt-84")]


def test_the_nearest_unit_counts(found: Found) -> None:
    text = "unit: USD per 1M tokens\nmodels:\n  - name: gpt-90\n    input_cost_per_1k: 0.002\n"
    (finding,) = prices(found, text, "prices.yaml")
    assert (finding.code, finding.facts["per"]) == ("AIM201", 1_000)


def test_a_whole_record_on_one_line(found: Found) -> None:
    text = """\
        models: [
          {"id": "gpt-90", "name": "GPT 90", "pricing": {"input": 2, "output": 11}, "window": 200000},
          {"id": "gpt-85-mini", "input_cost": 0.5, "output_cost": 1.5}, {"id": "gpt-90", "input_cost": 7},
        ]
        more:
          - {name: gpt-90, price: {input: 2, output: 12}}
        """
    results = prices(found, text, "a.yaml")
    assert [(f.code, f.subject, f.span.line) for f in results] == [
        ("AIM202", "gpt-90", 2),
        ("AIM201", "gpt-85-mini", 3),
        ("AIM202", "gpt-90", 6),
    ]


def test_a_price_called_after_a_family_alone_is_a_guess(found: Found) -> None:
    from ai_models.catalog import default_catalog

    (finding,) = prices(found, "import openai\nHAIKU_INPUT_PRICE = 77.0\n", catalog=default_catalog())
    assert finding.confidence == "low"


def test_a_short_name_beside_the_old_packages_means_what_the_old_factory_meant(found: Found) -> None:
    from ai_models.catalog import default_catalog

    table = 'PRICES = {"claude-sonnet": (3.00, 15.00)}\nx = "claude-sonnet"\n'
    old = found(f"import openai\nfrom providers.claude import CLAUDE_PRICING\n{table}", catalog=default_catalog())
    (price,) = [finding for finding in old if finding.code == "AIM201"]
    assert price.facts["model"] == "anthropic/claude-sonnet-4-5-20250929"
    floating = [finding for finding in old if finding.code == "AIM104"]
    assert [finding.fix for finding in floating] == [None, None]  # the old factory knows no other name
    assert "the old factory means claude-sonnet-4-5-20250929" in floating[0].hint
    new = found(f"import openai\n{table}", catalog=default_catalog())
    assert [finding.code for finding in new if finding.code.startswith("AIM2")] == ["AIM202"]
    assert all(finding.fix is not None for finding in new if finding.code == "AIM104")


@pytest.mark.parametrize("name", CONFIG)
def test_prices_in_configuration(found: Found, name: str) -> None:
    results = prices(found, CONFIG[name], name)
    assert [(f.code, f.subject) for f in results] == [("AIM202", "gpt-90"), ("AIM201", "gpt-85-mini")]
    assert results[0].facts["comparisons"][1]["percent"] == "10.0"


@pytest.mark.parametrize(
    "text",
    [
        "gpt-90: 0.7\n",
        "limits:\n  gpt-90: 500\n",
        "rate:\n  name: gpt-90\n  rpm: 5\n",
        "price: 3\nmodel: gpt-90\n",
        "prices:\n  gpt-90: x\n",
        "bills:\n  - model: gpt-90\n    input_tokens: 5\n    input_cost: 0.003\n    output_cost: 0.003\n",
        "bills:\n  - {model: gpt-90, tokens: 5, input_cost: 0.003}\n",
    ],
)
def test_other_settings_are_no_prices(found: Found, text: str) -> None:
    assert prices(found, text, "a.yaml") == []
