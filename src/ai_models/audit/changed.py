"""What changed since a git reference: files, and the lines in them that are new."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Final

from ai_models.audit.findings import Finding
from ai_models.errors import AuditError

__all__ = ["Changes", "changes_since"]

_HUNK: Final = re.compile(r"@@ -\S+ \+(?P<start>\d+)(?:,(?P<count>\d+))? @@")
_SECONDS: Final = 120
_UNCOUNTED: Final = "-\t-\t"
"""How ``git diff --numstat`` begins a file that it has no lines of."""
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\"}


class Changes:
    """New lines by file (as absolute paths); a file that git does not know yet, or takes for binary, is new as a whole."""

    def __init__(self, lines: dict[str, set[int]], whole: set[str]) -> None:
        self._lines = lines
        self._whole = whole

    def touches(self, path: str) -> bool:
        """Whether a file has new lines."""
        absolute = os.path.realpath(path)
        return absolute in self._whole or bool(self._lines.get(absolute))

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is on a new line; in a notebook, whose cells have lines of their own, anywhere in the file."""
        absolute = os.path.realpath(finding.path)
        if absolute in self._whole or finding.cell is not None:
            return True
        lines = self._lines.get(absolute, set())
        return any(line in lines for line in range(finding.span.line, finding.span.end_line + 1))


def changes_since(reference: str, folder: str) -> Changes:
    """What the working tree has that a commit, a branch or a tag has not.

    Of a branch that has gone on since, the commit counts at which this one left it.

    Args:
        reference: as git takes it.
        folder: somewhere in the repository.

    Raises:
        AuditError: git is missing, this is no repository, or the reference means nothing.
    """
    top = _git(folder, "rev-parse", "--show-toplevel").rstrip("\n")
    base = _base(top, reference)
    since = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules", base, "--")
    diff = _git(top, "diff", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/", *since)
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    # Of what git takes for binary (UTF-16, or told so by attributes) it shows no lines.
    counts = _git(top, "diff", "--numstat", "-z", *since).split("\0")
    whole = [*new, *(count.removeprefix(_UNCOUNTED) for count in counts if count.startswith(_UNCOUNTED))]
    return Changes(_new_lines(diff, top), {os.path.realpath(os.path.join(top, name)) for name in whole if name})


def _base(top: str, reference: str) -> str:
    """The commit since which lines are new."""
    if reference.startswith("-") or not reference.strip():
        raise AuditError(f"{reference!r} is no git reference")
    found = _run(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if found.returncode:
        is_shallow = _git(top, "rev-parse", "--is-shallow-repository").strip() == "true"
        why = "; this clone is shallow, fetch the history too (fetch-depth: 0)" if is_shallow else ""
        raise AuditError(f"git knows no {reference!r} here; name a commit, a branch or a tag{why}")
    commit = os.fsdecode(found.stdout).strip()
    left = _run(top, "merge-base", commit, "HEAD")  # none where the two have nothing in common
    return commit if left.returncode else os.fsdecode(left.stdout).strip()


def _new_lines(diff: str, top: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    lines: set[int] = set()
    left = 0
    for line in diff.split("\n"):
        if left and line[:1] in ("+", "-"):
            left -= 1  # content, whatever it looks like
            continue
        if line.startswith("+++ "):
            name = _unquoted(line[4:].rstrip("\t"))
            lines = (
                found.setdefault(os.path.realpath(os.path.join(top, name[2:])), set()) if name.startswith("b/") else set()
            )
        elif hunk := _HUNK.match(line):
            start, count = int(hunk["start"]), int(hunk["count"] or 1)
            lines.update(range(start, start + count))
            left = count + _removed(line)
    return found


def _removed(hunk: str) -> int:
    before = hunk.split(" ")[1].lstrip("-")
    return int(before.partition(",")[2] or 1)


def _unquoted(name: str) -> str:
    """A file's name as git writes it: in quotes, with escapes, where it holds anything unusual."""
    if not name.startswith('"'):
        return name
    raw = bytearray()
    for match in re.finditer(r"\\([0-7]{3})|\\(.)|([^\\])", name[1:-1]):
        if match[1]:
            raw.append(int(match[1], 8))
        else:
            raw += (_ESCAPES.get(match[2], match[2]) if match[2] else match[3]).encode("utf-8", "surrogateescape")
    return os.fsdecode(bytes(raw))


def _git(folder: str, *arguments: str) -> str:
    ran = _run(folder, *arguments)
    if ran.returncode:
        complaint = (os.fsdecode(ran.stderr).strip().splitlines() or [f"git {arguments[0]} failed"])[0]
        raise AuditError(f"git: {complaint}")
    return os.fsdecode(ran.stdout)


def _run(folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 fixed arguments; the reference is checked, and git is told that options are over
            ["git", "-C", folder, "-c", "core.quotePath=false", *arguments],  # noqa: S607 the user's own git
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AuditError(f"git cannot be run: {error}") from None
