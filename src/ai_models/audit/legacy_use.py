"""Findings about the old packages: imports of them, uses of what differs now, texts that name them, and they themselves."""

from __future__ import annotations

import ast
import os
import re
from typing import Final

from ai_models.audit.comments import comment_spans
from ai_models.audit.embedded_imports import EmbeddedImport, embedded_imports
from ai_models.audit.findings import Confidence
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.imports import Import, Imports
from ai_models.audit.legacy import LEGACY, MODULES, STRONG, WEAK, LegacyName, canonical, full_name, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage, LegacyTree
from ai_models.audit.python_names import called_name, literal_span
from ai_models.audit.python_source import PythonSource, dotted, text_of
from ai_models.audit.second_hand import passed_on, second_hand_uses
from ai_models.audit.spans import Span

__all__ = [
    "IMPORTERS",
    "LEGACY_HINT",
    "is_reference",
    "legacy_imports",
    "legacy_name",
    "legacy_use",
    "packages_of",
    "read_embedded_imports",
    "read_legacy",
    "read_legacy_text",
]

_NAMES: Final = "|".join(sorted(STRONG | {"ModelSpec", "get_provider"}))
LEGACY_HINT: Final = re.compile(
    rf"models\.registry|providers\.(?:base|factory|claude)|\b(?:{_NAMES})\b|\bProvider\.(?:ANTHROPIC|OPENAI|GOOGLE)\b|"
    r"(?:models|providers)[ \t]+import[ \t(]+(?:registry|base|factory|claude)\b".encode()
)
"""Where bytes may have to do with the old packages."""

_REFERENCE: Final = re.compile(
    r"(?<![\w.])(?:[A-Za-z_]\w*\.)*?(?:models(?:\.registry)?|providers(?:\.(?:base|factory|claude))?)[.:](?:"
    + _NAMES
    + r")\b(?:\.\w+)*"
)
_MODULE_TEXT: Final = re.compile(r"(?:[A-Za-z_]\w*\.)*(?:models\.registry|providers\.(?:base|factory|claude))")
_MODULE_OF_TEXT: Final = re.compile(
    r"(?:[A-Za-z_]\w*\.)*?(?:models(?:\.registry)?|providers(?:\.(?:base|factory|claude))?)(?=[.:]|$)"
)
_PARENT_OF_TEXT: Final = re.compile(r"^(?:[A-Za-z_]\w*\.)*?(?=(?:models|providers)\b)")
_LONGEST_REFERENCE: Final = 200
_PARTS_OF_MODULE: Final = 2
IMPORTERS: Final = frozenset({"import_module", "__import__", "find_spec", "reload", "importorskip", "resolve_name"})
"""Functions that take the name of a module."""

_SPEC_FIELDS: Final = frozenset({"api_identifier", "input_price_per_1m", "output_price_per_1m", "context_window_input"})
_PROVIDER_MEMBERS: Final = frozenset({"ANTHROPIC", "OPENAI", "GOOGLE"})


def read_legacy(gathered: Gathered, judge: Judge, python: PythonSource, imports: Imports) -> None:
    """Report what a Python file has to do with the old packages; nothing but itself within one of them."""
    inside = judge.legacy.around(gathered.path)
    if inside is not None:
        if os.path.abspath(gathered.path) == os.path.abspath(inside.home):
            _report_package(gathered, python, inside.place)
        return
    held = legacy_imports(judge, python, imports, gathered.path)
    for each in held:
        _report_import(gathered, python, each, held)
    _report_uses(gathered, python, imports, held)
    gathered.passed_on = passed_on(python, imports, held, judge.doors)
    for node, row, door in second_hand_uses(python, imports, judge.doors) if judge.doors else ():
        if row.differs:
            _report_use(gathered, python, node, row, door)
    _report_texts(gathered, judge, python)


def _report_package(gathered: Gathered, python: PythonSource, place: str) -> None:
    definitions = python.either(ast.ClassDef, ast.FunctionDef)
    names = [node for node in definitions if node.name in STRONG | WEAK and python.parents[node] is python.tree]
    if not names:
        return
    first = min(names, key=lambda node: node.lineno)
    name = os.path.basename(place)
    start = python.source.text.index(first.name, python.source.node_offsets(first)[0])
    gathered.report(
        "AIM404",
        python.source.span(start, start + len(first.name)),
        first.name,
        f"this is the old package {name}, which ai_models takes the place of",
        hint=LEGACY[name].instead,
        facts={"package": name, "place": place},
    )


# Imports


def legacy_imports(judge: Judge, python: PythonSource, imports: Imports, path: str) -> dict[Import, str]:
    """The imports that lead to the old packages, each with the full old name (or module) that it binds.

    An import counts where the audited tree holds the old package at its end; where the tree holds another package of that
    name it does not; and where the tree holds neither, what is imported and how it is used decide.
    """
    found: dict[Import, str] = {}
    unsure: dict[Import, str] = {}
    for each in imports.all:
        name = legacy_name(each)
        if name is None:
            continue
        verdict = _verdict(judge, each, path)
        if verdict or (verdict is None and _speaks_for_itself(each, name)):
            found[each] = name
        elif verdict is None:
            unsure[each] = name
    for each, name in unsure.items():
        if _is_used_as_of_old(python, imports, each, name, beside=found):
            found[each] = name
    return dict(sorted(found.items(), key=lambda pair: (pair[0].node.lineno, pair[0].alias.col_offset)))


