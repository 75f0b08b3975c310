"""The roster as the catalogue has it: what it does not know keeps its old value, and what changes is seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import time_machine

from ai_models import Catalog
from ai_models.catalog.default import default_catalog, load_packaged, use_as_default

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ai_models.providers.preflight.LifecycleWarning"),
    pytest.mark.usefixtures("restored_default"),
]

Overlay = Callable[..., None]


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    """Lays files on the shipped catalogue for the rest of the test."""

    def lay(**files: str) -> None:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
        use_as_default(Catalog.load([tmp_path], base=default_catalog()))

    return lay


def spec_of(key: str) -> Any:
    from models import ModelRegistry

    return ModelRegistry.get_all_current_models()[key]


def frozen(key: str) -> dict[str, Any]:
    from ai_models_legacy import frozen

    return asdict(frozen.SPECS[key])


UNKNOWN = """
    model_id: gpt-4o
    provider: openai
    metadata: {context_window_input: null, context_window_output: null, context_window: null, knowledge_cutoff: null}
    documentation: {url: null}
"""


def test_what_the_catalogue_does_not_know_keeps_its_old_value_and_is_logged_once(
    overlay: Overlay, caplog: pytest.LogCaptureFixture
) -> None:
    overlay(gpt_4o=UNKNOWN)
    for _ in range(3):
        spec, old = spec_of("gpt-4o"), frozen("gpt-4o")
        for field in ("context_window_input", "context_window_output", "knowledge_cutoff", "docs_url"):
            assert getattr(spec, field) == old[field]
            assert caplog.text.count(f"does not know {field} of gpt-4o") == 1
    assert spec.last_verified > date(2026, 1, 1), "what it knows is served"
    assert len(caplog.records) == 4


OTHER_CURRENCY = """
    provider: openai
    models:
      gpt-4o:
        pricing_versions:
          - {effective_date: 2026-11-01, input_per_1m_tokens: 18, output_per_1m_tokens: 72, currency: CNY}
"""


def test_a_price_in_another_currency_is_no_price_of_the_old_kind(overlay: Overlay, caplog: pytest.LogCaptureFixture) -> None:
    overlay(openai=OTHER_CURRENCY)
    assert (spec_of("gpt-4o").input_price_per_1m, spec_of("gpt-4o").output_price_per_1m) == (2.5, 10.0)
    assert "does not know input_price_per_1m of gpt-4o" in caplog.text


def test_a_catalogue_without_the_model_leaves_it_as_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "acme.yaml").write_text(
        "model_id: big-1\nprovider: acme\nmetadata: {name: Big, last_verified: 2026-11-01}\ncapabilities: [text_input]\n",
        encoding="utf-8",
    )
    use_as_default(Catalog.load([tmp_path]))
    assert asdict(spec_of("gpt-4o")) == frozen("gpt-4o")
    assert caplog.text.count("does not know model of gpt-4o;") == 1


def test_a_model_without_a_price_keeps_the_old_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "gpt.yaml").write_text(
        "model_id: gpt-4o\nprovider: openai\nmetadata: {name: Four, last_verified: 2026-11-01}\ncapabilities: [streaming]\n",
        encoding="utf-8",
    )
    use_as_default(Catalog.load([tmp_path]))
    spec = spec_of("gpt-4o")
    assert (spec.name, spec.input_price_per_1m, spec.output_price_per_1m) == ("Four", 2.5, 10.0)
    assert "does not know output_price_per_1m of gpt-4o" in caplog.text


def test_an_overlay_that_is_broken_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models.catalog import default
    from ai_models.errors import CatalogError

    (tmp_path / "broken.yaml").write_text("model_id: [", encoding="utf-8")
    monkeypatch.setenv("AI_MODELS_PATH", str(tmp_path))
    monkeypatch.setattr(default, "_default", None)
    with pytest.raises(CatalogError, match=r"broken\.yaml"):
        spec_of("gpt-4o")


def test_the_frozen_answers_need_no_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import providers.claude
    from ai_models.catalog import default

    (tmp_path / "broken.yaml").write_text("model_id: [", encoding="utf-8")
    monkeypatch.setenv("AI_MODELS_PATH", str(tmp_path))
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "false")
    monkeypatch.setattr(default, "_default", None)
    assert asdict(spec_of("gpt-4o")) == frozen("gpt-4o")
    assert providers.claude.CLAUDE_PRICING["claude-haiku"] == (0.25, 1.25)


# ---- what changes while a process runs

TWO_PRICES = """
    provider: openai
    models:
      gpt-4o:
        pricing_versions:
          - {effective_date: "2026-11-30T15:00:00Z", input_per_1m_tokens: 1, output_per_1m_tokens: 4}
          - {effective_date: 2026-11-01, input_per_1m_tokens: 2, output_per_1m_tokens: 8}
