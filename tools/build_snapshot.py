"""Hatchling build hook: compiles the YAML into the snapshot that the wheel ships."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotBuildHook(BuildHookInterface[BuilderConfig]):
    """Compiles into a directory of its own, so that a build never touches the checkout that it builds from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the snapshot to a standard wheel; an editable install compiles on first use instead."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        try:
            from ai_models.catalog.compiler import compile_packaged  # the package is not installed while it is built
        finally:
            sys.path.pop(0)
        self._aside = tempfile.TemporaryDirectory(prefix="ai-models-build-")
        snapshot = Path(self._aside.name) / "snapshot.msgpack"
        compile_packaged(snapshot)
        build_data["force_include"][str(snapshot)] = "ai_models/catalog/snapshot.msgpack"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 the hook's signature
        """Remove the snapshot that the finished wheel has a copy of."""
        if version != "editable":
            self._aside.cleanup()
