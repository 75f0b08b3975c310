"""A selection as a picture: what each candidate costs against its window, or another dimension, with the frontier drawn."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_models.catalog.aside import write_aside
from ai_models.errors import InvalidSelectionError, MissingExtraError
from ai_models.selection.frontier import frontier
from ai_models.selection.shorthand import short_count

if TYPE_CHECKING:
    from ai_models.selection.selection import Candidate, Selection

__all__ = ["plot"]

_FORMATS = ("png", "svg")
_MOST_NAMED = 12


def plot(selection: Selection, path: Path | str, *, against: str = "context") -> Path:
    """Draw the candidates of which both values are known, and write the picture aside before it replaces the file.

    Args:
        selection: what ``select`` found.
        path: a file that ends with .png or .svg.
        against: a dimension of the selection other than cost: ``context``, or what the objective counts.

    Raises:
        InvalidSelectionError: another kind of file, no such dimension, or no candidate to draw.
        MissingExtraError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    file = Path(path)
    kind = file.suffix.lower().removeprefix(".")
    if kind not in _FORMATS:
        raise InvalidSelectionError("path", str(path), expected=f"a file that ends with .{' or .'.join(_FORMATS)}")
    known = {name for candidate in selection.ranked for name in candidate.values} - {"cost"}
    if against not in known:
        raise InvalidSelectionError(
            "against", against, expected=f"a dimension of this selection: {', '.join(sorted(known))}"
        )
    drawn = [each for each in selection.ranked if each.cost.exact is not None and each.values.get(against) is not None]
    if not drawn:
        raise InvalidSelectionError("selection", len(selection.ranked), expected="with a candidate that can be drawn")
    write_aside(file, _drawn(selection, drawn, against, kind))
    return file


_STYLE: Any = {
    "svg.hashsalt": "ai-models",  # the same selection is the same file
    "svg.fonttype": "none",  # names stay text, which can be searched and copied
    "text.parse_math": False,  # a dollar sign in a name is none of TeX's
}


def _drawn(selection: Selection, drawn: list[Candidate], against: str, kind: str) -> bytes:
    """The picture, drawn without a window and without a trace in matplotlib's global state.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import matplotlib  # half a second, and only for pictures
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(extra="plot", needed_for="drawing a selection") from error
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(10, 6.5), layout="constrained")
        _fill(figure.subplots(), selection, drawn, against)
        written = BytesIO()
        figure.savefig(written, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else None)
    return written.getvalue()


def _fill(axes: Any, selection: Selection, drawn: list[Candidate], against: str) -> None:
    points = {each.key: (float(each.cost.exact or 0), float(each.values[against] or 0)) for each in drawn}
    edge = frontier([(each, (points[each.key][0], -points[each.key][1])) for each in drawn])
    on_edge = {each.key for each in edge}
    others = [points[each.key] for each in drawn if each.key not in on_edge]
    if others:
        axes.scatter(*zip(*others, strict=True), s=18, color="0.65", label="other candidates")
    line = sorted(points[each.key] for each in edge)
    axes.plot(*zip(*line, strict=True), "o-", color="tab:blue", drawstyle="steps-post", label="frontier")
    named: dict[tuple[float, float], list[str]] = {}
    for each in edge:
        named.setdefault(points[each.key], []).append(each.name)
    for point, names in sorted(named.items())[:_MOST_NAMED]:
        axes.annotate(", ".join(names), point, xytext=(6, 5), textcoords="offset points", fontsize=8)
    chosen = selection.chosen
    if chosen is not None and chosen.key in points:
        axes.scatter(*points[chosen.key], s=110, facecolors="none", edgecolors="tab:red", label=f"chosen: {chosen.name}")
    _label(axes, selection, against)


def _label(axes: Any, selection: Selection, against: str) -> None:
    axes.set_xscale("symlog", linthresh=_least(selection))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    if against == "context":
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: short_count(round(value)))
        axes.yaxis.set_minor_formatter(lambda value, _: short_count(round(value)) if f"{value:e}"[0] in "25" else "")
    elif against == "newest":
        axes.yaxis.set_major_formatter(lambda value, _: date.fromordinal(round(value)).isoformat())
    axes.set_xlabel(f"USD for {selection.asked.priced}")
    axes.set_ylabel({"context": "largest prompt, tokens", "newest": "released"}.get(against, against))
    axes.set_title(f"{len(selection.ranked)} candidates on {selection.asked.at:%Y-%m-%d}")
    axes.grid(visible=True, which="major", color="0.92")
    axes.legend(loc="best", fontsize=8)


def _least(selection: Selection) -> float:
    """Below the least cost that is no 0 the scale is linear, so that what is free has a place."""
    costs = [float(each.cost.exact) for each in selection.ranked if each.cost.exact]
    return min(costs, default=1.0)