"""


def test_a_price_changes_at_its_instant(overlay: Overlay) -> None:
    overlay(openai=TWO_PRICES)
    with time_machine.travel(datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC), tick=False) as clock:
        before = spec_of("gpt-4o")
        assert spec_of("gpt-4o") is before
        clock.shift(1)
        after = spec_of("gpt-4o")
        assert (before.input_price_per_1m, after.input_price_per_1m) == (2.0, 1.0)
        clock.shift(-1)
        assert spec_of("gpt-4o") is before, "also when the clock is set back"


def test_a_new_catalogue_is_seen_at_once(overlay: Overlay) -> None:
    before = spec_of("gpt-4o")
    overlay(openai=TWO_PRICES)
    assert (before.input_price_per_1m, spec_of("gpt-4o").input_price_per_1m) == (2.5, 2.0)


def test_equal_values_are_one_object_whatever_day_it_is() -> None:
    before = spec_of("claude-haiku-4.5")
    use_as_default(load_packaged())
    with time_machine.travel(datetime(2026, 12, 5, tzinfo=UTC)):
        assert spec_of("claude-haiku-4.5") is before


def test_the_table_of_prices_follows_and_stays_one_object(overlay: Overlay) -> None:
    import providers.claude

    table = providers.claude.CLAUDE_PRICING
    assert type(table) is dict
    assert providers.claude.CLAUDE_PRICING is table
    table["in-house"] = (1.0, 2.0)
    assert "in-house" in providers.claude.CLAUDE_PRICING, "what a caller adds stays"
    overlay(
        anthropic="""
        provider: anthropic
        models:
          claude-haiku-4-5-20251001:
            pricing_versions: [{effective_date: 2026-11-30, input_per_1m_tokens: 9, output_per_1m_tokens: 10}]
    """
    )
    assert providers.claude.CLAUDE_PRICING == {
        "claude-haiku": (9.0, 10.0), "claude-sonnet": (3.0, 15.0), "claude-opus": (15.0, 75.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "month"),
    [("2025-01", "January 2025"), ("2023-10", "October 2023"), ("2024", "2024"), ("2025-06-15", "June 2025"), (None, None)],
)
def test_a_cutoff_is_written_as_of_old(written: str | None, month: str | None) -> None:
    from ai_models_legacy.served import _month

    assert _month(written) == month


def test_months_have_their_english_names() -> None:
    """As written once; the C library's would follow the user's locale."""
    from ai_models_legacy.served import _month

    assert [_month(f"2025-{number:02}") for number in range(1, 13)] == [
        f"{name} 2025"
        for name in ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                     "November", "December")
    ]  # fmt: skip


def test_reading_a_value_again_costs_no_look_into_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import served

    spec_of("gpt-4o")
    monkeypatch.setattr(served, "_from_catalogue", lambda key: pytest.fail(f"{key} was looked up again"))
    spec_of("gpt-4o")
    with time_machine.travel(time.time() + 86_400), pytest.raises(pytest.fail.Exception, match="was looked up again"):
        spec_of("gpt-4o")
