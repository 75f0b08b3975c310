"""The call log: who calls which old name from where; whole whatever ends the process, silent where it is off."""

from __future__ import annotations

import json
import os
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
from legacy_callers import Callers

CODE = """
    import warnings
    warnings.simplefilter("ignore")
    from models import ModelRegistry

    def lookup(key):
        return ModelRegistry.get_spec(key)

    for key in ("a", "b", "c"):
        lookup(key)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file for the log."""
    return tmp_path / "calls.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def counts(path: Path) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for each in lines(path):
        place = (each["name"].rpartition(".")[2], each["line"])
        found[place] = found.get(place, 0) + each["count"]
    return found


def test_every_site_is_logged_with_who_and_how_often(callers: Callers, log: Path) -> None:
    script = callers.write(CODE)
    callers.process(script, AI_MODELS_LEGACY_CALLS=str(log))
    records = lines(log)
    assert len({each.pop("pid") for each in records}) == 1
    imported, first, rest = records
    assert imported == {"name": "models.ModelRegistry", "module": "__main__", "file": str(script), "line": 3,
                        "function": "<module>", "count": 1}  # fmt: skip
    assert first == {"name": "models.registry.ModelRegistry.get_spec", "module": "__main__", "file": str(script), "line": 6,
                     "function": "lookup", "count": 1}  # fmt: skip
    assert rest == {**first, "count": 2}


def test_a_star_and_attributes_are_logged_as_often_as_they_are_used(callers: Callers, log: Path) -> None:
    callers.process(
        """
        import warnings
        warnings.simplefilter("ignore")
        import models, providers
        from models import GPT_4O
        for _ in range(5): models.GPT_4O
        class Service:
            def price(self):
                return providers.claude.CLAUDE_PRICING
        Service().price()
        """,
        AI_MODELS_LEGACY_CALLS=str(log),
    )
    assert counts(log) == {("GPT_4O", 4): 1, ("GPT_4O", 5): 5, ("CLAUDE_PRICING", 8): 1}
    assert [each["function"] for each in lines(log)][-2:] in (["Service.price", "<module>"], ["<module>", "Service.price"])


def test_it_is_off_by_default(callers: Callers) -> None:
    callers.process(CODE)
    assert sorted(path.name for path in callers.directory.iterdir()) == ["caller.py"]


def test_it_is_switched_on_and_off_in_code(callers: Callers, log: Path, tmp_path: Path) -> None:
    import ai_models_legacy

    script = callers.write(CODE)
    callers.run(script)
    ai_models_legacy.log_calls(log)
    callers.run(script)
    assert counts(log) == {("ModelRegistry", 3): 1, ("get_spec", 6): 1}
    ai_models_legacy.flush_calls()
    ai_models_legacy.flush_calls()
    assert counts(log) == {("ModelRegistry", 3): 1, ("get_spec", 6): 3}
    callers.run(script)
    other = tmp_path / "other.jsonl"
    ai_models_legacy.log_calls(other)
    assert counts(log) == {("ModelRegistry", 3): 2, ("get_spec", 6): 6}, "what was counted goes where it belongs"
    callers.run(script)
    ai_models_legacy.log_calls(None)
    callers.run(script)
    assert counts(other) == {("ModelRegistry", 3): 1, ("get_spec", 6): 3}


