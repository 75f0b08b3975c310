"""Every line of what callers know of the old packages ``models``, under every value of the flag."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from legacy_callers import EIGHT, MODES, Callers

from ai_models import PricingService, get_model

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ai_models.providers.preflight.LifecycleWarning"),
]

FROZEN = """
| claude-sonnet-4.5 | Claude Sonnet 4.5 | 200,000 / None | 3.00 / 15.00 | January 2025 | https://docs.claude.com/en/docs/about-claude/models |
| claude-haiku-4.5 | Claude Haiku 4.5 | 200,000 / None | 1.00 / 5.00 | February 2025 | https://docs.claude.com/en/docs/about-claude/models |
| claude-opus-4.1 | Claude Opus 4.1 | 200,000 / None | 15.00 / 75.00 | January 2025 | https://docs.claude.com/en/docs/about-claude/models |
| gemini-2.5-pro | Gemini 2.5 Pro | 1,048,576 / 65,536 | 1.25 / 5.00 | January 2025 | https://ai.google.dev/gemini-api/docs/models/gemini |
| gemini-2.5-flash | Gemini 2.5 Flash | 1,048,576 / 65,536 | 0.075 / 0.30 | January 2025 | https://ai.google.dev/gemini-api/docs/models/gemini |
| gemini-2.5-flash-lite | Gemini 2.5 Flash-Lite | 1,048,576 / 65,536 | 0.05 / 0.20 | January 2025 | https://ai.google.dev/gemini-api/docs/models/gemini |
| gpt-4o | GPT-4o | 128,000 / None | 2.50 / 10.00 | October 2023 | https://platform.openai.com/docs/models/gpt-4o |
| gpt-4o-mini | GPT-4o mini | 128,000 / None | 0.15 / 0.60 | October 2023 | https://platform.openai.com/docs/models/gpt-4o-mini |
"""  # noqa: E501 a table

IDENTIFIERS = {
    **{key: key for key in EIGHT},
    "claude-sonnet-4.5": "claude-sonnet-4-5-20250929",
    "claude-haiku-4.5": "claude-haiku-4-5-20251001",
    "claude-opus-4.1": "claude-opus-4-1-20250805",
}

ATTRIBUTES = dict(
    zip(
        EIGHT,
        ("CLAUDE_SONNET_4_5", "CLAUDE_HAIKU_4_5", "CLAUDE_OPUS_4_1", "GEMINI_2_5_PRO", "GEMINI_2_5_FLASH",
         "GEMINI_2_5_FLASH_LITE", "GPT_4O", "GPT_4O_MINI"),
        strict=True,
    )
)  # fmt: skip
CONSTANTS = dict(
    zip(
        EIGHT,
        ("CLAUDE_SONNET", "CLAUDE_HAIKU", "CLAUDE_OPUS", "GEMINI_PRO", "GEMINI_FLASH", "GEMINI_FLASH_LITE", "GPT_4O",
         "GPT_4O_MINI"),
        strict=True,
    )
)  # fmt: skip

NAMED_AS_DEPRECATED = (
    "claude-3-5-sonnet-20241022", "claude-3-5-haiku-20241022", "claude-3-opus-20240229", "claude-sonnet-3.7",
    "gemini-1.5-pro", "gemini-1.5-pro-002", "gemini-1.5-flash", "gemini-1.5-flash-002", "gemini-2.0-flash",
    "gpt-3.5-turbo", "gpt-4-turbo",
)  # fmt: skip


@pytest.fixture(params=MODES)
def flag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each value of the flag in turn; which answer it gives."""
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", request.param)
    return MODES[request.param]


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frozen answers."""
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "false")


def everything() -> dict[str, Any]:
    from models import ModelRegistry

    return ModelRegistry.get_all_current_models()


# ---- Provider and ModelSpec


def test_provider_is_an_enum_of_three() -> None:
    from models.registry import Provider

    assert issubclass(Provider, Enum)
    assert not issubclass(Provider, str)
    assert {member.name: member.value for member in Provider} == {
        "ANTHROPIC": "anthropic",
        "OPENAI": "openai",
        "GOOGLE": "google",
    }
    assert Provider("google") is Provider.GOOGLE


def made(**changes: Any) -> Any:
    from models.registry import ModelSpec, Provider

    return ModelSpec(
        Provider.OPENAI, "N", "n-1", 10, None, 1.0, 2.0, "May 2025", date(2025, 10, 24), "https://n.example", **changes
    )


def test_a_specification_is_a_frozen_dataclass_with_its_fields_in_order() -> None:
    from models.registry import ModelSpec, Provider

    assert [(each.name, each.type) for each in dataclasses.fields(ModelSpec)] == [
        ("provider", Provider), ("name", str), ("api_identifier", str), ("context_window_input", int),
        ("context_window_output", int | None), ("input_price_per_1m", float), ("output_price_per_1m", float),
        ("knowledge_cutoff", str), ("last_verified", date), ("docs_url", str), ("notes", str),
        ("recommended_for", tuple[str, ...]),
    ]  # fmt: skip
    spec = made()
    assert (spec.notes, spec.recommended_for) == ("", ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.name = "other"
    with pytest.raises(TypeError, match="docs_url"):
        ModelSpec(*list(dataclasses.asdict(spec).values())[:9])


def test_specifications_are_values() -> None:
    spec = made(notes="n", recommended_for=("a",))
    assert spec == made(notes="n", recommended_for=("a",))
    assert hash(spec) == hash(made(notes="n", recommended_for=("a",)))
    assert dataclasses.replace(spec, name="M") != spec
    assert dataclasses.replace(spec, name="M").name == "M"
    assert dataclasses.asdict(spec)["recommended_for"] == ("a",)
    assert copy.deepcopy(spec) == spec
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(spec, protocol)) == spec  # noqa: S301 our own
    assert repr(spec).startswith("ModelSpec(provider=<Provider.OPENAI: 'openai'>, name='N'")


def test_what_is_pickled_names_the_old_module() -> None:
    """So that what one process pickles here, another can read that still has the old packages, and the reverse."""
    pickled = pickle.dumps(made(), 0).decode("latin-1")
    assert "models.registry" in pickled
    assert "ai_models_legacy" not in pickled


# ---- the roster


def test_the_eight_are_there_under_every_name(flag: str) -> None:
    import models
    import models.registry
    from models.registry import ModelRegistry

    current = ModelRegistry.get_all_current_models()
    assert tuple(current) == EIGHT
    for key, spec in current.items():
        assert getattr(ModelRegistry, ATTRIBUTES[key]) is spec
        assert getattr(ModelRegistry(), ATTRIBUTES[key]) is spec
        assert getattr(models.registry, CONSTANTS[key]) is spec
        assert getattr(models, CONSTANTS[key]) is spec
        assert ModelRegistry.get_spec(key) is spec
        assert spec.api_identifier == IDENTIFIERS[key]
        assert type(spec) is models.registry.ModelSpec


def test_every_field_has_the_old_type(flag: str) -> None:
    from models import Provider

    for spec in everything().values():
        kinds = {name: type(value) for name, value in vars(spec).items()}
        window = kinds.pop("context_window_output")
        assert kinds == {
            "provider": Provider, "name": str, "api_identifier": str, "context_window_input": int,
            "input_price_per_1m": float, "output_price_per_1m": float, "knowledge_cutoff": str, "last_verified": date,
            "docs_url": str, "notes": str, "recommended_for": tuple,
        }  # fmt: skip
        assert window in (int, type(None))
        assert hash(spec) == hash(copy.deepcopy(spec))


def test_other_keys_have_no_specification(flag: str) -> None:
    from models import ModelRegistry

    for key in ("claude-sonnet-4-5-20250929", "CLAUDE-SONNET-4.5", "claude-sonnet-5.5", "", None):
        assert ModelRegistry.get_spec(key) is None  # type: ignore[arg-type] # None on purpose


def test_models_by_provider(flag: str) -> None:
    from models import ModelRegistry, Provider

    found = {provider: tuple(ModelRegistry.get_by_provider(provider)) for provider in Provider}
    assert found == {Provider.ANTHROPIC: EIGHT[:3], Provider.GOOGLE: EIGHT[3:6], Provider.OPENAI: EIGHT[6:]}
    assert ModelRegistry.get_by_provider("anthropic") == {}, "a text never was a Provider"


def test_recommendations_are_frozen(flag: str) -> None:
    from models import ModelRegistry, Provider

    recommended = {provider: ModelRegistry.get_recommended_model(provider) for provider in Provider}
    assert {provider.value: spec.name for provider, spec in recommended.items()} == {
        "anthropic": "Claude Sonnet 4.5",
        "google": "Gemini 2.5 Flash",
        "openai": "GPT-4o",
    }
    with pytest.raises(KeyError):
        ModelRegistry.get_recommended_model("anthropic")  # type: ignore[arg-type] # that is the test


def test_what_was_deprecated_and_what_to_do_about_it(flag: str) -> None:
    from models import ModelRegistry

    for identifier in NAMED_AS_DEPRECATED:
        assert ModelRegistry.is_deprecated(identifier)
        assert ModelRegistry.get_replacement(identifier) == ModelRegistry._DEPRECATED[identifier]
    assert all(isinstance(advice, str) and advice.strip() for advice in ModelRegistry._DEPRECATED.values())
    assert not ModelRegistry.is_deprecated("claude-sonnet-4.5")
    assert ModelRegistry.get_replacement("claude-sonnet-4.5") is None
    assert ModelRegistry.get_replacement("nobody") is None


def test_every_deprecated_identifier_is_one_that_the_catalogue_knows_to_be_gone() -> None:
    from models import ModelRegistry

    for identifier in ModelRegistry._DEPRECATED:
        assert get_model(identifier).status.value == "retired", identifier


def test_verification_sources(flag: str) -> None:
    from models import ModelRegistry, Provider

    assert set(ModelRegistry.VERIFICATION_SOURCES) == set(Provider)
    assert all(url.startswith("https://") for url in ModelRegistry.VERIFICATION_SOURCES.values())
    assert ModelRegistry.VERIFICATION_SOURCES is ModelRegistry.VERIFICATION_SOURCES


# ---- the callers' own checks


def test_the_checks_of_callers_pass(flag: str) -> None:
    from models import ModelRegistry

    current = everything()
    assert len(current) == 8
    identifiers = [spec.api_identifier for spec in current.values()]
    assert len(set(identifiers)) == len(identifiers)
    for key, spec in current.items():
        assert spec.input_price_per_1m > 0
        assert spec.output_price_per_1m > spec.input_price_per_1m
        assert spec.context_window_input > 0
        assert (spec.context_window_output or spec.context_window_input) > 0
        assert spec.docs_url.startswith("https://")
        start = {"anthropic": "claude", "google": "gemini", "openai": "gpt"}[spec.provider.value]
        assert spec.api_identifier.startswith(start)
        assert not spec.api_identifier.startswith(("claude-3", "gemini-1"))
        assert not ModelRegistry.is_deprecated(spec.api_identifier)
        assert not ModelRegistry.is_deprecated(key)


def test_served_facts_are_as_fresh_as_the_catalogue_is() -> None:
    assert all(date(2026, 11, 30) - spec.last_verified <= timedelta(days=180) for spec in everything().values())


@pytest.mark.parametrize(("day", "fresh"), [(date(2026, 4, 22), True), (date(2026, 4, 23), False)])
def test_frozen_facts_grow_old_as_those_of_the_old_packages_do(old: None, day: date, fresh: bool) -> None:
    with time_machine.travel(datetime.combine(day, datetime.min.time(), UTC), tick=False):
        ages = {date.today() - spec.last_verified for spec in everything().values()}
    assert (max(ages) <= timedelta(days=180)) is fresh


# ---- the values


def frozen() -> Iterator[tuple[str, dict[str, Any]]]:
    for row in FROZEN.strip().splitlines():
        key, name, windows, prices, cutoff, docs = (cell.strip() for cell in row.strip("|").split("|"))
        window, longest = (None if text == "None" else int(text.replace(",", "")) for text in windows.split(" / "))
        price_in, price_out = map(float, prices.split(" / "))
        values = {"name": name, "api_identifier": IDENTIFIERS[key], "context_window_input": window,
                  "context_window_output": longest, "input_price_per_1m": price_in, "output_price_per_1m": price_out,
                  "knowledge_cutoff": cutoff, "docs_url": docs, "last_verified": date(2025, 10, 24)}  # fmt: skip
        yield key, values


@pytest.mark.parametrize(("key", "values"), list(frozen()))
def test_the_frozen_values_are_those_of_2025(old: None, key: str, values: dict[str, Any]) -> None:
    spec = everything()[key]
    assert {name: getattr(spec, name) for name in values} == values


@pytest.mark.parametrize("key", EIGHT)
def test_the_served_values_are_the_catalogues(key: str) -> None:
    spec, model, prices = everything()[key], get_model(IDENTIFIERS[key]), PricingService().get_pricing(IDENTIFIERS[key])
    served = ("name", "api_identifier", "context_window_input", "context_window_output", "docs_url", "notes",
              "recommended_for", "last_verified", "input_price_per_1m", "output_price_per_1m")  # fmt: skip
    assert {name: getattr(spec, name) for name in served} == {name: getattr(model, name) for name in served}
    assert (spec.input_price_per_1m, spec.output_price_per_1m) == (prices.input_per_1m, prices.output_per_1m)
    assert spec.knowledge_cutoff == f"{date.fromisoformat(f'{model.knowledge_cutoff}-01'):%B %Y}"
    assert spec.provider.value == model.provider


def test_the_drift_that_is_known_is_seen() -> None:
    import ai_models_legacy

    new = everything()
    with ai_models_legacy.use_new_registry(False):
        before = everything()
    assert (before["gemini-2.5-flash"].output_price_per_1m, new["gemini-2.5-flash"].output_price_per_1m) == (0.3, 2.5)
    assert (before["gpt-4o"].context_window_output, new["gpt-4o"].context_window_output) == (None, 16_384)


# ---- what callers do to the registry


def test_a_subclass_adds_models_of_its_own(flag: str) -> None:
    from models import ModelRegistry, Provider

    class Ours(ModelRegistry):
        OURS = made()

        @classmethod
        def get_all_current_models(cls) -> dict[str, Any]:
            return {**super().get_all_current_models(), "n": cls.OURS}

    assert len(Ours.get_all_current_models()) == 9
    assert Ours.get_spec("n") is Ours.OURS
    assert Ours.get_spec("gpt-4o") is ModelRegistry.GPT_4O
    assert "n" in Ours.get_by_provider(Provider.OPENAI)
    assert ModelRegistry.get_spec("n") is None


def test_a_patched_model_is_what_everything_answers_with(flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import ModelRegistry, Provider

    before = ModelRegistry.GPT_4O
    with monkeypatch.context() as patch:
        patch.setattr(ModelRegistry, "GPT_4O", made())
        assert ModelRegistry.get_spec("gpt-4o") == ModelRegistry.get_recommended_model(Provider.OPENAI) == made()
        assert ModelRegistry.get_all_current_models()["gpt-4o"] == made()
        patch.setattr(ModelRegistry, "get_all_current_models", lambda: {"only": made()})
        assert ModelRegistry.get_spec("only") == made()
        assert ModelRegistry.get_spec("gpt-4o") is None
    assert ModelRegistry.GPT_4O is before


def test_what_a_caller_adds_to_a_table_stays(flag: str) -> None:
    from models import ModelRegistry

    ModelRegistry._DEPRECATED["in-house-1"] = "use in-house-2"
    assert ModelRegistry.get_replacement("in-house-1") == "use in-house-2"


# ---- the page check


class _Pages(BaseHTTPRequestHandler):
    """Pages that answer with the statuses in their path: ``/405/200`` says 405 to HEAD and 200 to GET."""

    def _say(self, place: int) -> None:
        self.send_response(int(self.path.split("/")[place]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self._say(1)

    def do_GET(self) -> None:
        self._say(2)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def pages() -> Iterator[str]:
    """Where such pages are."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/200/500", True),
        ("/405/200", True),
        ("/403/200", True),
        ("/501/200", True),
        ("/403/403", False),
        ("/404/200", False),
        ("/500/200", False),
    ],
)
def test_a_page_is_there_when_it_answers_to_head_or_where_that_is_refused_to_get(pages: str, path: str, there: bool) -> None:
    from ai_models_legacy.documentation import is_accessible

    assert is_accessible(f"{pages}{path}") is there