def legacy_name(each: Import) -> str | None:
    """The full old name that an import would bind, if it led to the old packages; None where it cannot."""
    module = legacy_module(each.module)
    if not each.name:
        return module[1] if module else None
    if module is not None:
        return module[1] if each.name == "*" else canonical(module[1], each.name)
    inner = legacy_module(f"{each.module}.{each.name}" if each.module else each.name)
    return inner[1] if inner is not None and each.name != "*" else None


def _verdict(judge: Judge, each: Import, path: str) -> bool | None:
    found = packages_of(judge.legacy, each, path)
    return any(package.is_legacy for package in found) if found else None


def packages_of(tree: LegacyTree, each: Import, path: str) -> list[LegacyPackage]:
    """The packages of the tree, of either name, that an import may lead to."""
    module = legacy_module(each.module) or legacy_module(f"{each.module}.{each.name}".strip("."))
    if module is None:
        return []
    if not each.level:
        return tree.find(*module, importer=path)
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(each.level - 1):
        folder = os.path.dirname(folder)
    written = legacy_module(f"{each.written}.{each.name}".strip(".")) or legacy_module(each.written)
    if written is None:  # from . import X within a package of the name: it is looked at by where it stands
        return tree.find("", module[1], importer=path, relative=os.path.dirname(folder))
    return tree.find("", written[1], importer=path, relative=os.path.join(folder, *filter(None, written[0].split("."))))


def _speaks_for_itself(each: Import, name: str) -> bool:
    last = name.rpartition(".")[2]
    return each.name != "*" and name not in MODULES and last in STRONG


def _is_used_as_of_old(
    python: PythonSource, imports: Imports, each: Import, name: str, *, beside: dict[Import, str]
) -> bool:
    """Whether an import that anybody might write is used in a way that only the old packages have."""
    package = name.partition(".")[0]
    if any(other.partition(".")[0] == package for other in beside.values()) and name not in MODULES:
        return True
    if each.name == "*":
        stored = {node.id for node in python.nodes(ast.Name) if isinstance(node.ctx, ast.Store)}
        used = {node.id for node in python.nodes(ast.Name) if isinstance(node.ctx, ast.Load)} - stored
        return not used.isdisjoint({known for known in STRONG if canonical(name, known)})
    return any(_tells(python, imports, node, each) for node in python.nodes(ast.Name) if node.id == each.local)


def _tells(python: PythonSource, imports: Imports, name: ast.Name, each: Import) -> bool:
    """Whether one use of a bound name tells that it is of old."""
    if imports.binding(name) is not each:
        return False
    node, row = legacy_use(python, name, each)
    parts = row.name.split(".") if row is not None else []
    if len(parts) <= _PARTS_OF_MODULE:
        return False  # the module itself, of which nothing is used here
    around = python.parents.get(node)
    match parts[_PARTS_OF_MODULE]:
        case "Provider":
            return isinstance(around, ast.Attribute) and around.attr in _PROVIDER_MEMBERS
        case "ModelSpec":
            return isinstance(around, ast.Call) and bool(_SPEC_FIELDS & {keyword.arg for keyword in around.keywords})
        case "get_provider":
            argument = text_of(around.args[0]) if isinstance(around, ast.Call) and around.args else None
            return argument is not None and argument.lower().startswith(("claude-", "gpt-", "gemini-"))
        case _:
            return True


def _report_import(gathered: Gathered, python: PythonSource, each: Import, held: dict[Import, str]) -> None:
    name = held[each]
    row = LEGACY[name]
    sure: Confidence = "high" if row.name.rpartition(".")[2] in STRONG or row.name in MODULES else "medium"
    what = "everything" if each.name == "*" else each.name or each.module
    gathered.report(
        "AIM401",
        python.source.node_span(each.alias),
        what,
        f"{what} is imported from the old package {_shown_module(each)}",
        hint=row.instead,
        confidence=sure,
        facts={
            "legacy": name,
            "module": each.module,
            "name": each.name,
            "local": each.local,
            "level": each.level,
            "target": row.target,
            "instead": row.instead,
            "differs": row.differs,
        },
    )


def _shown_module(each: Import) -> str:
    return "." * each.level + each.written or each.module


# Uses


def _report_uses(gathered: Gathered, python: PythonSource, imports: Imports, held: dict[Import, str]) -> None:
    if not held:
        return
    stars = [each for each in held if each.name == "*"]
    for name in python.nodes(ast.Name):
        if not isinstance(name.ctx, ast.Load):
            continue
        each = imports.binding(name)
        found = [each] if each in held else stars if each is None else []
        for bound in found:
            node, row = legacy_use(python, name, bound)
            if row is not None and row.differs:
                _report_use(gathered, python, node, row)
                break


