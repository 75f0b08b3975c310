"""Which providers there are here, and what each of them still lacks: its SDK, its key, or a plugin that works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from ai_models.errors import PluginError
from ai_models.providers.redaction import without_secrets, without_user
from ai_models.registry.provider_registry import BUILT_IN, ProviderRegistry, load_plugin, plugins

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["SDK", "ProviderState", "inventory"]

Source = Literal["built in", "registered", "plugin", "endpoint"]


class SDK(Struct, frozen=True):
    """A distribution that a provider needs; ``version`` is None where it is not installed."""

    name: str
    version: str | None


class ProviderState(Struct, frozen=True, kw_only=True):
    """A provider and what is known of it here.

    ``key_variables`` are the environment variables in which its key may be, ``key_set`` those of them that are set; no
    value of any is ever read into this. ``has_key`` is None where no key is needed, or nobody says which.
    """

    name: str
    aliases: tuple[str, ...] = ()
    source: Source
    where: str
    """``module:Class``, or the address of an endpoint."""
    sdks: tuple[SDK, ...] = ()
    install: str | None = None
    """The line that installs what is missing."""
    key_variables: tuple[str, ...] = ()
    key_set: tuple[str, ...] = ()
    needs_key: bool = True
    error: str | None = None
    """Why it cannot be used."""

    @property
    def has_key(self) -> bool | None:
        """Whether a key is there."""
        return bool(self.key_set) if self.key_variables and self.needs_key else None


class _Needs(Struct, frozen=True):
    """What a built-in provider needs: distributions, the extra that brings them, and variables of keys.

    ``login`` says that the cloud's own tools may have left a login where the SDK finds it.
    """

    sdks: tuple[str, ...]
    extra: str
    variables: tuple[str, ...]
    login: bool = False


# Source: the SDKs' own clients, which read these variables.
_AWS = ("AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_PROFILE")
_GOOGLE = ("GOOGLE_APPLICATION_CREDENTIALS",)
_NEEDS = {
    "claude": _Needs(("anthropic",), "anthropic", ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")),
    "gpt": _Needs(("openai",), "openai", ("OPENAI_API_KEY",)),
    "gemini": _Needs(("google-genai",), "google", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "azure": _Needs(("openai",), "openai", ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN")),
    "bedrock": _Needs(("anthropic", "boto3"), "bedrock", _AWS, login=True),
    "vertex-claude": _Needs(("anthropic", "google-auth"), "vertex", _GOOGLE, login=True),
    "vertex": _Needs(("google-genai",), "google", _GOOGLE, login=True),
}
_NOTHING = _Needs((), "", ())


def inventory() -> list[ProviderState]:
    """Every provider: built in, registered, announced by plugins, and endpoints. Plugins are imported, SDKs are not.

    Raises:
        CatalogError: a file of endpoints in an overlay has problems.
    """
    return [*_built_in(), *_registered(), *_plugins(), *_endpoints()]


def _built_in() -> Iterator[ProviderState]:
    for name, (where, aliases) in BUILT_IN.items():
        needs = _NEEDS.get(name, _NOTHING)
        yield _state(name, aliases, "built in", where, needs, needs_key=not needs.login)


def _registered() -> Iterator[ProviderState]:
    for provider, names in ProviderRegistry.registered():
        where = f"{provider.__module__}:{provider.__qualname__}"
        yield ProviderState(name=names[0], aliases=names[1:], source="registered", where=where)


def _plugins() -> Iterator[ProviderState]:
    from ai_models.providers.endpoints import endpoints  # as below

    taken = dict.fromkeys(endpoints(), "an endpoint")
    taken |= {each: "a built-in provider" for name, (_, aliases) in BUILT_IN.items() for each in (name, *aliases)}
    for name, point in sorted(plugins().items()):
        error = f"the name {name} is taken by {taken[name]}" if name in taken else _fault(name, point)
        if ":" in name:
            error = f"{name} is no name that `name:model` could use"
        yield ProviderState(name=name, source="plugin", where=point.value, error=error)


def _fault(name: str, point: EntryPoint) -> str | None:
    try:
        load_plugin(name, point)
    except PluginError as error:
        return " ".join(without_secrets(error.reason).split())
    return None


def _endpoints() -> Iterator[ProviderState]:
    from ai_models.providers.endpoints import endpoints  # read when it is asked for: overlays may have added some

    known = endpoints()
    for name, row in known.items():
        if name == row.name:
            aliases = tuple(each for each, other in known.items() if other is row and each != name)
            needs = _Needs(("openai",), "openai", (row.key_variable,) if row.key_variable else ())
            yield _state(name, aliases, "endpoint", without_user(row.base_url), needs, needs_key=not row.keyless)


def _state(
    name: str, aliases: tuple[str, ...], source: Source, where: str, needs: _Needs, *, needs_key: bool = True
) -> ProviderState:
    sdks = tuple(SDK(each, _version(each)) for each in needs.sdks)
    missing = any(sdk.version is None for sdk in sdks)
    return ProviderState(
        name=name,
        aliases=aliases,
        source=source,
        where=where,
        sdks=sdks,
        install=f"pip install 'ai-models-catalog[{needs.extra}]'" if missing else None,
        key_variables=needs.variables,
        key_set=tuple(variable for variable in needs.variables if os.environ.get(variable, "").strip()),
        needs_key=needs_key,
    )


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
