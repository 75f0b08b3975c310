"""Time statements in the interpreter of one subject: JSON in on stdin, seconds a call out on stdout.

Every subject is timed by this one loop. It runs with ``-I`` and imports the standard library only.
"""

import json
import statistics
import sys
import timeit

BATCH_SECONDS = 0.05
BATCHES = 7


def seconds_per_call(statement: str, names: dict[str, object]) -> float:
    """The median over batches that each take at least BATCH_SECONDS; the batch that finds their size is the warm-up."""
    timer = timeit.Timer(statement, globals=names)
    calls, seconds = 1, timer.timeit(1)
    while seconds < BATCH_SECONDS:
        calls *= 2
        seconds = timer.timeit(calls)
    return statistics.median(timer.repeat(BATCHES, calls)) / calls


def main() -> None:
    """Run the setup once, then time each statement in turn."""
    job = json.load(sys.stdin)
    names: dict[str, object] = {}
    exec(job["setup"], names)  # noqa: S102  the setup is this repository's own text
    print(json.dumps({row: seconds_per_call(statement, names) for row, statement in job["calls"].items()}))


if __name__ == "__main__":
    main()
