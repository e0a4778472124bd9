"""Operations of OpenVINO that move, resize or reduce numbers, in ONNX's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cutaway.loaders.openvino.operation import Operation, Told, known

_FAR: Final = 2**31 - 1


def transpose(operation: Operation) -> Told:
    """Transpose by a constant order; by none, all axes are reversed."""
    order, rank = operation.integers(1), operation.rank(0)
    if order == [] and rank is not None:
        order = list(range(rank))[::-1]
    if order is None:
        return Told(None, roles=("data", "perm"), family="shape")
    return Told("Transpose", {"perm": order}, ("data", "perm"))


def concatenation(operation: Operation) -> Told:
    """Concat."""
    return Told("Concat", {"axis": int(operation.attributes.get("axis", 0))}, ("data",))


def split(operation: Operation) -> Told:
    """Split into equal parts."""
    axis = operation.integers(1)
    if not axis:
        return Told(None, roles=("data", "axis"), family="shape")
    found = {"axis": axis[0], "num_outputs": len(operation.written)}
    return Told("Split", found, ("data", "axis"))


def uneven_split(operation: Operation) -> Told:
    """VariadicSplit into parts of stated lengths, one of which may be what is left."""
    axis, roles = operation.integers(1), ("data", "axis", "lengths")
    shapes = [known(shape) for shape in operation.written]
    if not axis or any(shape is None for shape in shapes):
        lengths = operation.integers(2)
        if not axis or lengths is None or -1 in lengths:
            return Told(None, roles=roles, family="shape")
        return Told("Split", {"axis": axis[0], "split": lengths}, roles)
    lengths = [shape[axis[0]] for shape in shapes if shape is not None]
    return Told("Split", {"axis": axis[0], "split": lengths}, roles)


def gather(operation: Operation) -> Told:
    """Gather along a constant axis, without batches."""
    axis, roles = operation.integers(2), ("data", "indices", "axis")
    if not axis or int(operation.attributes.get("batch_dims", 0)) != 0:
        return Told(None, roles=roles, family="shape")
    return Told("Gather", {"axis": axis[0]}, roles)


def gather_elements(operation: Operation) -> Told:
    """GatherElements."""
    axis = int(operation.attributes.get("axis", 0))
    return Told("GatherElements", {"axis": axis}, ("data", "indices"))


def gather_nd(operation: Operation) -> Told:
    """GatherND."""
    batch = int(operation.attributes.get("batch_dims", 0))
    return Told("GatherND", {"batch_dims": batch}, ("data", "indices"))


def slice_(_: Operation) -> Told:
    """Slice, as ONNX has it."""
    return Told("Slice", {}, ("data", "starts", "ends", "steps", "axes"))


def strided_slice(operation: Operation) -> Told:
    """StridedSlice, unless it adds or drops axes."""
    roles = ("data", "begin", "end", "strides")
    begin, end = operation.integers(1), operation.integers(2)
    steps = operation.integers(3) if len(operation.shapes) > 3 else [1] * len(begin or ())
    odd = any(any(operation.list(f"{word}_mask")) for word in _ODD_MASKS)
    if odd or begin is None or end is None or steps is None:
        return Told(None, roles=roles, family="shape")

    def masked(numbers: list[int], word: str, forward: int, backward: int) -> list[int]:
        mask = operation.list(f"{word}_mask")
        mask += [0] * (len(numbers) - len(mask))
        outer = [forward if step > 0 else backward for step in steps]
        return [outer[at] if mask[at] else number for at, number in enumerate(numbers)]

    found = {
        "starts": masked(begin, "begin", 0, _FAR),
        "ends": masked(end, "end", _FAR, -_FAR),
        "axes": list(range(len(begin))),
        "steps": steps,
    }
    return Told("Slice", found, roles)


_ODD_MASKS: Final = ("new_axis", "shrink_axis", "ellipsis")


def pad(operation: Operation) -> Told:
    """Pad; ``symmetric`` has no counterpart."""
    roles = ("data", "begin", "end", "value")
    begin, end = operation.integers(1), operation.integers(2)
    mode = str(operation.attributes.get("pad_mode", "constant"))
    if begin is None or end is None or mode not in ("constant", "edge", "reflect"):
        return Told(None, roles=roles, family="shape")
    return Told("Pad", {"mode": mode, "pads": [*begin, *end]}, roles)


def broadcast(operation: Operation) -> Told:
    """Broadcast as NumPy has it."""
    plain = operation.attributes.get("mode", "numpy") in ("numpy", "bidirectional")
    return Told("Expand" if plain else None, roles=("data", "shape", "axes"), family="shape")


def depth_to_space(operation: Operation) -> Told:
    """DepthToSpace."""
    mode = "DCR" if operation.attributes.get("mode") == "blocks_first" else "CRD"
    size = int(operation.attributes.get("block_size", 1))
    return Told("DepthToSpace", {"blocksize": size, "mode": mode})


def space_to_depth(operation: Operation) -> Told:
    """SpaceToDepth; ONNX has blocks first only."""
    plain = operation.attributes.get("mode") == "blocks_first"
    size = int(operation.attributes.get("block_size", 1))
    return Told("SpaceToDepth" if plain else None, {"blocksize": size}, family="shape")


def reduction(kind: str) -> Callable[[Operation], Told]:
    """A reduction over the axes that are read."""

    def make(operation: Operation) -> Told:
        keeps = int(bool(operation.attributes.get("keep_dims", False)))
        axes = operation.integers(1)
        found: dict[str, Any] = {"keepdims": keeps}
        if axes == []:
            found["noop_with_empty_axes"] = 1
        return Told(kind, found, ("data", "axes"))

    return make


def top_k(operation: Operation) -> Told:
    """TopK: the numbers, then their places."""
    found = {
        "axis": int(operation.attributes.get("axis", -1)),
        "largest": int(operation.attributes.get("mode", "max") == "max"),
        "sorted": int(operation.attributes.get("sort", "value") == "value"),
    }
    if operation.attributes.get("sort") == "index":
        return Told(None, roles=("data", "count"), family="shape")
    return Told("TopK", found, ("data", "count"))


def running_sum(operation: Operation) -> Told:
    """CumSum."""
    found = {word: int(bool(operation.attributes.get(word))) for word in ("exclusive", "reverse")}
    return Told("CumSum", found, ("data", "axis"))
