"""The API reference: every public name with its docstring, and no link that leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference, built by the documented command; a warning of pdoc's is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-W", "error", "tools/reference.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"open {folder / 'index.html'}" in done.stdout
    return folder


@pytest.fixture(scope="module")
def names() -> dict[str, list[str]]:
    """The public names by module, of the modules that export some."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["reference"]["modules"]
    modules = [import_module(name) for name in listed if find_spec(name) is not None]
    found = {module.__name__: list(module.__all__) for module in modules if getattr(module, "__all__", ())}
    assert found.keys() >= {f"ai_models{part}" for part in ("", ".capabilities", ".errors", ".pricing", ".registry")}
    assert found.keys() >= {"ai_models.providers", "ai_models.selection"}
    return found


def page_of(site: Path, module: str) -> str:
    return read(site / f"{module.replace('.', '/')}.html")


def read(path: Path) -> str:
    """A page without its programs, in which markup is made."""
    return re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_public_name_is_in_it_with_its_docstring(site: Path, names: dict[str, list[str]]) -> None:
    for module, exported in names.items():
        sections = dict(re.findall(r'<section id="([\w.]+)">(.*?)</section>', page_of(site, module), re.DOTALL))
        assert sections.keys() == set(exported), module
        for name, text in sections.items():
            assert re.search(r'<div class="docstring">\s*<\w', text), f"{module}.{name} has no docstring"


def test_what_the_documents_import_is_public(names: dict[str, list[str]]) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.py")]
    imported = {
        (module, name.strip().partition(" ")[0])
        for page in pages
        for module, several in re.findall(
            r"^(?:>>> )?from (ai_models(?:\.\w+)*) import (.+)$", page.read_text("utf-8"), re.MULTILINE
        )
        for name in several.partition("#")[0].strip("() ").split(",")
    }
    assert len(imported) > 40
    assert [pair for pair in sorted(imported) if pair[1] not in names.get(pair[0], ())] == []


def test_every_public_method_has_a_docstring(site: Path, names: dict[str, list[str]]) -> None:
    for module in names:
        members = re.split(r'<div id="([\w.]+)" class="classattr">', page_of(site, module))[1:]
        for name, text in zip(members[::2], members[1::2], strict=True):
            own = text.split("</section>", 1)[0]
            if '<span class="def">' in own and not name.endswith("__init__"):
                assert '<div class="docstring">' in own, f"{module}: {name} has no docstring"


def test_the_index_leads_to_every_module(site: Path, names: dict[str, list[str]]) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    listed = re.findall(r'<a href="([^"]+)"><code>([\w.]+)</code></a></dt><dd>[^<`]+</dd>', index)
    assert listed == [(f"{module.replace('.', '/')}.html", module) for module in names]


def test_no_link_leads_nowhere(site: Path) -> None:
    pages = {path.resolve(): read(path) for path in site.rglob("*.html")}
    anchors = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    checked = 0
    for path, text in pages.items():
        for address in re.findall(r'\bhref="([^"]+)"', text):
            if urlsplit(address).scheme:
                assert address.startswith("https://"), address
                continue
            target, anchor = urldefrag(address)
            file = (path.parent / unquote(target)).resolve() if target else path
            assert file in pages, f"{path.name}: {address}"
            assert not anchor or unquote(anchor) in anchors[file], f"{path.name}: {address}"
            checked += 1
    assert checked > 500