def test_a_relative_name_means_the_directory_of_that_moment(
    callers: Callers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ai_models_legacy

    monkeypatch.chdir(tmp_path)
    ai_models_legacy.log_calls("here.jsonl")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    callers.run(CODE)
    ai_models_legacy.log_calls(None)
    assert counts(tmp_path / "here.jsonl") == {("ModelRegistry", 3): 1, ("get_spec", 6): 3}


def test_arguments_are_not_logged(callers: Callers, log: Path) -> None:
    callers.process(
        "import warnings\nwarnings.simplefilter('ignore')\nfrom models import ModelRegistry\n"
        "ModelRegistry.get_spec('sk-secret-key')",
        AI_MODELS_LEGACY_CALLS=str(log),
    )
    assert "sk-secret-key" not in log.read_text(encoding="utf-8")


# ---- processes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_counts_for_itself(callers: Callers, log: Path) -> None:
    callers.process(
        """
        import os, sys, warnings
        warnings.simplefilter("ignore")
        from models import ModelRegistry
        def lookup(times):
            for _ in range(times): ModelRegistry.get_spec("x")
        lookup(10)
        child = os.fork()
        lookup(100 if child else 1_000)
        if child:
            assert os.waitpid(child, 0)[1] == 0
        sys.exit(0)
        """,
        AI_MODELS_LEGACY_CALLS=str(log),
    )
    assert counts(log) == {("ModelRegistry", 3): 1, ("get_spec", 5): 1_110}
    assert len({each["pid"] for each in lines(log)}) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_while_another_thread_counts_does_not_hang(callers: Callers, log: Path) -> None:
    callers.process(
        """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        from models import ModelRegistry
        ended = threading.Event()
        def count():
            while not ended.is_set(): ModelRegistry.is_deprecated("x")
        threads = [threading.Thread(target=count) for _ in range(3)]
        for thread in threads: thread.start()
        for _ in range(30):
            child = os.fork()
            if child == 0:
                ModelRegistry.is_deprecated("y")
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        ended.set()
        for thread in threads: thread.join()
        """,
        measured=False,
        AI_MODELS_LEGACY_CALLS=str(log),
    )
    assert {name for name, _ in counts(log)} == {"ModelRegistry", "is_deprecated"}


def test_a_process_that_is_killed_has_told_of_its_sites(callers: Callers, log: Path) -> None:
    code = callers.write(f"{CODE}\n    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)")
    callers.process(code, expect=-9, AI_MODELS_LEGACY_CALLS=str(log))
    assert counts(log) == {("ModelRegistry", 3): 1, ("get_spec", 6): 1}


def test_threads_lose_no_call(callers: Callers, log: Path) -> None:
    import ai_models_legacy
    from models import registry

    ai_models_legacy.log_calls(log)

    def ask() -> None:
        for _ in range(500):
            registry.Provider  # noqa: B018 asked to be counted

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    ai_models_legacy.log_calls(None)
    assert list(counts(log).values()) == [4_000]


# ---- files that cannot be written


def test_a_file_that_cannot_be_written_is_said_and_the_program_goes_on(callers: Callers, tmp_path: Path) -> None:
    ran = callers.process(f"{CODE}\n    print('done')", AI_MODELS_LEGACY_CALLS=str(tmp_path / "missing" / "calls.jsonl"))
    assert ran.stdout == "done\n"
    assert "calls of old names are logged no more: [Errno 2] No such file or directory" in ran.stderr


def test_asked_for_in_code_it_is_an_error(tmp_path: Path) -> None:
    import ai_models_legacy

    with pytest.raises(FileNotFoundError, match="missing"):
        ai_models_legacy.log_calls(tmp_path / "missing" / "calls.jsonl")


def test_a_file_that_fails_later_ends_the_log(callers: Callers, log: Path, caplog: pytest.LogCaptureFixture) -> None:
    import ai_models_legacy

    ai_models_legacy.log_calls(log)
    log.unlink()
    log.mkdir()
    callers.run(CODE)
    callers.run("import models\nmodels.Provider")
    assert caplog.text.count("calls of old names are logged no more") == 1
    assert "Is a directory" in caplog.text
    ai_models_legacy.log_calls(None)


def test_a_handler_of_logging_that_uses_old_names_does_not_hang(callers: Callers, log: Path) -> None:
    ran = callers.process(
        """
        import logging, os, warnings
        warnings.simplefilter("ignore")
        import models

        class Handler(logging.Handler):
            def emit(self, record):
                models.Provider
                print(record.getMessage()[:19])

        logging.getLogger("ai_models_legacy").addHandler(Handler())
        models.ModelSpec
        os.remove(os.environ["AI_MODELS_LEGACY_CALLS"])
        os.mkdir(os.environ["AI_MODELS_LEGACY_CALLS"])
        models.ModelRegistry
        """,
        AI_MODELS_LEGACY_CALLS=str(log),
    )
    assert ran.stdout == "calls of old names \n"
