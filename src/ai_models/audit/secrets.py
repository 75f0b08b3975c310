"""Keys and passwords in a line of somebody's code: what a report shows of the line goes without them.

A mask is as long as what it hides, so that columns stay.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["masked"]

_SHAPED: Final = re.compile(
    r"""(?x) (?<![A-Za-z0-9_-]) (?:
        (?: sk | csk | xai | nvapi | pplx | glpat | pypi ) - [\w.-]{12,}
      | (?: gsk | hf | r8 | fw | tgp | gh[oprsu] | github_pat | xox[abprs] ) [_-] [\w-]{12,}
      | AIza [\w-]{20,}
      | ya29\. [\w.-]{8,}
      | eyJ [\w-]{8,} (?: \.[\w-]+ ){0,2}
      | (?: AKIA | ASIA ) [A-Z0-9]{12,}
    )"""
)
"""What looks like a key wherever it stands. Source: the vendors' own keys."""

_NAMED: Final = re.compile(
    r"""(?ix) (?:
        (?<![a-z0-9]) (?: bearer | basic ) [ \t]+
      | (?: api[-_]?key | secret | passw(?:or)?d | pwd | (?: private | access | account ) [-_]? key | credentials?
          | (?<![a-z0-9]) token (?!s) | [-_] token (?!s) )
        [a-z_-]{0,20} ["']? [ \t]* (?: : [ \t]* str [ \t]* )? [:=] [ \t]* ["']?
    )
    (?P<secret> (?! [\d_.eE+-]+ (?: [^\w.] | $ ) )         # a number of tokens, a price of one
                (?! [a-z_]\w* (?: \. [a-z_]\w* )* [(\[,)] | (?: os | process | self | settings | config | env )\. )
                [^\s"'`,;(){}\[\]<>$]{6,} )"""
)
"""What stands where a key stands, unless it says where the key is."""

_USER: Final = re.compile(r"(?<=://)(?P<secret>[^/\s@:\"']+:[^/\s@\"']+)(?=@)")


def masked(text: str) -> str:
    """The text with a star for every sign of what looks like a secret."""
    for pattern in (_USER, _SHAPED, _NAMED):
        text = pattern.sub(_stars, text)
    return text


def _stars(match: re.Match[str]) -> str:
    start = match.start("secret") - match.start() if "secret" in match.re.groupindex else 0
    return match[0][:start] + "*" * (len(match[0]) - start)