def test_all_pages_are_asked_for(monkeypatch: pytest.MonkeyPatch, pages: str, nobody_listens: str) -> None:
    from models import ModelRegistry, Provider

    sources = {Provider.ANTHROPIC: f"{pages}/200/", Provider.OPENAI: f"{pages}/404/", Provider.GOOGLE: nobody_listens}
    monkeypatch.setattr(ModelRegistry, "VERIFICATION_SOURCES", sources)
    assert ModelRegistry.verify_all_docs_accessible() == {
        Provider.ANTHROPIC: True, Provider.OPENAI: False, Provider.GOOGLE: False,
    }  # fmt: skip


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example", ""])
def test_a_page_that_is_none_is_an_error(url: str) -> None:
    from ai_models_legacy.documentation import is_accessible

    with pytest.raises(ValueError, match="https address"):
        is_accessible(url)


# ---- modules


def test_every_module_has_the_names_that_it_had(callers: Callers) -> None:
    import models
    import models.registry
    import providers
    import providers.base
    import providers.claude
    import providers.factory
    from ai_models_legacy.names import MODULES

    for name, names in MODULES.items():
        module = {each.__name__: each for each in (models, models.registry, providers, providers.base, providers.claude,
                                                   providers.factory)}[name]  # fmt: skip
        assert set(names) == set(module.__all__) - {"registry", "base", "claude", "factory"}
        assert set(names) <= set(dir(module))
        assert sorted(module.__all__) == list(module.__all__)
        for each in module.__all__:
            assert getattr(module, each) is not None


