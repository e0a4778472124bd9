"""Products of matrices of OpenVINO in ONNX's terms."""

from __future__ import annotations

from typing import Final

from cutaway.loaders.openvino.operation import TURNED, Operation, Told, View

_LETTERS: Final = "abcdefgh"
"""For the axes before the last two; i, j, k are those that are multiplied."""


def matmul(operation: Operation) -> Told:
    """MatMul, either operand perhaps turned.

    A turned weight of two axes is one of Gemm, of more or under more is shown turned; a turned
    result of the run is told as an Einsum.
    """
    first, second = (operation.rank(read) for read in (0, 1))
    turned = (
        bool(operation.attributes.get("transpose_a")),
        bool(operation.attributes.get("transpose_b")),
    )
    held = operation.held
    roles = ("kernel" if held[0] and not held[1] else "data", "kernel" if held[1] else "data")
    # To turn a single axis changes nothing.
    turned = turned[0] and first != 1, turned[1] and second != 1
    if not any(turned):
        return Told("MatMul", {}, roles)
    if held[1] and not held[0] and (first, second) == (2, 2):
        found = {"alpha": 1.0, "beta": 1.0, "transA": int(turned[0]), "transB": int(turned[1])}
        return Told("Gemm", found, ("data", "kernel"))
    if all(held[read] or not turned[read] for read in (0, 1)):
        views: dict[int, View] = {read: TURNED for read in (0, 1) if turned[read]}
        return Told("MatMul", {}, roles, views=views)
    equation = _equation(operation, turned)
    if equation is None:
        return Told(None, {}, roles, "dense")
    return Told("Einsum", {"equation": equation}, roles)


def _equation(operation: Operation, turned: tuple[bool, bool]) -> str | None:
    """In letters; None where batches are spread, which Einsum cannot say."""
    first, second = operation.shapes[:2]
    if first is None or second is None or len(first) != len(second) or len(first) < 2:
        return None
    batch = first[:-2]
    if len(batch) > len(_LETTERS) or batch != second[:-2]:
        return None
    outer = _LETTERS[: len(batch)]
    left = "ji" if turned[0] else "ij"
    right = "kj" if turned[1] else "jk"
    return f"{outer}{left},{outer}{right}->{outer}ik"
