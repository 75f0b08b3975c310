"""``python -m ai_models`` is the command ``ai-models``."""

from ai_models.cli import main

if __name__ == "__main__":  # what walks over the modules of a package imports this one too
    main()
