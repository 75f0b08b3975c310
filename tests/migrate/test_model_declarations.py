"""Models that a code base declared itself: defined where nobody knows them, compared where somebody does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ai_models.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.migrate.applying import apply
from ai_models.migrate.declarations import Declaration, definition_of, maker_of
from ai_models.migrate.drift import as_cutoff
from ai_models.migrate.overlaying import OwnCatalogue, own_catalogue
from ai_models.migrate.plan import Plan
from ai_models.models.capabilities import Support

TODAY = date(2026, 11, 30)
PATH = "desk/house_models.py"


def declared(model_id: str = "acme-summarizer-v2", **values: Any) -> Declaration:
    """The legacy application's own model, with other values."""
    usual: dict[str, Any] = {
        "name": "Acme Summarizer 2",
        "provider": "openai",
        "path": PATH,
        "line": 9,
        "context_window_input": 32_000,
        "context_window_output": 2_048,
        "input_price": Decimal("0.40"),
        "output_price": Decimal("1.20"),
        "knowledge_cutoff": "June 2024",
        "last_verified": date(2026, 3, 2),
        "docs_url": "https://wiki.acme.example/platform/summarizer",
        "notes": "Summaries of threads only. Answers in the language of the thread.",
        "recommended_for": ("summaries", "meeting notes"),
    }
    return Declaration(model_id=model_id, **{**usual, **values})


def own(root: Path, *declarations: Declaration, **options: Any) -> OwnCatalogue:
    return own_catalogue(root, {}, declarations, today=TODAY, **options)


