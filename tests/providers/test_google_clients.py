"""Who calls Google, and where: keys, addresses, Vertex AI, and the SDK itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import google.auth.exceptions
import google.oauth2.credentials
import pytest
from fakes.google import GoogleServer, blocked

from ai_models import errors
from ai_models.providers import Tool
from ai_models.providers.google_provider import GoogleProvider, VertexProvider
from ai_models.providers.google_sdk import key_of
from ai_models.providers.retrying import NO_RETRIES
from ai_models.registry.provider_registry import ProviderRegistry, get_provider

MODEL = "gemini-3.8-flash"
TOKEN = "ya29.a0AfH6SMBx-abcdefghijklmnopqrstuvwxyz0123456789"  # noqa: S105 nobody's


def key(given: str | None = None) -> str:
    return key_of(given, provider="Google", model=MODEL)


@pytest.fixture
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GEMINI_API_KEY": "gemini"}, "gemini"),
        ({"GOOGLE_API_KEY": "google"}, "google"),
        ({"GOOGLE_API_KEY": "same ", "GEMINI_API_KEY": "same"}, "same"),
        ({"GOOGLE_API_KEY": "", "GEMINI_API_KEY": "gemini"}, "gemini"),
    ],
)
def test_the_key_comes_from_either_variable(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert key() == expected
    assert key("given") == "given"


def test_of_two_different_keys_the_sdks_choice_is_used_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "google-key")
    monkeypatch.setenv("GEMINI_API_KEY", "gemini-key")
    with pytest.warns(UserWarning, match="GOOGLE_API_KEY is used") as caught:
        assert key() == "google-key"
    assert "-key" not in str(caught[0].message)


def test_a_call_without_a_key_says_which_variable_to_set() -> None:
    with pytest.raises(errors.AuthenticationError, match="set GOOGLE_API_KEY or GEMINI_API_KEY"):
        GoogleProvider(MODEL).complete("Hi.")

    async def ask() -> None:
        await GoogleProvider(MODEL).acomplete("Hi.")

    with pytest.raises(errors.AuthenticationError):
        asyncio.run(ask())


def test_the_gemini_api_is_called_whatever_the_environment_says_of_vertex(
    google_server: GoogleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "some-project")
    monkeypatch.setenv("GOOGLE_API_KEY", "a-key")
    with GoogleProvider(MODEL, base_url=google_server.url) as provider:
        provider.complete("Hi.")
    assert google_server.requests[0].path == f"/v1/models/{MODEL}:generateContent"


def test_the_clients_own_timeout_is_the_providers(google_server: GoogleServer) -> None:
    async def ask(provider: GoogleProvider) -> None:
        async with provider:
            await provider.acomplete("Hi.")

    with GoogleProvider(MODEL, api_key="a-key", base_url=google_server.url, timeout=41) as provider:
        provider.complete("Hi.")
        provider.complete("Hi.", timeout=7)
    asyncio.run(ask(GoogleProvider(MODEL, api_key="a-key", base_url=google_server.url, timeout=41)))
    assert [request.headers["x-server-timeout"] for request in google_server.requests] == ["41", "7", "41"]


def test_without_the_sdk_the_error_is_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.genai", None)
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'ai-models-catalog\[google\]'"):
        GoogleProvider(MODEL, api_key="a-key").complete("Hi.")


def test_aiohttp_is_not_used_where_it_is_installed(google_server: GoogleServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from google.genai import _api_client

    monkeypatch.setattr(_api_client, "has_aiohttp", True)
    provider = GoogleProvider(MODEL, api_key="a-key", base_url=google_server.url)

    async def ask() -> Any:
        async with provider:
            return (await provider.acomplete("Hi.")).text, provider._async_client._client._api_client._use_aiohttp()

    assert asyncio.run(ask()) == ("Hello from Gemini.", False)


def test_a_provider_is_made_without_the_sdk() -> None:
    script = (
        "import sys\n"
        "from ai_models.providers.google_provider import GoogleProvider, VertexProvider\n"
        "GoogleProvider('gemini-3.8-flash', api_key='a-key'), VertexProvider('gemini-3.8-flash')\n"
        "print('google.genai' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False"]


def test_the_registry_knows_both_by_all_their_names() -> None:
    assert ProviderRegistry.get("gemini") is ProviderRegistry.get("google") is GoogleProvider
    assert ProviderRegistry.get("vertex") is ProviderRegistry.get("google-vertex") is VertexProvider
    assert isinstance(get_provider(MODEL), GoogleProvider)
    assert GoogleProvider().spec is not None


# ---- Vertex AI


def vertex(server: GoogleServer, model: str = MODEL, **options: Any) -> VertexProvider:
    where = {
        "project": "our-project",
        "location": "europe-west4",
        "credentials": google.oauth2.credentials.Credentials(token=TOKEN),
    }
    return VertexProvider(model, **{"vertex": where, "base_url": server.url, "retries": NO_RETRIES, **options})


def test_vertex_is_called_in_a_project_and_priced_as_vertex(google_server: GoogleServer) -> None:
    google_server.says("Hello from Vertex.", usage={"trafficType": "ON_DEMAND"})
    del google_server.reply["usageMetadata"]["serviceTier"]
    google_server.headers = {}
    provider = vertex(google_server)
    with provider:
        response = provider.complete("Hi.")
    asked = google_server.requests[0]
    assert asked.path == (
        f"/v1beta1/projects/our-project/locations/europe-west4/publishers/google/models/{MODEL}:generateContent"
    )
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert (response.text, response.provider) == ("Hello from Vertex.", "google-vertex")
    assert response.usage is not None
    assert response.usage.service_tier == "ON_DEMAND"
    assert response.cost is not None
    assert response.cost.total > 0
    assert TOKEN not in repr(provider)


def test_vertex_streams_and_counts(google_server: GoogleServer) -> None:
    async def ask() -> list[str]:
        async with vertex(google_server) as provider:
            return [event.text async for event in provider.astream("Hi.") if event.kind == "text"]

    assert "".join(asyncio.run(ask())) == "Hello from Gemini."
    with vertex(google_server) as provider:
        assert provider.count_tokens("Hi.", system="Be brief.", tools=[Tool("clock")]) > 0
    body = google_server.requests[-1].json
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert [next(iter(tool)) for tool in body["tools"]] == ["functionDeclarations"]


def test_vertex_says_more_of_how_an_answer_ended(google_server: GoogleServer) -> None:
    google_server.says(finish="MALFORMED_FUNCTION_CALL", message="Malformed function call: clock(")
    with vertex(google_server) as provider:
        response = provider.complete("Hi.")
    assert response.finish_reason == "other"
    assert "the answer ended because of MALFORMED_FUNCTION_CALL: Malformed function call: clock(" in response.warnings
    google_server.reply = blocked("MODEL_ARMOR")
    google_server.reply["promptFeedback"]["blockReasonMessage"] = "Blocked by our template."
    with vertex(google_server) as provider, pytest.raises(errors.ContentFilterError, match=r"MODEL_ARMOR \(Blocked by"):
        provider.complete("Hi.")


@pytest.mark.parametrize(
    ("status", "name", "expected"),
    [(401, "UNAUTHENTICATED", errors.AuthenticationError), (429, "RESOURCE_EXHAUSTED", errors.RateLimitError)],
)
def test_a_failure_of_vertex_is_one_of_ours(
    google_server: GoogleServer, status: int, name: str, expected: type[errors.ProviderError]
) -> None:
    google_server.fails(status, name, f"Refused: {TOKEN}")
    with vertex(google_server) as provider, pytest.raises(expected) as caught:
        provider.complete("Hi.")
    assert TOKEN not in f"{caught.value!r} {caught.value}"


class Refusing(google.oauth2.credentials.Credentials):
    """Credentials that cannot be renewed."""

    error: Exception = google.auth.exceptions.RefreshError("the token has expired")

    def refresh(self, request: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (google.auth.exceptions.RefreshError("the token has expired"), errors.AuthenticationError),
        (google.auth.exceptions.TransportError("no route to host"), errors.ProviderConnectionError),
    ],
)
def test_credentials_that_cannot_be_had_are_one_of_ours(
    google_server: GoogleServer, error: Exception, expected: type[errors.ProviderError]
) -> None:
    refusing = Refusing(token=None)
    refusing.error = error
    where = {"project": "our-project", "location": "global", "credentials": refusing}
    with vertex(google_server, vertex=where) as provider, pytest.raises(expected) as caught:
        provider.complete("Hi.")
    assert caught.value.__cause__ is error
    assert google_server.requests == []


def test_vertex_in_express_mode_needs_only_a_key(google_server: GoogleServer) -> None:
    with vertex(google_server, vertex=None, api_key="express-key") as provider:
        provider.complete("Hi.")
    assert google_server.requests[0].headers["x-goog-api-key"] == "express-key"
    assert google_server.requests[0].path == f"/v1beta1/publishers/google/models/{MODEL}:generateContent"


def test_models_of_others_on_vertex_are_refused_with_where_to_go() -> None:
    with pytest.raises(errors.InvalidRequestError, match="use VertexClaudeProvider"):
        VertexProvider("claude-sonnet-4.5")
    assert not hasattr(VertexProvider(MODEL), "submit_batch")
