"""``cost``: a volume of tokens at standard rates, the bill of one request, or the sum of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.batches import Batch, price_responses
from ai_models.cli.bills import price_request
from ai_models.cli.options import AsJson, At, complete_model, complete_provider
from ai_models.cli.parsing import read_tokens
from ai_models.cli.quotes import Request
from ai_models.cli.requested import contract_named, of_flags, of_response, pairs, read_counts
from ai_models.cli.volume import price_volume

if TYPE_CHECKING:
    from ai_models.pricing.usage import Usage

__all__ = ["cost"]

_TIERS = "standard, batch, flex, priority, fast …"


def _count(*names: str, what: str) -> Any:
    return typer.Option(*names, parser=read_tokens, metavar="N", help=what, show_default=False)


def cost(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL]...",
            help="An id, an alias, maker/model, or provider:id for one provider's offering. A response that names its model "
            "needs none; several are compared.",
            autocompletion=complete_model,
            show_default=False,
        ),
    ] = None,
    input_tokens: Annotated[
        int | None, _count("--input", "-i", what="Input tokens, cached ones and other parts included: 1M, 200k, 1_000_000.")
    ] = None,
    output_tokens: Annotated[
        int | None, _count("--output", "-o", what="Output tokens, reasoning and other parts included.")
    ] = None,
    at: At = None,
    request: Annotated[bool, typer.Option("--request", help="The tokens are one request, not a volume.")] = False,
    response: Annotated[
        str | None,
        typer.Option(
            "--response",
            metavar="FILE",
            help="One response as JSON, its usage alone, or the text of its stream; - is standard input. Flags complete "
            "what it leaves out.",
        ),
    ] = None,
    responses: Annotated[
        str | None,
        typer.Option(
            "--responses", metavar="FILE", help="Many responses as JSON, one a line: their sum, and what is in it."
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            "--shape", metavar="NAME", help="Whose format the response has, where it cannot be told: anthropic, openai …"
        ),
    ] = None,
    cache_read: Annotated[int | None, _count("--cache-read", what="Of the input: read from a cache.")] = None,
    cache_write: Annotated[
        int | None, _count("--cache-write", what="Of the input: written to a cache, lifetime not known.")
    ] = None,
    cache_write_5m: Annotated[
        int | None, _count("--cache-write-5m", what="Of the input: written to a cache of 5 minutes.")
    ] = None,
    cache_write_1h: Annotated[
        int | None, _count("--cache-write-1h", what="Of the input: written to a cache of 1 hour.")
    ] = None,
    audio_input: Annotated[int | None, _count("--audio-input", what="Of the input: audio.")] = None,
    image_input: Annotated[int | None, _count("--image-input", what="Of the input: images.")] = None,
    reasoning: Annotated[int | None, _count("--reasoning", what="Of the output: reasoning.")] = None,
    audio_output: Annotated[int | None, _count("--audio-output", what="Of the output: audio.")] = None,
    web_searches: Annotated[int | None, _count("--web-searches", what="Web searches.")] = None,
    images: Annotated[int | None, _count("--images", what="Images that were made.")] = None,
    usage: Annotated[
        list[str] | None,
        typer.Option(
            "--usage",
            metavar="NAME=N",
            help="Anything else that is counted, by meter or by field of Usage: input_audio_seconds=12.5; repeat for more.",
        ),
    ] = None,
    service_tier: Annotated[
        str | None, typer.Option("--service-tier", metavar="NAME", help=f"How it was served: {_TIERS}")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Where it was served, as the provider names it.")
    ] = None,
    speed: Annotated[str | None, typer.Option("--speed", metavar="NAME", help="fast or ultrafast.")] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            "--attribute",
            metavar="NAME=VALUE",
            help="What else a price depends on: quality, size, resolution, search_context_size …; repeat for more.",
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="NAME", help="Who served MODEL.", autocompletion=complete_provider),
    ] = None,
    contract: Annotated[
        str | None,
        typer.Option("--contract", metavar="NAME|FILE", help="Negotiated prices: a contract of an overlay, or its file."),
    ] = None,
    month_volume: Annotated[
        int | None,
        _count("--month-volume", what="What the contract's volume brackets had seen this month before this request."),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="MODEL",
            help="The same request at another model, or another provider's offering; repeat for more.",
            autocompletion=complete_model,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Price a volume of tokens, or one request with all its rules; several models, cheapest first.

    A volume (--input, --output) is linear, at standard rates: 1M tokens cost a thousand times what 1,000 cost.

    One request (--request, --response … --compare) has all its rules: long context, cache, batch, hours, searches.

    Exits with 1 where a price is not known, or known in part: the total is then at least so much.
    """
    common = {
        "cache_read_tokens": cache_read,
        "cache_write_tokens": cache_write,
        "cache_write_5m_tokens": cache_write_5m,
        "cache_write_1h_tokens": cache_write_1h,
        "input_audio_tokens": audio_input,
        "input_image_tokens": image_input,
        "reasoning_tokens": reasoning,
        "output_audio_tokens": audio_output,
        "web_searches": web_searches,
        "images": images,
    }
    parts = {field: count for field, count in common.items() if count is not None}
    totals = {"input_tokens": input_tokens, "output_tokens": output_tokens}
    how = (service_tier, region, speed, attribute, provider)
    agreed = None if contract is None else contract_named(contract)
    if month_volume is not None and contract is None:
        raise typer.BadParameter("needs --contract", param_hint="--month-volume")
    if responses is not None:
        if response is not None or parts or usage or speed or attribute or month_volume or compare or any(totals.values()):
            raise typer.BadParameter(
                "takes MODEL, --shape, --at, --service-tier, --region, --provider, --contract and --json only",
                param_hint="--responses",
            )
        if models and len(models) > 1:
            raise typer.BadParameter("prices all responses as one model, or each as its own: name one MODEL, or none")
        batch = Batch(
            source=responses,
            model=models[0] if models else None,
            shape=shape,
            at=at,
            service_tier=service_tier,
            region=region,
            provider=provider,
            contract=agreed,
        )
        price_responses(batch, as_json=as_json)
    elif request or response is not None or shape or parts or usage or any(how) or contract or compare:
        consumed = _consumed(response, shape, {**totals, **parts}, usage or [], models or [])
        price_request(
            Request(
                models=models or [],
                compare=compare or [],
                usage=consumed,
                at=at,
                service_tier=service_tier,
                region=region,
                speed=speed,
                attributes=dict(pairs(attribute or [], option="--attribute")),
                provider=provider,
                contract=agreed,
                month_volume=month_volume or 0,
            ),
            as_json=as_json,
        )
    else:
        _price_volume(models or [], (input_tokens or 0, output_tokens or 0), at, as_json=as_json)


def _price_volume(models: list[str], volume: tuple[int, int], at: Any, *, as_json: bool) -> None:
    if not models:
        raise typer.BadParameter("which model?", param_hint="MODEL")
    if not any(volume):
        raise typer.BadParameter("say how many tokens: --input N, --output N, or both; or --response FILE")
    price_volume(models, volume, at, as_json=as_json)


def _consumed(
    response: str | None, shape: str | None, counts: Mapping[str, int | None], named: list[str], models: list[str]
) -> Usage:
    """What the request consumed, by the response and the flags together.

    Raises:
        typer.BadParameter: neither says anything, or they contradict each other.
    """
    given = read_counts(counts, named)
    if response is None and shape is not None:
        raise typer.BadParameter("needs --response or --responses", param_hint="--shape")
    if response is None and not any(given.values()):
        raise typer.BadParameter("say what the request consumed: --input N, --output N …, or --response FILE")
    if response is None and not models:
        raise typer.BadParameter("which model?", param_hint="MODEL")
    return of_flags(given, None if response is None else of_response(response, shape))
