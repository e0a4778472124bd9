"""Convolutions: the window under the kernel, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cutaway.arithmetic.account import Account, UnexplainedError
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.padding import same_pads
from cutaway.arithmetic.patch import Patch
from cutaway.arithmetic.products import Product, per_channel, products
from cutaway.arithmetic.sliding import Slide


@dataclass(frozen=True, slots=True)
class Maps:
    """Where the axes of feature maps lie."""

    channel: int
    spatial: tuple[int, ...]

    def arranged(self, sample: range, channels: range, places: list[range]) -> tuple[range, ...]:
        """Ranges by axis, the sample's first."""
        found = {0: sample, self.channel: channels, **dict(zip(self.spatial, places, strict=True))}
        return tuple(found[axis] for axis in range(len(found)))


def maps(cell: Cell, read: int) -> Maps:
    """The axes of what is read: NCHW unless its letters say that channels come last."""
    rank = len(cell.shape(read))
    if cell.channels_last(read):
        return Maps(rank - 1, tuple(range(1, rank - 1)))
    return Maps(1, tuple(range(2, rank)))


def slides(cell: Cell, kernel: list[int], sizes: list[int]) -> list[Slide]:
    """How the window moves along each spatial axis.

    Args:
        cell: of a convolution or pooling.
        kernel: cells of the window.
        sizes: of the data along the same axes.
    """
    count = len(kernel)
    strides: list[int] = cell.attribute("strides") or [1] * count
    dilations: list[int] = cell.attribute("dilations") or [1] * count
    pads: list[int] | None = cell.attribute("pads")
    auto: Any = cell.attribute("auto_pad", "NOTSET")
    if pads is None and str(auto).startswith("SAME"):
        pads = same_pads(sizes, kernel, strides, dilations, lower=auto == "SAME_LOWER")
    begins = (pads or [0] * count)[:count]
    return [Slide(*four) for four in zip(kernel, strides, dilations, begins, strict=True)]


def convolution(cell: Cell) -> Account:
    """Conv: the window's numbers times the kernel's, and the bias.

    Source: the Conv operator of the ONNX specification.
    """
    return products(cell, windowed(cell))


def windowed(cell: Cell) -> Product:
    """The window of a convolution, the kernel's cells over it, and the bias."""
    data, kernel = cell.read("data"), cell.read("kernel")
    shape, layout = cell.shape(data), maps(cell, data)
    places = kernel_axes(cell, kernel, len(layout.spatial))
    cells = [cell.shape(kernel)[axis] for axis in places.spatial]
    moving = slides(cell, cells, [shape[axis] for axis in layout.spatial])
    out = cell.index[layout.channel]
    seen = [slide.at(cell.index[axis]) for slide, axis in zip(moving, layout.spatial, strict=True)]
    channels, own = _channels(cell, places, shape[layout.channel], kernel, out)
    sample = range(cell.index[0], cell.index[0] + 1)
    window = Patch(data, layout.arranged(sample, channels, seen), shape)
    return Product(
        window, _over(cell, kernel, places, own, cells, layout), per_channel(cell, "bias", out)
    )


