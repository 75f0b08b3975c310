"""The staged roll-out: a key's place among all keys, which is the same in every process and on every machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

from ai_models_legacy.errors import FlagError

__all__ = ["KEY_VARIABLE", "PLACES", "Key", "current_key", "place_of", "rollout_key"]

KEY_VARIABLE = "AI_MODELS_ROLLOUT_KEY"
"""The environment variable that gives a process its key."""

PLACES = 1_000_000
"""How many places there are; a percentage lets in so many of the first ones."""

_BITS = 64

_key: ContextVar[str | None] = ContextVar("rollout_key", default=None)


class Key(NamedTuple):
    """What is let in or not, and where it was said."""

    text: str
    source: str


@contextmanager
def rollout_key(key: str) -> Iterator[None]:
    """Judge a percentage by this key within the block: a tenant, a user, a job. Tasks and coroutines begun in it inherit it.

    Raises:
        FlagError: no text, or an empty one.
    """
    given: object = key
    if not isinstance(given, str) or not given.strip():
        raise FlagError(f"a rollout key is a text that is not empty, found {given!r}")
    token = _key.set(key)
    try:
        yield
    finally:
        _key.reset(token)


def current_key() -> Key:
    """The key in force: the innermost ``rollout_key``, else the process's own, else the host's name.

    Raises:
        FlagError: there is none: the host has no name.
    """
    key = _key.get()
    if key is not None:
        return Key(key, "rollout_key()")
    own = os.environ.get(KEY_VARIABLE, "").strip()
    if own:
        return Key(own, KEY_VARIABLE)
    host = _host()
    if not host:
        raise FlagError(f"a percentage needs a key, and this host has no name; set {KEY_VARIABLE}, or use rollout_key()")
    return Key(host, "host name")


@lru_cache(maxsize=4_096)
def place_of(key: str) -> int:
    """The place of a key, from 0 to ``PLACES`` - 1; whoever is in at 10 % is in at 20 %, since the places stay."""
    digest = hashlib.sha256(b"ai_models_legacy\0" + key.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[: _BITS // 8]) * PLACES >> _BITS


@lru_cache(maxsize=1)
def _host() -> str:
    from platform import node  # asked for only where a percentage is, and no key

    return node()