def legacy_use(python: PythonSource, name: ast.Name, each: Import) -> tuple[ast.expr, LegacyName | None]:
    """What a use of an imported name means of old: the longest chain of attributes that has a row, and the row.

    ``models.registry.ModelRegistry.get_spec`` with ``import models.registry`` leads to the row of ``get_spec``.
    """
    parent, _ = legacy_module(each.module) or legacy_module(each.target) or ("", "")
    target = f"{each.module}.{name.id}" if each.name == "*" else each.target
    parts = target.split(".")
    nodes: list[ast.expr] = [name]
    while isinstance(outer := python.parents.get(nodes[-1]), ast.Attribute):
        nodes.append(outer)
        parts.append(outer.attr)
    skipped = len(parent.split(".")) if parent else 0
    own = len(target.split("."))
    for length in range(len(parts), max(own, skipped + 1) - 1, -1):
        full = full_name(".".join(parts[skipped:length]))
        shorter = full_name(".".join(parts[skipped : length - 1])) if length > skipped + 1 else None
        if full is not None and (full != shorter or length == own):
            return nodes[length - own], LEGACY[full]
    return name, None


def _report_use(gathered: Gathered, python: PythonSource, node: ast.expr, row: LegacyName, door: str = "") -> None:
    subject = dotted(node) or row.name
    gathered.report(
        "AIM402",
        python.source.node_span(node),
        subject,
        f"{subject}{f' (through {door})' if door else ''}: {row.differs}",
        hint=f"write {row.instead}" if not row.instead.startswith(("write", "read")) else row.instead,
        facts={"legacy": row.name, "target": row.target, "instead": row.instead, "differs": row.differs, "through": door},
    )


# Texts


def _report_texts(gathered: Gathered, judge: Judge, python: PythonSource) -> None:
    for node in python.strings:
        text = text_of(node) or ""
        if node in python.docstrings:
            continue
        if len(text) <= _LONGEST_REFERENCE and is_reference(judge, python, node, path=gathered.path):
            _report_text(gathered, text, literal_span(python, node, text), "high")
        programs = {each.written: each for each in embedded_imports(text, gathered.path, judge) if each.certain}
        for each in programs.values():
            _report_program(gathered, each, literal_span(python, node, text))


def is_reference(judge: Judge, python: PythonSource, node: ast.Constant, *, path: str) -> bool:
    """Whether a text is a dotted name of old: of something that only the old packages have, or where modules are named."""
    text = text_of(node) or ""
    if not (_REFERENCE.fullmatch(text) or _MODULE_TEXT.fullmatch(text)):
        return False
    module = legacy_module(_MODULE_OF_TEXT.match(text)[0])  # type: ignore[index]  # both patterns begin with it
    verdict = judge.legacy.verdict(*module, importer=path) if module is not None else False
    if verdict is False:
        return False
    if verdict or not STRONG.isdisjoint(re.split(r"[.:]", text)):
        return True
    call = python.parents.get(node)
    return isinstance(call, ast.Call) and called_name(call) in IMPORTERS


def read_legacy_text(gathered: Gathered, judge: Judge) -> None:
    """Report the old names in a configuration: entry points, loggers, settings."""
    for match in _REFERENCE.finditer(gathered.source.text):
        module = legacy_module(_MODULE_OF_TEXT.match(match[0])[0])  # type: ignore[index]  # the pattern begins with it
        if module is not None and judge.legacy.verdict(*module, importer=gathered.path) is not False:
            _report_text(gathered, match[0], gathered.source.span(match.start(), match.end()), "medium")


def read_embedded_imports(gathered: Gathered, judge: Judge) -> None:
    """Report the old packages in programs within another text: ``python -c 'from models.registry import …'``."""
    text = gathered.source.text
    is_comment = comment_spans(gathered.source, gathered.path)
    for each in embedded_imports(text, gathered.path, judge):
        if each.certain and not is_comment(each.offset):
            _report_program(gathered, each, gathered.source.span(each.place, each.place + len(each.written)))


def _report_program(gathered: Gathered, program: EmbeddedImport, span: Span) -> None:
    row, written = LEGACY[program.module], program.written
    gathered.report(
        "AIM403",
        span,
        written,
        f"a program in this text uses the old package {written}",
        hint=row.instead,
        confidence="medium",
        facts={"reference": written, "legacy": row.name, "target": row.target},
    )


def _report_text(gathered: Gathered, text: str, span: Span, confidence: Confidence) -> None:
    full = full_name(_PARENT_OF_TEXT.sub("", text.replace(":", "."), count=1))
    row = LEGACY.get(full or "")
    gathered.report(
        "AIM403",
        span,
        text,
        f"{text} names the old packages in a text",
        hint=row.instead if row else "write where it is in ai_models",
        confidence=confidence,
        facts={"reference": text, "legacy": row.name if row else None, "target": row.target if row else ""},
    )
