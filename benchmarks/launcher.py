"""Run one command as a process and print its wall-clock seconds, peak memory in bytes and exit status.

A script of its own, because Linux counts the peak of the process that *starts* a command into the command's
``ru_maxrss``: started from pytest, everything would weigh at least what pytest weighs. This one, run with ``-I -S``,
weighs less than any interpreter that it starts.
"""

import os
import sys
import time

SILENT = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes

started = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=SILENT)
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - started, usage.ru_maxrss * UNIT, os.waitstatus_to_exitcode(status))
