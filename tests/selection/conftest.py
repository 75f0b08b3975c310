"""The made-up catalogues, once for all tests of a process."""

from __future__ import annotations

import pytest
from shop import shop_service
from small import small_service

from ai_models import PricingService


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> PricingService:
    return small_service(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PricingService:
    return shop_service(tmp_path_factory.mktemp("shop"))
