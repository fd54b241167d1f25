"""Pictures of a run: curves, and samples with what a model takes them for. Written as PNG files."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Sequence, Union

from limpid import _C
from limpid._C import Tensor

Numbers = Union[Sequence[float], Tensor]


class Line(NamedTuple):
    """Points joined in their order.

    Attributes
    ----------
    name : str
    y : sequence of float, or Tensor
        NaN leaves a gap.
    x : sequence of float, or Tensor, optional
        1, 2, 3, ... by default.
    dashed : bool
    """

    name: str
    y: Numbers
    x: Numbers | None = None
    dashed: bool = False


class Panel(NamedTuple):
    """A pair of axes with its lines; `scale` of the values is "linear", "log" or "percent"."""

    title: str
    x_label: str
    lines: Sequence[Line]
    scale: str = "linear"


def _line(line: Line) -> Any:
    x = range(1, len(line.y) + 1) if line.x is None else line.x
    return line.name, [float(v) for v in x], [float(v) for v in line.y], line.dashed


def curves(path: Any, panels: Iterable[Panel], title: str = "") -> None:
    """Draws the panels side by side into a PNG file.

    Raises
    ------
    ValueError
        If x and y of a line differ in length, or there are more than 8 panels.
    FileError
        If `path` cannot be written.
    """
    _C._plot_curves(str(path), [(p.title, p.x_label, [_line(line) for line in p.lines], p.scale) for p in panels], title)


def samples(path: Any, images: Any, captions: Sequence[str], predicted: Sequence[str] | None = None, title: str = "",
            ink: bool = False, columns: int = 8) -> None:
    """Draws a grid of images, each with its caption, into a PNG file.

    Parameters
    ----------
    images : sequence of Tensor
        Each (1, H, W) or (3, H, W), numbers from 0 to 1.
    captions : sequence of str
        What each is.
    predicted : sequence of str, optional
        What a model takes each for: wrong ones are marked.
    ink : bool
        1 is dark, as in a drawing on paper.
    """
    predicted = predicted or [""] * len(captions)
    _C._plot_samples(str(path), [(i.detach(), c, p) for i, c, p in zip(images, captions, predicted)], title, ink, columns)
