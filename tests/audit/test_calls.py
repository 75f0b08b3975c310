"""Calls of models: what they ask for, against what the model is known not to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Found = Callable[..., list[Any]]

IMAGE = '[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": u}}]}]'
BLOCK = '[{"role": "user", "content": [{"type": "image", "source": s}]}]'


def asked(found: Found, text: str) -> list[str]:
    """The capabilities that the calls in a text ask for and do not get."""
    return [finding.facts["capability"] for finding in found(text, select=("AIM302",))]


@pytest.mark.parametrize(
    ("code", "capability"),
    [
        (f'client.chat.completions.create(model="gpt-90", messages={IMAGE})', "image_input"),
        (f'messages = {IMAGE}\nclient.chat.completions.create(model="gpt-90", messages=messages)', "image_input"),
        (f'MODEL = "gpt-90"\nOpenAI().chat.completions.create(model=MODEL, messages={IMAGE})', "image_input"),
        ('c.chat.completions.create(model="gpt-85-mini", messages=m, tools=[t])', "function_calling"),
        ('c.chat.completions.create(model="gpt-85-mini", messages=m, functions=FUNCTIONS)', "function_calling"),
        ('c.chat.completions.create(model="gpt-85-mini", messages=m, stream=True)', "streaming"),
        ('c.chat.completions.create(model="gpt-90", messages=m, response_format={"type": "json_object"})', "json_mode"),
        (
            'c.chat.completions.create(model="gpt-90", messages=m, response_format={"type": "json_schema", "x": 1})',
            "structured_output",
        ),
        ('c.chat.completions.parse(model="gpt-90", messages=m, response_format=Answer)', "structured_output"),
        ('c.chat.completions.create(model="gpt-90", messages=m, reasoning_effort="low")', "extended_thinking"),
        ('openai.ChatCompletion.create(model="gpt-85-mini", messages=m, functions=[f])', "function_calling"),
        ('c.responses.create(model="gpt-90", input=[{"type": "input_image", "image_url": u}])', "image_input"),
        ('c.responses.create(model="gpt-90", input=i, text={"format": {"type": "json_schema"}})', "structured_output"),
        ('c.responses.create(model="gpt-90", input=i, tools=[{"type": "web_search"}])', "web_search"),
        ('c.responses.create(model="gpt-90", input=i, reasoning={"effort": "low"})', "extended_thinking"),
        ('c.embeddings.create(model="gpt-90", input=i)', "embeddings"),
        ('c.images.generate(model="gpt-90", prompt=p)', "image_output"),
        (f'c.messages.create(model="gpt-90", max_tokens=9, messages={BLOCK})', "image_input"),
        ('c.messages.create(model="gpt-90", max_tokens=9, thinking={"type": "enabled"}, messages=m)', "extended_thinking"),
        ('c.messages.create(model="gpt-85-mini", max_tokens=9, system="Be kind.", messages=m)', "system_messages"),
        ('with c.messages.stream(model="gpt-85-mini", max_tokens=9, messages=m): ...', "streaming"),
        (
            'c.models.generate_content(model="gpt-90", contents=[types.Part.from_bytes(data=d, mime_type="image/png")])',
            "image_input",
        ),
        (
            'c.models.generate_content(model="gpt-90", contents=x, config=types.GenerateContentConfig(response_schema=S))',
            "structured_output",
        ),
        ('c.models.generate_content(model="gpt-90", contents=x, config={"thinking_config": {"a": 1}})', "extended_thinking"),
        ('c.models.generate_content(model="gpt-90", contents=[{"mime_type": "audio/wav", "data": d}])', "audio_input"),
        ('c.models.generate_content_stream(model="gpt-85-mini", contents=x)', "streaming"),
        ('genai.GenerativeModel("gpt-85-mini", tools=[t])', "function_calling"),
        ('m = genai.GenerativeModel("gpt-85-mini")\nm.generate_content(x, tools=[t])', "function_calling"),
        (f'from litellm import completion\ncompletion("gpt-90", {IMAGE[:0]}messages={IMAGE})', "image_input"),
        ('import litellm\nlitellm.acompletion(model="gpt-85-mini", messages=m, tools=[t])', "function_calling"),
        ('ChatOpenAI(model="gpt-85-mini").bind_tools([t])', "function_calling"),
        ('llm = ChatOpenAI(model="gpt-90")\nllm.with_structured_output(Answer)', "structured_output"),
        ('init_chat_model("gpt-85-mini", streaming=True)', "streaming"),
        ('ChatAnthropic(model_name="gpt-90", thinking={"type": "enabled"})', "extended_thinking"),
        ('from ai_models import get_provider\nget_provider("gpt-85-mini").complete("x", tools=[t])', "function_calling"),
        ('p = get_provider("gpt-90")\np.complete("x", response_schema=Answer)', "structured_output"),
        ('p = get_provider("gpt-85-mini")\np.stream("x")', "streaming"),
        (
            "from ai_models import get_provider\nfrom ai_models.providers import Image\n"
            'get_provider("gpt-90").complete(["x", Image.from_file(f)])',
            "image_input",
        ),
    ],
)
def test_what_a_model_cannot_do_is_told_at_the_call(found: Found, code: str, capability: str) -> None:
    assert asked(found, code) == [capability]


@pytest.mark.parametrize(
    "code",
    [
        'c.chat.completions.create(model="gpt-90", messages=m, tools=[t])',  # supported
        'c.chat.completions.create(model="gpt-84", messages=m, tools=[t])',  # unknown is not "no"
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=[])',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=None)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=NOT_GIVEN)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=openai.NOT_GIVEN)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=NotGiven())',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=given)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=[t] if x else None)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, stream=False)',
        'c.chat.completions.create(model="gpt-85-mini", messages=m, stream=stream)',
        'c.chat.completions.create(model="gpt-90", messages=m, response_format={"type": "text"})',
        'c.chat.completions.create(model="gpt-90", messages=m, reasoning_effort="none")',
        'c.messages.create(model="gpt-90", max_tokens=9, thinking={"type": "disabled"}, messages=m)',
        'c.messages.create(model="gpt-90", max_tokens=9, thinking={}, messages=m)',
        "c.chat.completions.create(model=chosen, messages=m, tools=[t])",
        'M = "gpt-85-mini"\nM = "gpt-90"\nc.chat.completions.create(model=M, messages=m, tools=[t])',
        'def f(M): c.chat.completions.create(model=M, tools=[t])\nM = "gpt-85-mini"',
        'completion(model="gpt-85-mini", messages=m, tools=[t])',  # nobody imports litellm
        'c.messages.create(model="gpt-91", thinking={"type": "enabled"})',
        'llm = ChatOpenAI(model="gpt-85-mini")\nllm = other\nllm.bind_tools([t])',
        "x.bind_tools([t])",
        "make().bind_tools([t])",
        'c.chat.completions.create(model="gpt-90", messages=[{"type": "image"}])',
        'c.responses.create(model="gpt-90", input=i, tools=[{"type": "function"}])',
        'c.models.generate_content(model="gpt-90", contents=x, config=config)',
    ],
)
def test_what_is_possible_or_cannot_be_seen_is_not_told(found: Found, code: str) -> None:
    assert asked(found, 'import openai\nx = "gpt-90"\n' + code) == []


def test_the_finding_is_at_what_asks(found: Found) -> None:
    text = 'c.chat.completions.create(model="gpt-85-mini", messages=m, tools=[lookup])'
    (finding,) = found(text, select=("AIM302",))
    assert finding.subject == "[lookup]"
    assert finding.message == "gpt-85-mini is known not to support function_calling, which this call asks for"
    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ('c.messages.create(model="gpt-90", max_tokens=8_001, messages=m)', 8_001),
        ('c.messages.create(model="gpt-90", max_tokens=8_000, messages=m)', None),
        ('c.chat.completions.create(model="gpt-90", max_completion_tokens=9_000, messages=m)', 9_000),
        ('c.responses.create(model="gpt-90", max_output_tokens=9_000, input=i)', 9_000),
        ('c.responses.create(model="gpt-84", max_output_tokens=9_000, input=i)', None),
        ('get_provider("gpt-90").complete("x", max_tokens=9_000)', 9_000),
        ('c.messages.create(model="gpt-90", max_tokens=limit, messages=m)', None),
    ],
)
def test_output_limits(found: Found, code: str, limit: int | None) -> None:
    results = found(code, select=("AIM303",))
    assert [finding.facts["found"] for finding in results] == ([] if limit is None else [limit])


def test_messages_of_two_calls_are_told_at_each_call(found: Found) -> None:
    call = 'client.chat.completions.create(model="gpt-90", messages=messages)\n'
    results = found(f"messages = {IMAGE}\n{call}{call}", select=("AIM302",))
    assert [(finding.span.line, finding.subject) for finding in results] == [(2, "messages"), (3, "messages")]


def test_the_limit_in_a_configuration_counts(found: Found) -> None:
    text = "c.models.generate_content(model='gpt-90', contents=x, config=types.GenerateContentConfig(max_output_tokens={}))"
    assert found(text.format(8_000)) == []
    (finding,) = found(text.format(8_001))
    assert (finding.code, finding.subject) == ("AIM303", "8001")
