"""Seconds of an audit against bare ``ast.parse`` over the same Python files, in turns; printed as JSON.

The trees are the standard library and what a virtual environment holds of django, sqlalchemy and pydantic, which is made on
demand. The audit reads every file of a tree, the parser only what is Python, both in one process.
"""

from __future__ import annotations

import ast
import json
import os
import statistics
import sys
import sysconfig
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from ai_models.audit import Options
from ai_models.audit import audit as run
from ai_models.catalog import default_catalog

ROUNDS = 3


def sources(tree: Path) -> Iterator[bytes]:
    """The Python files of a tree; no packages that are installed within it."""
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(name for name in folders if name not in ("site-packages", "__pycache__"))
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(folder, name).read_bytes()


def parse(tree: Path) -> int:
    """Read and parse every file; the number of lines."""
    lines = 0
    for data in sources(tree):
        lines += data.count(b"\n")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError):
            continue  # files that tests need to be wrong
    return lines


def audited(tree: Path) -> int:
    """Audit the tree in this process; the number of findings."""
    inner = ("site-packages",) if (tree / "site-packages").exists() else ()
    report = run([tree], Options(gitignore=False, exclude=inner, jobs=1))
    assert report.files, f"nothing was looked at below {tree}"
    return len(report.findings)


def seconds(task: Callable[[Path], int], tree: Path) -> float:
    """How long a task takes."""
    start = time.perf_counter()
    task(tree)
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print ``name.parse``, ``name.audit``, ``name.ratio``, ``name.lines`` and ``name.findings``."""
    warnings.simplefilter("ignore")
    trees = {"stdlib": Path(sysconfig.get_paths()["stdlib"])}
    trees |= {name: Path(folder) / name for folder in sys.argv[1:2] for name in ("django", "sqlalchemy", "pydantic")}
    default_catalog()  # compiled, where its YAML has changed, before anything is measured
    found: dict[str, float] = {}
    for name, tree in trees.items():
        pairs = [(seconds(parse, tree), seconds(audited, tree)) for _ in range(ROUNDS)]
        found[f"{name}.parse"] = statistics.median(first for first, _ in pairs)
        found[f"{name}.audit"] = statistics.median(second for _, second in pairs)
        found[f"{name}.ratio"] = statistics.median(second / first for first, second in pairs)
        found[f"{name}.lines"], found[f"{name}.findings"] = parse(tree), audited(tree)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
