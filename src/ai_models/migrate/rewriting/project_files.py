"""What is to be done in the files that say how a tree is built and what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.outcome import OldSite
from ai_models.migrate.rewriting.packages import OldModule

__all__ = ["project_remarks"]

_BUILD: Final = re.compile(r"(?:^|/)(?:pyproject\.toml|setup\.(?:py|cfg))$")
_NEEDS: Final = re.compile(
    r"^\s*(?:dependencies\s*=|install_requires\b)|^[A-Za-z][\w.-]*\s*(?:\[[\w, ]*\])?\s*[<>=~!]=", re.MULTILINE
)
_OURS: Final = re.compile(r"\bai[-_]models[-_]catalog\b")
_LEGACY: Final = re.compile(r"\bai[-_]models[-_]legacy\b")
_SHOWN: Final = 12


def project_remarks(contents: Mapping[str, bytes], gone: Sequence[OldModule], old: Sequence[OldSite]) -> Iterator[Remark]:
    """What a reader has to do besides.

    Args:
        contents: the files that were read, by their paths.
        gone: the old modules that the migration removes.
        old: the places that go on with old names.
    """
    files = {path: data.decode("utf-8", "replace") for path, data in contents.items() if _BUILD.search(path)}
    top = sorted({each.package.dotted for each in gone if not each.is_copy})
    for path, text in files.items():
        yield from _listed_packages(path, text, top)
    needs = {path: data.decode("utf-8", "replace") for path, data in contents.items() if _states_needs(path)}
    if gone and not any(_OURS.search(text) for text in needs.values()):
        path, line = _where(needs)
        yield _manual(path, line, "the tree needs ai-models-catalog now", "add ai-models-catalog to its dependencies")
    if old and not any(_LEGACY.search(text) for text in needs.values()):
        path, line = _where(needs)
        yield _manual(
            path, line, _needs_legacy(old), "add ai-models-legacy to its dependencies until they are rewritten by hand"
        )


def _states_needs(path: str) -> bool:
    return bool(_BUILD.search(path)) or bool(re.search(r"(?:^|/)requirements[\w.-]*\.txt$", path))


def _needs_legacy(old: Sequence[OldSite]) -> str:
    places = list(dict.fromkeys(f"{site.path}:{site.line}" for site in old))
    shown = ", ".join(places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "")
    what = "1 place that goes" if len(places) == 1 else f"{len(places):,} places that go"
    return f"ai-models-legacy is needed for {what} on with old names: {shown}"


def _listed_packages(path: str, text: str, gone: Iterable[str]) -> Iterator[Remark]:
    """Lists of packages that name one that goes."""
    for match in re.finditer(r"\b(?:packages|py_modules|py-modules)\b[^\n]*", text):
        named = [name for name in gone if re.search(rf"[\"']{name}[\"']", match[0])]
        if named:
            line = text.count("\n", 0, match.start()) + 1
            words = " and ".join(named)
            yield _manual(
                path, line, f"packages that will be gone are listed here: {words}", f"take {words} out of the list"
            )


def _where(files: Mapping[str, str]) -> tuple[str, int]:
    """The first line that states what the tree needs."""
    for path in sorted(files, key=lambda each: (each.count("/"), each)):
        match = _NEEDS.search(files[path])
        if match is not None:
            return path, files[path].count("\n", 0, match.start()) + 1
    return next(iter(sorted(files)), "pyproject.toml"), 0


def _manual(path: str, line: int, message: str, advice: str) -> Remark:
    return Remark(kind="manual", path=path, line=line, rule="project", message=message, advice=advice)
