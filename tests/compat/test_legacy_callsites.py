"""Whoever asks for an old name is told at their own line, once, what to write instead; who is at a model's end, as well."""

from __future__ import annotations

import re
import threading
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from legacy_callers import Callers

R = "models.registry"


# ---- lines


def test_every_way_of_importing_is_told_at_its_line(callers: Callers) -> None:
    assert callers.deprecations("""
        import models
        import models.registry
        import models.registry as r
        from models import registry
        from models.registry import CLAUDE_HAIKU
        from models.registry import CLAUDE_HAIKU as haiku, ModelSpec
        from models import ModelRegistry, Provider
        from providers.factory import get_provider
        def late():
            from providers.base import LLMProvider
            return LLMProvider
        late()
        try:
            from providers import SignalCategory
        except ImportError:
            SignalCategory = None
        registry.Provider
        models.registry.Provider; r.Provider
        getattr(r, "ModelSpec")
    """) == [
        (5, f"{R}.CLAUDE_HAIKU"),
        (6, f"{R}.CLAUDE_HAIKU"),
        (6, f"{R}.ModelSpec"),
        (7, "models.ModelRegistry"),
        (7, "models.Provider"),
        (8, "providers.factory.get_provider"),
        (10, "providers.base.LLMProvider"),
        (14, "providers.SignalCategory"),
        (17, f"{R}.Provider"),
        (18, f"{R}.Provider"),
        (19, f"{R}.ModelSpec"),
    ]


@pytest.mark.parametrize("module", ["models", "models.registry", "providers", "providers.base", "providers.claude"])
def test_a_star_is_told_of_every_name_at_its_line(callers: Callers, module: str) -> None:
    from ai_models_legacy.names import MODULES

    found = callers.deprecations(f"# a comment\nfrom {module} import *\n")
    assert sorted(name for _, name in found) == sorted(f"{module}.{name}" for name in MODULES[module])
    assert {line for line, _ in found} == {2}


def test_a_star_brings_every_name(callers: Callers) -> None:
    found, _ = callers.run("from models import *\nfrom providers import *")
    with pytest.warns(DeprecationWarning, match="CLAUDE_HAIKU_4_5"):
        assert found["CLAUDE_HAIKU"] is found["ModelRegistry"].CLAUDE_HAIKU_4_5
    assert found["get_provider"].__module__ == "ai_models_legacy.factory"
    assert found["CLAUDE_PRICING"]["claude-haiku"] == (1.0, 5.0)


def test_attributes_and_calls_are_told_at_their_lines(callers: Callers) -> None:
    found = callers.deprecations("""
        from models import ModelRegistry, Provider
        ModelRegistry.CLAUDE_HAIKU_4_5
        ModelRegistry().CLAUDE_HAIKU_4_5
        ModelRegistry.VERIFICATION_SOURCES
        ModelRegistry._DEPRECATED
        ModelRegistry.get_all_current_models()
        ModelRegistry.get_spec("claude-haiku-4.5")
        ModelRegistry.get_by_provider(Provider.OPENAI)
        ModelRegistry.is_deprecated("x")
        ModelRegistry.get_replacement("x")
        ModelRegistry.get_recommended_model(Provider.OPENAI)
        list(map(ModelRegistry.get_spec, ["a", "b"]))
        sorted([ModelRegistry.is_deprecated(x) for x in "ab"])
        class Ours(ModelRegistry):
            @classmethod
            def get_spec(cls, key):
                return super().get_spec(key)
        Ours.get_spec("x")
        (
            ModelRegistry
            .get_spec
            ("x")
        )
    """)
    c = f"{R}.ModelRegistry"
    assert found[2:] == [
        (2, f"{c}.CLAUDE_HAIKU_4_5"),
        (3, f"{c}.CLAUDE_HAIKU_4_5"),
        (4, f"{c}.VERIFICATION_SOURCES"),
        (5, f"{c}._DEPRECATED"),
        (6, f"{c}.get_all_current_models"),
        (7, f"{c}.get_spec"),
        (8, f"{c}.get_by_provider"),
        (9, f"{c}.is_deprecated"),
        (10, f"{c}.get_replacement"),
        (11, f"{c}.get_recommended_model"),
        (12, f"{c}.get_spec"),
        (13, f"{c}.is_deprecated"),
        (17, f"{c}.get_spec"),
        (20, f"{c}.get_spec"),
    ]


def test_importing_alone_tells_nothing(callers: Callers) -> None:
    assert callers.deprecations("import models, models.registry, providers, providers.claude, providers.factory") == []


# ---- what to write instead


