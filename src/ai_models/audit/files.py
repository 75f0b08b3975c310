"""Which files an audit reads: the walk through a tree, what is passed over and why, and what kind of file each one is."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from ai_models.audit.ignored import Ignored

__all__ = [
    "LARGEST",
    "FileKind",
    "Selection",
    "displayed",
    "kind_of",
    "name_of",
    "relative_to",
    "select_files",
    "walk_parents",
]

LARGEST: Final = 5 * 1024 * 1024
"""Files above this many bytes are passed over: nobody wrote them by hand."""

_NEVER_ENTERED: Final = frozenset(
    ".git .hg .svn .venv venv node_modules __pycache__ .mypy_cache .pytest_cache .ruff_cache .tox .nox .eggs "
    ".ipynb_checkpoints .idea .terraform .next .nuxt bower_components".split()
)

_BINARY: Final = frozenset(
    "png jpg jpeg gif webp bmp ico tiff pdf zip gz bz2 xz zst tar tgz whl egg so dll dylib a o obj exe bin "
    "class jar war pyc pyo pyd woff woff2 ttf otf eot mp3 mp4 wav ogg flac avi mov mkv webm sqlite sqlite3 db "
    "parquet arrow feather npy npz pkl pickle pt pth onnx safetensors gguf h5 hdf5 msgpack xlsx xls docx doc "
    "pptx ppt odt psd ai wasm mo der p12 pfx".split()
)
_DATA: Final = frozenset("csv tsv jsonl ndjson log svg map po pot patch diff lock snap cast geojson sarif".split())
"""Records, not programs: what a log says of a model of the past is no use of it."""
_DATA_NAMES: Final = frozenset("package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock composer.lock go.sum".split())

_TEMPLATES: Final = (".example", ".sample", ".template", ".tmpl", ".tpl", ".dist", ".j2", ".jinja", ".jinja2", ".gotmpl")
"""How the name of a file ends from which another one is made: the ending before it says how both are read."""

_READ_FOR_KIND: Final = 128


class FileKind(StrEnum):
    """How a file is read."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    CONFIG = "config"
    """Keys and values: YAML, TOML, JSON, ``.env``, shell, Dockerfiles."""
    CODE = "code"
    """Another programming language, read as plain text with strings and comments."""
    PROSE = "prose"
    DATA = "data"
    """Not read."""


_KINDS: Final[dict[str, FileKind]] = {
    **dict.fromkeys("py pyi pyw pyx".split(), FileKind.PYTHON),
    "ipynb": FileKind.NOTEBOOK,
    **dict.fromkeys(
        "yaml yml toml json json5 jsonc ini cfg conf env envrc properties sh bash zsh fish ps1 bat cmd tf "
        "tfvars hcl dockerfile mk cmake nix bicep plist editorconfig".split(),
        FileKind.CONFIG,
    ),
    **dict.fromkeys(
        "js jsx mjs cjs ts tsx mts cts java kt kts go rs rb php cs fs c h cc cpp cxx hpp hh m mm swift scala "
        "clj ex exs erl hs ml lua pl pm r jl dart vue svelte sql groovy gradle proto graphql zig nim cr d el "
        "lisp vb".split(),
        FileKind.CODE,
    ),
    **dict.fromkeys(_DATA, FileKind.DATA),
    **dict.fromkeys(_BINARY, FileKind.DATA),
}
_KIND_NAMES: Final[dict[str, FileKind]] = dict.fromkeys(
    "dockerfile containerfile makefile jenkinsfile procfile vagrantfile justfile .env .envrc .bashrc .zshrc".split(),
    FileKind.CONFIG,
)


class Selection(NamedTuple):
    """The files of an audit, in order, and how many were passed over, by reason; ``errors`` could not even be looked at."""

    files: list[str]
    passed_over: dict[str, int]
    errors: list[tuple[str, str]]


def name_of(path: str) -> str:
    """The name by which a file is known, in lower case: ``values.yaml.tmpl`` is read as ``values.yaml``."""
    name = os.path.basename(path).lower()
    while name.endswith(_TEMPLATES):
        name = name.rpartition(".")[0]
    return name


def kind_of(path: str) -> FileKind:
    """How the file of this name is read; one without an ending that a shebang calls Python is Python."""
    name = name_of(path)
    if name in _KIND_NAMES or name.startswith((".env", "dockerfile.")):
        return _KIND_NAMES.get(name, FileKind.CONFIG)
    if name in _DATA_NAMES or name.endswith((".min.js", ".min.css", ".bundle.js")):
        return FileKind.DATA
    _, dot, suffix = name.rpartition(".")
    if dot:
        return _KINDS.get(suffix, FileKind.PROSE)
    return _by_shebang(path)


