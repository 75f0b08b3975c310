"""Habits of ours that lean on how the old packages happen to behave. ``models`` and ``providers`` may go; these then go too."""

import pytest
from jobs import backfill
from models import Provider
from models.registry import CLAUDE_SONNET, GEMINI_PRO, GPT_4O
from signal_desk import docs_check, drift, export, house_models, lifecycle, lookup, picker, vendors
from toolkit.providers.factory import get_provider as toolkit_provider


def test_none_has_no_window():
    with pytest.raises(AttributeError):
        picker.window_of("no-such-model")
    assert picker.safe_window_of("no-such-model") == 8_000
    assert picker.find("no-such-model") is None
    assert picker.known_again(["no-such-model", "gpt-4o"]) == [GPT_4O]


def test_an_answer_may_be_as_long_as_a_prompt():
    assert picker.answer_room(CLAUDE_SONNET) == 200_000


def test_uses_are_found_by_our_own_words():
    assert [spec.name for spec in picker.suited_for("tagging")] == ["GPT-4o mini"]


def test_constants_are_in_the_modules_dictionary():
    assert lookup.by_configured_module("GPT_4O") is GPT_4O


def test_a_provider_is_an_enum_member():
    assert vendors.is_google(GEMINI_PRO)
    assert vendors.slug(GPT_4O) == "openai-gpt-4o"
    assert vendors.identifiers_of(Provider.OPENAI) == {"gpt-4o", "gpt-4o-mini"}


def test_a_spec_is_a_dataclass():
    noted = export.with_note(GPT_4O, "ours")
    assert (noted.notes, noted.name) == ("ours", "GPT-4o")
    row = export.row(GPT_4O)
    assert (row["provider"], row["last_verified"]) == ("openai", "2025-10-24")
    assert export.cutoff_year(GPT_4O) == 2023


def test_specs_survive_on_disk(tmp_path):
    export.save(tmp_path / "specs.pickle")
    assert len(export.load(tmp_path / "specs.pickle")) == 8


def test_identifiers_that_nobody_knows_are_not_deprecated():
    assert lifecycle.outdated(["no-such-model"]) == []
    assert lifecycle.advice("no-such-model") == "nothing to do"
    assert not lifecycle.is_one_word_advice("gpt-4-turbo")
    assert len(lifecycle.known_deprecated()) == 11


def test_the_prices_drift():
    assert [found.name for found in drift.find_drift()] == ["claude-haiku"]


def test_pages(monkeypatch):
    def opener(request, timeout):
        raise TimeoutError

    monkeypatch.setattr("urllib.request.urlopen", opener)
    assert docs_check.unreachable() == ["Anthropic", "Google", "OpenAI"]


def test_a_refusal_is_the_sdks_own_error(api):
    api.fail_next(400, "invalid_request_error")
    assert backfill.backfill(["It crashes"]) == [None]


def test_an_old_price_of_the_house():
    assert house_models.CONTOSO_OPUS.input_price_per_1m == 15.00


def test_the_toolkit_does_not_cache_unless_told(api):
    toolkit_provider("claude-haiku").classify("Hello!")
    assert "cache_control" not in str(api.requests[-1])
