"""What a response in OpenAI's shape says of hosted tools, and of what the provider charged for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ai_models.pricing.shapes.plain import members
from ai_models.pricing.shapes.tally import Fields, Tally, total_of

__all__ = ["tool_fields"]

_TICKS = 10**10
"""xAI states its charge in ticks, ten thousand millionths of a dollar."""

_SEARCHES_COUNTED = ("web_search_calls", "x_search_calls")


def tool_fields(usage: Tally, head: Tally) -> tuple[Fields, list[str]]:
    """Searches and executions, with remarks; what only the whole response could say is unknown without it.

    Raises:
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    output = head.get("output")
    called = output if isinstance(output, list | tuple) else None
    calls = None if called is None else [call for call in map(members, called) if call is not None]
    searches = _searches(usage, head, calls)
    files = _xai(usage).count("file_search_calls")
    notes = _charged(usage)
    found: Fields = {"web_searches": searches, "file_searches": files, "code_execution_sessions": None}
    found["elsewhere"] = _other_models(head, calls)
    if calls is not None:
        found["file_searches"] = files if files is not None else len(_of(calls, "file_search_call"))
        containers = {str(call.get("container_id")) for call in _of(calls, "code_interpreter_call")}
        found["code_execution_sessions"] = len(containers)
        if containers:
            notes.append("containers are counted as new sessions; one that an earlier response opened is billed there")
    return found, notes


def _searches(usage: Tally, head: Tally, calls: Sequence[dict[str, Any]] | None) -> int | None:
    """Billable web searches: as stated, or by the calls in the output.

    Source: ``tool_usage`` of the SDK: searches are billed, opening a page and looking for something in it are not.
    """
    stated = head.part("tool_usage").part("web_search").count("num_requests")
    if stated is not None:
        return stated
    counted = usage.count("num_search_queries")  # Perplexity
    if counted is None:
        counted = usage.part("server_tool_use").count("web_search_requests")  # OpenRouter
    if counted is None and (tools := _xai(usage)):
        counted = total_of(tools.count(name) for name in _SEARCHES_COUNTED)
    if counted is None and calls is not None:
        searches = [members(call.get("action")) or {"type": "search"} for call in _of(calls, "web_search_call")]
        counted = sum(action.get("type") == "search" for action in searches)
    return counted


def _xai(usage: Tally) -> Tally:
    usage.ignore("num_server_side_tools_used")  # the sum of the details
    return usage.part("server_side_tool_usage_details", "server_side_tool_usage")


def _of(calls: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [call for call in calls if call.get("type") == kind and call.get("status") != "failed"]


def _charged(usage: Tally) -> list[str]:
    """What the provider says that it charged: no count, and worth comparing with."""
    cost = usage.get("cost")
    costs = members(cost)
    if costs is not None:
        cost = costs.get("total_cost")
    ticks = usage.count("cost_in_usd_ticks")
    notes = [] if not cost or isinstance(cost, bool) else [f"the provider states what it charged: {str(cost)[:40]}"]
    return notes if not ticks else [*notes, f"the provider states what it charged: {ticks / _TICKS:.10f} USD"]


def _other_models(head: Tally, calls: Sequence[dict[str, Any]] | None) -> list[str]:
    """Tokens of other models that a tool called: they have rates of their own."""
    drawn = head.part("tool_usage").part("image_gen")
    others = [("the image tool", drawn), ("authoring of SVG", head.part("svg_usage"))]
    others += [("authoring of SVG", Tally(call.get("svg_usage"))) for call in calls or ()]
    counted = [(what, other.count("input_tokens") or 0, other.count("output_tokens") or 0) for what, other in others]
    return [
        f"{what} read {read:,} and wrote {wrote:,} tokens of another model; they are not in this usage"
        for what, read, wrote in counted
        if read or wrote
    ]
