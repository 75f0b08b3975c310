"""``Task``: what people use models for, as guidance names it; one word for one use, so that it can be asked for."""

from __future__ import annotations

from enum import StrEnum

from ai_models.errors import UnknownTaskError

__all__ = ["Task"]


class Task(StrEnum):
    """A use that guidance speaks of; ``meaning`` says what belongs to it."""

    CHAT = "chat"
    CLASSIFICATION = "classification"
    EXTRACTION = "extraction"
    SUMMARIZATION = "summarization"
    TRANSLATION = "translation"
    WRITING = "writing"
    QUESTION_ANSWERING = "question_answering"
    SEARCH = "search"
    CODING = "coding"
    AGENTS = "agents"
    COMPUTER_USE = "computer_use"
    REASONING = "reasoning"
    MATH = "math"
    LONG_CONTEXT = "long_context"
    VISION = "vision"
    DOCUMENTS = "documents"
    VIDEO_UNDERSTANDING = "video_understanding"
    AUDIO_UNDERSTANDING = "audio_understanding"
    TRANSCRIPTION = "transcription"
    SPEECH = "speech"
    REALTIME = "realtime"
    IMAGE_GENERATION = "image_generation"
    VIDEO_GENERATION = "video_generation"
    MUSIC_GENERATION = "music_generation"
    EMBEDDINGS = "embeddings"
    RERANKING = "reranking"
    MODERATION = "moderation"
    BATCH_PROCESSING = "batch_processing"
    SELF_HOSTING = "self_hosting"

    @property
    def meaning(self) -> str:
        """What belongs to the task, in one sentence."""
        return _MEANINGS[self]

    @classmethod
    def parse(cls, name: str) -> Task:
        """The task of this name, in any case and with dashes, spaces or underscores.

        Raises:
            UnknownTaskError: no such task; it carries the nearest ones.
        """
        folded = str(name).strip().lower().replace("-", "_").replace(" ", "_")
        try:
            return cls(_OTHER_WORDS.get(folded, folded))
        except ValueError:
            raise UnknownTaskError(str(name), known=[task.value for task in cls]) from None


_MEANINGS = {
    Task.CHAT: "Conversations with people, over many turns.",
    Task.CLASSIFICATION: "Sorting texts or pictures into given labels.",
    Task.EXTRACTION: "Reading given fields out of text into a schema.",
    Task.SUMMARIZATION: "Making long texts short.",
    Task.TRANSLATION: "Saying a text in another language.",
    Task.WRITING: "Drafting and revising texts that people read.",
    Task.QUESTION_ANSWERING: "Answering from passages that the request brings along, as in retrieval-augmented generation.",
    Task.SEARCH: "Answering from the web or another index that the model searches itself.",
    Task.CODING: "Writing, changing and reviewing programs.",
    Task.AGENTS: "Working towards a goal over many calls of tools.",
    Task.COMPUTER_USE: "Operating a screen with mouse and keyboard.",
    Task.REASONING: "Problems of several steps that are thought through before the answer.",
    Task.MATH: "Calculations and proofs.",
    Task.LONG_CONTEXT: "Prompts of more than 100,000 tokens.",
    Task.VISION: "Understanding pictures.",
    Task.DOCUMENTS: "Reading documents as files: PDF, scans, forms, tables.",
    Task.VIDEO_UNDERSTANDING: "Understanding video.",
    Task.AUDIO_UNDERSTANDING: "Understanding recordings beyond their words: speakers, sounds, mood.",
    Task.TRANSCRIPTION: "Turning speech into text.",
    Task.SPEECH: "Turning text into speech.",
    Task.REALTIME: "Spoken conversations as they happen.",
    Task.IMAGE_GENERATION: "Making or changing pictures.",
    Task.VIDEO_GENERATION: "Making or changing video.",
    Task.MUSIC_GENERATION: "Making music.",
    Task.EMBEDDINGS: "Vectors for search, clustering and recommendation.",
    Task.RERANKING: "Ordering found passages by how well they answer a query.",
    Task.MODERATION: "Finding content that rules forbid.",
    Task.BATCH_PROCESSING: "Many requests whose answers may take hours.",
    Task.SELF_HOSTING: "Running the weights on machines of one's own.",
}

_OTHER_WORDS = {
    "summarisation": "summarization",
    "summary": "summarization",
    "rag": "question_answering",
    "code": "coding",
    "programming": "coding",
    "agent": "agents",
    "tools": "agents",
    "ocr": "documents",
    "pdf": "documents",
    "images": "vision",
    "asr": "transcription",
    "stt": "transcription",
    "tts": "speech",
    "voice": "realtime",
    "music": "music_generation",
    "embedding": "embeddings",
    "rerank": "reranking",
    "maths": "math",
    "labeling": "classification",
    "labelling": "classification",
}
