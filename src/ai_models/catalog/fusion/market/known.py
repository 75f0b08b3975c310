"""The models that are known so far, found by any spelling that the naming table joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from ai_models.catalog.fusion.market.folding import fold, loose
from ai_models.models.base import Alias

__all__ = ["CLASSES", "Key", "KnownModels", "Model", "class_of"]

Key = tuple[str, str]
"""Maker and model id."""

CLASSES = frozenset({"embedding", "rerank", "moderation", "transcription", "speech", "image", "video"})
"""Modes in which no chat model is sold; every other mode counts as chat."""

_NAMED = (
    ("embed", "embedding"),
    ("rerank", "rerank"),
    ("bge-", "embedding"),
    ("imagen-", "image"),
    ("dall-e", "image"),
    ("veo-", "video"),
    ("moderation", "moderation"),
    ("whisper", "transcription"),
    ("transcribe", "transcription"),
    ("tts", "speech"),
)


def class_of(mode: str | None, name: str = "") -> str | None:
    """What kind of model a mode is, or a name shows; None where neither does."""
    if mode is not None:
        return mode if mode in CLASSES else "chat"
    return next((kind for word, kind in _NAMED if word in name.casefold()), None)


class Model(Struct, kw_only=True):
    """A model that some rule makes: its key, its names, and the offerings and rows that state its facts."""

    maker: str
    model_id: str
    name: str = ""
    kind: str | None = None
    aliases: list[str | Alias] = []
    own_rows: list[str] = []
    """Keys of rows in which the maker states facts of it."""
    pricing_ref: str | None = None
    curated: bool = False
    base: str | None = None
    """Its id in models.dev's base models."""
    organisation: str | None = None
    """The identifier under which its weights are published."""

    @property
    def key(self) -> Key:
        """Maker and model id."""
        return self.maker, self.model_id

    @property
    def path(self) -> str:
        """``maker/model_id``."""
        return f"{self.maker}/{self.model_id}"


class KnownModels:
    """Finds models by maker and spelling: exactly as folded, then with or without an ending of tuned models."""

    def __init__(self, tuned: Iterable[str]) -> None:
        self.models: dict[Key, Model] = {}
        self._tuned = tuple(sorted((f"-{fold(ending)}" for ending in tuned), key=len, reverse=True))
        self._exact: dict[tuple[str, str], Key] = {}
        self._plain: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._loose: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._anywhere: dict[str, set[Key]] = defaultdict(set)

    def add(self, model: Model, names: Iterable[str] = ()) -> Model:
        """Make a model known under its id and further names."""
        self.models[model.key] = model
        for name in (model.model_id, *names):
            self.name(model.key, name)
        return model

    def name(self, key: Key, name: str) -> None:
        """One more spelling of a model; the first model that bears a spelling keeps it."""
        folded = fold(name)
        if self._exact.setdefault((key[0], folded), key) == key:
            self._plain[key[0], self.untuned(folded)].add(key)
            self._loose[key[0], loose(folded)].add(key)
            self._anywhere[folded].add(key)

    def untuned(self, folded: str) -> str:
        """A key without the endings of tuned models."""
        while ending := next((end for end in self._tuned if folded.endswith(end) and folded != end), None):
            folded = folded[: -len(ending)]
        return folded

    def exact(self, maker: str, name: str) -> Model | None:
        """The maker's model of this very name, as folded."""
        key = self._exact.get((maker, fold(name)))
        return None if key is None else self.models[key]

    def tuned(self, maker: str, name: str) -> Model | None:
        """The one model of the maker that has this name but for an ending of tuned models."""
        keys = self._plain.get((maker, self.untuned(fold(name))), set())
        return self.models[next(iter(keys))] if len(keys) == 1 else None

    def reordered(self, maker: str, name: str) -> Model | None:
        """The one model of the maker whose name has these words in another order."""
        keys = self._loose.get((maker, loose(fold(name))), set())
        return self.models[next(iter(keys))] if len(keys) == 1 else None

    def anywhere(self, name: str) -> Model | None:
        """The one model of any maker of this very name; a name without a number is too common to say whose it is."""
        keys = self._anywhere.get(fold(name), set()) if any(letter.isdigit() for letter in name) else set()
        return self.models[next(iter(keys))] if len(keys) == 1 else None
