"""``ProviderRegistry``: provider classes by name; registered, built in, OpenAI-compatible, or from a plugin.

What is built in and what a plugin brings is imported when it is asked for by name, never before: importing this package
loads no SDK, and a plugin that fails to import breaks nothing but itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from ai_models.catalog.problems import nearest
from ai_models.errors import InvalidRequestError, ModelNotFoundError, PluginError, ProviderNotFoundError
from ai_models.registry.model_registry import ModelRegistry

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from ai_models.providers.base import LLMProvider

__all__ = ["BUILT_IN", "ENTRY_POINTS", "ProviderRegistry", "get_provider", "load_plugin", "plugins"]

ENTRY_POINTS = "ai_models.providers"
"""The group of entry points in which other distributions announce their providers."""

_Class = TypeVar("_Class", bound="type[Any]")

BUILT_IN: dict[str, tuple[str, tuple[str, ...]]] = {
    "claude": ("ai_models.providers.claude_provider:ClaudeProvider", ("anthropic",)),
    "gpt": ("ai_models.providers.openai_provider:OpenAIProvider", ("openai",)),
    "gemini": ("ai_models.providers.google_provider:GoogleProvider", ("google",)),
    "mock": ("ai_models.providers.mock:MockProvider", ()),
    "azure": ("ai_models.providers.openai_provider:AzureOpenAIProvider", ("azure-openai",)),
    "bedrock": ("ai_models.providers.claude_provider:BedrockClaudeProvider", ("amazon-bedrock",)),
    "vertex-claude": ("ai_models.providers.claude_provider:VertexClaudeProvider", ()),
    "vertex": ("ai_models.providers.google_provider:VertexProvider", ("google-vertex",)),
}
"""The providers that ship: where the class of each is, and the other names that it answers to."""


class _Registered(NamedTuple):
    """A class with every name that it answers to; the first is its own."""

    provider: type[LLMProvider]
    names: tuple[str, ...]


class ProviderRegistry:
    """Provider classes by name, in any case; one for the process, safe to share between threads."""

    _registered: ClassVar[dict[str, _Registered]] = {}
    _lock: ClassVar[threading.RLock] = threading.RLock()

    @classmethod
    def register(
        cls,
        name: str,
        provider_class: type[LLMProvider] | None = None,
        *,
        aliases: tuple[str, ...] | list[str] = (),
        replace: bool = False,
    ) -> Callable[[_Class], _Class]:
        """Register a class under a name and aliases: as a decorator, or with the class as the second argument.

        Raises:
            InvalidRequestError: a name is taken and ``replace`` is False, or is no name.
        """
        names = tuple(dict.fromkeys(_folded(each) for each in (name, *aliases)))
        if unusable := [each for each in names if ":" in each]:
            raise InvalidRequestError(f"{unusable[0]!r} is no name that `name:model` could use")

        def decorate(provider: _Class) -> _Class:
            cls._add(provider, names, replace=replace)
            return provider

        if provider_class is not None:
            cls._add(provider_class, names, replace=replace)
        return decorate

    @classmethod
    def _add(cls, provider: type[LLMProvider], names: tuple[str, ...], *, replace: bool) -> None:
        if not isinstance(provider, type):
            raise InvalidRequestError(f"a provider is registered as a class, found {provider!r:.80}")
        with cls._lock:
            shipped = {*_built_in_names(), *import_module("ai_models.providers.endpoints").SHIPPED}
            taken = [name for name in names if name in cls._registered or name in shipped]
            if taken and not replace:
                raise InvalidRequestError(
                    f"{', '.join(taken)} is registered already; replace=True puts this class in its place"
                )
            for name in names:
                cls._registered[name] = _Registered(provider, names)

    @classmethod
    def get(cls, name: str) -> type[LLMProvider]:
        """The class of a provider.

        Raises:
            ProviderNotFoundError: nobody has this name; it carries the nearest ones.
            PluginError: the plugin that announces it cannot be imported.
        """
        folded = _folded(name)
        with cls._lock:
            found = cls._registered.get(folded)
        if found is not None:
            return found.provider
        return _find_elsewhere(folded, name)

    @classmethod
    def list_providers(cls) -> list[str]:
        """Every name under which ``get`` finds something, plugins included; nothing is imported for it."""
        with cls._lock:
            return sorted({*cls._registered, *_built_in_names(), *_endpoints(), *plugins()})

    @classmethod
    def registered(cls) -> list[tuple[type[LLMProvider], tuple[str, ...]]]:
        """The classes that were registered in this process, each with its names, its own first."""
        with cls._lock:
            return list(dict.fromkeys((entry.provider, entry.names) for entry in cls._registered.values()))

    @classmethod
    def unregister(cls, name: str) -> None:
        """Forget a registered class under all its names; what is built in shows again.

        Raises:
            ProviderNotFoundError: nothing was registered under this name.
        """
        folded = _folded(name)
        with cls._lock:
            found = cls._registered.get(folded)
            if found is None:
                raise ProviderNotFoundError(name, role="registered provider", known=sorted(cls._registered))
            for each in found.names:
                if (other := cls._registered.get(each)) is not None and other.provider is found.provider:
                    del cls._registered[each]

    @classmethod
    @contextmanager
    def swapped(cls, name: str, provider: type[LLMProvider]) -> Iterator[None]:
        """Put a class in the place of another within a block, under all names of that one: for tests."""
        folded = _folded(name)
        with cls._lock:
            names = _names_of(folded, cls._registered)
            before = {each: cls._registered.get(each) for each in names}
            cls._registered.update(dict.fromkeys(names, _Registered(provider, names)))
        try:
            yield
        finally:
            with cls._lock:
                for each, was in before.items():
                    if was is not None:
                        cls._registered[each] = was
                    else:
                        cls._registered.pop(each, None)


def get_provider(name: str, enable_caching: bool = True, **options: Any) -> LLMProvider:  # noqa: FBT001, FBT002 as of old
    """A provider object for a model: ``claude-sonnet``, ``gpt-5.5``, ``groq:llama-3.3-70b-versatile``, or ``mock``.

    ``provider:id`` names who serves it; a bare name means its maker. A provider's name alone gives one without a model.
    Options are those of ``LLMProvider``.

    Raises:
        ProviderNotFoundError: no provider here serves it.
        ModelNotFoundError: no model answers to the name.
    """
    _folded(name)  # anything but a text is refused here
    provider, separator, model = name.partition(":")
    if separator and _is_known(provider):
        return ProviderRegistry.get(provider)(model, enable_caching=enable_caching, **options)
    if _is_at_hand(_folded(name)):
        return ProviderRegistry.get(name)(enable_caching=enable_caching, **options)
    try:
        spec = ModelRegistry.get_spec(name)
    except ModelNotFoundError:
        if separator and (close := nearest(_folded(provider), known := ProviderRegistry.list_providers())):
            raise ProviderNotFoundError(provider, role="provider", known=known, suggestions=[close]) from None
        if _folded(name) not in plugins():
            raise
        return ProviderRegistry.get(name)(enable_caching=enable_caching, **options)
    return ProviderRegistry.get(spec.provider)(name, enable_caching=enable_caching, **options)


def plugins() -> Mapping[str, EntryPoint]:
    """What other distributions announce, by folded name; nothing of it is imported. Of two of one name the first counts."""
    from importlib.metadata import entry_points  # reads the metadata of every distribution: only when asked

    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=ENTRY_POINTS):
        if point.name.strip():  # a stranger's nameless one must not stop the others
            found.setdefault(_folded(point.name), point)
    return found


def load_plugin(name: str, point: EntryPoint) -> type[LLMProvider]:
    """The class that a plugin announces.

    Raises:
        PluginError: it cannot be imported, or is no class.
    """
    try:
        found = point.load()
    except (Exception, SystemExit) as error:  # whatever a stranger's module does, the others stay usable
        raise PluginError(name, where=point.value, reason=f"{type(error).__name__}: {error}") from error
    if not isinstance(found, type):
        raise PluginError(name, where=point.value, reason=f"it is no class but {type(found).__name__}")
    return found


def _folded(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise InvalidRequestError(f"a provider's name is a text, found {name!r}")
    return name.strip().casefold()


def _built_in_names() -> dict[str, str]:
    """Every built-in name, with where its class is."""
    return {each: where for name, (where, aliases) in BUILT_IN.items() for each in (name, *aliases)}


def _endpoints() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = import_module("ai_models.providers.endpoints").endpoints()
    return rows


def _names_of(name: str, registered: Mapping[str, _Registered]) -> tuple[str, ...]:
    if name in registered:
        return registered[name].names
    where = _built_in_names().get(name)
    return (name,) if where is None else tuple(each for each, other in _built_in_names().items() if other == where)


def _is_at_hand(folded: str) -> bool:
    """Whether a provider is registered, built in or an endpoint."""
    return folded in ProviderRegistry._registered or folded in _built_in_names() or folded in _endpoints()


def _is_known(name: str) -> bool:
    """Whether it is a provider's name; plugins are looked at last, because that reads every distribution's metadata."""
    folded = name.strip().casefold()
    return _is_at_hand(folded) or folded in plugins()


def _find_elsewhere(folded: str, name: str) -> type[LLMProvider]:
    """A class that nobody has registered: built in, an endpoint's, or a plugin's."""
    where = _built_in_names().get(folded)
    if where is not None:
        module, _, attribute = where.partition(":")
        built_in: type[LLMProvider] = getattr(import_module(module), attribute)
        return built_in
    if folded in _endpoints():
        compatible: type[LLMProvider] = import_module("ai_models.providers.compatible").provider_class(folded)
        return compatible
    announced = plugins()
    if folded in announced:
        return load_plugin(folded, announced[folded])
    known = ProviderRegistry.list_providers()
    close = nearest(folded, known)
    raise ProviderNotFoundError(name, role="provider", known=known, suggestions=[close] if close else [])
