"""The models that the desk may pick from, by the names that people use in the channel."""

from models.registry import *  # noqa: F401,F403 all eight, and whatever comes next

DESK = {
    "sonnet": CLAUDE_SONNET,  # noqa: F405
    "haiku": CLAUDE_HAIKU,  # noqa: F405
    "opus": CLAUDE_OPUS,  # noqa: F405
    "gemini pro": GEMINI_PRO,  # noqa: F405
    "gemini flash": GEMINI_FLASH,  # noqa: F405
    "gemini lite": GEMINI_FLASH_LITE,  # noqa: F405
    "4o": GPT_4O,  # noqa: F405
    "4o mini": GPT_4O_MINI,  # noqa: F405
}


def names() -> list:
    """What people may write, longest name first so that "4o mini" is not read as "4o"."""
    return sorted(DESK, key=len, reverse=True)


def find(text: str):
    """The model that a sentence names, or None."""
    lowered = text.lower()
    return next((DESK[name] for name in names() if name in lowered), None)


def table() -> str:
    """The roster as text."""
    rows = [f"{name:<13}{spec.name:<22}{spec.context_window_input:>10,}" for name, spec in DESK.items()]
    return "\n".join(rows)


def newest_check() -> "date":  # noqa: F821 an annotation only
    """When somebody last looked at the vendors' pages."""
    return max(spec.last_verified for spec in DESK.values())


def is_on_the_roster(key: str) -> bool:
    return key in ModelRegistry.get_all_current_models()  # noqa: F405