def _by_shebang(path: str) -> FileKind:
    try:
        with open(path, "rb") as file:
            first = file.read(_READ_FOR_KIND).partition(b"\n")[0]
    except OSError:
        return FileKind.PROSE
    if not first.startswith(b"#!"):
        return FileKind.PROSE
    return FileKind.PYTHON if b"python" in first else FileKind.CONFIG


def select_files(
    paths: Sequence[str], *, exclude: Iterable[str] | Ignored = (), root: str = "", gitignore: bool = True
) -> Selection:
    """The files at and below the paths, each once, in the order of their names; links come last.

    What ``.gitignore`` names is passed over below a folder; a file that is named itself is read. Links to folders are not
    followed, so no loop can arise. A file that several names lead to is read once, by the name that is no link.

    Args:
        paths: files and folders.
        exclude: patterns as in ``.gitignore``, relative to ``root``, or such as know already what they are relative to; they
            hold for files that are named, too, and for names as they are asked for.
        root: the folder of the project.
        gitignore: whether ``.gitignore`` and ``.git/info/exclude`` are read.
    """
    excluded = exclude if isinstance(exclude, Ignored) else Ignored().with_patterns(root or ".", exclude)
    walk = _Walk(excluded, gitignore=gitignore)
    for path in paths:
        walk.add(path)
    walk.follow()
    return Selection(walk.files, dict(sorted(walk.passed_over.items())), walk.errors)


class _Walk:
    """One run through the trees."""

    def __init__(self, excluded: Ignored, *, gitignore: bool) -> None:
        self.files: list[str] = []
        self.passed_over: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        self._links: list[tuple[str, bool]] = []
        self._seen: set[str] = set()
        self._excluded = excluded
        self._gitignore = gitignore

    def add(self, path: str) -> None:
        """Add a file, or what is below a folder."""
        real = os.path.realpath(path)
        if os.path.isdir(path):
            self._tree(path, real)
        elif self._excluded.matches(path, is_folder=False):
            self.passed_over["excluded"] += 1
        elif os.path.islink(path):
            self._links.append((path, True))
        else:
            self._file(path, real, named=True)

    def follow(self) -> None:
        """Add what only links lead to."""
        for path, named in self._links:
            self._file(path, os.path.realpath(path), named=named)

    def _tree(self, top: str, real_top: str) -> None:
        todo = [(top, real_top, Ignored.around(real_top) if self._gitignore else Ignored())]
        while todo:
            folder, real, ignored = todo.pop()
            try:
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                self.errors.append((folder, error.strerror or str(error)))
                continue
            if self._gitignore and any(entry.name == ".gitignore" for entry in entries):
                ignored = ignored.with_file(real)
            below = [entry for entry in entries if self._is_folder(entry, real, ignored)]
            todo += [(entry.path, os.path.join(real, entry.name), ignored) for entry in reversed(below)]

    def _is_folder(self, entry: os.DirEntry[str], folder: str, ignored: Ignored) -> bool:
        """Take a file, or tell that this is a folder to go on with."""
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in _NEVER_ENTERED:
            return False
        real = os.path.join(folder, entry.name)
        if self._excluded.matches(entry.path, is_folder=is_folder):
            self.passed_over["excluded"] += not is_folder
        elif ignored.matches(real, is_folder=is_folder):
            self.passed_over["ignored by git"] += not is_folder
        elif is_folder:
            return True
        elif entry.is_symlink():
            self._links.append((entry.path, False))
        else:
            self._file(entry.path, real)
        return False

    def _file(self, path: str, real: str, *, named: bool = False) -> None:
        """Take a file; a link to nothing, a pipe or a device is nobody's file, unless somebody names it."""
        try:
            status = os.stat(path)
        except OSError as error:
            if named or not os.path.islink(path):
                self.errors.append((path, error.strerror or str(error)))
            return
        if not stat.S_ISREG(status.st_mode):
            if named:
                self.errors.append((path, "it is no file and no folder"))
            return
        if real in self._seen:
            return
        self._seen.add(real)
        if kind_of(path) is FileKind.DATA:
            self.passed_over["data or binary"] += 1
        elif status.st_size > LARGEST:
            self.passed_over[f"larger than {LARGEST // 1024 // 1024} MB"] += 1
        else:
            self.files.append(os.path.normpath(path))


def displayed(path: str) -> str:
    """A path as reports show it: relative to the working directory where it is below it, with ``/``."""
    relative = os.path.relpath(path) if os.path.isabs(path) and path.startswith(os.getcwd() + os.sep) else path
    return Path(relative).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def relative_to(path: str, root: str) -> str:
    """A path relative to a folder, with ``/``; absolute where it is not below it."""
    absolute, base = os.path.abspath(path), os.path.abspath(root)
    inside = absolute.startswith(base.rstrip(os.sep) + os.sep)
    return displayed(os.path.relpath(absolute, base) if inside else absolute)


def walk_parents(path: str) -> Iterator[str]:
    """The folder of a path, or the path where it is one, and every folder above it."""
    folder = os.path.abspath(path)
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
