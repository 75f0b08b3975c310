"""Messages without keys: what the caller's key is, and whatever has the shape of anybody's, is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["without_secrets"]

_HIDDEN = "…"
_SHORTEST = 4
"""Shorter texts are no keys, and hiding them would hide words."""

_TOLD = re.compile(
    r"""(?ix) (\b bearer \s+ | \b key= | api[-_]key ["']? \s* [:=] \s* ["']? | \b key \s provided: \s*) [^\s"'&,;()<>]{6,}"""
)
"""What stands where keys stand."""

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
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, _HIDDEN)
    return _SHAPED.sub(_HIDDEN, _TOLD.sub(rf"\1{_HIDDEN}", text))
