"""The demo model as ONNX, written node by node, with the names that its Keras layers have.

Keras keeps channels last, ONNX first: kernels are transposed from (height, width, in, out) to
(out, in, height, width), and the rows of the first dense kernel are put into the order in which
a channels-first tensor is flattened.
"""

from __future__ import annotations

import keras
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR = 8


def write(model, path):
    """The twin of a Keras Sequential model of the layers known here, checked by ONNX itself."""
    writer = Writer(model)
    for layer in model.layers:
        getattr(writer, type(layer).__name__)(layer)
    proto = writer.proto()
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


def difference(keras_path, onnx_path, images):
    """Largest difference of the two files' outputs over ``images`` (N, 28, 28, 1) in 0..1."""
    expected = keras.saving.load_model(keras_path, compile=False).predict(images, verbose=0)
    session = onnxruntime.InferenceSession(str(onnx_path), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: images.transpose(0, 3, 1, 2)})
    worst = float(np.abs(expected - found).max())
    if not worst < 1e-4:
        raise SystemExit(f"wanted the ONNX twin within 1e-4 of the Keras model, got {worst:.1e}")
    return worst


class Writer:
    """Collects nodes and weights; has one method for each class of layer."""

    def __init__(self, model):
        self.model = model
        self.nodes, self.weights = [], []
        self.value = self.entry = model.inputs[0].name
        self.shape = model.inputs[0].shape
        self.flattened = None  # (height, width, channels) between Flatten and the dense layer

    def UpSampling2D(self, layer):  # noqa: N802 - the methods are named as the layers are
        """Bilinear enlargement, half-pixel centres as in Keras."""
        sizes = self.weight(f"{layer.name}/scales", np.array([1, 1, *layer.size], np.float32))
        self.add(
            "Resize",
            layer,
            [self.value, "", sizes],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def Conv2D(self, layer):  # noqa: N802
        """A convolution of odd size, padded evenly, and its activation."""
        kernel, bias = (np.asarray(w) for w in layer.get_weights())
        size = kernel.shape[:2]
        before = [side // 2 for side in size]  # odd sizes only: "same" pads evenly
        self.fused(
            "Conv",
            layer,
            kernel.transpose(3, 2, 0, 1),
            bias,
            kernel_shape=list(size),
            pads=before + before,
            strides=list(layer.strides),
        )

    def Dense(self, layer):  # noqa: N802
        """A matrix product with bias, and its activation."""
        kernel, bias = (np.asarray(w) for w in layer.get_weights())
        if self.flattened is not None:
            rows = np.arange(len(kernel)).reshape(self.flattened).transpose(2, 0, 1)
            kernel, self.flattened = kernel[rows.reshape(-1)], None
        self.fused("Gemm", layer, kernel, bias)

    def MaxPooling2D(self, layer):  # noqa: N802
        """The largest of each window."""
        self.add(
            "MaxPool",
            layer,
            [self.value],
            kernel_shape=list(layer.pool_size),
            strides=list(layer.strides),
        )

    def Flatten(self, layer):  # noqa: N802
        """Channels first: the next dense kernel is told."""
        self.flattened = layer.input.shape[1:]
        self.add("Flatten", layer, [self.value], axis=1)

    def Dropout(self, layer):  # noqa: N802
        """Passes through, as there is no training flag."""
        # The ratio is written too: ONNX's default would be 0.5.
        ratio = self.weight(f"{layer.name}/ratio", np.array(layer.rate, np.float32))
        self.add("Dropout", layer, [self.value, ratio])

    def fused(self, op, layer, kernel, bias, **attributes):
        """One node for the sum and, where the layer has one, another for its activation."""
        reads = [
            self.value,
            self.weight(f"{layer.name}/kernel", kernel),
            self.weight(f"{layer.name}/bias", bias),
        ]
        if layer.activation.__name__ == "linear":
            self.add(op, layer, reads, **attributes)
            return
        linear = f"{layer.name}:linear"
        self.nodes.append(helper.make_node(op, reads, [linear], layer.name, **attributes))
        self.nodes.append(
            helper.make_node(
                "Relu", [linear], [layer.name], f"{layer.name}/{layer.activation.__name__}"
            )
        )
        self.value = layer.name

    def add(self, op, layer, reads, **attributes):
        """One node of the layer's own name, writing a value of the same name."""
        self.nodes.append(helper.make_node(op, reads, [layer.name], layer.name, **attributes))
        self.value = layer.name

    def weight(self, name, array):
        """Keep an array as initializer; its name comes back."""
        self.weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def proto(self):
        """The whole model."""
        _, height, width, channels = self.shape
        classes = self.model.outputs[0].shape[-1]
        picture = ["batch", channels, height, width]
        graph = helper.make_graph(
            self.nodes,
            self.model.name,
            [helper.make_tensor_value_info(self.entry, TensorProto.FLOAT, picture)],
            [helper.make_tensor_value_info(self.value, TensorProto.FLOAT, ["batch", classes])],
            self.weights,
        )
        return helper.make_model(
            graph,
            producer_name="cutaway demo",
            ir_version=IR,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
