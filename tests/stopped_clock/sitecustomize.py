"""Runs at the start of every Python that test_migration_page.py starts: stops its clock, and kills it where it is told to.

``STOPPED_AT`` is the instant that it is. ``KILLED_AT`` is the name of a file: the process dies by SIGKILL when it is about
to put a new content in its place.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

sys.modules["pytest"] = None  # type: ignore[assignment]  # time_machine imports it where it can: half a second a process
import time_machine  # noqa: E402

del sys.modules["pytest"]

_replace = os.replace


def _dying(source: str, target: str, **options: int) -> None:
    if os.path.basename(target) == os.environ["KILLED_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)
    _replace(source, target, **options)


if "STOPPED_AT" in os.environ:
    time_machine.travel(datetime.fromisoformat(os.environ["STOPPED_AT"]), tick=False).start()
if "KILLED_AT" in os.environ:
    os.replace = _dying
