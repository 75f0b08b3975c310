"""``failure_of``: an SDK's exception as one of ours, by its status first, and never with a key in it."""

from __future__ import annotations

import copy
import logging
import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import time_machine
from acme import Outward

from ai_models import PricingService, errors
from ai_models.providers import MockProvider, Retries
from ai_models.providers.failures import failure_of

KEYS = {
    "anthropic": "sk-ant-api03-AbCdEf123456_-xyzXYZ",
    "openai": "sk-proj-AbCdEf123456_-xyzXYZ",
    "openai, masked": "sk-proj-****************xyzw",
    "google": "AIzaSyD-1234567890_abcdefghijklmnopqrs",
    "google, new": "AQ.Ab8RN6KabcDEF123456789_-xyz",
    "google, OAuth": "ya29.a0AfH6SMBx1234567890abcdef",
    "groq": "gsk_AbCdEf1234567890abcdef",
    "xai": "xai-AbCdEf1234567890abcdef",
    "openrouter": "sk-or-v1-0123456789abcdef0123",
    "together": "tgp_v1_AbCdEf1234567890abc",
    "fireworks": "fw_3ZAbCdEf1234567890abcd",
    "hugging face": "hf_AbCdEf1234567890abcdef",
    "replicate": "r8_AbCdEf1234567890abcdef",
    "nvidia": "nvapi-AbCdEf1234567890abcdef",
    "perplexity": "pplx-AbCdEf1234567890abcdef",
    "cerebras": "csk-AbCdEf1234567890abcdef",
    "github": "ghp_AbCdEf1234567890abcdef",
    "github, fine": "github_pat_11ABCDEFG0abcdefghij",
    "aws id": "AKIAIOSFODNN7EXAMPLE",
    "aws temporary id": "ASIAIOSFODNN7EXAMPLE",
    "aws secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "azure": "0123456789abcdef0123456789abcdef",
    "jwt": "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2QT4",
    "mistral": "AbCdEf1234567890AbCdEf1234567890",
}
WAYS = ["Incorrect API key provided: {}.", "Authorization: Bearer {}", "GET https://x.example/v1?key={}&alt=sse", "'{}'",
        "{{'x-api-key': '{}'}}"]  # fmt: skip


class Response:
    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.headers = headers or {}


class APIStatusError(Exception):
    """As the SDKs of Anthropic and OpenAI have it."""

    def __init__(self, message: str, status: int, headers: dict[str, str] | None = None, body: object = None) -> None:
        super().__init__(message)
        self.status_code, self.response, self.body = status, Response(status, headers), body


