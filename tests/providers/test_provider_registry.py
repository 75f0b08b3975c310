"""``ProviderRegistry`` and ``get_provider``: names, aliases, swaps, threads, and plugins that break nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from ai_models.errors import InvalidRequestError, ModelNotFoundError, PluginError, ProviderNotFoundError
from ai_models.providers import LLMProvider, MockProvider, ProviderRegistry, get_provider
from ai_models.registry import provider_registry


class Mine(MockProvider):
    """A provider of the test's."""


class Other(MockProvider):
    """Another."""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = dict(ProviderRegistry._registered)
    yield
    ProviderRegistry._registered.clear()
    ProviderRegistry._registered.update(before)


Plug = Callable[..., None]


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Put a distribution with an entry point and a module on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(name: str, *, module: str, code: str, attribute: str = "Plugged") -> None:
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ai_models.providers]\n{name} = {module}:{attribute}\n")
        (tmp_path / f"{module}.py").write_text(dedent(code))

    yield install
    for module in [name for name, found in sys.modules.items() if str(tmp_path) in str(getattr(found, "__file__", ""))]:
        del sys.modules[module]


GOOD = """
    from ai_models.providers import MockProvider
    class Plugged(MockProvider):
        pass
"""


# ---- names


def test_a_class_is_found_under_its_name_and_aliases_in_any_case() -> None:
    decorated = ProviderRegistry.register("Mine", aliases=["my-own"])(Mine)
    assert decorated is Mine
    assert [ProviderRegistry.get(name) for name in ("mine", "MINE", " my-own ")] == [Mine] * 3
    assert {"mine", "my-own"} <= set(ProviderRegistry.list_providers())


def test_a_class_may_be_given_without_a_decorator() -> None:
    ProviderRegistry.register("mine", Mine)
    assert ProviderRegistry.get("mine") is Mine


@pytest.mark.parametrize("taken", ["mine", "my-own", "claude", "anthropic", "MOCK", "groq"])
def test_a_name_that_is_taken_is_refused_whole(taken: str) -> None:
    ProviderRegistry.register("mine", Mine, aliases=["my-own"])
    with pytest.raises(InvalidRequestError, match=f"{taken.lower()} is registered already; replace=True"):
        ProviderRegistry.register("free", Other, aliases=[taken])
    assert "free" not in ProviderRegistry.list_providers(), "half a registration is none"


def test_a_name_with_a_colon_could_not_be_called() -> None:
    with pytest.raises(InvalidRequestError, match="'a:b' is no name that `name:model` could use"):
        ProviderRegistry.register("mine", Mine, aliases=["a:B"])


def test_replace_puts_a_class_in_the_place_of_another() -> None:
    ProviderRegistry.register("mine", Mine)
    ProviderRegistry.register("mine", Other, replace=True)
    ProviderRegistry.register("mock", Mine, replace=True)
    assert ProviderRegistry.get("mine") is Other
    assert ProviderRegistry.get("mock") is Mine
    ProviderRegistry.unregister("mock")
    assert ProviderRegistry.get("mock") is MockProvider, "what is built in shows again"


def test_unregister_forgets_every_name_of_a_class() -> None:
    ProviderRegistry.register("mine", Mine, aliases=["my-own"])
    ProviderRegistry.unregister("MY-OWN")
    for name in ("mine", "my-own"):
        with pytest.raises(ProviderNotFoundError):
            ProviderRegistry.get(name)
    with pytest.raises(ProviderNotFoundError):
        ProviderRegistry.unregister("mine")


def test_an_alias_that_went_to_another_class_stays_there() -> None:
    ProviderRegistry.register("mine", Mine, aliases=["shared"])
    ProviderRegistry.register("other", Other, aliases=["shared"], replace=True)
    ProviderRegistry.unregister("mine")
    assert ProviderRegistry.get("shared") is Other


@pytest.mark.parametrize(("wrong", "right"), [("clade", "claude"), ("opnai", "openai"), ("mokc", "mock")])
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(ProviderNotFoundError, match=right) as caught:
        ProviderRegistry.get(wrong)
    assert caught.value.suggestions == (right,)


def test_what_stands_before_the_colon_and_is_nearly_a_provider_is_told_as_one() -> None:
    with pytest.raises(ProviderNotFoundError, match="no provider is called 'bedrok'; did you mean bedrock"):
        get_provider("bedrok:claude-sonnet-5.5")
    with pytest.raises(ModelNotFoundError, match="no model is called 'big:one'"):
        get_provider("big:one")


@pytest.mark.parametrize("wrong", ["", "  ", None, 5])
def test_what_is_no_name_is_said(wrong: object) -> None:
    with pytest.raises(InvalidRequestError, match="a provider's name is a text"):
        ProviderRegistry.get(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequestError, match="a provider's name is a text"):
        ProviderRegistry.register(wrong)  # type: ignore[arg-type]


def test_only_classes_are_registered() -> None:
    with pytest.raises(InvalidRequestError, match="registered as a class"):
        ProviderRegistry.register("mine", Mine())  # type: ignore[arg-type]


# ---- swaps and threads


