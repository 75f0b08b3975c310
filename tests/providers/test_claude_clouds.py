"""Claude on Amazon Bedrock and on Vertex AI: the SDK's own clients for them, over a real socket."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from fakes.anthropic import AnthropicServer, message, stream_of
from fakes.server import Answer, FakeServer

from ai_models import errors
from ai_models.providers.classification import SignalCategory
from ai_models.providers.claude_provider import BedrockClaudeProvider, VertexClaudeProvider
from ai_models.providers.response import Response
from ai_models.providers.retrying import NO_RETRIES
from ai_models.registry.provider_registry import ProviderRegistry, get_provider

FEATURE = '{"category": "feature_request", "confidence": 0.93, "evidence": "Need SSO"}'


def bedrock(server: FakeServer, model: str = "claude-sonnet-4.6", **options: Any) -> BedrockClaudeProvider:
    settings = {"api_key": "bedrock-key", "aws": {"aws_region": "us-east-1"}, "base_url": server.url, "retries": NO_RETRIES}
    return BedrockClaudeProvider(model, **{**settings, **options})


def vertex(server: FakeServer, model: str = "claude-sonnet-4.6", **options: Any) -> VertexClaudeProvider:
    place = {"region": "us-east5", "project_id": "acme"}
    settings = {"api_key": "token", "google": place, "base_url": server.url, "retries": NO_RETRIES}
    return VertexClaudeProvider(model, **{**settings, **options})


def frames(events: list[object], **failure: str) -> bytes:
    """Events in AWS's binary framing, and an exception at the end where one is given."""
    written = [
        _frame(
            {":message-type": "event", ":event-type": "chunk", ":content-type": "application/json"},
            {"bytes": base64.b64encode(json.dumps(event[1]).encode()).decode()},  # type: ignore[index]
        )
        for event in events
    ]
    for kind, text in failure.items():
        headers = {":message-type": "exception", ":exception-type": kind, ":content-type": "application/json"}
        written.append(_frame(headers, {"message": text}))
    return b"".join(written)


def _frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    """Source: AWS's "Amazon event stream encoding": lengths, checksum, headers of type 7 (text), payload, checksum."""
    head = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
        for name, value in headers.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(head) + len(body), len(head))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + head + body
    return message + struct.pack("!I", zlib.crc32(message))


def streamed_by_aws(server: FakeServer, body: bytes) -> None:
    server.then(Answer(headers={"content-type": "application/vnd.amazon.eventstream"}, chunks=(body,), is_stream=True))


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", "us.anthropic.claude-sonnet-4-6"),
        ("eu-west-1", "eu.anthropic.claude-sonnet-4-6"),
        ("ap-northeast-1", "jp.anthropic.claude-sonnet-4-6"),
        ("ap-southeast-2", "au.anthropic.claude-sonnet-4-6"),
        ("ap-south-1", "apac.anthropic.claude-sonnet-4-6"),
        ("ca-central-1", "global.anthropic.claude-sonnet-4-6"),
        ("us-gov-west-1", "anthropic.claude-sonnet-4-6"),
        ("", "global.anthropic.claude-sonnet-4-6"),
    ],
)
def test_a_bare_name_means_the_inference_profile_of_the_region(region: str, expected: str) -> None:
    assert BedrockClaudeProvider("claude-sonnet-4.6", aws={"aws_region": region}).model_id == expected


def test_an_identifier_of_bedrocks_own_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert BedrockClaudeProvider("anthropic.claude-sonnet-4-6").model_id == "anthropic.claude-sonnet-4-6"
    assert BedrockClaudeProvider("claude-sonnet-4.6").model_id == "eu.anthropic.claude-sonnet-4-6"
    assert BedrockClaudeProvider("claude-next-99").model_id == "claude-next-99"


def test_bedrock_is_asked_at_its_own_path_and_priced_at_its_own_rates(anthropic_server: AnthropicServer) -> None:
    with bedrock(anthropic_server) as provider:
        response = provider.complete("Hello?", max_tokens=100, temperature=0.5)
    asked = anthropic_server.requests[0]
    assert asked.path == "/model/us.anthropic.claude-sonnet-4-6/invoke"
    assert asked.headers["authorization"] == "Bearer bedrock-key"
    assert asked.json["anthropic_version"]
    assert "model" not in asked.json
    assert (asked.json["temperature"], response.provider, response.text) == (0.5, "amazon-bedrock", "Hello from Claude.")
    assert response.cost is not None
    assert response.cost.total > 0


def test_bedrock_signs_with_the_keys_that_it_is_given(anthropic_server: AnthropicServer) -> None:
    keys = {"aws_region": "us-east-1", "aws_access_key": "AKIAEXAMPLE", "aws_secret_key": "secret"}
    with bedrock(anthropic_server, api_key=None, aws=keys) as provider:
        provider.complete("Hello?", max_tokens=100)
        assert "AKIAEXAMPLE" not in repr(provider)
    assert "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/" in anthropic_server.requests[0].headers["authorization"]


def test_bedrocks_binary_streams_are_read_alike(anthropic_server: AnthropicServer) -> None:
    reply = message("A streamed answer.", usage={"output_tokens": 44})
    provider = bedrock(anthropic_server)
    for _ in range(3):
        streamed_by_aws(anthropic_server, frames(stream_of(reply)))
    inside = provider.complete("Hello?", max_tokens=64_000)
    streamed = list(provider.stream("Hello?"))[-1].response

    async def asynchronously() -> Response | None:
        async with provider:
            return [event async for event in provider.astream("Hello?")][-1].response

    again = asyncio.run(asynchronously())
    for response in (inside, streamed, again):
        assert response is not None
        assert (response.text, response.cost) == ("A streamed answer.", inside.cost)
        assert response.usage is not None
        assert response.usage.output_tokens == 44
    assert anthropic_server.requests[0].path == "/model/us.anthropic.claude-sonnet-4-6/invoke-with-response-stream"


