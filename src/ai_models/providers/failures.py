"""An SDK's exception as one of ours: by its HTTP status first, then by what it says.

The three official SDKs name their exceptions alike, and each keeps the status and the headers of the answer. Only those
are read, so that no SDK has to be imported here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from typing import Any

from ai_models.errors import (
    AIModelsError,
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    InvalidRequestError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RejectedRequestError,
    RemoteNotFoundError,
    ServerError,
)
from ai_models.providers.redaction import hide_secrets, without_secrets

__all__ = ["MISREAD", "failure_in", "failure_of", "failure_of_form", "failure_told"]

_BY_STATUS: dict[int, type[ProviderError]] = {
    400: RejectedRequestError,
    401: AuthenticationError,
    402: RateLimitError,
    403: PermissionDeniedError,
    404: RemoteNotFoundError,
    408: ProviderTimeoutError,
    409: ServerError,
    413: ContextLengthError,
    422: RejectedRequestError,
    425: ServerError,
    429: RateLimitError,
    504: ProviderTimeoutError,
    529: ServerError,
}
_CONTEXT = re.compile(
    r"context.{0,20}(length|window)|prompt is too long|too many (input )?tokens|maximum.{0,30}tokens|"
    r"input token count.{0,40}exceeds|exceeds the maximum number of tokens",
    re.IGNORECASE | re.DOTALL,
)
_FILTER = re.compile(r"content.?(filter|policy|management)|safety|prohibited_content|blocked by", re.IGNORECASE)
_KEY_REJECTED = re.compile(r"api.?key.{0,30}(not valid|invalid|expired|missing)|invalid.{0,10}api.?key", re.IGNORECASE)
_KEY_MISSING = re.compile(
    r"could not resolve authentication|could not resolve (api token|credentials)|missing (credentials|key inputs)|"
    r"api_key client option must be set|default credentials were not found|"
    r"config file not found at .* \(profile",
    re.IGNORECASE,
)
"""What the SDKs say, each by an exception of another type, where they find no key before they have sent anything."""
MISREAD = (AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What reading an answer of another form runs into."""

_THREE_DIGITS = re.compile("[0-9]{3}")
_TIMEOUT_NAMES = ("timeout", "timedout")
_CONNECTION_NAMES = ("connect", "network", "protocol", "readerror", "writeerror", "closeerror", "incompleteread", "ssl")
_LONGEST_MESSAGE = 600
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What a terminal would obey."""


def failure_of(error: BaseException, *, provider: str, model: str, secrets: Iterable[str] = ()) -> AIModelsError | None:
    """The error that stands for an SDK's; None where it is none of a call's, such as a bug or an interruption.

    Whatever looks like a key is left out of its message, and so are the ``secrets``, however they look; these are taken out
    of the SDK's exception too, which a traceback prints as the cause.
    """
    if isinstance(error, AIModelsError):
        return error
    secrets = list(secrets)
    hide_secrets(error, secrets)
    if isinstance(error, UnicodeEncodeError):
        return InvalidRequestError(f"the request for {model} holds what cannot be sent: {error}")
    if isinstance(error, JSONDecodeError):  # an event of a stream, which the SDK reads as it comes
        return failure_of_form(error, provider=provider, model=model, secrets=secrets)
    status = _status(error)
    kind = _kind(error, status)
    if kind is None:
        return None
    lost = issubclass(kind, ProviderConnectionError | ProviderTimeoutError)
    happened = f"answered {status}" if status else "could not be reached" if lost else "failed"
    what = f"{provider} {happened} for {model}: {_message(error, secrets)}"
    failure = kind(
        what,
        provider=provider,
        model=model,
        status=status,
        request_id=_request_id(error),
        retry_after=_retry_after(_headers(error)),
    )
    if kind is RateLimitError and "insufficient_quota" in _body_text(error):
        failure.retryable = False  # an empty account does not fill in a minute
    return failure


def failure_in(error: object, *, provider: str, model: str) -> ProviderError:
    """The error for what an answer of status 200 holds as its ``error``: an object with a code, or a text."""
    if not isinstance(error, Mapping):
        return failure_told(None, str(error), provider=provider, model=model)
    code = error.get("code") or error.get("type")
    return failure_told(code, str(error.get("message") or dict(error)), provider=provider, model=model)


def failure_told(code: object, message: str, *, provider: str, model: str) -> ProviderError:
    """The error for one that an answer tells of although it came with status 200: by its code, a status or a word."""
    number = int(code) if isinstance(code, str) and _THREE_DIGITS.fullmatch(code) else code
    status = number if isinstance(number, int) and 400 <= number <= 599 else None
    text = f"{code or ''} {message}"
    kind = _kind_of_event(text) if status is None else _kind_of_answer(status, text)
    what = f"{provider} could not answer for {model}: {_cleaned(text)}"
    return kind(what, provider=provider, model=model, status=status)


def failure_of_form(
    error: Exception, *, provider: str, model: str, request_id: str | None = None, secrets: Iterable[str] = ()
) -> ServerError:
    """The error for an answer in which something is missing, or is of another type than in the API's answers."""
    what = _cleaned(f"{type(error).__name__} {error}", secrets)
    said = f"{provider} answered for {model} in another form than its API has: {what}"
    failure = ServerError(said, provider=provider, model=model, request_id=request_id)
    failure.may_be_billed = True  # it was served
    return failure


