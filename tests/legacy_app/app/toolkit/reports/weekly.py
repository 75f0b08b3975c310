"""The weekly page: one line a model."""

from ..models import registry as _registry
from ..providers.base import SignalCategory as Label


def model_lines():
    """Name and window of every model that the toolkit may use, by key."""
    lines = []
    for key in ("claude-haiku-4.5", "claude-sonnet-4.5", "gpt-4o"):
        spec = _registry.ModelRegistry.get_spec(key)
        if not spec:
            continue
        lines.append(f"{key}: {spec.name}, reads {spec.context_window_input:,} tokens")
    return lines


def retired(identifiers):
    """Those of the identifiers that must not be used any more."""
    return [each for each in identifiers if _registry.ModelRegistry.is_deprecated(each)]


def empty_page():
    return {label.value: 0 for label in Label}
