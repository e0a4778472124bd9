"""Interpolate of OpenVINO in ONNX's terms."""

from __future__ import annotations

from typing import Any, Final

from cutaway.loaders.openvino.operation import Operation, Told, known


def interpolation(operation: Operation) -> Told:
    """Interpolate of opset 4 and 11 as Resize, by sizes or by factors."""
    attributes = operation.attributes
    calculation = attributes.get("shape_calculation_mode")
    first = "sizes" if calculation == "sizes" else "target"
    newer = len(operation.dtypes) < 3 or not _is_float(operation, 2)
    roles = ("data", first, "along") if newer else ("data", first, "factor", "along")
    found = _way(operation)
    padded = any(operation.list("pads_begin")) or any(operation.list("pads_end"))
    factors = _factors(operation, operation.rank(0) or 0)
    if found is None or padded or (calculation == "scales" and factors is None):
        return Told(None, roles=roles, family="shape")
    if calculation == "scales":
        found["scales"] = factors
        return Told("Resize", found, roles)
    after = operation.written[0]
    # A batch of any length stays as it is.
    sizes = known(after and (after[0] or 1, *after[1:]))
    if sizes is not None:
        found["sizes"] = sizes
    return Told("Resize" if calculation == "sizes" else None, found, roles, "shape")


def _way(operation: Operation) -> dict[str, Any] | None:
    """How numbers between the input's are made; None where ONNX has no word for it."""
    attributes = operation.attributes
    mode = _MODES.get(str(attributes.get("mode")))
    if mode is None:
        return None
    found: dict[str, Any] = {
        "mode": mode,
        "coordinate_transformation_mode": attributes.get("coordinate_transformation_mode"),
    }
    if attributes.get("antialias"):
        found["antialias"] = 1
    if mode == "cubic":
        found["cubic_coeff_a"] = float(attributes.get("cube_coeff", -0.75))
    if mode == "nearest":
        stated = attributes.get("nearest_mode")
        found["nearest_mode"] = _simple(operation) if stated == "simple" else stated
        if found["nearest_mode"] is None:
            return None
    return found


_MODES: Final = {
    "nearest": "nearest",
    "linear": "linear",
    "linear_onnx": "linear",
    "cubic": "cubic",
}


def _simple(operation: Operation) -> str | None:
    """The nearest mode ``simple``: down where it enlarges, up where it shrinks; None unknown."""
    before, after = operation.spatial(0), known((operation.written[0] or ())[2:])
    if before and after and len(before) == len(after):
        steps = [new - old for new, old in zip(after, before, strict=True)]
    else:
        factors = _factors(operation, operation.rank(0) or 0)
        steps = None if factors is None else [factor - 1 for factor in factors]
    if steps is None:
        return None
    if all(step >= 0 for step in steps):
        return "floor"
    return "ceil" if all(step <= 0 for step in steps) else None


def _factors(operation: Operation, rank: int) -> list[float] | None:
    """How many times larger each axis becomes, where that is what is stated.

    Opset 4 reads sizes, factors and axes; opset 11 one of the former two, and axes.
    """
    at = next((at for at in (1, 2) if _is_float(operation, at)), None)
    found = None if at is None else operation.constant(at)
    if at is None or found is None:
        return None
    stated = at + 1 < len(operation.shapes)
    axes = operation.integers(at + 1) if stated else list(range(rank))
    if axes is None or len(axes) != found.size:
        return None
    scales = [1.0] * rank
    for axis, scale in zip(axes, found.reshape(-1), strict=True):
        scales[axis] = float(scale)
    return scales


def _is_float(operation: Operation, read: int) -> bool:
    return read < len(operation.dtypes) and "float" in str(operation.dtypes[read])
