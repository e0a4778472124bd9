"""Single tensors as ONNX keeps them: read by the loader, broken ones told."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from cutaway import inputs
from cutaway.errors import InputError


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.float32).reshape(3, 4), np.int64(7), np.zeros((0, 3), np.uint8),
        np.random.default_rng(1).standard_normal((2, 3, 50, 50)), np.array([True, False]),
        np.arange(5000, dtype=np.float16),
    ],
)  # fmt: skip
def test_a_tensor_is_its_array(array):
    named = numpy_helper.from_array(np.asarray(array), "x")
    plain = numpy_helper.from_array(np.asarray(array))
    for tensor in (named, plain):
        source = inputs.load(tensor.SerializeToString(), "input_0.pb")
        assert source.kind == "array"
        np.testing.assert_array_equal(source.array, array)
        assert source.array.dtype == np.asarray(array).dtype


def test_numbers_that_are_not_raw():
    tensor = onnx.helper.make_tensor("x", onnx.TensorProto.FLOAT, [2, 2], [1.0, 2, 3, 4])
    assert inputs.load(tensor.SerializeToString(), "a").array.tolist() == [[1, 2], [3, 4]]


def test_broken_tensors_are_one_sentence():
    whole = numpy_helper.from_array(np.arange(4000.0), "x").SerializeToString()
    with pytest.raises(InputError, match="truncated or broken"):
        inputs.load(whole[:5000], "a.pb")
    outside = numpy_helper.from_array(np.arange(4.0), "x")
    onnx.external_data_helper.set_external_data(outside, "elsewhere.bin")
    outside.ClearField("raw_data")
    outside.data_location = onnx.TensorProto.EXTERNAL
    with pytest.raises(InputError, match="another file"):
        inputs.load(outside.SerializeToString(), "a.pb")
    large = onnx.TensorProto(dims=[1 << 40], data_type=onnx.TensorProto.FLOAT, raw_data=b"1234")
    with pytest.raises(InputError, match="broken"):
        inputs.load(large.SerializeToString(), "a.pb")


@pytest.mark.data
def test_the_tensors_of_onnx_own_tests(data):
    found = sorted(data.glob("onnx-backend/**/input_0.pb"))
    assert len(found) > 100
    for path in found:
        tensor = onnx.TensorProto.FromString(path.read_bytes())
        try:
            source = inputs.load(path, path.name)
        except InputError:
            assert not tensor.data_type or tensor.data_type == onnx.TensorProto.STRING, path
            continue
        np.testing.assert_array_equal(source.array, numpy_helper.to_array(tensor))
