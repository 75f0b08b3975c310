"""``providers``, ``complete`` and ``classify``: who can be called from here, and calling them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.options import EXIT_NO, AsJson, complete_model
from ai_models.cli.output import Block, Cell, Column, Facts, Note, Table, Title, harmless, on_terminal, print_json, show
from ai_models.cli.parsing import read_amount, read_tokens
from ai_models.cli.requested import read_text
from ai_models.cli.words import UNKNOWN, amount, tokens
from ai_models.errors import ClassificationError

if TYPE_CHECKING:
    from ai_models.pricing.usage import Usage
    from ai_models.providers import ClassificationResult, LLMProvider, Response
    from ai_models.providers.inventory import ProviderState

__all__ = ["classify", "complete", "providers"]

_MODEL_VARIABLE = "AI_MODELS_MODEL"
_HOW_TO_CHOOSE = (
    f"say which model answers: --model claude-sonnet-5.5, --model groq:ID, or {_MODEL_VARIABLE} in the environment; "
    "`mock` needs no key, and `ai-models providers` shows whose key is set"
)

_Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="MODEL",
        envvar=_MODEL_VARIABLE,
        help="A model of the catalogue (its maker is called), provider:id, or the name of a provider.",
        autocompletion=complete_model,
        show_default=False,
    ),
]
_Provider = Annotated[
    str | None, typer.Option("--provider", "-p", metavar="NAME", help="Who serves it; `mock` needs no key.")
]
_MaxCost = Annotated[
    Decimal | None,
    typer.Option(
        "--max-cost", parser=read_amount, metavar="USD", help="Refuse, before sending it, what may cost more than this."
    ),
]


def providers(as_json: AsJson = False) -> None:
    """Show who can be called from here: which SDK is installed, whether a key is set, and which plugins work.

    Only the names of the environment variables are shown, never what they hold. Plugins are imported to see whether they
    work; nothing is sent to anybody.
    """
    from ai_models.providers.inventory import inventory  # --help needs none of it

    states = inventory()
    if as_json:
        print_json([_as_json(state) for state in states])
        return
    show(*_page(states))


def _as_json(state: ProviderState) -> dict[str, Any]:
    return {
        "name": state.name,
        "aliases": list(state.aliases),
        "source": state.source,
        "where": state.where,
        "sdks": {sdk.name: sdk.version for sdk in state.sdks},
        "install": state.install,
        "key_variables": list(state.key_variables),
        "key_set": list(state.key_set),
        "has_key": state.has_key,
        "error": state.error,
    }


def _page(states: list[ProviderState]) -> Iterator[Block]:
    columns = (
        Column("Provider"),
        Column("Also", "prose", rank=20),
        Column("SDK"),
        Column("Key"),
        Column("Where", rank=10),
    )
    rows = [[state.name, ", ".join(state.aliases), _sdk(state), _key(state), _where(state)] for state in states]
    yield Table(columns, rows)
    missing = sorted({state.install for state in states if state.install})
    if missing:
        yield Title("Missing SDKs")
        yield Facts([(line.partition("[")[2].partition("]")[0], line) for line in missing])
    broken = [state for state in states if state.error]
    if broken:
        yield Title("Plugins that cannot be used")
        yield Facts([(state.name, Cell(f"{state.where}: {state.error}", "red")) for state in broken])


def _sdk(state: ProviderState) -> Cell | str:
    if state.error:
        return Cell("broken", "red")
    missing = [sdk.name for sdk in state.sdks if sdk.version is None]
    if missing:
        return Cell(f"{', '.join(missing)} missing", "yellow")
    return ", ".join(f"{sdk.name} {sdk.version}" for sdk in state.sdks)


def _key(state: ProviderState) -> Cell | str:
    if not state.key_variables:
        return "" if state.source in ("built in", "endpoint") else UNKNOWN
    if state.key_set:
        return Cell(state.key_set[0], "green")
    if not state.needs_key:
        return "not needed" if state.source == "endpoint" else "the cloud's own login"
    return Cell(f"{state.key_variables[0]} not set", "yellow")


def _where(state: ProviderState) -> str:
    return f"plugin {state.where}" if state.source == "plugin" else state.where


def complete(
    prompt: Annotated[
        str | None,
        typer.Argument(metavar="[PROMPT]", help="What to ask; - or nothing reads standard input.", show_default=False),
    ] = None,
    model: _Model = None,
    provider: _Provider = None,
    system: Annotated[str, typer.Option("--system", "-s", metavar="TEXT", help="Instructions before the prompt.")] = "",
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", parser=read_tokens, metavar="N", help="The most output tokens.")
    ] = None,
    stream: Annotated[
        bool | None,
        typer.Option(
            "--stream/--no-stream", help="Write the answer as it comes.  [default: on a terminal]", show_default=False
        ),
    ] = None,
    max_cost: _MaxCost = None,
    as_json: AsJson = False,
) -> None:
    """Ask a model. The answer goes to standard output; what it used and cost, to standard error.

    The request is checked against the catalogue before it is sent: what the model cannot do, and with --max-cost what it may
    cost at most.
    """
    text = _given(prompt)
    fields = {"system": system, "max_tokens": max_tokens, "max_cost": max_cost}
    with _chosen(model, provider) as chosen:
        if as_json:
            response = chosen.complete(text, **fields)
            print_json(_response_json(response))
            return
        if on_terminal() if stream is None else stream:
            response = _streamed(chosen, text, fields)
        else:
            response = chosen.complete(text, **fields)
            sys.stdout.write(_ended(_shown(response.text)))
    sys.stdout.flush()  # the answer comes first where both go to one place
    for warning in response.warnings:
        typer.echo(f"note: {harmless(warning)}", err=True)
    if response.finish_reason not in ("stop", "tool_calls"):
        typer.echo(f"note: the answer ended early: {response.finish_reason}", err=True)
    typer.echo(_spent(response), err=True)


def _streamed(provider: LLMProvider, text: str, fields: dict[str, Any]) -> Response:
    """Write the pieces of an answer as they come."""
    last = None
    for event in provider.stream(text, **fields):
        if event.kind == "text":
            sys.stdout.write(_shown(event.text))
            sys.stdout.flush()
        last = event.response or last
    assert last is not None  # noqa: S101 a stream that ends without its response has raised
    if not last.text.endswith("\n"):
        sys.stdout.write("\n")
    return last


def classify(
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="What to classify; - or nothing reads standard input.", show_default=False),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", "-f", metavar="FILE", help="Read the text from a file; - is standard input.")
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Each line is a text of its own; up to 8 at a time.")] = False,
    labels: Annotated[
        str | None,
        typer.Option("--labels", "-l", metavar="A,B,C", help="What it may be.  [default: five signals of customers]"),
    ] = None,
    prompt: Annotated[str | None, typer.Option("--prompt", metavar="TEXT", help="How to decide, in your own words.")] = None,
    model: _Model = None,
    provider: _Provider = None,
    max_cost: _MaxCost = None,
    as_json: AsJson = False,
) -> None:
    """Sort a text into one of several labels. Instructions in the text are not followed: it is data.

    `--provider mock` sorts by keywords without calling anybody.
    """
    if text is not None and file is not None:
        raise typer.BadParameter("give a text or a file, not both", param_hint="--file")
    given = read_text(file, option="--file") if file is not None else _given(text)
    texts = [line for line in given.splitlines() if line.strip()] if lines else [given]
    with _chosen(model, provider, max_cost=max_cost) as chosen:
        results = _classified(chosen, texts, labels, prompt)
    if as_json:
        print_json([result.to_dict() for result in results] if lines else results[0].to_dict())
        return
    show(*_result_blocks(texts, results, lines=lines))
    counted = sum(result.tokens_used for result in results)
    costs = [result.cost for result in results]
    known = None if None in costs else sum((Decimal(str(cost)) for cost in costs), Decimal())
    sys.stdout.flush()
    typer.echo(f"{results[0].model or provider or model}: {tokens(counted)} tokens, {_money(known, 'USD')}", err=True)


def _classified(
    provider: LLMProvider, texts: list[str], labels: str | None, prompt: str | None
) -> list[ClassificationResult]:
    from ai_models.providers import SignalCategory  # --help needs none of it

    known = SignalCategory if labels is None else [label.strip() for label in labels.split(",")]
    try:
        if len(texts) == 1:
            return [provider.classify(texts[0], known, prompt)]
        return provider.classify_many(texts, known, prompt)
    except ClassificationError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(EXIT_NO) from None


def _result_blocks(texts: list[str], results: list[ClassificationResult], *, lines: bool) -> Iterator[Block]:
    plain = [result.to_dict() for result in results]
    if not lines:
        yield Facts([(name, str(plain[0][name])) for name in ("category", "confidence", "evidence")])
        return
    columns = (Column("Category"), Column("Confidence", "number"), Column("Text", "prose"))
    rows = [[result["category"], f"{result['confidence']:.2f}", text] for text, result in zip(texts, plain, strict=True)]
    yield Table(columns, rows)
    yield Note(f"{len(rows)} texts", terminal_only=True)


def _given(text: str | None) -> str:
    """The text of the argument, or of standard input.

    Raises:
        typer.BadParameter: there is neither.
    """
    if text not in (None, "-"):
        return text
    if text is None and sys.stdin.isatty():
        raise typer.BadParameter("give a text, or send one to standard input")
    return read_text("-", option="standard input")


@contextmanager
def _chosen(model: str | None, provider: str | None, **options: Any) -> Iterator[LLMProvider]:
    """The provider that was asked for; warnings of the checks come with the response, and are not printed twice."""
    from ai_models.providers import ProviderRegistry, get_provider  # --help needs none of it

    if provider:
        ProviderRegistry.get(provider)  # a model's name is none of a provider
    name = f"{provider}:{model}" if provider and model else provider or model
    if not name:
        raise typer.BadParameter(_HOW_TO_CHOOSE, param_hint="--model")
    with warnings.catch_warnings(), get_provider(name, **options) as chosen:
        warnings.simplefilter("ignore", UserWarning)
        yield chosen


def _response_json(response: Response) -> dict[str, Any]:
    import msgspec  # comes with the providers

    cost = response.cost
    return {
        "text": response.text,
        "reasoning": response.reasoning,
        "model": response.model,
        "provider": response.provider,
        "finish_reason": response.finish_reason,
        "usage": _counts(response.usage),
        "cost": None if cost is None else {"total": cost.total, "upper": cost.upper, "currency": cost.currency},
        "latency_ms": round(response.latency_ms, 1),
        "request_id": response.request_id,
        "warnings": list(response.warnings),
        "tool_calls": msgspec.to_builtins(response.tool_calls),
    }


def _counts(usage: Usage | None) -> dict[str, Any] | None:
    """What was counted; whatever is 0 or unknown is left out."""
    if usage is None:
        return None
    found = {name: getattr(usage, name) for name in usage.__struct_fields__}
    return {name: count for name, count in found.items() if isinstance(count, int | Decimal) and count}


def _spent(response: Response) -> str:
    usage = response.usage
    used = "usage unknown"
    if usage is not None:
        used = f"{tokens(usage.input_tokens)} input + {tokens(usage.output_tokens)} output tokens"
    cost = response.cost
    price = _money(None, "") if cost is None else _money(cost.total, cost.currency)
    return f"{response.model or response.provider}: {used}, {price}, {response.latency_ms / 1_000:.1f} s"


def _money(cost: Decimal | None, currency: str) -> str:
    return "cost unknown" if cost is None else f"{amount(cost)} {currency}"


def _shown(text: str) -> str:
    """An answer as the output may have it: whole in a file or a pipe, and without escape sequences on a terminal."""
    return harmless(text) if on_terminal() else text


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