def test_an_exception_in_bedrocks_stream_is_one_of_ours(anthropic_server: AnthropicServer) -> None:
    streamed_by_aws(anthropic_server, frames(stream_of(message("Hm."))[:3], throttlingException="Too many requests"))
    with bedrock(anthropic_server) as provider, pytest.raises(errors.RateLimitError):
        list(provider.stream("Hello?"))


def test_what_bedrock_lacks_is_said(anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with bedrock(anthropic_server) as provider:
        with pytest.raises(NotImplementedError, match="does not count"):
            provider.count_tokens("Hello?")
        with pytest.raises(errors.InvalidRequestError, match="no service tiers"):
            provider.complete("Hello?", service_tier="priority")
        provider.complete("Hello?", service_tier="standard", max_tokens=5)
    assert "service_tier" not in anthropic_server.requests[0].json
    monkeypatch.setitem(__import__("sys").modules, "botocore.parsers", None)
    with bedrock(anthropic_server) as provider, pytest.raises(errors.MissingExtraError, match=r"\[bedrock\]"):
        list(provider.stream("Hello?"))


def test_vertex_is_asked_at_its_own_path(anthropic_server: AnthropicServer) -> None:
    with vertex(anthropic_server) as provider:
        response = provider.complete("Hello?", max_tokens=100)
        streamed = list(provider.stream("Hello?"))[-1].response
    base = "/projects/acme/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-6"
    assert [request.path for request in anthropic_server.requests] == [f"{base}:rawPredict", f"{base}:streamRawPredict"]
    assert anthropic_server.requests[0].headers["authorization"] == "Bearer token"
    assert streamed is not None
    assert streamed.text == response.text == "Hello from Claude."
    assert (response.provider, response.cost is None) == ("google-vertex", False)
    assert streamed.cost == response.cost


def test_vertex_counts_tokens_at_a_path_of_its_own(anthropic_server: AnthropicServer) -> None:
    anthropic_server.answer({"input_tokens": 9})
    with vertex(anthropic_server) as provider:
        assert provider.count_tokens("Hello?") == 9
        with pytest.raises(errors.InvalidRequestError, match="no service tiers"):
            provider.complete("Hello?", service_tier="priority")
    assert anthropic_server.requests[0].path.endswith("/models/count-tokens:rawPredict")


def test_vertex_without_anybodys_credentials_is_an_authentication_error(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(**_: object) -> None:
        from google.auth.exceptions import DefaultCredentialsError

        raise DefaultCredentialsError("Your default credentials were not found.")

    monkeypatch.setattr("google.auth.default", find)
    with vertex(anthropic_server, api_key=None) as provider, pytest.raises(errors.AuthenticationError):
        provider.complete("Hello?", max_tokens=5)


def test_vertex_without_googles_library_says_what_to_install(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "google.auth", None)
    with vertex(anthropic_server, api_key=None) as provider, pytest.raises(errors.MissingExtraError, match=r"\[vertex\]"):
        provider.complete("Hello?", max_tokens=5)


@pytest.mark.parametrize("make", [bedrock, vertex])
def test_a_text_is_classified_there_too(anthropic_server: AnthropicServer, make: Any) -> None:
    anthropic_server.says(FEATURE)
    with make(anthropic_server) as provider:
        result = provider.classify("Need SSO integration")
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.cost > 0


@pytest.mark.parametrize("make", [bedrock, vertex])
def test_failures_there_are_ours_too(anthropic_server: AnthropicServer, make: Any) -> None:
    anthropic_server.fails(403, "permission_error", "no access to the model")
    with make(anthropic_server) as provider, pytest.raises(errors.PermissionDeniedError) as caught:
        provider.complete("Hello?", max_tokens=5)
    assert provider.display_name in str(caught.value)


def test_a_region_that_nobody_has_named_is_said(anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(errors.InvalidRequestError, match="aws_region"):
        bedrock(anthropic_server, aws={}).complete("Hello?", max_tokens=5)
    with pytest.raises(errors.InvalidRequestError, match="region"):
        vertex(anthropic_server, google={}).complete("Hello?", max_tokens=5)


def test_a_login_or_a_project_that_nobody_has_is_said(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_VERTEX_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    with (
        bedrock(anthropic_server, api_key=None) as provider,
        pytest.raises(errors.AuthenticationError, match="needs a login, and AWS's own tools find none"),
    ):
        provider.complete("Hello?", max_tokens=5)
    with (
        vertex(anthropic_server, google={"region": "us-east5"}) as provider,
        pytest.raises(errors.InvalidRequestError, match="set ANTHROPIC_VERTEX_PROJECT_ID"),
    ):
        provider.complete("Hello?", max_tokens=5)


@pytest.mark.parametrize(("make", "extra"), [(bedrock, "bedrock"), (vertex, "vertex")])
def test_without_the_sdk_one_line_installs_all_that_a_cloud_needs(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch, make: Any, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anthropic", None)
    with make(anthropic_server) as provider, pytest.raises(errors.MissingExtraError, match=rf"\[{extra}\]"):
        provider.complete("Hello?", max_tokens=5)


def test_they_are_found_by_name() -> None:
    assert ProviderRegistry.get("bedrock") is BedrockClaudeProvider
    assert ProviderRegistry.get("vertex-claude") is VertexClaudeProvider
    assert isinstance(get_provider("bedrock:claude-sonnet-4.6"), BedrockClaudeProvider)
