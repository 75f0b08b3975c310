"""``ai-models cost`` for one request: responses, flags, what changes its rates, and other models beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commandline import ANTHROPIC, FILES, OPENAI, Answer, Run, piped, uncoloured

from ai_models.catalog import Catalog
from ai_models.catalog.default import use_as_default
from ai_models.pricing.meters import METERS
from ai_models.pricing.usage import METER_OF_FIELD, Usage

pytestmark = pytest.mark.usefixtures("made_up")

STREAM = """event: message_start
data: {"type":"message_start","message":{"model":"big-2","usage":{"input_tokens":1000,"output_tokens":1}}}

event: message_delta
data: {"type":"message_delta","delta":{},"usage":{"output_tokens":100}}
"""


@pytest.fixture
def response(tmp_path: Path) -> Callable[..., str]:
    """Write a response to a file; its path."""

    def written(found: object = ANTHROPIC, **changes: object) -> str:
        path = tmp_path / "response.json"
        if isinstance(found, dict):
            found = {**found, "usage": {**found["usage"], **changes}}
        path.write_text(found if isinstance(found, str) else json.dumps(found, indent=1), encoding="utf-8")
        return str(path)

    return written


def first(answer: Answer) -> Any:
    return answer.json["costs"][0]


# Where the usage comes from


def test_a_response_is_itemised_at_the_model_that_it_names(run: Run, response: Callable[..., str]) -> None:
    answer = run("cost", "--response", response())
    assert answer.code == 0
    assert answer.lines[0] == "One request  big-2 at acme, now, 2026-11-22"
    assert answer.line("input").split() == ["input", "1,000", "2.00", "1M", "0.002"]
    assert answer.line("cache_read").split() == ["cache_read", "9,000", "0.075", "1M", "0.000675"]
    assert answer.line("total").split() == ["total", "0.003675"]


@pytest.mark.parametrize(
    "given",
    [
        json.dumps(ANTHROPIC),
        json.dumps(ANTHROPIC, indent=2).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(ANTHROPIC).encode(),
    ],
)
def test_a_response_comes_through_a_pipe_in_any_encoding(given: str | bytes) -> None:
    assert first(piped("cost", "--response", "-", "--json", given=given))["total"] == "0.003675"


def test_a_stream_is_read_from_its_text() -> None:
    assert first(piped("cost", "--response", "-", "--json", given=STREAM))["total"] == "0.003"


def test_a_usage_alone_needs_a_model_and_sometimes_its_shape(run: Run, response: Callable[..., str]) -> None:
    bare = response('{"input_tokens": 1000, "output_tokens": 0}')
    unsure = run("cost", "big", "--response", bare)
    assert unsure.code == 2
    assert "say which with --shape anthropic or --shape openai" in unsure.err
    assert first(run("cost", "big", "--response", bare, "--shape", "openai", "--json"))["total"] == "0.002"
    assert "which model" in run("cost", "--response", bare, "--shape", "openai").err
    assert "did you mean openai" in run("cost", "big", "--response", bare, "--shape", "opnai").err


def test_flags_describe_a_request(run: Run) -> None:
    answer = run(
        "cost", "big", "-i", "10k", "-o", "1k", "--cache-read", "4000", "--reasoning", "500", "--web-searches", "2", "--json"
    )
    assert {line["meter"]: line["quantity"] for line in first(answer)["lines"]} == {
        "input": 6_000, "cache_read": 4_000, "output": 500, "reasoning": 500, "web_searches": 2,
    }  # fmt: skip
    assert answer.json["usage"]["input_tokens"] == 10_000


def test_anything_that_is_counted_can_be_named_by_field_or_by_meter(run: Run) -> None:
    by_field = run("cost", "big", "-i", "9", "--usage", "cache_write_30m_tokens=3", "--usage", "pages=2", "--json")
    by_meter = run("cost", "big", "--usage", "input=9", "--usage", "cache-write-30m=3", "--usage", "pages=2", "--json")
    assert by_field.json == by_meter.json
    seconds = run("cost", "big", "--usage", "audio_seconds=12.5", "--json")
    assert (seconds.code, first(seconds)["lines"][0]["quantity"]) == (1, 12.5)


@pytest.mark.parametrize("field", list(Usage.__struct_fields__[: Usage.__struct_fields__.index("service_tier")]))
def test_every_field_of_a_usage_is_known_to_the_flag(run: Run, field: str) -> None:
    counted = {field, "input_tokens", "output_tokens", "input_audio_tokens", "cache_read_tokens"}
    counted |= {"input_image_tokens"} if "image" in field else {"input_video_tokens"} if "video" in field else set()
    counted |= {"cache_write_tokens"} if "cache_write" in field else set()
    answer = run(
        "cost", "big", *(word for name in counted for word in ("--usage", f"{name}={100 if 'put_tokens' in name else 1}"))
    )
    assert "no count is called" not in answer.err
    assert METER_OF_FIELD.get(field, field) in METERS or field in ("input_tokens", "output_tokens")


def test_a_flag_completes_a_response_and_may_not_contradict_it(run: Run, response: Callable[..., str]) -> None:
    path = response(OPENAI)
    assert first(run("cost", "--response", path, "--web-searches", "1", "--json"))["total"] == "0.013"
    assert run("cost", "--response", path, "-i", "1000").code == 0
    answer = run("cost", "--response", path, "-i", "7")
    assert (answer.code, answer.out) == (2, "")
    assert "the response states input_tokens 1,000, and 7 was asked for" in answer.err
    tier = run("cost", "--response", response(service_tier="standard"), "--service-tier", "batch")
    assert tier.code == 2
    assert "the response reports service_tier 'standard', and 'batch' was asked for; leave the option out" in tier.err
    assert "usage.replace" not in tier.err


def test_another_model_than_the_one_in_the_response_is_said(run: Run, response: Callable[..., str]) -> None:
    assert "the response names big-2; it is priced as mini, as asked" in run("cost", "mini", "--response", response()).out
    assert "the response names" not in run("cost", "big", "--response", response()).out
    deployed = response({**OPENAI, "model": "our-deployment"})
    assert "the response names" not in run("cost", "big", "--response", deployed).out
    unknown = run("cost", "--response", deployed)
    assert unknown.code == 2
    assert "say which model it is: ai-models cost MODEL --response FILE" in unknown.err


# What cannot be read


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"usage": {},\n "model": }', ":2:11: this is not JSON: expecting value"),
        ('{"usage": 1', ":1:12: this is not JSON"),
        ('{"a": 1}\n{"a": 2}\n{"a" 3}\n', ":3:6: this is not JSON: expecting ':' delimiter"),
        ("[" * 100_000, "nested too deeply"),
        ("nothing of the sort", "is not JSON"),
        ("", "is empty"),
        ("\n \n", "is empty"),
        ('{"weather": "fine"}', "a response of a known shape"),
    ],
)
def test_what_is_no_response_is_refused_with_its_place(
    run: Run, response: Callable[..., str], text: str, where: str
) -> None:
    answer = run("cost", "big", "--response", response(text))
    assert (answer.code, answer.out) == (2, "")
    assert where in answer.err


def test_files_that_cannot_be_read_are_refused(run: Run, tmp_path: Path) -> None:
    assert "No such file" in run("cost", "--response", str(tmp_path / "nope")).err
    assert run("cost", "--response", str(tmp_path)).code == 2
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\x00\xfe")
    assert "cannot be read as text" in run("cost", "--response", str(binary)).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "which model?"),
        (("big",), "--response FILE"),
        (("big", "--request"), "say what the request consumed"),
        (("big", "--request", "--images", "0"), "say what the request consumed"),
        (("--request", "-i", "1"), "which model?"),
        (("big", "-i", "1", "--shape", "openai"), "needs --response"),
        (("big", "-i", "1", "--attribute", "size"), "is not NAME=VALUE"),
        (("big", "-i", "1", "--attribute", "hue=red"), "attribute 'hue' is unknown"),
        (("big", "-i", "1", "--service-tier", "bach"), "did you mean batch"),
        (("big", "--usage", "wbsearches=1"), "did you mean web_searches"),
        (("big", "--usage", "pages=-1"), "is not a number from 0"),
        (("big", "--usage", "pages=1.5"), "pages must be a whole number"),
        (("big", "-i", "1", "--usage", "input=2"), "input_tokens is given twice"),
        (("big", "-i", "1", "--cache-read", "2"), "is more than input_tokens"),
        (("bigg-2", "-i", "1", "--request"), "did you mean big-2"),
    ],
)
def test_wrong_usage_is_told_on_stderr_and_exits_with_2(run: Run, arguments: tuple[str, ...], message: str) -> None:
    answer = run("cost", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())


# What the rates depend on


def test_a_request_has_a_cliff_where_a_volume_has_none(run: Run) -> None:
    assert run("cost", "big", "-i", "200001", "--json").json["costs"][0]["total"] == "0.400002"
    assert first(run("cost", "big", "-i", "200000", "--request", "--json"))["total"] == "0.4"
    answer = run("cost", "big", "-i", "200001", "--request")
    assert answer.line("input").split() == ["input", "200,001", "4.00", "1M", "0.800004", ">", "200,000", "input", "tokens"]


def test_the_tier_and_its_factor_are_named_as_by_rates(run: Run) -> None:
    answer = run("cost", "big", "-i", "1M", "--usage", "pages=1", "--service-tier", "batch")
    assert "> 200,000 input tokens; batch tier x 0.5" in answer.line("input")
    gone = run("cost", "big", "-i", "300k", "--service-tier", "priority")
    assert (gone.code, gone.out) == (1, "")
    assert "is not sold" in gone.err


def test_the_instant_and_the_provider_choose_the_price(run: Run) -> None:
    assert first(run("cost", "big", "-i", "1k", "--request", "--at", "2026-05-31", "--json"))["total"] == "0.004"
    assert run("cost", "big", "-i", "1k", "--request", "--at", "2027-01-01").lines[0].endswith("on 2027-01-01")
    shop = first(run("cost", "shop:shop-big", "-i", "1k", "--request", "--json"))
    assert (shop["total"], shop["provider"]) == ("0.003", "shop")
    assert run("cost", "bare", "-i", "1", "--request").code == 1
    assert first(run("cost", "mini", "-i", "1", "--request", "--provider", "acme", "--json"))["provider"] == "acme"


def test_a_partial_cost_says_what_is_open_and_exits_with_1(run: Run) -> None:
    answer = run("cost", "big", "-i", "1k", "--usage", "pages=3")
    assert answer.code == 1
    assert answer.line("pages").split() == ["pages", "3", "?", "?", "no", "known", "rate"]
    assert answer.line("total").split(maxsplit=3) == ["total", "≥", "0.002", "the most is unknown"]
    assert "the cost is partial: without pages" in answer.out
    facts = first(run("cost", "big", "-i", "1k", "--usage", "pages=3", "--json"))
    assert (facts["status"], facts["total"], facts["upper"], facts["unpriced"]) == ("partial", "0.002", None, ["pages"])


def test_bounds_are_shown_where_both_are_known(run: Run) -> None:
    overlapping = ("--usage", "input_audio_tokens=10", "--cache-read", "10")
    answer = run("cost", "big", "-i", "100", *overlapping)
    assert answer.code == 1
    assert "not stated" in answer.out


def test_a_floating_name_is_said_in_a_bill_too(run: Run) -> None:
    assert "acme-newest is a floating name; it means big-2 here" in run("cost", "acme-newest", "-i", "1", "--request").out


def test_minimums_and_ends_without_end_are_shown(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install({**FILES, "prices/zeta.yaml": """
        provider: zeta
        models:
          zhi:
            pricing_versions:
              - {effective_date: null, audio_per_hour: {price: 1, minimum: 10}, code_execution_per_session: 0.03}
    """})  # fmt: skip
    answer = run("cost", "zhi", "--usage", "audio_seconds=2.5", "--usage", "code_execution_sessions=1")
    assert answer.line("audio_seconds").split() == [
        "audio_seconds",
        "2.5",
        "1.00",
        "hour",
        "~0.002777777778",
        "10",
        "billed",
    ]
    assert answer.line("code_execution_sessions").split()[3] == "session"


# Contracts


@pytest.fixture
def contract(tmp_path: Path) -> str:
    path = tmp_path / "deal.yaml"
    path.write_text(
        "name: deal\nterms:\n"
        "  - provider: acme\n    models: [big-2]\n    volume:\n      marginal: true\n"
        "      brackets: [{from: 0, multiply: 1}, {from: 1000000, multiply: 0.5}]\n",
        encoding="utf-8",
    )
    return str(path)


def test_a_contract_is_beside_the_list_price(run: Run, contract: str) -> None:
    answer = run("cost", "big", "-i", "100k", "--contract", contract, "--month-volume", "1M")
    assert answer.line("input").split(maxsplit=5)[:5] == ["input", "100,000", "1.00", "1M", "0.10"]
    assert "contract deal, term 1" in answer.line("input")
    assert "list price 0.20 USD; the contract makes it 0.10 less (-50%)" in answer.out
    facts = first(run("cost", "big", "-i", "100k", "--contract", contract, "--json"))
    assert (facts["list_cost"], facts["contracted_cost"]) == ("0.2", "0.2")


def test_a_contract_of_an_overlay_is_found_by_its_name(run: Run, made_up: Path, contract: str) -> None:
    known = Catalog.load([made_up, contract])
    use_as_default(known)
    assert (
        first(run("cost", "big", "-i", "1M", "-o", "1", "--contract", "deal", "--month-volume", "1M", "--json"))["total"]
        == "2.0000075"
    )
    assert "did you mean deal" in run("cost", "big", "-i", "1", "--contract", "del").err


def test_contracts_that_cannot_be_used_are_refused(run: Run, tmp_path: Path) -> None:
    assert "no contract is called 'gone'; known: none" in run("cost", "big", "-i", "1", "--contract", "gone").err
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: wrong\nterms: [{provider: acne, multiply: 2}]\n")
    answer = run("cost", "big", "-i", "1", "--contract", str(wrong))
    assert answer.code == 2
    assert "wrong.yaml:2" in answer.err
    assert "needs --contract" in run("cost", "big", "-i", "1", "--month-volume", "5").err


# Side by side


def test_models_are_compared_cheapest_first_with_differences(run: Run) -> None:
    answer = run("cost", "big", "-i", "1M", "-o", "1M", "--request", "--compare", "mini", "--compare", "shop:shop-big")
    assert answer.code == 0
    assert answer.lines[0].startswith(
        "One request  1,000,000 input and 1,000,000 output tokens, now, 2026-11-22; differences from big-2"
    )
    assert [line.split() for line in answer.lines[2:5]] == [
        ["mini", "acme", "0.75", "-18.25", "-96.1%"],
        ["big-2", "shop", "15.00", "-4.00", "-21.1%"],
        ["big-2", "acme", "19.00"],
    ]
    assert "mini: the price is assumed to hold" in answer.out


def test_several_models_are_compared_too_and_json_has_the_differences(run: Run) -> None:
    costs = run("cost", "big", "mini", "big", "-i", "1k", "--request", "--json").json["costs"]
    assert [(cost["name"], cost["difference"], cost["difference_percent"]) for cost in costs] == [
        ("big", "0", None), ("mini", "-0.00185", "-92.5%"),
    ]  # fmt: skip


def test_what_cannot_be_compared_says_why(run: Run) -> None:
    answer = run(
        "cost", "big", "-i", "1k", "--usage", "web_searches=1", "--compare", "mini", "--compare", "zhi", "--compare", "bare"
    )
    assert answer.code == 1
    assert [line.split()[0] for line in answer.lines[2:6]] == ["mini", "big-2", "zhi", "bare"]
    assert answer.line("mini").split()[2:] == ["≥", "0.00015", "USD", "?", "the", "most", "is", "unknown"]
    assert "CNY" in answer.line("zhi")
    assert "'bare' is not sold by its maker" in answer.out
    assert "mini, zhi: without web_searches" in answer.out
    assert run("cost", "big", "-i", "1", "--compare", "minni").code == 2
    facts = run("cost", "big", "-i", "1", "--compare", "bare", "--json").json["costs"][1]
    assert (facts["total"], facts["difference"]) == (None, None)


def test_a_tier_that_another_model_does_not_have_is_no_price(run: Run) -> None:
    answer = run("cost", "big", "-i", "1k", "--service-tier", "batch", "--compare", "mini")
    assert (answer.code, answer.line("mini").split()[:2]) == (1, ["mini", "?"])
    assert "has no known price under service_tier=batch" in answer.out


def test_what_is_said_of_one_of_two_sellers_names_it(run: Run) -> None:
    answer = run("cost", "big", "-i", "1", "--region", "eu", "--compare", "shop:shop-big")
    assert "big-2 at acme, big-2 at shop: region 'eu' was not checked" in answer.out


def test_an_attribute_that_another_model_does_not_price_is_no_price(
    run: Run, install: Callable[[dict[str, str]], Path]
) -> None:
    offer = (
        "{effective_date: null, image_output_each: 1, overrides: [{when: {attributes: {size: big}}, image_output_each: 2}]}"
    )
    install({**FILES, "prices/zeta.yaml": f"provider: zeta\nmodels: {{zhi: {{pricing_versions: [{offer}]}}}}\n"})
    answer = run("cost", "big", "-i", "1", "--attribute", "size=huge", "--compare", "zhi")
    assert answer.code == 1
    assert "attribute size 'huge' is unknown" in answer.out


def test_a_response_of_a_model_that_nobody_sells_has_no_price(run: Run, response: Callable[..., str]) -> None:
    answer = run("cost", "--response", response({**OPENAI, "model": "bare"}))
    assert (answer.code, answer.out) == (1, "")
    assert "'bare' is not sold by its maker" in answer.err


def test_a_region_stays_with_the_provider_that_has_it(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    shop = FILES["prices/shop.yaml"].replace("provider: shop\n", "provider: shop\n        regions: [moon]\n")
    install({**FILES, "prices/shop.yaml": shop})
    answer = run("cost", "big", "-i", "1k", "--region", "eu", "--compare", "shop:shop-big")
    assert answer.code == 0
    assert answer.line("big-2  shop").endswith("without region eu")
    assert run("cost", "shop:shop-big", "-i", "1k", "--region", "eu").code == 2


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_keeps_every_line_within_its_width(run: Run, width: int) -> None:
    request = ("-i", "300k", "-o", "5k", "--reasoning", "3000", "--cache-read", "200k", "--web-searches", "2")
    for more in ((), ("--service-tier", "batch"), ("--compare", "mini"), ("--compare", "zhi", "--compare", "bare")):
        plain = uncoloured(run("cost", "big", *request, *more, width=width).out)
        assert plain.startswith("One request")
        assert max(len(line.rstrip()) for line in plain.splitlines()) <= width


def test_help_tells_a_volume_from_a_request(run: Run) -> None:
    told = run("cost", "--help").out
    assert "A volume (--input, --output) is linear" in told
    assert "One request (--request, --response … --compare)" in told


# A process of its own


def process(*arguments: str, given: bytes) -> Answer:
    done = subprocess.run(
        [sys.executable, "-m", "ai_models", *arguments],
        input=given, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_process_prices_what_comes_through_its_pipe() -> None:
    message = Path(__file__).parents[2] / "docs" / "examples" / "responses" / "message.json"
    answer = process("cost", "--response", "-", "--at", "2026-11-22", "--json", given=message.read_bytes())
    assert (answer.code, answer.err) == (0, "")
    assert first(answer)["total"] == "0.054399"
    broken = process("cost", "--response", "-", given=message.read_bytes()[:-3])
    assert (broken.code, broken.out) == (2, "")
    assert "standard input:15:" in broken.err
    assert "Traceback" not in broken.err
