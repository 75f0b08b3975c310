"""Small trees with a file of every kind, plans that change them in every way, and what a tree looks like from outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ai_models.migrate.editing import edited
from ai_models.migrate.plan import Edit, FileChange, Plan

Picture = dict[str, tuple[str, int, bytes]]

REGISTRY = b"SONNET = 'claude-sonnet-4-5'\nPRICE = 3.00\n"


def picture(root: Path) -> Picture:
    """Everything below a folder: kind, permissions and content of files, links and folders, empty ones too."""
    seen: Picture = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(folder, name)
            state = path.lstat()
            key = str(path.relative_to(root))
            mode = stat.S_IMODE(state.st_mode)
            if stat.S_ISLNK(state.st_mode):
                seen[key] = ("link", 0, os.fsencode(path.readlink()))
            elif stat.S_ISDIR(state.st_mode):
                seen[key] = ("folder", mode, b"")
            else:
                seen[key] = ("file", mode, path.read_bytes())
    return seen


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def tree(root: Path) -> Path:
    """A code base with old packages, scripts, links, and folders of several permissions."""
    write(
        root,
        {
            "README.md": b"# Desk\r\n\r\nAsk models.registry.\r\n",
            "pyproject.toml": b'[project]\nname = "desk"\n',
            "models/__init__.py": b"from models.registry import SONNET\n",
            "models/registry.py": REGISTRY,
            "models/old/attic/box.py": b"BOX = 1\n",
            "models/old/attic/__init__.py": b"",
            "desk/app.py": b"\xef\xbb\xbffrom models.registry import SONNET\n\nprint(SONNET)\n",
            "desk/latin.py": "# -*- coding: latin-1 -*-\nfrom models import SONNET  # für später\n".encode("latin-1"),
            "scripts/run.sh": b"#!/bin/sh\npython -m models.registry\n",
            "data/keep.bin": bytes(range(256)) * 40,
        },
    )
    (root / "empty" / "inner").mkdir(parents=True)
    (root / "scripts" / "run.sh").chmod(0o750)
    (root / "desk" / "latin.py").chmod(0o600)
    (root / "models" / "old" / "attic").chmod(0o711)
    (root / "models").chmod(0o750)
    (root / "desk" / "linked.md").symlink_to("../README.md")
    (root / "desk" / "gone.py").symlink_to("app.py")
    return root


def plan(root: Path) -> Plan:
    """A plan that changes, adds and removes files and links in old, new and emptied folders."""
    changes = [
        change(root, "README.md", insertion(b"# Desk\r\n", "Moved.\r\n")),
        change(root, "desk/app.py", replacing(root, "desk/app.py", "from models.registry", "from ai_models.registry")),
        change(root, "desk/latin.py", replacing(root, "desk/latin.py", "from models", "from ai_models")),
        change(root, "scripts/run.sh", replacing(root, "scripts/run.sh", "models.registry", "ai_models")),
        removal(root, "models/__init__.py"),
        removal(root, "models/registry.py"),
        removal(root, "models/old/attic/box.py"),
        removal(root, "models/old/attic/__init__.py"),
        removal(root, "desk/gone.py"),
        FileChange(path="ai_models_overlay/definitions/house/desk.yaml", before=None, after=b"x: 1\n", reason="new"),
        FileChange(path="bin/go", before=None, after=b"#!/bin/sh\n", reason="new", mode=0o755),
        FileChange(path="NEW.md", before=None, after="neu: für\n".encode(), reason="new"),
    ]
    return Plan.of(str(root), changes, [])


def change(root: Path, path: str, *edits: Edit) -> FileChange:
    before = (root / path).read_bytes()
    return FileChange(path=path, before=before, after=edited(before, path, edits), reason="a test", edits=edits)


def removal(root: Path, path: str) -> FileChange:
    return FileChange(path=path, before=(root / path).read_bytes(), after=None, reason="a test")


def insertion(after: bytes, text: str) -> Edit:
    place = len(after.decode())
    return Edit(start=place, end=place, text=text, rule="test", reason="a test")


def replacing(root: Path, path: str, old: str, new: str) -> Edit:
    text = (root / path).read_bytes().decode("latin-1" if "latin" in path else "utf-8-sig")
    start = text.index(old)
    return Edit(start=start, end=start + len(old), text=new, rule="test", reason="a test")
