"""The familiar doors to the models of the process-wide catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Generic, TypeVar

from ai_models.catalog.catalog import SEARCHED
from ai_models.catalog.default import default_catalog
from ai_models.errors import NotFoundError
from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.models.capabilities import ModelCapability

__all__ = ["CurrentModels", "ModelRegistry", "find_models_with_capabilities", "get_model"]

D = TypeVar("D")


class _Absent(Enum):
    """Tells "no default was given" from a default of None."""

    ABSENT = 0


class _Missing(Generic[D]):
    """Stands for a model that nobody knows, with the answer that the caller wants then."""

    def __init__(self, default: D) -> None:
        self.default = default


_LEAVING = frozenset({ModelStatus.DEPRECATED, ModelStatus.RETIRED})


class CurrentModels(Mapping[str, ModelSpec]):
    """Current models by id; a lookup takes every name that leads to one of them."""

    def __init__(self, specs: Iterable[ModelSpec]) -> None:
        self._specs = {spec.model_id: spec for spec in specs}

    def __getitem__(self, name: str) -> ModelSpec:
        """The current model of this name; KeyError where the name means none, or one that is not current."""
        spec = self._specs.get(name)
        if spec is not None:
            return spec
        if not isinstance(name, str):
            raise KeyError(name)
        try:
            return self._specs[default_catalog().get_model(name).model_id]
        except NotFoundError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self._specs)

    def __len__(self) -> int:
        """How many models there are."""
        return len(self._specs)

    def __repr__(self) -> str:
        """The ids; specifications are long."""
        return f"CurrentModels({', '.join(self._specs)})"


def get_model(name: str, *, at: date | datetime | None = None) -> ModelSpec:
    """The model that a name means; see ``Catalog.get_model``.

    Raises:
        ModelNotFoundError: no model answers to the name; it carries suggestions.
        AmbiguousModelError: several makers claim it.
    """
    return default_catalog().get_model(name, at=at)


def find_models_with_capabilities(
    required: Iterable[ModelCapability | str],
    preferred: Iterable[ModelCapability | str] | None = None,
    *,
    status: Collection[ModelStatus | str] | None = None,
    at: date | datetime | None = None,
) -> list[ModelSpec]:
    """The models that support everything required, those with more of the preferred first, then the cheaper ones.

    Active and preview models are considered unless ``status`` says otherwise. An unknown capability is not supported.
    """
    return default_catalog().find_models_with_capabilities(required, preferred, status=status, at=at)


class ModelRegistry:
    """Models by name; every method answers from the process-wide catalogue."""

    @classmethod
    def get_spec(cls, name: str, default: D | _Absent = _Absent.ABSENT) -> ModelSpec | D:
        """The model of this name, or ``default`` where one is given and no model answers.

        Raises:
            ModelNotFoundError: no model answers and no default was given.
            AmbiguousModelError: several makers claim the name; a default does not hide that.
        """
        if isinstance(default, _Absent):
            return default_catalog().get_model(name)
        found = default_catalog().find_model(name)
        return default if found is None else found

    @classmethod
    def get_specs(cls, names: Iterable[str]) -> dict[str, ModelSpec]:
        """The models of these names, by name: a roster of one's own, which stays what it is whatever becomes of the models.

        Raises:
            TypeError: one text instead of several.
            ModelNotFoundError, AmbiguousModelError: as ``get_spec``.
        """
        if isinstance(names, str):
            raise TypeError(f"names are several texts, found one: {names!r}")
        return {name: cls.get_spec(name) for name in names}

    @classmethod
    def get_all_current_models(cls) -> CurrentModels:
        """The models that can still be called: active, preview and deprecated ones, by id."""
        return CurrentModels(default_catalog().models(status=[*SEARCHED, ModelStatus.DEPRECATED]))

    @classmethod
    def list_models(
        cls,
        *,
        maker: str | None = None,
        provider: str | None = None,
        status: Collection[ModelStatus | str] | None = None,
        capabilities: Iterable[ModelCapability | str] = (),
        family: str | None = None,
        min_context: int | None = None,
    ) -> list[ModelSpec]:
        """The models that satisfy every filter, retired ones included unless ``status`` says otherwise."""
        return default_catalog().models(
            maker=maker, provider=provider, status=status, capabilities=capabilities, family=family, min_context=min_context
        )

    @classmethod
    def get_by_provider(cls, provider: str) -> dict[str, ModelSpec]:
        """The models that a provider sells, by id; retired ones included."""
        return {spec.model_id: spec for spec in default_catalog().models(provider=provider)}

    @classmethod
    def is_deprecated(cls, name: str, default: D | _Absent = _Absent.ABSENT) -> bool | D:
        """Whether the model is deprecated or retired now; ``default`` where one is given and no model answers.

        Raises:
            as ``get_spec``.
        """
        spec = cls.get_spec(name) if isinstance(default, _Absent) else cls.get_spec(name, _Missing(default))
        return spec.default if isinstance(spec, _Missing) else spec.status in _LEAVING

    @classmethod
    def get_replacement(cls, name: str, default: D | _Absent = _Absent.ABSENT) -> str | D | None:
        """The model that its maker names first as the successor; None where none is named.

        ``default`` is answered where one is given and no model answers to the name.

        Raises:
            as ``get_spec``.
        """
        spec = cls.get_spec(name) if isinstance(default, _Absent) else cls.get_spec(name, _Missing(default))
        return spec.default if isinstance(spec, _Missing) else next(iter(spec.lifecycle.replacement), None)
