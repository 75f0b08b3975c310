"""Where the application uses its old packages, found by walking its syntax trees: what ``callsites.yaml`` is held against.

This is no part of the product and knows nothing of it: it reads imports, follows the names that they bind, and says what
happens to each. It is written for the application alone: names that are bound twice in one scope are not told apart.

Run as a program it prints what the list has to say, for whoever has changed the application and will read the difference.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from workshop import APP

__all__ = ["OLD_FOLDERS", "Site", "Source", "sites", "sources"]

OLD_FOLDERS = ("models", "providers", "toolkit/models", "toolkit/providers")
"""The old packages themselves: their imports of each other are listed, what they do with them is not."""

_DOOR = "signal_desk.llm"
"""The module that passes old names on under the same names."""

_MODULE = re.compile(r"(?:toolkit\.)?(?:models(?:\.registry)?|providers(?:\.(?:base|factory|claude))?)(?![^.])")
_IN_STRING = re.compile(r"(?:toolkit\.)?(?:models|providers)(?:\.\w+)+")
_MAGIC = re.compile(r"^(?:%\w+|!\w+) ?")
_MEMBERS = ("ModelRegistry", "Provider", "SignalCategory")
"""Classes whose attributes are names of their own."""

_PARENTS: dict[type[ast.AST], str] = {
    ast.Assign: "assigned",
    ast.Attribute: "attribute",
    ast.BoolOp: "or",
    ast.ClassDef: "base",
    ast.Compare: "compared",
    ast.MatchValue: "pattern",
    ast.NamedExpr: "walrus",
    ast.Return: "returned",
    ast.UnaryOp: "not",
    ast.arguments: "default",
    ast.comprehension: "iterated",
    ast.keyword: "argument",
}
_ASKED_AT_ONCE = ("or", "not", "walrus", "compared")

Site = dict[str, Any]
"""An entry of ``callsites.yaml``."""


@dataclass(frozen=True)
class Source:
    """Python source: a file, or a cell of a notebook (counted from 1)."""

    file: str
    text: bytes
    cell: int | None = None

    @property
    def key(self) -> str:
        """The file, with the cell where it is one of a notebook."""
        return self.file if self.cell is None else f"{self.file}#{self.cell}"

    @property
    def is_old(self) -> bool:
        """Whether it is part of the old packages."""
        return self.file.startswith(tuple(f"{folder}/" for folder in OLD_FOLDERS))


def sources() -> Iterator[Source]:
    """Every Python file of the application, and every code cell of its notebooks."""
    for path in sorted(APP.rglob("*.py")):
        yield Source(path.relative_to(APP).as_posix(), path.read_bytes())
    for path in sorted(APP.rglob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
            if cell["cell_type"] == "code":
                text = "".join(_MAGIC.sub("", line) for line in cell["source"])
                yield Source(path.relative_to(APP).as_posix(), text.encode(), number)


def sites() -> dict[str, dict[str, list[Site]]]:
    """By file or cell: legacy imports, uses of what they bind, and strings that name old modules; in the order of lines."""
    found: dict[str, dict[str, list[Site]]] = {}
    of_notebooks: dict[str, dict[str, str]] = {}
    for source in sources():
        names = of_notebooks.setdefault(source.file, {}) if source.cell is not None else {}
        walk = _Walk(source, names)
        kinds = {"imports": walk.imports, "uses": walk.uses, "strings": walk.strings}
        listed = {kind: sorted(each, key=lambda site: site["line"]) for kind, each in kinds.items() if each}
        if listed:
            found[source.key] = listed
    return found


class _Walk:
    """One pass over a source, in which every node knows its parent."""

    def __init__(self, source: Source, names: dict[str, str]) -> None:
        """``names`` are those that earlier cells of a notebook have bound; those of this one are added to them."""
        self._source = source
        self._tree = ast.parse(source.text)
        self._lines = source.text.decode("latin-1").splitlines()  # only looked at for ASCII signs
        self._parents = {child: node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)}
        self._bound: dict[ast.AST, dict[str, str]] = {self._tree: names}
        self.imports = [site for node in ast.walk(self._tree) for site in self._imported(node)]
        self.uses = [] if source.is_old else list(self._used(self._tree, None))
        self.strings = [] if source.is_old else [site for node in ast.walk(self._tree) for site in self._named(node)]

    # ---- what comes in

    def _imported(self, node: ast.AST) -> Iterator[Site]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _MODULE.fullmatch(alias.name):
                    first = alias.name.split(".")[0]
                    self._bind(node, {alias.asname: alias.name} if alias.asname else {first: first})
                    named = {"as": alias.asname} if alias.asname else {}
                    yield {"line": node.lineno, "module": alias.name, **named, "styles": self._styles(node)}
        elif isinstance(node, ast.ImportFrom):
            module = self._absolute(node)
            bound = _bound_by(node, module)
            if bound:
                self._bind(node, bound)
                names = [alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in node.names]
                yield {"line": node.lineno, "module": module, "names": names, "styles": self._styles(node)}

    def _absolute(self, node: ast.ImportFrom) -> str:
        package = self._source.file.split("/")[:-1]
        start = package[: len(package) - node.level + 1] if node.level else []
        return ".".join([*start, *([node.module] if node.module else [])])

    def _bind(self, node: ast.AST, names: Mapping[str, str]) -> None:
        bound = self._bound.setdefault(self._scope(node), {})
        bound.update({name: dotted for name, dotted in names.items() if name not in bound})  # a fallback comes second

    def _styles(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        """Everything about an import that a tool which moves it must get right."""
        above = [type(each) for each in self._ancestors(node)]
        text = self._lines[node.lineno - 1 : node.end_lineno]
        passed_on = self._passed_on()
        facts = {
            "alias": any(alias.asname for alias in node.names),
            "backslash": text[0].rstrip().endswith("\\"),
            "comment": any("#" in line for line in text),
            "from": isinstance(node, ast.ImportFrom),
            "import": isinstance(node, ast.Import),
            "in-function": ast.FunctionDef in above,
            "in-try": ast.Try in above,
            "in-with": ast.With in above,
            "notebook": self._source.cell is not None,
            "parenthesised": isinstance(node, ast.ImportFrom) and "(" in text[0],
            "re-export": any((alias.asname or alias.name) in passed_on for alias in node.names),
            "relative": isinstance(node, ast.ImportFrom) and node.level > 0,
            "second-hand": isinstance(node, ast.ImportFrom) and self._absolute(node) == _DOOR,
            "semicolon": self._shares_its_line(node),
            "several": len(node.names) > 1,
            "star": node.names[0].name == "*",
            "submodule": isinstance(node, ast.ImportFrom)
            and any(_MODULE.fullmatch(dotted) for dotted in _bound_by(node, self._absolute(node)).values()),
            "type-checking": any("TYPE_CHECKING" in ast.dump(each.test) for each in self._ifs_above(node)),
        }
        return [style for style, holds in facts.items() if holds]

    def _passed_on(self) -> list[str]:
        for node in self._tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" and not self._source.is_old:
                return list(ast.literal_eval(node.value))
        return []

    def _ifs_above(self, node: ast.AST) -> list[ast.If]:
        return [each for each in self._ancestors(node) if isinstance(each, ast.If)]

    def _shares_its_line(self, node: ast.stmt) -> bool:
        simple = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
        return any(isinstance(each, simple) and each.lineno == node.lineno and each is not node for each in self._parents)

    # ---- what is done with it

    def _used(self, node: ast.AST, kind: str | None) -> Iterator[Site]:
        dotted = self._dotted(node)
        if dotted is not None:
            yield self._use(node, dotted, kind)
            return
        for child in ast.iter_child_nodes(node):
            if child not in (getattr(node, "annotation", None), getattr(node, "returns", None)):
                yield from self._used(child, kind)
            elif isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield from self._in_quoted_annotation(child, child.value)
            else:
                yield from self._used(child, "annotation")

    def _in_quoted_annotation(self, node: ast.Constant, text: str) -> Iterator[Site]:
        parsed = ast.parse(text, mode="eval")
        self._parents |= dict.fromkeys(ast.walk(parsed), node)
        for site in self._used(parsed, "quoted annotation"):
            yield {**site, "line": node.lineno}

    def _dotted(self, node: ast.AST) -> str | None:
        """What a chain of attributes stands for, where its first name was bound by a legacy import."""
        rest: list[str] = []
        while isinstance(node, ast.Attribute):
            rest.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store):
            return None
        bound = self._meaning(node)
        return None if bound is None else ".".join([bound, *rest])

    def _meaning(self, node: ast.Name) -> str | None:
        scope = self._scope(node)
        if isinstance(scope, ast.FunctionDef) and node.id in {each.arg for each in scope.args.args}:
            return None
        return self._bound.get(scope, {}).get(node.id) or self._bound[self._tree].get(node.id)

    def _use(self, node: ast.AST, dotted: str, kind: str | None) -> Site:
        name = _surface_name(dotted)
        while isinstance(node, ast.Attribute) and _surface_name(self._dotted(node.value) or "") == name:
            node = node.value  # in ``registry.GPT_4O.name`` the use is ``registry.GPT_4O``
        site: Site = {"line": getattr(node, "lineno", 0), "name": name, "use": kind or self._kind(node)}
        if any(isinstance(each, ast.JoinedStr) for each in self._ancestors(node)):
            site["in"] = "f-string"
        if name.endswith("ModelRegistry.get_spec") and site["use"] == "call":
            call = self._parents[node]
            site["result"] = _PARENTS.get(type(self._parents[call]), "argument")
            site["tested"] = site["result"] in _ASKED_AT_ONCE or self._is_asked_later(call)
        return site

    def _kind(self, node: ast.AST) -> str:
        parent = self._parents[node]
        if not isinstance(parent, ast.Call):
            return _PARENTS.get(type(parent), "read")
        if parent.func is node:
            return "call"
        called = ast.unparse(parent.func)
        return called if called in ("getattr", "isinstance") else "argument"

    def _is_asked_later(self, call: ast.AST) -> bool:
        """Whether the function compares with None, or asks for the truth of, the name that a result is given."""
        parent = self._parents[call]
        if not isinstance(parent, ast.Assign):
            return False
        name = ast.unparse(parent.targets[0])
        return any(name in _asked_about(node) for node in ast.walk(self._scope(call)))

    # ---- what is named in strings

    def _named(self, node: ast.AST) -> Iterator[Site]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _IN_STRING.fullmatch(node.value):
            parent = self._parents[node]
            where = ast.unparse(parent.func) if isinstance(parent, ast.Call) else type(parent).__name__.lower()
            yield {"line": node.lineno, "string": node.value, "in": where}

    # ---- the tree

    def _ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        while (node := self._parents.get(node, self._tree)) is not self._tree:
            yield node

    def _scope(self, node: ast.AST) -> ast.AST:
        return next((each for each in self._ancestors(node) if isinstance(each, ast.FunctionDef)), self._tree)


def _bound_by(node: ast.ImportFrom, module: str) -> dict[str, str]:
    """The local names that an import from an old package binds, and what each stands for."""
    if module == _DOOR:
        return {alias.asname or alias.name: passed for alias in node.names if (passed := _door().get(alias.name))}
    if node.names[0].name == "*":
        return {name: f"{module}.{name}" for name in _exported()} if _MODULE.fullmatch(module) else {}
    named = {alias.asname or alias.name: f"{module}.{alias.name}".lstrip(".") for alias in node.names}
    return {name: dotted for name, dotted in named.items() if _MODULE.fullmatch(module) or _MODULE.fullmatch(dotted)}


def _exported() -> list[str]:
    """What a star import of the registry brings."""
    tree = ast.parse((APP / "models" / "registry.py").read_bytes())
    return list(ast.literal_eval(next(node.value for node in tree.body if isinstance(node, ast.Assign))))


def _door() -> dict[str, str]:
    tree = ast.parse((APP / f"{_DOOR.replace('.', '/')}.py").read_bytes())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {name: dotted for node in imports for name, dotted in _bound_by(node, str(node.module)).items()}


def _asked_about(node: ast.AST) -> list[str]:
    """The names whose truth, or being None, a node asks for."""
    if isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "None":
        return [ast.unparse(node.left)]
    if isinstance(node, ast.If | ast.IfExp):
        return [ast.unparse(node.test)]
    if isinstance(node, ast.UnaryOp):
        return [ast.unparse(node.operand)]
    return []


def _surface_name(dotted: str) -> str:
    """``models.registry.ModelRegistry.get_spec`` is ``ModelRegistry.get_spec``; the toolkit's copies keep its name."""
    module = _MODULE.match(dotted)
    rest = dotted[module.end() :].lstrip(".").split(".") if module else [""]
    if not rest[0]:
        return dotted
    prefix = "toolkit." if dotted.startswith("toolkit.") else ""
    return prefix + ".".join(rest[: 2 if rest[0] in _MEMBERS else 1])


def _printed() -> Iterator[str]:
    for key, kinds in sites().items():
        yield f"{key}:\n"
        for kind, listed in kinds.items():
            yield f"  {kind}:\n"
            for site in listed:
                yield "    - " + yaml.safe_dump(site, default_flow_style=True, sort_keys=False, width=1_000)


if __name__ == "__main__":
    sys.stdout.writelines(_printed())
