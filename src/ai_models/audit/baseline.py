"""A baseline: findings that a project knows of, by fingerprints that stay when lines move."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ai_models.audit.findings import Finding
from ai_models.catalog.aside import write_output
from ai_models.errors import AuditError

__all__ = ["Baseline", "Known", "fingerprinted", "read_baseline", "write_baseline"]

_VERSION: Final = 1
_LENGTH: Final = 20


class Known(Struct, frozen=True, order=True):
    """A finding that a baseline holds."""

    path: str
    code: str
    message: str
    fingerprint: str


class Baseline(Struct, frozen=True):
    """The findings that are known, as they were when the baseline was written."""

    known: tuple[Known, ...] = ()

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Known]]:
        """The findings that are new, and the entries to which no finding belongs any more."""
        left = Counter(entry.fingerprint for entry in self.known)
        new: list[Finding] = []
        for finding in findings:
            if left[finding.fingerprint] > 0:
                left[finding.fingerprint] -= 1
            else:
                new.append(finding)
        stale: list[Known] = []
        for entry in self.known:
            if left[entry.fingerprint] > 0:
                left[entry.fingerprint] -= 1
                stale.append(entry)
        return new, stale


def fingerprinted(findings: Iterable[Finding], path: str) -> list[Finding]:
    """Findings of one file with their fingerprints: of code, path, subject, the line's text, and the how many-th of these.

    Args:
        findings: in their order.
        path: relative to the root of the project, so that it is the same from every folder.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    done = []
    for finding in findings:
        line = " ".join(finding.source[0].split()) if finding.source else ""
        key = (finding.code, finding.subject, line)
        text = "\0".join((*key[:1], path, *key[1:], str(seen[key])))
        seen[key] += 1
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
        done.append(replace(finding, fingerprint=digest))
    return done


def read_baseline(file: str) -> Baseline:
    """The baseline of a file.

    Raises:
        AuditError: it cannot be read, or is none.
    """
    content = _content(file)
    version = content.get("version") if isinstance(content, dict) else None
    if type(version) is int and version > _VERSION:
        raise AuditError(f"{file} is a baseline of version {version}, of a newer ai-models; this one reads {_VERSION}")
    if type(version) is not int or version != _VERSION or not isinstance(content.get("findings"), list):
        raise AuditError(f"{file} is no baseline of version {_VERSION}; --write-baseline makes one")
    return Baseline(tuple(_known(file, place, entry) for place, entry in enumerate(content["findings"])))


def _content(file: str) -> Any:
    try:
        return json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise AuditError(f"there is no baseline {file}; --write-baseline makes one") from None
    except (OSError, ValueError, RecursionError) as error:
        raise AuditError(f"the baseline {file} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _check_place(file: str) -> None:
    """Refuse to write over anything but a baseline, of whatever version, or an empty file."""
    if not os.path.exists(file) or (os.path.isfile(file) and not os.path.getsize(file)):
        return
    if not os.path.isfile(file):
        raise AuditError(f"{file} is no file that a baseline can be written to")
    try:
        content = _content(file)
    except AuditError:
        content = None
    if not isinstance(content, dict) or not {"version", "findings"} <= content.keys():
        raise AuditError(f"{file} is no baseline, and stays as it is; name another file, or remove it")


def _known(file: str, place: int, entry: object) -> Known:
    values: dict[str, Any] = entry if isinstance(entry, dict) else {}
    texts = [values.get(key) for key in ("path", "code", "message", "fingerprint")]
    if not all(isinstance(text, str) for text in texts):
        raise AuditError(f"{file}: findings[{place}] must have path, code, message and fingerprint as texts")
    return Known(*(str(text) for text in texts))


def write_baseline(file: str, findings: Iterable[Finding], paths: dict[str, str]) -> int:
    """Write a baseline of findings; ``paths`` gives the path of each file relative to the project's root.

    Returns:
        How many findings it holds.

    Raises:
        AuditError: it cannot be written, or something else stands there.
    """
    _check_place(file)
    known = sorted(Known(paths.get(each.path, each.path), each.code, each.message, each.fingerprint) for each in findings)
    entries = [{"path": e.path, "code": e.code, "message": e.message, "fingerprint": e.fingerprint} for e in known]
    text = json.dumps({"version": _VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n"
    try:
        write_output(Path(file), text.encode("utf-8", "replace"))
    except OSError as error:
        raise AuditError(f"the baseline {file} cannot be written: {error.strerror or error}") from None
    return len(entries)
