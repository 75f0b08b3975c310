import pytest
from toolkit import quality
from toolkit.providers.factory import get_provider as toolkit_provider
from toolkit.reports import weekly

TEXTS = ["It crashes", "I will cancel", "Hello!"]


def test_two_models_agree_on_easy_messages(api):
    assert quality.agreement(TEXTS) == 1.0
    assert len({request["model"] for request in api.requests}) == 2


def test_shares_of_the_labels():
    shares = quality.label_shares(TEXTS)
    assert shares["bug_report"] == pytest.approx(1 / 3)
    assert shares["expansion_signal"] == 0
    assert len(shares) == 5


def test_sonnet_is_three_times_as_dear():
    assert quality.price_ratio() == pytest.approx(3.0)


def test_known_models():
    assert quality.is_known("gpt-4o")
    assert not quality.is_known("no-such-model")


def test_the_weekly_page():
    lines = weekly.model_lines()
    assert lines[0] == "claude-haiku-4.5: Claude Haiku 4.5, reads 200,000 tokens"
    assert len(lines) == 3
    assert weekly.empty_page()["churn_risk"] == 0


def test_the_weekly_page_names_what_is_retired():
    assert weekly.retired(["gpt-4-turbo", "claude-haiku-4-5-20251001"]) == ["gpt-4-turbo"]


def test_the_toolkits_factory():
    assert toolkit_provider("claude-haiku").classify("It crashes").evidence == "crash"
    with pytest.raises(ValueError):
        toolkit_provider("no-such-model")
