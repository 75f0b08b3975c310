"""The small catalogue, once for all tests of a process."""

from __future__ import annotations

import pytest
from small import small_service

from ai_models import PricingService


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> PricingService:
    return small_service(tmp_path_factory.mktemp("small"))
