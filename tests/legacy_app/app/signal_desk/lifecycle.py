"""Identifiers that should not be in anybody's configuration any more."""

from typing import Iterable, List

from models.registry import ModelRegistry


def outdated(identifiers: Iterable[str]) -> List[str]:
    """Those that are deprecated, in their order."""
    return [each for each in identifiers if ModelRegistry.is_deprecated(each)]


def advice(identifier: str) -> str:
    """What to do about an identifier."""
    replacement = ModelRegistry.get_replacement(identifier)
    if not replacement:
        return "nothing to do"
    return replacement


def warn(identifiers: Iterable[str]) -> List[str]:
    return [f"{each} is deprecated: {advice(each)}" for each in outdated(identifiers)]


def known_deprecated() -> List[str]:
    """Everything that we ever moved away from."""
    return sorted(ModelRegistry._DEPRECATED)  # there is no public way to ask


def is_one_word_advice(identifier: str) -> bool:
    """Whether the advice can be put into a configuration as it is; ours are sentences."""
    return " " not in (ModelRegistry.get_replacement(identifier) or "")
