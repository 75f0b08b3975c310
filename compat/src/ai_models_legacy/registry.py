"""``ModelRegistry`` as callers know it: eight class attributes, and class methods on them."""

from __future__ import annotations

from types import FrameType
from typing import ClassVar, Generic, TypeVar

from ai_models_legacy import advice, frozen, roster
from ai_models_legacy.callsite import told
from ai_models_legacy.spec import ModelSpec, Provider

__all__ = ["ModelRegistry"]

_NAME = "models.registry.ModelRegistry"

T = TypeVar("T")


class _Attribute(Generic[T]):
    """A class attribute that tells its caller what to write instead."""

    name: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{_NAME}.{name}"

    def __get__(self, instance: object, owner: type | None = None) -> T:
        return self.value(told(self.name))

    def value(self, frame: FrameType | None) -> T:
        """What the attribute is, for a caller at the line of ``frame``."""
        raise NotImplementedError


class _Model(_Attribute[ModelSpec]):
    """A model of the roster, as the flag has it."""

    def __init__(self, key: str) -> None:
        self.key = key

    def value(self, frame: FrameType | None) -> ModelSpec:
        """The model."""
        return roster.model(self.key, frame)


class _Table(_Attribute[T]):
    """A table that never changed, unless its caller changes it."""

    def __init__(self, table: T) -> None:
        self.table = table

    def value(self, frame: FrameType | None) -> T:  # noqa: ARG002 nobody is warned of a table
        """The table itself."""
        return self.table


class ModelRegistry:
    """The models that the old registry called current: always the same eight, whatever became of them."""

    CLAUDE_SONNET_4_5: ClassVar[_Attribute[ModelSpec]] = _Model("claude-sonnet-4.5")
    CLAUDE_HAIKU_4_5: ClassVar[_Attribute[ModelSpec]] = _Model("claude-haiku-4.5")
    CLAUDE_OPUS_4_1: ClassVar[_Attribute[ModelSpec]] = _Model("claude-opus-4.1")
    GEMINI_2_5_PRO: ClassVar[_Attribute[ModelSpec]] = _Model("gemini-2.5-pro")
    GEMINI_2_5_FLASH: ClassVar[_Attribute[ModelSpec]] = _Model("gemini-2.5-flash")
    GEMINI_2_5_FLASH_LITE: ClassVar[_Attribute[ModelSpec]] = _Model("gemini-2.5-flash-lite")
    GPT_4O: ClassVar[_Attribute[ModelSpec]] = _Model("gpt-4o")
    GPT_4O_MINI: ClassVar[_Attribute[ModelSpec]] = _Model("gpt-4o-mini")

    VERIFICATION_SOURCES: ClassVar[_Attribute[dict[Provider, str]]] = _Table(frozen.VERIFICATION_SOURCES)
    _DEPRECATED: ClassVar[_Attribute[dict[str, str]]] = _Table(frozen.DEPRECATED)

    @classmethod
    def get_all_current_models(cls) -> dict[str, ModelSpec]:
        """The eight, by their keys."""
        told(f"{_NAME}.get_all_current_models")
        return {key: getattr(cls, attribute) for key, attribute in _ATTRIBUTES.items()}

    @classmethod
    def get_spec(cls, key: str) -> ModelSpec | None:
        """The model of a key; None where it is none of the eight."""
        known = key in _ATTRIBUTES
        frame = told(f"{_NAME}.get_spec", (lambda: advice.instead_of_spec(key)) if known else None)
        if known:
            roster.warn_of(key, frame)
        if getattr(cls.get_all_current_models, "__func__", None) is not _EIGHT:
            return cls.get_all_current_models().get(key)  # a subclass, or a test, has others
        return getattr(cls, _ATTRIBUTES[key]) if known else None

    @classmethod
    def get_by_provider(cls, provider: Provider) -> dict[str, ModelSpec]:
        """Those of the eight that a provider makes, by their keys."""
        told(f"{_NAME}.get_by_provider")
        return {key: spec for key, spec in cls.get_all_current_models().items() if spec.provider == provider}

    @classmethod
    def is_deprecated(cls, api_identifier: str) -> bool:
        """Whether the old registry had given an identifier up; what was retired since, it does not know."""
        told(f"{_NAME}.is_deprecated")
        return api_identifier in cls._DEPRECATED

    @classmethod
    def get_replacement(cls, identifier: str) -> str | None:
        """What the old registry advised instead of an identifier that it had given up; None for any other."""
        told(f"{_NAME}.get_replacement")
        return cls._DEPRECATED.get(identifier)

    @classmethod
    def get_recommended_model(cls, provider: Provider) -> ModelSpec:
        """Claude Sonnet 4.5, Gemini 2.5 Flash, GPT-4o: what was recommended in October 2025.

        Raises:
            KeyError: no provider.
        """
        frame = told(f"{_NAME}.get_recommended_model")
        key = frozen.RECOMMENDED[provider]
        roster.warn_of(key, frame)
        recommended: ModelSpec = getattr(cls, _ATTRIBUTES[key])
        return recommended

    @classmethod
    def verify_all_docs_accessible(cls) -> dict[Provider, bool]:
        """Whether each page of ``VERIFICATION_SOURCES`` answers a request, which is sent for it."""
        told(f"{_NAME}.verify_all_docs_accessible")
        from ai_models_legacy.documentation import is_accessible  # HTTP, which nothing else here needs

        return {provider: is_accessible(url) for provider, url in cls.VERIFICATION_SOURCES.items()}


_ATTRIBUTES = {attribute.key: name for name, attribute in vars(ModelRegistry).items() if isinstance(attribute, _Model)}
_EIGHT = ModelRegistry.get_all_current_models.__func__  # type: ignore[attr-defined] # a class method has its function
