"""What each axis of a tensor becomes on its sheet, from axis letters or from the shape alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

RGB = 3
"""Channels that make a colour picture."""

_FEW, _LARGER = 4, 8
"""A last axis of so few elements, of maps so much larger, is one of channels."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Positions of the tensor's axes, each in exactly one place; several in one run row-major."""

    sliced: tuple[int, ...] = ()
    """Only one index of each is shown."""
    planes: tuple[int, ...] = ()
    """The three colours of an RGB picture."""
    grid: tuple[int, ...] = ()
    """Choose the map."""
    rows: tuple[int, ...] = ()
    """Run down a map."""
    columns: tuple[int, ...] = ()
    """Run along a map."""


def place_axes(
    lengths: Sequence[int], letters: str | None, *, image: bool
) -> tuple[Axes, tuple[str, ...]]:
    """Where each axis goes if nobody says otherwise.

    Args:
        lengths: the tensor's shape.
        letters: one an axis; ignored where they do not fit the shape.
        image: whether the tensor is a picture fed to the network.

    Returns:
        The axes, and a name for each: its letter, or its position.
    """
    if letters is None or len(letters) != len(lengths) or len(set(letters)) != len(letters):
        letters = _guess(lengths, image=image)
    names = tuple(letters) if letters else tuple(str(axis) for axis in range(len(lengths)))
    at = {name: axis for axis, name in enumerate(names)}
    if "O" in at and "I" in at:
        return _kernel(at, lengths), names
    if at.keys() >= {"C", "H", "W"}:
        return _maps(at, lengths, image=image), names
    return _others(at), names


def without_first(axes: Axes) -> Axes:
    """The same with the first axis sliced, wherever it lay."""
    groups = (axes.planes, axes.grid, axes.rows, axes.columns)
    planes, grid, rows, columns = (tuple(axis for axis in group if axis) for group in groups)
    sliced = (0, *(axis for axis in axes.sliced if axis))
    return Axes(sliced, planes, grid, rows or columns, columns if rows else ())


def slots_across(axes: Axes, names: Sequence[str], lengths: Sequence[int]) -> int | None:
    """Slots in a row of the grid where it is a table, else None: it is to be nearly square.

    A kernel's outputs by its inputs are one, the first axis of the grid downwards. Depthwise
    kernels have one input each: a grid of one column would be a thread.
    """
    long = {names[axis] for axis in axes.grid if lengths[axis] > 1}
    if not {"O", "I"} <= long:
        return None
    return math.prod(lengths[axis] for axis in axes.grid[1:])


def _guess(lengths: Sequence[int], *, image: bool) -> str | None:
    """Letters for a shape that looks like feature maps or like a picture, else None."""
    if image and len(lengths) == 3 and RGB in (lengths[0], lengths[2]):
        return "HWC" if lengths[2] == RGB else "CHW"
    if len(lengths) != 4 or lengths[0] != 1:
        return None
    _, second, third, last = lengths
    if image and RGB in (second, last):
        return "NHWC" if last == RGB else "NCHW"
    # Square maps with another number behind them, or maps beside which the last axis is nothing.
    square = 1 < second == third != last
    small = last <= _FEW and _LARGER * last <= min(second, third)
    return "NHWC" if square or small else "NCHW"


def _kernel(at: dict[str, int], lengths: Sequence[int]) -> Axes:
    """Outputs down, inputs across; RGB for three inputs; one map where a kernel is one cell."""
    output, inner = at["O"], at["I"]
    others = [name for name in at if name not in "OI"]
    space = tuple(at[name] for name in sorted(others, key="DHW".find))
    if math.prod(lengths[axis] for axis in space) == 1:
        return Axes(rows=(output,), columns=(inner, *space))
    slices, rows, columns = space[:-2], space[-2:-1], space[-1:]
    if lengths[inner] == RGB and len(space) > 1:
        return Axes(planes=(inner,), grid=(output, *slices), rows=rows, columns=columns)
    return Axes(grid=(output, inner, *slices), rows=rows, columns=columns)


def _maps(at: dict[str, int], lengths: Sequence[int], *, image: bool) -> Axes:
    """One map a channel; what else there is (depth) goes beside the channels."""
    batch = (at["N"],) if "N" in at else ()
    slices = tuple(axis for name, axis in at.items() if name not in "NCHW")
    rows, columns, channel = (at["H"],), (at["W"],), at["C"]
    if image and lengths[channel] == RGB:
        return Axes(batch, (channel,), slices, rows, columns)
    return Axes(batch, (), (channel, *slices), rows, columns)


def _others(at: dict[str, int]) -> Axes:
    """The last two axes are a map, everything before is the grid; signals have channels as rows."""
    batch = (at["N"],) if "N" in at else ()
    rest = tuple(axis for name, axis in at.items() if name != "N")
    if len(rest) == 1:
        return Axes(batch, rows=rest)
    if len(rest) == 2 and at.keys() >= {"C", "W"}:
        return Axes(batch, rows=(at["C"],), columns=(at["W"],))
    return Axes(batch, (), rest[:-2], rest[-2:-1], rest[-1:])