@pytest.mark.parametrize(
    ("module", "name", "hint"),
    [
        ("models.registry", "CLAUDE_SONET", "did you mean CLAUDE_SONNET?"),
        ("models", "get_provider", "it is in providers.factory"),
        ("providers.base", "CLAUDE_PRICING", "it is in providers.claude"),
        ("providers", "zzz", "the models and providers of today are in ai_models"),
    ],
)
def test_an_unknown_name_is_an_attribute_error_with_a_hint(module: str, name: str, hint: str) -> None:
    import importlib

    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute '{name}'; {hint}".replace("?", r"\?")):
        getattr(importlib.import_module(module), name)
    assert not hasattr(importlib.import_module(module), "__wrapped__")


def test_a_name_that_is_not_there_cannot_be_imported(callers: Callers) -> None:
    ran = callers.process("from models.registry import CLAUDE_SONET", expect=1)
    assert "ImportError: cannot import name 'CLAUDE_SONET' from 'models.registry'" in ran.stderr


def test_help_works(callers: Callers) -> None:
    ran = callers.process("import models.registry, providers.claude; help(models.registry); help(providers.claude)")
    assert "class ModelRegistry" in ran.stdout
    assert "get_recommended_model(provider" in ran.stdout
    assert "class ClaudeProvider" in ran.stdout
