"""Inputs made here: of the right shape, the same each time, and said to be synthetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway import inputs
from cutaway.errors import InputError


@pytest.mark.parametrize(
    ("shape", "dtype", "gives"),
    [
        (("batch", 3, 16, 16), "float32", (1, 3, 16, 16)),
        ((2, 16, 24, 1), "float16", (2, 16, 24, 1)),
        ((None, 784), "float32", (1, 784)),
        ((None, 28, 28), "bfloat16", (1, 28, 28)),
        ((1, 16, 16, 3), "uint8", (1, 16, 16, 3)),
        (("batch", "sequence"), "int64", (1, 16)),
        (("batch", "samples"), "float32", (1, 512)),
        ((None, 10, 4), "float64", (1, 10, 4)),
        ((3,), "bool", (3,)),
        ((), "int64", ()),
        ((None, 1), "object", (1, 1)),
        (None, "float32", (1, 3, 224, 224)),
    ],
)
def test_shape_and_dtype(shape, dtype, gives):
    target = inputs.Target("x", shape, dtype)
    array, said = inputs.synthetic(target)
    again, _ = inputs.synthetic(target)
    assert array.shape == gives
    assert array.dtype.name == dtype
    assert said.startswith("synthetic: ")
    np.testing.assert_array_equal(array, again)
    assert inputs.default_for(target).shape == gives
    assert inputs.default_for(target).dtype.name == dtype


def test_a_picture_varies_within_its_range():
    target = inputs.Target("x", (1, 3, 32, 32), "float32")
    array, said = inputs.synthetic(target)
    assert 0 <= array.min() < 0.2
    assert 0.8 < array.max() <= 1
    assert "0..1" in said
    assert not np.array_equal(array[0, 0], array[0, 1])
    stated = inputs.Target("x", (1, 3, 32, 32), "float32", None, {"range": [-1, 1]})
    np.testing.assert_allclose(inputs.synthetic(stated)[0], array * 2 - 1, atol=1e-6)
    whole, said = inputs.synthetic(inputs.Target("x", (1, 32, 32, 3), "uint8"))
    assert whole.max() > 200
    assert "0..255" in said


def test_ids_are_small_and_truth_is_true():
    ids, said = inputs.synthetic(inputs.Target("ids", (1, 20), "int32"))
    assert set(np.unique(ids)) == set(range(8))
    assert "0 to 7" in said
    assert inputs.synthetic(inputs.Target("flag", (2,), "bool"))[0].all()


def test_chosen_lengths_are_said():
    _, said = inputs.synthetic(inputs.Target("x", ("batch", "samples"), "float32"))
    assert said.endswith("the model leaves 'samples' free: 512 was chosen")


@pytest.mark.parametrize(
    ("name", "dtype", "value"),
    [
        ("sr", "int64", 16_000),
        ("decoder/attention_mask:0", "int64", 1),
        ("state", "float32", 0),
        ("token_type_ids", "int64", 0),
        ("flag", "bool", 1),
    ],
)
def test_defaults_of_secondary_inputs(name, dtype, value):
    assert (inputs.default_for(inputs.Target(name, (2, "batch"), dtype)) == value).all()


def test_a_symbol_has_one_length_everywhere():
    wanted = inputs.resolved(inputs.Target("x", ("batch", "n", "n"), "float32"))
    assert wanted.shape == (1, 512, 512)


@given(
    st.lists(st.one_of(st.none(), st.sampled_from(["batch", "n"]), st.integers(0, 12)), max_size=4),
    st.sampled_from(["float32", "uint8", "int64", "bool", "float16"]),
)
def test_any_shape_gets_an_array_that_fits(shape, dtype):
    target = inputs.Target("x", tuple(shape), dtype)
    wide = inputs.resolved(target).shape
    if np.prod(wide, dtype=float) > 1e6:
        return
    array, _ = inputs.synthetic(target)
    assert array.dtype.name == dtype
    assert array.ndim == len(shape)
    assert all(w == g for w, g in zip(shape, array.shape, strict=True) if isinstance(w, int))


def test_an_input_of_no_known_type():
    with pytest.raises(InputError, match="of type 'sequence'"):
        inputs.synthetic(inputs.Target("x", (1,), "sequence"))


def test_noise_has_a_seed_a_constant_its_value_a_gradient_its_way() -> None:
    target = inputs.Target("x", (1, 3, 8, 6), "float32")
    seven, said = inputs.synthetic(target, "noise:7")
    assert "seed 7" in said
    np.testing.assert_array_equal(seven, inputs.synthetic(target, "noise:7")[0])
    assert (seven != inputs.synthetic(target, "noise")[0]).any()
    constant, said = inputs.synthetic(target, "constant:-0.25")
    assert set(constant.ravel().tolist()) == {-0.25}
    assert "constant -0.25" in said
    right, _ = inputs.synthetic(target, "gradient:right")
    down, _ = inputs.synthetic(target, "gradient:down")
    assert np.ptp(right, axis=2).max() == 0
    assert right[0, 0, 0, 0] == 0
    assert right[0, 0, 0, -1] == 1
    assert np.ptp(down, axis=3).max() == 0
    assert down[0, 0, -1, 0] == 1


@pytest.mark.parametrize(
    ("dtype", "kind", "said"),
    [
        ("float32", "noise:x", "whole number"),
        ("float32", "constant:abc", "one number; got 'abc'"),
        ("float32", "constant:1e60", "finite"),
        ("uint8", "constant:300", "0 to 255; got 300"),
        ("uint8", "constant:0.5", "whole numbers"),
        ("float32", "gradient:up", "right or down"),
        ("float32", "usual:3", "got 'usual:3'"),
    ],
)
def test_what_a_kind_cannot_be_is_said(dtype: str, kind: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        inputs.synthetic(inputs.Target("x", (1, 3, 8, 6), dtype), kind)
    with pytest.raises(InputError, match="only a picture"):
        inputs.synthetic(inputs.Target("x", (1, 9000), "float32"), "gradient:down")
