"""What a provider's calls cost, and the identifier by which the catalogue prices them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from ai_models.errors import AIModelsError, NotFoundError, PricingIncompleteError
from ai_models.pricing.usage import Usage
from ai_models.providers.metrics import ProviderMetrics
from ai_models.providers.request import Request
from ai_models.registry.pricing_service import PricingService

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.cost import Cost

__all__ = ["Costing"]


class Costing:
    """A model at a provider, as the catalogue knows and prices it."""

    catalog_provider: ClassVar[str] = ""
    """The provider's name in the catalogue, where prices and identifiers are looked up."""

    model: str = ""
    """The name that was asked for, as the old interface called it."""
    model_id: str = ""
    """The identifier that the provider knows the model by."""
    spec: ModelSpec | None = None
    """What the catalogue knows of the model; None where it does not know it, and nothing can be checked."""
    _metrics: ProviderMetrics

    def __new__(cls, *_arguments: Any, **_options: Any) -> Self:
        """Begin to count: a subclass of the old interface may have a constructor of its own that calls none of ours."""
        provider = super().__new__(cls)
        provider._metrics = ProviderMetrics()
        return provider

    def __init__(self, model_id: str, pricing_service: PricingService | None) -> None:
        """Find the model; one that the catalogue does not know is called by the name given."""
        self.pricing_service = PricingService() if pricing_service is None else pricing_service
        if model_id:
            self.model = model_id
        self.model_id = self._identify(model_id)

    def _identify(self, model_id: str) -> str:
        """The identifier that the provider knows the model by."""
        catalog = self.pricing_service.catalog
        if not model_id:
            return model_id
        try:
            self.spec = catalog.get_model(model_id)
        except NotFoundError:
            return model_id  # perhaps newer than the catalogue: it is called by the name given, unchecked
        if self.catalog_provider and self.catalog_provider != self.spec.provider:
            try:
                served = catalog.offerings(provider=self.catalog_provider, model=self.spec.key)
            except NotFoundError:
                return model_id  # a provider that the catalogue does not know, such as a server of one's own
            identifiers = [offering.id for offering in served]
            if model_id in identifiers or not identifiers:
                return model_id
            plain = self.spec.api_identifier
            return plain if plain in identifiers else min(identifiers, key=len)  # regions and variants make names longer
        return self.spec.api_identifier

    def _priced_at(self) -> str | None:
        """The provider whose price holds; None is the maker's own."""
        if self.spec is not None and self.catalog_provider == self.spec.provider:
            return None
        return self.catalog_provider or None

    def _cost(self, request: Request, usage: Usage | None, warnings: list[str]) -> Cost | None:
        """The price of a usage; None where there is none, for pricing never fails a call."""
        if usage is None or not self.model_id:
            return None
        tier = request.service_tier if usage.service_tier is None else None  # what the response reports wins
        try:
            return self.pricing_service.price(self.model_id, usage, provider=self._priced_at(), service_tier=tier)
        except AIModelsError as error:
            warnings.append(f"no cost: {error}")
            return None

    def calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """What a request with these totals costs; ``cached_tokens`` are those of the input that were read from a cache.

        Raises:
            PricingIncompleteError: a rate is unknown.
            NotFoundError: the model or its price is.
        """
        return self._calculate_cost(input_tokens, output_tokens, cached_tokens)

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """The old interface's name for ``calculate_cost``; an old subclass overrides it, and may call this one."""
        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
        cost = self.pricing_service.price(self.model_id, usage, provider=self._priced_at())
        if cost.unpriced:
            raise PricingIncompleteError(self.model_id, meter=cost.unpriced[0], known=[line.meter for line in cost.lines])
        return float(cost)

    def get_metrics(self) -> ProviderMetrics:
        """What this object has done so far."""
        return self._metrics

    def reset_metrics(self) -> None:
        """Begin to count anew."""
        self._metrics = ProviderMetrics()
