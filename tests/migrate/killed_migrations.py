"""Programs that migrate a tree and are killed, or whose disk is full: before or after each call of the system, or any time."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from migrated_trees import picture, plan, tree

from ai_models.errors import MigrationError
from ai_models.migrate.applying import apply
from ai_models.migrate.guard import LOCK
from ai_models.migrate.rollback import rollback

CALLS = ("open", "write", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "fchmod", "chmod", "symlink", "ftruncate")
"""The calls with which something on the disk changes."""

FAILED = {"every file is as it was": 3, "undoing it failed too": 4, "": 2}
"""How a child ends that failed, by what the error says."""

UNTOUCHED = 9
"""How a child ends that never came to its n-th call."""

WRITING = ("write", "mkdir", "symlink", "open", "ftruncate")
"""Those that need room."""


def main(work: str, root: str) -> None:
    {"apply": do_apply, "rollback": do_rollback}[work](root)


def do_apply(root: str) -> None:
    apply(plan(Path(root)))


def do_rollback(root: str) -> None:
    rollback(Path(root))


def run_until_killed(work: str, root: str) -> None:
    """Do the work once, and say when it begins and ends: for whoever kills it from outside."""
    print("ready", flush=True)
    main(work, root)
    print("done", flush=True)


def at_each_call(kind: str, work: str, root: str) -> None:
    """Do the work in a child that dies, or whose call fails, at its n-th call; print what came of it, for every n.

    ``before`` and ``after`` kill it there; ``full`` fails it once with a full disk, ``filled`` from there on.
    """
    number, finished = 0, False
    while not finished:
        number += 1
        original = fresh(root)
        if work == "rollback":
            do_apply(root)
        child = os.fork()
        if child == 0:
            calls = wrap(kind, number)
            try:
                main(work, root)
            except (OSError, MigrationError) as error:
                os._exit(FAILED[next((said for said in FAILED if said in str(error)), "")])
            os._exit(0 if calls() >= number else UNTOUCHED)
        status = os.waitpid(child, 0)[1]
        finished = os.WIFEXITED(status) and os.waitstatus_to_exitcode(status) == UNTOUCHED
        left = picture(Path(root))
        left.pop(LOCK, None)
        half = "as before" if left == original else "other"
        again = all(rolled_back(root) for _ in range(2))
        after = picture(Path(root))
        code = "killed" if os.WIFSIGNALED(status) else f"code {os.waitstatus_to_exitcode(status)}"
        print(code, half, "restored" if after == original else f"NOT RESTORED {set(after.items()) ^ set(original.items())}", again)
    sys.stdout.flush()


def fresh(root: str) -> dict:
    shutil.rmtree(root, ignore_errors=True)
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
    return picture(tree(Path(root)))


def rolled_back(root: str) -> bool:
    """Whether a rollback left nothing to roll back; one of a run that never began has nothing to do."""
    try:
        rollback(Path(root))
    except MigrationError as error:
        return "is known to roll back" in str(error)
    return rollback(Path(root)).already


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
            try:
                return function(*arguments, **options)
            finally:
                if kind == "after" and count == number:
                    os.kill(os.getpid(), signal.SIGKILL)

        return replacement

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
    return lambda: count


if __name__ == "__main__":
    {"each": at_each_call, "once": run_until_killed}[sys.argv[1]](*sys.argv[2:])