def transposed(cell: Cell) -> Account:
    """ConvTranspose: every input whose stamp of the kernel covers the output.

    Source: the ConvTranspose operator of the ONNX specification.
    """
    data, kernel = cell.read("data"), cell.read("kernel")
    shape, layout = cell.shape(data), maps(cell, data)
    places = kernel_axes(cell, kernel, len(layout.spatial), transposed=True)
    lengths = cell.shape(kernel)
    cells = [lengths[axis] for axis in places.spatial]
    moving = cut(cell, slides(cell, cells, [shape[axis] for axis in layout.spatial]), layout, shape)
    group: int = cell.attribute("group", 1) or 1
    out, each = cell.index[layout.channel], lengths[places.outputs]
    inputs = shape[layout.channel] // group
    channels = range(out // each * inputs, (out // each + 1) * inputs)
    pairs = [
        _pairs(slide, cell.index[axis]) for slide, axis in zip(moving, layout.spatial, strict=True)
    ]
    sample = range(cell.index[0], cell.index[0] + 1)
    window = Patch(data, layout.arranged(sample, channels, [where for _, where in pairs]), shape)
    # The kernel's first axis runs over the inputs of all groups.
    ranges = {places.inputs: channels, places.outputs: range(out % each, out % each + 1)}
    ranges |= {axis: over for axis, (over, _) in zip(places.spatial, pairs, strict=True)}
    stamp = _ordered(kernel, ranges, lengths, places, layout)
    return products(cell, Product(window, stamp, per_channel(cell, "bias", out)))


def cut(cell: Cell, moving: list[Slide], layout: Maps, shape: tuple[int, ...]) -> list[Slide]:
    """The same with the padding that a stated output shape leaves."""
    if not cell.attribute("output_shape"):
        return moving
    extra: list[int] = cell.attribute("output_padding") or [0] * len(moving)
    found: list[Slide] = []
    for slide, axis, more in zip(moving, layout.spatial, extra, strict=True):
        extent = (slide.kernel - 1) * slide.dilation + 1
        whole = slide.stride * (shape[axis] - 1) + more + extent
        total = whole - cell.output.shape[axis]
        small = cell.attribute("auto_pad") == "SAME_UPPER"
        found.append(replace(slide, begin=total // 2 if small else total - total // 2))
    return found


def _pairs(slide: Slide, output: int) -> tuple[range, range]:
    """Cells of the kernel that reach an output, and the input position of each."""
    found = slide.into(output)
    if not found:
        return range(0), range(0)
    (first, at), *rest = found
    every, back = (rest[0][0] - first, rest[0][1] - at) if rest else (1, 1)
    if back == 0:
        raise UnexplainedError("several cells of the kernel lie over one input")
    return range(first, first + len(found) * every, every), range(at, at + len(found) * back, back)


@dataclass(frozen=True, slots=True)
class Kernel:
    """Where the axes of a kernel lie."""

    outputs: int
    inputs: int
    spatial: tuple[int, ...]


def kernel_axes(cell: Cell, read: int, spatial: int, *, transposed: bool = False) -> Kernel:
    """From its letters; else as ONNX has it, or as Keras where the data's channels are last."""
    letters = cell.letters(read) or ""
    if "O" not in letters or "I" not in letters:
        last = cell.channels_last(cell.read("data"))
        letters = ("." * spatial + "IO") if last else ("OI" + "." * spatial)
        if transposed:
            letters = letters.translate({ord("O"): "I", ord("I"): "O"})
    rest = tuple(axis for axis, letter in enumerate(letters) if letter not in "OI")
    return Kernel(letters.index("O"), letters.index("I"), rest)


def _channels(
    cell: Cell, places: Kernel, channels: int, kernel: int, out: int
) -> tuple[range, tuple[int, range]]:
    """The data's channels that an output channel sees; its place and inputs in the kernel."""
    outputs, inputs = groups(cell, places, channels, kernel)
    mine = out // outputs
    seen = range(mine * inputs, (mine + 1) * inputs)
    if depthwise(cell, places, channels, kernel):
        return seen, (out % outputs, seen)
    return seen, (out, range(inputs))


def depthwise(cell: Cell, places: Kernel, channels: int, kernel: int) -> bool:
    """Whether there is a filter for every channel, as Keras lays them out."""
    group: int = cell.attribute("group", 1) or 1
    return group > 1 and cell.shape(kernel)[places.inputs] == channels


def groups(cell: Cell, places: Kernel, channels: int, kernel: int) -> tuple[int, int]:
    """Channels of the output in one group, and those of the data that they see."""
    group: int = cell.attribute("group", 1) or 1
    outputs = cell.shape(kernel)[places.outputs]
    if depthwise(cell, places, channels, kernel):
        return outputs, 1
    return outputs // group, channels // group


def _over(
    cell: Cell,
    kernel: int,
    places: Kernel,
    own: tuple[int, range],
    cells: list[int],
    layout: Maps,
) -> Patch:
    ranges = {places.outputs: range(own[0], own[0] + 1), places.inputs: own[1]}
    ranges |= {axis: range(size) for axis, size in zip(places.spatial, cells, strict=True)}
    return _ordered(kernel, ranges, cell.shape(kernel), places, layout)


def _ordered(
    read: int, ranges: dict[int, range], shape: tuple[int, ...], places: Kernel, layout: Maps
) -> Patch:
    """A kernel's patch whose cells count as those of the window do."""
    inner = (
        (*places.spatial, places.inputs)
        if layout.channel > 1 or not layout.spatial
        else (places.inputs, *places.spatial)
    )
    whole = tuple(ranges[axis] for axis in range(len(ranges)))
    return Patch(read, whole, shape, (places.outputs, *inner))
