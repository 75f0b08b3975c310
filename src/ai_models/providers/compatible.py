"""Providers of the endpoints that speak OpenAI's dialect: one class for each row of ``endpoints``."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from ai_models.catalog.problems import nearest
from ai_models.errors import NotFoundError, ProviderNotFoundError
from ai_models.providers.endpoints import Endpoint, endpoints
from ai_models.providers.openai_provider import OpenAICalls

__all__ = ["CompatibleProvider", "provider_class"]


class CompatibleProvider(OpenAICalls):
    """A model behind an endpoint that speaks OpenAI's dialect; the key is ``api_key`` or the endpoint's own variable.

    Nothing that the environment says of OpenAI is sent there: no key, no organization, no custom headers.
    """

    def _identify(self, model_id: str) -> str:
        """The endpoint's own identifier comes before any model's name: Ollama's ``mistral`` is no maker's."""
        catalog = self.pricing_service.catalog
        try:
            offering = catalog.offering(self.catalog_provider, model_id)
        except NotFoundError:
            return super()._identify(model_id)
        if offering.model is not None:
            self.spec = catalog.get_model(offering.model)
        return offering.id


def provider_class(name: str) -> type[CompatibleProvider]:
    """The class of an endpoint, the same one each time until its row changes.

    Raises:
        ProviderNotFoundError: no endpoint has this name.
    """
    rows = endpoints()
    row = rows.get(name.strip().casefold())
    if row is None:
        close = nearest(name, list(rows))
        raise ProviderNotFoundError(name, role="endpoint", known=sorted(rows), suggestions=[close] if close else [])
    return _class(msgspec.json.encode(row))


@lru_cache(maxsize=256)
def _class(encoded: bytes) -> type[CompatibleProvider]:
    row = msgspec.json.decode(encoded, type=Endpoint)
    name = "".join(part.capitalize() for part in re.split(r"\W+", row.name))
    attributes = {
        "__doc__": f"A model at {row.title}, through its API in OpenAI's dialect; see ``CompatibleProvider``.",
        "__module__": __name__,
        "endpoint": row,
        "catalog_provider": row.catalog_provider,
        "display_name": row.title,
    }
    return type(f"{name}Provider", (CompatibleProvider,), attributes)
