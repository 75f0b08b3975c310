"""For any Python: the new text differs within the edits alone, parses, and is left alone when it is planned again."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rewriting_trees import OLD_PACKAGES

from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind
from ai_models.audit.gathering import Judge
from ai_models.audit.imports import Imports
from ai_models.audit.legacy import HOMES, canonical
from ai_models.audit.legacy_tree import look_for_packages
from ai_models.audit.names import Names
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.catalog import default_catalog
from ai_models.migrate.planning import plan_migration
from ai_models.migrate.rewriting.places import Places
from ai_models.migrate.rewriting.rewriter import Rewritten, rewrite
from ai_models.migrate.rewriting.rosters import ORIGINAL
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

IMPORTS = [
    "from models import ModelRegistry",
    "from models import ModelRegistry, ModelSpec, Provider as P",
    "from models.registry import (\n    CLAUDE_SONNET,  # c\n    GPT_4O as G,\n)",
    "from models.registry import *",
    "import models",
    "import models.registry as r, os",
    "import models.registry; import providers.factory",
    "from providers.claude import CLAUDE_PRICING, \\\n    ClaudeProvider",
    "from providers import factory, get_provider",
    "from other import ModelRegistry",
]
EXPRESSIONS = [
    "ModelRegistry.get_spec(k)",
    "ModelRegistry.get_spec((k)).name",
    "ModelRegistry().is_deprecated(api_identifier=k)",
    "ModelRegistry.GPT_4O.provider.value",
    "ModelRegistry._DEPRECATED[k]",
    "ModelRegistry.get_all_current_models().values()",
    "ModelRegistry.get_by_provider(P.OPENAI)",
    "ModelRegistry.get_by_provider(ask(ModelRegistry.get_spec(k)))",
    "ModelRegistry.get_recommended_model(ModelRegistry.get_spec(k).provider)",
    "ModelRegistry.VERIFICATION_SOURCES",
    "map(ModelRegistry.get_spec, k)",
    "models.registry.GPT_4O",
    "models.ModelRegistry.get_spec(k) or models.ModelRegistry._DEPRECATED",
    "r.ModelRegistry.CLAUDE_SONNET_4_5",
    "G is not CLAUDE_SONNET",
    "k is P.OPENAI",
    "f'{ModelRegistry.get_spec(k)} {models.registry.GPT_4O!r:>{k}} {{}}'",
    "(f'é{k}'\n    f\"{ModelRegistry.GPT_4O.name}\"  # x\n    'y')",
    "CLAUDE_PRICING['claude-haiku'][0] + CLAUDE_PRICING[k][1]",
    "get_provider('claude-sonnet'), factory.get_provider(k)",
    "ModelSpec('openai', 'GPT-4o', 'gpt-4o')",
    "import_module('models.registry').GPT_4O",
    "{'gpt-4o': (2.5, 10.0)}",
    "lambda models: models.registry",
]
STATEMENTS = [
    "x = {}",
    "PRICES = {}",
    "if {}: pass",
    "def f(k={}, *a: 'ModelSpec') -> 'models.ModelSpec':\n    return {}",
    "try:\n    x = {}\nexcept AttributeError:\n    pass",
    "class C(object):\n    x = {}",
    "for k in {}: x = k; y = k",
    "with a as b: x = {}",
    "x = [k for k in {}]",
    "assert {}; del x",
    "global_ = {}  # type: ModelSpec",
    "@f({})\ndef g(): pass",
    "if x:\n\tx = {}",
    "models = {}",
    "GPT_4O_INPUT_PRICE = 2.50; y = {}",
]

names = Names(default_catalog(), datetime(2026, 11, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A tree with old packages."""
    root = tmp_path_factory.mktemp("tree")
    for name, text in OLD_PACKAGES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(str(text))
    return Judge(names, legacy=look_for_packages([str(root / name) for name in OLD_PACKAGES]))


def rewritten(judge: Judge, text: str) -> Rewritten:
    """A text rewritten, as a file beside the old packages."""
    root = Path(judge.legacy.packages[0].place).parent
    unit = Unit("app.py", str(root / "app.py"), text, module="app")
    return rewrite(World(judge, [unit]), unit, {"": ORIGINAL}, (), lambda edits, text: None)


def without(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What of a text is outside of spans."""
    at, pieces = 0, []
    for start, end in spans:
        pieces.append(text[at:start])
        at = end
    return [*pieces, text[at:]]


def unbound(text: str) -> set[str]:
    """The names that a text uses and does not bind; what a star may bring counts as bound."""
    python = PythonSource(text)
    imports = Imports(python)
    used = {node.id for node in python.nodes(ast.Name) if not imports.binders(node.id, node)}
    stars = any(each.name == "*" for each in imports.all)
    return used - ({name for name in HOMES if canonical("models.registry", name)} if stars else set())


programs = st.builds(
    lambda imports, lines, end, last: end.join([*imports, *lines]).replace("\n", end) + (end if last else ""),
    st.lists(st.sampled_from(IMPORTS), min_size=1, max_size=4),
    st.lists(
        st.builds(
            lambda statement, one: statement.replace("{}", one) if "{}" in statement else statement,
            st.sampled_from(STATEMENTS),
            st.sampled_from(EXPRESSIONS),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=programs)
def test_only_the_edits_differ_and_the_result_is_at_rest(judge: Judge, text: str) -> None:
    try:
        done = rewritten(judge, text)
    except Unparsable:
        return
    at, spans = 0, []
    for edit in done.edits:
        assert edit.start >= at
        at = edit.end
        spans.append((edit.start, edit.end))
    shift, new_spans = 0, []
    for edit in done.edits:
        new_spans.append((edit.start + shift, edit.start + shift + len(edit.text)))
        shift += len(edit.text) - (edit.end - edit.start)
    assert without(text, spans) == without(done.text, new_spans)
    ast.parse(done.text)
    assert unbound(done.text) <= unbound(text), f"{text}\n-----\n{done.text}"
    again = rewritten(judge, done.text)
    assert again.text == done.text, f"{text}\n-----\n{done.text}\n-----\n{again.text}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(
        st.sampled_from(
            [*"models.registry import ModelRegistry from\n\t (),:='\"#{}[]\\\r\x0cé", "\ufeff", "\u2028", "\x00"]
        ),
        max_size=120,
    )
)
def test_any_text_at_all(judge: Judge, text: str) -> None:
    try:
        done = rewritten(judge, text)
    except Unparsable:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that mean nothing
        ast.parse(done.text)


@pytest.mark.slow
def test_the_standard_library_stays_as_it_is() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    planned = plan_migration(library, exclude=["site-packages/", "test/", "lib2to3/tests/"])
    assert planned.files > 500
    assert planned.plan.changes == ()
    assert [each for each in planned.plan.remarks if each.rule != "skipped"] == []


@pytest.mark.slow
def test_every_f_string_of_the_standard_library_is_found() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    count = 0
    for path in sorted([*library.glob("*.py"), *library.glob("asyncio/*.py"), *library.glob("idlelib/*.py")]):
        try:
            python = PythonSource(decode(path.read_bytes(), FileKind.PYTHON).text)
        except Unparsable:
            continue
        places = Places(python)
        for field in python.nodes(ast.FormattedValue):
            places.of(field.value)
            count += 1
    assert count > 700
