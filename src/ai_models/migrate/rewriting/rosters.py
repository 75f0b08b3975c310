"""Which models an old registry lists as its current ones: the original eight, or what a copy of it says instead."""

from __future__ import annotations

import ast
from collections.abc import Callable

from msgspec import Struct

from ai_models.audit.python_source import PythonSource, text_of
from ai_models.migrate.rewriting.outcome import New, Piece
from ai_models.registry.original import LEGACY_MODELS

__all__ = ["ORIGINAL", "Roster", "roster_of"]

_METHOD = "get_all_current_models"


class Roster(Struct, frozen=True):
    """The keys of a roster in their order; None where they cannot be read, or the catalogue lacks one of them."""

    keys: tuple[str, ...] | None

    @property
    def is_original(self) -> bool:
        """Whether it is the eight of the original."""
        return self.keys == LEGACY_MODELS

    def pieces(self, quoted: Callable[[str], str]) -> tuple[Piece, ...] | None:
        """The keys as code, each ``quoted`` as the place of the code has it; None where they are not known."""
        if self.keys is None:
            return None
        if self.is_original:
            return (New("LEGACY_MODELS"),)
        listed = ", ".join(map(quoted, self.keys))
        return (f"({listed}{',' if len(self.keys) == 1 else ''})",)

    @property
    def described(self) -> str:
        """What it is, in a sentence."""
        count = len(self.keys or ())
        return "the original roster of eight" if self.is_original else f"the roster of {count} that this copy has"


ORIGINAL = Roster(LEGACY_MODELS)


def roster_of(python: PythonSource | None, is_known: Callable[[str], bool]) -> Roster:
    """The roster of an old registry, by what its method returns; the original where the registry is not in the tree."""
    if python is None:
        return ORIGINAL
    methods = [each for each in python.nodes(ast.FunctionDef) if each.name == _METHOD]
    if len(methods) != 1:
        return ORIGINAL
    returned = [each.value for each in ast.walk(methods[0]) if isinstance(each, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0], ast.Dict):
        return Roster(None)
    keys = tuple(text_of(key) or "" for key in returned[0].keys)
    return Roster(keys) if all(key and '"' not in key and is_known(key) for key in keys) else Roster(None)
