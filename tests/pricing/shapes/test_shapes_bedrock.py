"""Bedrock's ``converse``: the input excludes what was cached, and the total says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ai_models.errors import InconsistentUsageError, UnknownShapeError
from ai_models.pricing.usage import Usage

CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
    "stopReason": "end_turn",
    "usage": {
        "inputTokens": 4,
        "outputTokens": 550,
        "totalTokens": 12958,
        "cacheReadInputTokens": 100,
        "cacheWriteInputTokens": 12304,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 304}, {"ttl": "5m", "inputTokens": 12000}],
    },
    "metrics": {"latencyMs": 900},
    "serviceTier": {"type": "flex"},
    "performanceConfig": {"latency": "standard"},
    "ResponseMetadata": {"HTTPStatusCode": 200},
}


def stream(found: dict[str, Any]) -> list[dict[str, Any]]:
    metadata = {name: found[name] for name in ("usage", "metrics", "serviceTier", "performanceConfig")}
    return [{"messageStart": {"role": "assistant"}}, {"messageStop": {"stopReason": "end_turn"}}, {"metadata": metadata}]


@pytest.mark.parametrize(
    "build",
    [dict, json.dumps, stream, lambda found: {"stream": iter(stream(found)), "ResponseMetadata": {}}],
    ids=["dict", "json", "events", "boto3"],
)
def test_what_was_cached_is_added_to_the_input(build: Any) -> None:
    usage = Usage.from_response(build(CONVERSE))
    assert usage == Usage.from_bedrock(build(CONVERSE))
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (12408, 550, 100)
    assert (usage.cache_write_5m_tokens, usage.cache_write_1h_tokens, usage.cache_write_tokens) == (12000, 304, 0)
    assert (usage.service_tier, usage.notes) == ("flex", ())


def of(**usage: Any) -> Usage:
    return Usage.from_response({"usage": {"inputTokens": 10, "outputTokens": 5, **usage}})


def test_a_usage_alone_reads_the_same() -> None:
    assert Usage.from_response(CONVERSE["usage"]).input_tokens == 12408


def test_a_total_that_includes_the_cache_in_the_input_is_believed() -> None:
    usage = of(cacheReadInputTokens=10, totalTokens=15)
    assert usage.input_tokens == 10
    assert "includes what was cached" in usage.notes[0]
    beyond = of(cacheReadInputTokens=11, totalTokens=15)  # more was cached than the input has: it cannot be inside
    assert beyond.input_tokens == 21
    assert "add up to 26" in beyond.notes[0]


@pytest.mark.parametrize(("total", "noted"), [(14, True), (15, False), (16, True)])
def test_a_total_that_does_not_add_up_is_remarked_upon(total: int, noted: bool) -> None:
    assert bool(of(totalTokens=total).notes) is noted


def test_lifetimes_add_up_or_are_an_error() -> None:
    assert of(cacheWriteInputTokens=7).cache_write_tokens == 7
    assert of(cacheWriteInputTokens=7, cacheDetails=[{"ttl": "9h", "inputTokens": 7}]).cache_write_tokens == 7
    with pytest.raises(InconsistentUsageError, match="breakdown"):
        of(cacheWriteInputTokens=7, cacheDetails=[{"ttl": "5m", "inputTokens": 6}])


def test_what_is_not_stated_is_unknown() -> None:
    assert {"cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "web_searches"} <= set(of().unknown)


def test_optimised_latency_is_remarked_upon() -> None:
    usage = Usage.from_bedrock({**CONVERSE, "performanceConfig": {"latency": "optimized"}})
    assert "optimized" in usage.notes[0]


def test_the_body_of_a_model_is_of_its_own_shape() -> None:
    claude = {
        "type": "message",
        "model": "m",
        "content": [],
        "usage": {"input_tokens": 2, "output_tokens": 1, "cache_read_input_tokens": 5},
    }
    assert Usage.from_response(claude).input_tokens == 7
    line = Usage.from_response({"recordId": "1", "modelInput": {}, "modelOutput": claude})
    assert (line.input_tokens, line.service_tier) == (7, "batch")
    nova = {"usage": {"inputTokens": 2, "outputTokens": 1, "cacheReadInputTokenCount": 5, "cacheWriteInputTokenCount": 0}}
    assert Usage.from_response(nova).input_tokens == 7


def test_the_metrics_of_a_streamed_invocation_are_read() -> None:
    metrics = {"inputTokenCount": 3, "outputTokenCount": 2, "invocationLatency": 900, "firstByteLatency": 100}
    usage = Usage.from_bedrock([{"outputText": "a"}, {"amazon-bedrock-invocationMetrics": metrics}])
    assert (usage.input_tokens, usage.output_tokens, usage.notes) == (3, 2, ())


def test_no_usage_or_more_than_one_is_an_error() -> None:
    with pytest.raises(UnknownShapeError, match="without metadata"):
        Usage.from_response(stream(CONVERSE)[:2])
    with pytest.raises(UnknownShapeError, match="2 responses"):
        Usage.from_response([*stream(CONVERSE), *stream(CONVERSE)])
    with pytest.raises(UnknownShapeError, match="inputTokens"):
        Usage.from_bedrock({"usage": {"foo": 1}})
    with pytest.raises(UnknownShapeError, match="no usage"):
        Usage.from_bedrock({"usage": 5})
