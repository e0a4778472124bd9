"""Small Core ML models that the tests write, with what was put into them."""

from __future__ import annotations

import logging
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from loaders.made import Maker, random

logging.disable(logging.WARNING)  # coremltools tells which versions it was tried with
import coremltools as ct  # noqa: E402
from coremltools.converters.mil import Builder as mb  # noqa: E402, N813
from coremltools.models import datatypes  # noqa: E402
from coremltools.models.neural_network import NeuralNetworkBuilder  # noqa: E402
from coremltools.models.tree_ensemble import TreeEnsembleRegressor  # noqa: E402

logging.disable(logging.NOTSET)

KERNEL, BIAS = random(8, 3, 3, 3), random(8, seed=1)
DENSE, OFFSET = random(10, 392, seed=2), random(10, seed=3)
NORMAL = [np.abs(random(8, seed=seed)) for seed in range(4, 8)]
WORDS = [f"class {at}" for at in range(10)]


def written(builder: Any, path: Path) -> Path:
    path.write_bytes(getattr(builder, "spec", builder).SerializeToString())
    return path


def network(**settings: Any) -> NeuralNetworkBuilder:
    """Convolution, normalization, ReLU, pooling, dense layer and softmax."""
    builder = NeuralNetworkBuilder(
        [("picture", datatypes.Array(3, 14, 14))], [("chances", datatypes.Array(10))], **settings
    )
    builder.add_convolution(
        "conv", 3, 8, 3, 3, 2, 2, "same", 1, KERNEL.transpose(2, 3, 1, 0), BIAS, True,
        input_name="picture", output_name="a",
    )  # fmt: skip
    builder.add_batchnorm("norm", 8, *NORMAL, input_name="a", output_name="b", epsilon=0.01)
    builder.add_activation("relu", "RELU", "b", "c")
    builder.add_pooling(
        "pool", 2, 2, 1, 1, "AVERAGE", "VALID", "c", "d", exclude_pad_area=True, padding_top=1
    )
    builder.add_flatten("flat", 0, "c", "e")
    builder.add_inner_product("dense", DENSE, OFFSET, 392, 10, True, "e", "f")
    builder.add_softmax("last", "f", "chances")
    return builder


def coreml_network(folder: Path) -> Path:
    return written(network(), folder / "network.mlmodel")


def coreml_classifier(folder: Path) -> Path:
    builder = network(mode="classifier")
    builder.set_class_labels(WORDS, prediction_blob="chances")
    builder.set_pre_processing_parameters(["picture"], image_scale=0.5, red_bias=-1)
    return written(builder, folder / "classifier.mlmodel")


@cache
def program(precision: Any) -> Any:
    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 3, 14, 14))])
    def steps(picture: Any) -> Any:
        made = mb.conv(
            x=picture, weight=KERNEL, bias=BIAS, pad_type="custom", pad=[1, 0, 2, 1],
            strides=[2, 2], name="conv",
        )  # fmt: skip
        made = mb.relu(x=made, name="relu")
        other = mb.add(x=made, y=np.float32(0.5), name="more")
        made = mb.concat(values=[made, other], axis=1, name="both")
        made = mb.reduce_mean(x=made, axes=[2, 3], keep_dims=False, name="mean")
        made = mb.linear(x=made, weight=DENSE[:, :16], bias=OFFSET, name="dense")
        return mb.softmax(x=made, axis=-1, name="chances")

    return ct.convert(
        steps, convert_to="mlprogram", minimum_deployment_target=ct.target.iOS16,
        compute_precision=precision,
    )  # fmt: skip


def coreml_program(folder: Path, precision: Any = ct.precision.FLOAT32) -> Path:
    path = folder / "program.mlpackage"
    if path.exists():
        shutil.rmtree(path)
    program(precision).save(str(path))
    return path


def forest() -> Any:
    """Two trees of one decision each."""
    builder = TreeEnsembleRegressor([("features", datatypes.Array(2))], "sum")
    for tree in range(2):
        builder.add_branch_node(tree, 0, tree, 0.5, "BranchOnValueLessThanEqual", 1, 2)
        builder.add_leaf_node(tree, 1, 1.0)
        builder.add_leaf_node(tree, 2, 2.0)
    builder.set_default_prediction_value(0.25)
    return builder.spec


def coreml_forest(folder: Path) -> Path:
    return written(forest(), folder / "forest.mlmodel")


def coreml_pipeline(folder: Path) -> Path:
    """A scaler, then a linear regression."""
    spec = ct.proto.Model_pb2.Model(specificationVersion=1)
    holder = spec.pipelineRegressor.pipeline
    scaler, linear = (holder.models.add(specificationVersion=1) for _ in range(2))
    for model, given, made in ((scaler, "x", "scaled"), (linear, "scaled", "y"), (spec, "x", "y")):
        for feature in (
            model.description.input.add(name=given),
            model.description.output.add(name=made),
        ):
            array = feature.type.multiArrayType
            array.dataType = ct.proto.FeatureTypes_pb2.ArrayFeatureType.DOUBLE
            array.shape.append(1 if feature.name == "y" else 3)
    scaler.scaler.scaleValue.extend([1, 2, 3])
    scaler.scaler.shiftValue.extend([0.5])
    linear.glmRegressor.weights.add(value=[4, 5, 6])
    linear.glmRegressor.offset.append(7)
    holder.names.extend(["scale", "sum"])
    return written(spec, folder / "pipeline.mlmodel")


COREML: dict[str, Maker] = {
    "coreml network": coreml_network,
    "coreml classifier": coreml_classifier,
    "coreml program": coreml_program,
    "coreml forest": coreml_forest,
    "coreml pipeline": coreml_pipeline,
}
