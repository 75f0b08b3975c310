"""How models are called, as data: the functions of the SDKs, and what their parameters ask of a model.

Sources: the reference pages of the official SDKs (anthropic 2, openai 3, google-genai 3), LiteLLM and LangChain.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ai_models.models.capabilities import ModelCapability as Can

__all__ = ["CHAINED", "CONTENT_TYPES", "MIME_TYPES", "SHAPES", "TOOL_TYPES", "Asks", "Shape"]


class Asks(NamedTuple):
    """What a parameter asks for; ``unless`` are values that ask for nothing."""

    capability: Can
    unless: tuple[object, ...] = (None, False)


class Shape(NamedTuple):
    """A function that calls a model.

    ``tail`` is the end of its dotted name, ``model`` the parameter that names the model (the first argument too, where
    ``positional``), ``task`` what any call of it asks for, ``parameters`` what each parameter asks for, ``limit`` the
    parameters that ask for output tokens, ``contents`` those that hold messages, and ``needs`` a parameter, or an import,
    without which the name means something else.
    """

    tail: str
    model: str = "model"
    positional: bool = False
    task: tuple[Can, ...] = ()
    parameters: dict[str, Asks] = {}  # noqa: RUF012 a row of a table, never changed
    limit: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    sdks: tuple[str, ...] = ()


_TOOLS: Final = Asks(Can.FUNCTION_CALLING, (None, False, ()))
_STREAM: Final = Asks(Can.STREAMING)
_SYSTEM: Final = Asks(Can.SYSTEM_MESSAGES, (None, False, ""))
_SCHEMA: Final = Asks(Can.STRUCTURED_OUTPUT)
_THINKING: Final = Asks(Can.EXTENDED_THINKING, (None, False, "none", "disabled", 0))

_OPENAI_CHAT: Final = {
    "tools": _TOOLS,
    "functions": _TOOLS,
    "stream": _STREAM,
    "reasoning_effort": _THINKING,
    "web_search_options": Asks(Can.WEB_SEARCH),
}
_CHAT_LIMITS: Final = ("max_tokens", "max_completion_tokens")
_ANTHROPIC: Final = {"tools": _TOOLS, "stream": _STREAM, "thinking": _THINKING, "system": _SYSTEM, "output_format": _SCHEMA}
_RESPONSES: Final = {"stream": _STREAM, "reasoning": _THINKING, "instructions": _SYSTEM}
_LANGCHAIN: Final = {"streaming": _STREAM, "reasoning_effort": _THINKING, "thinking": _THINKING}
_OURS: Final = {
    "tools": _TOOLS,
    "response_schema": _SCHEMA,
    "reasoning_effort": _THINKING,
    "reasoning_budget": _THINKING,
    "system": _SYSTEM,
}

SHAPES: Final = (
    Shape("chat.completions.create", parameters=_OPENAI_CHAT, limit=_CHAT_LIMITS, contents=("messages",)),
    Shape(
        "chat.completions.parse",
        parameters={**_OPENAI_CHAT, "response_format": _SCHEMA},
        limit=_CHAT_LIMITS,
        contents=("messages",),
    ),
    Shape(
        "chat.completions.stream", parameters=_OPENAI_CHAT, task=(Can.STREAMING,), limit=_CHAT_LIMITS, contents=("messages",)
    ),
    Shape("ChatCompletion.create", parameters=_OPENAI_CHAT, limit=_CHAT_LIMITS, contents=("messages",)),
    Shape("ChatCompletion.acreate", parameters=_OPENAI_CHAT, limit=_CHAT_LIMITS, contents=("messages",)),
    Shape("responses.create", parameters=_RESPONSES, limit=("max_output_tokens",), contents=("input",)),
    Shape(
        "responses.parse",
        parameters={**_RESPONSES, "text_format": _SCHEMA},
        limit=("max_output_tokens",),
        contents=("input",),
    ),
    Shape(
        "responses.stream", parameters=_RESPONSES, task=(Can.STREAMING,), limit=("max_output_tokens",), contents=("input",)
    ),
    Shape("embeddings.create", task=(Can.EMBEDDINGS,)),
    Shape("images.generate", task=(Can.IMAGE_OUTPUT,)),
    Shape("audio.transcriptions.create", task=(Can.TRANSCRIPTION,)),
    Shape("audio.speech.create", task=(Can.SPEECH_SYNTHESIS,)),
    Shape("moderations.create", task=(Can.MODERATION,)),
    Shape("messages.create", parameters=_ANTHROPIC, limit=("max_tokens",), contents=("messages",)),
    Shape("messages.stream", parameters=_ANTHROPIC, task=(Can.STREAMING,), limit=("max_tokens",), contents=("messages",)),
    Shape(
        "messages.parse", parameters={**_ANTHROPIC, "output_format": _SCHEMA}, limit=("max_tokens",), contents=("messages",)
    ),
    Shape("models.generate_content", contents=("contents",)),
    Shape("models.generate_content_stream", task=(Can.STREAMING,), contents=("contents",)),
    Shape("models.embed_content", task=(Can.EMBEDDINGS,)),
    Shape("models.generate_images", task=(Can.IMAGE_OUTPUT,)),
    Shape("models.generate_videos", task=(Can.VIDEO_OUTPUT,)),
    Shape("GenerativeModel", "model_name", positional=True, parameters={"tools": _TOOLS, "system_instruction": _SYSTEM}),
    Shape(
        "completion",
        positional=True,
        parameters={**_OPENAI_CHAT, "thinking": _THINKING},
        limit=_CHAT_LIMITS,
        contents=("messages",),
        sdks=("litellm",),
    ),
    Shape(
        "acompletion",
        positional=True,
        parameters={**_OPENAI_CHAT, "thinking": _THINKING},
        limit=_CHAT_LIMITS,
        contents=("messages",),
        sdks=("litellm",),
    ),
    Shape("embedding", positional=True, task=(Can.EMBEDDINGS,), sdks=("litellm",)),
    Shape("aembedding", positional=True, task=(Can.EMBEDDINGS,), sdks=("litellm",)),
    Shape("transcription", positional=True, task=(Can.TRANSCRIPTION,), sdks=("litellm",)),
    Shape("ChatOpenAI", parameters=_LANGCHAIN, limit=_CHAT_LIMITS),
    Shape("AzureChatOpenAI", parameters=_LANGCHAIN, limit=_CHAT_LIMITS),
    Shape("ChatAnthropic", parameters=_LANGCHAIN, limit=("max_tokens", "max_tokens_to_sample")),
    Shape("ChatGoogleGenerativeAI", parameters=_LANGCHAIN, limit=("max_tokens", "max_output_tokens")),
    Shape("ChatVertexAI", parameters=_LANGCHAIN, limit=("max_tokens", "max_output_tokens")),
    Shape("ChatMistralAI", parameters=_LANGCHAIN, limit=("max_tokens",)),
    Shape("ChatGroq", parameters=_LANGCHAIN, limit=("max_tokens",)),
    Shape("ChatCohere", parameters=_LANGCHAIN, limit=("max_tokens",)),
    Shape("init_chat_model", positional=True, parameters=_LANGCHAIN, limit=("max_tokens",)),
    Shape("OpenAIEmbeddings", task=(Can.EMBEDDINGS,), sdks=("langchain_openai", "langchain_community", "langchain")),
    Shape("get_provider", "name", positional=True),
)
"""Every function that is known to call a model, or to make what does."""

CHAINED: Final[dict[str, tuple[Can | None, dict[str, Asks], tuple[str, ...]]]] = {
    "bind_tools": (Can.FUNCTION_CALLING, {}, ()),
    "with_structured_output": (Can.STRUCTURED_OUTPUT, {}, ()),
    "stream": (Can.STREAMING, _OURS, ("max_tokens",)),
    "astream": (Can.STREAMING, _OURS, ("max_tokens",)),
    "complete": (None, _OURS, ("max_tokens",)),
    "acomplete": (None, _OURS, ("max_tokens",)),
    "generate_content": (None, {"tools": _TOOLS}, ()),
}
"""What is called on an object that was made for a model: what the call itself and its parameters ask for."""

CONTENT_TYPES: Final = {
    "image_url": Can.IMAGE_INPUT,
    "input_image": Can.IMAGE_INPUT,
    "image": Can.IMAGE_INPUT,
    "input_audio": Can.AUDIO_INPUT,
    "input_file": Can.DOCUMENT_INPUT,
    "document": Can.DOCUMENT_INPUT,
    "file": Can.DOCUMENT_INPUT,
    "video_url": Can.VIDEO_INPUT,
}
"""The ``type`` of a part of a message, and what it asks for."""

MIME_TYPES: Final = {
    "image/": Can.IMAGE_INPUT,
    "audio/": Can.AUDIO_INPUT,
    "video/": Can.VIDEO_INPUT,
    "application/pdf": Can.DOCUMENT_INPUT,
}
"""The beginnings of media types, and what a part of that type asks for."""

TOOL_TYPES: Final = {
    "web_search": Can.WEB_SEARCH,
    "web_search_preview": Can.WEB_SEARCH,
    "web_search_20250305": Can.WEB_SEARCH,
    "computer_use_preview": Can.COMPUTER_USE,
    "computer_20250124": Can.COMPUTER_USE,
    "function": Can.FUNCTION_CALLING,
}
"""The ``type`` of a tool, and what it asks for."""
