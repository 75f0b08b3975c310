"""The flag in every spelling, in the environment and in code, and the staged roll-out by key."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from legacy_callers import Callers

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ai_models.providers.preflight.LifecycleWarning"),
]

ALLOWED = r"true \(1, yes, on\), false \(0, no, off\), a percentage from 0% to 100% such as 10%, or shadow"

ON = ("true", "TRUE", " True ", "1", "yes", "on", "100%", "100.0%", "", "  ")
OFF = ("false", "False", "0", "no", "off", "0%", "0.0%", "0 %", ".0%")


def answers() -> str:
    from ai_models_legacy.flag import answers

    return answers().value


def place_of(key: str) -> int:
    from ai_models_legacy.rollout import place_of

    return place_of(key)


# ---- the environment


@pytest.mark.parametrize(("text", "answer"), [*((text, "new") for text in ON), *((text, "old") for text in OFF),
                                              ("shadow", "shadow"), ("Shadow", "shadow")])  # fmt: skip
@pytest.mark.parametrize("variable", ["USE_NEW_MODEL_REGISTRY", "USE_NEW_REGISTRY"])
def test_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, variable: str, text: str, answer: str) -> None:
    monkeypatch.setenv(variable, text)
    assert answers() == answer


def test_new_is_the_default() -> None:
    assert answers() == "new"


def test_the_flag_is_read_whenever_a_value_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import models.registry as r

    for text, price in (("true", 2.5), ("false", 0.3), ("shadow", 0.3), ("100%", 2.5), ("0%", 0.3)):
        monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", text)
        assert r.GEMINI_FLASH.output_price_per_1m == r.ModelRegistry.GEMINI_2_5_FLASH.output_price_per_1m == price


WRONG = ("tru", "2", "none", "-1%", "100.0001%", "101%", "1000%", "10%%", "%", "1e1%", "nan%", "\u0661\u0660%", "10 percent",
         "0x1", "shadow,10%", "0." + "0" * 13 + "%")  # fmt: skip


@pytest.mark.parametrize("text", [*WRONG, pytest.param("9" * 5_000 + "%", id="thousands of digits")])
@pytest.mark.parametrize("variable", ["USE_NEW_MODEL_REGISTRY", "USE_NEW_REGISTRY"])
def test_anything_else_is_an_error_that_says_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    from ai_models_legacy import FlagError

    monkeypatch.setenv(variable, text)
    with pytest.raises(FlagError, match=f"^{variable}='.* is none of: {ALLOWED}"):
        answers()


@pytest.mark.parametrize(("text", "hint"), [("10", "10%"), ("0.5", "0.5%"), ("tru", "true"), ("shadwo", "shadow")])
def test_the_error_names_what_may_be_meant(monkeypatch: pytest.MonkeyPatch, text: str, hint: str) -> None:
    from ai_models_legacy import FlagError

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", text)
    with pytest.raises(FlagError, match=rf"did you mean {hint}\?$"):
        answers()


def test_a_wrong_flag_is_told_to_whoever_asks_for_a_value(callers: Callers) -> None:
    ran = callers.process("import models\nmodels.GPT_4O", expect=1, USE_NEW_MODEL_REGISTRY="maybe")
    assert "ai_models_legacy.errors.FlagError: USE_NEW_MODEL_REGISTRY='maybe' is none of: true" in ran.stderr
    assert 'caller.py", line 2' in ran.stderr
    callers.process("import models, providers\nfrom models import ModelSpec", USE_NEW_MODEL_REGISTRY="maybe")


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("true", "1", "new"),
        ("off", "FALSE", "old"),
        ("100%", "100.0 %", "new"),
        ("100%", "true", "new"),
        ("no", "0%", "old"),
        ("shadow", "SHADOW", "shadow"),
    ],
)
def test_two_variables_that_agree_are_one_flag(monkeypatch: pytest.MonkeyPatch, one: str, other: str, answer: str) -> None:
    from ai_models_legacy.flag import decision

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", one)
    monkeypatch.setenv("USE_NEW_REGISTRY", other)
    assert answers() == answer
    assert decision().source == "USE_NEW_MODEL_REGISTRY and USE_NEW_REGISTRY"


def test_of_two_variables_an_empty_one_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy.flag import decision

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "")
    monkeypatch.setenv("USE_NEW_REGISTRY", "false")
    assert (answers(), decision().source) == ("old", "USE_NEW_REGISTRY")


@pytest.mark.parametrize(("one", "other"), [("true", "false"), ("10%", "20%"), ("shadow", "true"), ("0%", "1%")])
def test_two_variables_that_differ_are_an_error_that_names_both(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    from ai_models_legacy import FlagError

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", one)
    monkeypatch.setenv("USE_NEW_REGISTRY", other)
    with pytest.raises(FlagError, match=f"^USE_NEW_MODEL_REGISTRY='{one}' and USE_NEW_REGISTRY='{other}' contradict"):
        answers()


# ---- code


@pytest.mark.parametrize(("value", "answer"), [(True, "new"), (False, "old"), ("0%", "old"), ("100%", "new"),
                                               ("shadow", "shadow"), ("true", "new")])  # fmt: skip
def test_code_is_stronger_than_the_environment(monkeypatch: pytest.MonkeyPatch, value: Any, answer: str) -> None:
    from ai_models_legacy import use_new_registry

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "shadow" if answer != "shadow" else "true")
    use_new_registry(value)
    assert answers() == answer
    use_new_registry(None)
    assert answers() == ("shadow" if answer != "shadow" else "new")


@pytest.mark.parametrize("value", [10, 0.1, 1, 0, b"true", [], "maybe", "10"])
def test_anything_else_in_code_is_an_error_and_changes_nothing(value: Any) -> None:
    from ai_models_legacy import FlagError, use_new_registry

    with pytest.raises(FlagError, match=r"is none of: .*true"):
        use_new_registry(value)
    assert answers() == "new"


def test_a_block_holds_until_its_end() -> None:
    from ai_models_legacy import use_new_registry

    use_new_registry("shadow")
    with use_new_registry(False):
        assert answers() == "old"
        with use_new_registry(True):
            assert answers() == "new"
            with use_new_registry(None):
                assert answers() == "new", "nothing in the environment"
        assert answers() == "old"
    assert answers() == "shadow"


def test_a_block_that_fails_ends_too() -> None:
    from ai_models_legacy import use_new_registry

    with pytest.raises(ZeroDivisionError), use_new_registry(False):
        raise ZeroDivisionError
    assert answers() == "new"


def test_blocks_that_overlap_leave_nothing_behind() -> None:
    from ai_models_legacy import use_new_registry

    one, other = use_new_registry(False), use_new_registry("shadow")
    one.__enter__()
    other.__enter__()
    assert answers() == "shadow"
    one.__exit__(None, None, None)
    assert answers() == "shadow"
    other.__exit__(None, None, None)
    assert answers() == "old", "set by the first call, which no block had undone"
    use_new_registry(None)
    assert answers() == "new"


def test_a_setting_can_be_entered_twice() -> None:
    from ai_models_legacy import use_new_registry

    setting = use_new_registry(False)
    assert (repr(setting), repr(use_new_registry(None))) == ("use_new_registry('false')", "use_new_registry(None)")
    setting = use_new_registry(False)
    with setting:
        with setting:
            assert answers() == "old"
        assert answers() == "old"
    assert answers() == "new"


def test_many_settings_one_after_the_other_are_forgotten() -> None:
    import gc

    from ai_models_legacy import flag

    for place in range(200):
        flag.use_new_registry(place % 2 == 0)
    gc.collect()
    assert len([each for each in gc.get_objects() if type(each) is flag._Use]) <= 2


def test_a_block_holds_in_other_threads_too() -> None:
    from ai_models_legacy import use_new_registry

    with use_new_registry(False), ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda _: answers(), range(20))) == {"old"}


# ---- the staged roll-out


@pytest.mark.parametrize("key", ["tenant-42", "tenant-43", "a", "é", "\udcff", pytest.param("x" * 10_000, id="long")])
def test_the_place_of_a_key_is_where_it_comes_in(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    from ai_models_legacy import rollout_key

    place = place_of(key)
    assert 0 <= place < 1_000_000
    with rollout_key(key):
        for places, answer in ((place, "old"), (place + 1, "new")):
            monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", f"{places / 10_000:.4f}%")
            assert answers() == answer


def test_places_are_the_same_for_ever() -> None:
    """Written down: whoever was in yesterday must not be out after an update."""
    assert [place_of(key) for key in ("tenant-42", "tenant-43", "host-a")] == [57_490, 168_904, 939_729]


def test_a_share_of_all_keys_is_in_at_a_percentage() -> None:
    places = [place_of(f"tenant-{number}") for number in range(10_000)]
    for percent in (1, 5, 10, 25, 50, 90):
        share = sum(place < percent * 10_000 for place in places) / 10_000
        deviation = (percent / 100 * (1 - percent / 100) / 10_000) ** 0.5
        assert abs(share - percent / 100) < 4 * deviation


def test_whoever_is_in_stays_in_as_the_percentage_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import rollout_key

    before: set[str] = set()
    for percent in ("0%", "0.1%", "1%", "2.5%", "10%", "20%", "50%", "99.9%", "100%"):
        monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", percent)
        now = set()
        for number in range(2_000):
            with rollout_key(f"user {number}"):
                if answers() == "new":
                    now.add(f"user {number}")
        assert before <= now
        before = now
    assert len(before) == 2_000


@pytest.mark.parametrize("text", ["0.00001%", ".0001%", "0.000000000001%"])
def test_the_least_percentage_is_one_place(text: str) -> None:
    from ai_models_legacy.flag import read_setting

    assert read_setting(text, "x").places == 1


def test_the_key_is_the_innermost_then_the_process_s_own_then_the_host_s(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import rollout, rollout_key

    host = rollout.current_key()
    assert host.source == "host name"
    assert host.text
    monkeypatch.setenv("AI_MODELS_ROLLOUT_KEY", " pod-1 ")
    assert rollout.current_key() == ("pod-1", "AI_MODELS_ROLLOUT_KEY")
    with rollout_key("tenant-1"):
        with rollout_key("tenant-2"):
            assert rollout.current_key() == ("tenant-2", "rollout_key()")
        assert rollout.current_key().text == "tenant-1"
    monkeypatch.setenv("AI_MODELS_ROLLOUT_KEY", "  ")
    assert rollout.current_key() == host


@pytest.mark.parametrize("key", ["", "  ", None, 42])
def test_a_key_that_is_none_is_an_error(key: Any) -> None:
    from ai_models_legacy import FlagError, rollout_key

    with pytest.raises(FlagError, match="a rollout key is a text that is not empty"), rollout_key(key):
        pass


def test_a_host_without_a_name_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import FlagError, rollout_key

    monkeypatch.setattr("platform.node", lambda: "")
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "10%")
    with pytest.raises(FlagError, match=r"set AI_MODELS_ROLLOUT_KEY, or use rollout_key\(\)"):
        answers()
    with rollout_key("tenant-42"):
        assert answers() == "new"


def test_a_key_belongs_to_its_task_and_to_the_tasks_begun_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import rollout_key

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "50%")
    keys = [f"tenant-{number}" for number in range(40)]

    async def one(key: str) -> str:
        with rollout_key(key):
            await asyncio.sleep(0)
            return await asyncio.create_task(asyncio.sleep(0, answers()))

    async def every() -> list[str]:
        return await asyncio.gather(*map(one, keys))

    expected = ["new" if place_of(key) < 500_000 else "old" for key in keys]
    assert asyncio.run(every()) == expected
    assert set(expected) == {"new", "old"}


def test_a_thread_has_the_key_of_its_context(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import rollout, rollout_key

    monkeypatch.setenv("AI_MODELS_ROLLOUT_KEY", "process")
    seen: list[str] = []
    with rollout_key("tenant-1"):
        context = contextvars.copy_context()
        threads = [
            threading.Thread(target=lambda: seen.append(rollout.current_key().text)),
            threading.Thread(target=lambda: context.run(lambda: seen.append(rollout.current_key().text))),
        ]
        for thread in threads:
            thread.start()
            thread.join()
    assert seen == ["process", "tenant-1"]


def test_two_tenants_of_one_process_get_their_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models_legacy import rollout_key

    monkeypatch.setenv("USE_NEW_REGISTRY", "50%")
    from models import ModelRegistry

    found = {}
    for key in ("tenant-42", "host-a"):
        with rollout_key(key):
            found[key] = ModelRegistry.GEMINI_2_5_FLASH.output_price_per_1m
    assert found == {"tenant-42": 2.5, "host-a": 0.3}


def test_a_host_s_own_decimal_settings_do_not_matter() -> None:
    from decimal import Context, Inexact, localcontext

    from ai_models_legacy.flag import read_setting

    with localcontext(Context(prec=1, traps=[Inexact])):
        assert read_setting("33.33%", "x").places == 333_300
