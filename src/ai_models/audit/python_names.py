"""The names of models in Python: which strings are names, by where they stand, and which words of prose are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ai_models.audit.gathering import OLD_PACKAGES, Gathered, Judge
from ai_models.audit.name_findings import report_name
from ai_models.audit.name_shapes import HINTS, NAME, is_model_word, words_of
from ai_models.audit.names import Names, Place, Recognised
from ai_models.audit.plain_text import lower, mentions, tokens
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.audit.spans import Span

__all__ = ["called_name", "is_about_models", "literal_span", "place_of", "read_names"]

_LONGEST = 120
_PARTS_OF_NAMES = frozenset(
    "startswith endswith removeprefix removesuffix replace split rsplit partition rpartition strip find index "
    "count match search sub fullmatch compile".split()
)
"""What is asked of a part of a name: ``model.startswith("gpt-4")`` names a family."""

_PARTS = frozenset("prefix suffix prefixes suffixes starts startswith ends endswith contains pattern regex".split())
"""Words of parameters and functions for parts of names."""

_TAKE_MODELS = frozenset(
    "get_provider get_spec GenerativeModel encoding_for_model init_chat_model encoding_name_for_model "
    "TextGenerationModel ChatOpenAI ChatAnthropic ChatGoogleGenerativeAI ChatVertexAI AzureChatOpenAI "
    "ChatMistralAI ChatGroq ChatBedrock".split()
)
"""Functions whose first argument is a model, though their names do not say so."""

_TRANSPARENT = (ast.List, ast.Tuple, ast.Set, ast.IfExp, ast.BoolOp, ast.Starred, ast.NamedExpr, ast.Await)
_NOT_SERVED = frozenset({"from_pretrained", "snapshot_download", "hf_hub_download", "pipeline", "SentenceTransformer"})
"""Functions that load weights by the names of a hub, which are not the names of services."""


def is_about_models(python: PythonSource, names: Names, sdks: frozenset[str]) -> bool:
    """Whether a file has to do with language models: by what it imports, or by a text or a variable that names one."""
    if sdks or OLD_PACKAGES.search(python.source.text):
        return True
    values = {text for node in python.strings if len(text := text_of(node) or "") <= _LONGEST and HINTS.search(text.lower())}
    found = (names.recognise(value, Place.VALUE, near_models=False) for value in values)
    if any(each is not None and each.match is not None for each in found):
        return True
    stored = (node.id.lower() for node in python.nodes(ast.Name) if isinstance(node.ctx, ast.Store))
    return any(HINTS.search(name) for name in stored)  # GPT_4O_INPUT_PRICE


def read_names(gathered: Gathered, judge: Judge, python: PythonSource, *, near_models: bool) -> None:
    """Report the names of models in the strings, docstrings and comments of a file."""
    taken: set[tuple[int, int]] = set()
    for node in python.strings:
        found = _whole(judge.names, python, node, near_models=near_models)
        if found is not None:
            span = literal_span(python, node, found.name)
            taken.add((span.line, span.column))
            report_name(gathered, judge, found, span)
    for found, span, is_documentation in _spoken(judge.names, python):
        if (span.line, span.column) not in taken:
            report_name(gathered, judge, found, span, mention=is_documentation)


def _whole(names: Names, python: PythonSource, node: ast.Constant, *, near_models: bool) -> Recognised | None:
    """A string that is a name as a whole, and where names of models may stand."""
    value = text_of(node) or ""
    if len(value) > _LONGEST or not NAME.fullmatch(value):
        return None
    hinted = HINTS.search(f'"{value.lower()}"') is not None
    if (not hinted and not near_models) or node in python.docstrings:
        return None
    place = place_of(python, node)
    if place is None or (not hinted and place is not Place.MODEL):
        return None
    found = names.recognise(value, place, near_models=near_models)
    if found is not None and (_is_own_name(python, node) or (found.match is None and _is_family(names, python, node))):
        return None
    return found


def _is_own_name(python: PythonSource, node: ast.Constant) -> bool:
    """Whether a name is given rather than used: an alias, a route of LiteLLM's router, the weights of a hub."""
    call = next((each for each in python.ancestors(node) if isinstance(each, ast.Call)), None)
    if call is not None and called_name(call) in _NOT_SERVED:
        return True
    holder = next((each for each in python.ancestors(node) if not isinstance(each, _TRANSPARENT)), None)
    if isinstance(holder, ast.keyword):
        return not {"alias", "aliases"}.isdisjoint((holder.arg or "").split("_"))
    if isinstance(holder, ast.Dict):
        keys = {text_of(key): value for key, value in zip(holder.keys, holder.values, strict=True)}
        return "litellm_params" in keys and keys.get("model_name") is node
    return False


def _is_family(names: Names, python: PythonSource, node: ast.Constant) -> bool:
    """Whether one of several names is only the beginning of known ones: a list that something is compared with."""
    return isinstance(python.parents.get(node), _TRANSPARENT) and names.begins_a_name((text_of(node) or "").lower())


def called_name(call: ast.Call) -> str:
    """The last part of what is called."""
    return (
        call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    )


def literal_span(python: PythonSource, node: ast.Constant, text: str) -> Span:
    """The span of a text within a string literal, or of the whole literal where it is written with escapes or in pieces."""
    source = python.source
    start, end = source.node_offsets(node)
    around = python.parents.get(node)
    if isinstance(around, (ast.JoinedStr, ast.FormattedValue)):
        holder = next(each for each in python.ancestors(node) if isinstance(each, ast.JoinedStr))
        if source.text.find(text, start, end) < 0:
            start, end = source.node_offsets(holder)
    found = source.text.find(text, start, end)
    return source.span(start, end) if found < 0 else source.span(found, found + len(text))