def test_a_swap_holds_within_the_block_under_all_names() -> None:
    with ProviderRegistry.swapped("claude", Mine):
        assert [ProviderRegistry.get(name) for name in ("claude", "anthropic")] == [Mine, Mine]
        assert isinstance(get_provider("claude-sonnet-4.5"), Mine)
        with ProviderRegistry.swapped("anthropic", Other):
            assert ProviderRegistry.get("claude") is Other
        assert ProviderRegistry.get("claude") is Mine
    assert ProviderRegistry.get("claude").__name__ == "ClaudeProvider"


def test_a_swap_ends_with_an_error_too_and_keeps_what_was_registered() -> None:
    ProviderRegistry.register("mine", Mine, aliases=["my-own"])

    def swap_and_fail() -> None:
        with ProviderRegistry.swapped("my-own", Other):
            assert ProviderRegistry.get("mine") is Other
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        swap_and_fail()
    assert ProviderRegistry.get("mine") is Mine


def test_threads_that_register_at_once_lose_nothing() -> None:
    begin = threading.Barrier(8)

    def work(number: int) -> None:
        begin.wait(5)
        for round_ in range(50):
            ProviderRegistry.register(f"p{number}-{round_}", Mine)
            ProviderRegistry.list_providers() if round_ % 25 == 0 else None
            assert ProviderRegistry.get(f"p{number}-{round_}") is Mine

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sum(name.startswith("p") and "-" in name for name in ProviderRegistry._registered) == 400


def test_of_threads_that_want_one_name_one_gets_it() -> None:
    def claim(_: int) -> bool:
        try:
            ProviderRegistry.register("contested", Mine)
        except InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(64))) == 1


# ---- get_provider


@pytest.mark.parametrize(
    ("name", "class_name", "model"),
    [
        ("claude-sonnet-4.5", "ClaudeProvider", "claude-sonnet-4-5-20250929"),
        ("gpt-4o", "OpenAIProvider", "gpt-4o"),
        ("gemini-2.5-pro", "GoogleProvider", "gemini-2.5-pro"),
        ("mock", "MockProvider", ""),
        ("mock:claude-sonnet-4.5", "MockProvider", "claude-sonnet-4-5-20250929"),
        ("Anthropic:claude-sonnet-4.5", "ClaudeProvider", "claude-sonnet-4-5-20250929"),
    ],
)
def test_a_model_leads_to_its_provider(name: str, class_name: str, model: str) -> None:
    provider = get_provider(name)
    assert isinstance(provider, LLMProvider)
    assert (type(provider).__name__, provider.model_id) == (class_name, model)


def test_options_reach_the_provider() -> None:
    provider = get_provider("mock", enable_caching=False, timeout=5.0, max_cost="0.5")
    assert (provider.enable_caching, provider.timeout, str(provider.max_cost)) == (False, 5.0, "0.5")


def test_a_name_that_leads_nowhere_is_answered_with_the_nearest_model() -> None:
    with pytest.raises(ModelNotFoundError, match="did you mean claude-sonnet"):
        get_provider("claude-sonet-4.5")


def test_a_model_whose_maker_serves_nothing_here_is_told_so() -> None:
    with pytest.raises(ProviderNotFoundError):
        get_provider("meta/llama-3.1-8b-instruct")


@pytest.mark.parametrize("name", ["claude", "gpt", "gemini", "mock", "groq"])
def test_finding_and_making_a_provider_imports_no_sdk(name: str) -> None:
    code = f"""
import sys
from ai_models.providers import ProviderRegistry
ProviderRegistry.get({name!r})("some-model")
print(*(name for name in ("anthropic", "openai", "google.genai", "httpx2", "pydantic") if name in sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


# ---- plugins


def test_a_plugin_is_found_by_name_and_imported_only_then(plug: Plug) -> None:
    plug("Shout", module="shouting_plugin", code=GOOD)
    assert "shout" in ProviderRegistry.list_providers()
    assert "shouting_plugin" not in sys.modules
    assert ProviderRegistry.get("SHOUT").__module__ == "shouting_plugin"
    assert type(get_provider("shout")).__name__ == "Plugged"
    assert get_provider("shout:gpt-4o").model_id == "gpt-4o"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("raise RuntimeError('half-written')", "RuntimeError: half-written"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("x = 1", "AttributeError"),
        ("Plugged = 5", "it is no class but int"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_an_error_of_its_own(plug: Plug, code: str, reason: str) -> None:
    plug("broken", module="broken_plugin", code=code)
    with pytest.raises(PluginError, match=reason) as caught:
        ProviderRegistry.get("broken")
    assert (caught.value.plugin, caught.value.where) == ("broken", "broken_plugin:Plugged")
    with pytest.raises(PluginError):
        get_provider("broken")
    assert ProviderRegistry.get("mock") is MockProvider
    assert "broken" in ProviderRegistry.list_providers()


def test_neither_plugins_nor_their_absence_take_a_built_in_name(plug: Plug) -> None:
    plug("mock", module="greedy_plugin", code=GOOD)
    assert ProviderRegistry.get("mock") is MockProvider
    assert provider_registry.plugins()["mock"].module == "greedy_plugin"


def test_a_plugin_that_registers_itself_as_well_is_fine(plug: Plug) -> None:
    plug("eager", module="eager_plugin", code="""
        from ai_models.providers import MockProvider, ProviderRegistry
        @ProviderRegistry.register("eager")
        class Plugged(MockProvider):
            pass
    """)  # fmt: skip
    assert ProviderRegistry.get("eager") is ProviderRegistry.get("eager")
