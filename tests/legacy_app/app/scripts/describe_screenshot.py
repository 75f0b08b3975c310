"""Describes the screenshot of a ticket. An experiment of the hack day; nobody has run it since."""

import base64
import sys
from pathlib import Path

VISION_MODEL = "gpt-3.5-turbo"


def describe(path: Path) -> str:
    import openai  # not a dependency of the desk

    picture = base64.b64encode(path.read_bytes()).decode()
    answer = openai.OpenAI().chat.completions.create(
        model="gpt-3.5-turbo",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What does the customer see, and what has gone wrong?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
                ],
            }
        ],
    )
    return answer.choices[0].message.content


if __name__ == "__main__":
    print(describe(Path(sys.argv[1])))
