"""The flag ``USE_NEW_MODEL_REGISTRY``: whether old names answer from the catalogue, as they did of old, or both.

``true`` (the default), ``false``, a percentage such as ``10%``, or ``shadow``; ``use_new_registry`` says it in code, and is
stronger than the environment. It is read whenever a value is asked for, so it costs a microsecond and no more.
"""

from __future__ import annotations

import os
import re
import threading
from enum import Enum
from functools import lru_cache
from math import ceil
from typing import NamedTuple, Self

from ai_models_legacy.errors import FlagError
from ai_models_legacy.rollout import PLACES, Key, current_key, place_of

__all__ = ["VARIABLES", "Answers", "Decision", "Setting", "answers", "decision", "read_setting", "use_new_registry"]

VARIABLES = ("USE_NEW_MODEL_REGISTRY", "USE_NEW_REGISTRY")
"""The environment variable and its alias; where both are set they must say the same."""

ALLOWED = "true (1, yes, on), false (0, no, off), a percentage from 0% to 100% such as 10%, or shadow"

_CODE = "use_new_registry()"
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{0,12})?|\.\d{1,12})\s*%", re.ASCII)
_HUNDRED = 100


class Answers(Enum):
    """What an old name answers with."""

    NEW = "new"
    OLD = "old"
    SHADOW = "shadow"


_WORDS = {
    **dict.fromkeys(("true", "1", "yes", "on"), Answers.NEW),
    **dict.fromkeys(("false", "0", "no", "off"), Answers.OLD),
    "shadow": Answers.SHADOW,
}


class Setting(NamedTuple):
    """What the flag says: one answer for everybody, or the new one for the first ``places`` of ``rollout.PLACES``."""

    text: str
    fixed: Answers | None
    places: int = 0


class Decision(NamedTuple):
    """What an old name answers with right now, and why; ``key`` and ``place`` where a percentage decides."""

    answers: Answers
    setting: Setting
    source: str
    key: Key | None = None
    place: int | None = None


DEFAULT = Setting("true", Answers.NEW)


def answers() -> Answers:
    """What an old name answers with right now.

    Raises:
        FlagError: the flag says none of what it may, or its two variables contradict each other.
    """
    setting = _in_code() or _in_environment()
    if setting.fixed is not None:
        return setting.fixed
    return Answers.NEW if place_of(current_key().text) < setting.places else Answers.OLD


def decision(key: Key | None = None) -> Decision:
    """``answers`` with its reasons, for ``key`` where one is given.

    Raises:
        FlagError: as ``answers``.
    """
    setting, source = _in_code(), _CODE
    if setting is None:
        setting = _in_environment()
        source = " and ".join(name for name in VARIABLES if os.environ.get(name, "").strip()) or "default"
    if setting.fixed is not None:
        return Decision(setting.fixed, setting, source)
    key = current_key() if key is None else key
    place = place_of(key.text)
    return Decision(Answers.NEW if place < setting.places else Answers.OLD, setting, source, key, place)


@lru_cache(maxsize=64)
def read_setting(text: str, source: str) -> Setting:
    """What a text says; ``source`` is who says it, for errors.

    Raises:
        FlagError: it is none of what is allowed.
    """
    folded = text.strip().casefold()
    if folded in _WORDS:
        return Setting(folded, _WORDS[folded])
    percent = _PERCENT.fullmatch(folded)
    if percent is not None:
        from fractions import Fraction  # most processes have no percentage

        share = Fraction(percent[1]) / _HUNDRED
        if share <= 1:
            if share in (0, 1):  # the same as false and true: no key is needed
                return Setting(f"{percent[1]}%", Answers.NEW if share else Answers.OLD)
            return Setting(f"{percent[1]}%", None, ceil(share * PLACES))
    raise FlagError(f"{source}={text!r:.80} is none of: {ALLOWED}{_hint(folded)}")


def _hint(text: str) -> str:
    """The nearest thing that would be allowed."""
    from difflib import get_close_matches  # only on the way to an error

    if _PERCENT.fullmatch(f"{text}%") and float(text) <= _HUNDRED:
        return f"; did you mean {text}%?"
    close = get_close_matches(text, _WORDS, n=1)
    return f"; did you mean {close[0]}?" if close else ""


# ---- the environment

_read: tuple[tuple[str | None, str | None], Setting] = ((None, None), DEFAULT)


def _in_environment() -> Setting:
    global _read
    said = (os.environ.get(VARIABLES[0]), os.environ.get(VARIABLES[1]))
    before, setting = _read
    if said == before:
        return setting
    setting = _agreed(said)
    _read = (said, setting)
    return setting


def _agreed(said: tuple[str | None, str | None]) -> Setting:
    """What the two variables say together; an empty one says nothing."""
    settings = [
        (name, text, read_setting(text, name))
        for name, text in zip(VARIABLES, said, strict=True)
        if text is not None and text.strip()
    ]
    if not settings:
        return DEFAULT
    if len(settings) > 1 and settings[0][2][1:] != settings[1][2][1:]:
        both = " and ".join(f"{name}={text!r}" for name, text, _ in settings)
        raise FlagError(f"{both} contradict each other; they are one flag: unset one of them")
    return settings[0][2]


# ---- code

_lock = threading.Lock()
_base: _Use | None = None
_blocks: tuple[_Use, ...] = ()


class _Use:
    """A setting in code; as a context manager it holds until the end of the block."""

    def __init__(self, setting: Setting | None) -> None:
        self.setting = setting
        self._before: _Use | None = None

    def __repr__(self) -> str:
        """As it was written."""
        return f"use_new_registry({None if self.setting is None else self.setting.text!r})"

    def __enter__(self) -> Self:
        global _base, _blocks
        with _lock:
            if _base is self:
                _base = self._before
            _blocks = (*_blocks, self)
        return self

    def __exit__(self, *_: object) -> None:
        global _blocks
        with _lock:
            last = len(_blocks) - 1 - _blocks[::-1].index(self)
            _blocks = (*_blocks[:last], *_blocks[last + 1 :])


def use_new_registry(value: bool | str | None) -> _Use:  # noqa: FBT001 the one thing that it says
    """Set the flag in code, for the whole process: True, False, a percentage such as ``"10%"``, or ``"shadow"``.

    None leaves it to the environment again. ``with use_new_registry(False): …`` holds until the end of the block, also for
    other threads; blocks may overlap, and the one entered last counts.

    Raises:
        FlagError: none of these.
    """
    global _base
    if isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise FlagError(f"use_new_registry({value!r}) is none of: True, False, {ALLOWED}, as a text, or None")
    use = _Use(None if value is None else read_setting(value, "use_new_registry"))
    with _lock:
        if _base is not None:
            _base._before = None  # whoever calls this again and again leaves no chain of settings behind
        use._before, _base = _base, use
    return use


def _in_code() -> Setting | None:
    blocks, base = _blocks, _base
    if blocks:
        return blocks[-1].setting
    return None if base is None else base.setting
