"""Core ML's ML Programs: one node for each operation that computes.

Source of the fields: MIL.proto of Core ML's model specification.
"""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cutaway.errors import UnsupportedModel
from cutaway.loaders.coreml.attributes import LONGEST
from cutaway.loaders.coreml.blobs import (
    DTYPES,
    check_stored,
    held_reader,
    immediate,
    is_stored,
    type_of,
)
from cutaway.loaders.coreml.building import Building, Names, Slot
from cutaway.loaders.coreml.operations import Operation, meaning, role_of
from cutaway.loaders.coreml.package import Package

_SETTINGS: Final = {"object", "bool"}
"""Dtypes of constants that are words and switches."""
_DATA: Final = {
    "x", "y", "values", "data", "indices", "weight", "bias", "mean", "variance", "gamma", "beta",
    "alpha", "cond", "a", "b", "query", "key", "value", "attn_mask", "updates", "lut", "scale",
    "zero_point", "offset", "initial_h", "initial_c", "weight_ih", "weight_hh", "input", "boxes",
    "scores", "probabilities", "quantized_data", "nonzero_data", "mask", "shape",
}  # fmt: skip
"""Arguments that are tensors even where they are constants; others are settings."""


def add_program(
    building: Building, program: Any, package: Package, names: Names, place: str
) -> tuple[str, ...] | None:
    """Add the operations of a program's main function; the class names that it holds.

    Args:
        building: added to.
        program: a MIL Program.
        package: that holds its weights.
        names: of its inputs; what it writes comes to them.
        place: the group around it, empty for none.

    Raises:
        UnsupportedModel: it has no function.
        RefusedFile: its weights lie outside the package.
        BrokenFile: its weights are missing or of another size.
    """
    if not program.functions:
        raise UnsupportedModel(f"{package.name} holds a program without a function")
    main = "main" if "main" in program.functions else min(program.functions)
    others = len(program.functions) - 1
    if others:
        building.notes.append(f"of {others + 1} functions only '{main}' is drawn")
    function = program.functions[main]
    blocks = function.block_specializations
    if not blocks:
        raise UnsupportedModel(f"{package.name} holds a function without operations")
    block = blocks[function.opset if function.opset in blocks else min(blocks)]
    reading = _Reading(building, package, names, place)
    for operation in block.operations:
        reading.operation(operation)
    return reading.labels


@dataclass
class _Constant:
    """A constant operation; it becomes a value once something reads it."""

    name: str
    value: Any
    shape: tuple[int | None, ...] | None
    dtype: str | None
    stored: bool


