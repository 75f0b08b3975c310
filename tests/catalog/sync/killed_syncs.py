"""Programs that write a tree and are killed: fifty times at random, or once before each of their steps."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from sync_trees import DAYS, definition, documents, newest, offering, oldest, pricing

from ai_models.catalog.location import Place, has_journal
from ai_models.catalog.sync import journal
from ai_models.catalog.sync.journal import recover
from ai_models.catalog.sync.plan import make_plan, write_plan
from ai_models.catalog.validate import validate


def moved() -> dict:
    """A proposal that changes several files and adds several."""
    new = {
        f"models/definitions/acme/new_{number}.yaml": definition(model_id=f"new-{number}", aliases=[], pricing_ref=None)
        for number in range(6)
    }
    prices = pricing(**{"big-1": offering(newest(), oldest(input_per_1m_tokens=newest()["input_per_1m_tokens"]))})
    shop = {"provider": "shop", "display_name": "Shop", "models": {"b": offering(oldest(), model="acme/big-1")}}
    model = definition(metadata__context_window_input=300000)
    return documents(model, prices, **new, **{"pricing/data/shop.yaml": shop})


def place_of(root: str) -> Place:
    return Place(Path(root, "definitions"), Path(root, "pricing"))


def kill_at_any_time(root: str, original: str) -> None:
    """Sync in a child that is killed after a random time, fifty times; print how it ended and what was left each time."""
    place, old = place_of(root), tree_bytes(Path(original))
    began = time.perf_counter()
    write_plan(make_plan(place, moved(), DAYS))
    duration, new = time.perf_counter() - began, tree_bytes(Path(root))
    choose = random.Random(22)  # noqa: S311 not a secret
    for _ in range(50):
        shutil.rmtree(root)
        shutil.copytree(original, root)
        child = os.fork()
        if child == 0:
            write_plan(make_plan(place, moved(), DAYS))
            os._exit(0)
        time.sleep(choose.uniform(0, duration * 1.1))
        os.kill(child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        problems = [str(problem) for problem in validate(place).problems]
        after = tree_bytes(Path(root))
        kind = "old" if after == old else "new" if after == new else "MIXED"
        print(ended, kind, "journal" if has_journal(place) else "none", *problems[:1], flush=True)


def kill_at_each_step(root: str, original: str) -> None:
    """Sync in a child that dies before its n-th change of the disk, for every n; print what was left each time."""
    place, old = place_of(root), tree_bytes(Path(original))
    number, finished = 0, False
    while not finished:
        number += 1
        shutil.rmtree(root)
        shutil.copytree(original, root)
        child = os.fork()
        if child == 0:
            die_at(number)
            journal.write_all(tuple(place), make_plan(place, moved(), DAYS).texts)
            os._exit(0)
        finished = os.waitpid(child, 0)[1] == 0
        journal_was_there = (place.definitions / ".sync-journal").exists()
        half = tree_bytes(Path(root))
        recover([place.pricing])
        after = tree_bytes(Path(root))
        kind = "old" if after == old else "new" if len(after) > len(old) else "MIXED"
        problems = [str(problem) for problem in validate(place).problems]
        seen = "journal" if journal_was_there else "none"
        print(kind, seen, "whole" if half in (old, after) else "half", *problems[:1], flush=True)


def die_at(number: int) -> None:
    """Have the process killed before its n-th flush, rename, or removal."""
    count = 0

    def counted(function):
        def replacement(*arguments, **options):
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return replacement

    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)
    Path.unlink = counted(Path.unlink)
    shutil.rmtree = counted(shutil.rmtree)


def tree_bytes(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.yaml"))}


if __name__ == "__main__":
    {"random": kill_at_any_time, "each": kill_at_each_step}[sys.argv[1]](*sys.argv[2:])
