"""What a network holds: its constants, and what follows from constants alone."""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import openvino as ov

from cutaway.errors import UnsupportedModel
from cutaway.loaders.openvino.framework import said
from cutaway.loaders.openvino.tensors import array_of, numbers
from cutaway.trace import Array

Port: TypeAlias = tuple[int, int]
"""An operation's instance id, and the number of its output."""

_FOLDED: Final = frozenset(
    "Convert Reshape Transpose Squeeze Unsqueeze Broadcast Concat ShapeOf Add Subtract Multiply "
    "Divide Power Sqrt Negative Gather StridedSlice Slice Range Tile ReduceProd ReduceSum Split "
    "VariadicSplit FakeQuantize".split()
)
"""Operations that arrange or decompress weights, or make shapes; no chance in any of them."""
_GROWTH: Final = 8
"""How many times larger than what it is made of a weight may be: a Broadcast stays an operation."""
_SMALL: Final = 4096


class Constants:
    """Which operations' outputs are held by the file, computed from it where need be.

    Compressed weights (float16, integers with scale and zero point) are so the numbers that
    the network computes with.
    """

    def __init__(self, operations: Iterable[Any]) -> None:
        """Find them.

        Args:
            operations: OpenVINO's nodes in a topological order.
        """
        self._held: dict[int, Any] = {}
        for operation in operations:
            if operation.get_type_name() == "Constant" or self._follows(operation):
                self._held[operation.get_instance_id()] = operation

    def holds(self, operation: Any) -> bool:
        """Whether an operation's output is the same in every run."""
        return operation.get_instance_id() in self._held

    def _follows(self, operation: Any) -> bool:
        kind = operation.get_type_name()
        outputs = operation.outputs()
        if kind not in _FOLDED or any(_is_open(output) for output in outputs):
            return False
        if kind == "ShapeOf":
            return not operation.get_input_partial_shape(0).is_dynamic
        sources = [item.get_source_output() for item in operation.inputs()]
        if not all(self.holds(source.get_node()) for source in sources):
            return False
        read = sum(_size(source) for source in sources)
        return sum(map(_size, outputs)) <= max(_SMALL, _GROWTH * read)

    def array(self, output: Any, name: str) -> Array:
        """The numbers of an output that is held; a view of the file's where they lie there.

        Args:
            output: OpenVINO's Output.
            name: for messages.

        Raises:
            UnsupportedModel: NumPy has no such elements, or OpenVINO cannot compute them.
        """
        operation = output.get_node()
        told = output.get_element_type().get_type_name()
        if operation.get_type_name() == "Constant" and told != "string":
            # Unlike a view as a tensor, this array keeps the constant that it lies in.
            return numbers(operation.data, told, [int(one) for one in output.get_shape()], name)
        return array_of(self._tensor(output, name, {}), name, copy=told == "string")

    def _tensor(self, output: Any, name: str, made: dict[int, list[Any]]) -> Any:
        operation = output.get_node()
        number = operation.get_instance_id()
        if number not in made:
            made[number] = self._made(operation, name, made)
        return made[number][output.get_index()]

    def _made(self, operation: Any, name: str, made: dict[int, list[Any]]) -> list[Any]:
        if operation.get_type_name() == "Constant":
            return [operation.get_tensor_view()]
        results = [
            ov.Tensor(output.get_element_type(), output.get_shape())
            for output in operation.outputs()
        ]
        if operation.get_type_name() == "ShapeOf":
            results[0].data[...] = [int(length) for length in operation.get_input_shape(0)]
            return results
        given = [self._tensor(item.get_source_output(), name, made) for item in operation.inputs()]
        try:
            computed = operation.evaluate(results, given)
        except RuntimeError as problem:
            raise UnsupportedModel(
                f"OpenVINO cannot compute '{name}': {said(problem)}"
            ) from problem
        if not computed:
            raise UnsupportedModel(
                f"'{name}' is made by {operation.get_type_name()} of what the file holds, which "
                "OpenVINO cannot compute by itself; convert the model to ONNX"
            )
        return results


def _is_open(output: Any) -> bool:
    return output.get_partial_shape().is_dynamic or output.get_element_type().is_dynamic()


def _size(output: Any) -> int:
    return math.prod(int(length) for length in output.get_shape())


View: TypeAlias = Callable[[Array], Array]
"""How an operation reads the numbers of a weight: reshaped or turned."""
