"""Each rule that brings files of Keras 1 up to date, on its own."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from loaders.made_keras_first import numbers

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras.old import arrays, first, layers, merging
from cutaway.loaders.keras.old.first import is_first, second

Case = tuple[str, dict[str, Any], str, dict[str, Any]]

CASES: dict[str, list[Case]] = {
    "first_layer_has_input": [
        (
            "Sequential",
            {"layers": [{
                "class_name": "A",
                "config": {"name": "a", "batch_input_shape": [None, 3], "input_dtype": "int32"},
            }]},
            "Sequential",
            {"layers": [
                {
                    "class_name": "InputLayer",
                    "config": {"batch_shape": [None, 3], "name": "a_input", "dtype": "int32"},
                },
                {
                    "class_name": "A",
                    "config": {"name": "a", "batch_input_shape": [None, 3], "input_dtype": "int32"},
                },
            ]},
        ),
    ],
    "gone_layers_are_refused": [("Dense", {"a": 1}, "Dense", {"a": 1})],
    "statistics_are_stored": [("BatchNormalization", {"mode": 0}, "BatchNormalization", {})],
    "units_and_filters": [
        ("Dense", {"output_dim": 3}, "Dense", {"units": 3}),
        ("Embedding", {"output_dim": 3}, "Embedding", {"output_dim": 3}),
        ("Convolution2D", {"nb_filter": 3}, "Convolution2D", {"filters": 3}),
    ],
    "kernel_size_is_one_setting": [
        ("Convolution1D", {"filter_length": 3}, "Convolution1D", {"kernel_size": 3}),
        ("Convolution2D", {"nb_row": 3, "nb_col": 2}, "Convolution2D", {"kernel_size": [3, 2]}),
        (
            "Convolution3D", {"kernel_dim1": 3, "kernel_dim2": 2, "kernel_dim3": 1},
            "Convolution3D", {"kernel_size": [3, 2, 1]},
        ),
    ],
    "steps_have_one_name": [
        ("Convolution2D", {"subsample": [2, 1]}, "Convolution2D", {"strides": [2, 1]}),
        ("Convolution1D", {"subsample_length": 2}, "Convolution1D", {"strides": 2}),
        (
            "MaxPooling1D", {"pool_length": 2, "stride": 1},
            "MaxPooling1D", {"pool_size": 2, "strides": 1},
        ),
        (
            "AtrousConvolution2D", {"atrous_rate": [2, 2]},
            "AtrousConvolution2D", {"dilation_rate": [2, 2]},
        ),
        ("UpSampling1D", {"length": 2}, "UpSampling1D", {"size": 2}),
    ],
    "border_mode_is_padding": [
        ("Convolution2D", {"border_mode": "same"}, "Convolution2D", {"padding": "same"}),
    ],
    "ordering_is_data_format": [
        ("A", {"dim_ordering": "th"}, "A", {"data_format": "channels_first"}),
        ("A", {"dim_ordering": "tf"}, "A", {"data_format": "channels_last"}),
    ],
    "flatten_keeps_the_order": [
        ("Flatten", {}, "Flatten", {"data_format": "channels_last"}),
    ],
    "rates_have_names": [
        ("Dropout", {"p": 0.5}, "Dropout", {"rate": 0.5}),
        ("GaussianNoise", {"sigma": 0.5}, "GaussianNoise", {"stddev": 0.5}),
        (
            "LSTM", {"dropout_W": 0.1, "dropout_U": 0.2},
            "LSTM", {"dropout": 0.1, "recurrent_dropout": 0.2},
        ),
    ],
    "inner_activation_is_recurrent": [
        ("LSTM", {"inner_activation": "tanh"}, "LSTM", {"recurrent_activation": "tanh"}),
        ("Dense", {"bias": False}, "Dense", {"use_bias": False}),
    ],
    "no_training_settings": [
        (
            "Dense",
            {"init": "one", "W_regularizer": {"l1": 1}, "b_constraint": {}, "weights": None},
            "Dense", {},
        ),
        ("ActivityRegularization", {"l1": 1.0}, "ActivityRegularization", {"l1": 1.0}),
    ],
    "shapes_are_known_anyway": [
        ("LSTM", {"input_dim": 4, "input_length": 6, "consume_less": "gpu"}, "LSTM", {}),
        ("Embedding", {"input_dim": 4, "input_length": 6, "dropout": 0.2},
         "Embedding", {"input_dim": 4}),
        ("InputLayer", {"input_dtype": "int32"}, "InputLayer", {"dtype": "int32"}),
        ("Deconvolution2D", {"output_shape": [None, 3]}, "Deconvolution2D", {}),
    ],
    "pads_are_pairs": [
        ("ZeroPadding1D", {"padding": {"left_pad": 1}}, "ZeroPadding1D", {"padding": [1, 0]}),
        ("ZeroPadding2D", {"padding": [1, 2]}, "ZeroPadding2D", {"padding": [1, 2]}),
        (
            "ZeroPadding2D", {"padding": [1, 2, 3, 4]},
            "ZeroPadding2D", {"padding": [[1, 2], [3, 4]]},
        ),
        (
            "ZeroPadding2D", {"padding": {"top_pad": 1, "right_pad": 2}},
            "ZeroPadding2D", {"padding": [[1, 0], [0, 2]]},
        ),
    ],
    "threshold_is_of_relu": [("ThresholdedReLU", {"theta": 0.5}, "ReLU", {"threshold": 0.5})],
    "merge_has_classes": [
        ("Merge", {"mode": "sum", "mode_type": "raw", "concat_axis": -1}, "Add", {}),
        ("Merge", {"mode": "concat", "concat_axis": 1}, "Concatenate", {"axis": 1}),
        ("Merge", {"mode": "dot", "dot_axes": [[1], [2]]}, "Dot", {"axes": [1, 2]}),
        ("Merge", {"mode": "dot", "dot_axes": -1}, "Dot", {"axes": -1}),
    ],
    "classes_have_new_names": [
        ("Convolution2D", {}, "Conv2D", {}),
        ("AtrousConvolution1D", {}, "Conv1D", {}),
        ("Deconvolution2D", {}, "Conv2DTranspose", {}),
        ("SeparableConvolution2D", {}, "SeparableConv2D", {}),
        ("TimeDistributedDense", {}, "Dense", {}),
    ],
}  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert {rule.__name__ for rule in first.RULES} == CASES.keys()


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases]
)
def test_a_rule_changes_what_it_knows_and_nothing_else(name: str, case: Case) -> None:
    rule = getattr(first, name)
    one = {"class_name": case[0], "config": copy.deepcopy(case[1])}
    rule(one)
    assert one == {"class_name": case[2], "config": case[3]}
    rule(one)
    assert one == {"class_name": case[2], "config": case[3]}
    other = {"class_name": "Conv2D", "config": {"name": "c", "padding": "same", "axis": 1}}
    same = copy.deepcopy(other)
    rule(same)
    assert same == other


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"class_name": "MaxoutDense", "config": {}}, "is a MaxoutDense"),
        ({"class_name": "BatchNormalization", "config": {"mode": 1}}, "of mode 1"),
        ({"class_name": "Merge", "config": {"mode": "cos"}}, "merges by 'cos'"),
        ({"class_name": "Merge", "config": {"mode": "dot", "dot_axes": [[1, 2], [1, 2]]}}, "axes"),
    ],
)
def test_what_has_no_successor_is_refused_with_its_name(one: dict[str, Any], said: str) -> None:
    one["config"]["name"] = "x"
    with pytest.raises(UnsupportedModel, match=rf"layer 'x' of net\.h5 .*{said}"):
        second(one, "net.h5")


def test_the_configuration_given_is_not_changed() -> None:
    given = {"class_name": "Dense", "config": {"output_dim": 3, "name": "d"}}
    before = copy.deepcopy(given)
    second(given, "net.h5")
    layers.unfolded(given)
    assert given == before


@pytest.mark.parametrize(
    ("version", "config", "answer"),
    [
        ("1.2.2", {}, True), ("0.3.3", {}, True), ("2.1.6-tf", {"nb_row": 1}, False),
        (None, {"nb_row": 1}, True), (None, {"units": 1}, False), ("3.15.1", {}, False),
    ],
)  # fmt: skip
def test_what_keras_1_wrote_is_known(
    version: str | None, config: dict[str, Any], answer: bool
) -> None:
    one = {"class_name": "Sequential", "config": [{"class_name": "A", "config": config}]}
    assert is_first(version, one) == answer


def test_which_merging_holds_code() -> None:
    for config in ({"mode": "f", "mode_type": "function"}, {"mode": "c\x00", "mode_type": "raw"}):
        assert merging.holds_code({"class_name": "Merge", "config": config})
    assert not merging.holds_code({"class_name": "Merge", "config": {"mode": "sum"}})
    assert not merging.holds_code({"class_name": "Merge", "config": None})


SHAPES: dict[str, tuple[str, dict[str, Any], list[tuple[int, ...]], list[tuple[int, ...]]]] = {
    "lines_have_three_axes": (
        "Convolution1D", {"filter_length": 3, "nb_filter": 5}, [(5, 4, 3, 1), (5,)],
        [(3, 4, 5), (5,)],
    ),
    "channels_come_last": (
        "SeparableConvolution2D", {"dim_ordering": "th"}, [(2, 3, 5, 4), (7, 6, 1, 1), (7,)],
        [(5, 4, 3, 2), (1, 1, 6, 7), (7,)],
    ),
    "transposed_kernels_give_first": (
        "Deconvolution2D", {}, [(3, 2, 4, 5), (5,)], [(3, 2, 5, 4), (5,)],
    ),
    "lstm_has_one_kernel": (
        "LSTM", {}, [(4, 3), (3, 3), (3,)] * 4, [(4, 12), (3, 12), (12,)],
    ),
    "gru_has_one_kernel": ("GRU", {}, [(4, 3), (3, 3), (3,)] * 3, [(4, 9), (3, 9), (9,)]),
}  # fmt: skip


def test_every_rule_for_arrays_has_a_case() -> None:
    assert {rule.__name__ for rule in arrays.RULES} == SHAPES.keys()


@pytest.mark.parametrize("name", SHAPES)
def test_a_rule_for_arrays_changes_only_its_layers(name: str) -> None:
    kind, config, before, after = SHAPES[name]
    rule = getattr(arrays, name)
    given = [numbers(*shape) for shape in before]
    found = rule({"class_name": kind, "config": config}, given)
    assert [array.shape for array in found] == after
    # Every number is still there.
    for sort in range(len(after)):
        held = np.concatenate([array.ravel() for array in given[sort :: len(after)]])
        np.testing.assert_array_equal(np.sort(found[sort].ravel()), np.sort(held))
    assert rule({"class_name": "Dense", "config": {}}, given) is given


def test_the_gates_of_an_lstm_are_in_their_new_order() -> None:
    given = [np.full(shape, gate) for gate in range(4) for shape in ((1, 1), (1, 1), (1,))]
    kernel, _, bias = arrays.lstm_has_one_kernel({"class_name": "LSTM", "config": {}}, given)
    assert kernel.tolist() == [[0, 2, 1, 3]]
    assert bias.tolist() == [0, 2, 1, 3]


def test_a_turned_kernel_keeps_its_channels() -> None:
    kernel = numbers(3, 2, 4, 5)
    np.testing.assert_array_equal(arrays.turned(kernel)[2, 0], kernel[0, 1])
