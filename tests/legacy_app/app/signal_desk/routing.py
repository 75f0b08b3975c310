"""Which model does which work, when nobody asks for one by name."""

from signal_desk.llm import ModelRegistry

try:
    from models.registry import GEMINI_FLASH_LITE as DETECTOR
except ImportError:  # the data team's checkout has the toolkit only
    from toolkit.models.registry import CLAUDE_HAIKU as DETECTOR

WORK = {
    "triage": (ModelRegistry.CLAUDE_SONNET_4_5, ModelRegistry.CLAUDE_HAIKU_4_5),
    "tags": (ModelRegistry.GPT_4O_MINI,),
    "screenshots": (ModelRegistry.GPT_4O,),
    "histories": (ModelRegistry.GEMINI_2_5_PRO, ModelRegistry.GEMINI_2_5_FLASH),
    "languages": (ModelRegistry.GEMINI_2_5_FLASH_LITE,),
    "churn review": (ModelRegistry.CLAUDE_OPUS_4_1,),
}


def first_for(work: str):
    """The model that does a piece of work, as long as it is up."""
    return WORK[work][0]


def second_for(work: str):
    """The one that stands in for it; None where there is none."""
    return WORK[work][1] if len(WORK[work]) > 1 else None


def detector() -> str:
    """The identifier of the model that says which language a message is in."""
    return DETECTOR.api_identifier