class _Reading:
    """One block, operation by operation."""

    def __init__(self, building: Building, package: Package, names: Names, place: str) -> None:
        self.building = building
        self.package = package
        self.names = names
        self.place = place
        self.constants: dict[str, _Constant] = {}
        self.labels: tuple[str, ...] | None = None

    def operation(self, operation: Any) -> None:
        """Add one."""
        if (
            operation.type == "const"
            and len(operation.outputs) == 1
            and ("val" in operation.attributes)
        ):
            self._keep(operation.outputs[0].name, operation.attributes["val"])
            return
        outputs = [(one.name, *type_of(one.type)) for one in operation.outputs]
        name = _word(operation.attributes) or (outputs[0][0] if outputs else operation.type)
        reads: list[tuple[int, str, str]] = []
        settings: dict[str, Any] = {}
        for argument, bound in sorted(operation.inputs.items()):
            for number, binding in enumerate(bound.arguments):
                self._bind(f"{name}/{argument}", argument, binding, reads, settings, number)
        for argument, value in sorted(operation.attributes.items()):
            if argument not in ("name", "val"):
                self._attribute(f"{name}/{argument}", argument, value, reads, settings)
        reads.sort(key=lambda read: _ORDER.get(read[1], len(_ORDER)))
        values = self.building.values
        told = meaning(
            Operation(
                operation.type,
                settings,
                {argument: values[value] for value, argument, _ in reversed(reads)},
                values_written=tuple(shape for _, shape, _ in outputs),
            )
        )
        self.building.node(
            self.names, name, operation.type, [(value, role) for value, _, role in reads],
            [Slot(*one) for one in outputs], told, settings, self.place,
        )  # fmt: skip
        if operation.blocks:
            self.building.notes.append(
                f"the operations inside {name}, a {operation.type}, are not drawn"
            )

    def _keep(self, name: str, value: Any) -> None:
        shape, dtype = type_of(value.type)
        self.constants[name] = _Constant(name, value, shape, dtype, is_stored(value))

    def _bind(
        self,
        path: str,
        argument: str,
        binding: Any,
        reads: list[tuple[int, str, str]],
        settings: dict[str, Any],
        number: int,
    ) -> None:
        """One argument: a tensor that is read, or a setting."""
        constant: _Constant | None = None
        if binding.WhichOneof("binding") == "value":
            shape, dtype = type_of(binding.value.type)
            constant = _Constant(path, binding.value, shape, dtype, is_stored(binding.value))
        elif binding.name not in self.names:
            constant = self.constants.get(binding.name)
        if constant is None:
            value = self.building.known(self.names, binding.name)
            reads.append((value, argument, role_of(argument)))
            return
        if argument == "classes" and constant.dtype in ("object", "int64"):
            held = immediate(constant.value, constant.dtype, path).tolist()
            if held != list(range(len(held))):
                self.labels = tuple(str(one) for one in held)
        if _is_setting(argument, constant):
            told = _plain(constant, path)
            if number:
                first = settings.get(argument)
                told = [*(first if isinstance(first, list) else [first]), told]
            settings[argument] = told
            return
        reads.append((self._value(constant), argument, role_of(argument)))

    def _attribute(
        self,
        path: str,
        argument: str,
        value: Any,
        reads: list[tuple[int, str, str]],
        settings: dict[str, Any],
    ) -> None:
        """An attribute: operations on compressed weights keep their tensors there."""
        shape, dtype = type_of(value.type)
        constant = _Constant(path, value, shape, dtype, is_stored(value))
        if dtype is None:
            return
        if _is_setting(argument, constant):
            settings[argument] = _plain(constant, path)
        else:
            reads.append((self._value(constant), argument, role_of(argument)))

    def _value(self, constant: _Constant) -> int:
        """Id of a constant's value, the same for all that read it."""
        if constant.stored:
            check_stored(constant.value, self.package, constant.name)
        lengths = tuple(length or 0 for length in constant.shape or ())
        small = not constant.stored and constant.dtype in ("int32", "int64", "bool", "object")
        number = self.building.weight(
            constant.name,
            lengths,
            constant.dtype or "float32",
            held_reader(constant.value, self.package, constant.name),
            "constant" if small else "weight",
        )
        if constant.name in self.constants:
            self.names[constant.name] = number
        return number


def _is_setting(argument: str, constant: _Constant) -> bool:
    if constant.stored or constant.dtype is None:
        return constant.dtype is None
    count = math.prod(length or 0 for length in constant.shape or ())
    if constant.dtype in _SETTINGS:
        return True
    return (argument not in _DATA and count <= LONGEST) or argument == "shape"


def _plain(constant: _Constant, path: str) -> Any:
    raw = DTYPES.get(constant.value.type.tensorType.dataType)
    if raw is None:
        return None
    numbers = [_finite(one) for one in immediate(constant.value, raw, path)[:LONGEST].tolist()]
    return numbers[0] if not constant.shape and len(numbers) == 1 else numbers


def _finite(one: Any) -> Any:
    return str(one) if isinstance(one, float) and not math.isfinite(one) else one


def _word(attributes: Mapping[str, Any]) -> str:
    """An operation's name."""
    if "name" not in attributes:
        return ""
    words = attributes["name"].immediateValue.tensor.strings.values
    return str(words[0]) if len(words) == 1 else ""


_ORDER: Final = {
    name: at
    for at, name in enumerate(
        ("x", "input", "query", "cond", "a", "data", "values", "y", "b", "key", "value", "weight",
         "indices", "gamma", "beta", "mean", "variance", "bias")
    )
}  # fmt: skip
"""In which order a node's arguments are shown: the file keeps them in none."""
