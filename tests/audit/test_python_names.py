"""Names of models in Python: uses by where a string stands, mentions in comments and prose, and the places of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Codes = Callable[..., list[tuple[str, str]]]
Found = Callable[..., list[Any]]

SDK = "import openai\n"


@pytest.mark.parametrize(
    "code",
    [
        'x = "gpt-80"',
        'f(model="gpt-80")',
        'f("gpt-80")',
        'x = {"gpt-80": 1}',
        'x = {"model": "gpt-80"}',
        'def f(model="gpt-80"): ...',
        'def f(*, model="gpt-80"): ...',
        'if model == "gpt-80": ...',
        'if model in ("gpt-80",): ...',
        'match model:\n    case "gpt-80": ...',
        'x = os.environ.get("MODEL", "gpt-80")',
        'x = given or "gpt-80"',
        'x = "gpt-80" if cheap else other',
        'class A:\n    model: str = Field(default="gpt-80")',
        'x = prices["gpt-80"]',
        'f(g("gpt-80"))',
        'x: Literal["gpt-80"]',
        "x = 'gpt-80'",
        'x = """gpt-80"""',
        'x = r"gpt-80"',
        'x = f"gpt-80"',
        'parser.add_argument("--model", default="gpt-80")',
    ],
)
def test_a_string_that_is_a_name_is_a_use_and_the_span_is_the_name(found: Found, code: str) -> None:
    (finding,) = found(code)
    assert (finding.code, finding.subject) == ("AIM102", "gpt-80")
    line = code.splitlines()[finding.span.line - 1]
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == "gpt-80"


@pytest.mark.parametrize(
    "code",
    [
        'if model.startswith("gpt-80"): ...',
        'if "gpt-80" in model: ...',
        'x = "gpt-80" + suffix',
        'x = f"gpt-80-{suffix}"',
        'x = f"{prefix}-gpt-80"',
        'x = "gpt-80-%s" % day',
        "x = gpt_80",
        'x = b"gpt-80"',
        'any(part in model for part in ["gpt-80"])',
        'Rule(starts_with="gpt-80")',
        'StartsWith("gpt-80")',
    ],
)
def test_a_part_of_a_name_is_no_use(codes: Codes, code: str) -> None:
    assert codes(code) == []


@pytest.mark.parametrize(
    "code",
    [
        '"""Answers come from gpt-80."""',
        "x = 1  # gpt-80",
        'x = ("a"  # gpt-80\n  "b")',
        'raise ValueError("use gpt-80 instead")',
        'x = f"ask gpt-80 about {topic}"',
        "# see https://acme.example/models/gpt-80",
        'x = "GPT-80"',
    ],
)
def test_comments_prose_and_spellings_of_people_are_mentions(found: Found, code: str) -> None:
    (finding,) = found(code)
    assert finding.code == "AIM105"
    assert finding.severity == "note"
    assert finding.facts["status"] == "retired"


def test_a_hash_in_a_string_begins_no_comment(codes: Codes) -> None:
    assert codes('x = "# gpt-80"') == [("AIM105", "gpt-80")]
    assert codes('x = "#", "gpt-80"') == [("AIM102", "gpt-80")]


def test_escapes_and_joined_literals_get_the_whole_literal(found: Found) -> None:
    (escaped,) = found('import openai\nx = "gpt\\x2d80"\n')
    assert (escaped.span.column, escaped.span.end_column) == (5, 16)
    assert escaped.fix is None
    (joined,) = found('import openai\nf(model="gpt-"\n  "80")\n')
    assert (joined.span.line, joined.span.end_line) == (2, 3)


def test_columns_count_characters(found: Found) -> None:
    (finding,) = found('ä = "😀", "gpt-80"  # ü')
    assert finding.span.column == 11


def test_retiring_counts_from_the_days_asked_for(codes: Codes) -> None:
    assert codes('x = "gpt-84"') == [("AIM103", "gpt-84")]  # in exactly 90 days
    assert codes('x = "gpt-84"', within=89) == []
    assert codes('x = "gpt-85-mini"', within=0) == [("AIM103", "gpt-85-mini")]  # it is deprecated


def test_messages_say_when_and_what_instead(found: Found) -> None:
    (retired,) = found('x = "gpt-80"')
    assert retired.message == "gpt-80 was retired on 2026-11-01"
    assert retired.hint == "its maker names gpt-85-mini as the replacement"
    assert retired.facts == {
        "name": "gpt-80",
        "model": "acme/gpt-80",
        "status": "retired",
        "deprecated_on": None,
        "retires_on": "2026-11-01",
        "replacement": ["gpt-85-mini"],
    }
    (retiring,) = found('x = "gpt-85-mini"')
    assert retiring.message == "gpt-85-mini retires on 2026-12-15, in 15 days"
    assert retiring.facts["days_left"] == 15
    (tomorrow,) = found('x = "gpt-85-mini"', at=date(2026, 12, 14))
    assert tomorrow.message.endswith("tomorrow")
    (undated,) = found('x = "gpt-50-turbo"')
    assert undated.message == "gpt-50-turbo is retired; no source says since when"
    assert undated.hint == "its maker names no replacement"


def test_a_replacement_that_is_retired_leads_to_its_own(found: Found) -> None:
    (finding,) = found('x = "gpt-70"')
    assert "gpt-85-mini" in finding.hint  # gpt-70 -> gpt-80, which is gone -> gpt-85-mini
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "gpt-90"  # gpt-85-mini is deprecated: nobody moves twice
    assert not finding.fix.safe


def test_several_replacements_are_named_and_none_is_chosen(found: Found) -> None:
    (finding,) = found('x = "gpt-60-turbo"')
    assert "gpt-90 or gpt-84" in finding.hint
    assert finding.fix is None


def test_floating_names_are_pinned_as_they_are_written(found: Found) -> None:
    (bare,) = found('x = "gpt-90-latest"')
    assert bare.code == "AIM104"
    assert bare.facts["pinned"] == "gpt-90"
    assert bare.fix.safe
    (owned,) = found('x = "acme/gpt-90-latest"')
    assert owned.fix.edits[0].text == "acme/gpt-90"
    (other,) = found('x = "acme:gpt-90-latest"')
    assert other.fix.edits[0].text == "acme:gpt-90"
    (gateway,) = found('x = "gateway/acme/gpt-90-latest"')
    assert gateway.fix is None


def test_a_floating_name_of_a_retired_model_is_retired(codes: Codes) -> None:
    assert codes('x = "gpt-80-latest"') == [("AIM102", "gpt-80-latest")]


def test_unknown_names(codes: Codes, found: Found) -> None:
    assert codes('f(model="gpt-91")') == [("AIM101", "gpt-91")]
    assert codes('x = ["gpt-85"]') == []  # a family
    assert codes(SDK + 'AutoModel.from_pretrained("gpt-91")') == []
    assert codes(SDK + 'Model("gpt-90", aliases=("gpt-91",))') == []
    assert codes(SDK + 'x = [{"model_name": "gpt-91", "litellm_params": {"model": "gpt-90"}}]') == []
    (past,) = found('f(model="gpt-90-was")')
    assert "it is a name of acme/gpt-90 until 2026-06-01" in past.message
    (mention,) = found("# gpt-91")
    assert (mention.code, mention.facts["status"]) == ("AIM105", "unknown")


@pytest.mark.parametrize(
    "code",
    [
        'AzureChatOpenAI(azure_deployment="NAME")',
        'DEPLOYMENT = "NAME"',
        'x = {"deployment_name": "NAME"}',
        'x = os.environ.get("AZURE_OPENAI_DEPLOYMENT", "NAME")',
        'x = "azure/NAME"',
    ],
)
def test_a_deployment_may_be_called_anything(found: Found, codes: Codes, code: str) -> None:
    (finding,) = found(code.replace("NAME", "gpt-80"))
    assert finding.confidence == "low"
    assert codes(code.replace("NAME", "gpt-91-prod")) == []


def test_a_route_of_a_router_is_its_owners(codes: Codes) -> None:
    routes = SDK + 'x = [{"model_name": "gpt-80", "litellm_params": {"model": "NAME"}}]'
    assert codes(routes.replace("NAME", "gpt-90")) == []
    assert codes(routes.replace("NAME", "gpt-80")) == [("AIM102", "gpt-80")]


def test_an_address_on_which_a_method_is_called_uses_its_model(codes: Codes) -> None:
    address = "https://acme.example/v1/models/gpt-80:streamGenerateContent"
    assert codes(f'url = "{address}"') == [("AIM102", "gpt-80")]
    assert codes(f"# {address}") == [("AIM105", "gpt-80")]
    assert codes(f'"""Asks {address}."""') == [("AIM105", "gpt-80")]


def test_ordinary_words_count_beside_an_sdk(codes: Codes) -> None:
    assert codes('f(model="sonar")') == []
    assert codes(SDK + 'f(model="sonar")') == [("AIM102", "sonar")]
    assert codes(SDK + 'get_model("sonar")') == [("AIM102", "sonar")]
    assert codes(SDK + 'def default_model(): return "sonar"') == [("AIM102", "sonar")]
    assert codes(SDK + 'f("sonar")') == []
    assert codes(SDK + 'MODELS: list = ["sonar"]') == [("AIM102", "sonar")]
    assert codes(SDK + 'if (the_model := "sonar"): ...') == [("AIM102", "sonar")]
    assert codes(SDK + 'def f(a, model=Option("sonar")): ...') == [("AIM102", "sonar")]
    assert codes(SDK + 'if config["model"] == "sonar": ...') == [("AIM102", "sonar")]
    assert codes(SDK + 'if config.get("model") != "sonar": ...') == []


def test_a_docstring_that_is_only_a_name_is_a_mention_of_nothing(codes: Codes) -> None:
    assert codes('"gpt-80"\nx = 1') == []
