"""Calls of models in Python: what each asks of the model that it names, and what that model is known not to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from ai_models.audit.call_shapes import CHAINED, CONTENT_TYPES, MIME_TYPES, SHAPES, TOOL_TYPES, Asks, Shape
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.imports import Imports
from ai_models.audit.names import Names
from ai_models.audit.numbers import number_of
from ai_models.audit.python_source import PythonSource, dotted, text_of
from ai_models.audit.secrets import masked
from ai_models.models.capabilities import ModelCapability, Support

__all__ = ["Request", "find_requests", "read_calls"]

_BY_LAST: Final[dict[str, list[Shape]]] = {}
for _shape in SHAPES:
    _BY_LAST.setdefault(_shape.tail.rpartition(".")[2], []).append(_shape)

_CONFIGS: Final = frozenset({"GenerateContentConfig", "GenerationConfig"})
_CONFIG_KEYS: Final = {
    "tools": Asks(ModelCapability.FUNCTION_CALLING, (None, False, ())),
    "response_schema": Asks(ModelCapability.STRUCTURED_OUTPUT),
    "response_json_schema": Asks(ModelCapability.STRUCTURED_OUTPUT),
    "thinking_config": Asks(ModelCapability.EXTENDED_THINKING),
    "system_instruction": Asks(ModelCapability.SYSTEM_MESSAGES, (None, False, "")),
}
_FORMATS: Final = {"json_object": ModelCapability.JSON_MODE, "json_schema": ModelCapability.STRUCTURED_OUTPUT}
_OWN_PARTS: Final = {
    "Image": ModelCapability.IMAGE_INPUT,
    "Audio": ModelCapability.AUDIO_INPUT,
    "Document": ModelCapability.DOCUMENT_INPUT,
}


_LONGEST_SUBJECT: Final = 80


class Request(Struct, frozen=True, eq=False):
    """A call of a model in code.

    ``asks`` holds what it needs, each with the node that shows it; ``limit`` is what it asks for in output tokens.
    """

    name: str
    call: ast.Call
    asks: tuple[tuple[ModelCapability, ast.expr], ...]
    limit: tuple[int, ast.expr] | None = None


def read_calls(gathered: Gathered, judge: Judge, python: PythonSource, imports: Imports) -> None:
    """Report the calls in a file that ask a model for what it is known not to do."""
    for request in find_requests(python, judge.names, imports):
        _check(gathered, judge.names, python, request)


def find_requests(python: PythonSource, names: Names, imports: Imports) -> Iterator[Request]:
    """Every call in a file that names a known model, directly or by a variable with one value."""
    reader = _Reader(python, names, imports)
    for call in python.nodes(ast.Call):
        request = reader.request(call) or reader.chained(call)
        if request is not None:
            yield request


class _Reader:
    """Reads the calls of one file."""

    def __init__(self, python: PythonSource, names: Names, imports: Imports) -> None:
        self.python = python
        self.names = names
        self.imports = imports
        self.modules = {each.module.partition(".")[0] for each in imports.all}

    def request(self, call: ast.Call) -> Request | None:
        """A call of one of the known functions."""
        shape = self.shape(call.func)
        if shape is None:
            return None
        name = self.model(call, shape)
        if name is None:
            return None
        given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        asks: list[tuple[ModelCapability, ast.expr]] = [(capability, call.func) for capability in shape.task]
        asks += _asked(given, shape.parameters)
        asks += [pair for key in shape.contents if key in given for pair in self.parts(given[key])]
        asks += self.formats(given)
        limit = _limit(given, shape.limit)
        if shape.tail.startswith("models.generate_content"):
            config = _settings(given.get("config"))
            asks += _asked(config, _CONFIG_KEYS)
            limit = _limit(config, ("max_output_tokens",))
        if shape.tail.startswith("responses.") and "tools" in given:
            asks += self.tools(given["tools"])
        return Request(name, call, tuple(asks), limit)

    def shape(self, func: ast.expr) -> Shape | None:
        last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        shapes = _BY_LAST.get(last)
        if not shapes:
            return None
        path = _path(func)
        resolved = self.imports.resolve(func) or path
        for shape in shapes:
            fits = resolved == shape.tail or resolved.endswith(f".{shape.tail}") or path.endswith(f".{shape.tail}")
            if fits and (not shape.sdks or self.modules & set(shape.sdks)):
                return shape
        return None

    def model(self, call: ast.Call, shape: Shape) -> str | None:
        node: ast.expr | None = next(
            (keyword.value for keyword in call.keywords if keyword.arg in (shape.model, "model", "model_name", "model_id")),
            None,
        )
        if node is None and shape.positional and call.args:
            node = call.args[0]
        text = text_of(self.python.text_value(node))
        return text if text is not None and self.names.is_model(text) else None

    def chained(self, call: ast.Call) -> Request | None:
        """A call on an object that was made for a model, in one expression or through a variable with one value."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in CHAINED:
            return None
        maker = self.maker(call.func.value)
        shape = self.shape(maker.func) if maker is not None else None
        name = self.model(maker, shape) if maker is not None and shape is not None else None
        if name is None:
            return None
        task, parameters, limits = CHAINED[call.func.attr]
        given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        asks: list[tuple[ModelCapability, ast.expr]] = [(task, call.func)] if task is not None else []
        asks += _asked(given, parameters)
        for argument in call.args:
            asks += self.parts(argument)
        return Request(name, call, tuple(asks), _limit(given, limits))

    def maker(self, node: ast.expr) -> ast.Call | None:
        if isinstance(node, ast.Call):
            return node
        if isinstance(node, ast.Name):
            values = self._objects.get(node.id, [])
            return values[0] if len(values) == 1 and isinstance(values[0], ast.Call) else None
        return None

    @cached_property
    def _objects(self) -> dict[str, list[ast.expr | None]]:
        found: dict[str, list[ast.expr | None]] = {}
        for node in self.python.nodes(ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        for argument in self.python.nodes(ast.arg):
            found.setdefault(argument.arg, []).append(None)
        return found

    # What is inside

    def parts(self, contents: ast.expr) -> Iterator[tuple[ModelCapability, ast.expr]]:
        """What the parts of messages ask for: images, sounds, documents; shown in the call, wherever they are written."""
        if isinstance(contents, ast.Name):
            values = self._objects.get(contents.id, [])
            given = values[0] if len(values) == 1 else None
            yield from ((can, contents) for can, _ in (self.inside(given) if given is not None else ()))
        else:
            yield from self.inside(contents)

    def inside(self, contents: ast.expr) -> Iterator[tuple[ModelCapability, ast.expr]]:
        """What the parts within an expression ask for, each with its node."""
        for node in ast.walk(contents):
            match node:
                case ast.Dict():
                    yield from _part(node)
                case ast.Call(keywords=keywords):
                    for keyword in keywords:
                        media = text_of(keyword.value) if keyword.arg in ("mime_type", "media_type") else None
                        found = next((can for start, can in MIME_TYPES.items() if media and media.startswith(start)), None)
                        if found is not None:
                            yield found, node
                    yield from self.own_part(node)

    def own_part(self, call: ast.Call) -> Iterator[tuple[ModelCapability, ast.expr]]:
        resolved = self.imports.resolve(call.func) or ""
        if resolved.startswith("ai_models.providers."):
            found = _OWN_PARTS.get(resolved.split(".")[2])
            if found is not None:
                yield found, call

    def formats(self, given: dict[str, ast.expr]) -> Iterator[tuple[ModelCapability, ast.expr]]:
        """What ``response_format`` and ``text`` ask for."""
        for key in ("response_format", "text"):
            value = given.get(key)
            if isinstance(value, ast.Dict):
                kinds = [text_of(v) for d in ast.walk(value) if isinstance(d, ast.Dict) for k, v in _pairs(d) if k == "type"]
                found = next((_FORMATS[kind] for kind in kinds if kind in _FORMATS), None)
                if found is not None:
                    yield found, value
            elif key == "response_format" and isinstance(value, ast.Name) and value.id[:1].isupper():
                yield ModelCapability.STRUCTURED_OUTPUT, value

    def tools(self, tools: ast.expr) -> Iterator[tuple[ModelCapability, ast.expr]]:
        """What the tools of OpenAI's Responses API ask for."""
        for item in tools.elts if isinstance(tools, (ast.List, ast.Tuple)) else []:
            kind = (
                next((text_of(value) for key, value in _pairs(item) if key == "type"), None)
                if isinstance(item, ast.Dict)
                else None
            )
            if kind in TOOL_TYPES:
                yield TOOL_TYPES[kind], item


def _path(func: ast.expr) -> str:
    """What is called, without what it is looked up on: ``.messages.create`` of ``Client().messages.create``."""
    parts: list[str] = []
    node: ast.expr = func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _settings(config: ast.expr | None) -> dict[str, ast.expr]:
    """What a configuration of google-genai says, by name."""
    if isinstance(config, ast.Dict):
        return dict(_pairs(config))
    if isinstance(config, ast.Call) and (dotted(config.func) or "").rpartition(".")[2] in _CONFIGS:
        return {keyword.arg: keyword.value for keyword in config.keywords if keyword.arg}
    return {}


def _pairs(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    return ((text_of(key) or "", value) for key, value in zip(node.keys, node.values, strict=True))


def _part(node: ast.Dict) -> Iterator[tuple[ModelCapability, ast.expr]]:
    pairs = dict(_pairs(node))
    kind = text_of(pairs.get("type"))
    if kind in CONTENT_TYPES and len(pairs) > 1:
        yield CONTENT_TYPES[kind], node
    media = text_of(pairs.get("mime_type")) or ""
    found = next((can for start, can in MIME_TYPES.items() if media.startswith(start)), None)
    if found is not None:
        yield found, node


def _asked(given: dict[str, ast.expr], parameters: dict[str, Asks]) -> Iterator[tuple[ModelCapability, ast.expr]]:
    for name, asks in parameters.items():
        node = given.get(name)
        if node is not None and not _is_nothing(node, asks.unless):
            yield asks.capability, node


def _is_nothing(node: ast.expr, unless: tuple[object, ...]) -> bool:
    """Whether a value asks for nothing, or nobody can tell: only what stands there counts."""
    match node:
        case ast.Constant(value=value):
            return any(value is nothing or (value == nothing and type(value) is type(nothing)) for nothing in unless)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return not items
        case ast.Dict():
            kind = next((text_of(value) for key, value in _pairs(node) if key in ("type", "effort")), None)
            return not node.keys or kind in ("disabled", "none")
        case ast.Call(func=ast.Name(id=name)):
            return name in ("NotGiven", "Omit")
        case ast.Attribute(attr=name):
            return name in ("NOT_GIVEN", "NotGiven", "omit")
        case ast.Name(id=name):
            return name in ("NOT_GIVEN", "omit") or not (name[:1].isupper() or name in ("tools", "functions", "schema"))
        case ast.IfExp() | ast.BoolOp():
            return True
        case _:
            return False


def _limit(given: dict[str, ast.expr], keys: tuple[str, ...]) -> tuple[int, ast.expr] | None:
    for key in keys:
        number = number_of(given.get(key))
        if number is not None and number.per is None and number.amount == int(number.amount):
            return int(number.amount), given[key]
    return None


def _check(gathered: Gathered, names: Names, python: PythonSource, request: Request) -> None:
    standing = names.stand(request.name)
    spec = standing.spec if standing else None
    if spec is None:
        return
    reported: set[ModelCapability] = set()
    for capability, node in request.asks:
        if capability in reported or spec.support(capability) is not Support.UNSUPPORTED:
            continue
        reported.add(capability)
        span = python.source.node_span(node)
        gathered.report(
            "AIM302",
            span,
            masked(python.source.piece(span)[:_LONGEST_SUBJECT]),
            f"{request.name} is known not to support {capability}, which this call asks for",
            hint=f"{capability}: {capability.criterion[0].lower()}{capability.criterion[1:].rstrip('.')}",
            facts={"model": spec.key, "name": request.name, "capability": str(capability)},
        )
    limit = spec.context_window_output
    if request.limit is not None and limit is not None and request.limit[0] > limit:
        span = python.source.node_span(request.limit[1])
        gathered.report(
            "AIM303",
            span,
            python.source.piece(span),
            f"{request.name} gives at most {limit:,} output tokens; this call asks for {request.limit[0]:,}",
            hint=f"ask for at most {limit:,}",
            facts={"model": spec.key, "name": request.name, "found": request.limit[0], "catalogue": limit},
        )
