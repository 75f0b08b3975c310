"""Builds the API reference from the docstrings, as HTML: ``uv run tools/reference.py [FOLDER]`` (``site/`` by default).

Every name of the ``__all__`` of every public module is in it, rendered by pdoc.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from pdoc import doc, render

__all__ = ["build", "public_modules"]

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"

_INDEX = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>ai_models: API reference</title></head>
<body style="font-family: system-ui; max-width: 50em; margin: 3em auto; line-height: 1.5">
<h1>ai_models: API reference</h1>
<dl>
{rows}
</dl>
</body>
</html>
"""


def public_modules() -> Iterator[ModuleType]:
    """The modules that people import from, as pyproject.toml lists them, as far as they are there and export something.

    Every name of theirs is at hand afterwards: pdoc reads a module's dictionary, and most names are imported on first use.
    """
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["reference"]["modules"]
    for name in listed:
        module = import_module(name) if find_spec(name) is not None else None
        exported = getattr(module, "__all__", ())
        if module is not None and exported:
            for each in exported:
                setattr(module, each, getattr(module, each))
            yield module


def build(folder: Path) -> list[doc.Module]:
    """Write a page a module, an index and a search index into a folder, and give what they hold."""
    render.configure(docformat="google", show_source=False, footer_text="ai_models: the API reference, from the docstrings")
    modules = {module.__name__: _documented(module) for module in public_modules()}
    for name, module in modules.items():
        _write(folder / f"{name.replace('.', '/')}.html", render.html_module(module, modules))
    _write(folder / "index.html", _INDEX.format(rows="\n".join(map(_row, modules.values()))))
    _write(folder / "search.js", render.search_index(modules))
    return list(modules.values())


def _documented(module: ModuleType) -> doc.Module:
    """A module, with the docstrings of constants from where these are at home, and all that its classes inherit."""
    documented = doc.Module(module)
    for name, member in documented.members.items():
        if not member.docstring:
            member.docstring = _told_at_home(name, getattr(module, name))
    for each in documented.classes:
        _adopt(each)
    return documented


def _told_at_home(name: str, value: object) -> str:
    """The docstring of a constant in the module that defines it: pdoc reads it out of the source, and so only there."""
    homes = [
        module
        for path, module in sorted(sys.modules.items())
        if path.startswith("ai_models.") and name in getattr(module, "__all__", ()) and getattr(module, name) is value
    ]
    told = (doc.Module(home).get(name) for home in homes)
    return next((each.docstring for each in told if each is not None and each.docstring), "")


def _adopt(found: doc.Class) -> None:
    """Show what a class inherits from ours as its own: most bases have no page, and a provider is asked to ``complete``."""
    origins = [origin for origin in found.inherited_members if origin[0].startswith("ai_models.")]
    inherited = [member for origin in origins for member in found.inherited_members.pop(origin)]
    found.own_members = [*found.own_members, *inherited]


def _row(module: doc.Module) -> str:
    address = f"{module.modulename.replace('.', '/')}.html"
    summary = escape(module.docstring.splitlines()[0].replace("``", ""))
    return f'<dt><a href="{address}"><code>{module.modulename}</code></a></dt><dd>{summary}</dd>'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> int:
    """Build, and say where."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SITE, help="where to write; site/ by default")
    folder = parser.parse_args().folder
    names = sum(len(module.members) for module in build(folder))
    print(f"{names} names in {folder}: open {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
