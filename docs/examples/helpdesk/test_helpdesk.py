import choice
import costs


def test_unknown_models_have_no_price():
    assert costs.price_of_prompts("no-such-model") is None


def test_windows_are_known():
    assert costs.window_of("gpt-4o") == 128_000


def test_tagging_costs_something():
    assert costs.cost_of_tagging(1_000_000) > 0


def test_drafts_cost_more_with_a_dearer_model():
    assert costs.cost_of_drafts("gpt-5.5", 1_000) > costs.cost_of_drafts("gpt-4o", 1_000)


def test_choices():
    assert choice.DRAFTS == "gpt-4o"
    assert choice.default_of("openai") == "gpt-4o"
