"""The scanner agrees with Protocol Buffers, and light messages with the files they stand for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loaders.made import info, random, save, tensor
from onnx import TensorProto, helper

from cutaway.errors import BrokenFile
from cutaway.loaders.onnx.light import INLINE, read_light
from cutaway.loaders.onnx.tensors import Tensors, is_external, unpacked
from cutaway.loaders.onnx.wire import WireError, as_field, as_varint, fields, varint


@given(st.integers(0, 2**64 - 1))
def test_varints_read_back(number: int) -> None:
    written = as_varint(number)
    assert varint(written, 0, len(written)) == (number, len(written))
    with pytest.raises(WireError):
        varint(written, 0, len(written) - 1)


@given(
    st.text(max_size=300), st.integers(1, 2**40), st.lists(st.floats(width=32), max_size=9),
    st.binary(max_size=200),
)  # fmt: skip
def test_fields_are_those_that_protobuf_wrote(
    name: str, number: int, floats: list[float], raw: bytes
) -> None:
    message = TensorProto(name=name, dims=[number], float_data=floats, raw_data=raw)
    written = b"\xff" + message.SerializeToString() + b"\xff"
    found = {field.number: field for field in fields(written, 1, len(written) - 1)}
    assert written[found[8].body : found[8].end].decode() == name
    assert written[found[9].body : found[9].end] == raw
    if floats:
        stored = np.frombuffer(written[found[4].body : found[4].end], "<f4")
        np.testing.assert_array_equal(stored, np.array(floats, np.float32))


@given(st.binary(max_size=60))
def test_any_bytes_are_fields_or_an_error(data: bytes) -> None:
    try:
        found = list(fields(data, 0, len(data)))
    except WireError:
        return
    assert b"".join(data[field.start : field.end] for field in found) == data


def test_a_length_past_the_end_is_an_error() -> None:
    written = as_field(1, b"x" * 10)
    with pytest.raises(WireError, match="reaches to byte"):
        list(fields(written, 0, len(written) - 1))


def all_data_fields(folder: Path) -> Path:
    """The same numbers as raw data and as each typed list, big and small, and in a branch."""
    numbers = random(40, 40)
    typed = TensorProto(name="typed", data_type=TensorProto.FLOAT, dims=numbers.shape)
    typed.float_data.extend(numbers.reshape(-1).tolist())
    double = TensorProto(name="double", data_type=TensorProto.DOUBLE, dims=numbers.shape)
    double.double_data.extend(numbers.reshape(-1).tolist())
    whole = TensorProto(name="whole", data_type=TensorProto.INT64, dims=[2000])
    whole.int64_data.extend(range(-1000, 1000))
    half = TensorProto(name="half", data_type=TensorProto.FLOAT16, dims=numbers.shape)
    bits = numbers.astype(np.float16).view(np.uint16)
    half.int32_data.extend(int(bit) for bit in bits.reshape(-1))
    inner = helper.make_graph(
        [helper.make_node("Add", ["x", "far"], ["t"])], "b", [], [info("t", 40, 40)],
        [tensor("far", numbers)],
    )  # fmt: skip
    nodes = [helper.make_node("If", ["yes"], ["y"], then_branch=inner, else_branch=inner)]
    held = [tensor("raw", numbers), tensor("small", numbers[:2]), typed, double, whole, half]
    inputs = [info("x", 40, 40), info("yes", kind=TensorProto.BOOL)]
    return save(folder, "fields", nodes, inputs, [info("y", 40, 40)], held)


def test_light_tensors_read_as_the_whole_files_do(tmp_path: Path) -> None:
    path = all_data_fields(tmp_path)
    light, whole = read_light(path), onnx.load(path)
    tensors = Tensors(path.parent)
    held = {one.name: one for one in light.graph.initializer}
    assert {name for name, one in held.items() if is_external(one)} == {"raw", "typed", "double"}
    for one in whole.graph.initializer:
        expected = onnx.numpy_helper.to_array(one)
        found = tensors.array(held[one.name])
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    far = light.graph.node[0].attribute[0].g.initializer[0]
    assert is_external(far)
    np.testing.assert_array_equal(tensors.array(far), random(40, 40))
    assert isinstance(tensors.array(far).base, np.memmap)


def test_the_rest_of_the_message_is_untouched(tmp_path: Path) -> None:
    path = all_data_fields(tmp_path)
    light, whole = read_light(path), onnx.load(path)
    assert light.ByteSize() < whole.ByteSize() / 2
    for message in (light, whole):
        del message.graph.initializer[:]
        for attribute in message.graph.node[0].attribute:
            del attribute.g.initializer[:]
    assert light == whole


def test_truncation_at_any_place_is_a_broken_file(tmp_path: Path) -> None:
    whole = all_data_fields(tmp_path).read_bytes()
    path = tmp_path / "cut.onnx"
    for length in (3, len(whole) // 3, len(whole) - INLINE // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BrokenFile, match=r"cut\.onnx"):
            read_light(path)


def test_messages_nested_too_deep_are_a_broken_file(tmp_path: Path) -> None:
    graph = as_field(3, b"x" * (INLINE + 1))
    for _ in range(400):  # graph in attribute in node in graph ...
        graph = as_field(1, as_field(5, as_field(6, graph)))
    path = tmp_path / "deep.onnx"
    path.write_bytes(b"\x08\x08" + as_field(7, graph))
    with pytest.raises(BrokenFile, match=r"deep\.onnx"):
        read_light(path)


@pytest.mark.parametrize("dtype", ["int4", "uint4", "float4_e2m1fn"])
def test_packed_elements_come_apart_as_onnx_says(dtype: str) -> None:
    element = {"int4": TensorProto.INT4, "uint4": TensorProto.UINT4}.get(
        dtype, TensorProto.FLOAT4E2M1
    )
    raw = np.arange(256, dtype=np.uint8)
    for count in (512, 511):
        message = TensorProto(data_type=element, dims=[count], raw_data=raw.tobytes())
        np.testing.assert_array_equal(
            unpacked(raw, dtype, (count,)).astype(np.float32),
            onnx.numpy_helper.to_array(message).astype(np.float32),
        )
