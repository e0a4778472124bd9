"""What convolutions and poolings depend on."""

from __future__ import annotations

from collections.abc import Sequence

from cutaway.arithmetic.along import Along, Ends, Fixed, Grouped, Listed, Same, Slid
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.convolution import Maps, cut, groups, kernel_axes, maps, slides
from cutaway.arithmetic.reach import ByAxis, Rules
from cutaway.arithmetic.sliding import Slide


def _windowed(cell: Cell, layout: Maps, channel: Along, moving: Sequence[Slide]) -> Rules:
    read = cell.read("data")
    shape = cell.shape(read)
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    axes[layout.channel] = channel
    for axis, slide in zip(layout.spatial, moving, strict=True):
        axes[axis] = Slid(axis, slide, shape[axis])
    return [(read, ByAxis(axes))]


def convolution(cell: Cell) -> Rules:
    """Conv: the window, and the channels of its group."""
    data, kernel = cell.read("data"), cell.read("kernel")
    shape, layout = cell.shape(data), maps(cell, data)
    places = kernel_axes(cell, kernel, len(layout.spatial))
    cells = [cell.shape(kernel)[axis] for axis in places.spatial]
    moving = slides(cell, cells, [shape[axis] for axis in layout.spatial])
    each = groups(cell, places, shape[layout.channel], kernel)
    return _windowed(cell, layout, Grouped(layout.channel, *each), moving)


def separable(cell: Cell) -> Rules:
    """A separable convolution: the window, and all channels."""
    data = cell.read("data")
    shape, layout = cell.shape(data), maps(cell, data)
    cells = list(cell.shape(cell.read("depthwise_kernel"))[: len(layout.spatial)])
    moving = slides(cell, cells, [shape[axis] for axis in layout.spatial])
    return _windowed(cell, layout, Fixed(0, shape[layout.channel]), moving)


def pooling(cell: Cell) -> Rules:
    """Of the same channel the window."""
    data = cell.read("data")
    shape, layout = cell.shape(data), maps(cell, data)
    sizes = [shape[axis] for axis in layout.spatial]
    moving = slides(cell, list(cell.attribute("kernel_shape")), sizes)
    return _windowed(cell, layout, Same(layout.channel), moving)


def transposed(cell: Cell) -> Rules:
    """ConvTranspose: where stamps were set that cover the output."""
    data, kernel = cell.read("data"), cell.read("kernel")
    shape, layout = cell.shape(data), maps(cell, data)
    places = kernel_axes(cell, kernel, len(layout.spatial), transposed=True)
    lengths = cell.shape(kernel)
    cells = [lengths[axis] for axis in places.spatial]
    moving = slides(cell, cells, [shape[axis] for axis in layout.spatial])
    inputs = shape[layout.channel] // int(cell.attribute("group", 1) or 1)
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    axes[layout.channel] = Grouped(layout.channel, lengths[places.outputs], inputs)
    for axis, slide in zip(layout.spatial, cut(cell, moving, layout, shape), strict=True):
        axes[axis] = Listed(axis, _stamped(slide, shape[axis], cell.output.shape[axis]))
    return [(data, ByAxis(axes))]


def _stamped(slide: Slide, size: int, outputs: int) -> tuple[Ends, ...]:
    """By place of the output, the first and (half-open) the last input whose stamp covers it."""
    found: list[Ends] = []
    for place in range(outputs):
        inside = [at for _, at in slide.into(place) if 0 <= at < size]
        found.append((min(inside), max(inside) + 1) if inside else (0, 0))
    return tuple(found)