# Where a string stands


def place_of(python: PythonSource, node: ast.AST) -> Place | None:  # noqa: C901 one arm a kind of parent
    """Where a string stands: at a place for a model, at any other; None where it is only a part of a text."""
    child, parent = node, python.parents.get(node)
    if isinstance(parent, ast.JoinedStr) and len(parent.values) == 1:
        child, parent = parent, python.parents.get(parent)  # an f-string without a placeholder
    while isinstance(parent, _TRANSPARENT):
        if isinstance(parent, ast.NamedExpr) and is_model_word(parent.target.id):
            return Place.MODEL
        child, parent = parent, python.parents.get(parent)
    match parent:
        case ast.Expr() | ast.JoinedStr() | ast.BinOp() | ast.comprehension():
            return None
        case ast.keyword():
            return _of_keyword(python, parent)
        case ast.Dict():
            return _of_entry(python, parent, child)
        case ast.Assign() | ast.AnnAssign():
            return Place.called(*_targets(parent))
        case ast.Compare():
            return _of_comparison(parent, child)
        case ast.MatchValue():
            subject = next((each.subject for each in python.ancestors(parent) if isinstance(each, ast.Match)), None)
            return Place.called(_last(subject))
        case ast.Call():
            return _of_argument(python, parent, child)
        case ast.arguments():
            return Place.called(_parameter(parent, child))
        case ast.Return():
            function = next(
                (e for e in python.ancestors(parent) if isinstance(e, (ast.FunctionDef, ast.AsyncFunctionDef))), None
            )
            return Place.called(function.name if function else "")
        case ast.Subscript():
            return Place.called(_last(parent.value))
        case _:
            return Place.VALUE


def _last(node: ast.AST | None) -> str:
    """The last part of a name, of an attribute, or of what is called or looked up."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Subscript():
            return text_of(node.slice) or _last(node.value)
        case ast.Call():
            return _last(node.func.value if isinstance(node.func, ast.Attribute) else node.func)
        case _:
            return ""


def _targets(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield _last(target)


def _of_keyword(python: PythonSource, keyword: ast.keyword) -> Place | None:
    if not _PARTS.isdisjoint(words_of(keyword.arg or "")):
        return None
    place = Place.called(keyword.arg or "")
    if place is not Place.VALUE:
        return place
    call = python.parents.get(keyword)
    if keyword.arg in ("default", "value", "default_value") and isinstance(call, ast.Call):
        options = [text_of(argument) or "" for argument in call.args]
        place = Place.called(*options)
        return _of_holder(python, call) if place is Place.VALUE else place
    return Place.VALUE


def _of_holder(python: PythonSource, call: ast.Call) -> Place:
    """Of a default in ``Field(default=…)``: what the field is called."""
    holder = python.parents.get(call)
    if isinstance(holder, (ast.Assign, ast.AnnAssign)):
        return Place.called(*_targets(holder))
    if isinstance(holder, ast.arguments):
        return Place.called(_parameter(holder, call))
    return Place.VALUE


def _of_entry(python: PythonSource, entry: ast.Dict, child: ast.AST) -> Place:
    """Of a key: what the table is called. Of a value: what its key is called."""
    for key, value in zip(entry.keys, entry.values, strict=True):
        if key is child:
            holder = python.parents.get(entry)
            return Place.called(*_targets(holder)) if isinstance(holder, (ast.Assign, ast.AnnAssign)) else Place.VALUE
        if value is child:
            return Place.called(text_of(key) or "")
    return Place.VALUE


def _of_comparison(comparison: ast.Compare, child: ast.AST) -> Place | None:
    contained = any(isinstance(operator, (ast.In, ast.NotIn)) for operator in comparison.ops)
    if contained and comparison.left is child:
        right = comparison.comparators[0]
        if not isinstance(right, (ast.List, ast.Tuple, ast.Set, ast.Dict)) and not _last(right).isupper():
            return None  # "gpt-4" in model: a part of its name
    sides = [comparison.left, *comparison.comparators]
    return Place.called(*(_last(side) for side in sides if side is not child))


def _of_argument(python: PythonSource, call: ast.Call, child: ast.AST) -> Place | None:
    called = called_name(call)
    if called in _PARTS_OF_NAMES or not _PARTS.isdisjoint(words_of(called)):
        return None
    place = next((n for n, argument in enumerate(call.args) if argument is child), -1)
    if place == 0 and (called in _TAKE_MODELS or is_model_word(called)):
        return Place.MODEL
    if place == 1:
        return Place.called(text_of(call.args[0]) or "")  # os.environ.get("OPENAI_MODEL", "gpt-4o"), option("--model", …)
    return _of_holder(python, call) if place == 0 else Place.VALUE


def _parameter(arguments: ast.arguments, default: ast.AST) -> str:
    """The name of the parameter that has this default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)]
    pairs += [
        (arg, value) for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is not None
    ]
    return next((argument.arg for argument, value in pairs if value is default), "")


# Words of prose


def _spoken(names: Names, python: PythonSource) -> Iterator[tuple[Recognised, Span, bool]]:
    """Names in comments, docstrings and other texts of more than one word, with whether the text is documentation."""
    source = python.source
    for token in tokens(source.text, lowered=lower(source.text)):
        line = source.line_at(token.start)
        comment = python.comment_start(line)
        is_comment = comment is not None and token.start >= comment
        if not is_comment and not python.is_in_text(token.start, token.end, line):
            continue
        for part, found in mentions(names, token, Place.PROSE):
            yield found, source.span(part.start, part.end), is_comment or line in python.docstring_lines
