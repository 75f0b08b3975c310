"""``python -m ai_models`` is the command ``ai-models``."""

from ai_models.cli import main

main()
