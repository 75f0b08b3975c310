from signal_desk import house_models
from signal_desk.house_models import ACME_ROUTER, ACME_SUMMARIZER, lookup


def test_our_own_models():
    assert ACME_SUMMARIZER.api_identifier == "acme-summarizer-v2"
    assert (ACME_SUMMARIZER.context_window_input, ACME_SUMMARIZER.context_window_output) == (32_000, 2_048)
    assert ACME_ROUTER.name == "Acme Router"
    assert ACME_ROUTER.context_window_input == 8_192


def test_what_the_platform_team_charges():
    assert (ACME_SUMMARIZER.input_price_per_1m, ACME_SUMMARIZER.output_price_per_1m) == (0.40, 1.20)
    assert (ACME_ROUTER.input_price_per_1m, ACME_ROUTER.output_price_per_1m) == (0.02, 0.04)
    assert round(house_models.summary_cost(1_000_000, 100_000), 6) == 0.52


def test_what_they_are_for():
    assert "summaries" in ACME_SUMMARIZER.recommended_for
    assert "routing" in ACME_ROUTER.recommended_for
    assert "language of the thread" in ACME_SUMMARIZER.notes


def test_lookup_asks_the_house_first_and_the_registry_then():
    assert lookup("acme-router-1b").name == "Acme Router"
    assert lookup("gpt-4.1").api_identifier == "gpt-4.1"
    assert lookup("gpt-4o").name == "GPT-4o"
    assert lookup("no-such-model") is None
