import pytest
from signal_desk import cli, settings


@pytest.mark.parametrize("model", ["claude-sonnet", "claude-haiku", "keywords"])
def test_triage(inbox, capsys, monkeypatch, model):
    monkeypatch.setenv("SIGNAL_DESK_MODEL", model)
    assert cli.main(["triage", str(inbox / "2026-03-02.jsonl")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[2] for line in lines if line.startswith("!")} == {"Northwind:", "Contoso:"}
    assert lines[-2] == '{"bug_report": 1, "churn_risk": 1, "feature_request": 1}'
    assert lines[-1] == "3 triaged, 1 skipped, 0 failed"


def test_triage_with_a_failure(inbox, api, capsys):
    api.fail_next(400, "invalid_request_error")
    assert cli.main(["triage", str(inbox / "2026-03-02.jsonl")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 triaged, 1 skipped, 1 failed"


def test_the_models(capsys):
    assert cli.main(["models"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 8


def test_one_model(capsys):
    assert cli.main(["models", "gpt-4o"]) == 0
    assert capsys.readouterr().out == "GPT-4o (gpt-4o): 2.50 / 10.00 USD per 1M\n"


def test_a_model_that_nobody_knows(capsys):
    assert cli.main(["models", "no-such-model"]) == 2
    assert capsys.readouterr().err == "no model is called no-such-model\n"


def test_drift_says_what_it_finds_by_its_status(capsys):
    status = cli.main(["drift"])
    assert status == (1 if capsys.readouterr().out else 0)


def test_docs_without_a_network(offline, capsys):
    assert cli.main(["docs"]) == 1
    assert capsys.readouterr().out.count("cannot be reached") == 3


def test_the_budget(capsys):
    assert cli.main(["budget", "1164"]) == 0
    assert capsys.readouterr().out.startswith("36.00 USD left, enough for ")


def test_settings(monkeypatch):
    assert settings.model_name() == "claude-sonnet"
    assert settings.caching()
    monkeypatch.setenv("SIGNAL_DESK_CACHING", "no")
    assert not settings.caching()
    assert settings.prices()["claude-sonnet-4.5"] == {"input": 3.00, "output": 15.00}
    assert settings.routes()["triage"][0] == "claude-sonnet-4.5"
