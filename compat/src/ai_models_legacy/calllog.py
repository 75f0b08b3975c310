"""The call log: who calls which old name from where, to find the code that nobody knew of. Off unless it is asked for.

``AI_MODELS_LEGACY_CALLS=FILE`` or ``log_calls(path)`` switches it on. A site is written when it is first seen, so that a
process that is killed has told of it; how often it called besides is written at exit, and by ``flush_calls``. The counts of
a site's lines add up. Arguments are never written.
"""

from __future__ import annotations

import atexit
import os
import threading
from types import FrameType
from typing import NamedTuple

__all__ = ["VARIABLE", "count", "flush_calls", "is_on", "log_calls"]

VARIABLE = "AI_MODELS_LEGACY_CALLS"
"""The environment variable that names the file."""


class _Site(NamedTuple):
    name: str
    module: str
    file: str
    line: int
    function: str


_lock = threading.RLock()  # a signal handler, or a handler of logging, may come here again
_path: str | None = None
_unwritten: dict[_Site, int] = {}
"""Calls of each known site that are in no file yet."""


def log_calls(path: str | os.PathLike[str] | None) -> None:
    """Write a line for every site that uses an old name to this file from now on; None stops it.

    What was counted for another file is written there first.

    Raises:
        OSError: the file cannot be written.
    """
    global _path
    flush_calls()
    file = None if path is None else os.path.abspath(path)  # noqa: PTH100 pathlib would be imported for this alone
    if file is not None:
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644))
    with _lock:
        _path = file
        _unwritten.clear()


def is_on() -> bool:
    """Whether calls are logged."""
    return _path is not None


def count(frame: FrameType, name: str) -> None:
    """Count a call of an old name from the line of a frame."""
    code = frame.f_code
    module = str(frame.f_globals.get("__name__", "<unknown>"))
    site = _Site(name, module, code.co_filename, frame.f_lineno, code.co_qualname)
    with _lock:
        if site in _unwritten:
            _unwritten[site] += 1
            return
        _unwritten[site] = 0
        _write({site: 1})


def flush_calls() -> None:
    """Write what was counted since the last time; at exit this happens by itself."""
    with _lock:
        calls = {site: number for site, number in _unwritten.items() if number}
        _unwritten.update(dict.fromkeys(calls, 0))
        _write(calls)


def _write(calls: dict[_Site, int]) -> None:
    """Append the counts, while the lock is held; a file that cannot be written ends the log, never the program."""
    global _path
    if _path is None or not calls:
        return
    from ai_models_legacy.jsonlines import append  # json is imported where something is logged

    path = _path
    try:
        for site, number in calls.items():
            append(path, {**site._asdict(), "count": number, "pid": os.getpid()})
    except OSError as error:
        _path = None
        _complain(error)


def _complain(error: OSError) -> None:
    import logging  # only when something is wrong

    logging.getLogger("ai_models_legacy").error("calls of old names are logged no more: %s", error)


def _begin_in_child() -> None:
    """A forked process counts for itself: what its parent had counted, its parent writes."""
    global _lock
    _lock = threading.RLock()
    _unwritten.update(dict.fromkeys(_unwritten, 0))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
atexit.register(flush_calls)
if os.environ.get(VARIABLE, "").strip():
    try:
        log_calls(os.environ[VARIABLE].strip())
    except OSError as cannot:
        _complain(cannot)
