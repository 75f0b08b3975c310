"""Programs that migrate a tree and are killed, or whose disk is full: at each call of the system, or at any time."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from migrated_trees import Picture, picture, plan, tree

from ai_models.errors import MigrationError
from ai_models.migrate.applying import apply
from ai_models.migrate.guard import LOCK
from ai_models.migrate.rollback import resume, rollback

CALLS = (
    "open",
    "write",
    "fsync",
    "replace",
    "rename",
    "unlink",
    "mkdir",
    "rmdir",
    "fchmod",
    "chmod",
    "symlink",
    "ftruncate",
)
"""The calls with which something on the disk changes."""

WRITING = ("open", "write", "mkdir", "symlink", "ftruncate")
"""Those that need room."""

FAILED = {"every file is as it was": 3, "undoing it failed too": 4, "": 2}
"""How a child ends that failed, by what the error says."""

UNTOUCHED = 9
"""How a child ends that never came to its n-th call."""


def do(work: str, root: str) -> None:
    if work == "apply":
        apply(plan(Path(root)))
    else:
        rollback(Path(root))


def at_each_call(kind: str, work: str, mending: str, root: str) -> None:
    """Do the work in a child that dies, or whose call fails, at its n-th call; say what came of it, for every n.

    ``before`` kills it there, which leaves what the call before it left; ``full`` fails it once with a full disk, ``filled``
    from there on. What is left is mended by a rollback, or by ``resume`` and then a rollback.
    """
    number, ended = 0, -1
    while ended != UNTOUCHED:
        number += 1
        original = fresh(root, work)
        child = os.fork()
        if child == 0:
            calls = wrap(kind, number)
            try:
                do(work, root)
            except (OSError, MigrationError) as error:
                os._exit(FAILED[next(said for said in FAILED if said in str(error))])
            os._exit(0 if calls() >= number else UNTOUCHED)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        report(ended, root, original, mending)


def at_any_time(times: str, work: str, root: str) -> None:
    """Do the work in a child that is killed after a random time, as often as is said; say what came of it."""
    choose = random.Random(17)  # noqa: S311 not a secret
    fresh(root, work)
    begun = time.perf_counter()
    do(work, root)
    duration = time.perf_counter() - begun
    for _ in range(int(times)):
        original = fresh(root, work)
        child = os.fork()
        if child == 0:
            do(work, root)
            os._exit(0)
        time.sleep(choose.uniform(0, duration * 1.1))
        os.kill(child, signal.SIGKILL)
        report(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), root, original, "rollback")


def report(ended: int, root: str, original: Picture, mending: str) -> None:
    """One line: how the child ended, what it left, and what became of that; a second rollback finds nothing to do."""
    left = picture(Path(root))
    has_lock = left.pop(LOCK, None) is not None
    seen = "as before" if left == original else "as after" if left == AFTER else "half"
    mended = mended_by(mending, root)
    is_restored = picture(Path(root)) == original
    print(ended, seen, "locked" if has_lock else "free", mended, "restored" if is_restored else "NOT RESTORED", sep="|")
    sys.stdout.flush()


def mended_by(mending: str, root: str) -> str:
    if mending == "resume":
        refused = refusal(resume, root)
        if refused and "was interrupted" not in refused:
            return refused
        if picture(Path(root)) not in (AFTER, BEFORE):
            return "NOT RESUMED"
    refused = refusal(rollback, root)
    if refused:
        return "never began" if "is known to roll back" in refused else refused
    return "idempotent" if rollback(Path(root)).already else "TWICE"


def refusal(doing: Callable[[Path], object], root: str) -> str:
    try:
        doing(Path(root))
    except MigrationError as error:
        return str(error)
    return ""


def fresh(root: str, work: str) -> Picture:
    """The tree as it is at first, as a picture; with the plan applied to it where a rollback is to come."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
    original = picture(tree(Path(root)))
    if work == "rollback":
        do("apply", root)
    return original


def wrap(kind: str, number: int) -> Callable[[], int]:
    """Have a call killed, or fail; gives a function that says how many there have been."""
    count = 0

    def counted(name: str, function: Callable) -> Callable:
        def replacement(*arguments, **options):
            nonlocal count
            if name == "open" and not arguments[1] & os.O_CREAT:
                return function(*arguments, **options)  # only looks
            if kind in ("full", "filled") and name not in WRITING:
                return function(*arguments, **options)
            count += 1
            if kind == "before" and count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            if (kind == "full" and count == number) or (kind == "filled" and count >= number):
                raise OSError(errno.ENOSPC, "No space left on device")
            return function(*arguments, **options)

        return replacement

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
    return lambda: count


if __name__ == "__main__":
    BEFORE = fresh(sys.argv[-1], "apply")
    do("apply", sys.argv[-1])
    AFTER = picture(Path(sys.argv[-1]))
    {"each": at_each_call, "random": at_any_time}[sys.argv[1]](*sys.argv[2:])
