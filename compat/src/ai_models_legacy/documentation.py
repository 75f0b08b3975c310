"""Whether a page of a vendor's documentation is there: one request over HTTP."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request, urlopen

__all__ = ["is_accessible"]

_TIMEOUT = 10.0
_WITHOUT_HEAD = (403, 405, 501)
"""How servers answer that take no HEAD, or not from programs."""


def is_accessible(url: str) -> bool:
    """Whether the page answers with success within ten seconds; no answer at all is False.

    Raises:
        ValueError: an address of another kind than https, or http.
    """
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"a documentation page has an https address, found {url!r}")
    try:
        return _answers(url, "HEAD")
    except HTTPError as error:
        if error.code not in _WITHOUT_HEAD:
            return False
    except (OSError, ValueError):  # the latter for a redirect to nowhere
        return False
    try:
        return _answers(url, "GET")
    except (OSError, ValueError):
        return False


def _answers(url: str, method: str) -> bool:
    request = Request(url, method=method, headers={"User-Agent": "ai-models-legacy"})  # noqa: S310 http and https only, see above
    with urlopen(request, timeout=_TIMEOUT):  # noqa: S310 as above
        return True
