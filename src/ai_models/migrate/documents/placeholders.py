"""Empty pages about a model, ``model-configs/openai/gpt-4-turbo-config.md``: they go, and models long gone are named."""

from __future__ import annotations

import re
from datetime import date

from ai_models.migrate.documents.names import Names, Subject
from ai_models.migrate.drift import gone
from ai_models.migrate.plan import FileChange, Remark
from ai_models.models.base import ModelStatus

__all__ = ["RULE", "is_model_page", "placeholder", "subject_of"]

RULE = "model-page"

_FOLDERS = frozenset(("model-configs", "model_configs", "modelconfigs"))
_ENDING = re.compile(r"(?:[-_.]?(?:config|configuration|guide|notes|model))?\.(?:md|markdown)$", re.IGNORECASE)


def is_model_page(path: str) -> bool:
    """Whether a page stands in the folder of pages about models."""
    return bool(_FOLDERS.intersection(path.lower().split("/")[:-1])) and bool(_ENDING.search(path.rpartition("/")[2]))


def subject_of(path: str, names: Names) -> Subject | None:
    """The model or family that a page is about by its file's name."""
    stem = _ENDING.sub("", path.rpartition("/")[2])
    return names.exact(stem)


def placeholder(path: str, data: bytes, names: Names, today: date) -> tuple[FileChange, list[Remark]]:
    """The removal of an empty page, with what is to be said about its model."""
    subject = subject_of(path, names)
    change = FileChange(
        path=path, before=data, after=None, reason="an empty page about a model; guidance stands in the catalogue"
    )
    said = _gone(subject, names, today) if subject is not None else ""
    if not said:
        return change, []
    remark = Remark(
        kind="drift",
        path=path,
        line=0,
        rule=RULE,
        message=f"is an empty page, and its model is gone: {said}",
        advice="look for what still calls it",
    )
    return change, [remark]


def _gone(subject: Subject, names: Names, today: date) -> str:
    """When a model retired, or the last one of a family."""
    spec = names.spec(subject)
    if spec is not None:
        return gone(spec, today) if spec.status_at(today) is ModelStatus.RETIRED else ""
    models = names.models_of(subject.id)
    if not models or any(model.status_at(today) is not ModelStatus.RETIRED for model in models):
        return ""
    last = max(models, key=lambda model: str(model.lifecycle.retires_on or ""))
    return f"{gone(last, today)} (the last of the family {subject.id})"
