"""The command line: ``python -m signal_desk.cli triage messages.jsonl``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import settings
from .models import read_messages

try:
    from providers.factory import get_provider
except ImportError:  # the laptops of sales have no SDK
    get_provider = None


def _provider():
    if settings.model_name() == "keywords" or get_provider is None:
        from .keyword_provider import KeywordProvider

        return KeywordProvider()
    return get_provider(settings.model_name(), enable_caching=settings.caching())


def triage(arguments: argparse.Namespace) -> int:
    """Label the messages of a file, urgent ones first."""
    from .triage import Triage

    batch = Triage(_provider()).run(read_messages(arguments.file))
    for each in batch.urgent():
        print(f"! {each.category.value:<16} {each.message.customer}: {each.message.text[:60]}")
    print(json.dumps(dict(sorted(batch.by_category().items()))))
    print(f"{len(batch.triaged)} triaged, {len(batch.skipped)} skipped, {len(batch.failed)} failed")
    return 1 if batch.failed else 0


def list_models(arguments: argparse.Namespace) -> int:
    """The desk's models, or what is known about one."""
    # late, because the tests of the argument parser should not need the registry
    from models.registry import ModelRegistry
    from .roster import table

    if not arguments.key:
        print(table())
        return 0
    if (spec := ModelRegistry.get_spec(arguments.key)) is not None:
        print(f"{spec.name} ({spec.api_identifier}): {spec.input_price_per_1m:.2f} / {spec.output_price_per_1m:.2f} USD per 1M")
        return 0
    print(f"no model is called {arguments.key}", file=sys.stderr)
    return 2


def drift(arguments: argparse.Namespace) -> int:
    from .drift import find_drift

    found = find_drift()
    for each in found:
        print(each)
    return 1 if found else 0


def docs(arguments: argparse.Namespace) -> int:
    from .docs_check import check_docs

    answers = check_docs()
    for name, is_there in answers.items():
        print(f"{name}: {'ok' if is_there else 'cannot be reached'}")
    return 0 if all(answers.values()) else 1


def budget(arguments: argparse.Namespace) -> int:
    from .budget import left, messages_left

    print(f"{left(arguments.spent):.2f} USD left, enough for {messages_left(arguments.spent):,} messages")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="signal-desk", description="Sorts what customers write.")
    commands = made.add_subparsers(required=True)
    for name, function in (("triage", triage), ("models", list_models), ("drift", drift), ("docs", docs), ("budget", budget)):
        command = commands.add_parser(name, help=function.__doc__)
        command.set_defaults(run=function)
        if name == "triage":
            command.add_argument("file", type=Path)
        if name == "models":
            command.add_argument("key", nargs="?")
        if name == "budget":
            command.add_argument("spent", type=float)
    return made


def main(arguments: "list[str] | None" = None) -> int:
    options = parser().parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
