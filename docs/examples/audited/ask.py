"""Answers questions, with whatever is wrong in the code bases that ai-models audit was written for."""

import anthropic

MODEL = "claude-sonnet"  # was claude-3-opus-20240229
FALLBACKS = ["gpt-4-turbo", "gpt-5.5"]
PRICES_PER_1M = {"gpt-5.5": {"input": 5.00, "output": 25.00}}


def ask(question: str) -> str:
    """The answer to a question."""
    client = anthropic.Anthropic()
    message = client.messages.create(
        model="claude-3-haiku-20240307",  # ai-models: ignore[AIM102] until=2027-01-31
        max_tokens=8_000,
        messages=[{"role": "user", "content": question}],
    )
    return message.content[0].text
