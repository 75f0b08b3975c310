"""The tree of errors: each one is what a caller would catch, carries its facts, and survives another process."""

from __future__ import annotations

import copy
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest

from ai_models import PricingService, errors

EXAMPLES: list[errors.AIModelsError] = [
    errors.NotFoundError("gone", name="x", suggestions=["y"]),
    errors.ModelNotFoundError("x", suggestions=["y", "z"], hint="try again"),
    errors.AmbiguousModelError("x", claimants=["a/x", "b/x"]),
    errors.OfferingNotFoundError("x", provider="p", offerings=["q:x"]),
    errors.PricingNotFoundError("none", name="x", since=datetime(2025, 1, 1, tzinfo=UTC)),
    errors.PricingIncompleteError("x", meter="output", known=["input"]),
    errors.UnsupportedCapabilityError("x", missing=["image_input"]),
    errors.UnknownCapabilityError("visoin", suggestions=["image_input"]),
    errors.ProviderNotFoundError("azur", role="provider", known=["azure"], suggestions=["azure"]),
    errors.UnknownMeterError("inptu", suggestions=["input"]),
    errors.UnknownStatusError("dead", known=["active", "retired"]),
    errors.UnknownTaskError("codeing", known=["coding", "chat"]),
    errors.UnknownBenchmarkError("swe", known=["SWE-Bench Pro"], suggestions=["SWE-Bench Pro"]),
    errors.AmbiguousScoreError("x", subject="a/b", candidates=["1 (x)", "2 (y)"], by=["harness"]),
    errors.InvalidInstantError("2025-06-09"),
    errors.InvalidWorkloadError("cached_share", 2, expected="a number from 0 to 1"),
    errors.InvalidSelectionError("objective", "prise", expected="an objective", suggestions=["price"]),
    errors.InvalidUsageError("input_tokens", -1),
    errors.MigrationError("stuck", files={"a.py": "is a folder"}),
    errors.UnfitPlanError("unfit", files={"../a.py": "leads out of the tree"}),
    errors.TreeChangedError("changed", files={"a.py": "its content was changed"}),
    errors.UnfinishedMigrationError("killed", run="0001"),
    errors.JournalError("damaged"),
    errors.AuditError("there is no src"),
    errors.CatalogError("wrong", problems=["a.yaml:1: x"]),
    errors.CatalogFileError("unreadable"),
    errors.SourceError("https://x", reason="r", hint="h"),
    errors.SourceUnavailableError("https://x", reason="r"),
    errors.SourceRefusedError("https://x", reason="r", hint="h"),
    errors.SourceShrunkError("https://x", before=10, after=8),
    errors.ContractNotFoundError("acme", known=["acme-1"], suggestions=["acme-1"]),
    errors.ContractCurrencyError("acme", "EUR", "USD", offering="p:x", meters=["input"]),
    errors.InvalidContractError("acme", problems=["terms: holds no term"]),
    errors.MissingExtraError(extra="sync", needed_for="reading a source"),
    errors.NotSoldError("x", condition="service_tier=flex", known=["standard"]),
    errors.UnknownConditionError("service_tier", "bach", known=["batch"], suggestions=["batch"]),
    errors.UnknownShapeError("a list", expected="a response"),
    errors.InconsistentUsageError("wrong", parts={"input_tokens": 1}),
    errors.ContradictingRatesError("x", meter="input", conditions=["a", "b"]),
    errors.MixedCurrenciesError("USD", "CNY"),
    errors.InvalidRequestError("empty"),
    errors.PluginError("p", where="p:Provider", reason="ImportError: no q"),
    errors.ClassificationError("maybe", labels=["yes", "no"]),
    errors.CostLimitError("x", worst="2 USD", limit="1 USD"),
    errors.RetiredModelError("x", since="2026-01-01", replacement=["y"]),
    errors.RequestsNotAllowedError("no"),
    errors.BatchNotFinishedError("batch_1", status="in_progress", total=3),
    errors.ProviderError("broken", provider="p", model="x", status=418, request_id="r", retry_after=1.5),
    errors.AuthenticationError("key"),
    errors.PermissionDeniedError("no"),
    errors.RemoteNotFoundError("gone"),
    errors.RateLimitError("slow", retry_after=2.0),
    errors.ContextLengthError("long"),
    errors.RejectedRequestError("bad"),
    errors.ContentFilterError("no"),
    errors.ServerError("down"),
    errors.ProviderTimeoutError("late"),
    errors.ProviderConnectionError("cut"),
]

BUILT_IN = (LookupError, ValueError, TypeError, OSError, ImportError, RuntimeError)


def kinds(root: type[errors.AIModelsError]) -> set[type[errors.AIModelsError]]:
    return {root}.union(*(kinds(kind) for kind in root.__subclasses__()))


def test_every_kind_of_error_has_an_example_here() -> None:
    defined = {kind for kind in kinds(errors.AIModelsError) if kind.__module__ == errors.__name__}
    assert {type(error) for error in EXAMPLES} == defined - {errors.AIModelsError}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_copying_and_pickling(error: errors.AIModelsError) -> None:
    for twin in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 our own bytes
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_also_the_built_in_that_a_caller_would_catch(error: errors.AIModelsError) -> None:
    assert isinstance(error, BUILT_IN)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"(\w+Error)\b", (errors.__doc__ or "").split("Each one", maxsplit=1)[0])
    built_in = {kind.__name__ for kind in (*BUILT_IN, TimeoutError, ConnectionError)}
    assert {*errors.__all__} == {*drawn} - built_in


def wrong_count() -> float:
    return PricingService().calculate_cost("gpt-4o", -1, 0)


@pytest.mark.slow
def test_an_error_comes_out_of_a_worker_process_whole() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(wrong_count).exception(timeout=60)
    assert isinstance(error, errors.InvalidUsageError)
    assert (error.field, error.found) == ("input_tokens", -1)