class GoogleError(Exception):
    """As google-genai has it."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code, self.details = code, {"error": {"message": message}}


def found(error: BaseException) -> Any:
    return failure_of(error, provider="Acme", model="able")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.RejectedRequestError), (401, errors.AuthenticationError), (402, errors.RateLimitError),
        (403, errors.PermissionDeniedError), (404, errors.RemoteNotFoundError), (405, errors.RejectedRequestError),
        (408, errors.ProviderTimeoutError), (409, errors.ServerError), (413, errors.RejectedRequestError),
        (422, errors.RejectedRequestError), (425, errors.ServerError), (429, errors.RateLimitError),
        (499, errors.RejectedRequestError), (500, errors.ServerError), (502, errors.ServerError), (503, errors.ServerError),
        (504, errors.ProviderTimeoutError), (529, errors.ServerError), (599, errors.ServerError),
    ],
)  # fmt: skip
def test_the_status_decides(status: int, kind: type[errors.ProviderError]) -> None:
    for error in (APIStatusError("no", status), GoogleError("no", status)):
        failure = found(error)
        assert type(failure) is kind
        assert (failure.status, failure.provider, failure.model) == (status, "Acme", "able")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("prompt is too long: 210000 tokens > 200000 maximum", errors.ContextLengthError),
        ("This model's maximum context length is 128000 tokens", errors.ContextLengthError),
        ("Your input exceeds the context window of this model", errors.ContextLengthError),
        ("The input token count (1200000) exceeds the maximum number of tokens allowed", errors.ContextLengthError),
        ("API key not valid. Please pass a valid API key.", errors.AuthenticationError),
        ("Output blocked by content filtering policy", errors.ContentFilterError),
        ("messages: at least one message is required", errors.RejectedRequestError),
    ],
)
def test_a_400_is_told_apart_by_what_it_says(text: str, kind: type[errors.ProviderError]) -> None:
    assert type(found(APIStatusError(text, 400))) is kind
    assert type(found(APIStatusError("Bad Request", 400, body={"error": {"message": text}}))) is kind


def test_words_do_not_overrule_another_status() -> None:
    assert type(found(APIStatusError("context length exceeded for your rate limit", 429))) is errors.RateLimitError
    assert type(found(APIStatusError("content filter service failed", 503))) is errors.ServerError


@pytest.mark.parametrize(
    ("name", "base", "kind"),
    [
        ("APITimeoutError", Exception, errors.ProviderTimeoutError),
        ("ReadTimeout", Exception, errors.ProviderTimeoutError),
        ("Anything", TimeoutError, errors.ProviderTimeoutError),
        ("APIConnectionError", Exception, errors.ProviderConnectionError),
        ("RemoteProtocolError", Exception, errors.ProviderConnectionError),
        ("Anything", ConnectionResetError, errors.ProviderConnectionError),
    ],
)
def test_without_a_status_the_name_decides(name: str, base: type[Exception], kind: type[errors.ProviderError]) -> None:
    error = type(name, (base,), {})("x")
    assert type(found(error)) is kind
    assert found(error).may_be_billed


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyError("x"), KeyboardInterrupt(), AssertionError()])
def test_what_is_none_of_a_calls_stays_what_it_is(error: BaseException) -> None:
    assert found(error) is None


def test_ours_stay_as_they_are() -> None:
    error = errors.RateLimitError("x")
    assert found(error) is error


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0), ({"retry-after": "0.5"}, 0.5), ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "0"}, 0.0), ({"retry-after": "-1"}, None), ({"retry-after": "soon"}, None), ({}, None),
        ({"retry-after": "nan"}, None), ({"retry-after": "inf"}, None), ({"retry-after": ""}, None),
    ],
)  # fmt: skip
def test_the_wait_that_the_provider_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert found(APIStatusError("slow", 429, headers)).retry_after == seconds


def test_the_wait_may_be_a_date() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        for delta, seconds in ((90, 90.0), (-5, 0.0)):
            written = format_datetime(now + timedelta(seconds=delta), usegmt=True)
            assert found(APIStatusError("slow", 429, {"retry-after": written})).retry_after == seconds


def test_the_id_of_the_request_is_kept_for_the_provider_s_support() -> None:
    assert found(APIStatusError("x", 500, {"x-request-id": "req_1"})).request_id == "req_1"
    assert found(APIStatusError("x", 500, {"request-id": "req_2"})).request_id == "req_2"
    assert found(APIStatusError("x", 500)).request_id is None


# ---- no secrets


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_no_key_of_any_shape_is_in_a_message(key: str, way: str) -> None:
    for error in (APIStatusError(way.format(key), 401), GoogleError(way.format(key), 403)):
        failure = found(error)
        for shown in (str(failure), repr(failure), str(copy.copy(failure)), repr(pickle.dumps(failure))):
            assert key not in shown
            assert key[8:] not in shown, "nor most of one"


@pytest.mark.parametrize(
    "text",
    [
        "model: claude-sonnet-4-5-20250929 is not available in us-east-1",
        "max_tokens: 100000 > 64000, which is the maximum for this model",
        "messages.0.content.1.image.source.base64.data: invalid",
        "Rate limit reached for gpt-5.5 in organization on tokens per min (TPM): Limit 30000, Used 29000",
    ],
)
def test_what_is_no_key_stays_readable(text: str) -> None:
    assert text in str(found(APIStatusError(text, 400)))


def test_messages_are_short_and_one_line() -> None:
    text = str(found(APIStatusError("a line\n" * 1_000, 500)))
    assert "\n" not in text
    assert len(text) < 800


def test_a_key_that_has_no_known_shape_is_hidden_too() -> None:
    provider = Outward(api_key="hunter2!", answers=[APIStatusError("wrong key hunter2! given", 401)])
    with pytest.raises(errors.AuthenticationError) as caught:
        provider.complete("hi")
    assert "hunter2" not in str(caught.value)
    assert isinstance(caught.value.__cause__, APIStatusError), "the original is kept"


def test_keys_are_in_no_repr_record_or_log(acme: PricingService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    records: list[object] = []
    key = KEYS["anthropic"]

    def fail(record: object) -> None:
        records.append(record)
        raise RuntimeError("the ledger is down")

    provider = MockProvider("able", acme, api_key=key, on_call=fail, answers=["a", APIStatusError(f"bad {key}", 401)],
                            retries=Retries(attempts=1))  # fmt: skip
    provider.complete("hi")
    with pytest.raises(errors.AuthenticationError) as caught:
        provider.complete("hi")
    shown = " ".join([repr(provider), str(provider), str(caught.value), *map(repr, records)])
    assert key not in shown
    assert "the ledger is down" in caplog.text
    assert key not in "".join(record.getMessage() for record in caplog.records)