def files(found: OwnCatalogue) -> dict[str, Any]:
    return {change.path: yaml.safe_load(change.after or b"") for change in found.changes if change.path.endswith(".yaml")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "desk"\n')
    return tmp_path


def test_a_model_that_nobody_knows_is_defined_and_priced(root: Path) -> None:
    found = own(root, declared())
    assert found.models == {"acme-summarizer-v2": "house/acme-summarizer-v2"}
    definition = next(change for change in found.changes if change.path.endswith("acme_summarizer_v2.yaml"))
    assert definition.after is not None
    assert definition.path == "ai_models_overlay/definitions/house/acme_summarizer_v2.yaml"
    assert definition.after.decode() == DEFINITION
    price = next(change for change in found.changes if change.path == "ai_models_overlay/pricing/house.yaml")
    assert price.after is not None
    assert price.after.decode() == PRICE


DEFINITION = """\
# From desk/house_models.py:9.
model_id: acme-summarizer-v2
provider: house
metadata:
  name: Acme Summarizer 2
  context_window_input: 32000
  context_window_output: 2048
  knowledge_cutoff: 2024-06
  last_verified: 2026-03-02
unsupported: [large_context, extra_large_context]
optimization:
  recommended_for:
    - summaries
    - meeting notes
pricing_ref: acme-summarizer-v2
documentation:
  url: https://wiki.acme.example/platform/summarizer
  notes: Summaries of threads only. Answers in the language of the thread.
evidence:
  context_window_input: [manual]
  context_window_output: [manual]
  knowledge_cutoff: [manual]
  large_context: [manual]
  extra_large_context: [manual]
"""
PRICE = """\
# From desk/house_models.py:9.
provider: house
models:
  acme-summarizer-v2:
    display_name: Acme Summarizer 2
    pricing_versions:
      - {effective_date: 2026-03-02, date_precision: observed, input_per_1m_tokens: 0.40, output_per_1m_tokens: 1.20, %s}
""".replace("%s", "currency: USD, evidence: [manual]")


def test_it_can_be_asked_for_and_priced(root: Path) -> None:
    found = own(root, declared(), declared("acme-router-1b", context_window_output=None, name="Acme Router"))
    apply(Plan.of(str(root), found.changes, found.remarks))
    mine = Catalog.load([root / "ai_models_overlay"], base=default_catalog())
    spec = mine.get_model("acme-summarizer-v2")
    assert (spec.provider, spec.context_window_input, spec.context_window_output) == ("house", 32_000, 2_048)
    assert (spec.input_price_per_1m, spec.output_price_per_1m) == (0.4, 1.2)
    assert (spec.knowledge_cutoff, spec.last_verified, spec.recommended_for) == (
        *("2024-06", date(2026, 3, 2), ("summaries", "meeting notes")),
    )
    assert spec.support("large_context") is Support.UNSUPPORTED
    assert spec.support("image_input") is Support.UNKNOWN, "the old registry did not say"
    assert mine.get_model("acme-router-1b").context_window_output == 32_000, "None was: same as input"


def test_windows_decide_what_is_a_large_context(root: Path) -> None:
    content = files(own(root, declared(context_window_input=1_000_000, context_window_output=None)))
    definition = content["ai_models_overlay/definitions/house/acme_summarizer_v2.yaml"]
    assert definition["capabilities"] == ["large_context", "extra_large_context"]
    assert "unsupported" not in definition


def test_what_was_not_declared_is_unknown(root: Path) -> None:
    bare = Declaration(model_id="acme-1", name="Acme 1", provider="openai", path=PATH, line=1)
    content = files(own(root, bare))
    assert content == {
        "ai_models_overlay/definitions/house/acme_1.yaml": {
            "model_id": "acme-1",
            "provider": "house",
            "metadata": {"name": "Acme 1", "last_verified": TODAY},
        }
    }


@pytest.mark.parametrize(
    ("text", "cutoff"),
    [
        ("January 2025", "2025-01"),
        ("Jan 2025", "2025-01"),
        ("Sept. 2023", "2023-09"),
        ("2025-01", "2025-01"),
        ("2025/1/3", "2025-01-03"),
        ("2024-13", "2024"),
        ("2024", "2024"),
        ("early 2024", "2024"),
        ("somewhen", None),
    ],
)
def test_cutoffs(text: str, cutoff: str | None) -> None:
    assert as_cutoff(text) == cutoff
    definition = definition_of(declared(knowledge_cutoff=text), "house", TODAY)
    assert definition["metadata"].get("knowledge_cutoff") == cutoff
    assert ("Knowledge cutoff: somewhen" in definition["documentation"]["notes"]) == (cutoff is None)


# Whose model it is


def test_a_model_that_is_nobodys_is_listed_as_undecided(root: Path) -> None:
    (remark,) = own(root, declared()).remarks
    assert (remark.kind, remark.path, remark.line, remark.legacy) == ("undecided", PATH, 9, "ModelSpec.provider")
    assert remark.message == (
        "acme-summarizer-v2 is declared as openai's, whose models have other ids; it is put under the maker 'house'"
    )


def test_the_maker_is_the_one_that_is_told(root: Path) -> None:
    found = own(root, declared(), makers={"acme-summarizer-v2": "acme"})
    assert found.models == {"acme-summarizer-v2": "acme/acme-summarizer-v2"}
    assert found.remarks == ()
    assert set(files(found)) == {
        "ai_models_overlay/definitions/acme/acme_summarizer_v2.yaml",
        "ai_models_overlay/pricing/acme.yaml",
    }


@pytest.mark.parametrize(
    ("model_id", "provider", "maker"),
    [
        ("gpt-9-turbo", "openai", "openai"),
        ("ft:gpt-4o:acme::abc", "openai", "openai"),
        ("claude-99", "anthropic", "anthropic"),
        ("gemini-9-ultra", "google", "google"),
        ("gemini-9-ultra", "openai", "house"),
        ("claudette", "anthropic", "house"),
        ("acme-1", "acme", "house"),
    ],
)
def test_an_id_of_the_vendor_s_kind_is_the_vendor_s(model_id: str, provider: str, maker: str) -> None:
    found, remarks = maker_of(declared(model_id, provider=provider), {})
    assert found == maker
    assert bool(remarks) == (maker == "house")


@pytest.mark.slow
def test_a_declaration_that_cannot_be_is_named_and_does_not_hinder_the_others(root: Path) -> None:
    found = own(
        root,
        declared("acme-1", context_window_input=10, context_window_output=11),
        declared("acme-2", provider="openai"),
        declared("acme-3"),
        makers={"acme-2": "no slash/please"},
    )
    assert found.models == {"acme-3": "house/acme-3"}
    said = {remark.message.split(" ")[0]: remark for remark in found.remarks if "cannot be defined" in remark.message}
    assert set(said) == {"acme-1", "acme-2"}
    assert said["acme-1"].kind == "undecided"
    assert "11 exceeds the window of 10" in said["acme-1"].message
    assert "must hold no space, slash" in said["acme-2"].message


def test_a_model_that_is_declared_twice_is_defined_once_and_the_differences_are_named(root: Path) -> None:
    found = own(root, declared(), declared(path="toolkit/models.py", line=3), declared(line=50, input_price=Decimal("0.50")))
    assert found.models == {"acme-summarizer-v2": "house/acme-summarizer-v2"}
    undecided = [remark for remark in found.remarks if "too, with other values" in remark.message]
    assert [(remark.line, remark.message) for remark in undecided] == [
        (
            50,
            "acme-summarizer-v2 is declared in desk/house_models.py:9 too, with other values, which are taken: here "
            "input_price 0.50 and not 0.40",
        )
    ]


def test_ids_that_share_a_file_name_have_files_of_their_own(root: Path) -> None:
    found = own(root, declared("acme_1"), declared("acme-1"))
    assert {path for path in files(found) if "definitions" in path} == {
        "ai_models_overlay/definitions/house/acme_1.yaml",
        "ai_models_overlay/definitions/house/acme_1_2.yaml",
    }


# Models that the catalogue knows


def test_figures_that_agree_need_no_word(root: Path) -> None:
    known = declared(
        "gpt-4.1",
        name="GPT-4.1",
        context_window_input=1_047_576,
        context_window_output=32_768,
        input_price=Decimal("2.00"),
        output_price=Decimal("8.00"),
        knowledge_cutoff="April 2024",
        last_verified=date(2025, 11, 11),
        notes="",
        recommended_for=(),
    )
    found = own(root, known)
    assert found.changes == ()
    assert found.models == {}
    assert [(remark.kind, remark.message) for remark in found.remarks] == [
        ("drift", "GPT-4.1 is deprecated and retires on 2027-01-14; use gpt-6-luna instead")
    ]


def test_every_figure_that_differs_is_drift_with_both_days(root: Path) -> None:
    known = declared(
        "claude-opus-4-5-20251101",
        provider="anthropic",
        context_window_input=100_000,
        context_window_output=None,
        input_price=Decimal("15.00"),
        output_price=Decimal("25.00"),
        knowledge_cutoff="May 2024",
        last_verified=date(2025, 11, 24),
    )
    found = own(root, known)
    assert found.changes == ()
    opus, then, now = "Claude Opus 4.5", "(verified 2025-11-24)", "(verified 2026-11-01)"
    assert [remark.message for remark in found.remarks if remark.kind == "drift"] == [
        f"context window of {opus}: declared as 100,000 {then}, the catalogue has 200,000 {now}",
        f"output window (None: same as input) of {opus}: declared as 100,000 {then}, the catalogue has 64,000 {now}",
        f"input price per 1M of {opus}: declared as 15.00 {then}, the catalogue has 5.00 on 2025-11-24, since 2025-11-24; "
        "5.00 on 2026-11-30, since 2025-11-24",
        f"knowledge cutoff of {opus}: declared as May 2024 {then}, the catalogue has 2025-05 {now}",
    ]
    (manual,) = [remark for remark in found.remarks if remark.kind == "manual"]
    assert "notes 'Summaries of threads only." in manual.message
    assert "recommended_for 'summaries'" in manual.message


def test_a_price_that_was_right_then_and_is_not_today_is_drift(root: Path) -> None:
    known = declared("gpt-4o", input_price=Decimal("5.00"), output_price=Decimal("15.00"), last_verified=date(2024, 6, 1))
    messages = [remark.message for remark in own(root, known).remarks if "price" in remark.message]
    assert messages[0].startswith("input price per 1M of GPT-4o: declared as 5.00 (verified 2024-06-01), the catalogue has ")
    assert "2.50 on 2026-11-30" in messages[0]


@pytest.mark.slow
def test_a_second_migration_leaves_the_tree_s_own_definition_alone(root: Path) -> None:
    found = own(root, declared())
    apply(Plan.of(str(root), found.changes, found.remarks))
    path = root / "ai_models_overlay/definitions/house/acme_summarizer_v2.yaml"
    path.write_text(path.read_text().replace("32000", "64000"))
    assert own(root, declared(context_window_input=64_000)).remarks == (), "what it says stands in the overlay"
    again = own(root, declared(last_verified=None))
    assert again.changes == ()
    assert again.models == {"acme-summarizer-v2": "house/acme-summarizer-v2"}
    assert [remark.message for remark in again.remarks if remark.kind == "drift"] == [
        "context window of Acme Summarizer 2: declared as 32,000, the catalogue has 64,000 (verified 2026-03-02)"
    ]


def test_a_price_is_added_to_the_provider_s_own_file(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ai-models]\ncatalogue = ["own"]\n')
    (root / "own").mkdir()
    text = (
        "# what the platform team charges\nprovider: house\nmodels:\n  acme-0: {model: null, pricing_versions: []}   # old\n"
    )
    (root / "own" / "prices.yaml").write_text(text)
    found = own(root, declared())
    change = next(change for change in found.changes if change.path == "own/prices.yaml")
    assert change.after is not None
    assert change.after.decode().startswith(text)
    assert "  acme-summarizer-v2:\n    display_name: Acme Summarizer 2\n" in change.after.decode()
