from unittest.mock import patch

import pytest
from providers.base import ProviderMetrics, SignalCategory
from signal_desk.keyword_provider import KeywordProvider
from signal_desk.models import Message, read_messages
from signal_desk.triage import Triage, metrics_of, queue_for


def message(text, number="1"):
    return Message(id=number, customer="Northwind", text=text)


def test_a_batch_is_labelled_and_priced(api):
    batch = Triage().run([message("I will cancel"), message("The export is broken"), message("Hello!")])
    assert batch.by_category() == {"churn_risk": 1, "bug_report": 1, "general_feedback": 1}
    assert batch.cost > 0
    assert len(api.requests) == 3


def test_empty_messages_are_skipped(api):
    batch = Triage().run([message("  "), message("Hello!")])
    assert [len(batch.triaged), len(batch.skipped), len(batch.failed)] == [1, 1, 0]
    assert len(api.requests) == 1


def test_one_that_fails_does_not_stop_the_others(api):
    api.fail_next(400, "invalid_request_error")
    batch = Triage().run([message("first", "a"), message("second", "b")])
    assert [each.message.id for each in batch.triaged] == ["b"]
    [(failed, reason)] = batch.failed
    assert failed.id == "a"
    assert "as the test wanted" in reason


def test_the_urgent_ones_come_first():
    batch = Triage(KeywordProvider()).run([message("please add X"), message("it is broken"), message("we are leaving")])
    assert {each.category for each in batch.urgent()} == {SignalCategory.BUG_REPORT, SignalCategory.CHURN_RISK}
    assert not any(each.is_sure for each in batch.urgent())


def test_the_factory_is_asked_for_the_model():
    with patch("providers.factory.get_provider") as made:
        made.return_value = KeywordProvider()
        batch = Triage(model="claude-opus").run([message("it is broken")])
    made.assert_called_once_with("claude-opus")
    assert batch.by_category() == {"bug_report": 1}


def test_metrics_of_a_batch():
    triage = Triage(KeywordProvider())
    triage.run([message("it is broken"), message("hello")])
    assert triage.metrics().total_requests == 2
    assert triage.metrics().total_cost == 0
    triage.begin_anew()
    assert triage.metrics().total_requests == 0


def test_metrics_of_results_that_were_kept():
    results = [KeywordProvider().classify(text) for text in ("it is broken", "hello")]
    assert metrics_of(results).to_dict() == {**ProviderMetrics().to_dict(), "total_requests": 2}


@pytest.mark.parametrize(
    ("category", "queue"),
    [
        (SignalCategory.BUG_REPORT, "support"),
        (SignalCategory.CHURN_RISK, "sales"),
        (SignalCategory.EXPANSION_SIGNAL, "sales"),
        (SignalCategory.FEATURE_REQUEST, "product"),
    ],
)
def test_queues(category, queue):
    assert queue_for(category) == queue


def test_messages_are_read_from_a_file(inbox):
    messages = read_messages(inbox / "2026-03-02.jsonl")
    assert [each.id for each in messages] == ["1", "2", "3", "4"]
