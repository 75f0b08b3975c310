"""The roster, vendors, windows, life cycles, and models by the names of constants."""

import pytest
from models import Provider
from signal_desk import docs_check, lifecycle, lookup, roster, routing, vendors, windows
from signal_desk.llm import CLAUDE_HAIKU, CLAUDE_SONNET, GPT_4O, ModelSpec, default_provider


def test_a_sentence_names_a_model():
    assert roster.find("Take the 4o mini, please").api_identifier == "gpt-4o-mini"
    assert roster.find("Take 4o, please").api_identifier == "gpt-4o"
    assert roster.find("SONNET!").name == "Claude Sonnet 4.5"
    assert roster.find("whatever") is None


def test_the_table_has_a_line_a_model():
    lines = roster.table().splitlines()
    assert len(lines) == 8
    assert lines[0].split() == ["sonnet", "Claude", "Sonnet", "4.5", "200,000"]


def test_the_roster_of_the_registry():
    assert roster.is_on_the_roster("claude-haiku-4.5")
    assert not roster.is_on_the_roster("no-such-model")
    assert roster.newest_check().year >= 2025


def test_names_of_vendors():
    assert vendors.label_of(CLAUDE_SONNET) == "Anthropic"
    assert vendors.label_of(GPT_4O) == "OpenAI"
    assert vendors.label(vendors.vendor_named(" Google ")) == "Google"
    assert vendors.contract_of(CLAUDE_SONNET).startswith("enterprise")
    assert vendors.page_of(GPT_4O).startswith("https://")
    assert vendors.is_claude(CLAUDE_SONNET)
    assert not vendors.is_claude(GPT_4O)


def test_only_a_spec_has_a_vendor():
    with pytest.raises(TypeError):
        vendors.label_of("gpt-4o")


def test_vendors_that_nobody_knows():
    with pytest.raises(ValueError):
        vendors.vendor_named("clippy")


def test_identifiers_of_a_vendor():
    assert GPT_4O.api_identifier in vendors.identifiers_of(Provider.OPENAI)
    assert CLAUDE_HAIKU.api_identifier in vendors.claude_identifiers()
    assert CLAUDE_HAIKU.api_identifier not in vendors.identifiers_of(Provider.OPENAI)


def test_texts_that_fit():
    assert windows.estimate_tokens("12345") == 2
    assert windows.fits("x" * 4 * 127_000, GPT_4O)
    assert not windows.fits("x" * (4 * 127_000 + 1), GPT_4O)
    assert windows.fits("x" * 4 * 199_000, CLAUDE_SONNET)
    assert windows.fits_4o("x" * 4 * 128_000)
    assert not windows.fits_4o("x" * (4 * 128_000 + 1))
    assert windows.fits_claude("x" * 4_000)


def test_texts_are_split_at_the_ends_of_lines():
    line = "x" * 1_023 + "\n"
    text = line * 600  # 153,600 tokens: more than half of what GPT-4o reads
    pieces = windows.split(text, GPT_4O)
    assert "".join(pieces) == text
    assert len(pieces) == 3
    assert all(piece.endswith("\n") for piece in pieces)


def test_a_short_text_is_one_piece():
    assert windows.split("short", CLAUDE_SONNET) == ["short"]
    assert windows.split("", CLAUDE_SONNET) == []


def test_outdated_identifiers():
    identifiers = ["claude-3-opus-20240229", "claude-haiku-4-5-20251001", "gpt-3.5-turbo", "claude-3-5-haiku-20241022"]
    assert lifecycle.outdated(identifiers) == [identifiers[0], identifiers[2], identifiers[3]]


def test_there_is_advice_for_what_is_outdated():
    assert lifecycle.advice("claude-haiku-4-5-20251001") == "nothing to do"
    assert lifecycle.advice("claude-3-opus-20240229") != "nothing to do"
    [line] = lifecycle.warn(["claude-3-5-sonnet-20241022"])
    assert line.startswith("claude-3-5-sonnet-20241022 is deprecated: ")


def test_what_we_moved_away_from():
    assert {"claude-3-opus-20240229", "gpt-3.5-turbo", "gemini-1.5-pro-002"} <= set(lifecycle.known_deprecated())


@pytest.mark.parametrize("ask", [lookup.by_constant, lookup.by_late_import, lookup.by_constant_or_sonnet])
def test_models_by_the_names_of_constants(ask):
    assert ask("CLAUDE_SONNET").api_identifier == "claude-sonnet-4-5-20250929"
    assert ask("GPT_4O_MINI").name == "GPT-4o mini"


def test_constants_that_nobody_knows():
    assert lookup.by_constant_or_sonnet("CLAUDE_SONETT").name == "Claude Sonnet 4.5"
    with pytest.raises(AttributeError):
        lookup.by_constant("CLAUDE_SONETT")


def test_the_factory_by_its_name():
    assert lookup.factory()("claude-haiku").classify("It crashes").category.value == "bug_report"


def test_without_a_network_no_page_can_be_reached(offline):
    assert docs_check.check_docs() == {"Anthropic": False, "OpenAI": False, "Google": False}
    assert docs_check.unreachable() == ["Anthropic", "Google", "OpenAI"]


def test_every_vendor_has_a_page():
    sources = docs_check.sources()
    assert set(sources) == {"Anthropic", "OpenAI", "Google"}
    assert all(url.startswith("https://") for url in sources.values())


def test_every_work_has_its_model():
    assert routing.first_for("triage").api_identifier == "claude-sonnet-4-5-20250929"
    assert routing.second_for("triage").api_identifier == "claude-haiku-4-5-20251001"
    assert routing.first_for("churn review").name == "Claude Opus 4.1"
    assert routing.second_for("tags") is None
    assert routing.detector() == "gemini-2.5-flash-lite"


def test_the_desks_own_door():
    assert isinstance(GPT_4O, ModelSpec)
    assert default_provider().classify("I will cancel").category.value == "churn_risk"