def test_the_message_says_what_to_write(callers: Callers) -> None:
    _, told = callers.run("""
        from models.registry import CLAUDE_HAIKU, ModelRegistry
        from providers import get_provider
        ModelRegistry.get_spec("claude-haiku-4.5")
        ModelRegistry.get_spec("nobody")
        get_provider("claude-haiku")
        get_provider("claude-haiku-4.5")
    """)
    assert [each.text.partition("; ")[2] for each in told if each.category == "DeprecationWarning"] == [
        "write `from ai_models.registry import CLAUDE_HAIKU`",
        "write `from ai_models import ModelRegistry`",
        "write `from ai_models.providers import get_provider`, to which claude-sonnet is the newest Sonnet",
        "write `ai_models.ModelRegistry.get_spec('claude-haiku-4.5', None)`",
        "write `ai_models.ModelRegistry.get_spec(name, None)`",
        "write `ai_models.get_provider('claude-haiku-4.5')`: that is the model that 'claude-haiku' has always meant here",
        "write `ai_models.get_provider('claude-haiku-4.5')`",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "claude-sonnet",
            "`ai_models.get_provider('claude-sonnet-5-5')`, another model: "
            "claude-sonnet-4.5, which 'claude-sonnet' has always meant here, was retired on 2026-11-30",
        ),
        ("gpt-4-turbo", "`ai_models.get_provider('gpt-5.6-sol')`, another model: gpt-4-turbo was retired on 2026-10-23"),
        ("gpt-4o", "`ai_models.get_provider('gpt-4o')`"),  # deprecated, but served
    ],
)
def test_nobody_is_told_to_call_a_model_that_is_retired(callers: Callers, name: str, text: str) -> None:
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=False):
        _, told = callers.run(f"from providers import get_provider\nget_provider({name!r})\n")
    assert [each.text.partition("; write ")[2] for each in told if each.line == 2 and "deprecated; write" in each.text] == [
        text
    ]


def test_one_of_several_replacements_is_not_chosen() -> None:
    from types import SimpleNamespace

    from ai_models_legacy.advice import instead_of_provider

    def told(*replacement: str) -> str:
        lifecycle = SimpleNamespace(retires_on=None, replacement=replacement)
        return instead_of_provider("x", None, SimpleNamespace(lifecycle=lifecycle, api_identifier="x-1"))  # type: ignore[arg-type]

    assert told("a", "b") == "`ai_models.get_provider(name)` with one of a, b: x-1 was retired"
    assert told() == "`ai_models.get_provider(name)` with another model: x-1 was retired"


def test_there_is_advice_for_every_old_name_and_for_no_other() -> None:
    from ai_models_legacy.advice import INSTEAD
    from ai_models_legacy.names import MODULES
    from ai_models_legacy.registry import ModelRegistry

    members = [f"ModelRegistry.{name}" for name in vars(ModelRegistry) if not name.startswith("__")]
    assert set(INSTEAD) == {name for names in MODULES.values() for name in names} | set(members)


@pytest.mark.parametrize(
    "method",
    [
        *("get_all_current_models", "get_spec", "get_by_provider", "is_deprecated", "get_replacement"),
        "get_recommended_model",
    ],
)
def test_a_warning_advises_what_the_audit_advises(method: str) -> None:
    from ai_models.audit.legacy import LEGACY
    from ai_models_legacy.advice import INSTEAD

    def code(text: str) -> set[str]:
        bare = re.sub(r"ai_models\.(?:registry\.)?|[`\"]", "", text).replace("anthropic", "provider")
        return set(re.findall(r"[\w.]+\([^()]*\)|\{.*?\}|\b[A-Z_0-9]{5,}\b", bare.replace("{function_calling}", "required")))

    assert code(LEGACY[f"{R}.ModelRegistry.{method}"].instead) <= code(INSTEAD[f"ModelRegistry.{method}"]) != set()


