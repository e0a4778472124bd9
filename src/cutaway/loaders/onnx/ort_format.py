"""Files in ONNX Runtime's own format as ONNX messages.

The format is a FlatBuffer with the identifier ``ORTM``. Fields are read by their numbers in the
schema: https://github.com/microsoft/onnxruntime, ``onnxruntime/core/flatbuffers/schema/ort.fbs``.
"""
# pyright: standard

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, TypeProto

from cutaway.errors import BrokenFile

_DEEPEST: Final = 60
"""Graphs within graphs; more is a file that holds itself."""
_MOST: Final = 5_000_000
"""Tables read of one file: a small one may point to the same table again and again."""


def read_ort(path: Path) -> ModelProto:
    """The message of a file in ONNX Runtime's format.

    Raises:
        BrokenFile: the file is truncated or damaged.
    """
    try:
        root = _Table(_File(path.read_bytes()), 0).follow(0)
        return _model(_needed(root.table(1), "model"))
    except (struct.error, ValueError, TypeError, OverflowError, IndexError) as problem:
        raise BrokenFile(
            f"{path.name} is a damaged file of ONNX Runtime's format: {problem}; fetch or export "
            "it again"
        ) from problem


class _File:
    """The bytes, and how many tables were read of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = min(_MOST, len(data))

    def count(self) -> None:
        """One more table is read."""
        self._left -= 1
        if self._left < 0:
            raise ValueError("it holds more tables than it has bytes for")

    def number(self, kind: str, at: int) -> Any:
        """A number at a position."""
        if at < 0:
            raise ValueError("a position lies before the file")
        return struct.unpack_from(f"<{kind}", self.data, at)[0]


class _Table:
    """A table of a FlatBuffer; fields that are not there have their default."""

    def __init__(self, file: _File, at: int) -> None:
        file.count()
        self._file, self._at = file, at

    def follow(self, at: int) -> _Table:
        """The table that an offset at a position leads to."""
        return _Table(self._file, at + self._file.number("I", at))

    def number(self, field: int, kind: str, default: Any = 0) -> Any:
        """A number."""
        at = self._place(field)
        return default if at is None else self._file.number(kind, at)

    def table(self, field: int) -> _Table | None:
        """A table within."""
        at = self._place(field)
        return None if at is None else self.follow(at)

    def text(self, field: int) -> str:
        """A text, empty where there is none."""
        at = self._place(field)
        return "" if at is None else self._text(at)

    def raw(self, field: int) -> bytes:
        """A vector of bytes."""
        start, length = self._vector(field)
        return self._bytes(start, length)

    def numbers(self, field: int, kind: str) -> list[Any]:
        """A vector of numbers."""
        start, length = self._vector(field)
        raw = self._bytes(start, length * struct.calcsize(kind))
        return list(struct.unpack(f"<{length}{kind}", raw))

    def texts(self, field: int) -> list[str]:
        """A vector of texts."""
        return [self._text(at) for at in self._places(field)]

    def tables(self, field: int) -> list[_Table]:
        """A vector of tables."""
        return [self.follow(at) for at in self._places(field)]

    def _place(self, field: int) -> int | None:
        layout = self._at - self._file.number("i", self._at)
        entry = 4 + 2 * field
        if entry >= self._file.number("H", layout):
            return None
        offset = self._file.number("H", layout + entry)
        return self._at + offset if offset else None

    def _vector(self, field: int) -> tuple[int, int]:
        at = self._place(field)
        if at is None:
            return 0, 0
        start = at + self._file.number("I", at)
        return start + 4, self._file.number("I", start)

    def _places(self, field: int) -> range:
        start, length = self._vector(field)
        self._bytes(start, 4 * length)
        return range(start, start + 4 * length, 4)

    def _text(self, at: int) -> str:
        start = at + self._file.number("I", at)
        return self._bytes(start + 4, self._file.number("I", start)).decode("utf-8", "replace")

    def _bytes(self, start: int, length: int) -> bytes:
        if start + length > len(self._file.data):
            raise ValueError(f"something should end at byte {start + length:,}, behind the end")
        return self._file.data[start : start + length]


def _needed(table: _Table | None, what: str) -> _Table:
    if table is None:
        raise ValueError(f"a {what} is missing")
    return table


def _model(table: _Table) -> ModelProto:
    model = ModelProto(
        ir_version=table.number(0, "q"),
        producer_name=table.text(2),
        producer_version=table.text(3),
        domain=table.text(4),
        model_version=table.number(5, "q"),
        doc_string=table.text(6),
        graph=_graph(_needed(table.table(7), "graph"), 0),
    )
    for entry in table.tables(1):
        model.opset_import.add(domain=entry.text(0), version=entry.number(1, "q"))
    for entry in table.tables(9):
        model.metadata_props.add(key=entry.text(0), value=entry.text(1))
    return model


def _graph(table: _Table, depth: int) -> GraphProto:
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} graphs lie inside one another")
    graph = GraphProto(name="graph")
    types = {info.text(0): info.table(2) for info in table.tables(1)}
    inputs, outputs = table.texts(5), table.texts(6)
    for tensor in table.tables(0):
        graph.initializer.append(_tensor(tensor))
    for sparse in table.tables(7):
        graph.sparse_initializer.add(
            values=_tensor(_needed(sparse.table(0), "tensor")),
            indices=_tensor(_needed(sparse.table(1), "tensor")),
            dims=sparse.numbers(2, "q"),
        )
    for names, infos in ((inputs, graph.input), (outputs, graph.output)):
        for name in names:
            infos.add(name=name, type=_type(types.get(name)))
    own = {*inputs, *outputs, *(tensor.name for tensor in graph.initializer)}
    for name, stated in types.items():
        if name and name not in own and stated is not None:
            graph.value_info.add(name=name, type=_type(stated))
    graph.node.extend(_node(node, depth) for node in table.tables(2))
    return graph


def _node(table: _Table, depth: int) -> NodeProto:
    return NodeProto(
        name=table.text(0), doc_string=table.text(1), domain=table.text(2), op_type=table.text(5),
        input=table.texts(8), output=table.texts(9),
        attribute=[_attribute(one, depth) for one in table.tables(10)],
    )  # fmt: skip


def _attribute(table: _Table, depth: int) -> AttributeProto:
    kind = table.number(2, "i")
    made = AttributeProto(name=table.text(0), doc_string=table.text(1), type=kind)
    field, read = _HELD.get(kind, ("", None))
    if read is None:
        return made
    value = read(table, depth)
    if isinstance(value, list):
        getattr(made, field).extend(value)
    elif isinstance(value, TensorProto | GraphProto):
        getattr(made, field).CopyFrom(value)
    else:
        setattr(made, field, value)
    return made


_HELD: Final[dict[int, tuple[str, Callable[[_Table, int], Any]]]] = {
    1: ("f", lambda table, _: table.number(3, "f")),
    2: ("i", lambda table, _: table.number(4, "q")),
    3: ("s", lambda table, _: table.text(5).encode()),
    4: ("t", lambda table, _: _tensor(_needed(table.table(6), "tensor"))),
    5: ("g", lambda table, depth: _graph(_needed(table.table(7), "graph"), depth + 1)),
    6: ("floats", lambda table, _: table.numbers(8, "f")),
    7: ("ints", lambda table, _: table.numbers(9, "q")),
    8: ("strings", lambda table, _: [text.encode() for text in table.texts(10)]),
    9: ("tensors", lambda table, _: [_tensor(one) for one in table.tables(11)]),
    10: ("graphs", lambda table, depth: [_graph(one, depth + 1) for one in table.tables(12)]),
}
"""By type of an attribute, the field of the message and how it is read."""


def _tensor(table: _Table) -> TensorProto:
    made = TensorProto(
        name=table.text(0), dims=table.numbers(2, "q"), data_type=table.number(3, "i")
    )
    if made.data_type == TensorProto.STRING:
        made.string_data.extend(text.encode() for text in table.texts(5))
    else:
        made.raw_data = table.raw(4)
    return made


def _type(table: _Table | None) -> TypeProto:
    made = TypeProto()
    held = None if table is None else table.table(2)
    if table is None or held is None:
        return made
    kind = table.number(1, "B")
    if kind == 1:
        made.tensor_type.elem_type = held.number(0, "i")
        shape = held.table(1)
        if shape is not None:
            made.tensor_type.shape.SetInParent()
            for one in shape.tables(0):
                dim, length = made.tensor_type.shape.dim.add(), one.table(0)
                if length is not None and length.number(0, "b") == 1:
                    dim.dim_value = length.number(1, "q")
                elif length is not None and length.number(0, "b") == 2:
                    dim.dim_param = length.text(2)
    elif kind == 2:
        made.sequence_type.elem_type.CopyFrom(_type(held.table(0)))
    elif kind == 3:
        made.map_type.key_type = held.number(0, "i")
        made.map_type.value_type.CopyFrom(_type(held.table(1)))
    return made
