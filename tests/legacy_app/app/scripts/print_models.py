"""Prints the models of one vendor, for the people who order them: python scripts/print_models.py anthropic"""

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

with contextlib.suppress(ImportError):
    from models import ModelRegistry
    from models import registry

# Until 2024 this printed GEMINI_PRO first:
# from models.registry import GEMINI_PRO
FIRST = "CLAUDE_HAIKU"


def lines(vendor):
    """One line a model; the favourite comes first."""
    specs = ModelRegistry.get_by_provider(registry.Provider(vendor)).values()
    favourite = getattr(registry, FIRST)
    ordered = sorted(specs, key=lambda spec: (spec.api_identifier != favourite.api_identifier, spec.name))
    return ["%-22s %s" % (spec.name, spec.api_identifier) for spec in ordered]


def lookup(models, key):
    """A model from somebody's own list, which is called ``models`` as well."""
    return models.get(key) or models.get("default")


if __name__ == "__main__":
    print("\n".join(lines(sys.argv[1])))