"""What guidance claims of windows, days, sizes and abilities: sentence patterns, each with what the catalogue must say."""

from __future__ import annotations

import re
from fractions import Fraction

from guidance_facts import AT, Claim, Holds
from guidance_numbers import DAY, NUMBER, amount

from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.models.capabilities import Support

__all__ = ["MODEL_CLAIMS"]

_YES, _NO = Support.SUPPORTED, Support.UNSUPPORTED

# Windows.


def _is_not_cached_below(claim: Claim) -> bool:
    known = claim.facts.prefixes
    return known.get(claim.model.key, known.get(claim.model.provider)) == claim.number


def _budget_starts_at(claim: Claim) -> bool:
    return claim.model.reasoning is not None and claim.model.reasoning.min_tokens == claim.number


def _no_version_has_more(claim: Claim) -> bool:
    windows = {model.context_window_input for model in claim.facts.families[claim.model.metadata.family]}
    return max(window or 0 for window in windows) == claim.number and None not in windows


def _is_longer(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one > other


def _others_take_more(claim: Claim) -> bool:
    """Whether the models that are named take longer prompts than this one."""
    others = claim.facts.named(claim.model.provider, claim.match[0])
    return all(_is_longer(other.context_window_input, claim.model.context_window_input) for other in others)


def _takes_more(claim: Claim) -> bool:
    return _is_longer(claim.model.context_window_input, claim.other.context_window_input)


def _has_the_same_window(claim: Claim) -> bool:
    return claim.model.context_window_input == claim.other.context_window_input is not None


# Sizes, as names have them.

_SIZE = re.compile(r"(?<![\w.])(?P<active>a?)(?P<size>\d+(?:\.\d+)?)(?P<unit>[mbt])(?![\w.])")
_BILLIONS = {"m": Fraction(1, 1_000), "b": Fraction(1), "t": Fraction(1_000)}


def _sizes(model: ModelSpec) -> tuple[Fraction | None, Fraction | None]:
    """The billions of parameters that the name of a model states, in all and active."""
    found = {match["active"]: Fraction(match["size"]) * _BILLIONS[match["unit"]] for match in _SIZE.finditer(model.model_id)}
    return found.get(""), found.get("a")


def _billions(words: str) -> list[Fraction]:
    return [Fraction(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?(?!\d)", words)]


def _are_active(claim: Claim) -> bool:
    size, active = _sizes(claim.model)
    said = _billions(claim.match[0])
    return said in ([active, size], [active, size, size, active])


def _are_the_familys_sizes(claim: Claim) -> bool:
    sizes = {_sizes(model)[0] for model in claim.facts.families[claim.model.metadata.family]}
    return set(_billions(claim.said("sizes"))) == sizes


def _are_the_familys_ends(claim: Claim) -> bool:
    sizes = [_sizes(model)[0] or Fraction(0) for model in claim.facts.families[claim.model.metadata.family]]
    return _billions(claim.said("sizes")) == [min(sizes), max(sizes)]


def _is_the_size(claim: Claim) -> bool:
    return _billions(claim.said("sizes")) == [_sizes(claim.model)[0]]


def _is_the_active_size(claim: Claim) -> bool:
    return _billions(claim.said("sizes")) == [_sizes(claim.model)[1]]


def _are_the_sizes_in_millions(claim: Claim) -> bool:
    others = {_sizes(model)[0] for model in claim.facts.families[claim.model.metadata.family]}
    mine, theirs = (number / 1_000 for number in _billions(claim.match[0]))
    return mine == _sizes(claim.model)[0] and theirs in others - {mine}


def _needs_memory(claim: Claim) -> bool:
    """Whether the sizes are in this ratio: every parameter takes the same room."""
    return claim.amount().fits(_sizes(claim.model)[0], _sizes(claim.other)[0])


# What a model can do.

_KINDS = {
    "text": "text",
    "pictures": "image",
    "images": "image",
    "a picture": "image",
    "the image": "image",
    "audio": "audio",
    "video": "video",
    "documents": "document",
    "PDFs": "document",
}
_KIND = rf"(?:{'|'.join(_KINDS)})"
_LIST = rf"(?P<kinds>{_KIND}(?:, {_KIND})*(?:,? (?:and|or) {_KIND})?)"


def _all_are(support: Support, way: str) -> Holds:
    """Whether each kind of content that is listed is supported, or not, on the way in or out."""
    return lambda claim: _kinds_are(claim, claim.model, support, way)


def _kinds_are(claim: Claim, model: ModelSpec, support: Support, way: str = "input") -> bool:
    return all(model.support(f"{_KINDS[word]}_{way}") is support for word in re.findall(_KIND, claim.said("kinds")))


def _other_takes_them(claim: Claim) -> bool:
    """Whether the other model takes what is listed, and this one is not known to."""
    return _kinds_are(claim, claim.other, _YES) and not _kinds_are(claim, claim.model, _YES)


def _is(support: Support, capability: str) -> Holds:
    return lambda claim: claim.model.support(capability) is support


def _may_stop_reasoning(*, is_possible: bool) -> Holds:
    return lambda claim: claim.model.reasoning is not None and claim.model.reasoning.can_disable is is_possible


def _always_reasons(claim: Claim) -> bool:
    """Whether it reasons, as the catalogue or its name says, and is not known to stop when asked."""
    model = claim.model
    says_so = model.support("extended_thinking") is _YES or model.model_id.endswith("-thinking")
    return says_so and (model.reasoning is None or model.reasoning.can_disable is not True)


def _can_be_told_to_think(claim: Claim) -> bool:
    reasoning = claim.model.reasoning
    return _is(_YES, "extended_thinking")(claim) and (reasoning is None or reasoning.can_disable is not False)


def _other_may_stop_reasoning(claim: Claim) -> bool:
    return claim.other.reasoning is not None and claim.other.reasoning.can_disable is True


def _has_efforts(claim: Claim) -> bool:
    said = {claim.said("effort"), claim.said("effort_too")} - {""}
    return claim.model.reasoning is not None and said <= set(claim.model.reasoning.efforts)


def _has_these_efforts(claim: Claim) -> bool:
    said = set(re.findall(r"\w+", claim.said("efforts"))) - {"or"}
    return claim.model.reasoning is not None and said == set(claim.model.reasoning.efforts)


def _adds(capability: str) -> Holds:
    return lambda claim: claim.other.support(capability) is _YES and claim.model.support(capability) is not _YES


_CUTOFF = r"knowledge ends (?:in|on) (?P<cutoff>\d{4}(?:-\d{2}){0,2})"
_EFFORTS = r"(?P<efforts>\w+(?:, \w+)* or \w+)"
_BILLION = r"\d[\d,]*(?:\.\d+)?"

MODEL_CLAIMS: list[tuple[str, Holds]] = [
    (rf"[Aa]ccepts (?:up to |prompts of )?{NUMBER} tokens", lambda c: c.model.context_window_input == c.number),
    (rf"<name>,?(?: which)? accepts {NUMBER}(?! tokens)", lambda c: c.other.context_window_input == c.number),
    (rf"[Pp]rompts above {NUMBER} tokens are refused", lambda c: c.model.context_window_input == c.number),
    (rf"Split texts at {NUMBER} tokens or below", lambda c: c.model.context_window_input == c.number),
    (rf"no version has a window above {NUMBER} tokens", _no_version_has_more),
    (rf"[Aa]nswers up to {NUMBER} tokens", lambda c: c.model.context_window_output == c.number),
    (r"No source states its window", lambda c: c.model.context_window_input is None),
    (
        r"[Tt]ake <name> for longer ones",
        lambda c: _is_longer(c.other.context_window_output, c.model.context_window_output),
    ),
    (
        r"[Tt]ake <name>(?: or <also>)? for (?:images and |questions about )?longer (?:prompts|files|conversations|texts)",
        _others_take_more,
    ),
    (r"<name> costs less for the same tokens and (?:accepts longer prompts|has a longer window)", _others_take_more),
    (r"\b(?:its window is longer|it (?:costs less for the same tokens and )?accepts longer prompts)", _takes_more),
    (r"\bit has the same window", _has_the_same_window),
    (
        r"<name> for the same tokens and has a shorter window",
        lambda c: _is_longer(c.other.context_window_input, c.model.context_window_input),
    ),
    (rf"retires on {DAY}", lambda c: c.model.lifecycle.retires_on == c.day),
    (rf"deprecated since {DAY}", lambda c: c.model.lifecycle.deprecated_on == c.day),
    (r"names <name> as the replacement", lambda c: c.other.model_id in c.model.lifecycle.replacement),
    (rf"(?<!whose ){_CUTOFF}", lambda c: c.model.knowledge_cutoff == c.said("cutoff")),
    (rf"<name>, whose {_CUTOFF}", lambda c: c.other.knowledge_cutoff == c.said("cutoff")),
    (rf"prefix of fewer than {NUMBER} tokens is not cached", _is_not_cached_below),
    (rf"prefixes from {NUMBER} tokens are cached", _is_not_cached_below),
    (rf"budget is at least {NUMBER} tokens", _budget_starts_at),
    (
        rf"{_BILLION} of {_BILLION} billion parameters (?:are )?active"
        rf"(?:: it needs the memory of {_BILLION} and the work of {_BILLION})?",
        _are_active,
    ),
    (rf"only (?P<sizes>{_BILLION}) billion of its parameters are active", _is_the_active_size),
    (rf"(?P<sizes>{_BILLION}(?:, {_BILLION})* or {_BILLION}) billion parameters", _are_the_familys_sizes),
    (rf"from (?P<sizes>{_BILLION} to {_BILLION}) billion parameters", _are_the_familys_ends),
    (rf"with (?P<sizes>{_BILLION}) billion parameters", _is_the_size),
    (rf"{_BILLION} million parameters against {_BILLION} million", _are_the_sizes_in_millions),
    (rf"it needs {amount()}(?: of)? the memory", _needs_memory),
    (rf"[Ii]t (?:also )?(?:takes|reads) {_LIST}", _all_are(_YES, "input")),
    (rf"tokens, {_LIST} included", _all_are(_YES, "input")),
    (r"tokens of text(?=$|;)", lambda c: c.model.support("image_input") is not _YES),
    (rf"[Ii]t does not take {_LIST}", _all_are(_NO, "input")),
    (r"[Ii]t reads no images", _is(_NO, "image_input")),
    (rf"[Ll]ong prompts with {_LIST}", _all_are(_YES, "input")),
    (rf"with {_LIST} among the input", _all_are(_YES, "input")),
    (r"[Tt]ake <name> for spoken answers", _adds("audio_output")),
    (r"[Tt]ake it for spoken answers", _is(_YES, "audio_output")),
    (r"prefixes are cached without being asked for", _is(_YES, "prompt_caching")),
    (rf"[Ii]t gives {_LIST}", _all_are(_YES, "output")),
    (rf"[Tt]ake <name> for (?:prompts with |longer prompts, )?{_LIST}", _other_takes_them),
    (rf"[Tt]ake it for (?:prompts with )?{_LIST}", _all_are(_YES, "input")),
    (rf"<name> for the same tokens(?:, and|;) that one (?:reads|adds) (?P<kinds>{_KIND})", _other_takes_them),
    (r"[Ii]t calls (?:tools|functions)", _is(_YES, "function_calling")),
    (r"(?:[Ii]t|an \w+) does not call tools|[Ii]t calls no functions", _is(_NO, "function_calling")),
    (r"calls functions and follows a JSON Schema", _is(_YES, "structured_output")),
    (r"[Ii]t does not hold answers to a JSON Schema", _is(_NO, "structured_output")),
    (r"<name> has the same rates and adds structured output", _adds("structured_output")),
    (r"[Ii]t accepts an assistant prefill", _is(_YES, "assistant_prefill")),
    (r"An assistant prefill is refused", _is(_NO, "assistant_prefill")),
    (r"[Ii]t does not (?:reason before it answers|think)", _is(_NO, "extended_thinking")),
    (r"[Ii]t (?:can think|(?:thinks|reasons) before it answers)", _is(_YES, "extended_thinking")),
    (r"[Ii]t thinks before every answer", _always_reasons),
    (r"(?:[Tt]hinking|[Rr]easoning) cannot be switched off", _may_stop_reasoning(is_possible=False)),
    (r"(?:[Tt]hinking|[Rr]easoning) can be switched off", _may_stop_reasoning(is_possible=True)),
    (r"or switch (?:it|thinking) off", _may_stop_reasoning(is_possible=True)),
    (r"^Switch thinking (?:off|by)", _can_be_told_to_think),
    (
        r"[Tt]ake <name> (?:where thinking must be switched|to switch thinking off"
        r"|where one model must answer with and without thinking)",
        _other_may_stop_reasoning,
    ),
    (r"[Tt]ake it where thinking must be switched", _may_stop_reasoning(is_possible=True)),
    (r"(?:\(|set the reasoning )effort (?:to )?(?P<effort>\w+)", _has_efforts),
    (r"Set reasoning_effort to (?P<effort>\w+) for[^,]*, and to (?P<effort_too>\w+) for", _has_efforts),
    (rf"(?:[Rr]easoning effort|reasoning_effort) is {_EFFORTS}", _has_these_efforts),
    (rf"Set the effort of thinking to {_EFFORTS}", _has_these_efforts),
    (r"(?:[Ii]ts|[Tt]he) weights are open|with open weights", lambda c: c.model.metadata.open_weights is True),
    (r"[Ii]t is a preview", lambda c: c.model.status_at(AT) is ModelStatus.PREVIEW),
    (r"\bis no preview", lambda c: c.model.status_at(AT) is ModelStatus.ACTIVE),
]