def advised() -> list[str]:
    import importlib.util
    import sys

    from legacy_callers import COMPAT

    spec = importlib.util.spec_from_file_location("advice_alone", COMPAT / "ai_models_legacy" / "advice.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules.pop("advice_alone", None)
    return sorted({code for text in module.INSTEAD.values() for code in re.findall(r"`([^`]+)`", text)})


@pytest.mark.parametrize("code", advised())
def test_what_is_advised_is_code_that_runs(code: str) -> None:
    import ai_models
    import ai_models.registry

    scope: dict[str, Any] = {"ai_models": ai_models, "name": "gpt-4o"}
    if code.startswith("from "):
        exec(code, scope)  # noqa: S102 our own advice
        assert scope[code.rpartition(" ")[2]] is not None
    elif code.startswith("."):
        assert getattr(ai_models.PricingService().get_pricing("claude-haiku-4.5"), code[1:]) == 5.0
    else:
        assert eval(code, scope) is not None  # noqa: S307 as above


def test_advice_for_a_name_that_nobody_knows() -> None:
    from ai_models_legacy.advice import instead

    assert instead("models.zzz") == "the names of ai_models (docs/migration.md)"
    assert instead("GPT_4O") == instead("models.GPT_4O") == instead("models.registry.GPT_4O")


# ---- once

AGAIN = """
    from models import ModelRegistry
    for _ in range(50):
        ModelRegistry.get_spec("x")
        ModelRegistry.get_spec("y"); ModelRegistry.is_deprecated("x")
"""


def test_a_line_is_told_once_of_each_name(callers: Callers) -> None:
    c = f"{R}.ModelRegistry"
    expected = [(1, "models.ModelRegistry"), (3, f"{c}.get_spec"), (4, f"{c}.get_spec"), (4, f"{c}.is_deprecated")]
    path = callers.write(AGAIN)
    assert callers.deprecations(path) == expected
    assert callers.deprecations(path) == [], "also when the file is run again"


@pytest.mark.parametrize("action", ["always", "default", "module", "once", "ignore"])
def test_once_holds_under_every_filter(callers: Callers, action: Any) -> None:
    code = callers.write(AGAIN)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        exec(compile(code.read_text(encoding="utf-8"), str(code), "exec"), {"__name__": "caller"})  # noqa: S102 ours
    assert len(caught) <= 4
    assert callers.deprecations(code) == []


def test_an_error_is_raised_each_time_at_the_line_of_the_caller(callers: Callers) -> None:
    ran = callers.process("import models\n\nmodels.GPT_4O_MINI\n", "-W", "error::DeprecationWarning", expect=1)
    assert 'caller.py", line 3, in <module>' in ran.stderr
    assert "DeprecationWarning: models.GPT_4O_MINI is deprecated; write `from ai_models" in ran.stderr
    ran = callers.process("import sys\nfrom models.registry import GPT_4O\n", "-W", "error::DeprecationWarning", expect=1)
    assert 'caller.py", line 2, in <module>' in ran.stderr
    ran = callers.process(
        """
        import providers.claude, models
        for _ in range(3):
            try:
                models.Provider
            except DeprecationWarning:
                print("raised")
        """,
        "-W",
        "error::DeprecationWarning",
    )
    assert ran.stdout == "raised\n" * 3  # a test that comes second fails, too


def test_threads_at_one_line_are_told_once(callers: Callers) -> None:
    from models import registry

    barrier = threading.Barrier(16)

    def ask() -> None:
        barrier.wait()
        for _ in range(50):
            registry.Provider  # noqa: B018 asked for its warning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(caught) == 1


def test_by_default_a_script_is_told_and_a_library_is_not(callers: Callers) -> None:
    callers.write("from models.registry import CLAUDE_HAIKU\n", "library.py")
    script = callers.write("import library\nfrom models.registry import CLAUDE_HAIKU\n")
    ran = callers.process(script, path=(callers.directory,))
    assert "caller.py:2: DeprecationWarning: models.registry.CLAUDE_HAIKU is deprecated" in ran.stderr
    assert "library.py" not in ran.stderr
    ran = callers.process(script, "-W", "default::DeprecationWarning:library", path=(callers.directory,))
    assert "library.py:1: DeprecationWarning" in ran.stderr


# ---- models at their end

ENDS = {
    "Claude Opus 4.1": "was retired on 2026-08-05; use claude-opus-4-8",
    "Claude Sonnet 4.5": "was retired on 2026-11-30; use claude-sonnet-5-5",
    "GPT-4o": "is deprecated since 2026-10-14 and retires on 2027-01-14; use gpt-6-luna",
    "Gemini 2.5 Pro": "was retired on 2026-10-16; use gemini-3.1-pro-preview",
}

USES = """
    from models.registry import CLAUDE_OPUS, CLAUDE_HAIKU
    from models import ModelRegistry, Provider
    from providers import get_provider
    ModelRegistry.GEMINI_2_5_PRO
    ModelRegistry.get_spec("gpt-4o")
    ModelRegistry.get_spec("claude-haiku-4.5")
    ModelRegistry.get_recommended_model(Provider.ANTHROPIC)
    get_provider("claude-opus")
    get_provider("claude-haiku")
    get_provider("gpt-4o")
    ModelRegistry.get_all_current_models()
    ModelRegistry.get_by_provider(Provider.GOOGLE)
    for _ in range(3):
        ModelRegistry.CLAUDE_OPUS_4_1
"""


def endings(callers: Callers, code: str = USES) -> list[tuple[int, str, str]]:
    _, told = callers.run(code)
    found = [each for each in told if each.category == "LifecycleWarning"]
    assert {Path(each.file) for each in found} <= {callers.directory / "caller.py"}
    pattern = re.compile(r"(.+?) \((.+?)\) (.+)")
    return [(each.line, *pattern.fullmatch(each.text).group(1, 3)) for each in found]  # type: ignore[union-attr, misc]


def test_using_a_model_at_its_end_warns_with_date_and_successor_once_a_line(callers: Callers) -> None:
    named = [(1, "Claude Opus 4.1"), (4, "Gemini 2.5 Pro"), (5, "GPT-4o"), (7, "Claude Sonnet 4.5"), (8, "Claude Opus 4.1"),
             (10, "GPT-4o"), (14, "Claude Opus 4.1")]  # fmt: skip
    assert endings(callers) == [(line, name, ENDS[name]) for line, name in named]


@pytest.mark.parametrize("mode", ["false", "0%", "shadow"])
def test_frozen_answers_do_not_know_of_any_end(callers: Callers, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", mode)
    assert endings(callers) == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC), "is deprecated and retires on 2026-11-30; use claude-sonnet-5-5"),
        (datetime(2026, 11, 30, tzinfo=UTC), "was retired on 2026-11-30; use claude-sonnet-5-5"),
    ],
)
def test_a_model_is_retired_from_midnight_on(callers: Callers, day: datetime, found: str) -> None:
    with time_machine.travel(day, tick=False):
        assert endings(callers, "from models.registry import CLAUDE_SONNET") == [(1, "Claude Sonnet 4.5", found)]


