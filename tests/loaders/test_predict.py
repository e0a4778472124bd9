"""The plain way through a network gives what the capturing one does, over all loaders."""

from __future__ import annotations

import numpy as np
import pytest
from loaders.made import ONNX
from loaders.made_keras import KERAS
from loaders.made_openvino import OPENVINO
from loaders.made_torch import TORCH
from loaders.opened import Opened, case_of

from cutaway.errors import Cancelled, InputError, RunError
from cutaway.trace import Control, predict

MADE = {**ONNX, **KERAS, **OPENVINO, **TORCH}
REAL = [
    "keras/cifar10_resnet8.h5", "keras/mnist.keras", "keras/wake_word.h5",
    "onnx/face_rfb_320.onnx", "onnx/mnist.onnx", "onnx/super_resolution.onnx",
    "onnx/xgboost_trees.onnx", "onnx/silero_vad.onnx", "onnx/custom_op_tokenizer.onnx",
    "tflite/cifar10_resnet8.tflite", "tflite/deeplabv3.tflite", "tflite/mnist_lstm.tflite",
    "tflite/mobilenet_v2_quant.tflite", "tflite/yamnet.tflite",
    "torch/silero_vad.jit",
]  # fmt: skip


@pytest.fixture(
    scope="module", params=[*MADE, *(pytest.param(name, marks=pytest.mark.data) for name in REAL)]
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return case_of(request, MADE, tmp_path_factory.mktemp("made"))


def test_the_outputs_are_those_of_a_run(case: Opened) -> None:
    if case.capture.failure is not None:
        with pytest.raises(RunError):
            predict(case.runner, case.feeds, case.model.graph.outputs, Control())
        return
    outputs = case.model.graph.outputs
    found = predict(case.runner, case.feeds, outputs, Control())
    kept = [value for value in outputs if value in case.capture.tensors]
    assert set(found) == set(kept)
    for value in kept:
        ours, theirs = found[value], case.capture.tensors[value]
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        if ours.dtype.kind in "iu":
            # A quantized sum may fall on either side of a half.
            step = np.abs(ours.astype(np.int64) - theirs.astype(np.int64)).max(initial=0)
            assert step <= 2
        elif ours.dtype.kind == "f":
            scale = float(np.abs(theirs).max(initial=0))
            np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5 + 1e-4 * scale)


def test_what_does_not_fit_and_what_is_cancelled_is_said(case: Opened) -> None:
    if case.model.graph.inputs:
        with pytest.raises(InputError):
            predict(case.runner, {}, case.model.graph.outputs, Control())
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        predict(case.runner, case.feeds, case.model.graph.outputs, control)
