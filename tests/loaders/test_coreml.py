"""Core ML models: what was put in is what is shown, and what is damaged or hostile is told."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder, quantization_utils
from loaders.made import random
from loaders.made_coreml import (
    BIAS,
    COREML,
    DENSE,
    KERNEL,
    NORMAL,
    OFFSET,
    WORDS,
    coreml_program,
    ct,
    mb,
    network,
    written,
)

from cutaway.errors import (
    MissingPackage,
    ModelError,
    UnknownKey,
    UnsupportedModel,
)
from cutaway.graph import Node, Value
from cutaway.loaders import Model, find, open_model
from cutaway.loaders.coreml import schema
from cutaway.trace import Array


def shown(path: Path) -> Model:
    return open_model(path, lambda _: None)


def node_of(model: Model, name: str) -> Node:
    return model.graph.node_named[name]


def weights_of(model: Model, name: str) -> dict[str, Array]:
    """By role, the numbers that a node reads."""
    return {
        read.role: model.weight(read.value)
        for read in node_of(model, name).reads
        if model.graph.values[read.value].what != "activation" and read.role != "data"
    }


def values_of(model: Model, name: str) -> tuple[Value, Value]:
    """What a node reads first and writes first."""
    node = node_of(model, name)
    return model.graph.values[node.reads[0].value], model.graph.values[node.writes[0]]


def wired(model: Model) -> list[tuple[str, str | None]]:
    """Operator and kind of every node; each value comes before it is read."""
    known = {value.id for value in model.graph.values if value.what != "activation"}
    for node in model.graph.nodes:
        assert {read.value for read in node.reads} <= known
        known |= set(node.writes)
    assert {value.id for value in model.graph.values} == known
    assert model.graph.notes == ()
    for node in model.graph.nodes:
        json.dumps([node.attributes, node.kind_attributes], allow_nan=False)
    return [(node.op, node.kind) for node in model.graph.nodes]


def test_a_networks_layers_and_numbers(tmp_path: Path) -> None:
    model = shown(COREML["coreml network"](tmp_path))
    assert wired(model) == [
        ("convolution", "Conv"), ("batchnorm", "BatchNormalization"), ("activation", "Relu"),
        ("pooling", "AveragePool"), ("flatten", "Flatten"), ("innerProduct", "Gemm"),
        ("softmax", "Softmax"),
    ]  # fmt: skip
    conv = weights_of(model, "conv")
    np.testing.assert_array_equal(conv["kernel"], KERNEL)
    np.testing.assert_array_equal(conv["bias"], BIAS)
    norm = weights_of(model, "norm")
    for role, put in zip(("scale", "bias", "mean", "variance"), NORMAL, strict=True):
        np.testing.assert_array_equal(norm[role], put)
    dense = weights_of(model, "dense")
    np.testing.assert_array_equal(dense["kernel"], DENSE)
    np.testing.assert_array_equal(dense["bias"], OFFSET)
    assert node_of(model, "conv").kind_attributes == {
        "kernel_shape": [3, 3], "strides": [2, 2], "dilations": [1, 1], "group": 1,
        "auto_pad": "SAME_UPPER",
    }  # fmt: skip
    pooled = node_of(model, "pool").kind_attributes
    assert (pooled["kernel_shape"], pooled["pads"]) == ([2, 2], [1, 0, 0, 0])
    assert pooled["count_include_pad"] == 0
    np.testing.assert_allclose(node_of(model, "norm").kind_attributes["epsilon"], 0.01)
    picture, _ = values_of(model, "conv")
    assert (picture.name, picture.shape, picture.axes) == ("picture", (3, 14, 14), "CHW")
    kernel = model.graph.value_named["conv/weights"]
    assert (kernel.shape, kernel.axes, kernel.dtype) == ((8, 3, 3, 3), "OIHW", "float32")
    assert [model.graph.values[value].name for value in model.graph.outputs] == ["chances"]
    assert model.facts.parameters == sum(
        held.size for held in (KERNEL, BIAS, DENSE, OFFSET, *NORMAL)
    )
    assert (model.facts.format, model.facts.metadata["type"]) == ("Core ML", "neuralNetwork")
    with pytest.raises(UnknownKey):
        model.weight(picture.id)


def test_a_classifiers_words_and_what_is_done_to_its_picture(tmp_path: Path) -> None:
    model = shown(COREML["coreml classifier"](tmp_path))
    assert model.labels == tuple(WORDS)
    assert wired(model)[0] == ("scaler", None)
    first = model.graph.nodes[0]
    assert first.attributes["scaler"] == {"channelScale": 0.5, "redBias": -1.0}
    assert first.writes[0] == node_of(model, "conv").reads[0].value
    outputs = [model.graph.values[value].name for value in model.graph.outputs]
    assert outputs == ["chances"]


def test_a_programs_operations_and_numbers(tmp_path: Path) -> None:
    model = shown(coreml_program(tmp_path))
    assert wired(model) == [
        ("conv", "Conv"), ("relu", "Relu"), ("add", "Add"), ("concat", "Concat"),
        ("reduce_mean", "ReduceMean"), ("linear", "Gemm"), ("softmax", "Softmax"),
    ]  # fmt: skip
    conv = weights_of(model, "conv")
    np.testing.assert_array_equal(conv["kernel"], KERNEL)
    np.testing.assert_array_equal(conv["bias"], BIAS)
    assert node_of(model, "conv").kind_attributes == {
        "kernel_shape": [3, 3], "strides": [2, 2], "dilations": [1, 1], "group": 1,
        "pads": [1, 2, 0, 1],
    }  # fmt: skip
    picture, made = values_of(model, "conv")
    assert (picture.shape, picture.axes) == ((1, 3, 14, 14), "NCHW")
    assert (made.shape, made.axes, made.dtype) == ((1, 8, 7, 8), "NCHW", "float32")
    dense = weights_of(model, "dense")
    np.testing.assert_array_equal(dense["kernel"], DENSE[:, :16])
    np.testing.assert_array_equal(dense["bias"], OFFSET)
    added = node_of(model, "more").reads
    assert [model.graph.values[read.value].what for read in added] == ["activation", "weight"]
    assert model.weight(added[1].value) == 0.5
    assert node_of(model, "mean").kind_attributes == {"axes": [2, 3], "keepdims": 0}
    assert node_of(model, "both").kind_attributes == {"axis": 1}
    assert len(node_of(model, "both").reads) == 2
    assert (model.facts.producer or "").startswith("coremltools ")
    path = tmp_path / "program.mlpackage"
    files = [file.stat().st_size for file in path.rglob("*") if file.is_file()]
    assert model.facts.bytes == sum(files)


def test_half_precision_stays_what_it_is(tmp_path: Path) -> None:
    model = shown(coreml_program(tmp_path, ct.precision.FLOAT16))
    kernel = weights_of(model, "conv_cast_fp16")["kernel"]
    assert kernel.dtype == np.float16
    np.testing.assert_array_equal(kernel, KERNEL.astype(np.float16))


def test_large_weights_are_mapped_not_read(tmp_path: Path) -> None:
    model = shown(coreml_program(tmp_path))
    kernel = weights_of(model, "conv")["kernel"]
    holder: Any = kernel
    while isinstance(holder, np.ndarray):
        assert not holder.flags.writeable
        holder = holder.base
    assert type(memoryview(holder).obj).__name__ == "mmap"


@pytest.mark.parametrize(
    ("bits", "mode"),
    [
        (8, "_linear_quantization"), (4, "_linear_quantization"),
        (8, "_linear_quantization_symmetric"),
        (3, "_lookup_table_quantization_linear"), (5, "_lookup_table_quantization_linear"),
        (16, "_linear_quantization"),
    ],
)  # fmt: skip
def test_quantized_layers_are_shown_as_real_numbers(tmp_path: Path, bits: int, mode: str) -> None:
    """What coremltools itself makes of them again."""
    builder = NeuralNetworkBuilder(
        [("x", datatypes.Array(3, 14, 14))], [("y", datatypes.Array(8, 12, 12))]
    )
    builder.add_convolution(
        "conv", 3, 8, 3, 3, 1, 1, "valid", 1, KERNEL.transpose(2, 3, 1, 0), BIAS, True,
        input_name="x", output_name="y",
    )  # fmt: skip
    spec = quantization_utils._quantize_spec_weights(builder.spec, bits, mode)
    model = shown(written(spec, tmp_path / "a.mlmodel"))
    kernel = weights_of(model, "conv")["kernel"]
    assert 0 < np.abs(kernel - KERNEL).max() < 1
    if bits == 16:
        np.testing.assert_array_equal(kernel, KERNEL.astype(np.float16))
        return
    assert len(np.unique(kernel.reshape(8, -1)[0])) <= 2**bits
    plain = quantization_utils._quantize_spec_weights(spec, 32, "_dequantize_network")
    own = np.array(plain.neuralNetwork.layers[0].convolution.weights.floatValue)
    np.testing.assert_allclose(kernel.reshape(-1), own, rtol=1e-5, atol=1e-6)


def test_palettes_and_scales_of_a_program(tmp_path: Path) -> None:
    import coremltools.optimize as cto

    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 392))])
    def program(x: Any) -> Any:
        return mb.linear(x=x, weight=DENSE, bias=OFFSET, name="dense")

    plain = ct.convert(
        program, convert_to="mlprogram", compute_precision=ct.precision.FLOAT32,
        minimum_deployment_target=ct.target.iOS16,
    )  # fmt: skip
    asked = cto.coreml.OptimizationConfig(
        cto.coreml.OpLinearQuantizerConfig(mode="linear_symmetric", weight_threshold=8)
    )
    cto.coreml.linear_quantize_weights(plain, asked).save(str(tmp_path / "a.mlpackage"))
    model = shown(tmp_path / "a.mlpackage")
    compressed = model.graph.nodes[0]
    assert compressed.op == "constexpr_affine_dequantize"
    held = {read.role: model.weight(read.value) for read in compressed.reads}
    whole = held["quantized_data"].astype(np.float32)
    assert held["quantized_data"].dtype == np.int8
    real = whole * held["scale"].reshape(-1, 1)
    np.testing.assert_allclose(real, DENSE, atol=np.abs(DENSE).max() / 127)
    assert node_of(model, "dense").reads[1].value == compressed.writes[0]


def test_a_pipeline_is_a_group_for_each_model(tmp_path: Path) -> None:
    model = shown(COREML["coreml pipeline"](tmp_path))
    assert wired(model) == [("scaler", "Scaler"), ("glmRegressor", "LinearRegressor")]
    assert [node.scope for node in model.graph.nodes] == ["scale_0", "sum_1"]
    one, two = model.graph.nodes
    assert two.reads[0].value == one.writes[0]
    scaled = {read.role: model.weight(read.value).tolist() for read in one.reads[1:]}
    assert scaled == {"bias": [0.5], "scale": [1, 2, 3]}
    summed = {read.role: model.weight(read.value).tolist() for read in two.reads[1:]}
    assert summed == {"kernel": [[4, 5, 6]], "bias": [7]}
    assert model.graph.outputs == two.writes
    assert model.graph.values[two.writes[0]].shape == (1,)


def test_a_forest_is_one_node(tmp_path: Path) -> None:
    model = shown(COREML["coreml forest"](tmp_path))
    assert wired(model) == [("treeEnsembleRegressor", "TreeEnsembleRegressor")]
    told = model.graph.nodes[0].attributes
    assert (told["trees"], told["leaves"]) == (2, 4)


def test_recurrent_layers_constants_and_branches_in_layers(tmp_path: Path) -> None:
    builder = NeuralNetworkBuilder(
        [("x", datatypes.Array(5, 1, 4))], [("y", None)], disable_rank5_shape_mapping=True
    )
    matrices = [random(6, 4, seed=seed) for seed in range(4)]
    again = [random(6, 6, seed=seed) for seed in range(4, 8)]
    builder.add_unilstm(
        "lstm", again, matrices, [random(6, seed=9)] * 4, 6, 4, ["x", "h", "c"],
        ["a", "h2", "c2"], output_all=True,
    )  # fmt: skip
    builder.add_load_constant_nd("two", "two", np.full((1, 1, 6), 2.0, np.float32), (1, 1, 6))
    builder.add_multiply_broadcastable("times", ["a", "two"], "b")
    builder.add_activation("leak", "LEAKYRELU", "b", "y", params=[0.25])
    for name in ("h", "c"):
        feature = builder.spec.description.input.add(name=name)
        feature.type.multiArrayType.shape.extend([1, 6])
    model = shown(written(builder, tmp_path / "a.mlmodel"))
    assert wired(model) == [
        ("uniDirectionalLSTM", "LSTM"), ("multiplyBroadcastable", "Mul"),
        ("activation", "LeakyRelu"),
    ]  # fmt: skip
    gate = model.graph.value_named["lstm/weightParams.inputGateWeightMatrix"]
    np.testing.assert_array_equal(model.weight(gate.id), matrices[0])
    two = model.graph.value_named["two"]
    assert (two.what, two.shape) == ("constant", (1, 1, 6))
    assert (model.weight(two.id) == 2).all()
    assert node_of(model, "leak").kind_attributes == {"alpha": 0.25}


def test_a_picture_as_input(tmp_path: Path) -> None:
    spec = network().spec
    image = spec.description.input[0].type.imageType
    image.width, image.height, image.colorSpace = 14, 16, image.BGR
    model = shown(written(spec, tmp_path / "a.mlmodel"))
    assert model.hints == {"range": [0, 255], "colour": "BGR"}
    assert model.graph.values[model.graph.inputs[0]].shape == (3, 16, 14)


@pytest.mark.parametrize("name", COREML)
def test_it_is_not_run_here(name: str, tmp_path: Path) -> None:
    path = COREML[name](tmp_path)
    model = shown(path)
    with pytest.raises(UnsupportedModel) as refused:
        model.start()
    assert str(refused.value) == (
        f"{path.name} can be looked at but not run here: running a Core ML model needs macOS; "
        "convert it to ONNX to run it"
    )


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = COREML["coreml network"](tmp_path)
    schema.message_module.cache_clear()
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "coremltools" else real(name)
    )
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[coreml\]'"):
        shown(path)


def test_opening_does_not_import_coremltools(tmp_path: Path) -> None:
    path = COREML["coreml network"](tmp_path)
    code = (
        "import sys; from pathlib import Path; from cutaway.loaders import open_model;"
        "open_model(Path(sys.argv[1]), lambda _: None);"
        "print('coremltools' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_other_messages_are_not_taken_for_core_ml(tmp_path: Path) -> None:
    path = tmp_path / "a.mlmodel"
    for content in (b"\x08\x01\x12\x04\n\x02\x08\x01", b"\x08\x07\x12\x02pt", b"\x08\x01", b"\x08"):
        path.write_bytes(content)
        try:
            assert find(path).name != "coreml"
        except ModelError as told:
            assert "Core ML model" not in str(told).partition(";")[0]  # noqa: PT017 - either will do