def _kind(error: BaseException, status: int | None) -> type[ProviderError] | None:
    text = _body_text(error)
    if status is not None:
        return _kind_of_answer(status, text)
    names = " ".join(kind.__name__.casefold() for kind in type(error).__mro__)
    if _KEY_MISSING.search(text) or "credential" in names:
        return AuthenticationError
    if isinstance(error, TimeoutError) or any(name in names for name in _TIMEOUT_NAMES):
        return ProviderTimeoutError
    if isinstance(error, ConnectionError) or any(name in names for name in _CONNECTION_NAMES):
        return ProviderConnectionError
    if _is_sdk_error(error):  # an error that a stream carries comes without a status of its own
        return _kind_of_event(text)
    return None


def _kind_of_answer(status: int, text: str) -> type[ProviderError]:
    if status in (400, 413, 422):
        if _KEY_REJECTED.search(text):  # Google answers 400 to a wrong key
            return AuthenticationError
        if _CONTEXT.search(text):
            return ContextLengthError
        if _FILTER.search(text):
            return ContentFilterError
    if status == 413:
        return RejectedRequestError
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    return ServerError if status >= 500 else RejectedRequestError


def _kind_of_event(text: str) -> type[ProviderError]:
    if _CONTEXT.search(text):
        return ContextLengthError
    if _FILTER.search(text):
        return ContentFilterError
    folded = text.casefold()
    for word, kind in (
        ("overloaded", ServerError),
        ("rate_limit", RateLimitError),
        ("resource_exhausted", RateLimitError),
        ("authentication", AuthenticationError),
        ("permission", PermissionDeniedError),
        ("not_found", RemoteNotFoundError),
        ("throttl", RateLimitError),  # this and the next two are Bedrock's words
        ("accessdenied", PermissionDeniedError),
        ("validationexception", RejectedRequestError),
        ("timeout", ProviderTimeoutError),
        ("policy", ContentFilterError),
        ("invalid_", RejectedRequestError),
        ("image_", RejectedRequestError),
    ):
        if word in folded:
            return kind
    return ServerError


def _is_sdk_error(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in {"anthropic", "openai", "google", "httpx", "httpx2", "httpcore"}


def _status(error: BaseException) -> int | None:
    for found in (getattr(error, "status_code", None), getattr(error, "code", None), _response_status(error)):
        if isinstance(found, int) and 400 <= found <= 599:
            return found
    return None


def _response_status(error: BaseException) -> object:
    response = getattr(error, "response", None)
    return getattr(response, "status_code", None)


def _headers(error: BaseException) -> Mapping[str, str]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _request_id(error: BaseException) -> str | None:
    found = getattr(error, "request_id", None) or _headers(error).get("request-id") or _headers(error).get("x-request-id")
    return str(found) if found else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the provider asks to wait: as a number, or until a date."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1_000
    written = headers.get("retry-after")
    seconds = _number(written)
    if seconds is not None or written is None:
        return seconds
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) and number >= 0 else None


def _body_text(error: BaseException) -> str:
    body: Any = getattr(error, "body", None) or getattr(error, "details", None)
    return f"{error} {body if isinstance(body, str | Mapping) else ''}"


def _message(error: BaseException, secrets: Iterable[str]) -> str:
    """What the SDK says, in one line, without anything that could be a key."""
    return _cleaned(str(error), secrets) or type(error).__name__


def _cleaned(said: str, secrets: Iterable[str] = ()) -> str:
    text = " ".join(_CONTROL.sub(" ", without_secrets(said, secrets)).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"
