"""Whether the vendors' pages are where we say they are."""

from models import ModelRegistry, ModelSpec  # noqa: F401  ModelSpec is here for the notebooks

from .vendors import label


def check_docs() -> "dict[str, bool]":
    """By vendor, whether its page answers. Goes over the network."""
    return {label(vendor): answers for vendor, answers in ModelRegistry.verify_all_docs_accessible().items()}


def unreachable() -> "list[str]":
    return sorted(name for name, answers in check_docs().items() if not answers)


def sources() -> "dict[str, str]":
    """By vendor, where to look when a number is in doubt."""
    return {label(vendor): url for vendor, url in ModelRegistry.VERIFICATION_SOURCES.items()}
