import pytest
from signal_desk import picker


def test_what_was_asked_for():
    choice = picker.pick("gpt-4o")
    assert (choice.identifier, choice.reason) == ("gpt-4o", "asked for")


def test_a_fallback():
    choice = picker.pick("gpt-5-nano-preview")
    assert choice.identifier == "gpt-4o-mini"
    assert choice.reason == "fallback for gpt-5-nano-preview"


def test_the_default():
    choice = picker.pick("no-such-model")
    assert choice.identifier == "claude-sonnet-4-5-20250929"
    assert choice.reason == "default, no model is called no-such-model"


def test_unknown_keys_are_no_errors():
    assert picker.pick_or_4o("no-such-model").api_identifier == "gpt-4o"
    assert picker.pick_or_4o("claude-haiku-4.5").name == "Claude Haiku 4.5"
    assert picker.display_name("no-such-model") == "no-such-model"
    assert picker.display_name("gpt-4o") == "GPT-4o"
    assert not picker.has_model("no-such-model")
    assert picker.has_model("gpt-4o-mini")


def test_require_says_what_is_missing():
    assert picker.require("gpt-4o").api_identifier == "gpt-4o"
    with pytest.raises(LookupError, match="no model called 'no-such-model'"):
        picker.require("no-such-model")


def test_known_leaves_the_others_out():
    found = picker.known(["gpt-4o", "no-such-model", "claude-haiku-4.5"])
    assert [spec.api_identifier for spec in found] == ["gpt-4o", "claude-haiku-4-5-20251001"]
    assert picker.known_again(["gpt-4o", "gpt-4o-mini"]) == picker.known(["gpt-4o", "gpt-4o-mini"])


def test_windows():
    assert picker.window_of("claude-haiku-4.5") == 200_000
    assert picker.safe_window_of("gpt-4o") == 128_000
    assert picker.find("gpt-4o").context_window_input == 128_000
    assert picker.largest_window().api_identifier.startswith("claude")


@pytest.mark.parametrize(("vendor", "start"), [("anthropic", "claude"), ("openai", "gpt"), ("google", "gemini")])
def test_there_is_a_default_for_each_vendor(vendor, start):
    assert picker.default_for(vendor).api_identifier.startswith(start)


def test_the_default_claude_is_sonnet():
    assert "Sonnet" in picker.default_claude().name


def test_an_answer_is_never_longer_than_the_window():
    spec = picker.require("gpt-4o")
    assert 0 < picker.answer_room(spec) <= spec.context_window_input


def test_the_cheapest():
    keys = ["claude-sonnet-4.5", "claude-haiku-4.5", "gpt-4o", "gpt-4o-mini", "no-such-model"]
    assert picker.cheapest(keys, input_tokens=900, output_tokens=60).api_identifier == "gpt-4o-mini"
    assert picker.cheapest(keys[:3], input_tokens=900, output_tokens=60).api_identifier == "claude-haiku-4-5-20251001"
