"""Messages without keys: what the caller's key is, and whatever has the shape of anybody's, is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ai_models.errors import AuthenticationError

__all__ = ["hide_secrets", "keys_held", "usable_key", "without_secrets", "without_user"]

_HIDDEN = "…"
_SHORTEST = 4
"""Shorter texts are no keys, and hiding them would hide words."""

_TOLD = re.compile(
    r"""(?ix) (\b bearer \s+ | \b key= | api[-_]key ["']? \s* [:=] \s* ["']? | \b key \s provided: \s*) [^\s"'&,;()<>]{6,}"""
)
"""What stands where keys stand."""

_USER = re.compile(r"(?<=://)[^/\s@]+@")
"""A name and a password in an address."""

_SHAPED = re.compile(
    r"""(?x) (?<! [\w-] ) (?:
        (?: (?: sk | csk | xai | nvapi | pplx | glpat ) - | (?: gsk | hf | r8 | fw | tgp | gh[opsu] | github_pat ) _ )
        [\w.*-]{6,}
      | (?: AIza | AQ\. | ya29\. | eyJ ) [\w.*~+/=-]{8,}     # Google's, and tokens that are JSON
      | (?: AKIA | ASIA ) [A-Z0-9]{12,}                      # AWS's
      | [A-Za-z0-9/+]{40} (?! [\w/+-] )
      | [A-Za-z0-9]{28,}                                     # one word that nobody speaks
      | [0-9a-fA-F]{8} (?: - [0-9a-fA-F]{4} ){3} - [0-9a-fA-F]{12}
      | [\w-]{40,}
    )"""
)
"""What looks like a key wherever it stands. Source: the vendors' own keys."""


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without anything that is, or could be, a key."""
    text = without_user(_without(text, secrets))
    return _SHAPED.sub(_HIDDEN, _TOLD.sub(rf"\1{_HIDDEN}", text))


def without_user(address: str) -> str:
    """An address without the name and the password that may stand in it."""
    return _USER.sub(f"{_HIDDEN}@", address)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if len(key := secret.strip()) >= _SHORTEST:
            text = text.replace(key, _HIDDEN)
    return text


def hide_secrets(error: BaseException, secrets: Iterable[str]) -> None:
    """Take the keys out of what an exception, and those behind it, print in a traceback; a server may echo a key."""
    known = [secret for secret in secrets if secret.strip()]
    for each in _chain(error) if known else ():
        each.args = tuple(_without(part, known) if isinstance(part, str) else part for part in each.args)


def keys_held(client: Any) -> list[str]:
    """The keys and tokens that an SDK's client holds, so that no message repeats them; Google's hides its own one deeper."""
    holders = (client, getattr(client, "_api_client", None))
    return [key for holder in holders for name in _NAMES if isinstance(key := getattr(holder, name, None), str)]


_NAMES = ("api_key", "auth_token", "access_token", "_azure_ad_token", "aws_secret_key", "aws_session_token")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def usable_key(key: str, *, provider: str, model: str) -> str:
    """A key without the spaces and line ends around it.

    Raises:
        AuthenticationError: it is none: no header could carry it.
    """
    bare = key.strip()
    if not bare.isascii() or not bare.isprintable():
        raise AuthenticationError(
            f"the key of {provider} has characters that no key has; was something else copied with it?",
            provider=provider,
            model=model,
        )
    return bare