def test_a_process_that_runs_past_midnight_is_told_anew(callers: Callers) -> None:
    path = callers.write("from models.registry import CLAUDE_SONNET")
    with time_machine.travel(datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC), tick=False) as clock:
        first = [each.text for each in callers.run(path)[1]]
        again = [each.text for each in callers.run(path)[1]]
        clock.shift(1)
        after = [each.text for each in callers.run(path)[1]]
    assert ["retires on" in text for text in first] == [False, True]
    assert (again, len(after)) == ([], 1)
    assert "was retired on 2026-11-30" in after[0]


def test_the_category_is_the_one_of_ai_models_and_can_be_filtered(callers: Callers) -> None:
    import ai_models_legacy
    from ai_models.providers.preflight import LifecycleWarning

    assert ai_models_legacy.LifecycleWarning is LifecycleWarning
    assert issubclass(LifecycleWarning, UserWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", LifecycleWarning)
        from models.registry import CLAUDE_OPUS  # noqa: F401 asked for its warning


def test_a_model_without_dates_or_successor_says_so() -> None:
    from datetime import date

    from ai_models.models.base import Lifecycle, Metadata, ModelSpec
    from ai_models_legacy.lifecycle import end_of_life

    def told(**lifecycle: Any) -> str | None:
        metadata = Metadata(name="Big", last_verified=date(2026, 11, 1), api_identifier="big-1")
        spec = ModelSpec(model_id="big-1", provider="acme", metadata=metadata, supported_mask=0, unsupported_mask=0,
                         lifecycle=Lifecycle(**lifecycle))  # fmt: skip
        return end_of_life(spec)

    assert told() is None
    assert told(status="preview") is None
    assert told(status="retired") == "Big (big-1) is retired; its maker names no replacement"
    assert told(deprecated_on=date(2026, 11, 30)) == (
        "Big (big-1) is deprecated since 2026-11-30 and has no retirement date yet; its maker names no replacement"
    )
    assert told(deprecated_on=date(2026, 12, 1)) is None
    assert told(status="retired", replacement=("a", "b")) == "Big (big-1) is retired; use a or b"


# ---- odd callers


def test_code_without_a_file_is_told_too() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec("import models\nmodels.Provider", {})  # noqa: S102 code without a name either
    assert [(each.filename, each.lineno, str(each.message)[:15]) for each in caught] == [("<string>", 2, "models.Provider")]


def test_a_caller_written_in_c_without_python_above_it_is_answered(callers: Callers) -> None:
    """``atexit`` calls from C: there is no line of Python to tell."""
    ran = callers.process(
        "import atexit, functools, models\natexit.register(functools.partial(getattr, models, 'Provider'))"
    )
    assert ran.stderr == ""


def test_importing_by_name_is_told_where_the_name_is_used(callers: Callers) -> None:
    assert callers.deprecations("""
        import importlib
        module = importlib.import_module("models.registry")
        __import__("models.registry", fromlist=["CLAUDE_HAIKU"])
        module.CLAUDE_HAIKU
    """) == [(4, f"{R}.CLAUDE_HAIKU")]
