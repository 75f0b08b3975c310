"""The matrix of models and capabilities, in the form that suits the output and the number of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from ai_models.cli.output import MARKS, Block, Cell, Column, Note, Table, on_terminal, terminal_width, writable
from ai_models.cli.words import MARK_STYLES, plural
from ai_models.models.capabilities import ModelCapability

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["criteria", "mark", "matrix"]

_FEW = 4
_GAP = 2
_CODE = 5

# For a matrix of many models: groups in the order of the taxonomy, and a code of up to five letters, written downwards.
_GROUPS: dict[str, dict[ModelCapability, str]] = {
    "input": {
        ModelCapability.TEXT_INPUT: "text",
        ModelCapability.IMAGE_INPUT: "image",
        ModelCapability.AUDIO_INPUT: "audio",
        ModelCapability.VIDEO_INPUT: "video",
        ModelCapability.DOCUMENT_INPUT: "doc",
    },
    "output": {
        ModelCapability.TEXT_OUTPUT: "text",
        ModelCapability.IMAGE_OUTPUT: "image",
        ModelCapability.AUDIO_OUTPUT: "audio",
        ModelCapability.VIDEO_OUTPUT: "video",
        ModelCapability.STRUCTURED_OUTPUT: "schem",
    },
    "api": {
        ModelCapability.FUNCTION_CALLING: "tools",
        ModelCapability.PARALLEL_FUNCTION_CALLING: "paral",
        ModelCapability.JSON_MODE: "json",
        ModelCapability.STREAMING: "strm",
        ModelCapability.BATCH_API: "batch",
        ModelCapability.WEB_SEARCH: "web",
        ModelCapability.COMPUTER_USE: "compu",
        ModelCapability.ASSISTANT_PREFILL: "pre",
        ModelCapability.FINE_TUNING: "tune",
    },
    "context": {
        ModelCapability.LARGE_CONTEXT: ">100k",
        ModelCapability.EXTRA_LARGE_CONTEXT: "1M",
        ModelCapability.PROMPT_CACHING: "cache",
    },
    "thought": {
        ModelCapability.EXTENDED_THINKING: "think",
        ModelCapability.CHAIN_OF_THOUGHT: "chain",
        ModelCapability.CODE_GENERATION: "code",
        ModelCapability.MATH_REASONING: "math",
    },
    "control": {ModelCapability.CONTENT_FILTERING: "filtr", ModelCapability.SYSTEM_MESSAGES: "systm"},
    "task": {
        ModelCapability.EMBEDDINGS: "embed",
        ModelCapability.RERANKING: "rank",
        ModelCapability.TRANSCRIPTION: "trans",
        ModelCapability.SPEECH_SYNTHESIS: "speak",
        ModelCapability.MODERATION: "moder",
    },
}


def _groups() -> Iterator[tuple[str, dict[ModelCapability, str]]]:
    """The groups, with one for capabilities that nobody has given a code: none is left out of a matrix."""
    yield from _GROUPS.items()
    coded = {capability for group in _GROUPS.values() for capability in group}
    yield "other", {capability: capability.value[:_CODE] for capability in ModelCapability if capability not in coded}


def mark(support: str) -> Cell:
    """The sign of a value: a tick, a cross or a question mark; words where the output cannot write them."""
    sign = {"supported": writable("✓", "yes"), "unsupported": writable("✗", "no")}.get(support, "?")
    return Cell(sign, MARK_STYLES[support])


def criteria() -> list[Block]:
    """The taxonomy: every capability with what must hold for it."""
    rows = [[capability.value, capability.criterion] for capability in ModelCapability]
    note = "A capability is supported, unsupported or unknown. What no source states is unknown, never unsupported."
    return [Table((Column("Capability"), Column("Supported where", "prose")), rows), Note(note, terminal_only=True)]


def matrix(specs: Sequence[ModelSpec], *, side_by_side: bool) -> list[Block]:
    """Models as rows; or, to compare a few, models as columns where they fit."""
    if not specs:
        return [Note("no model satisfies every filter", terminal_only=False)]
    if side_by_side:
        compared = _compared(specs)
        width = sum(max(len(spec.model_id), 1) + _GAP for spec in specs) + max(map(len, ModelCapability)) + _GAP
        if not on_terminal() or width <= terminal_width():
            return [compared]
    if not on_terminal():
        columns = [Column("Model"), *(Column(capability.value) for capability in ModelCapability)]
        rows: list[list[Cell | str]] = [
            [spec.model_id, *(mark(spec.support(each)) for each in ModelCapability)] for spec in specs
        ]
        return [Table(columns, rows)]
    return list(_condensed(specs))


def _compared(specs: Sequence[ModelSpec]) -> Table:
    rows: list[list[Cell | str]] = [
        [capability.value, *(mark(spec.support(capability)) for spec in specs)] for capability in ModelCapability
    ]
    return Table((Column("Capability"), *(Column(spec.model_id) for spec in specs)), rows)


def _condensed(specs: Sequence[ModelSpec]) -> Iterator[Block]:
    """As many groups of capabilities beside each other as the terminal holds; columns that say one thing go below."""
    alike = {} if len(specs) <= _FEW else _alike(specs)
    groups = [
        (name, {capability: code for capability, code in group.items() if capability not in alike})
        for name, group in _groups()
    ]
    for part in _parts([(name, group) for name, group in groups if group], max(len(spec.model_id) for spec in specs)):
        columns = [Column("\n" * _CODE + "Model"), *(Column(_head(name, list(group.values()))) for name, group in part)]
        rows: list[list[Cell | str]] = [[spec.model_id, *(_marks(spec, group) for _, group in part)] for spec in specs]
        yield Table(columns, rows)
        yield Note("")
    for support in ("supported", "unsupported", "unknown"):
        names = [capability.value for capability, value in alike.items() if value == support]
        if names:
            yield Note(f"{support} for each of these models: {', '.join(names)}")
    yield Note(f"{plural(len(specs), 'model')}; ✓ supported  ✗ unsupported  ? unknown; --explain says what each one means")


def _alike(specs: Sequence[ModelSpec]) -> dict[ModelCapability, str]:
    """The capabilities on which all models agree, with what they agree on."""
    values = {capability: {str(spec.support(capability)) for spec in specs} for capability in ModelCapability}
    return {capability: found.pop() for capability, found in values.items() if len(found) == 1}


def _parts(
    groups: Sequence[tuple[str, dict[ModelCapability, str]]], id_width: int
) -> Iterator[list[tuple[str, dict[ModelCapability, str]]]]:
    """The groups, cut where the terminal ends."""
    part: list[tuple[str, dict[ModelCapability, str]]] = []
    used = id_width
    for name, group in groups:
        width = _GAP + max(2 * len(group) - 1, len(name))
        if part and used + width + _GAP > terminal_width():
            yield part
            part, used = [], id_width
        part.append((name, group))
        used += width
    if part:
        yield part


def _head(name: str, codes: Sequence[str]) -> str:
    letters = zip_longest(*(code.rjust(_CODE) for code in codes), fillvalue=" ")
    return "\n".join([name, *(" ".join(line).rstrip() for line in letters)])


def _marks(spec: ModelSpec, group: dict[ModelCapability, str]) -> Cell:
    return Cell(" ".join(_sign(spec.support(capability)) for capability in group), MARKS)


def _sign(support: str) -> str:
    return {"supported": writable("✓", "+"), "unsupported": writable("✗", "-")}.get(support, "?")
