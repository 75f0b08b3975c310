"""Read a code base: the models, prices, limits and old imports in it, as findings, an inventory or a graph."""

from ai_models.audit.codes import CODES, Code
from ai_models.audit.findings import Edit, Finding, Fix, ModelUse, PriceFound, Service
from ai_models.audit.runner import Options, Report, Standard, audit
from ai_models.audit.spans import Span

__all__ = [
    "CODES",
    "Code",
    "Edit",
    "Finding",
    "Fix",
    "ModelUse",
    "Options",
    "PriceFound",
    "Report",
    "Service",
    "Span",
    "Standard",
    "audit",
]
